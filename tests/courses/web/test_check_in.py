"""Check-in: a real code is read from its picture, opened by the trainer, and one button notes the person as there."""

from __future__ import annotations

import html
import io
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import segno
import zxingcpp
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from academy.people.enums import Role
from academy.people.models import User
from courses.booking import tokens
from courses.booking.models import Attendance, AttendanceChange, Booking
from courses.booking.rules.plans import MeetingPlan
from courses.booking.tokens import Act
from courses.certificates.models import Certificate
from courses.flows.free_seat import settle_due
from tests.factories import booking as dates
from tests.factories.people import grant, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer of one unit, who runs their own dates only."""
    person = make_person(display_name="Tess Trainer", language="en")
    grant(person, Role.TRAINER, make_unit())
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's phone."""
    return signed_in(trainer)


def begins(starts_at: datetime, minutes: int) -> MeetingPlan:
    """A meeting that begins then."""
    local = starts_at.astimezone(ZONE).replace(second=0, microsecond=0)
    return MeetingPlan(local.date(), local.time(), minutes, "Europe/Berlin")


def booked(trainer: User, *minutes_ago: int, length: int = 60) -> Booking:
    """Jana has a seat at a date whose meetings began so many minutes ago (or begin in so many)."""
    now = timezone.now()
    session = dates.make_date(
        trainers=(trainer,),
        meetings=tuple(begins(now - timedelta(minutes=ago), length) for ago in minutes_ago),
        at=now - timedelta(days=20),
    )
    return dates.book(session, make_person(display_name="Jana Albers"), at=now - timedelta(days=10))


def address(booking: Booking, act: Act = Act.CHECK_IN, until: datetime | None = None) -> str:
    """What stands in the code."""
    token = tokens.make(booking.public_id, act, until or timezone.now() + timedelta(days=1))
    return reverse("check_in", args=[token])


def text(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = html.unescape(response.content.decode())
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def noted() -> list[tuple[int, str]]:
    """Number of the meeting, and what is noted."""
    return list(Attendance.objects.order_by("meeting__number").values_list("meeting__number", "presence"))


def test_one_scan_of_a_real_code_and_one_button(client: Client, trainer: User) -> None:
    booking = booked(trainer, 5)
    picture = io.BytesIO()
    segno.make(f"{settings.BASE_URL}{address(booking)}", error="m").save(picture, kind="png", scale=4)
    found = zxingcpp.read_barcodes(Image.open(picture))
    assert [each.text.startswith(f"{settings.BASE_URL}/en/check-in/") for each in found] == [True]
    path = found[0].text.removeprefix(settings.BASE_URL)
    page = text(client.get(path))
    assert ("<h1>Jana Albers</h1>" in page, "Check in" in page, noted()) == (True, True, [])
    page = text(client.post(path, {"meeting": "1"}, follow=True))
    assert ("Checked in" in page, "<button" in page, noted()) == (True, False, [(1, "full")])
    # Whether they stay to the end is not known at the door.
    assert Certificate.objects.count() == 0
    settle_due(at=timezone.now() + timedelta(hours=2))
    assert Certificate.objects.filter(person=booking.person, kind="participation").count() == 1


def test_opened_or_pressed_again_it_changes_nothing(client: Client, trainer: User) -> None:
    booking = booked(trainer, 5)
    path = address(booking)
    for _ in range(2):
        client.get(path)
        client.head(path)
    assert noted() == []
    for _ in range(2):
        client.post(path, {"meeting": "1"})
    assert (noted(), AttendanceChange.objects.count()) == ([(1, "full")], 0)


def test_what_was_noted_by_hand_stays_but_who_was_absent_comes_after_all(client: Client, trainer: User) -> None:
    booking = booked(trainer, 5)
    path = address(booking)
    client.post(path, {"meeting": "1"})
    Attendance.objects.update(presence="part", note="Left at 12")
    client.post(path, {"meeting": "1"})
    assert (noted(), "Noted as “Part”" in text(client.get(path))) == ([(1, "part")], True)
    Attendance.objects.update(presence="absent")
    client.post(path, {"meeting": "1"})
    row = Attendance.objects.get()
    assert (row.presence, row.note, row.by) == ("full", "Left at 12", trainer)


def test_only_the_part_that_is_on_can_be_checked_in_for(client: Client, trainer: User) -> None:
    booking = booked(trainer, 1500, 55, -6, length=60)
    path = address(booking)
    page = text(client.get(path))
    # Five minutes before the end of the second part, the third one's doors are open already.
    assert (page.count("Check in"), "part 1 of 3" in page, "part 2 of 3" in page, "part 3 of 3" in page) == (
        2,
        False,
        True,
        True,
    )
    for number in ("1", "3", "99", "x", ""):
        client.post(path, {"meeting": number})
    assert noted() == [(3, "full")]


@pytest.mark.parametrize("minutes_ago", [-30, 90])
def test_outside_of_the_meeting_it_says_so(client: Client, trainer: User, minutes_ago: int) -> None:
    path = address(booked(trainer, minutes_ago))
    client.post(path, {"meeting": "1"})
    page = text(client.get(path))
    assert ("No part of this date is on now." in page, "<button" in page, noted()) == (True, False, [])


def test_without_a_seat_any_more_it_says_so(client: Client, trainer: User) -> None:
    booking = booked(trainer, 5)
    Booking.objects.update(state="cancelled", ended_at=timezone.now())
    client.post(address(booking), {"meeting": "1"})
    assert ("no seat at this date any more" in text(client.get(address(booking))), noted()) == (True, [])


def test_nobody_else_finds_it_and_strangers_sign_in_first(client: Client, trainer: User) -> None:
    booking = booked(trainer, 5)
    path = address(booking)
    other = make_person()
    grant(other, Role.TRAINER, make_unit())
    for person in (other, booking.person):
        browser = signed_in(person)
        assert [browser.get(path).status_code, browser.post(path, {"meeting": "1"}).status_code] == [404, 404]
    assert Client().get(path).headers["Location"].startswith("/en/account/login/?next=")
    wrong = [
        address(booking, act=Act.CANCEL),
        address(booking, until=timezone.now() - timedelta(seconds=1)),
        path[:-6] + "/",
        reverse("check_in", args=["x"]),
        reverse("check_in", args=[tokens.make(uuid4(), Act.CHECK_IN, timezone.now() + timedelta(days=1))]),
    ]
    assert [client.get(each).status_code for each in wrong] == [404] * 5
    assert noted() == []


def test_the_trainer_reads_it_in_their_own_language_whatever_that_of_the_code(client: Client, trainer: User) -> None:
    path = address(booked(trainer, 5)).replace("/en/", "/nl/")
    assert client.get(path).headers["Location"] == path.replace("/nl/", "/en/")
    chosen = client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert (chosen.status_code, chosen.headers["Content-Language"]) == (200, "nl")
