"""Seats of a team, as whoever leads it sees them: who has one or waits, never who came or what was answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch, Q, QuerySet

from academy.people.models import Membership
from academy.people.workplaces import working
from courses.booking.enums import BookingState, SessionState, Why
from courses.booking.models import Booking, Meeting, Reservation, SeatPool, SessionTrainer, WorkshopSession
from courses.booking.states import LIVE

from .clashes import COMING, SEATED, Clash
from .sessions import with_all

S = BookingState
UnitIds = Collection[int]
OPEN = (SessionState.PLANNED, SessionState.GOING_AHEAD)


@dataclass(frozen=True)
class Member:
    """Somebody of a team, and the names of the team's units in which they work."""

    person: Any
    units: list[str]


@dataclass(frozen=True)
class Standing:
    """How somebody stands with a date; `number` is their place on the waiting list, 0 for who is not on it."""

    booking: Booking
    number: int


@dataclass(frozen=True)
class Asked:
    """A request that waits for an answer, with what one needs to know to give it."""

    booking: Booking
    units: list[str]
    waiting: int
    overlaps: list[Clash]


@dataclass(frozen=True)
class Reserved:
    """Seats that are kept for a unit: how many, with a name, without one, given back."""

    reservation: Reservation
    mode: str
    seats: int
    named: int
    nameless: int
    returned: int


def people_of(unit_ids: UnitIds, on: date, besides: Any = None) -> list[Member]:
    """Who works in these units on a day, by name; `besides` is left out. Two queries, however many people."""
    people = get_user_model()._default_manager.filter(pk__in=_people(unit_ids, on), is_active=True)
    if besides is not None:
        people = people.exclude(pk=besides.pk)
    found = people.prefetch_related(_memberships(unit_ids, on)).order_by("display_name", "pk")
    return [Member(person, _units(person)) for person in found]


def standings(session: WorkshopSession, members: Iterable[Member]) -> dict[int, Standing]:
    """How people stand with a date, by their ids; who has nothing to do with it is missing. Two queries."""
    people = [member.person.pk for member in members]
    live = Booking.objects.filter(session=session, person__in=people, state__in=sorted(LIVE)).select_related("pool")
    numbers = _numbers([session.pk])
    return {booking.person_id or 0: Standing(booking, numbers.get(booking.pk, 0)) for booking in live}


def requests_to(unit_ids: UnitIds, on: date, at: datetime, besides: Any) -> list[Asked]:
    """Requests of people who work in these units, for dates to come; the one waiting longest first.

    `besides`: who looks; nobody approves their own. A fixed number of queries.
    """
    asked = _requests(unit_ids, on, at, besides)
    return _described(asked.order_by("joined_at", "pk"), unit_ids, on)


def request_of(booking_id: UUID, on: date) -> Asked | None:
    """One request, whatever has become of it, for the page on which it is answered."""
    found = _described(Booking.objects.filter(public_id=booking_id, person__isnull=False), None, on)
    return found[0] if found else None


def reservations_of(unit_ids: UnitIds, at: datetime) -> list[Reserved]:
    """Seats reserved for these units at dates that are to come, the next date first. A fixed number of queries."""
    found = Reservation.objects.filter(
        unit__in=unit_ids, session__state__in=OPEN, session__ends_at__gt=at, session__starts_at__gt=at
    )
    return _counted(found.order_by("session__starts_at", "made_at", "pk"))


def find_reservation(public_id: UUID, unit_ids: UnitIds) -> Reserved | None:
    """Seats reserved for one of these units."""
    found = _counted(Reservation.objects.filter(public_id=public_id, unit__in=unit_ids))
    return found[0] if found else None


def seats_of(reservation: Reservation) -> list[Booking]:
    """Seats of a reservation that are still held, in order: with a name or without. One query."""
    held = reservation.bookings.filter(state__in=[S.RESERVED, S.BOOKED])
    return list(held.select_related("person", "pool").order_by("arrival"))


def bookings_of(unit_ids: UnitIds, on: date, at: datetime, besides: Any) -> QuerySet[Booking]:
    """Seats, kept seats and places on waiting lists that people of these units have at dates to come."""
    live = Booking.objects.filter(
        person__in=_people(unit_ids, on),
        person__is_active=True,
        state__in=[S.BOOKED, S.OFFERED, S.WAITING],
        session__state__in=OPEN,
        session__starts_at__gt=at,
    ).exclude(person=besides)
    return (
        live.select_related("person", "pool")
        .prefetch_related(Prefetch("session", with_all()))
        .order_by("session__starts_at", "session_id", "person__display_name", "pk")
    )


def numbered(bookings: Iterable[Booking]) -> list[Standing]:
    """Bookings with their places on the waiting list. One query."""
    rows = list(bookings)
    numbers = _numbers({row.session_id for row in rows})
    return [Standing(row, numbers.get(row.pk, 0)) for row in rows]


def booking_of_team(booking_id: UUID, unit_ids: UnitIds, on: date, besides: Any) -> Booking | None:
    """A booking of somebody who works in these units, whatever its state."""
    found = Booking.objects.filter(public_id=booking_id, person__in=_people(unit_ids, on)).exclude(person=besides)
    return found.select_related("person", "pool").prefetch_related(Prefetch("session", with_all())).first()


def open_requests(unit_ids: UnitIds, on: date, at: datetime, besides: Any) -> QuerySet[Booking]:
    """Requests for seats that wait for an answer, of people who work in these units on a day, for dates to come."""
    return _requests(unit_ids, on, at, besides)


def nameless_seats(unit_ids: UnitIds, at: datetime) -> QuerySet[Booking]:
    """Seats that are reserved for these units at dates to come and have no name yet."""
    return Booking.objects.filter(
        state=S.RESERVED, reservation__unit__in=unit_ids, session__state__in=OPEN, session__starts_at__gt=at
    )


def overlaps(bookings: Collection[Booking]) -> dict[int, list[Clash]]:
    """What overlaps with each of these bookings (their dates read with meetings), by booking. Three queries."""
    people = {booking.person_id for booking in bookings}
    busy: dict[int, dict[int, str]] = defaultdict(dict)
    seats = Booking.objects.filter(person__in=people, state__in=SEATED).values_list("person_id", "session_id")
    for person_id, session_id in seats:
        busy[person_id or 0][session_id] = "booking"
    trains = SessionTrainer.objects.filter(person__in=people).values_list("person_id", "session_id")
    for person_id, session_id in trains:
        busy[person_id or 0][session_id] = "trainer"
    sessions = {session_id for of_person in busy.values() for session_id in of_person}
    meetings = list(
        Meeting.objects.filter(session__in=sessions, session__state__in=COMING)
        .select_related("session__item")
        .order_by("starts_at", "pk")
    )
    return {booking.pk: list(_overlapping(booking, busy[booking.person_id or 0], meetings)) for booking in bookings}


def _overlapping(booking: Booking, busy: dict[int, str], meetings: list[Meeting]) -> Iterable[Clash]:
    asked = list(booking.session.meetings.all())
    for meeting in meetings:
        what = busy.get(meeting.session_id)
        if what is None or meeting.session_id == booking.session_id:
            continue
        if any(meeting.starts_at < one.ends_at and meeting.ends_at > one.starts_at for one in asked):
            yield Clash(
                what=what,
                name=booking.shown_name,
                session_id=meeting.session.public_id,
                item_key=meeting.session.item.key,
                title=meeting.session.item.title,
                starts_at=meeting.starts_at,
                ends_at=meeting.ends_at,
                zone=meeting.zone,
            )


def _requests(unit_ids: UnitIds, on: date, at: datetime, besides: Any) -> QuerySet[Booking]:
    return Booking.objects.filter(
        state=S.ASKED,
        person__in=_people(unit_ids, on),
        person__is_active=True,
        session__state__in=OPEN,
        session__starts_at__gt=at,
    ).exclude(person=besides)


def _described(asked: QuerySet[Booking], unit_ids: UnitIds | None, on: date) -> list[Asked]:
    """Requests with units, overlaps and how many wait for the same kind of seat."""
    bookings = list(
        asked.select_related("person", "pool").prefetch_related(
            Prefetch("session", with_all()), _memberships(unit_ids, on, "person__")
        )
    )
    waiting = Counter(
        Booking.objects.filter(pool__in={booking.pool_id for booking in bookings}, state=S.WAITING).values_list(
            "pool_id", flat=True
        )
    )
    found = overlaps(bookings)
    return [Asked(one, _units(one.person), waiting[one.pool_id], found[one.pk]) for one in bookings]


def _counted(reservations: QuerySet[Reservation]) -> list[Reserved]:
    def some(**fields: Any) -> Count:
        return Count("bookings", filter=Q(**{f"bookings__{name}": value for name, value in fields.items()}))

    rows = (
        reservations.annotate(
            seats=Count("bookings"),
            named=some(state=S.BOOKED),
            nameless=some(state=S.RESERVED),
            given_back=some(state=S.CANCELLED, ended=Why.RETURNED),
        )
        .select_related("unit", "by")
        .prefetch_related(Prefetch("session", with_all()))
    )
    found = list(rows)
    pools = SeatPool.objects.filter(bookings__reservation__in=found).values_list("bookings__reservation", "mode")
    modes = dict(pools.distinct())
    return [
        Reserved(
            reservation=row,
            mode=modes.get(row.pk, ""),
            seats=row.seats,
            named=row.named,
            nameless=row.nameless,
            returned=row.given_back,
        )
        for row in found
    ]


def _numbers(session_ids: Collection[int]) -> dict[int, int]:
    """Places on the waiting lists of dates, by booking."""
    waiting = Booking.objects.filter(session__in=session_ids, state=S.WAITING).order_by("pool_id", "arrival")
    found: dict[int, int] = {}
    before: Counter[int] = Counter()
    for pk, pool_id in waiting.values_list("pk", "pool_id"):
        before[pool_id] += 1
        found[pk] = before[pool_id]
    return found


def _people(unit_ids: UnitIds, on: date) -> QuerySet[Any]:
    """Ids of who works in these units on a day; not of who is invited and has not come."""
    return working(unit_ids, on).values("person")


def _memberships(unit_ids: UnitIds | None, on: date, path: str = "") -> Prefetch[Any]:
    present = Membership.objects.on(on).select_related("unit").order_by("pk")
    if unit_ids is not None:
        present = present.filter(unit__in=unit_ids)
    return Prefetch(f"{path}memberships", queryset=present, to_attr="units_here")


def _units(person: Any) -> list[str]:
    return [membership.unit.name for membership in person.units_here]
