"""Who came: noted per meeting, by hand, by QR code or proposed by a file; later edits are kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.booking.enums import BookingState, Presence
from courses.booking.errors import AnsweredAlready, AttendanceNotOpen, NotBooked, NotPresent
from courses.booking.models import Attendance, AttendanceChange, Booking, Feedback, Meeting, WorkshopSession
from courses.booking.queries.sessions import DOORS_OPEN

from .seats import lock_session

# Who was there for at least this share of a meeting was there; for less, in part. Used for proposals only.
FULL_SHARE = 0.8


@dataclass(frozen=True)
class Seen:
    """What is noted about one booking at one meeting."""

    presence: str
    note: str = ""


@dataclass(frozen=True)
class Noted:
    """A booking whose attendance is another than before: `completed` when all of the date was attended in full."""

    booking: Booking
    was_complete: bool
    is_complete: bool


@transaction.atomic
def note(*, meeting: Meeting, seen: Mapping[int, Seen], by: Any, at: datetime) -> list[Noted]:
    """Write attendance at a meeting, by id of the booking; those whose standing changed. Said twice, it stands once.

    Raises AttendanceNotOpen more than a quarter of an hour before, NotBooked for a booking of another date or without
    a seat.
    """
    if at < meeting.starts_at - DOORS_OPEN:
        raise AttendanceNotOpen
    session = lock_session(meeting.session.public_id)
    bookings = {
        booking.pk: booking
        for booking in Booking.objects.filter(
            session=session, pk__in=list(seen), state=BookingState.BOOKED
        ).select_related("person")
    }
    if set(bookings) != set(seen):
        raise NotBooked
    complete = _complete(session, bookings)
    had = {row.booking_id: row for row in Attendance.objects.filter(meeting=meeting, booking__in=list(bookings))}
    for pk, said in seen.items():
        row = had.get(pk)
        if row is None:
            Attendance.objects.create(
                booking=bookings[pk], meeting=meeting, presence=said.presence, note=said.note[:200], by=by, at=at
            )
        elif (row.presence, row.note) != (said.presence, said.note):
            if row.presence != said.presence:
                AttendanceChange.objects.create(attendance=row, before=row.presence, after=said.presence, by=by, at=at)
            row.presence, row.note, row.by, row.at = said.presence, said.note[:200], by, at
            row.save(update_fields=["presence", "note", "by", "at"])
    now = _complete(session, bookings)
    return [
        Noted(booking, booking.pk in complete, booking.pk in now)
        for booking in bookings.values()
        if (booking.pk in complete) != (booking.pk in now)
    ]


@transaction.atomic
def give_feedback(
    *, booking: Booking, useful: int, clear: int, pace: int, liked: str, better: str, at: datetime
) -> Feedback:
    """Keep a form without its writer; only that they have answered is noted. Raises NotPresent, AnsweredAlready."""
    came = Attendance.objects.filter(booking=booking, presence__in=[Presence.FULL, Presence.PART])
    if not came.exists():
        raise NotPresent
    # The day is enough; the moment would tell which form is whose.
    if not Booking.objects.filter(pk=booking.pk, feedback_at=None).update(feedback_at=_midnight(at)):
        raise AnsweredAlready
    return Feedback.objects.create(
        session_id=booking.session_id, useful=useful, clear=clear, pace=pace, liked=liked, better=better
    )


def proposed(minutes_there: float, minutes: int) -> Presence:
    """What a stay of so many minutes at a meeting of so many would be called; a person decides."""
    if minutes_there <= 0:
        return Presence.ABSENT
    return Presence.FULL if minutes_there >= minutes * FULL_SHARE else Presence.PART


def _complete(session: WorkshopSession, bookings: Mapping[int, Booking]) -> set[int]:
    """Ids of those who attended every meeting of the date in full."""
    meetings = Meeting.objects.filter(session=session).count()
    rows = Attendance.objects.filter(booking__in=list(bookings), presence=Presence.FULL).values_list(
        "booking_id", flat=True
    )
    counts: dict[int, int] = {}
    for pk in rows:
        counts[pk] = counts.get(pk, 0) + 1
    return {pk for pk, count in counts.items() if count >= meetings}


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
