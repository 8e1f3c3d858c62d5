"""A lesson is withdrawn, a course opens: what follows for people who learn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.jobs.models import Job
from academy.mail.models import Notice, OutgoingEmail
from academy.people.rules import erase_person
from courses.certificates.models import Certificate
from courses.enrolments.models import CourseInterest, Enrolment
from courses.enrolments.rules import tell_me
from courses.flows.announce_course import announce_course
from courses.flows.enrol import restart
from courses.flows.waive_withdrawn import waive_withdrawn
from courses.progress.models import LearningEvent
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage
from curriculum.items.models import LearningItem
from curriculum.lessons.models import LessonPage
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course


def item_of(thing: Any) -> LearningItem:
    """The item that stands for a page or quiz."""
    return LearningItem.objects.get(key=thing.translation_key)


def withdraw(made: Any, number: int) -> LearningItem:
    """Unpublish a lesson as an editor does, and let the job run."""
    LessonPage.objects.get(pk=made.lessons[number].pk).unpublish()
    item = item_of(made.lessons[number])
    assert Job.objects.filter(kind="courses.waive_withdrawn", payload={"item_id": item.pk}).exists()
    waive_withdrawn(item.pk)
    return item


def test_who_takes_the_course_need_not_do_what_was_withdrawn(academy: Any) -> None:
    waiting, before_it, done = (learning.make_learner(academy) for _ in range(3))
    learning.finish_lessons(done, academy)
    learning.pass_quiz(done, academy)
    learning.pass_quiz(waiting, academy)
    learning.finish_lessons(waiting, academy, 2)
    item = withdraw(academy, 2)
    waived = LearningEvent.objects.filter(item=item, fact="waived").order_by("pk")
    assert list(waived.values_list("person", "by")) == [(waiting.pk, None), (before_it.pk, None)]
    # It was the last thing missing: the course is completed by it.
    assert Enrolment.objects.get(person=waiting).completed_at is not None
    assert Certificate.objects.filter(person=waiting).count() == 1
    assert Enrolment.objects.get(person=before_it).is_running


def test_who_was_erased_gets_no_certificate_and_no_mail_for_it(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy, 2)
    learning.pass_quiz(person, academy)
    erase_person(person=person, by=None, at=timezone.now())
    withdraw(academy, 2)
    assert (Certificate.objects.count(), OutgoingEmail.objects.count()) == (0, 0)
    assert LearningEvent.objects.filter(fact="waived").count() == 0


def test_waiving_twice_waives_once(academy: Any) -> None:
    learning.make_learner(academy)
    item = withdraw(academy, 2)
    assert (waive_withdrawn(item.pk), LearningEvent.objects.filter(fact="waived").count()) == (0, 1)


def test_what_is_back_by_then_is_not_waived(academy: Any) -> None:
    learning.make_learner(academy)
    page = LessonPage.objects.get(pk=academy.lessons[2].pk)
    page.unpublish()
    page.save_revision().publish()
    assert waive_withdrawn(item_of(page).pk) == 0
    assert LearningEvent.objects.filter(fact="waived").count() == 0


def test_a_waiver_does_not_reach_a_later_cycle(academy: Any) -> None:
    person = learning.make_learner(academy)
    withdraw(academy, 2)
    LessonPage.objects.get(pk=academy.lessons[2].pk).save_revision().publish()
    later = timezone.now() + timedelta(hours=1)
    restart(person=person, course_key=academy.course.translation_key, by=person, at=later)
    learning.pass_quiz(person, academy, at=later)
    learning.finish_lessons(person, academy, 2, at=later)
    assert Enrolment.objects.get(cycle=2).completed_at is None


@pytest.fixture
def in_preparation(site: Any) -> Any:
    """A course that cannot be taken yet."""
    return make_course(status=CourseStatus.IN_PREPARATION)


def open_course(made: Any) -> LearningItem:
    """Publish the course as open, as an editor does."""
    page = CoursePage.objects.get(pk=made.course.pk)
    page.status = CourseStatus.OPEN
    page.save_revision().publish()
    return item_of(page)


def test_who_asked_is_told_once_in_their_language_when_a_course_opens(in_preparation: Any) -> None:
    key = in_preparation.course.translation_key
    dutch = learning.make_learner(language="nl")
    for person in (dutch, learning.make_learner()):
        tell_me(person=person, course_key=key, by=person, at=AT)
    item = open_course(in_preparation)
    assert Job.objects.get(kind="courses.announce_course").payload == {"item_id": item.pk}
    assert [announce_course(item.pk), announce_course(item.pk)] == [2, 0]
    notice = Notice.objects.get(person=dutch)
    assert (notice.kind, notice.language) == ("enrolments/course_open", "nl")
    assert "Course CPA-9 [nl]" in notice.title
    assert notice.url == in_preparation.translation(in_preparation.course, "nl").url
    assert Notice.objects.count() == 2
    assert CourseInterest.objects.filter(told_at=None).count() == 0


def test_nobody_is_told_of_a_course_that_is_still_in_preparation(in_preparation: Any) -> None:
    person = learning.make_learner()
    tell_me(person=person, course_key=in_preparation.course.translation_key, by=person, at=AT)
    CoursePage.objects.get(pk=in_preparation.course.pk).save_revision().publish()
    assert Job.objects.filter(kind="courses.announce_course").count() == 0
    assert announce_course(item_of(in_preparation.course).pk) == 0
