"""Marking lessons, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from academy.mail.models import OutgoingEmail
from courses.booking.enums import Presence
from courses.booking.models import Meeting
from courses.booking.rules.attending import Seen
from courses.certificates.models import Certificate
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.models import Enrolment
from courses.flows.attend import note_attendance
from courses.flows.complete_lesson import complete_lesson, undo_lesson
from courses.progress.enums import Standing
from courses.progress.errors import CourseCompletedStays, LessonDoneByAttending, LessonNotWritten, LessonUnknown
from courses.progress.models import ItemProgress, LearningEvent
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import booking, people
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course, published

LATER = AT + timedelta(hours=1)


def test_a_lesson_marked_twice_is_done_once(academy: Any) -> None:
    person = learning.make_learner(academy)
    key = academy.lessons[0].translation_key
    first = complete_lesson(person=person, lesson_key=key, by=person, at=AT)
    again = complete_lesson(person=person, lesson_key=key, by=person, at=LATER)
    assert (first.changed, again.changed) == (True, False)
    assert (first.standing.lessons_done, first.standing.lessons, first.standing.percent) == (1, 3, 25)
    assert LearningEvent.objects.filter(fact="completed").count() == 1
    assert ItemProgress.objects.get(item__key=key).completed_at == AT


def test_the_tick_is_the_same_in_another_language(academy: Any) -> None:
    person = learning.make_learner(academy)
    dutch = academy.translation(academy.lessons[0], "nl")
    marked = complete_lesson(person=person, lesson_key=dutch.translation_key, by=person, at=AT)
    assert marked.standing.is_done(academy.lessons[0].translation_key)


def test_a_lesson_can_be_marked_as_not_done(academy: Any) -> None:
    person = learning.make_learner(academy)
    key = academy.lessons[0].translation_key
    learning.finish_lessons(person, academy, 2)
    marked = undo_lesson(person=person, lesson_key=key, by=person, at=LATER)
    assert (marked.changed, marked.standing.lessons_done) == (True, 1)
    assert marked.standing.standings[key] == Standing.NOT_STARTED
    assert undo_lesson(person=person, lesson_key=key, by=person, at=LATER).changed is False


def test_without_an_enrolment_nothing_is_marked(academy: Any) -> None:
    person = learning.make_learner()
    with pytest.raises(NotEnrolled):
        complete_lesson(person=person, lesson_key=academy.lessons[0].translation_key, by=person, at=AT)
    assert LearningEvent.objects.count() == 0


def test_a_lesson_that_does_not_exist_or_was_withdrawn_is_not_marked(academy: Any) -> None:
    person = learning.make_learner(academy)
    withdrawn = LessonPage.objects.get(pk=academy.lessons[0].pk)
    withdrawn.unpublish()
    for key in (academy.course.translation_key, withdrawn.translation_key):
        with pytest.raises(LessonUnknown):
            complete_lesson(person=person, lesson_key=key, by=person, at=AT)


def test_a_summary_is_neither_asked_for_nor_marked(site: Any) -> None:
    made = make_course(quiz=False)
    LessonPage.objects.filter(pk=made.lessons[2].pk).update(status="summary")
    person = learning.make_learner(made)
    with pytest.raises(LessonNotWritten):
        complete_lesson(person=person, lesson_key=made.lessons[2].translation_key, by=person, at=AT)
    learning.finish_lessons(person, made, 2)
    assert Enrolment.objects.get().completed_at == AT


def test_the_last_part_completes_the_course_and_issues_one_certificate(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy, 2)
    assert Certificate.objects.count() == 0
    last = complete_lesson(person=person, lesson_key=academy.lessons[2].translation_key, by=person, at=LATER)
    assert last.standing.is_completed
    assert last.standing.percent == 100
    assert last.consequences.certificates == [Certificate.objects.get(person=person)]
    assert OutgoingEmail.objects.filter(person=person).count() == 1
    assert list(LearningEvent.objects.filter(fact="finished").values_list("at", "data")) == [(LATER, {"cycle": 1})]


def test_what_a_completed_course_asked_for_stays_done(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    with pytest.raises(CourseCompletedStays):
        undo_lesson(person=person, lesson_key=academy.lessons[0].translation_key, by=person, at=LATER)


def test_editing_the_live_course_changes_nobody_s_completion(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    added = LessonPage(title="Added", slug="added", locale=academy.lessons[0].locale)
    academy.modules[0].add_child(instance=added)
    LessonPage.objects.get(pk=academy.lessons[0].pk).unpublish()
    marked = complete_lesson(person=person, lesson_key=added.translation_key, by=person, at=LATER)
    assert marked.standing.is_completed
    assert added.translation_key in marked.standing.new
    assert Certificate.objects.count() == 1


@pytest.fixture
def workshop(academy: Any) -> WorkshopPage:
    """The workshop by attending which the first lesson is done."""
    home = academy.catalogue.get_parent().specific
    index = home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    page = index.add_child(instance=WorkshopPage(**published("Clinic", "clinic", code="W1")))
    lesson = LessonPage.objects.get(pk=academy.lessons[0].pk)
    lesson.workshop = page
    lesson.save()
    return page


def attend(person: Any, workshop: WorkshopPage, presence: Presence = Presence.FULL) -> None:
    """The person has a seat at a date of the workshop and is noted as there."""
    item = LearningItem.objects.get(key=workshop.translation_key)
    session = booking.make_date(item=item)
    seat = booking.book(session, person)
    meeting = Meeting.objects.get(session=session)
    note_attendance(meeting=meeting, seen={seat.pk: Seen(presence)}, by=people.make_person(), at=meeting.ends_at)


def test_a_lesson_done_by_attending_is_neither_ticked_nor_unticked_by_hand(academy: Any, workshop: Any) -> None:
    person = learning.make_learner(academy)
    key = academy.lessons[0].translation_key
    with pytest.raises(LessonDoneByAttending) as refused:
        complete_lesson(person=person, lesson_key=key, by=person, at=AT)
    assert str(refused.value) == "This lesson is done by attending the workshop."
    assert not LearningEvent.objects.filter(item__key=key).exists()
    attend(person, workshop)
    assert ItemProgress.objects.get(person=person, item__key=key).standing == Standing.COMPLETED
    again = complete_lesson(person=person, lesson_key=key, by=person, at=LATER)
    assert (again.changed, again.standing.lessons_done) == (False, 1)
    with pytest.raises(LessonDoneByAttending):
        undo_lesson(person=person, lesson_key=key, by=person, at=LATER)


def test_who_attended_before_enrolling_has_the_lesson_done(academy: Any, workshop: Any) -> None:
    person = learning.make_learner()
    attend(person, workshop)
    learning.take(person, academy, at=AT + timedelta(days=90))
    marked = complete_lesson(
        person=person, lesson_key=academy.lessons[1].translation_key, by=person, at=AT + timedelta(days=91)
    )
    assert (marked.standing.lessons_done, marked.standing.is_done(academy.lessons[0].translation_key)) == (2, True)


def test_a_workshop_attended_in_part_leaves_the_lesson_open(academy: Any, workshop: Any) -> None:
    person = learning.make_learner(academy)
    attend(person, workshop, Presence.PART)
    assert not ItemProgress.objects.filter(person=person, standing=Standing.COMPLETED).exists()


@pytest.mark.parametrize("way", ["withdrawn", "cleared"])
def test_without_its_workshop_a_lesson_is_ticked_by_hand_again(academy: Any, workshop: Any, way: str) -> None:
    person = learning.make_learner(academy)
    key = academy.lessons[0].translation_key
    with pytest.raises(LessonDoneByAttending):
        complete_lesson(person=person, lesson_key=key, by=person, at=AT)
    if way == "withdrawn":
        WorkshopPage.objects.get().unpublish()
    else:
        lesson = LessonPage.objects.get(pk=academy.lessons[0].pk)
        lesson.workshop = None
        lesson.save_revision().publish()
    assert complete_lesson(person=person, lesson_key=key, by=person, at=LATER).changed
