"""A town in the academy of path_world whose manager has people that are late, for test_teams.py. Invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import JoinLink
from academy.people.rules import join, make_link
from courses.flows import assign_learning
from curriculum.items.models import LearningItem
from tests.factories import booking, paths
from tests.factories.curriculum import make_course
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit

from .signing_in import PASSWORD

TOWN = "Town of Ambach"
UNIT = "Roads and bridges"
MANAGER = "nadia@ambach.example"
NEWCOMER = "lena@ambach.example"
DEPUTY = "omar@ambach.example"
LATE = ("Ruta Kazlauskienė", "Bartholomeus van den Broecke-Oosterhuis")
IN_TIME = "Sem Okafor"
# What a link for joining ends in; its own is drawn by chance.
TOKEN = "a-link-for-ambach"
PATH = "P9 Roads that come back"
WORKSHOP = "W9"


def fill() -> None:
    """A manager; two who are late, one who is not; somebody to stand in; somebody who has a link for joining."""
    now = timezone.now()
    town = make_organisation(TOWN)
    unit = make_unit(UNIT, organisation=town)
    manager = make_person(MANAGER, password=PASSWORD, display_name="Nadia Haddad")
    grant(manager, Role.MANAGER, town.units.get(parent=None))
    people: dict[str, Any] = {name: make_person(display_name=name) for name in (*LATE, IN_TIME)}
    people[DEPUTY] = make_person(DEPUTY, password=PASSWORD, display_name="Omar Farouk")
    for person in people.values():
        join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    make_person(NEWCOMER, password=PASSWORD, display_name="Lena Hofer")
    link = make_link(unit=unit, expires_on=timezone.localdate() + timedelta(days=30), seats=None, by=manager, at=now)
    JoinLink.objects.filter(pk=link.pk).update(token=TOKEN)

    made = make_course("CPA-9", lessons=1, quiz=False, languages=["en"])
    began = now - timedelta(days=60)
    for names, days in ((LATE, -10), ((IN_TIME,), 60)):
        assign_learning.assign(
            organisation=town,
            unit=unit,
            item=LearningItem.objects.get(key=made.course.translation_key),
            by=manager,
            at=began,
            picked=[people[name].pk for name in names],
            due_on=timezone.localdate() + timedelta(days=days),
        )
    clinic = paths.make_workshop(WORKSHOP, "Roads clinic")
    paths.make_path("P9", "Roads that come back", courses=[made], rule=[("course", made.course), ("workshop", clinic)])
    item = LearningItem.objects.get(key=clinic.translation_key)
    booking.make_date(item=item, day=timezone.localdate() + timedelta(days=30), seats=2, at=now)
