"""Who answers reports: the same for one person and for a list, whatever the units."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import Unit, User
from academy.people.rules import join
from courses.outside.access import can_decide, deciders_of, visible_to
from courses.outside.models import OutsideTraining
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def member(name: str, *units: Unit) -> User:
    """Somebody who works in these units."""
    person = make_person(display_name=name)
    for unit in units:
        join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    return person


def reported(person: User, **fields: Any) -> OutsideTraining:
    """A report that waits."""
    values = {"title": "T", "provider": "P", "on": date(2026, 1, 5), "minutes": 60}
    return OutsideTraining.objects.create(person=person, asked_at=datetime(2026, 2, 2, tzinfo=UTC), **values | fields)


def test_who_leads_the_person_answers_else_trainers_and_administrators(django_assert_max_num_queries: Any) -> None:
    town = make_organisation()
    office = make_unit("Office", organisation=town)
    desk = make_unit("Desk", parent=office)
    roads = make_unit("Roads", organisation=town)
    sofia, dana, tess, tom, ada, gone = (
        make_person(display_name=name) for name in ("Sofia", "Dana", "Tess", "Tom", "Ada", "Gone")
    )
    grant(sofia, Role.MANAGER, office)
    join(person=sofia, unit=office, from_day=LONG_AGO, by=None, at=AT)
    grant(dana, Role.DEPUTY, desk)
    grant(tess, Role.TRAINER)
    grant(tom, Role.TRAINER, roads)
    grant(ada, Role.PLATFORM_ADMIN)
    grant(gone, Role.MANAGER, roads)
    gone.is_active = False
    gone.save()
    former = grant(make_person(), Role.MANAGER, roads, until_day=timezone.localdate() - timedelta(days=1)).person
    people = {
        "desk": member("Jana", desk),
        "office": member("Ewa", office),
        "roads": member("Ida", roads),
        "both": member("Ole", roads, desk),
        "nowhere": member("Can"),
        "herself": sofia,
        "trainer": tess,
    }
    reports = {name: reported(person) for name, person in people.items()}
    found = {name: [each.display_name for each in deciders_of(person)] for name, person in people.items()}
    assert found == {
        "desk": ["Sofia", "Dana"],
        "office": ["Sofia"],
        "roads": ["Tess", "Tom", "Ada"],
        "both": ["Sofia", "Dana"],
        "nowhere": ["Tess", "Ada"],
        "herself": ["Tess", "Ada"],
        "trainer": ["Ada"],
    }
    for user in (sofia, dana, tess, tom, ada, gone, former, people["desk"]):
        with django_assert_max_num_queries(6):
            seen = set(visible_to(user))
        assert seen == {each for each in reports.values() if can_decide(user, each)}
    assert not visible_to(AnonymousUser()).exists()
    assert not can_decide(AnonymousUser(), reports["desk"])


def test_a_report_that_was_withdrawn_is_seen_by_nobody_else() -> None:
    unit = make_unit()
    sofia = make_person()
    grant(sofia, Role.MANAGER, unit)
    report = reported(member("Jana", unit), state="withdrawn")
    assert (can_decide(sofia, report), visible_to(sofia).exists()) == (False, False)
