"""Starting, leaving, starting anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from courses.attempts.models import QuizAttempt
from courses.certificates.models import Certificate
from courses.enrolments.errors import CourseCompletedAlready, CourseInPreparation, CourseUnknown, NotEnrolled
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.flows.enrol import enrol, leave, restart
from courses.progress.enums import Fact
from courses.progress.models import LearningEvent
from curriculum.catalogue.enums import CourseStatus
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course

LATER = AT + timedelta(days=3)


def facts(person: Any) -> list[str]:
    """What happened to a person, in order."""
    return list(LearningEvent.objects.filter(person=person).values_list("fact", flat=True))


def test_starting_a_course_freezes_its_rule(academy: Any) -> None:
    person = learning.make_learner()
    enrolment = learning.take(person, academy)
    assert enrolment.rule == {
        "version": 2,
        "since": None,
        "root": {
            "all": [
                {
                    "all": [{"kind": "lesson", "key": str(lesson.translation_key)} for lesson in academy.lessons],
                    "of": str(academy.course.translation_key),
                },
                {"kind": "quiz", "key": str(academy.quiz.translation_key), "at": 70, "counts": "best", "attempts": 3},
            ]
        },
        "advised": [],
        "locks": {},
        "valid_months": None,
    }
    assert (enrolment.cycle, enrolment.rule_version, enrolment.is_running) == (1, 1, True)
    assert facts(person) == [Fact.ENROLLED]


def test_starting_twice_starts_once(academy: Any) -> None:
    person = learning.make_learner(academy)
    again = enrol(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    assert again.is_new is False
    assert Enrolment.objects.count() == 1
    assert facts(person) == [Fact.ENROLLED]


def test_a_course_in_preparation_cannot_be_started(site: Any) -> None:
    made = make_course(status=CourseStatus.IN_PREPARATION)
    person = learning.make_learner()
    with pytest.raises(CourseInPreparation):
        learning.take(person, made)
    assert Enrolment.objects.count() == 0


def test_a_course_that_does_not_exist_cannot_be_started(academy: Any) -> None:
    person = learning.make_learner()
    with pytest.raises(CourseUnknown):
        enrol(person=person, course_key=academy.lessons[0].translation_key, by=person, at=AT)


def test_who_leaves_and_comes_back_finds_the_ticks(academy: Any) -> None:
    person = learning.make_learner(academy)
    key = academy.course.translation_key
    learning.finish_lessons(person, academy, 2)
    learning.begin_quiz(person, academy)
    leave(person=person, course_key=key, by=person, at=LATER)
    assert current(person, key) is None
    assert QuizAttempt.objects.count() == 0
    learning.take(person, academy, at=LATER)
    learning.finish_lessons(person, academy, at=LATER)
    done = learning.pass_quiz(person, academy, at=LATER)
    assert [enrolment.cycle for enrolment in done.consequences.completed] == [2]
    # The two lessons of the first cycle were not done a second time.
    assert facts(person).count(Fact.COMPLETED) == 3


def test_leaving_what_one_does_not_take_is_refused(academy: Any) -> None:
    person = learning.make_learner()
    with pytest.raises(NotEnrolled):
        leave(person=person, course_key=academy.course.translation_key, by=person, at=AT)


def test_starting_anew_counts_only_what_comes_after(academy: Any) -> None:
    person = learning.make_learner(academy)
    key = academy.course.translation_key
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    first = Certificate.objects.get()
    started = restart(person=person, course_key=key, by=person, at=LATER)
    assert rule_of(started.enrolment).since == LATER
    assert (started.enrolment.cycle, started.consequences.completed) == (2, [])
    learning.finish_lessons(person, academy, at=LATER)
    assert Enrolment.objects.get(cycle=2).completed_at is None
    learning.pass_quiz(person, academy, at=LATER)
    assert list(Enrolment.objects.order_by("cycle").values_list("completed_at", flat=True)) == [AT, LATER]
    assert Certificate.objects.exclude(pk=first.pk).get().issued_at == LATER
    first.refresh_from_db()
    assert first.status == "valid"


def test_starting_anew_while_it_runs_leaves_the_running_cycle(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy, 1)
    restart(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    assert list(Enrolment.objects.order_by("cycle").values_list("left_at", flat=True)) == [LATER, None]
    assert facts(person) == [Fact.ENROLLED, Fact.COMPLETED, Fact.LEFT, Fact.ENROLLED]


def test_a_completed_course_is_not_started_again_by_the_way(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    with pytest.raises(CourseCompletedAlready):
        learning.take(person, academy)


def test_what_was_never_taken_cannot_be_started_anew(academy: Any) -> None:
    person = learning.make_learner()
    with pytest.raises(NotEnrolled):
        restart(person=person, course_key=academy.course.translation_key, by=person, at=AT)
