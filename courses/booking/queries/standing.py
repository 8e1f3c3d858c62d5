"""Where somebody stands with dates: at one of them, and at all of theirs; seats as a page shows them. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from academy.people.models import Membership
from courses.booking.enums import BookingState, Presence, SeatMode, SessionState
from courses.booking.models import Attendance, Booking, Meeting, SeatPool, WorkshopInterest, WorkshopSession
from courses.booking.states import LIVE

S = BookingState
# What somebody sees of their own: a seat without a name is nobody's.
MINE = sorted(LIVE - {S.RESERVED})
# So long after a date its form waits among what a person has to do.
ASKED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Seats:
    """Seats of one kind at a date."""

    mode: str
    free: int
    taken: int
    capacity: int
    waiting: int

    @property
    def name(self) -> str:
        """On site or online, in the current language."""
        return str(SeatMode(self.mode).label)

    @property
    def is_free(self) -> bool:
        """Whether who books now has a seat, as far as can be seen."""
        return self.free > 0 and not self.waiting


def seats_of(session: WorkshopSession) -> list[Seats]:
    """Each kind of seats that a date has, and how many wait for it. One query beside the date's own pools."""
    waiting = _waiting([session])
    return _seats(session, waiting)


def seats_by_date(sessions: Iterable[WorkshopSession]) -> dict[int, list[Seats]]:
    """The same for many dates, by their id. One query."""
    dates = list(sessions)
    waiting = _waiting(dates)
    return {session.pk: _seats(session, waiting) for session in dates}


def booking_of(person: Any, session: WorkshopSession) -> Booking | None:
    """The person's own live booking at a date. One query."""
    found = Booking.objects.filter(session=session, person=person, state__in=MINE).select_related("pool").first()
    if found is not None:
        found.session = session
    return found


def find_booking(public_id: UUID) -> Booking | None:
    """The booking with this id, whatever has become of it; for whoever holds a link from its mail."""
    return Booking.objects.select_related("session__item", "pool", "person").filter(public_id=public_id).first()


def is_for(person: Any, session: WorkshopSession, at: datetime) -> bool:
    """Whether the date is open to the organisations where somebody works. Two queries at most."""
    allowed = [organisation.pk for organisation in session.organisations.all()]
    if not allowed:
        return True
    return Membership.objects.on(at.date()).filter(person=person, unit__organisation_id__in=allowed).exists()


def is_asked_for_feedback(booking: Booking, at: datetime) -> bool:
    """Whether the form after the date is open to this person: they came, and have not answered. One query at most."""
    session = booking.session
    if booking.state != S.BOOKED or booking.feedback_at is not None or not session.is_over(at):
        return False
    return Attendance.objects.filter(booking=booking, presence__in=[Presence.FULL, Presence.PART]).exists()


def next_dates_of(keys: Collection[UUID], at: datetime, limit: int) -> list[WorkshopSession]:
    """The next dates that stand in the calendar of some workshops, with times and seats. Three queries at most."""
    coming = WorkshopSession.objects.filter(
        item__key__in=list(keys), state__in=[SessionState.PLANNED, SessionState.GOING_AHEAD], starts_at__gt=at
    )
    return list(
        coming.select_related("item")
        .prefetch_related(
            Prefetch("meetings", Meeting.objects.order_by("starts_at", "pk")),
            Prefetch("pools", SeatPool.objects.order_by("-mode")),
        )
        .order_by("starts_at", "pk")[:limit]
    )


def own_dates(person: Any, keys: Collection[UUID], at: datetime) -> dict[UUID, tuple[int, str]]:
    """The next date of each of some workshops that somebody has booked or waits for, by the workshop's key: its primary
    key, and the state of the booking; a seat comes before a place in a list. One query."""
    found: dict[UUID, tuple[int, str]] = {}
    rows = Booking.objects.filter(
        person=person, state__in=MINE, session__item__key__in=list(keys), session__ends_at__gt=at
    ).exclude(session__state=SessionState.CANCELLED)
    for key, session, state in rows.order_by("session__starts_at", "pk").values_list(
        "session__item__key", "session_id", "state"
    ):
        if key not in found or (state == S.BOOKED and found[key][1] != S.BOOKED):
            found[key] = (session, state)
    return found


def wants_date(person: Any, item_key: UUID) -> bool:
    """Whether somebody has asked to be told of a date and has not been told yet. One query."""
    return WorkshopInterest.objects.filter(person=person, item__key=item_key, told_at=None).exists()


@dataclass(frozen=True)
class MyBooking:
    """A booking on the person's own page.

    `number` is their place in the list, while they wait; `minutes` those of the meetings they attended in full.
    """

    booking: Booking
    number: int
    meetings: list[Meeting]
    minutes: int

    @property
    def session(self) -> WorkshopSession:
        """The date."""
        return self.booking.session


@dataclass(frozen=True)
class MyBookings:
    """What a person's own page says of workshops: to come, forms to fill in, attended."""

    coming: list[MyBooking]
    feedback: list[MyBooking]
    attended: list[MyBooking]

    @property
    def minutes(self) -> int:
        """Of all that was attended."""
        return sum(row.minutes for row in self.attended)

    def __bool__(self) -> bool:
        return bool(self.coming or self.attended)


def bookings_of(person: Any, at: datetime) -> MyBookings:
    """All that a person has booked, waits for or has attended, what is next first. Three queries however many."""
    ahead = (
        Booking.objects.filter(pool_id=OuterRef("pool_id"), state=S.WAITING, arrival__lt=OuterRef("arrival"))
        .order_by()
        .values("pool_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = (
        Booking.objects.filter(person=person, state__in=MINE)
        .exclude(session__state=SessionState.CANCELLED)
        .annotate(ahead=Coalesce(Subquery(ahead), 0))
        .select_related("session__item", "pool")
        .prefetch_related(
            Prefetch("session__meetings", Meeting.objects.order_by("starts_at", "pk")), Prefetch("attendances")
        )
        .order_by("session__starts_at", "pk")
    )
    coming: list[MyBooking] = []
    feedback: list[MyBooking] = []
    attended: list[MyBooking] = []
    for booking in rows:
        meetings = list(booking.session.meetings.all())
        there = {one.meeting_id: one.presence for one in booking.attendances.all()}
        minutes = sum(each.minutes for each in meetings if there.get(each.pk) == Presence.FULL)
        row = MyBooking(booking, booking.ahead + 1 if booking.state == S.WAITING else 0, meetings, minutes)
        ends_at = booking.session.ends_at
        if ends_at is None or at < ends_at:
            coming.append(row)
        elif set(there.values()) - {Presence.ABSENT}:
            attended.insert(0, row)
            if booking.feedback_at is None and at < ends_at + ASKED_FOR:
                feedback.append(row)
    return MyBookings(coming, feedback, attended)


def _seats(session: WorkshopSession, waiting: dict[int, int]) -> list[Seats]:
    return [
        Seats(pool.mode, pool.free, pool.taken, pool.capacity, waiting.get(pool.pk, 0))
        for pool in session.pools.all()
        if pool.capacity or pool.taken
    ]


def _waiting(sessions: list[WorkshopSession]) -> dict[int, int]:
    """How many wait, by id of the pool."""
    rows = Booking.objects.filter(session__in=[session.pk for session in sessions], state=S.WAITING)
    return dict(rows.order_by().values_list("pool_id").annotate(count=Count("pk")))
