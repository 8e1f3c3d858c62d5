"""What people may do about their own seat, and managers about seats of their unit: the checks before `seats`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from academy.people.models import Membership, Unit
from courses.booking.enums import Approval, BookingState, Why
from courses.booking.errors import (
    BookedAlready,
    BookingClosed,
    BookingUnknown,
    Clashes,
    NoSeatFree,
    NotBooked,
    NotForYou,
    NotOpenYet,
    OfferOver,
    OthersWait,
    TooLateToCancel,
)
from courses.booking.models import Booking, BookingChange, Meeting, Reservation, WorkshopSession
from courses.booking.queries.clashes import clashes_of_person, stretches_of
from courses.booking.queries.sessions import local_day, zone_of

from . import seats
from .seats import Who, lock_session

S = BookingState


@transaction.atomic
def book(
    *,
    session_id: UUID,
    person: Any,
    mode: str,
    by: Any,
    at: datetime,
    accepts_overlap: bool = False,
    is_approved: bool = False,
    answers: Mapping[int, str] | None = None,
) -> BookingChange:
    """A seat, a place in the waiting list or a request, for oneself or by staff for somebody else.

    `is_approved`: booked by whoever would have to approve. Raises SessionUnknown, NotOpen, NotOpenYet, BookingClosed,
    NotForYou, Clashes, BookedAlready, NoSeatFree.
    """
    session = lock_session(session_id)
    seats.may_be_booked(session, at)
    _window(session, at)
    _organisations(session, person, at)
    if not accepts_overlap or settings.BOOKING_OVERLAPS == "block":
        found = clashes_of_person(person, stretches_of(Meeting.objects.filter(session=session)), besides=session.pk)
        if found:
            raise Clashes(found)
    return seats.take(
        session=session,
        who=Who(person),
        mode=mode,
        by=by,
        at=at,
        needs_approval=session.approval == Approval.MANAGER and not is_approved,
        answers=answers,
    )


@transaction.atomic
def cancel(*, booking_id: UUID, by: Any, at: datetime, is_staff: bool = False, reason: str = "") -> list[BookingChange]:
    """Give a booking up, one's own or (staff) somebody's; the next in line moves up at once. All steps, its own first.

    Raises BookingUnknown, NotBooked, TooLateToCancel.
    """
    session, booking = _locked(booking_id)
    if not booking.is_live or session.is_over(at):
        raise NotBooked
    own = not is_staff
    holds_late = booking.state == S.BOOKED and session.cancel_until is not None and at > session.cancel_until
    if own and (holds_late or session.has_begun(at)):
        raise TooLateToCancel
    why = Why.LEFT if own else Why.REMOVED
    return seats.end(session=session, booking=booking, why=why, by=by, at=at, reason=reason)


@transaction.atomic
def answer(*, booking_id: UUID, answers: Mapping[int, str], at: datetime) -> None:
    """What somebody answers to the date's questions, also later: who was booked by others was never asked.

    Raises BookingUnknown, NotBooked (nothing live, or the date has begun).
    """
    session, booking = _locked(booking_id)
    if not booking.is_live or session.has_begun(at):
        raise NotBooked
    seats.keep_answers(booking, answers)


@transaction.atomic
def accept(*, booking_id: UUID, by: Any, at: datetime) -> BookingChange:
    """Take a seat that is kept. Raises BookingUnknown, OfferOver."""
    session, booking = _locked(booking_id)
    if session.has_begun(at):
        # It was moved forward while the seat was kept.
        raise OfferOver
    return seats.accept(booking=booking, by=by, at=at)


@transaction.atomic
def decline(*, booking_id: UUID, by: Any, at: datetime) -> list[BookingChange]:
    """Let a seat that is kept go to the next person. Raises BookingUnknown, NotBooked."""
    session, booking = _locked(booking_id)
    if booking.state != S.OFFERED:
        raise NotBooked
    return seats.end(session=session, booking=booking, why=Why.DECLINED, by=by, at=at)


@transaction.atomic
def approve(*, booking_id: UUID, by: Any, at: datetime) -> BookingChange:
    """Agree to a request. Raises BookingUnknown, NotBooked, BookingClosed (the date has begun)."""
    session, booking = _locked(booking_id)
    if session.has_begun(at):
        raise BookingClosed
    return seats.approve(session=session, booking=booking, by=by, at=at)


@transaction.atomic
def refuse(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> BookingChange:
    """Do not agree to a request. Raises BookingUnknown, NotBooked."""
    _session, booking = _locked(booking_id)
    if booking.state != S.ASKED:
        raise NotBooked
    return seats.shift(booking=booking, to=S.CANCELLED, why=Why.REFUSED, by=by, at=at, reason=reason)


@transaction.atomic
def lapse(*, session_id: UUID, at: datetime) -> list[BookingChange]:
    """End the offers of a date that nobody answered in time, and pass their seats on. Safe to run twice."""
    return seats.lapse(session=lock_session(session_id), at=at)


@transaction.atomic
def seat(
    *, session_id: UUID, who: Who, mode: str, by: Any, at: datetime, reason: str, walked_in: bool = False
) -> BookingChange:
    """Staff seat one person on purpose, over capacity if need be (then with a reason).

    `walked_in`: somebody who stands in the room; possible once the date has begun. Raises NotOpen, BookedAlready,
    ReasonMissing, NoSeatFree.
    """
    session = lock_session(session_id)
    if not walked_in:
        seats.may_be_booked(session, at)
    return seats.seat(
        session=session,
        who=who,
        mode=mode,
        by=by,
        at=at,
        reason=reason,
        why=Why.WALKED_IN if walked_in else Why.OVER,
    )


@transaction.atomic
def move(*, booking_id: UUID, to_session_id: UUID, mode: str, by: Any, at: datetime) -> list[BookingChange]:
    """Staff move somebody to another date with a free seat. The steps: the old one's end, the new one, who moved up.

    Raises BookingUnknown, NotBooked, NotOpen, NotForYou, NoSeatFree, BookedAlready, Clashes.
    """
    booking = _find(booking_id)
    # Two people who move in opposite directions take the locks in the same order.
    for public_id in sorted({booking.session.public_id, to_session_id}):
        lock_session(public_id)
    old, booking = seats.lock_of(booking)
    new = lock_session(to_session_id)
    if not booking.is_live or booking.state == S.RESERVED or old.pk == new.pk or old.is_over(at):
        # Who was there, or was not, is on record.
        raise NotBooked
    seats.may_be_booked(new, at)
    if booking.person is not None:
        _organisations(new, booking.person, at)
    pool = seats.pool_of(new, mode)
    if not pool.free or Booking.objects.filter(pool=pool, state=S.WAITING).exists():
        raise NoSeatFree
    who = Who(
        booking.person, booking.guest_name, booking.guest_email, booking.guest_language, booking.guest_organisation
    )
    left = seats.shift(booking=booking, to=S.CANCELLED, why=Why.MOVED, by=by, at=at)
    _blocked(new, booking.person)
    came = seats.take(session=new, who=who, mode=mode, by=by, at=at)
    return [left, came, *seats.fill(old, by=by, at=at)]


@transaction.atomic
def reserve(
    *,
    session_id: UUID,
    unit: Unit,
    mode: str,
    count: int,
    return_on: date,
    by: Any,
    at: datetime,
    public_id: UUID | None = None,
) -> Reservation:
    """Keep so many seats for a unit, without names yet. Raises NotOpen, NotForYou, OthersWait, NoSeatFree.

    `public_id`: drawn when the form was shown, so that the same form sent twice reserves once.
    """
    session = lock_session(session_id)
    sent = Reservation.objects.filter(public_id=public_id).first() if public_id is not None else None
    if sent is not None:
        if (sent.session_id, sent.unit_id, sent.by_id) != (session.pk, unit.pk, by.pk):
            raise BookingUnknown
        return sent
    seats.may_be_booked(session, at)
    _window(session, at)
    allowed = set(session.organisations.values_list("pk", flat=True))
    if allowed and unit.organisation_id not in allowed:
        raise NotForYou
    pool = seats.pool_of(session, mode)
    if Booking.objects.filter(pool=pool, state=S.WAITING).exists():
        raise OthersWait
    if count < 1 or pool.free < count:
        raise NoSeatFree
    reservation = Reservation.objects.create(
        public_id=public_id or uuid4(), session=session, unit=unit, by=by, return_on=return_on, made_at=at
    )
    for _ in range(count):
        booking = Booking(session=session, pool=pool, by=by, joined_at=at, reservation=reservation)
        seats.shift(booking=booking, to=S.RESERVED, why=Why.RESERVED, by=by, at=at)
    return reservation


@transaction.atomic
def name(*, booking_id: UUID, person: Any, by: Any, at: datetime) -> list[BookingChange]:
    """Give a reserved seat to somebody of the unit; who waits for the date already has that seat instead.

    Raises BookingUnknown, NotBooked, BookedAlready, NotForYou, NotOpen, Clashes.
    """
    session, booking = _locked(booking_id)
    seats.may_be_booked(session, at)
    _organisations(session, person, at)
    if booking.state != S.RESERVED:
        raise NotBooked
    _blocked(session, person)
    had = seats.live_booking(session, Who(person))
    steps = []
    if had is not None:
        if had.state in (S.BOOKED, S.OFFERED):
            raise BookedAlready
        steps.append(seats.shift(booking=had, to=S.CANCELLED, why=Why.NAMED, by=by, at=at))
    named = seats.shift(booking=booking, to=S.BOOKED, why=Why.NAMED, by=by, at=at, person=person)
    return [named, *steps]


@transaction.atomic
def give_back(
    *, reservation: Reservation, count: int | None, by: Any, at: datetime, had: int | None = None
) -> list[BookingChange]:
    """Give seats without a name back (all of them, or so many); who waits moves up. Safe to run twice.

    `had`: how many there were when `count` was chosen, so that the same form sent twice gives back once.
    """
    session = lock_session(reservation.session.public_id)
    nameless = Booking.objects.filter(reservation=reservation, state=S.RESERVED).select_related("pool")
    if count is not None and had is not None:
        count = max(0, nameless.count() - max(0, had - count))
    steps = []
    for booking in nameless.order_by("-arrival")[:count]:
        booking.session = session
        steps.append(seats.shift(booking=booking, to=S.CANCELLED, why=Why.RETURNED, by=by, at=at))
    if not nameless.exists() and reservation.returned_at is None:
        Reservation.objects.filter(pk=reservation.pk, returned_at=None).update(returned_at=at)
    return [*steps, *seats.fill(session, by=by, at=at)]


def is_to_be_returned(reservation: Reservation, at: datetime) -> bool:
    """Whether the last day of a reservation is over, in the zone of the date."""
    return local_day(at, zone_of(reservation.session)) > reservation.return_on


@transaction.atomic
def leave_all(*, person: Any, at: datetime) -> list[BookingChange]:
    """End all live bookings of somebody whose account is deleted; their seats go to the next."""
    steps = []
    live = Booking.objects.filter(person=person, session__ends_at__gt=at).exclude(state=S.CANCELLED)
    # Locks are taken in the order in which `move` takes them.
    for booking in live.select_related("session").order_by("session__public_id", "pk"):
        session, now = seats.lock_of(booking)
        if now.is_live:
            steps += seats.end(session=session, booking=now, why=Why.ERASED, by=None, at=at)
    return steps


def _window(session: WorkshopSession, at: datetime) -> None:
    if session.opens_at is not None and at < session.opens_at:
        raise NotOpenYet(session.opens_at)
    if session.closes_at is not None and at >= session.closes_at:
        raise BookingClosed


def _blocked(session: WorkshopSession, person: Any) -> None:
    """Refuse what overlaps, where the platform says so, to those who book for somebody without being warned."""
    if settings.BOOKING_OVERLAPS != "block" or person is None:
        return
    found = clashes_of_person(person, stretches_of(Meeting.objects.filter(session=session)), besides=session.pk)
    if found:
        raise Clashes(found)


def _organisations(session: WorkshopSession, person: Any, at: datetime) -> None:
    """Refuse people of other organisations where the date is for some only."""
    allowed = set(session.organisations.values_list("pk", flat=True))
    if not allowed:
        return
    works = Membership.objects.on(at.date()).filter(person=person, unit__organisation_id__in=allowed)
    if not works.exists():
        raise NotForYou


def _find(booking_id: UUID) -> Booking:
    booking = Booking.objects.select_related("session").filter(public_id=booking_id).first()
    if booking is None:
        raise BookingUnknown
    return booking


def _locked(booking_id: UUID) -> tuple[WorkshopSession, Booking]:
    return seats.lock_of(_find(booking_id))
