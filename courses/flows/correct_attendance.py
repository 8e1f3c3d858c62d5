"""An administrator corrects who was there, with a reason: the list keeps what it said, the log why it was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from courses.booking.errors import NotOpen, ReasonMissing
from courses.booking.models import Attendance, Booking, Meeting
from courses.booking.rules.attending import Seen
from courses.progress.errors import OwnRecord

from .attend import CAN_BE_ATTENDED, AttendanceNoted, note

CORRECTED = "courses.support.attendance"


@transaction.atomic(durable=True)
def correct_attendance(
    *, booking: Booking, meeting: Meeting, presence: str, reason: str, by: Any, at: datetime
) -> AttendanceNoted:
    """Note somebody as there in full, in part or not; the trainer's words beside it stay.

    Raises ReasonMissing, OwnRecord, NotOpen for a draft or a date that was cancelled, and what rules.attending.note
    raises.
    """
    if not reason.strip():
        raise ReasonMissing
    found = _correct(booking, meeting, presence, by=by, at=at)
    data = {"date": str(meeting.session.public_id), "part": meeting.number, "presence": presence, "reason": reason}
    log(instance=booking.person, action=CORRECTED, user=by, timestamp=at, data=data)
    return found


@transaction.atomic(durable=True)
def rehearse(*, booking: Booking, meeting: Meeting, presence: str, by: Any, at: datetime) -> AttendanceNoted:
    """What the correction would lead to: it is made and taken back. Raises what `correct_attendance` raises."""
    found = _correct(booking, meeting, presence, by=by, at=at)
    transaction.set_rollback(True)
    return found


def _correct(booking: Booking, meeting: Meeting, presence: str, *, by: Any, at: datetime) -> AttendanceNoted:
    if by is not None and by.pk == booking.person_id:
        raise OwnRecord
    if meeting.session.state not in CAN_BE_ATTENDED:
        raise NotOpen
    noted = Attendance.objects.filter(booking=booking, meeting=meeting).values_list("note", flat=True).first()
    return note(meeting=meeting, seen={booking.pk: Seen(presence, noted or "")}, by=by, at=at)
