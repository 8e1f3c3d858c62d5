"""Activities that count are asked for with their lessons, in what is frozen and in what is read beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from academy.jobs.models import Job
from academy.templatetags.academy import percent
from curriculum.catalogue.models import CoursePage
from curriculum.completion import editing, sentences
from curriculum.completion.queries import Promise, names, promise
from curriculum.completion.rules import NOTE_VERSIONS
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import AllOf, AnyOf, Part, from_json, open_nodes
from curriculum.h5p.models import Package
from curriculum.lessons.enums import LessonStatus
from tests.factories import paths
from tests.factories.asked import make_asked, put_in
from tests.factories.curriculum import make_course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def composed(made: Any, **fields: Any) -> Promise:
    """What the course asks for with these fields."""
    page = CoursePage.objects.get(pk=made.course.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    found = promise(made.course.translation_key)
    assert found is not None
    return found


def lessons_of(made: Any, start: int = 0, end: int | None = None) -> tuple[Part, ...]:
    return tuple(Part("lesson", lesson.translation_key) for lesson in made.lessons[start:end])


def part(activity: Any, at: int | None = None) -> Part:
    return Part("activity", activity.translation_key, at)


def test_all_lessons_are_asked_for_with_the_activities_in_them_that_count(academy: Any) -> None:
    ladder, score, practice = (
        make_asked("ladder"),
        make_asked("score", rule="passed", pass_mark=80),
        make_asked("practice", counts=False),
    )
    put_in(academy.lessons[0], ladder, practice)
    # In two lessons, and asked for once.
    put_in(academy.lessons[2], ladder, score)
    asked = composed(academy)
    lessons = AllOf(lessons_of(academy), of=academy.course.translation_key)
    quiz = Part("quiz", academy.quiz.translation_key, academy.quiz.pass_mark, "best", academy.quiz.attempts)
    assert asked.root == AllOf((lessons, part(ladder), part(score, 80), quiz))
    assert from_json(asked.rule["root"]) == asked.root
    assert sentences.asked_for(asked.root) == (
        "To complete it: all 3 lessons, the activity “Activity ladder”, the activity “Activity score” with at least "
        f"{percent(80)} and “Quiz cpa-9” with at least {percent(academy.quiz.pass_mark)}."
    )
    left = open_nodes(asked.root, lambda each: each.kind in ("lesson", "quiz"))
    assert left is not None
    assert sentences.still_missing(left) == (
        f"Still missing: the activity “Activity ladder” and the activity “Activity score” with at least {percent(80)}."
    )


def test_several_activities_are_one_phrase_and_lead_to_their_lesson(academy: Any) -> None:
    one, two = make_asked("one", language="nl"), make_asked("two")
    lesson = put_in(academy.lessons[1], one, two)
    asked = composed(academy, rule=[("lessons", None)])
    words = "To complete it: all 3 lessons and the activities “Activity one” and “Activity two”."
    assert sentences.asked_for(asked.root) == words
    assert f'<a href="{lesson.url}">Activity one</a>' in sentences.asked_for(asked.root, html=True)
    dutch = names([one.translation_key, two.translation_key], "nl")
    url = academy.translation(academy.lessons[1], "nl").url
    assert [(dutch[each.translation_key].title, dutch[each.translation_key].language) for each in (one, two)] == [
        ("Activity one [nl]", "nl"),
        ("Activity two", "en"),
    ]
    assert dutch[one.translation_key].url == url


def test_what_is_written_withdrawn_or_in_a_summary_is_not_asked_for(academy: Any) -> None:
    gone, unwritten = make_asked("gone"), make_asked("unwritten")
    put_in(academy.lessons[0], gone)
    page = put_in(academy.lessons[2], unwritten)
    page.status = LessonStatus.SUMMARY
    page.save()
    gone.live = False
    gone.save()
    asked = composed(academy, rule=[("lessons", None)])
    assert asked.root == AllOf((AllOf(lessons_of(academy, 0, 2), of=academy.course.translation_key),))


def test_a_module_or_a_lesson_is_chosen_with_its_activities(academy: Any) -> None:
    other, ladder = make_course("CPA-8", lessons=2, quiz=False, languages=("en",)), make_asked()
    put_in(other.lessons[0], ladder)
    module = AllOf(lessons_of(other), of=other.modules[0].translation_key)
    assert composed(academy, rule=[("module", other.modules[0])]).root == AllOf((module, part(ladder)))
    # Chosen besides, it is asked for once.
    single = [("lesson", other.lessons[0]), ("lesson", other.lessons[1]), ("activity", ladder)]
    assert composed(academy, rule=single).root == AllOf((lessons_of(other)[0], part(ladder), lessons_of(other)[1]))
    choice = {"number": 1, "parts": [("module", other.modules[0]), ("lesson", academy.lessons[0])]}
    chosen = composed(academy, rule=[("any_of", choice)])
    assert chosen.root == AllOf((AnyOf(1, (AllOf((module, part(ladder))), lessons_of(academy)[0])),))
    assert sentences.asked_for(chosen.root) == (
        "To complete it: one of these: all lessons of the module “8.1 Module 1” and the activity “Activity ladder”; "
        "the lesson “Lesson 1.1”."
    )


def test_the_quiz_and_the_next_module_wait_for_activities_too(site: Any) -> None:
    made, ladder = make_course(modules=2, lessons=2, languages=("en",)), make_asked()
    assert made.quiz is not None
    put_in(made.lessons[1], ladder)
    locks = composed(made, in_order=True, quiz_after_lessons=True).rule["locks"]
    first = AllOf((AllOf(lessons_of(made, 0, 2), of=made.modules[0].translation_key), part(ladder)))
    quiz = AllOf((AllOf(lessons_of(made), of=made.course.translation_key), part(ladder)))
    keys = [str(lesson.translation_key) for lesson in made.lessons[2:]]
    assert {key: from_json(node) for key, node in locks.items()} == {
        **dict.fromkeys(keys, first),
        str(made.quiz.translation_key): quiz,
    }
    assert sentences.first_do(first) == (
        "Not open yet. First: 2 lessons of the module “9.1 Module 1” and the activity “Activity ladder”."
    )


def test_on_a_path_in_order_a_module_and_its_activities_are_one_step(academy: Any) -> None:
    other, ladder = make_course("CPA-8", lessons=1, quiz=False, languages=("en",)), make_asked()
    put_in(academy.lessons[0], ladder)
    path = paths.make_path(rule=[("module", academy.modules[0]), ("course", other.course)], in_order=True)
    asked = promise(path.translation_key, Route.FULL)
    assert asked is not None
    step = AllOf((AllOf(lessons_of(academy), of=academy.modules[0].translation_key), part(ladder)))
    assert asked.root == AllOf((*step.nodes, Part("course", other.course.translation_key)))
    locks = {key: from_json(node) for key, node in asked.rule["locks"].items()}
    assert locks == {str(other.course.translation_key): step}


# -- what editors are told --------------------------------------------------------------------------------------------
def test_an_editor_is_warned_of_an_activity_that_cannot_be_done(academy: Any) -> None:
    loose, bare, gone = make_asked("loose"), make_asked("bare"), make_asked("gone", live=False)
    put_in(academy.lessons[0], bare)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.rule = [("lessons", None), ("activity", loose), ("activity", gone)]
    assert editing.warnings(page) == [
        "“Activity gone” is not published: it is left out.",
        "“Activity bare” has no package yet that can be played.",
        "“Activity loose” stands in no published lesson, so nobody can do it.",
    ]
    Package.objects.create(
        activity=bare, locale=bare.locale, number=1, state="ready", is_current=True, sha256="0" * 64, size=1
    )
    page.rule = [("lessons", None)]
    assert editing.warnings(page) == []


def test_a_course_cannot_wait_for_an_activity_of_its_own(academy: Any) -> None:
    ladder = make_asked()
    put_in(academy.lessons[0], ladder)
    page = CoursePage.objects.get(pk=academy.course.pk)
    page.prerequisites = [("activity", ladder)]
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert list(refused.value.message_dict) == ["prerequisites"]
    put_in(make_course("CPA-8", lessons=1, languages=("en",)).lessons[0], ladder)
    page.full_clean()


def test_publishing_an_activity_has_the_rules_numbered(academy: Any) -> None:
    make_asked().save_revision().publish()
    assert Job.objects.filter(kind=NOTE_VERSIONS, state="queued").count() == 1
