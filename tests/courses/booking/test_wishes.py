"""What is forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from courses.booking.models import Attendance, BookingChange, Meeting, SessionTrainer
from courses.booking.rules import wishes
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import TrainerPlan
from courses.booking.rules.seats import Who
from courses.flows import attend, book_seat
from tests.factories.booking import AT, book, make_date

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
ENDS = datetime(2026, 3, 10, 13, tzinfo=UTC)
YEAR = timedelta(days=365)


def test_of_guests_nothing_that_names_them_is_left_after_a_year() -> None:
    session = make_date(seats=1, trainers=[TrainerPlan(name="Ada Guest", email="ada@example.org")])
    learner = book(session)
    step = book_seat.seat(
        session_id=session.public_id,
        who=Who(None, "Bo Guest", "bo@example.org", "en", "Town of Bo"),
        mode="place",
        by=None,
        at=AT,
        reason="Bo speaks on page 3",
    )
    for pk in (step.booking_id, learner.pk):
        meeting = Meeting.objects.get(session=session)
        attend.note_attendance(meeting=meeting, seen={pk: Seen("part", "left early")}, by=None, at=ENDS)
    wishes.forget(at=ENDS + YEAR)
    assert BookingChange.objects.get(pk=step.pk).reason == "Bo speaks on page 3"
    wishes.forget(at=ENDS + YEAR + timedelta(seconds=1))
    step.booking.refresh_from_db()
    assert (step.booking.guest_name, step.booking.guest_email, step.booking.guest_organisation) == ("-", "", "")
    assert BookingChange.objects.get(pk=step.pk).reason == ""
    notes = dict(Attendance.objects.values_list("booking_id", "note"))
    assert notes == {step.booking_id: "", learner.pk: "left early"}
    # Who gave the date stands on statements of participation; how to write to them need not be known.
    trainer = SessionTrainer.objects.get(session=session)
    assert (trainer.name, trainer.email) == ("Ada Guest", "")
