"""Ways through courses and paths: choices, short routes, orders, credit, testing out, refreshers, what is withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from academy.jobs.models import Job
from courses.certificates.models import Certificate
from courses.enrolments.errors import CourseCompletedAlready, NotEnrolled
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, latest, rule_of
from courses.flows.complete_lesson import complete_lesson, undo_lesson
from courses.flows.enrol import leave, renew, restart
from courses.flows.submit_attempt import start_attempt
from courses.flows.waive_withdrawn import waive_withdrawn
from courses.progress.errors import NotOpenYetBecause
from courses.progress.models import LearningEvent
from courses.progress.queries import course_standing, progress_rows
from courses.progress.rebuilding import differences
from curriculum.catalogue.models import CoursePage
from curriculum.completion.queries import promise
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.courses import AT
from tests.factories.curriculum import Course, make_course
from tests.factories.paths import missing
from tests.factories.people import make_person

DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def small(code: str = "CPA-1", lessons: int = 1, quiz: bool = False, **fields: Any) -> Course:
    """A course of one module in one language, by default of one lesson."""
    return make_course(code, lessons=lessons, quiz=quiz, languages=["en"], questions=1, **fields)


def key(made: Course) -> Any:
    """What learner records know the course by."""
    return made.course.translation_key


def finish(person: Any, *courses: Course, at: Any = AT) -> list[str]:
    """The person takes courses without a quiz and does all their lessons: what that completed, by code."""
    before = set(Enrolment.objects.filter(completed_at__isnull=False).values_list("pk", flat=True))
    for made in courses:
        learning.take(person, made, at=at)
        learning.finish_lessons(person, made, at=at)
    ended = Enrolment.objects.filter(person=person, completed_at__isnull=False).exclude(pk__in=before)
    return list(ended.order_by("completed_at", "pk").values_list("item__code", flat=True))


def told(made: Course, person: Any) -> tuple[str, int]:
    """What a course says is missing, and its per cent, by the summaries that pages read."""
    outline, enrolment = course_outline(key(made), "en"), latest(person, key(made))
    assert outline is not None
    assert enrolment is not None
    standing = course_standing(enrolment, outline, progress_rows(person, [outline], [rule_of(enrolment)]))
    assert (standing.still is None) == standing.is_completed
    return missing(person, made.course), standing.percent


@pytest.fixture(autouse=True)
def _nothing_differs(site: Any) -> Any:
    """After each story the summaries say what the facts say."""
    yield
    assert list(differences(repair=False, at=AT)) == []


# -- choices ----------------------------------------------------------------------------------------------------------
def test_any_two_of_three_complete_a_path_and_none_is_begun_unasked() -> None:
    made = [small(f"CPA-{n}") for n in (1, 2, 3)]
    choice = {"number": 2, "parts": [("course", each.course) for each in made]}
    path, person = paths.make_path(courses=made, rule=[("any_of", choice)]), make_person()
    paths.start(person, path)
    assert Enrolment.objects.count() == 1
    assert missing(person, path) == (
        "Still missing: any 2 of these: the course “CPA-1 Course CPA-1”; the course “CPA-2 Course CPA-2”; "
        "the course “CPA-3 Course CPA-3”."
    )
    assert finish(person, made[2]) == ["CPA-3"]
    assert missing(person, path) == (
        "Still missing: the course “CPA-1 Course CPA-1” or the course “CPA-2 Course CPA-2”."
    )
    assert paths.standing_of(person, path).percent == 50
    assert finish(person, made[0], at=AT + DAY) == ["P1", "CPA-1"]


def test_who_knows_it_all_tests_out() -> None:
    rule = [("lessons", None), ("own_quiz", None), ("test_out", {"at": 90})]
    made = small("CPA-1", lessons=2, quiz=True, rule=rule, quiz_after_lessons=True, rules={"attempts": 0})
    # The quiz can be tried without the lessons, or nobody could test out.
    person = learning.make_learner(made)
    assert missing(person, made.course) == (
        "Still missing: one of these: 2 lessons and “Quiz cpa-1” with at least 70\u00a0%; "
        "“Quiz cpa-1” with at least 90\u00a0%."
    )
    done = learning.pass_quiz(person, made)
    assert [each.item.code for each in done.consequences.certificates] == ["CPA-1"]


def test_who_passes_and_does_not_test_out_has_the_lessons_left() -> None:
    rule = [("lessons", None), ("own_quiz", None), ("test_out", {"at": 90})]
    made = make_course("CPA-1", lessons=1, languages=["en"], questions=5, rule=rule, rules={"attempts": 0})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True, True, True, True, False])
    assert learning.hand_in(person, attempt).consequences.completed == []
    assert told(made, person) == (
        "Still missing: 1 lesson or “Quiz cpa-1” with at least 90\u00a0%.",
        50,
    )
    learning.finish_lessons(person, made)
    assert told(made, person) == ("", 100)


def test_a_score_of_an_earlier_cycle_tests_nobody_out() -> None:
    rule = [("lessons", None), ("own_quiz", None), ("test_out", {"at": 90})]
    made = make_course("CPA-1", lessons=1, languages=["en"], questions=5, rule=rule, rules={"attempts": 0})
    person = learning.make_learner(made)
    learning.pass_quiz(person, made)
    restart(person=person, course_key=key(made), by=person, at=AT + DAY)
    attempt = learning.begin_quiz(person, made, AT + DAY)
    learning.answer(person, attempt, [True, True, True, True, False], AT + DAY)
    learning.hand_in(person, attempt, AT + DAY)
    assert told(made, person)[0] == "Still missing: 1 lesson or “Quiz cpa-1” with at least 90\u00a0%."


# -- the short route --------------------------------------------------------------------------------------------------
def test_the_short_route_ticks_lessons_without_their_course_and_ends_with_a_statement() -> None:
    made, workshop = small("CPA-1", lessons=2, quiz=True), paths.make_workshop("W4", "Executive session")
    path = paths.make_path("P3", courses=[made], short_rule=[("module", made.modules[0]), ("workshop", workshop)])
    person = make_person()
    paths.start(person, path, route=Route.SHORT)
    assert missing(person, path) == (
        "Still missing: 2 lessons of the module “1.1 Module 1” and attending the workshop “W4 Executive session”."
    )
    first = complete_lesson(person=person, lesson_key=made.lessons[0].translation_key, by=person, at=AT)
    assert (first.changed, first.standing.lessons_done, first.standing.lessons, first.standing.percent) == (
        True, 1, 2, 33,
    )  # fmt: skip
    undo_lesson(person=person, lesson_key=made.lessons[0].translation_key, by=person, at=AT)
    learning.finish_lessons(person, made, at=AT + DAY)
    assert current(person, key(made)) is None
    paths.attend(person, workshop)
    ended = Enrolment.objects.get()
    assert (ended.item.code, ended.route, ended.completed_at is not None) == ("P3", "short", True)
    assert Certificate.objects.get(enrolment=ended).kind == "participation"
    # The full route is still to be had, and what was done counts for it; the short one is done.
    with pytest.raises(CourseCompletedAlready):
        paths.start(person, path, at=AT + 60 * DAY, route=Route.SHORT)
    full = paths.start(person, path, at=AT + 60 * DAY).enrolment
    assert (full.route, full.cycle, missing(person, path)) == (
        "full", 2, "Still missing: the course “CPA-1 Course CPA-1”.",
    )  # fmt: skip
    done = learning.pass_quiz(person, made, at=AT + 61 * DAY)
    assert [(each.item.code, each.kind) for each in done.consequences.certificates] == [
        ("CPA-1", "completion"),
        ("P3", "completion"),
    ]


# -- what comes first -------------------------------------------------------------------------------------------------
def test_a_path_in_order_opens_step_by_step() -> None:
    made, workshop = [small("CPA-1"), small("CPA-2")], paths.make_workshop()
    path = paths.make_path(
        courses=made,
        in_order=True,
        rule=[("course", made[0].course), ("workshop", workshop), ("course", made[1].course)],
    )
    person = make_person()
    paths.start(person, path)
    with pytest.raises(NotOpenYetBecause) as refused:
        learning.take(person, made[1])
    assert str(refused.value) == "Not open yet. First: attending the workshop “W1 Clinic”."
    assert finish(person, made[0]) == ["CPA-1"]
    then = paths.attend(person, workshop)
    assert finish(person, made[1], at=then + DAY) == ["P1", "CPA-2"]


def test_an_order_begun_anew_is_held_against_what_is_done_anew() -> None:
    made = [small("CPA-1"), small("CPA-2")]
    path, person = paths.make_path(courses=made, in_order=True), make_person()
    paths.start(person, path)
    assert finish(person, made[0]) == ["CPA-1"]
    restart(person=person, course_key=path.translation_key, by=person, at=AT + DAY)
    assert paths.standing_of(person, path).locked.keys() == {key(made[1])}
    with pytest.raises(NotOpenYetBecause):
        learning.take(person, made[1], at=AT + DAY)
    restart(person=person, course_key=key(made[0]), by=person, at=AT + DAY)
    learning.finish_lessons(person, made[0], at=AT + 2 * DAY)
    assert finish(person, made[1], at=AT + 3 * DAY) == ["P1", "CPA-2"]


def test_a_course_that_asks_for_another_opens_after_it() -> None:
    first = small("CPA-1")
    second = small("CPA-2", prerequisites=[("course", first.course)])
    person = make_person()
    with pytest.raises(NotOpenYetBecause) as refused:
        learning.take(person, second)
    assert str(refused.value) == "Not open yet. First: the course “CPA-1 Course CPA-1”."
    assert Enrolment.objects.count() == 0
    finish(person, first)
    assert finish(person, second, at=AT + DAY) == ["CPA-2"]


def test_a_path_whose_first_course_asks_for_another_starts_without_it() -> None:
    first = small("CPA-1")
    second = small("CPA-2", prerequisites=[("course", first.course)])
    person = make_person()
    paths.start(person, paths.make_path(courses=[second]))
    assert [each.item.code for each in Enrolment.objects.all()] == ["P1"]


def test_modules_in_order_and_the_quiz_after_all_of_them() -> None:
    made = make_course(
        "CPA-1", modules=2, lessons=1, languages=["en"], questions=1, in_order=True, quiz_after_lessons=True
    )
    person = learning.make_learner(made)
    one, two = (lesson.translation_key for lesson in made.lessons)
    with pytest.raises(NotOpenYetBecause) as refused:
        complete_lesson(person=person, lesson_key=two, by=person, at=AT)
    assert str(refused.value) == "Not open yet. First: 1 lesson of the module “1.1 Module 1”."
    with pytest.raises(NotOpenYetBecause) as refused:
        start_attempt(person=person, course_key=key(made), by=person, at=AT)
    assert str(refused.value) == "Not open yet. First: 2 lessons."
    complete_lesson(person=person, lesson_key=one, by=person, at=AT)
    complete_lesson(person=person, lesson_key=two, by=person, at=AT)
    assert learning.pass_quiz(person, made).consequences.completed != []


def test_only_what_is_asked_for_locks_anything() -> None:
    made = make_course("CPA-1", modules=3, lessons=1, languages=["en"], questions=1, in_order=True)
    first, second, third = made.lessons
    made.course.rule = [
        ("any_of", {"number": 1, "parts": [("lesson", first), ("lesson", second)]}),
        ("lesson", third),
    ]
    made.course.save()
    # The first two are a choice: neither locks the other, and the third waits for neither.
    person = learning.make_learner(made)
    assert rule_of(Enrolment.objects.get()).locks == {}
    complete_lesson(person=person, lesson_key=third.translation_key, by=person, at=AT)
    assert told(made, person) == ("Still missing: the lesson “Lesson 1.1” or the lesson “Lesson 2.1”.", 50)
    complete_lesson(person=person, lesson_key=second.translation_key, by=person, at=AT)
    assert told(made, person) == ("", 100)


# -- what was done before, leaving, coming back -----------------------------------------------------------------------
def test_what_was_done_before_completes_a_path_at_once() -> None:
    made = [small("CPA-1"), small("CPA-2")]
    person = make_person()
    finish(person, *made)
    started = paths.start(person, paths.make_path(courses=made), at=AT + DAY)
    assert [each.item.code for each in started.consequences.certificates] == ["P1"]
    assert started.enrolment.completed_at == AT + DAY
    assert Enrolment.objects.count() == 3


def test_who_leaves_a_path_keeps_the_courses_and_comes_back_to_what_was_done() -> None:
    made = [small("CPA-1"), small("CPA-2")]
    path, person = paths.make_path(courses=made), make_person()
    paths.start(person, path)
    finish(person, made[0])
    leave(person=person, course_key=path.translation_key, by=person, at=AT + DAY)
    assert current(person, path.translation_key) is None
    assert finish(person, made[1], at=AT + DAY) == ["CPA-2"]
    back = paths.start(person, path, at=AT + 2 * DAY)
    assert (back.enrolment.cycle, [each.item.code for each in back.consequences.certificates]) == (2, ["P1"])


# -- refreshers -------------------------------------------------------------------------------------------------------
def completed(person: Any, made: Course) -> None:
    """The person completes the course."""
    learning.take(person, made)
    learning.finish_lessons(person, made)
    learning.pass_quiz(person, made)


def test_a_refresher_asks_for_the_quiz_alone_and_is_a_cycle_of_its_own() -> None:
    made = small("CPA-3", quiz=True, valid_months=24, refresher="quiz", quiz_after_lessons=True)
    person, then = make_person(), AT + 700 * DAY
    with pytest.raises(NotEnrolled):
        renew(person=person, item_key=key(made), by=person, at=AT)
    completed(person, made)
    started = renew(person=person, item_key=key(made), by=person, at=then)
    assert (started.is_new, started.enrolment.cycle, started.enrolment.route) == (True, 2, "refresher")
    assert renew(person=person, item_key=key(made), by=person, at=then).is_new is False
    assert told(made, person) == ("Still missing: “Quiz cpa-3” with at least 70\u00a0%.", 0)
    done = learning.pass_quiz(person, made, at=then + DAY)
    assert [each.enrolment_id for each in done.consequences.certificates] == [started.enrolment.pk]
    assert Certificate.objects.filter(person=person).count() == 2
    # It was completed, and is begun anew only on purpose.
    with pytest.raises(CourseCompletedAlready):
        learning.take(person, made, at=then + 2 * DAY)


def test_who_leaves_a_refresher_comes_back_to_it() -> None:
    made = small("CPA-3", quiz=True, valid_months=24, refresher="quiz")
    person, then = make_person(), AT + 700 * DAY
    completed(person, made)
    renew(person=person, item_key=key(made), by=person, at=then)
    leave(person=person, course_key=key(made), by=person, at=then + DAY)
    assert learning.take(person, made, at=then + 2 * DAY).route == "refresher"
    leave(person=person, course_key=key(made), by=person, at=then + 3 * DAY)
    again = renew(person=person, item_key=key(made), by=person, at=then + 4 * DAY).enrolment
    assert (again.route, rule_of(again).since, again.cycle) == ("refresher", then, 4)
    assert learning.pass_quiz(person, made, at=then + 5 * DAY).consequences.certificates != []


def test_a_short_route_has_nothing_to_renew() -> None:
    made = small()
    path = paths.make_path(courses=[made], short_rule=[("module", made.modules[0])], valid_months=24)
    person = make_person()
    paths.start(person, path, route=Route.SHORT)
    learning.finish_lessons(person, made)
    with pytest.raises(NotEnrolled):
        renew(person=person, item_key=path.translation_key, by=person, at=AT + DAY)


# -- what is withdrawn ------------------------------------------------------------------------------------------------
def test_a_withdrawn_course_is_waived_for_who_takes_the_path_and_asked_of_nobody_else() -> None:
    made = [small("CPA-1"), small("CPA-2"), small("CPA-3")]
    path = paths.make_path(courses=made, in_order=True)
    person, late = make_person(), make_person()
    paths.start(person, path)
    finish(person, made[0])
    CoursePage.objects.get(pk=made[1].course.pk).unpublish()
    item = LearningItem.objects.get(key=key(made[1]))
    assert Job.objects.filter(key=f"waive-withdrawn:{item.pk}").count() == 1
    assert (waive_withdrawn(item.pk), waive_withdrawn(item.pk)) == (1, 0)
    # What comes after it is open, and what is left is what there is.
    assert missing(person, path) == "Still missing: the course “CPA-3 Course CPA-3”."
    assert Enrolment.objects.get(item__key=path.translation_key).waived == [str(key(made[1]))]
    assert finish(person, made[2], at=AT + DAY) == ["CPA-3", "P1"]
    # The waiver is of today, and a completion is never older than what it rests on.
    assert Enrolment.objects.filter(person=person, item__code="P1", completed_at__gt=AT + DAY).count() == 1
    found = promise(path.translation_key)
    assert found is not None
    assert key(made[1]) not in {part.key for part in rule_of(paths.start(late, path).enrolment).parts}
    assert finish(late, made[0], made[2], at=AT + 2 * DAY)[-1:] == ["CPA-3"]
    assert Enrolment.objects.get(person=late, item__code="P1").completed_at == AT + 2 * DAY


def test_the_last_course_withdrawn_completes_the_path() -> None:
    made = [small("CPA-1"), small("CPA-2")]
    path, person = paths.make_path(courses=made), make_person()
    paths.start(person, path)
    finish(person, made[0])
    CoursePage.objects.get(pk=made[1].course.pk).unpublish()
    assert waive_withdrawn(LearningItem.objects.get(key=key(made[1])).pk) == 1
    assert Certificate.objects.filter(item__key=path.translation_key).count() == 1
    assert LearningEvent.objects.filter(item__key=path.translation_key, fact="finished").count() == 1
