"""The rules of attendance: said twice it stands once, corrections are kept, forms name nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from courses.booking.enums import Presence
from courses.booking.errors import AnsweredAlready, NotBooked
from courses.booking.models import Attendance, AttendanceChange, Booking, Feedback, Meeting
from courses.booking.queries.attendance import opinion
from courses.booking.rules.attending import Seen, give_feedback, note, proposed
from tests.factories import booking as dates
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {"useful": 4, "clear": 5, "pace": 3, "liked": "", "better": ""}


@pytest.mark.parametrize(
    ("minutes", "called"),
    [(0, "absent"), (-1, "absent"), (0.5, "part"), (191.9, "part"), (192, "full"), (240, "full"), (999, "full")],
)
def test_four_fifths_of_a_meeting_are_proposed_as_all_of_it(minutes: float, called: str) -> None:
    assert proposed(minutes, 240) == called


def test_a_correction_keeps_what_was_said_before_and_who_said_otherwise() -> None:
    booking = dates.book(dates.make_date())
    meeting, trainer = Meeting.objects.get(), make_person()
    moments = [meeting.ends_at + timedelta(minutes=n) for n in range(4)]
    for at, seen in zip(
        moments,
        [Seen(Presence.FULL), Seen(Presence.FULL), Seen(Presence.FULL, "Left early"), Seen(Presence.PART, "At 12")],
        strict=True,
    ):
        note(meeting=meeting, seen={booking.pk: seen}, by=trainer, at=at)
    row = Attendance.objects.get()
    assert (row.presence, row.note, row.by, row.at) == ("part", "At 12", trainer, moments[3])
    changes = AttendanceChange.objects.values_list("before", "after", "by", "at")
    assert list(changes) == [("full", "part", trainer.pk, moments[3])]


def test_who_has_no_seat_any_more_is_not_noted_and_nobody_with_them() -> None:
    here, gone = dates.fill_up(dates.make_date(), 2)
    Booking.objects.filter(pk=gone.pk).update(state="cancelled", ended_at=dates.AT)
    meeting = Meeting.objects.get()
    with pytest.raises(NotBooked):
        note(
            meeting=meeting,
            seen={here.pk: Seen(Presence.FULL), gone.pk: Seen(Presence.FULL)},
            by=None,
            at=meeting.ends_at,
        )
    assert Attendance.objects.count() == 0


def test_a_form_is_given_once_and_bears_no_moment() -> None:
    booking = dates.book(dates.make_date())
    meeting = Meeting.objects.get()
    note(meeting=meeting, seen={booking.pk: Seen(Presence.PART)}, by=None, at=meeting.ends_at)
    give_feedback(booking=booking, at=meeting.ends_at, **WORDS)
    with pytest.raises(AnsweredAlready):
        give_feedback(booking=booking, at=meeting.ends_at, **WORDS)
    booking.refresh_from_db()
    assert booking.feedback_at is not None
    assert (booking.feedback_at.hour, booking.feedback_at.minute, Feedback.objects.count()) == (0, 0, 1)
    assert {field.name for field in Feedback._meta.get_fields()} == {"id", "session", *WORDS}


@pytest.mark.parametrize(("answers", "is_shown"), [(0, False), (4, False), (5, True), (30, True)])
def test_totals_are_shown_from_five_up(answers: int, is_shown: bool, django_assert_num_queries: Any) -> None:
    session = dates.make_date()
    for n in range(answers):
        words = {"liked": f"Text {n}", "better": "" if n else "More time"}
        Feedback.objects.create(session=session, useful=1 + n % 5, clear=5, pace=3, **words)
    with django_assert_num_queries(2 if is_shown else 1):
        found = opinion(session)
    assert (found.count, found.is_shown, len(found.asked), len(found.liked), len(found.better)) == (
        answers,
        is_shown,
        3 if is_shown else 0,
        answers if is_shown else 0,
        int(is_shown),
    )
    if answers == 5:
        assert [(asked.question, asked.counts) for asked in found.asked] == [
            ("useful", [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]),
            ("clear", [(1, 0), (2, 0), (3, 0), (4, 0), (5, 5)]),
            ("pace", [(1, 0), (2, 0), (3, 5), (4, 0), (5, 0)]),
        ]
    if answers == 30:
        # Neither in the order of answering nor in another that would tell it.
        assert found.liked not in (sorted(found.liked), [f"Text {n}" for n in range(30)])
