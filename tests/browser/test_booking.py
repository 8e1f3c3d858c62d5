"""Booking in a real browser: by keyboard alone, two people and one seat; the pages light and dark, small and wide."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation
from playwright.sync_api import BrowserContext, expect

from academy.people.models import User
from courses.booking import tokens
from courses.booking.enums import Presence, QuestionKind, Waiting
from courses.booking.models import Booking, WorkshopSession
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import QuestionPlan
from courses.booking.tokens import Act
from courses.flows import attend, free_seat
from curriculum.items.models import LearningItem
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests import databases
from tests.factories.booking import book, make_date, make_item
from tests.factories.curriculum import make_site, published
from tests.factories.people import make_person

from . import serving, settings
from .hands import Keyboard, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
JANA, WILLEM, READER = "jana@dates.example", "willem@dates.example", "reader@dates.example"
QUESTIONS = (
    QuestionPlan("What do you eat, and what do you not?", is_sensitive=True, is_required=True),
    QuestionPlan("Which case do you bring?", kind=QuestionKind.CHOICE, options=("A purchase that is planned", "None")),
)


@dataclass(frozen=True)
class Town:
    """A server, and the addresses of its pages by what stands on them."""

    server: Server
    pages: dict[str, str]


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server on a small academy with dates in each state."""
    data_dir: Path = tmp_path_factory.mktemp("booking")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.template("empty", databases.migrate)
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_booking_{os.getpid()}"
            databases.copy(empty, target)
            # The links of mails are signed with the server's key.
            keys = {"MEDIA_ROOT": data_dir / "media", "SECRET_KEY": settings.SECRET_KEY}
            with override_settings(**keys), translation.override("en"):
                pages = fill()
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield Town(running, pages)
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


def fill() -> dict[str, str]:
    """A workshop with one seat for two people; and for a reader, a date for each way to stand."""
    now = timezone.now()
    home = make_site().home
    for address, name in ((JANA, "Jana Albers"), (WILLEM, "Willem van Oudenaarden"), (READER, "Ronja Reader")):
        make_person(address, password=PASSWORD, display_name=name, time_zone="Europe/Lisbon")
    reader = User.objects.get(email=READER)
    index = home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    agenda = [("item", {"title": title, "minutes": 60}) for title in ("Welcome", "Worked example", "Own case")]
    words = {"summary": "Calculate your own case.", "preparation": "Read module 5.1."}
    lab = index.add_child(
        instance=WorkshopPage(**published("Life-cycle costing lab", "lab", code="W3", **words), agenda=agenda)
    )
    item = LearningItem.objects.get(key=lab.translation_key)
    one = make_date(item=item, seats=1, day=day(now, 40), at=now)
    free = make_date(
        item=make_item("W4", "Contract day for frameworks with several suppliers"),
        seats={"place": 1, "online": 4},
        join_url="https://rooms.example/1",
        day=day(now, 30),
        room="1.02",
        at=now,
        questions=QUESTIONS,
        has_captions=True,
        is_step_free=True,
        access_notes="From the station by tram 4.\nThe lift is on the left.",
        cancel_until=now + timedelta(days=29),
    )
    book(free, at=now)
    booked = make_date(item=make_item("W5", "Practice day"), day=day(now, 30), room="1.03", at=now)
    seat = book(booked, reader, now)
    waits = make_date(item=make_item("W6", "Executive session"), day=day(now, 31), room="1.03", seats=1, at=now)
    book(waits, at=now)
    book(waits, reader, now)
    kept = make_date(
        item=make_item("W7", "Dialogue"), day=day(now, 32), room="1.03", seats=1, at=now, waiting=Waiting.OFFER
    )
    first = book(kept, at=now)
    offer = book(kept, reader, now)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=now)
    over = came(reader, now)
    return {
        "one": address_of(one),
        "format": lab.url,
        "date, seats free": address_of(free),
        "book, with questions and an overlap": f"{address_of(free)}book/",
        "date, booked": address_of(booked),
        "cancel": f"{address_of(booked)}cancel/",
        "date, waiting": address_of(waits),
        "date, kept": address_of(kept),
        "date, over": address_of(over),
        "feedback": f"{address_of(over)}feedback/",
        "my learning": "/en/learning/",
        "link, accept": link(offer, Act.ACCEPT, now + timedelta(hours=5)),
        "link, cancel": link(seat, Act.CANCEL, now + timedelta(hours=5)),
        "link, over": link(offer, Act.DECLINE, now - timedelta(hours=5)),
    }


def came(person: User, now: datetime) -> WorkshopSession:
    """A date last week at which the person was."""
    before = now - timedelta(days=20)
    session = make_date(item=make_item("W8", "Kick-off"), day=day(now, -7), room="1.03", at=before)
    booking = book(session, person, before)
    meeting = session.meetings.get()
    attend.note_attendance(meeting=meeting, seen={booking.pk: Seen(Presence.FULL)}, by=None, at=meeting.ends_at)
    return session


def day(now: datetime, days: int) -> Any:
    """So many days from now."""
    return (now + timedelta(days=days)).date()


def address_of(session: WorkshopSession) -> str:
    """The date's page."""
    return f"/en/dates/{session.public_id}/"


def link(booking: Booking, act: Act, until: datetime) -> str:
    """A link as a mail has it."""
    return f"/b/{tokens.make(booking.public_id, act, until)}/?lang=en"


def test_one_books_by_keyboard_another_waits_and_moves_up_when_the_first_cancels(town: Town, window: Window) -> None:
    page = window().new_page()
    sign_in(page, town.server, JANA)
    jana = Person(Keyboard(page), town.server.url)
    jana.opens(town.pages["format"])
    jana.follows(re.compile("Lisbon time"))
    jana.stands_at("Life-cycle costing lab")
    jana.follows("Book a seat")
    jana.presses("Book this seat")
    jana.sees("Your seat is booked. The date is on its way to your mailbox.")
    jana.sees("You have a seat")

    other = window(320, 640).new_page()
    sign_in(other, town.server, WILLEM)
    willem = Person(Keyboard(other), town.server.url)
    willem.opens(town.pages["one"])
    willem.follows("Join the waiting list")
    willem.presses("Join the waiting list")
    willem.sees("No. 1 on the waiting list")

    jana.follows("Cancel my seat")
    jana.stands_at("Cancel your seat?")
    jana.presses("Cancel my seat")
    jana.sees("Your seat is cancelled. It goes to the next person on the list.")

    willem.opens("/en/learning/")
    willem.sees("Booked")
    willem.follows("Life-cycle costing lab")
    willem.sees("You have a seat")


def test_nothing_is_wrong_with_the_pages_of_dates(town: Town, window: Window) -> None:
    page = window().new_page()
    sign_in(page, town.server, READER)
    found = []
    for name, path in town.pages.items():
        answer = page.goto(town.server.url + path)
        assert answer is not None
        if answer.status != 200 or not page.url.endswith(path):
            found.append(f"{name}: {answer.status} at {page.url}")
        found += wrong_with(page, name)
    page.goto(town.server.url + town.pages["book, with questions and an overlap"])
    page.get_by_role("button", name="Book this seat").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found += wrong_with(page, "book, not filled in")
    stranger = window().new_page()
    for name in ("date, seats free", "format", "link, accept"):
        stranger.goto(town.server.url + town.pages[name])
        found += wrong_with(stranger, f"{name}, for a stranger")
    assert found == []
