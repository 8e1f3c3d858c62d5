"""Reads of dates: what a date says, how many seats are left, how it stood when it was told last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from courses.booking.enums import Availability, Change, SessionState
from courses.booking.models import Booking, Meeting, SeatPool, SessionChange, SessionTrainer, WorkshopSession
from curriculum.workshops.queries import WorkshopRow, workshops

# The online room opens, and attendance can be noted, this long before a meeting begins.
DOORS_OPEN = timedelta(minutes=15)


def with_all(sessions: QuerySet[WorkshopSession] | None = None) -> QuerySet[WorkshopSession]:
    """Dates with what a page about them shows: item, meetings, seats, trainers. Four queries however many there are."""
    found = sessions if sessions is not None else WorkshopSession.objects.all()
    return found.select_related("item").prefetch_related(
        Prefetch("meetings", Meeting.objects.order_by("starts_at", "pk")),
        Prefetch("pools", SeatPool.objects.order_by("-mode")),
        Prefetch("trainers", SessionTrainer.objects.select_related("person").order_by("pk")),
    )


def was_opened(session: WorkshopSession) -> bool:
    """Whether everybody may see it: no draft, nor one that was thrown away before it was ever opened."""
    if session.state != SessionState.CANCELLED:
        return session.is_public
    return SessionChange.objects.filter(session=session, what=Change.PUBLISHED).exists()


def find(public_id: UUID) -> WorkshopSession | None:
    """One date with all that belongs to it."""
    return with_all().filter(public_id=public_id).first()


def formats(language: str) -> dict[UUID, WorkshopRow]:
    """Published workshop formats by key, with their words in a language. Read once for a state of the site."""
    return {row.key: row for row in workshops(language)}


def title_of(session: WorkshopSession, language: str) -> tuple[str, str]:
    """What the date is called in a language, and that title's language; a withdrawn format keeps its last title."""
    row = formats(language).get(session.item.key)
    return (row.title, row.title_language) if row is not None else (session.item.title, "")


def availability(session: WorkshopSession, at: datetime, pools: list[SeatPool] | None = None) -> Availability:
    """What can be had at the date now."""
    if session.state == SessionState.CANCELLED:
        return Availability.CANCELLED
    if session.state in (SessionState.TOOK_PLACE, SessionState.DRAFT) or session.has_begun(at):
        return Availability.OVER
    if session.opens_at is not None and at < session.opens_at:
        return Availability.NOT_YET
    if session.closes_at is not None and at >= session.closes_at:
        return Availability.CLOSED
    seats = list(session.pools.all()) if pools is None else pools
    return Availability.OPEN if any(pool.free for pool in seats) else Availability.FULL


def next_dates(item_key: UUID, at: datetime, limit: int = 5) -> list[WorkshopSession]:
    """The next public dates of a format. Four queries."""
    coming = WorkshopSession.objects.filter(
        item__key=item_key, state__in=[SessionState.PLANNED, SessionState.GOING_AHEAD], starts_at__gt=at
    )
    return list(with_all(coming.order_by("starts_at", "pk"))[:limit])


def zone_of(session: WorkshopSession) -> str:
    """The IANA zone in which the date was agreed: its first meeting's."""
    meetings = list(session.meetings.all())
    return meetings[0].zone if meetings else "UTC"


def local_day(moment: datetime, zone: str) -> date:
    """The day that it is in a zone at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def snapshot(session: WorkshopSession) -> dict[str, Any]:
    """Time and place of a date as plain values: what people were told, held against what it says later.

    {"meetings": [{"number", "starts_at" (UTC, ISO 8601), "minutes", "zone"}], "place": str, "is_online": bool}
    """
    return {
        "meetings": [
            {
                "number": meeting.number,
                "starts_at": meeting.starts_at.isoformat(),
                "minutes": meeting.minutes,
                "zone": meeting.zone,
            }
            for meeting in session.meetings.order_by("starts_at", "pk")
        ],
        "place": session.place,
        "is_online": session.is_online,
    }


def minutes_of(session: WorkshopSession) -> int:
    """Minutes of all meetings together."""
    return sum(meeting.minutes for meeting in session.meetings.all())


def doors_open(meeting: Meeting, at: datetime) -> bool:
    """Whether the online room of a meeting is open: from a quarter of an hour before it begins until it ends."""
    return meeting.starts_at - DOORS_OPEN <= at < meeting.ends_at


@dataclass(frozen=True)
class Waits:
    """A place in the waiting list."""

    number: int
    of: int


def place_in_list(booking: Booking) -> Waits:
    """Which number somebody has on the waiting list for their kind of seat. One query."""
    arrivals = list(
        Booking.objects.filter(pool_id=booking.pool_id, state="waiting")
        .order_by("arrival")
        .values_list("pk", flat=True)
    )
    return Waits(arrivals.index(booking.pk) + 1 if booking.pk in arrivals else 0, len(arrivals))
