"""Reads for trainers: their agenda, what waits for them, the people of a date, whom a change is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from academy.people.models import Membership
from courses.booking.enums import BookingState, SeatMode, SessionState
from courses.booking.models import (
    Attendance,
    Booking,
    BookingChange,
    Meeting,
    SeatPool,
    SessionChange,
    SessionTrainer,
    SignUpAnswer,
    WorkshopInterest,
    WorkshopSession,
)
from courses.booking.queries.sessions import title_of, with_all, zone_of

S = BookingState
COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)
# What is older than this nobody is reminded of.
LOOK_BACK = timedelta(days=60)
# A decision is announced so long before its day.
DECISION_NEAR = timedelta(days=7)
ORDER = (S.BOOKED, S.OFFERED, S.RESERVED, S.ASKED, S.WAITING)


@dataclass(frozen=True)
class Line:
    """A date on the agenda, with its numbers."""

    session: WorkshopSession
    title: str
    title_language: str
    zone: str
    seats: list[SeatPool]
    counts: dict[str, int] = field(default_factory=dict)
    kept_until: datetime | None = None

    @property
    def booked(self) -> int:
        """People with a seat."""
        return self.counts.get(S.BOOKED, 0)

    @property
    def waiting(self) -> int:
        """People on the waiting list."""
        return self.counts.get(S.WAITING, 0)

    @property
    def kept(self) -> int:
        """Seats kept for an answer."""
        return self.counts.get(S.OFFERED, 0)

    @property
    def reserved(self) -> int:
        """Seats reserved without a name."""
        return self.counts.get(S.RESERVED, 0)

    @property
    def asked(self) -> int:
        """Requests that nobody has answered."""
        return self.counts.get(S.ASKED, 0)

    @property
    def capacity(self) -> int:
        """Seats in all."""
        return sum(pool.capacity for pool in self.seats)

    @property
    def is_short(self) -> bool:
        """Whether fewer have booked than it takes."""
        return self.session.state == SessionState.PLANNED and self.booked < self.session.minimum

    @property
    def meeting(self) -> Meeting | None:
        """The meeting whose attendance is noted next: the first that is not over, else the last."""
        meetings = list(self.session.meetings.all())
        now = timezone.now()
        return next((one for one in meetings if one.ends_at > now), meetings[-1] if meetings else None)

    @property
    def days(self) -> list[Meeting]:
        """Its meetings in order."""
        return list(self.session.meetings.all())


def given_by(user: Any, sessions: QuerySet[WorkshopSession]) -> QuerySet[WorkshopSession]:
    """Those of these dates that somebody gives or has planned."""
    gives = SessionTrainer.objects.filter(session=OuterRef("pk"), person_id=user.pk)
    return sessions.filter(Q(Exists(gives)) | Q(created_by_id=user.pk))


def coming(sessions: QuerySet[WorkshopSession], at: datetime) -> QuerySet[WorkshopSession]:
    """Dates that are not over yet, drafts among them, soonest first."""
    found = sessions.filter(state__in=[SessionState.DRAFT, *COMING], ends_at__gt=at)
    return found.order_by("starts_at", "pk")


def past(sessions: QuerySet[WorkshopSession], at: datetime) -> QuerySet[WorkshopSession]:
    """Dates that are over or cancelled, latest first."""
    found = sessions.filter(Q(ends_at__lte=at) | Q(state__in=[SessionState.TOOK_PLACE, SessionState.CANCELLED]))
    return found.order_by("-starts_at", "-pk")


def lines(sessions: QuerySet[WorkshopSession], language: str) -> list[Line]:
    """Dates with their numbers. Five queries, however many dates."""
    rows = list(with_all(sessions))
    counts: dict[int, dict[str, int]] = {}
    kept: dict[int, datetime] = {}
    found = Booking.objects.filter(session__in=[row.pk for row in rows]).exclude(state=S.CANCELLED)
    for row in found.order_by().values("session_id", "state").annotate(n=Count("pk"), until=Min("offered_until")):
        counts.setdefault(row["session_id"], {})[row["state"]] = row["n"]
        if row["until"] is not None:
            kept[row["session_id"]] = row["until"]
    return [line_of(row, language, counts.get(row.pk, {}), kept.get(row.pk)) for row in rows]


def line_of(
    session: WorkshopSession, language: str, counts: dict[str, int], kept_until: datetime | None = None
) -> Line:
    """One date with its numbers."""
    title, title_language = title_of(session, language)
    seats = [pool for pool in session.pools.all() if pool.capacity or pool.taken]
    return Line(session, title, title_language, zone_of(session), seats, counts, kept_until)


@dataclass(frozen=True)
class Waiting:
    """What waits for a trainer, each with the date or format that it is about."""

    attendance: list[Meeting]
    decisions: list[WorkshopSession]
    feedback: list[WorkshopSession]

    def __bool__(self) -> bool:
        return bool(self.attendance or self.decisions or self.feedback)


def waiting_for(sessions: QuerySet[WorkshopSession], at: datetime) -> Waiting:
    """Attendance that is not noted, decisions that are near, feedback that has come. Three queries."""
    recent = sessions.filter(ends_at__gt=at - LOOK_BACK).exclude(state__in=[SessionState.DRAFT, SessionState.CANCELLED])
    noted = Attendance.objects.filter(booking=OuterRef("pk"), meeting=OuterRef(OuterRef("pk")))
    open_ones = Booking.objects.filter(~Exists(noted), session=OuterRef("session"), state=S.BOOKED)
    meetings = Meeting.objects.filter(Exists(open_ones), session__in=recent, ends_at__lte=at)
    booked = Count("bookings", filter=Q(bookings__state=S.BOOKED))
    decisions = sessions.filter(
        state=SessionState.PLANNED, starts_at__gt=at, decide_on__lte=(at + DECISION_NEAR).date()
    )
    answered = recent.annotate(feedback_count=Count("feedback")).filter(feedback_count__gt=0)
    return Waiting(
        attendance=list(meetings.select_related("session__item").order_by("starts_at", "pk")[:10]),
        decisions=list(
            decisions.select_related("item")
            .annotate(booked_count=booked)
            .filter(booked_count__lt=F("minimum"))
            .order_by("decide_on", "pk")[:10]
        ),
        feedback=list(answered.select_related("item").order_by("-ends_at", "-pk")[:10]),
    )


def wanted() -> dict[Any, int]:
    """How many people want to be told of a date, by the key of the workshop. One query."""
    rows = WorkshopInterest.objects.filter(told_at=None, person__is_active=True)
    return dict(rows.order_by().values_list("item__key").annotate(n=Count("pk")))


def dated(at: datetime) -> set[Any]:
    """Keys of workshops that have a coming date. One query."""
    found = WorkshopSession.objects.filter(state__in=COMING, starts_at__gt=at)
    return set(found.order_by().values_list("item__key", flat=True).distinct())


@dataclass(frozen=True)
class Seated:
    """Somebody on the list of a date."""

    booking: Booking
    place: int
    units: list[str]
    answers: list[SignUpAnswer]


def people(session: WorkshopSession, on: date) -> list[Seated]:
    """Everybody with a live booking: seats first, then requests, then the waiting list in order. Three queries."""
    rows = (
        Booking.objects.filter(session=session)
        .exclude(state=S.CANCELLED)
        .select_related("person", "pool", "reservation__unit")
        .prefetch_related(
            Prefetch("answers", SignUpAnswer.objects.select_related("question").order_by("question__number")),
            Prefetch(
                "person__memberships",
                Membership.objects.on(on).select_related("unit__organisation").order_by("pk"),
                to_attr="units_here",
            ),
        )
        .order_by("arrival")
    )
    numbers: dict[int, int] = {}
    found = []
    for booking in rows:
        place = 0
        if booking.state == S.WAITING:
            place = numbers[booking.pool_id] = numbers.get(booking.pool_id, 0) + 1
        found.append(Seated(booking, place, units_of(booking), list(booking.answers.all())))
    return sorted(found, key=lambda row: (ORDER.index(S(row.booking.state)), row.booking.arrival))


def units_of(booking: Booking) -> list[str]:
    """Where somebody works, or for whom a seat is reserved, or what a guest says."""
    if booking.person is not None:
        here = getattr(booking.person, "units_here", [])
        return [f"{row.unit.name}, {row.unit.organisation.name}" for row in here]
    if booking.reservation is not None:
        return [booking.reservation.unit.name]
    return [booking.guest_organisation] if booking.guest_organisation else []


def log(session: WorkshopSession, limit: int = 200) -> list[BookingChange | SessionChange]:
    """Steps of bookings and changes of the date, latest first. Two queries."""
    steps = BookingChange.objects.filter(booking__session=session).select_related("booking__person", "by")
    changes = SessionChange.objects.filter(session=session).select_related("by")
    both: list[BookingChange | SessionChange] = [
        *steps.order_by("-pk")[:limit],
        *changes.order_by("-pk")[:limit],
    ]
    # Of one moment, what was done to the date comes before what that did to bookings.
    return sorted(both, key=lambda row: (row.at, isinstance(row, BookingChange), row.pk), reverse=True)[:limit]


@dataclass(frozen=True)
class Told:
    """How many are told of a change, by how they stand."""

    booked: int
    offered: int
    waiting: int
    asked: int
    # Who has reserved seats that have no name yet.
    reserving: int
    trainers: int

    @property
    def people(self) -> int:
        """All but trainers."""
        return self.booked + self.offered + self.waiting + self.asked


def told_of(session: WorkshopSession, *, by: Any) -> Told:
    """Whom a move or a cancellation is told: those with an address, and the other trainers. Three queries."""
    counts = dict.fromkeys((S.BOOKED, S.OFFERED, S.WAITING, S.ASKED), 0)
    rows = Booking.objects.filter(session=session, state__in=counts).exclude(person=None, guest_email="")
    counts |= {S(state): n for state, n in rows.order_by().values_list("state").annotate(n=Count("pk"))}
    nameless = Booking.objects.filter(session=session, state=S.RESERVED).exclude(reservation__by=by.pk).order_by()
    trainers = SessionTrainer.objects.filter(session=session).exclude(person=None, email="")
    return Told(
        booked=counts[S.BOOKED],
        offered=counts[S.OFFERED],
        waiting=counts[S.WAITING],
        asked=counts[S.ASKED],
        reserving=nameless.values("reservation__by").distinct().count(),
        trainers=trainers.exclude(person_id=by.pk).count(),
    )


def will_move_up(session: WorkshopSession, seats: Mapping[str, int]) -> int:
    """How many move up from the waiting list if there are so many seats of each kind. One query."""
    waits = dict(
        Booking.objects.filter(session=session, state=S.WAITING).order_by().values_list("pool_id").annotate(Count("pk"))
    )
    return sum(
        min(waits.get(pool.pk, 0), max(0, seats.get(pool.mode, pool.capacity) - pool.regular))
        for pool in session.pools.all()
    )


def changes_since(session: WorkshopSession, seen: datetime) -> list[SessionChange]:
    """What was changed at a date after a form was opened. One query."""
    return list(SessionChange.objects.filter(session=session, at__gt=seen).select_related("by").order_by("at", "pk"))


def other_dates(session: WorkshopSession, at: datetime) -> list[WorkshopSession]:
    """Coming dates of the same workshop, to which somebody can be moved. Four queries."""
    found = WorkshopSession.objects.filter(item=session.item, state__in=COMING, starts_at__gt=at)
    return list(with_all(found.exclude(pk=session.pk).order_by("starts_at", "pk"))[:20])


def free_modes(sessions: Iterable[WorkshopSession]) -> list[tuple[WorkshopSession, SeatPool]]:
    """Dates and their kinds of seats where at least one is free and nobody waits for it. One query."""
    rows = list(sessions)
    waits = set(
        Booking.objects.filter(session__in=[row.pk for row in rows], state=S.WAITING).values_list("pool_id", flat=True)
    )
    return [(row, pool) for row in rows for pool in row.pools.all() if pool.free and pool.pk not in waits]


def has_seats(session: WorkshopSession) -> list[str]:
    """The kinds of seats that a date has."""
    return [pool.mode for pool in session.pools.all() if pool.capacity or pool.taken]


def taken_of(session: WorkshopSession) -> dict[str, int]:
    """Seats taken within the capacity, by kind: there cannot be fewer."""
    return {mode.value: 0 for mode in SeatMode} | {pool.mode: pool.regular for pool in session.pools.all()}


def modes_waited_for(session: WorkshopSession) -> set[str]:
    """The kinds of seats that somebody waits for. One query."""
    waiting = Booking.objects.filter(session=session, state=S.WAITING).order_by()
    return set(waiting.values_list("pool__mode", flat=True).distinct())
