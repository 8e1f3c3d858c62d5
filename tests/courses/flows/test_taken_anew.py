"""What is taken anew, left, or asked for twice: nothing falls, nothing is passed by, nothing waits for itself."""

from __future__ import annotations

from typing import Any

import pytest

from courses.certificates.models import Certificate
from courses.certificates.pieces import done
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.flows.enrol import leave, renew, restart
from courses.flows.waive_removed import waive_removed
from courses.progress.errors import NotOpenYetBecause
from courses.progress.rebuilding import differences
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.courses import AT
from tests.factories.people import make_person

from .test_start_path import DAY, finish, key, small, told

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def change(made: Any, **fields: Any) -> None:
    """Publish the course with these fields."""
    page = CoursePage.objects.get(pk=made.course.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_course_that_was_completed_counts_where_it_is_asked_for_though_it_is_taken_anew(site: Any) -> None:
    first = small("CPA-1", valid_months=24)
    second = small("CPA-2", rule=[("course", first.course), ("lessons", None)])
    person = make_person()
    finish(person, first)
    learning.take(person, second)
    before = told(second, person)
    assert before == ("Still missing: 1 lesson.", 50)
    renew(person=person, item_key=key(first), by=person, at=AT + DAY)
    assert told(second, person) == before
    leave(person=person, course_key=key(first), by=person, at=AT + DAY)
    assert told(second, person) == before
    assert list(differences(repair=False, at=AT)) == []
    # In a window of its own nothing of it counts.
    restart(person=person, course_key=key(second), by=person, at=AT + 2 * DAY)
    assert told(second, person)[1] == 0


def test_the_quiz_of_a_course_is_its_own_whichever_is_asked_for_first(site: Any) -> None:
    other = small("CPA-2", quiz=True)
    both = [("quiz", {"quiz": other.quiz, "at": None}), ("own_quiz", None)]
    made = small("CPA-1", quiz=True, rule=both)
    assert made.quiz is not None
    person = learning.make_learner(made)
    rule = rule_of(Enrolment.objects.get())
    assert (rule.quiz, rule.parts[1].key) == (rule.parts[1], made.quiz.translation_key)
    assert learning.pass_quiz(person, made).attempt.quiz.key == made.quiz.translation_key
    assert told(made, person)[1] == 50
    learning.take(person, other)
    assert [each.item.code for each in learning.pass_quiz(person, other).consequences.completed] == ["CPA-1"]


def test_what_lies_beyond_the_course_stays_asked_for_though_its_rule_asks_no_more(site: Any) -> None:
    other = small("CPA-2", quiz=True)
    both = [("quiz", {"quiz": other.quiz, "at": None}), ("lesson", other.lessons[0]), ("lessons", None)]
    made = small("CPA-1", rule=both)
    person = learning.make_learner(made)
    learning.finish_lessons(person, made)
    before = told(made, person)
    change(made, rule=[("lessons", None)])
    assert waive_removed(LearningItem.objects.get(key=key(made)).pk) == 0
    assert told(made, person) == before
    assert before == ("Still missing: “Quiz cpa-2” with at least 70\u00a0% and the lesson “Lesson 1.1”.", 33)


def test_a_course_that_a_path_in_order_asks_for_twice_does_not_wait_for_itself(site: Any) -> None:
    made = [small(f"CPA-{n}") for n in (1, 2, 3)]
    choice = {"number": 1, "parts": [("course", made[0].course), ("course", made[2].course)]}
    rule = [("course", made[0].course), ("course", made[1].course), ("any_of", choice)]
    path, person = paths.make_path(courses=made, in_order=True, rule=rule), make_person()
    paths.start(person, path)
    assert set(paths.standing_of(person, path).locked) == {key(made[1]), key(made[2])}
    assert set(finish(person, made[0], made[1], at=AT + DAY)) == {"CPA-1", "CPA-2", "P1"}


def test_a_short_route_is_taken_anew_as_one(site: Any) -> None:
    made = small("CPA-1")
    path, person = paths.make_path(courses=[made], short_rule=[("module", made.modules[0])]), make_person()
    paths.start(person, path, route=Route.SHORT)
    assert restart(person=person, course_key=path.translation_key, by=person, at=AT).enrolment.route == Route.SHORT
    page = LearningPathPage.objects.get(pk=path.pk)
    page.short_rule = []
    page.save_revision().publish()
    assert restart(person=person, course_key=path.translation_key, by=person, at=AT).enrolment.route == Route.FULL


def test_who_left_does_not_pass_by_what_comes_first_by_starting_anew(site: Any) -> None:
    first, second = small("CPA-1"), small("CPA-2")
    person = learning.make_learner(second)
    change(second, prerequisites=[("course", first.course)])
    # Who is under way may begin from nothing: they had started.
    restart(person=person, course_key=key(second), by=person, at=AT)
    leave(person=person, course_key=key(second), by=person, at=AT)
    with pytest.raises(NotOpenYetBecause):
        restart(person=person, course_key=key(second), by=person, at=AT + DAY)
    finish(person, first)
    assert restart(person=person, course_key=key(second), by=person, at=AT + DAY).is_new is True


def test_who_left_a_refresher_that_is_gone_takes_the_course(site: Any) -> None:
    made, person = small("CPA-3", valid_months=24), make_person()
    finish(person, made)
    renew(person=person, item_key=key(made), by=person, at=AT + DAY)
    leave(person=person, course_key=key(made), by=person, at=AT + DAY)
    change(made, valid_months=None)
    again = learning.take(person, made, at=AT + 2 * DAY)
    # What they had done for the refresher counts, and nothing from before it.
    assert (again.route, rule_of(again).since, again.is_running) == ("full", AT + DAY, True)


def test_a_certificate_tells_how_its_own_cycle_was_assessed(site: Any) -> None:
    made = small("CPA-1", quiz=True, rules={"attempts": 0})
    person = learning.make_learner(made, certificate_name_confirmed_at=AT)
    learning.finish_lessons(person, made)
    learning.pass_quiz(person, made)
    assert made.quiz is not None
    made.quiz.pass_mark = 90
    made.quiz.save_revision().publish()
    restart(person=person, course_key=key(made), by=person, at=AT + DAY)
    learning.finish_lessons(person, made, at=AT + DAY)
    learning.pass_quiz(person, made, at=AT + DAY)
    said = [each.frozen["texts"]["en"]["assessment"]["text"] for each in Certificate.objects.order_by("pk")]
    assert said == [
        "Quiz of 1 question, passed at 70\u00a0% or more",
        "Quiz of 1 question, passed at 90\u00a0% or more",
    ]


def test_hours_of_a_path_are_those_of_the_course_and_not_of_its_refresher(site: Any) -> None:
    made = small("CPA-3", lessons=2, quiz=True, valid_months=24, refresher="quiz")
    person = learning.make_learner(made)
    learning.finish_lessons(person, made)
    learning.pass_quiz(person, made)
    renew(person=person, item_key=key(made), by=person, at=AT + DAY)
    learning.pass_quiz(person, made, at=AT + DAY)
    path = paths.make_path(courses=[made])
    credited = paths.start(person, path, at=AT + 2 * DAY).enrolment
    assert (credited.is_running, len(done(credited, AT).courses[key(made)].pieces)) == (False, 3)
    # Where the path is renewed too, the refresher is all that was done for it.
    anew = restart(person=person, course_key=path.translation_key, by=person, at=AT + 3 * DAY).enrolment
    assert done(anew, AT + 3 * DAY).courses == {}
    renew(person=person, item_key=key(made), by=person, at=AT + 4 * DAY)
    learning.pass_quiz(person, made, at=AT + 4 * DAY)
    assert len(done(Enrolment.objects.get(pk=anew.pk), AT).courses[key(made)].pieces) == 1
