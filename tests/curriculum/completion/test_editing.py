"""A rule that asks for a quiz or assignment that nobody could take is not kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.quizzes.models import Quiz
from tests.factories import paths
from tests.factories.curriculum import make_course, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def path(academy: Any) -> LearningPathPage:
    """A published path of one course."""
    return paths.make_path(courses=[academy])


def asks(quiz: Quiz | None, kind: str = "quiz") -> tuple[str, Any]:
    """The part that asks for a quiz or assignment, as an editor composes it."""
    return kind, {"quiz": quiz, "at": None}


def refusal(page: Any, **fields: Any) -> dict[str, list[str]]:
    """What is said of a page with these fields; nothing if it may be kept."""
    for name, value in fields.items():
        setattr(page, name, value)
    try:
        page.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def nobody(title: str) -> str:
    return f"No published course has “{title}” as its quiz, so nobody could take it."


@pytest.mark.parametrize("field", ["rule", "short_rule", "advised"])
def test_a_path_cannot_ask_for_the_quiz_of_no_course(path: LearningPathPage, field: str) -> None:
    loose = make_quiz("loose", languages=("en",))
    assert refusal(path, **{field: [asks(loose)]}) == {field: [nobody("Quiz loose")]}


def test_it_is_looked_for_in_a_choice_too_and_among_assignments(path: LearningPathPage, academy: Any) -> None:
    loose = make_quiz("loose", languages=("en",))
    choice = {"number": 1, "parts": [("course", academy.course), asks(loose, "hand_in")]}
    assert refusal(path, rule=[("any_of", choice)]) == {"rule": [nobody("Quiz loose")]}


def test_the_quiz_of_a_course_can_be_asked_for_as_long_as_the_course_is_published(
    path: LearningPathPage, academy: Any
) -> None:
    assert refusal(path, rule=[asks(academy.quiz)]) == {}
    academy.course.unpublish()
    assert refusal(path) == {"rule": [nobody("Quiz cpa-9")]}


def test_a_course_has_one_quiz_and_can_ask_for_those_of_others(academy: Any) -> None:
    page, other = CoursePage.objects.get(pk=academy.course.pk), make_course("CPA-8", languages=("en",))
    second = make_quiz("second", languages=("en",))
    assert refusal(page, rule=[asks(academy.quiz), asks(other.quiz)]) == {}
    assert refusal(page, rule=[asks(academy.quiz), asks(second)]) == {"rule": [nobody("Quiz second")]}
    # What it is about to have counts, not what it had.
    assert refusal(page, quiz=second) == {"rule": [nobody("Quiz cpa-9")]}
    assert refusal(page, rule=[asks(second)]) == {}


def test_a_course_may_name_its_own_quiz_before_it_is_published(academy: Any) -> None:
    academy.course.unpublish()
    page = CoursePage.objects.get(pk=academy.course.pk)
    assert refusal(page, rule=[asks(academy.quiz)]) == {}


def test_a_translation_is_not_held_up_by_a_rule_that_it_only_repeats(academy: Any) -> None:
    page, loose = academy.translation(academy.course, "nl"), make_quiz("loose", languages=("en",))
    assert refusal(page, rule=[asks(loose)]) == {}
