"""Who has a seat. Every change of a booking's state is `shift`; every seat given or given back is counted there.

What holds, whatever happens at the same moment (README.md): taken is never above capacity plus logged extra (a CHECK),
one live booking for a person and a date (a unique constraint), the list moves in the order of arrival (a counter under
the lock of the date), and no seat is free while somebody waits (`fill`, before the lock is let go).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from courses.booking.enums import BookingState, SeatMode, SessionState, Waiting, Why
from courses.booking.errors import (
    BookedAlready,
    NoSeatFree,
    NotBooked,
    NotOpen,
    OfferOver,
    ReasonMissing,
    SessionUnknown,
    TooFewSeats,
)
from courses.booking.models import Booking, BookingChange, SeatPool, SignUpAnswer, WorkshopSession
from courses.booking.states import HOLDING, LIVE, may_go, seats_held

S = BookingState


@dataclass(frozen=True)
class Who:
    """Somebody for whom a seat is booked: a person with an account, or a guest."""

    person: Any = None
    name: str = ""
    email: str = ""
    language: str = ""
    organisation: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of a booking."""
        if self.person is not None:
            return {"person": self.person}
        return {
            "guest_name": self.name,
            "guest_email": self.email.strip().lower(),
            "guest_language": self.language,
            "guest_organisation": self.organisation,
        }


def lock_session(public_id: UUID) -> WorkshopSession:
    """The date, locked until the end of the transaction: bookings of one date are written one after another.

    Constraints hold without it (rule 4); it keeps the order of arrival and spares people needless refusals. SQLite has
    one writer at a time anyway. Raises SessionUnknown.
    """
    found = WorkshopSession.objects.select_for_update(of=("self",), no_key=True).select_related("item")
    session = found.filter(public_id=public_id).first()
    if session is None:
        raise SessionUnknown
    return session


def lock_of(booking: Booking) -> tuple[WorkshopSession, Booking]:
    """The date of a booking, locked, and the booking as it is now."""
    session = lock_session(booking.session.public_id)
    now = Booking.objects.select_related("pool", "person").get(pk=booking.pk)
    now.session = session
    return session, now


def shift(
    *,
    booking: Booking,
    to: BookingState,
    why: Why,
    by: Any,
    at: datetime,
    reason: str = "",
    until: datetime | None = None,
    is_over: bool = False,
    **fields: Any,
) -> BookingChange:
    """Bring a booking (a new one, not saved yet, or one of the table) into another state, and note the step.

    The seat is counted in the same breath. Under the lock of the date. Raises NotBooked where there is no such way or
    the booking is not where it was, NoSeatFree where the pool's constraint says so, BookedAlready where the person has
    a live booking already; in each case nothing has changed.
    """
    before = booking.state if booking.pk else None
    if not may_go(before, to):
        raise NotBooked
    over_before = bool(booking.pk and booking.is_over and before in HOLDING)
    over_after = is_over and to in HOLDING
    values: dict[str, Any] = {
        "state": to,
        "is_over": is_over or bool(booking.pk and booking.is_over),
        "offered_until": until if to == S.OFFERED else None,
        **fields,
    }
    if to == S.BOOKED:
        values["booked_at"] = at
    if to == S.CANCELLED:
        values |= {"ended_at": at, "ended": why}
    try:
        with transaction.atomic():
            _count(booking.pool_id, seats_held(before, to), int(over_after) - int(over_before))
            if before is None:
                for name, value in values.items():
                    setattr(booking, name, value)
                booking.arrival = _next_arrival(booking.session)
                booking.save(force_insert=True)
            else:
                if not Booking.objects.filter(pk=booking.pk, state=before).update(**values):
                    raise NotBooked
                for name, value in values.items():
                    setattr(booking, name, value)
    except IntegrityError as error:
        # The guard spoke, not the look beforehand. Which of the two, the databases say in words of their own.
        if "pool_never_overbooked" in str(error):
            raise NoSeatFree from error
        if "booking_live_once" in str(error) or ("session_id" in str(error) and "person_id" in str(error)):
            raise BookedAlready from error
        raise
    return BookingChange.objects.create(
        booking=booking, before=before or "", after=to, why=why, reason=reason[:300], by=by, at=at
    )


def take(
    *,
    session: WorkshopSession,
    who: Who,
    mode: str,
    by: Any,
    at: datetime,
    needs_approval: bool = False,
    answers: Mapping[int, str] | None = None,
) -> BookingChange:
    """A new booking at a locked date: a seat if one is free and nobody waits, else a place in the list; or a request.

    Whether the person may book at all was asked before. Raises BookedAlready, NoSeatFree (no such kind of seats).
    """
    pool = pool_of(session, mode)
    _none_yet(session, who)
    booking = Booking(session=session, pool=pool, by=by, joined_at=at, **who.fields)
    own = who.person is not None and by is not None and by.pk == who.person.pk
    if needs_approval:
        change = shift(booking=booking, to=S.ASKED, why=Why.ASKED, by=by, at=at)
    else:
        change = _seat_or_wait(booking, pool, Why.BOOKED if own else Why.BY_STAFF, by=by, at=at)
    keep_answers(booking, answers or {})
    return change


def approve(*, session: WorkshopSession, booking: Booking, by: Any, at: datetime) -> BookingChange:
    """A request becomes a seat or a place in the list, in the order in which it was made. Raises NotBooked."""
    if booking.state != S.ASKED:
        raise NotBooked
    return _seat_or_wait(booking, pool_of(session, booking.pool.mode), Why.APPROVED, by=by, at=at)


def end(
    *, session: WorkshopSession, booking: Booking, why: Why, by: Any, at: datetime, reason: str = ""
) -> list[BookingChange]:
    """End a live booking; its seat goes to the next at once. Its own step comes first. Raises NotBooked."""
    return [
        shift(booking=booking, to=S.CANCELLED, why=why, by=by, at=at, reason=reason),
        *fill(session, by=by, at=at),
    ]


def accept(*, booking: Booking, by: Any, at: datetime) -> BookingChange:
    """Take the seat that is kept. Raises OfferOver where none is kept any more."""
    if not booking.is_kept(at):
        raise OfferOver
    return shift(booking=booking, to=S.BOOKED, why=Why.ACCEPTED, by=by, at=at)


def lapse(*, session: WorkshopSession, at: datetime) -> list[BookingChange]:
    """End all offers of a locked date that were not answered in time, and give their seats to the next."""
    late = Booking.objects.filter(session=session, state=S.OFFERED, offered_until__lte=at).select_related("pool")
    steps = []
    for booking in late.order_by("arrival"):
        booking.session = session
        steps.append(shift(booking=booking, to=S.CANCELLED, why=Why.LAPSED, by=None, at=at))
    return [*steps, *fill(session, by=None, at=at)] if steps else []


def fill(session: WorkshopSession, *, by: Any, at: datetime) -> list[BookingChange]:
    """Give the free seats of a locked date to those who wait, in the order of arrival: booked, or kept for an answer.

    Nobody moves up once the date has begun, or when it does not take place.
    """
    if session.state not in (SessionState.PLANNED, SessionState.GOING_AHEAD) or session.has_begun(at):
        return []
    steps = []
    for pool in SeatPool.objects.filter(session=session):
        waiting = Booking.objects.filter(pool=pool, state=S.WAITING).select_related("person").order_by("arrival")
        for booking in waiting[: pool.free]:
            booking.session, booking.pool = session, pool
            try:
                steps.append(_promote(booking, by=by, at=at))
            except NoSeatFree:
                # Only where the lock did not hold: somebody else has given the seat away meanwhile.
                break
    return steps


def _promote(booking: Booking, *, by: Any, at: datetime) -> BookingChange:
    if booking.session.waiting == Waiting.OFFER:
        until = offer_ends(booking.session, at)
        return shift(booking=booking, to=S.OFFERED, why=Why.OFFER, by=by, at=at, until=until)
    return shift(booking=booking, to=S.BOOKED, why=Why.PROMOTED, by=by, at=at)


def offer_ends(session: WorkshopSession, at: datetime) -> datetime:
    """Until when a seat that becomes free now is kept: some hours, at the latest until the date begins."""
    until = at + timedelta(hours=session.offer_hours)
    return min(until, session.starts_at) if session.starts_at is not None else until


def seat(
    *,
    session: WorkshopSession,
    who: Who,
    mode: str,
    by: Any,
    at: datetime,
    reason: str,
    why: Why = Why.OVER,
) -> BookingChange:
    """Staff seat one person on purpose: a free seat that nobody waits for, else one over capacity, with a reason.

    Seats within the capacity stay for those who wait; the seat over capacity opens none to others and is gone when it
    is given back. Who waits or asked already keeps the booking. Raises ReasonMissing, BookedAlready.
    """
    pool = pool_of(session, mode)
    booking = live_booking(session, who)
    if booking is not None and booking.state == S.OFFERED and booking.pool_id == pool.pk and why == Why.WALKED_IN:
        # They are there: that is a yes to the seat that is kept for them.
        return shift(booking=booking, to=S.BOOKED, why=why, by=by, at=at, reason=reason)
    if booking is not None and booking.state in HOLDING:
        raise BookedAlready
    if booking is not None and booking.pool_id != pool.pk:
        # Waits for another kind of seat: that booking ends, this one begins.
        shift(booking=booking, to=S.CANCELLED, why=Why.OVERRIDE, by=by, at=at)
        booking = None
    if booking is None:
        booking = Booking(session=session, pool=pool, by=by, joined_at=at, **who.fields)
    if pool.free and not _somebody_waits(pool):
        return shift(booking=booking, to=S.BOOKED, why=why, by=by, at=at, reason=reason)
    if not reason.strip():
        raise ReasonMissing
    return shift(booking=booking, to=S.BOOKED, why=why, by=by, at=at, reason=reason, is_over=True)


def set_capacity(*, session: WorkshopSession, mode: str, capacity: int, by: Any, at: datetime) -> list[BookingChange]:
    """Another number of seats; new ones go to those who wait. Raises TooFewSeats below what is taken."""
    pool = SeatPool.objects.filter(session=session, mode=mode).first()
    if pool is None:
        if capacity:
            SeatPool.objects.create(session=session, mode=mode, capacity=capacity)
        return []
    if capacity < pool.regular:
        raise TooFewSeats(pool.regular)
    try:
        with transaction.atomic():
            SeatPool.objects.filter(pk=pool.pk).update(capacity=capacity)
    except IntegrityError as error:
        raise TooFewSeats(pool.regular) from error
    return fill(session, by=by, at=at)


def end_all(*, session: WorkshopSession, states: Iterable[str], why: Why, by: Any, at: datetime) -> list[BookingChange]:
    """End every booking in these states without moving anybody up: the date begins, or does not take place."""
    found = Booking.objects.filter(session=session, state__in=list(states)).select_related("pool", "person")
    steps = []
    for booking in found.order_by("arrival"):
        booking.session = session
        steps.append(shift(booking=booking, to=S.CANCELLED, why=why, by=by, at=at))
    return steps


def live_booking(session: WorkshopSession, who: Who) -> Booking | None:
    """The live booking of this person or guest at a date. A guest with an account's address is that person."""
    rows = Booking.objects.filter(session=session, state__in=sorted(LIVE)).select_related("pool", "person")
    if who.person is not None:
        found = rows.filter(person=who.person).first()
    else:
        address = who.email.strip().lower()
        same = Q(person__email__iexact=address) | Q(person=None, guest_email=address)
        found = rows.filter(same).order_by("arrival").first() if address else None
    if found is not None:
        found.session = session
    return found


def pool_of(session: WorkshopSession, mode: str) -> SeatPool:
    """The seats of this kind, as they are counted now. Raises NoSeatFree where the date has none."""
    pool = SeatPool.objects.filter(session=session, mode=SeatMode(mode)).first()
    if pool is None:
        raise NoSeatFree
    return pool


def may_be_booked(session: WorkshopSession, at: datetime) -> None:
    """Raise NotOpen where nothing can be booked any more: a draft, cancelled, over, or begun."""
    if not session.is_coming or session.has_begun(at):
        raise NotOpen


def _seat_or_wait(booking: Booking, pool: SeatPool, why: Why, *, by: Any, at: datetime) -> BookingChange:
    """A seat where one is free and nobody waits for it; the constraint has the last word."""
    if pool.free and not _somebody_waits(pool):
        try:
            return shift(booking=booking, to=S.BOOKED, why=why, by=by, at=at)
        except NoSeatFree:
            # Only where the lock did not hold: the seat went to somebody else between look and update.
            pass
    waits = why if why == Why.APPROVED else Why.ARRIVED
    return shift(booking=booking, to=S.WAITING, why=waits, by=by, at=at)


def _somebody_waits(pool: SeatPool) -> bool:
    return Booking.objects.filter(pool=pool, state=S.WAITING).exists()


def _none_yet(session: WorkshopSession, who: Who) -> None:
    if live_booking(session, who) is not None:
        raise BookedAlready


def _count(pool_id: int, seats: int, extra: int) -> None:
    """Count seats given (or come back), those over capacity apart; the constraint refuses one too many."""
    if seats or extra:
        SeatPool.objects.filter(pk=pool_id).update(taken=F("taken") + seats, extra=F("extra") + extra)


def _next_arrival(session: WorkshopSession) -> int:
    """The next place in the order of arrival."""
    WorkshopSession.objects.filter(pk=session.pk).update(arrivals=F("arrivals") + 1)
    return WorkshopSession.objects.values_list("arrivals", flat=True).get(pk=session.pk)


def keep_answers(booking: Booking, answers: Mapping[int, str]) -> None:
    """What somebody answers at sign-up, by id of the question, in the place of what was there; empty takes it away."""
    SignUpAnswer.objects.filter(booking=booking, question_id__in=list(answers)).delete()
    SignUpAnswer.objects.bulk_create(
        SignUpAnswer(booking=booking, question_id=question_id, value=value[:500])
        for question_id, value in answers.items()
        if value
    )
