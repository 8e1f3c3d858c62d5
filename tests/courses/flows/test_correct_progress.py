"""What an administrator corrects: a fact more with its reason in the log, never a completion less."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from wagtail.models import ModelLogEntry

from academy.mail.models import OutgoingEmail
from academy.people.models import User
from courses.booking.errors import ReasonMissing
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.flows.correct_progress import CORRECTED, Corrected, correct_progress, rehearse
from courses.flows.enrol import leave, restart
from courses.progress.errors import AttendedInFull, CompletionStays, NotCorrectable, NotWrittenYet, OwnRecord
from courses.progress.models import ItemProgress, LearningEvent
from curriculum.lessons.models import LessonPage
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.people import make_person

from .test_attend import note, workshop_of

LATER = AT + timedelta(hours=1)


@pytest.fixture
def admin(site: Any) -> User:
    """Who corrects."""
    return make_person(display_name="Ada Admin")


def correct(person: User, key: UUID, admin: User, *, done: bool = True, at: Any = LATER) -> Corrected:
    """Correct one item."""
    return correct_progress(person=person, item_key=key, is_done=done, reason="Read on paper.", by=admin, at=at)


def facts(person: User) -> list[tuple[str, str, Any, dict[str, Any]]]:
    """What was noted by somebody else about the person: item, fact, by whom, details."""
    rows = LearningEvent.objects.filter(person=person).exclude(by=person).order_by("pk").select_related("item", "by")
    return [(row.item.title, row.fact, row.by, row.data) for row in rows]


def test_a_lesson_is_noted_as_done_and_not_done_by_the_administrator_once_each(academy: Any, admin: User) -> None:
    person, lesson = learning.make_learner(academy), academy.lessons[0]
    changed = [correct(person, lesson.translation_key, admin, done=done).changed for done in (True, True, False, False)]
    assert changed == [True, False, True, False]
    marked = {"corrected": True}
    assert facts(person) == [(lesson.title, "completed", admin, marked), (lesson.title, "undone", admin, marked)]
    entries = ModelLogEntry.objects.filter(action=CORRECTED, object_id=str(person.pk)).order_by("pk")
    assert [(entry.user, entry.data["is_done"], entry.data["reason"]) for entry in entries] == [
        (admin, True, "Read on paper."),
        (admin, False, "Read on paper."),
    ]
    out = StringIO()
    call_command("rebuild_progress", "--check", stdout=out)
    assert "No differences" in out.getvalue()
    assert ItemProgress.objects.get(person=person, item__key=lesson.translation_key).standing == "not_started"


def test_the_last_part_completes_the_course_and_a_rehearsal_leaves_nothing_behind(academy: Any, admin: User) -> None:
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy, 2)
    before = (LearningEvent.objects.count(), OutgoingEmail.objects.count(), ModelLogEntry.objects.count())
    key = academy.lessons[2].translation_key
    foretold = rehearse(person=person, item_key=key, is_done=True, by=admin, at=LATER)
    assert [enrolment.item.code for enrolment in foretold.completed] == [academy.course.code]
    assert len(foretold.certificates) == 1
    assert (LearningEvent.objects.count(), OutgoingEmail.objects.count(), ModelLogEntry.objects.count()) == before
    assert (Enrolment.objects.get().completed_at, Certificate.objects.count()) == (None, 0)
    found = correct(person, key, admin)
    assert (found.changed, len(found.completed), len(found.certificates)) == (True, 1, 1)
    assert (Enrolment.objects.get().completed_at, Certificate.objects.get().person) == (LATER, person)
    with pytest.raises(CompletionStays, match="stays done"):
        correct(person, key, admin, done=False)
    assert Enrolment.objects.get().completed_at == LATER


def test_in_a_course_taken_anew_what_was_done_before_can_be_noted_again(academy: Any, admin: User) -> None:
    person, key = learning.make_learner(academy), academy.lessons[0].translation_key
    learning.finish_lessons(person, academy, 1)
    restart(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    assert correct(person, key, admin, at=LATER + timedelta(hours=1)).changed is True


def test_only_what_the_person_takes_and_what_is_written_can_be_corrected(academy: Any, admin: User) -> None:
    LessonPage.objects.filter(pk=academy.lessons[2].pk).update(status="summary")
    person, key = learning.make_learner(), academy.lessons[0].translation_key
    for wrong in (key, uuid4(), academy.quiz.translation_key, academy.course.translation_key):
        with pytest.raises(NotCorrectable):
            correct(person, wrong, admin)
    learning.take(person, academy)
    with pytest.raises(NotWrittenYet):
        correct(person, academy.lessons[2].translation_key, admin)
    leave(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    with pytest.raises(NotCorrectable):
        correct(person, key, admin)
    assert facts(person) == []


@pytest.mark.one_database
def test_nobody_corrects_themselves_and_nobody_without_a_reason(academy: Any, admin: User) -> None:
    person, key = learning.make_learner(academy), academy.lessons[0].translation_key
    with pytest.raises(OwnRecord):
        correct(person, key, person)
    with pytest.raises(ReasonMissing):
        correct_progress(person=person, item_key=key, is_done=True, reason=" ", by=admin, at=LATER)
    assert ItemProgress.objects.filter(item__key=key).count() == 0


def test_credit_for_a_workshop_does_its_lessons_and_states_no_attendance(academy: Any, admin: User) -> None:
    workshop = workshop_of(academy)
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy, 2)
    found = correct(person, workshop.key, admin)
    assert [enrolment.item.code for enrolment in found.completed] == [academy.course.code]
    assert [(title, fact) for title, fact, _by, _data in facts(person)] == [
        (workshop.title, "completed"),
        (academy.lessons[2].title, "completed"),
        (academy.course.title, "finished"),
    ]
    assert list(Certificate.objects.values_list("kind", flat=True)) == ["completion"]
    with pytest.raises(CompletionStays):
        correct(person, workshop.key, admin, done=False)


def test_what_was_attended_is_corrected_where_attendance_is_kept(site: Any, admin: User) -> None:
    session = dates.make_date()
    booking = dates.book(session)
    assert booking.person is not None
    note(session, booking, "full")
    with pytest.raises(AttendedInFull):
        correct(booking.person, session.item.key, admin, done=False)
    # So is what waits for its holder's name, and has no statement yet.
    unnamed = dates.book(dates.make_date(item=session.item), make_person(certificate_name_confirmed_at=None))
    assert unnamed.person is not None
    note(unnamed.session, unnamed, "full")
    assert Certificate.objects.filter(person=unnamed.person).count() == 0
    with pytest.raises(AttendedInFull):
        correct(unnamed.person, session.item.key, admin, done=False)
    other = make_person()
    changed = [correct(other, session.item.key, admin, done=done).changed for done in (True, True, False)]
    assert changed == [True, False, True]
