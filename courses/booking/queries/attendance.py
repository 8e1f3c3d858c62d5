"""Reads of who came: the list of a meeting, what was corrected later, and what those who came think."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from academy.people.models import Membership
from courses.booking.enums import BookingState, Presence, SeatMode
from courses.booking.models import Attendance, AttendanceChange, Booking, Feedback, Meeting, WorkshopSession

from .sessions import DOORS_OPEN

# Answers are shown from so many up: below, people would be recognised by them.
FEWEST = 5
MARKS = (1, 2, 3, 4, 5)
QUESTIONS = ("useful", "clear", "pace")


@dataclass(frozen=True)
class Person:
    """Somebody with a seat: their booking, where they work, what is noted about them at the meeting."""

    booking: Booking
    organisation: str
    noted: Attendance | None

    @property
    def name(self) -> str:
        """The name to be read."""
        return self.booking.shown_name

    @property
    def key(self) -> str:
        """What names them in a form."""
        return self.booking.public_id.hex

    @property
    def presence(self) -> str:
        """What is noted; empty where nothing is."""
        return self.noted.presence if self.noted is not None else ""

    @property
    def note(self) -> str:
        """The words beside it."""
        return self.noted.note if self.noted is not None else ""

    @property
    def is_online(self) -> bool:
        """Whether their seat is online."""
        return bool(self.booking.pool.mode == SeatMode.ONLINE)


@dataclass(frozen=True)
class Sheet:
    """The list of one meeting."""

    people: list[Person]

    @property
    def counts(self) -> dict[str, int]:
        """How many are noted as what."""
        return {presence.value: sum(person.presence == presence for person in self.people) for presence in Presence}

    @property
    def recorded(self) -> int:
        """Of how many something is noted."""
        return sum(person.noted is not None for person in self.people)

    @property
    def saved(self) -> Attendance | None:
        """What was noted last."""
        noted = [person.noted for person in self.people if person.noted is not None]
        return max(noted, key=lambda row: row.at, default=None)


@dataclass(frozen=True)
class Asked:
    """One question of the feedback form, and how many gave which mark."""

    question: str
    counts: list[tuple[int, int]]


@dataclass(frozen=True)
class Opinion:
    """What those who came think; empty but for the count as long as there are too few."""

    count: int
    asked: list[Asked]
    liked: list[str]
    better: list[str]

    @property
    def is_shown(self) -> bool:
        """Whether there are enough answers."""
        return self.count >= FEWEST


def sheet(meeting: Meeting) -> Sheet:
    """Everybody with a seat at the date, by name, and what is noted of them at one meeting. Three queries."""
    booked = Booking.objects.filter(session_id=meeting.session_id, state=BookingState.BOOKED)
    bookings = list(booked.select_related("person", "pool").order_by("arrival"))
    noted = {
        row.booking_id: row
        for row in Attendance.objects.filter(meeting=meeting, booking__in=bookings).select_related("by")
    }
    works = organisations_of((booking.person_id for booking in bookings), meeting.day)
    people = [
        Person(booking, works.get(booking.person_id, booking.guest_organisation), noted.get(booking.pk))
        for booking in bookings
    ]
    return Sheet(sorted(people, key=lambda person: (person.name.casefold(), person.booking.pk)))


def organisations_of(person_ids: Iterable[int | None], on: date) -> dict[int | None, str]:
    """Where people work on a day, by their ids. One query."""
    ids = [pk for pk in person_ids if pk is not None]
    rows = Membership.objects.on(on).filter(person_id__in=ids).order_by("-pk")
    return dict(rows.values_list("person_id", "unit__organisation__name"))


def changes_of(meeting: Meeting) -> list[AttendanceChange]:
    """What was noted otherwise first, the latest first. One query."""
    rows = AttendanceChange.objects.filter(attendance__meeting=meeting)
    return list(rows.select_related("attendance__booking__person", "by").order_by("-at", "-pk"))


def attended_all(session: WorkshopSession) -> list[Booking]:
    """Seats of those who attended every meeting of a date in full. Two queries."""
    meetings = Meeting.objects.filter(session=session).count()
    booked = Booking.objects.filter(session=session, state=BookingState.BOOKED)
    there = Count("attendances", filter=Q(attendances__presence=Presence.FULL))
    found = booked.annotate(there=there).filter(there__gte=max(meetings, 1))
    return list(found.select_related("person", "pool", "session__item").order_by("arrival"))


def open_meetings(meetings: Iterable[Meeting], at: datetime) -> list[Meeting]:
    """Meetings that one can check in for now: from a quarter of an hour before until the end."""
    return [meeting for meeting in meetings if meeting.starts_at - DOORS_OPEN <= at < meeting.ends_at]


def seat_of(public_id: UUID) -> Booking | None:
    """A booking with its date, its person and what is noted of it. Two queries."""
    found = Booking.objects.select_related("session__item", "person", "pool").prefetch_related("attendances")
    return found.filter(public_id=public_id).first()


def person_with_address(address: str) -> Any:
    """The account with this e-mail address, or None. One query."""
    people = get_user_model()._default_manager.filter(is_active=True, erased_at=None)
    return people.filter(email__iexact=address.strip()).first()


def opinion(session: WorkshopSession) -> Opinion:
    """Totals of the feedback on a date from five answers up, texts in an order that says nothing. One query or two."""
    count = Feedback.objects.filter(session=session).count()
    if count < FEWEST:
        return Opinion(count, [], [], [])
    rows = list(Feedback.objects.filter(session=session))
    asked = []
    for question in QUESTIONS:
        given = [getattr(row, question) for row in rows]
        asked.append(Asked(question, [(mark, given.count(mark)) for mark in MARKS]))
    return Opinion(len(rows), asked, _shuffled(row.liked for row in rows), _shuffled(row.better for row in rows))


def _shuffled(texts: Iterable[str]) -> list[str]:
    """The texts that are not empty, in an order of their own: neither that of answering nor that of the other list."""
    return sorted((text for text in texts if text.strip()), key=lambda text: sha256(text.encode()).digest())
