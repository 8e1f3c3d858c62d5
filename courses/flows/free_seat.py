"""A seat frees: somebody cancels, an offer lapses, reserved seats go back. The next person has it at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.booking.enums import BookingState, SessionState
from courses.booking.models import Booking, BookingChange, Reservation, WorkshopSession
from courses.booking.rules import booking, sessions

from .attend import conclude
from .tell import tell

COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)


@transaction.atomic(durable=True)
def cancel(*, booking_id: UUID, by: Any, at: datetime, is_staff: bool = False, reason: str = "") -> list[BookingChange]:
    """Give a booking up; who is next is booked or asked. All steps. Raises what rules.booking.cancel raises."""
    steps = booking.cancel(booking_id=booking_id, by=by, at=at, is_staff=is_staff, reason=reason)
    tell(steps, at)
    return steps


@transaction.atomic(durable=True)
def decline(*, booking_id: UUID, by: Any, at: datetime) -> list[BookingChange]:
    """Let a kept seat go to the next person. Raises what rules.booking.decline raises."""
    steps = booking.decline(booking_id=booking_id, by=by, at=at)
    tell(steps, at)
    return steps


@transaction.atomic(durable=True)
def give_back(
    *, reservation: Reservation, count: int | None, by: Any, at: datetime, had: int | None = None
) -> list[BookingChange]:
    """Give reserved seats without a name back."""
    steps = booking.give_back(reservation=reservation, count=count, by=by, at=at, had=had)
    tell(steps, at)
    return steps


@transaction.atomic(durable=True)
def _lapse(session_id: UUID, at: datetime) -> int:
    steps = booking.lapse(session_id=session_id, at=at)
    tell(steps, at)
    return len(steps)


@transaction.atomic(durable=True)
def _begin(session_id: UUID, at: datetime) -> int:
    steps = sessions.begin(public_id=session_id, at=at)
    tell(steps, at)
    return len(steps)


@transaction.atomic(durable=True)
def _took_place(session_id: UUID, at: datetime) -> bool:
    return conclude(session_id=session_id, by=None, at=at) is not None


def lapse_due(*, at: datetime) -> int:
    """Pass on every seat whose offer was not answered in time; how many steps. Each date by itself."""
    late = Booking.objects.filter(state=BookingState.OFFERED, offered_until__lte=at)
    return sum(_lapse(public_id, at) for public_id in _dates(late.values("session_id")))


def return_due(*, at: datetime) -> int:
    """Give back reserved seats that nobody was named for in time; how many steps."""
    open_ones = Reservation.objects.filter(returned_at=None, session__state__in=COMING).select_related("session")
    found = [one for one in open_ones.order_by("pk") if booking.is_to_be_returned(one, at)]
    return sum(len(give_back(reservation=one, count=None, by=None, at=at)) for one in found)


def settle_due(*, at: datetime) -> int:
    """Dates that have begun take no more, dates that have ended took place; how many changed."""
    begun = WorkshopSession.objects.filter(
        state__in=COMING,
        starts_at__lte=at,
        bookings__state__in=[
            BookingState.ASKED,
            BookingState.WAITING,
            BookingState.OFFERED,
            BookingState.RESERVED,
        ],
    )
    over = WorkshopSession.objects.filter(state__in=COMING, ends_at__lte=at)
    settled = sum(_begin(public_id, at) for public_id in _dates(begun.values("pk")))
    return settled + sum(_took_place(public_id, at) for public_id in over.values_list("public_id", flat=True))


def _dates(ids: Any) -> list[UUID]:
    return list(WorkshopSession.objects.filter(pk__in=ids).order_by("pk").values_list("public_id", flat=True))
