"""A quiz or lesson is taken out of a course: what follows for people who take that course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from academy.jobs.models import Job
from courses.attempts.models import QuizAttempt
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.flows.enrol import restart
from courses.flows.waive_removed import waive_removed
from courses.flows.waive_withdrawn import waive_withdrawn
from courses.progress.models import LearningEvent
from courses.progress.rebuilding import differences
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from curriculum.quizzes.models import Quiz
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_quiz


def item_of(thing: Any) -> LearningItem:
    """The item that stands for a page or quiz."""
    return LearningItem.objects.get(key=thing.translation_key)


def place_quiz(made: Any, quiz: Any, **fields: Any) -> int:
    """Give the course this quiz or none, as an editor does; let the job run. How many waivers it wrote."""
    page = CoursePage.objects.get(pk=made.course.pk)
    page.quiz = quiz
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return run(made)


def run(made: Any) -> int:
    """Run the job, which must be waiting."""
    item = item_of(made.course)
    assert Job.objects.get(kind="courses.waive_removed").payload == {"item_id": item.pk}
    return waive_removed(item.pk)


def waivers() -> list[tuple[Any, ...]]:
    """Person, item, by whom and details of all waivers."""
    rows = LearningEvent.objects.filter(fact="waived").order_by("pk")
    return list(rows.values_list("person_id", "item_id", "by", "data"))


def test_who_waits_for_a_quiz_that_was_removed_completes_the_course(academy: Any) -> None:
    waiting, before_it, done = (learning.make_learner(academy) for _ in range(3))
    learning.finish_lessons(done, academy)
    learning.pass_quiz(done, academy)
    learning.finish_lessons(waiting, academy)
    assert place_quiz(academy, None) == 2
    quiz = item_of(academy.quiz)
    open_ones = [Enrolment.objects.get(person=person) for person in (waiting, before_it)]
    assert waivers() == [(one.person_id, quiz.pk, None, {"enrolment": one.pk}) for one in open_ones]
    assert [one.completed_at is not None for one in open_ones] == [True, False]
    assert (Certificate.objects.filter(person=waiting).count(), Certificate.objects.count()) == (1, 2)
    assert list(differences(repair=False, at=timezone.now())) == []


def test_a_quiz_that_was_swapped_for_another_is_waived_once(academy: Any) -> None:
    learning.make_learner(academy)
    assert place_quiz(academy, make_quiz("another")) == 1
    assert (run(academy), len(waivers())) == (0, 1)


def test_an_open_attempt_at_a_removed_quiz_is_dropped(academy: Any) -> None:
    learning.begin_quiz(learning.make_learner(academy), academy)
    place_quiz(academy, None)
    assert QuizAttempt.objects.count() == 0


def test_a_lesson_that_was_moved_to_another_course_is_waived_in_the_one_it_left(academy: Any) -> None:
    other = make_course("CPA-8", lessons=2, quiz=False)
    person = learning.make_learner(academy)
    learning.take(person, other)
    learning.finish_lessons(person, academy, 2)
    learning.pass_quiz(person, academy)
    LessonPage.objects.get(pk=academy.lessons[2].pk).move(ModulePage.objects.get(pk=other.modules[0].pk), "last-child")
    assert run(academy) == 1
    own = Enrolment.objects.get(person=person, item=item_of(academy.course))
    assert waivers() == [(person.pk, item_of(academy.lessons[2]).pk, None, {"enrolment": own.pk})]
    assert (own.is_running, Certificate.objects.filter(person=person).count()) == (False, 1)


def test_another_course_that_has_the_same_quiz_still_asks_for_it(academy: Any) -> None:
    other = make_course("CPA-8", quiz=False)
    CoursePage.objects.filter(pk=other.course.pk).update(quiz=academy.quiz)
    person = learning.make_learner(academy)
    learning.take(person, other)
    for made in (academy, other):
        learning.finish_lessons(person, made)
    assert place_quiz(academy, None) == 1
    completed = Enrolment.objects.exclude(completed_at=None)
    assert list(completed.values_list("item", flat=True)) == [item_of(academy.course).pk]
    # Withdrawn altogether, it is waived there too: the waiver for the first course does not stand in the way.
    Quiz.objects.get(pk=academy.quiz.pk).unpublish()
    assert waive_withdrawn(item_of(academy.quiz).pk) == 1
    assert completed.count() == 2


def test_what_is_back_by_then_is_not_waived(academy: Any) -> None:
    learning.make_learner(academy)
    for quiz in (None, academy.quiz):
        page = CoursePage.objects.get(pk=academy.course.pk)
        page.quiz = quiz
        page.save_revision().publish()
    assert (run(academy), waivers()) == (0, [])


def test_a_course_in_preparation_or_unpublished_waives_nothing(academy: Any) -> None:
    learning.make_learner(academy)
    assert place_quiz(academy, None, status=CourseStatus.IN_PREPARATION) == 0
    CoursePage.objects.get(pk=academy.course.pk).unpublish()
    assert (run(academy), waivers()) == (0, [])
    assert place_quiz(academy, None, status=CourseStatus.OPEN) == 1


def test_what_is_in_an_unpublished_module_is_still_part_of_the_course(academy: Any) -> None:
    learning.make_learner(academy)
    ModulePage.objects.get(pk=academy.modules[0].pk).unpublish()
    assert (place_quiz(academy, academy.quiz), waivers()) == (0, [])


def test_the_waiver_does_not_reach_a_later_cycle(academy: Any) -> None:
    person = learning.make_learner(academy)
    place_quiz(academy, None)
    CoursePage.objects.filter(pk=academy.course.pk).update(quiz=academy.quiz)
    CoursePage.objects.get(pk=academy.course.pk).save_revision().publish()
    later = timezone.now() + timedelta(hours=1)
    restart(person=person, course_key=academy.course.translation_key, by=person, at=later)
    learning.finish_lessons(person, academy, at=later)
    assert Enrolment.objects.get(cycle=2).completed_at is None


def test_nothing_is_queued_for_a_course_that_nobody_takes(academy: Any) -> None:
    CoursePage.objects.get(pk=academy.course.pk).save_revision().publish()
    assert Job.objects.filter(kind="courses.waive_removed").count() == 0
