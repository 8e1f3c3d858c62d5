"""A trainer notes who came; what asked for it is done once the date is over. Those who came say what they think.

Somebody checks in at the door as there in full: that they were is only true when the last meeting has ended. So what
follows, a completed lesson and a statement, waits until then (`conclude`); a correction later takes effect at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.booking.enums import BookingState, Presence, SessionState
from courses.booking.errors import BookedAlready, BookingUnknown, NotOpen
from courses.booking.models import Attendance, Booking, Feedback, Meeting, WorkshopSession
from courses.booking.queries.attendance import attended_all
from courses.booking.queries.sessions import minutes_of
from courses.booking.rules import attending, booking, sessions
from courses.booking.rules.attending import Noted, Seen
from courses.booking.rules.seats import Who, lock_session
from courses.certificates import rules as certificates
from courses.progress.enums import Fact
from curriculum.lessons.queries import lessons_done_by

from .record_fact import Consequences, record_fact
from .tell import tell

# Where somebody can stand in the room: neither at a draft nor at what was called off.
CAN_BE_ATTENDED = {SessionState.PLANNED, SessionState.GOING_AHEAD, SessionState.TOOK_PLACE}


@dataclass(frozen=True)
class AttendanceNoted:
    """Whose standing changed, and what followed for each."""

    noted: list[Noted]
    consequences: list[Consequences] = field(default_factory=list)


@transaction.atomic(durable=True)
def note_attendance(*, meeting: Meeting, seen: Mapping[int, Seen], by: Any, at: datetime) -> AttendanceNoted:
    """Keep attendance at a meeting, by id of the booking. Raises what rules.attending.note raises."""
    return note(meeting=meeting, seen=seen, by=by, at=at)


@transaction.atomic(durable=True)
def all_present(*, meeting: Meeting, by: Any, at: datetime, seen: Mapping[int, Seen] | None = None) -> AttendanceNoted:
    """Everybody with a seat of whom nothing is noted yet was there in full, but for what is `seen` of some."""
    booked = Booking.objects.filter(session=meeting.session, state=BookingState.BOOKED)
    open_ones = booked.exclude(pk__in=Attendance.objects.filter(meeting=meeting).values("booking_id"))
    everybody = {pk: Seen(Presence.FULL) for pk in open_ones.values_list("pk", flat=True)}
    return note(meeting=meeting, seen=everybody | dict(seen or {}), by=by, at=at)


@transaction.atomic(durable=True)
def walk_in(*, meeting: Meeting, who: Who, mode: str, by: Any, at: datetime, reason: str = "") -> AttendanceNoted:
    """Seat somebody who stands in the room and note that they are there.

    Raises BookedAlready (also for a guest of the same name without an address: the form was sent twice), NotOpen, and
    what rules.booking.seat and rules.attending.note raise.
    """
    session = lock_session(meeting.session.public_id)
    if session.state not in CAN_BE_ATTENDED:
        raise NotOpen
    if who.person is None and not who.email and _is_listed(meeting, who.name):
        raise BookedAlready
    step = booking.seat(session_id=session.public_id, who=who, mode=mode, by=by, at=at, reason=reason, walked_in=True)
    tell([step], at)
    return note(meeting=meeting, seen={step.booking_id: Seen(Presence.FULL)}, by=by, at=at)


@transaction.atomic(durable=True)
def give_feedback(
    *, person: Any, session_id: UUID, useful: int, clear: int, pace: int, liked: str, better: str, at: datetime
) -> Feedback:
    """Keep what somebody who came thinks, without their name. Raises BookingUnknown, and what the rule raises."""
    seat = Booking.objects.filter(person=person, session__public_id=session_id, state=BookingState.BOOKED).first()
    if seat is None:
        raise BookingUnknown
    return attending.give_feedback(
        booking=seat, useful=useful, clear=clear, pace=pace, liked=liked, better=better, at=at
    )


@transaction.atomic
def conclude(*, session_id: UUID, by: Any, at: datetime) -> list[Consequences] | None:
    """The date is over: note that it took place, once, and what follows for all who attended the whole of it.

    None where it is not over yet, was concluded before or does not take place. Part of a flow.
    """
    # First those who still wait: a date that took place keeps nobody waiting.
    tell(sessions.begin(public_id=session_id, at=at), at)
    if not sessions.took_place(public_id=session_id, at=at):
        return None
    found = attended_all(WorkshopSession.objects.get(public_id=session_id))
    return _follow_all([Noted(seat, was_complete=False, is_complete=True) for seat in found], by=by, at=at)


@transaction.atomic
def note(*, meeting: Meeting, seen: Mapping[int, Seen], by: Any, at: datetime) -> AttendanceNoted:
    """Keep attendance, and what follows once the date is over. Part of a flow."""
    session = lock_session(meeting.session.public_id)
    had_ended = session.state == SessionState.TOOK_PLACE
    noted = attending.note(meeting=meeting, seen=seen, by=by, at=at)
    if had_ended:
        return AttendanceNoted(noted, _follow_all(noted, by=by, at=at))
    if session.is_over(at):
        # No worker has come by yet: what follows does not depend on one.
        return AttendanceNoted(noted, conclude(session_id=session.public_id, by=by, at=at) or [])
    return AttendanceNoted(noted)


def _follow_all(noted: list[Noted], *, by: Any, at: datetime) -> list[Consequences]:
    # People are locked in one order, whatever that of the bookings: two dates may be noted at the same moment.
    in_order = sorted(noted, key=lambda one: one.booking.person_id or 0)
    return [made for one in in_order for made in _follow(one, by=by, at=at)]


def _is_listed(meeting: Meeting, name: str) -> bool:
    """Whether a guest without an address has a seat under this name."""
    guests = Booking.objects.filter(session=meeting.session, state=BookingState.BOOKED, person=None, guest_email="")
    return any(name.strip().casefold() == known.casefold() for known in guests.values_list("guest_name", flat=True))


def _follow(one: Noted, *, by: Any, at: datetime) -> list[Consequences]:
    """The statement of participation, and facts about the workshop and about each lesson that it is the doing of."""
    seat = one.booking
    if seat.person is None or seat.person.erased_at is not None:
        return []
    if one.is_complete:
        certificates.issue_participation(booking=seat, at=at)
    else:
        certificates.revoke_participation(booking=seat, by=by, at=at)
        if _attended_elsewhere(seat):
            # Another date of the same workshop was attended in full: it is still done.
            return []
    item = seat.session.item
    fact = Fact.COMPLETED if one.is_complete else Fact.UNDONE
    data = {"session": str(seat.session.public_id), "minutes": minutes_of(seat.session)}
    found = [(item.pk, item.key), *lessons_done_by(item.key)]
    return [
        record_fact(person=seat.person, item_id=pk, item_key=key, fact=fact, by=by, at=at, data=data)
        for pk, key in found
    ]


def _attended_elsewhere(seat: Booking) -> bool:
    """Whether the person attended every meeting of another date of this workshop."""
    others = Booking.objects.filter(
        person=seat.person, session__item_id=seat.session.item_id, state=BookingState.BOOKED
    ).exclude(pk=seat.pk)
    for other in others:
        meetings = Meeting.objects.filter(session_id=other.session_id).count()
        there = Attendance.objects.filter(booking=other, presence=Presence.FULL).count()
        if meetings and there >= meetings:
            return True
    return False
