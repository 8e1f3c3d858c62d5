"""What overlaps, by the instants of meetings: never by the day, never with itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from courses.booking.enums import SessionState
from courses.booking.models import Booking, Meeting, SessionTrainer, Unavailability

COMING = (SessionState.DRAFT, SessionState.PLANNED, SessionState.GOING_AHEAD)
SEATED = ("booked", "offered")


@dataclass(frozen=True)
class Stretch:
    """A stretch of time, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Clash:
    """One thing that overlaps: `what` is trainer, room or booking; `name` the trainer or room it is about."""

    what: str
    name: str
    session_id: UUID
    item_key: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str


def clashes_of_person(person: Any, stretches: Iterable[Stretch], *, besides: int | None = None) -> list[Clash]:
    """Dates at which the person has a seat, or is the trainer, and that overlap with one of these stretches.

    `besides` is the date (its id) that is booked or planned: nothing clashes with itself. Two queries.
    """
    when = _overlapping(stretches)
    if when is None:
        return []
    meetings = _coming(besides).filter(when)
    seats = Booking.objects.filter(person=person, state__in=SEATED).values("session_id")
    gives = SessionTrainer.objects.filter(person=person).values("session_id")
    name = person.get_full_name()
    return [
        *(_clash("booking", name, meeting) for meeting in meetings.filter(session_id__in=seats)),
        *(_clash("trainer", name, meeting) for meeting in meetings.filter(session_id__in=gives)),
    ]


def clashes_of_room(
    city: str, venue: str, room: str, stretches: Iterable[Stretch], *, besides: int | None = None
) -> list[Clash]:
    """Dates in the same room at the same time; rooms are compared by town, building and name, whatever the case."""
    when = _overlapping(stretches)
    if when is None or not (room or venue):
        return []
    same = Q(session__city__iexact=city, session__venue__iexact=venue, session__room__iexact=room)
    name = ", ".join(part for part in (room, venue, city) if part)
    return [_clash("room", name, meeting) for meeting in _coming(besides).filter(when).filter(same)]


def unavailable(people: Collection[Any], stretches: Iterable[Stretch]) -> list[Any]:
    """Those of these people who have marked one of the stretches as not available. One query."""
    when = _overlapping(stretches)
    if when is None or not people:
        return []
    found = set(
        Unavailability.objects.filter(when, person__in=[person.pk for person in people]).values_list(
            "person_id", flat=True
        )
    )
    return [person for person in people if person.pk in found]


def stretches_of(meetings: Iterable[Meeting]) -> list[Stretch]:
    """The times of meetings."""
    return [Stretch(meeting.starts_at, meeting.ends_at) for meeting in meetings]


def _overlapping(stretches: Iterable[Stretch]) -> Q | None:
    """Rows with `starts_at` and `ends_at` that share a moment with one of the stretches; None for no stretch."""
    found: Q | None = None
    for stretch in stretches:
        one = Q(starts_at__lt=stretch.ends_at, ends_at__gt=stretch.starts_at)
        found = one if found is None else found | one
    return found


def _coming(besides: int | None) -> QuerySet[Meeting]:
    meetings = Meeting.objects.filter(session__state__in=COMING).select_related("session__item")
    return (meetings.exclude(session_id=besides) if besides is not None else meetings).order_by("starts_at", "pk")


def _clash(what: str, name: str, meeting: Meeting) -> Clash:
    session = meeting.session
    return Clash(
        what=what,
        name=name,
        session_id=session.public_id,
        item_key=session.item.key,
        title=session.item.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
    )
