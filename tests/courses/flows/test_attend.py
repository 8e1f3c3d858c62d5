"""Who came: what it completes, what it takes back, and that the summaries say what the facts say."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from academy.people.models import User
from courses.booking.enums import Presence, SessionState
from courses.booking.errors import (
    AttendanceNotOpen,
    BookedAlready,
    BookingUnknown,
    NotOpen,
    NotPresent,
    ReasonMissing,
)
from courses.booking.models import Attendance, Booking, Feedback, Meeting, WorkshopSession
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import MeetingPlan
from courses.booking.rules.seats import Who
from courses.certificates.models import Certificate
from courses.flows.attend import all_present, give_feedback, note_attendance, walk_in
from courses.flows.free_seat import settle_due
from courses.progress.enums import Standing
from courses.progress.models import ItemProgress, LearningEvent
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, published
from tests.factories.people import make_person

FULL, PART, ABSENT = Presence.FULL, Presence.PART, Presence.ABSENT
pytestmark = pytest.mark.django_db


def two_parts(from_day: date = dates.DAY) -> tuple[MeetingPlan, ...]:
    """Two mornings in a row."""
    start = dates.plan().meetings[0].start
    return tuple(MeetingPlan(from_day + timedelta(days=n), start, 120, "Europe/Berlin") for n in range(2))


def note(session: WorkshopSession, booking: Booking, *presences: str, after: timedelta = timedelta(0)) -> Any:
    """Note one person at the meetings of a date in order, each at its end."""
    noted = None
    for meeting, presence in zip(session.meetings.order_by("starts_at"), presences, strict=False):
        noted = note_attendance(meeting=meeting, seen={booking.pk: Seen(presence)}, by=None, at=meeting.ends_at + after)
    return noted


def facts(person: User) -> list[tuple[str, str, Any]]:
    """What was noted about somebody: fact, item, minutes."""
    rows = LearningEvent.objects.filter(person=person, fact__in=["completed", "undone"]).order_by("at", "id")
    return [(row.fact, row.item.code or row.item.title, row.data.get("minutes")) for row in rows]


def workshop_of(made: Any) -> LearningItem:
    """A published workshop by which the last lesson of the course is done."""
    home = made.catalogue.get_parent()
    index = home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    page = index.add_child(instance=WorkshopPage(**published("Clinic", "clinic", code="W1")))
    LessonPage.objects.filter(pk=made.lessons[-1].pk).update(workshop=page)
    return LearningItem.objects.get(key=page.translation_key)


def test_attending_all_meetings_in_full_completes_the_workshop_once() -> None:
    session = dates.make_date(meetings=two_parts())
    booking = dates.book(session)
    assert note(session, booking, FULL).noted == []
    note(session, booking, FULL, FULL)
    note(session, booking, FULL, FULL, after=timedelta(hours=1))
    assert facts(booking.person) == [("completed", "W1", 240)]
    progress = ItemProgress.objects.get()
    assert (progress.item, progress.standing) == (session.item, Standing.COMPLETED)


def test_part_of_a_meeting_completes_nothing() -> None:
    session = dates.make_date(meetings=two_parts())
    booking = dates.book(session)
    note(session, booking, FULL, PART)
    assert (facts(booking.person), Certificate.objects.count()) == ([], 0)


def test_a_correction_takes_it_back_unless_another_date_was_attended() -> None:
    first, second = dates.make_date(), dates.make_date(day=date(2026, 4, 14))
    person = make_person()
    early, late = dates.book(first, person), dates.book(second, person)
    note(first, early, FULL)
    note(first, early, ABSENT, after=timedelta(hours=1))
    assert facts(person) == [("completed", "W1", 240), ("undone", "W1", 240)]
    note(first, early, FULL, after=timedelta(hours=2))
    note(second, late, FULL)
    note(second, late, PART, after=timedelta(hours=1))
    assert [fact for fact, _item, _minutes in facts(person)] == ["completed", "undone", "completed", "completed"]
    assert ItemProgress.objects.get(person=person).standing == Standing.COMPLETED


def test_it_does_the_lesson_that_asks_for_it_and_completes_the_course(academy: Any) -> None:
    item = workshop_of(academy)
    session = dates.make_date(item=item)
    person = learning.make_learner(academy)
    booking = dates.book(session, person)
    learning.finish_lessons(person, academy, 2)
    learning.pass_quiz(person, academy)
    noted = note(session, booking, FULL)
    done = [enrolment for made in noted.consequences for enrolment in made.completed]
    assert [enrolment.item.code for enrolment in done] == ["CPA-9"]
    assert facts(person)[-2:] == [("completed", "W1", 240), ("completed", "Lesson 1.3", 240)]
    kinds = sorted(Certificate.objects.filter(person=person).values_list("kind", flat=True))
    assert kinds == ["completion", "participation"]
    # What was corrected later takes no completed course away.
    note(session, booking, ABSENT, after=timedelta(hours=1))
    assert [fact for fact, *_rest in facts(person)][-2:] == ["undone", "undone"]
    assert Certificate.objects.get(person=person, kind="completion").status == "valid"
    out = StringIO()
    call_command("rebuild_progress", stdout=out)
    assert "No differences" in out.getvalue()


def test_nothing_is_noted_before_the_doors_open_or_about_another_date() -> None:
    session, other = dates.make_date(), dates.make_date(day=date(2026, 4, 14))
    booking = dates.book(session)
    meeting = session.meetings.get()
    early = meeting.starts_at - timedelta(minutes=16)
    with pytest.raises(AttendanceNotOpen):
        note_attendance(meeting=meeting, seen={booking.pk: Seen(FULL)}, by=None, at=early)
    note_attendance(meeting=meeting, seen={booking.pk: Seen(PART)}, by=None, at=early + timedelta(minutes=1))
    with pytest.raises(Exception, match="There is no booking to change"):
        note(other, booking, FULL)
    assert list(Attendance.objects.values_list("presence", flat=True)) == ["part"]


def test_all_present_leaves_what_is_noted_or_said_otherwise() -> None:
    session = dates.make_date()
    noted, said, silent = dates.fill_up(session, 3)
    meeting = session.meetings.get()
    note(session, noted, ABSENT)
    all_present(meeting=meeting, by=None, at=meeting.ends_at, seen={said.pk: Seen(PART, "Left at 12")})
    rows = Attendance.objects.order_by("booking__arrival").values_list("booking_id", "presence", "note")
    assert list(rows) == [(noted.pk, "absent", ""), (said.pk, "part", "Left at 12"), (silent.pk, "full", "")]


def test_who_walks_in_has_a_seat_and_was_there_at_once() -> None:
    session = dates.make_date()
    meeting, person = session.meetings.get(), make_person()
    walk_in(meeting=meeting, who=Who(person), mode="place", by=None, at=meeting.starts_at)
    walk_in(meeting=meeting, who=Who(name="Gus Guest"), mode="place", by=None, at=meeting.starts_at)
    rows = Booking.objects.order_by("arrival").values_list("person", "guest_name", "state", "attendances__presence")
    assert list(rows) == [(person.pk, "", "booked", "full"), (None, "Gus Guest", "booked", "full")]
    assert LearningEvent.objects.count() == 0
    for who in (Who(person), Who(name=" gus guest")):
        with pytest.raises(BookedAlready):
            walk_in(meeting=meeting, who=who, mode="place", by=None, at=meeting.starts_at)


def test_what_follows_waits_for_the_end_and_for_no_worker() -> None:
    session = dates.make_date(meetings=two_parts())
    stays, leaves, waits = dates.fill_up(session, 3)
    Booking.objects.filter(pk=waits.pk).update(state="waiting", booked_at=None)
    first, last = session.meetings.order_by("starts_at")
    for meeting in (first, last):
        all_present(meeting=meeting, by=None, at=meeting.starts_at)
    note_attendance(meeting=last, seen={leaves.pk: Seen(PART)}, by=None, at=last.ends_at - timedelta(minutes=1))
    assert (LearningEvent.objects.count(), Certificate.objects.count()) == (0, 0)
    for minutes in range(2):
        settle_due(at=last.ends_at + timedelta(minutes=minutes))
    assert list(LearningEvent.objects.values_list("person", "fact", "by")) == [(stays.person.pk, "completed", None)]
    assert list(Certificate.objects.values_list("person", flat=True)) == [stays.person.pk]
    assert dates.states(session) == ["booked", "booked", "cancelled"]
    # Noted late, it counts at once.
    note_attendance(meeting=last, seen={leaves.pk: Seen(FULL)}, by=None, at=last.ends_at + timedelta(days=1))
    assert Certificate.objects.count() == 2


def test_noting_after_the_end_concludes_the_date_and_leaves_nobody_waiting() -> None:
    session = dates.make_date(seats=1)
    booking, _waits = dates.fill_up(session, 2)
    note(session, booking, FULL)
    session.refresh_from_db()
    assert (session.state, dates.states(session)) == ("took_place", ["booked", "cancelled"])
    assert facts(booking.person) == [("completed", "W1", 240)]


def test_walking_into_a_full_room_needs_a_reason_and_a_date_that_takes_place() -> None:
    session = dates.make_date(seats=1)
    waits = [dates.book(session) for _ in range(2)][1]
    meeting = session.meetings.get()
    with pytest.raises(ReasonMissing):
        walk_in(meeting=meeting, who=Who(waits.person), mode="place", by=None, at=meeting.starts_at)
    assert Attendance.objects.count() == 0
    walk_in(meeting=meeting, who=Who(waits.person), mode="place", by=None, at=meeting.starts_at, reason="A chair more")
    waits.refresh_from_db()
    assert (waits.state, waits.is_over) == ("booked", True)
    WorkshopSession.objects.update(state=SessionState.CANCELLED)
    with pytest.raises(NotOpen):
        walk_in(meeting=meeting, who=Who(name="Gus"), mode="place", by=None, at=meeting.starts_at)


def test_feedback_is_given_by_those_who_came_and_names_nobody() -> None:
    session = dates.make_date()
    came, absent = dates.fill_up(session, 2)
    note(session, came, PART)
    note(session, absent, ABSENT)
    words: dict[str, Any] = {"useful": 5, "clear": 4, "pace": 3, "liked": "The clinic", "better": ""}
    at = session.meetings.get().ends_at
    give_feedback(person=came.person, session_id=session.public_id, **words, at=at)
    with pytest.raises(NotPresent):
        give_feedback(person=absent.person, session_id=session.public_id, **words, at=at)
    with pytest.raises(BookingUnknown):
        give_feedback(person=make_person(), session_id=session.public_id, **words, at=at)
    assert list(Feedback.objects.values("session", *words)) == [{"session": session.pk, **words}]


class Corrections(TestCase):
    """However often attendance is corrected, what stands follows from what is noted last."""

    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(
        st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from([FULL, PART, ABSENT])),
            min_size=1,
            max_size=8,
        )
    )
    def test_standing_and_statements_follow_attendance(self, edits: list[tuple[int, int, Presence]]) -> None:
        """Two dates of two meetings each, edited in any order."""
        made = make_course(languages=("en",))
        item = workshop_of(made)
        person = learning.make_learner(made)
        sessions = [
            dates.make_date(item=item, meetings=two_parts()),
            dates.make_date(item=item, meetings=two_parts(dates.DAY + timedelta(days=30))),
        ]
        bookings = [dates.book(session, person) for session in sessions]
        meetings = [list(Meeting.objects.filter(session=session).order_by("starts_at")) for session in sessions]
        at = meetings[1][1].ends_at
        for n, (which, part, presence) in enumerate(edits):
            note_attendance(
                meeting=meetings[which][part],
                seen={bookings[which].pk: Seen(presence)},
                by=None,
                at=at + timedelta(minutes=n),
            )
        complete = [Attendance.objects.filter(booking=booking, presence=FULL).count() == 2 for booking in bookings]
        keys = {item.key, made.lessons[-1].translation_key}
        done = ItemProgress.objects.filter(person=person, item__key__in=keys, standing=Standing.COMPLETED)
        assert done.count() == (2 if any(complete) else 0)
        valid = Certificate.objects.filter(person=person, kind="participation", status="valid")
        assert sorted(valid.values_list("booking", flat=True)) == sorted(
            booking.pk for booking, is_complete in zip(bookings, complete, strict=True) if is_complete
        )
        out = StringIO()
        call_command("rebuild_progress", stdout=out)
        assert "No differences" in out.getvalue()
