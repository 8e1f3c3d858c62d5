"""What a certificate counts of activities: their minutes once, with the lesson in which they stand."""

from __future__ import annotations

from typing import Any

import pytest

from courses.certificates.pieces import done
from courses.certificates.taught import parts
from courses.enrolments.models import Enrolment
from courses.flows.complete_lesson import complete_lesson
from courses.reports.transcript import transcript
from curriculum.conditions.enums import Route
from curriculum.lessons.models import LessonPage
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.asked import make_asked, play, put_in
from tests.factories.courses import AT
from tests.factories.curriculum import make_course
from tests.factories.people import make_person

pytestmark = pytest.mark.one_database


def test_the_minutes_of_an_activity_are_those_of_its_lesson(site: Any) -> None:
    made, ladder = make_course(lessons=1, quiz=False, languages=["en"]), make_asked(minutes=30)
    lesson = put_in(made.lessons[0], ladder)
    person = learning.make_learner(made)
    play(person, ladder)
    complete_lesson(person=person, lesson_key=lesson.translation_key, by=person, at=AT)
    minutes = LessonPage.objects.get(pk=lesson.pk).minutes
    assert minutes > 30
    finished = done(Enrolment.objects.get(person=person), AT)
    assert finished.minutes == {"lessons": minutes, "quizzes": 0, "workshops": 0}
    assert parts(None, finished, {}, "en") == [{"text": "Module 1", "lang": "en"}]
    assert transcript(person, "en", AT).minutes == minutes


def test_one_that_was_asked_for_by_itself_counts_by_its_own(site: Any) -> None:
    made, ladder = make_course(lessons=1, quiz=False, languages=["en"]), make_asked(minutes=30)
    put_in(made.lessons[0], ladder)
    path, person = paths.make_path(courses=[made], short_rule=[("activity", ladder)]), make_person()
    paths.start(person, path, route=Route.SHORT)
    play(person, ladder)
    finished = done(Enrolment.objects.get(person=person), AT)
    assert finished.minutes == {"lessons": 30, "quizzes": 0, "workshops": 0}
    assert parts(None, finished, {}, "nl") == [{"text": "Activity ladder", "lang": "en"}]
    assert transcript(person, "en", AT).minutes == 30
