"""A small town whose manager has seats to give, for the story of test_seats.py. Invented throughout."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.test import override_settings
from django.utils import timezone, translation

from academy.people.enums import Role
from academy.people.models import User
from academy.people.rules import join
from tests import databases
from tests.factories import booking as dates
from tests.factories.curriculum import make_site
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit

from .signing_in import PASSWORD

MANAGER = "sofia@lindenmark.example"
TITLE = "Functional question clinic"
ASKED_FOR = "Contract day for frameworks with several suppliers"
PEOPLE = ("Jana Albers", "Ewa Nowak", "Wilhelmina van Oudenaarden-Schellingwoude")
ASKS = "Ida Berg"


def build(target: str, empty: str, data_dir: Path) -> None:
    """Fill a copy of the empty database."""
    databases.copy(empty, target)
    with override_settings(MEDIA_ROOT=data_dir / "media"), translation.override("en"):
        make_site()
        fill()


def fill() -> None:
    """A manager with four people, a date with free seats, and a request that overlaps with another date."""
    now = timezone.now()
    office = make_unit("Purchasing and facilities", organisation=make_organisation("Town of Lindenmark"))
    manager = make_person(MANAGER, password=PASSWORD, display_name="Sofia Lind")
    grant(manager, Role.MANAGER, office)
    for name in (*PEOPLE, ASKS):
        person = make_person(display_name=name)
        join(person=person, unit=office, from_day=LONG_AGO, by=None, at=AT)
    day = (now + timedelta(days=40)).date()
    dates.make_date(day=day, at=now, seats={"place": 8, "online": 4}, join_url="https://meet.example.org/1")
    asks = User.objects.get(display_name=ASKS)
    goes = User.objects.get(display_name=PEOPLE[2])
    first = dates.make_date(
        item=dates.make_item("W4", "Market talk"), day=day, at=now, room="1.01", zone="Europe/Lisbon", seats=1
    )
    second = dates.make_date(
        item=dates.make_item("W5", ASKED_FOR), day=day, at=now, room="1.02", approval="manager", seats=1
    )
    dates.book(first, asks, now)
    dates.book(first, goes, now)
    dates.book(second, asks, now)
