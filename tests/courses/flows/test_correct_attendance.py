"""Attendance that an administrator corrects: the list keeps what it said, the log why, and what follows follows."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from courses.booking.errors import AttendanceNotOpen, NotOpen, ReasonMissing
from courses.booking.models import Attendance, AttendanceChange, WorkshopSession
from courses.booking.rules.attending import Seen
from courses.certificates.models import Certificate
from courses.flows.attend import note_attendance
from courses.flows.correct_attendance import CORRECTED, correct_attendance, rehearse
from courses.progress.errors import OwnRecord
from courses.progress.models import ItemProgress
from tests.factories import booking as dates
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def correct(booking: Any, presence: str, by: Any, **fields: Any) -> Any:
    """Correct the one meeting of a date, at its end."""
    meeting = booking.session.meetings.select_related("session").get()
    values = {"reason": "The list was wrong.", "at": meeting.ends_at, **fields}
    return correct_attendance(booking=booking, meeting=meeting, presence=presence, by=by, **values)


def test_a_correction_is_kept_beside_what_was_said_and_changes_what_followed() -> None:
    booking, admin = dates.book(dates.make_date()), make_person()
    meeting = booking.session.meetings.select_related("session").get()
    note_attendance(meeting=meeting, seen={booking.pk: Seen("absent", "Called in ill")}, by=None, at=meeting.ends_at)
    meeting.refresh_from_db()
    foretold = rehearse(booking=booking, meeting=meeting, presence="full", by=admin, at=meeting.ends_at)
    assert [noted.is_complete for noted in foretold.noted] == [True]
    assert (Certificate.objects.count(), AttendanceChange.objects.count()) == (0, 0)
    correct(booking, "full", admin)
    row = Attendance.objects.get()
    assert (row.presence, row.note, row.by) == ("full", "Called in ill", admin)
    assert list(AttendanceChange.objects.values_list("before", "after", "by")) == [("absent", "full", admin.pk)]
    assert (Certificate.objects.get().status, ItemProgress.objects.get().standing) == ("valid", "completed")
    correct(booking, "part", admin)
    assert (Certificate.objects.get().status, ItemProgress.objects.get().standing) == ("revoked", "not_started")
    entries = ModelLogEntry.objects.filter(action=CORRECTED, object_id=str(booking.person_id)).order_by("pk")
    assert [(entry.user, entry.data["presence"], entry.data["reason"]) for entry in entries] == [
        (admin, "full", "The list was wrong."),
        (admin, "part", "The list was wrong."),
    ]


def test_there_is_a_reason_a_second_person_and_a_date_that_was_held() -> None:
    booking, admin = dates.book(dates.make_date()), make_person()
    starts_at = booking.session.meetings.get().starts_at
    with pytest.raises(ReasonMissing):
        correct(booking, "full", admin, reason="")
    with pytest.raises(OwnRecord):
        correct(booking, "full", booking.person)
    with pytest.raises(AttendanceNotOpen):
        correct(booking, "full", admin, at=dates.AT)
    WorkshopSession.objects.update(state="cancelled")
    with pytest.raises(NotOpen):
        correct(booking, "full", admin, at=starts_at)
    assert (Attendance.objects.count(), ModelLogEntry.objects.filter(action=CORRECTED).count()) == (0, 0)
