"""Somebody books a seat, answers an offer, or has one booked, named, approved or moved for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from academy.people.models import Unit
from courses.booking.models import BookingChange, Reservation
from courses.booking.rules import booking
from courses.booking.rules.seats import Who

from .tell import tell


@transaction.atomic(durable=True)
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
    """A seat, a place in the list or a request, and its mail. Raises what rules.booking.book raises."""
    # A kept seat that nobody answered for in time is the next person's, before anybody new.
    tell(booking.lapse(session_id=session_id, at=at), at)
    step = booking.book(
        session_id=session_id,
        person=person,
        mode=mode,
        by=by,
        at=at,
        accepts_overlap=accepts_overlap,
        is_approved=is_approved,
        answers=answers,
    )
    tell([step], at)
    return step


@transaction.atomic(durable=True)
def answer(*, booking_id: UUID, answers: Mapping[int, str], at: datetime) -> None:
    """Answer the date's questions, or change what was answered. Raises what rules.booking.answer raises."""
    booking.answer(booking_id=booking_id, answers=answers, at=at)


@transaction.atomic(durable=True)
def accept(*, booking_id: UUID, by: Any, at: datetime) -> BookingChange:
    """Take a seat that is kept. Raises what rules.booking.accept raises."""
    step = booking.accept(booking_id=booking_id, by=by, at=at)
    tell([step], at)
    return step


@transaction.atomic(durable=True)
def approve(*, booking_id: UUID, by: Any, at: datetime) -> BookingChange:
    """Agree to a request; the person is told. Raises what rules.booking.approve raises."""
    step = booking.approve(booking_id=booking_id, by=by, at=at)
    tell([step], at)
    return step


@transaction.atomic(durable=True)
def refuse(*, booking_id: UUID, by: Any, at: datetime, reason: str = "") -> BookingChange:
    """Do not agree; the person is told, with the reason. Raises what rules.booking.refuse raises."""
    step = booking.refuse(booking_id=booking_id, by=by, at=at, reason=reason)
    tell([step], at)
    return step


@transaction.atomic(durable=True)
def seat(
    *, session_id: UUID, who: Who, mode: str, by: Any, at: datetime, reason: str = "", walked_in: bool = False
) -> BookingChange:
    """Staff seat one person on purpose. Raises what rules.booking.seat raises."""
    step = booking.seat(session_id=session_id, who=who, mode=mode, by=by, at=at, reason=reason, walked_in=walked_in)
    tell([step], at)
    return step


@transaction.atomic(durable=True)
def move(*, booking_id: UUID, to_session_id: UUID, mode: str, by: Any, at: datetime) -> BookingChange:
    """Staff move somebody to another date; the step of the new booking. Raises what rules.booking.move raises."""
    steps = booking.move(booking_id=booking_id, to_session_id=to_session_id, mode=mode, by=by, at=at)
    tell(steps, at)
    return steps[1]


@transaction.atomic(durable=True)
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
    """Keep seats for a unit. Raises what rules.booking.reserve raises."""
    return booking.reserve(
        session_id=session_id,
        unit=unit,
        mode=mode,
        count=count,
        return_on=return_on,
        by=by,
        at=at,
        public_id=public_id,
    )


@transaction.atomic(durable=True)
def name(*, booking_id: UUID, person: Any, by: Any, at: datetime) -> BookingChange:
    """Give a reserved seat to somebody, who is told by whom. Raises what rules.booking.name raises."""
    steps = booking.name(booking_id=booking_id, person=person, by=by, at=at)
    tell(steps, at)
    return steps[0]
