""" "Check yourself": a quiz for practice in a lesson."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail import hooks

from curriculum.lessons.blocks import QuizBlock, study_minutes
from curriculum.quizzes.models import Quiz, QuizQuestion
from curriculum.quizzes.queries import PracticeQuiz, quizzes_for_practice
from tests.factories import courses as learning
from tests.factories.curriculum import Course, locale_of, make_question, make_quiz
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(site: object) -> Quiz:
    """A quiz for practice with two questions, in English and Dutch."""
    return make_quiz("try", questions=2, formative=True)


@pytest.fixture
def placed(academy: Course, practice: Quiz) -> Any:
    """The academy's first lesson, with the quiz in it, in both its languages."""
    lesson = academy.lessons[0]
    for page in (lesson, academy.translation(lesson, "nl")):
        page.body = [("text", "<p>Words.</p>"), ("quiz", {"quiz": practice})]
        page.save_revision().publish()
    return lesson


def box(html: str) -> tuple[str, list[str], list[str]]:
    """The words of the box, where its links lead, and the languages that it marks."""
    found = re.search(r'<section class="task stack".*?</section>', html, re.S)
    assert found is not None
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())
    return words, re.findall(r'href="([^"]*)"', found[0]), re.findall(r'lang="([^"]*)"', found[0])


def address(lesson: Any, quiz: Quiz, language: str) -> str:
    """Where the quiz is taken."""
    with override(language):
        return reverse("practice_start", args=[lesson.translation_key, quiz.translation_key])


def test_a_stranger_sees_what_it_is_and_where_it_is_taken(placed: Any, practice: Quiz, client: Client) -> None:
    link = address(placed, practice, "en")

    assert box(client.get(placed.url).content.decode()) == (
        "Check yourself Quiz try 2 questions. Not counted, as often as you like. Practise",
        [link],
        [],
    )
    assert client.get(link).status_code == 302  # to sign in, and then back to it


def test_a_learner_sees_the_same_in_the_language_of_the_page(academy: Course, placed: Any, practice: Quiz) -> None:
    client = signed_in(learning.make_learner(academy))
    link = address(placed, practice, "nl")

    words, links, languages = box(client.get(academy.translation(placed, "nl").url).content.decode())

    assert ("Quiz try [nl]" in words, links, languages) == (True, [link], [])
    assert client.get(link).status_code == 200


def test_without_a_translation_the_source_s_words_say_their_language(
    academy: Course, placed: Any, practice: Quiz, client: Client
) -> None:
    Quiz.objects.filter(locale=locale_of("nl"), translation_key=practice.translation_key).delete()

    words, links, languages = box(client.get(academy.translation(placed, "nl").url).content.decode())

    assert ("Quiz try" in words, links, languages) == (True, [address(placed, practice, "nl")], ["en"])


def test_a_lesson_in_another_language_shows_the_quiz_in_the_reader_s(
    academy: Course, placed: Any, practice: Quiz, client: Client
) -> None:
    """The lesson has no Dutch words, the quiz has."""
    dutch = academy.translation(placed, "nl").url.replace("lesson-1-1-nl", "lesson-1-1")
    academy.translation(placed, "nl").unpublish()

    words, links, languages = box(client.get(dutch).content.decode())

    assert ("Check yourself Quiz try [nl] 2 questions" in words, links, languages) == (
        True, [address(placed, practice, "nl")], ["nl"],
    )  # fmt: skip


def test_the_translation_may_be_chosen_as_well(placed: Any, practice: Quiz, client: Client) -> None:
    dutch = Quiz.objects.get(translation_key=practice.translation_key, locale=locale_of("nl"))
    placed.body = [("quiz", {"quiz": dutch})]
    placed.save_revision().publish()

    words, links, _ = box(client.get(placed.url).content.decode())

    assert ("Quiz try 2 questions" in words, links) == (True, [address(placed, practice, "en")])


@pytest.mark.parametrize("why", ["withdrawn", "counts", "deleted"])
def test_a_quiz_that_cannot_be_practised_is_not_shown(placed: Any, practice: Quiz, client: Client, why: str) -> None:
    if why == "withdrawn":
        practice.unpublish()
    elif why == "counts":
        practice.formative = False
        practice.save()
    else:
        practice.delete()
        Quiz.objects.filter(translation_key=practice.translation_key).delete()

    response = client.get(placed.url)

    assert (response.status_code, "Check yourself" in response.content.decode()) == (200, False)


def test_a_lesson_with_a_quiz_costs_no_more_once_it_is_known(
    academy: Course, placed: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(learning.make_learner(academy))
    client.get(placed.url)
    client.get(placed.url)
    with django_assert_max_num_queries(8):
        assert "Check yourself" in client.get(placed.url).content.decode()


def test_nobody_who_knows_where_means_no_link(placed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hooks._hooks, "practice_address", [])
    html = placed.body[1].render({"page": placed, "block": placed.body[1]})
    assert box(html)[1] == []


def test_all_quizzes_for_practice_are_read_at_once(practice: Quiz, django_assert_num_queries: Any) -> None:
    make_quiz("exam", questions=1)
    make_quiz("other", questions=1, formative=True, languages=("en",))
    quizzes_for_practice("en")
    with django_assert_num_queries(3):
        found = quizzes_for_practice("nl")
    with django_assert_num_queries(0):
        quizzes_for_practice("nl")
    assert sorted(found.values(), key=lambda quiz: quiz.title) == [
        PracticeQuiz(Quiz.objects.get(code="other").translation_key, "Quiz other", "en", 1),
        PracticeQuiz(practice.translation_key, "Quiz try [nl]", "nl", 2),
    ]


def test_two_minutes_for_each_question(placed: Any, practice: Quiz, django_assert_num_queries: Any) -> None:
    scenario = make_question("case", "scenario", languages=("en",))
    for n in range(3):
        make_question(f"part-{n}", languages=("en",), parent=scenario)
    QuizQuestion.objects.create(quiz=practice, question=scenario)
    assert study_minutes(placed.body) == pytest.approx(1 / 120 + 2 * (2 + 3))
    placed.body = [("text", "<p>Words.</p>")]
    with django_assert_num_queries(0):
        assert study_minutes(placed.body) == pytest.approx(1 / 120)


def test_only_quizzes_for_practice_are_placed_in_lessons(practice: Quiz) -> None:
    block = QuizBlock()
    assert block.clean(block.to_python({"quiz": practice.pk}))["quiz"] == practice
    with pytest.raises(ValidationError) as error:
        block.clean(block.to_python({"quiz": make_quiz("exam").pk}))
    assert error.value.block_errors["quiz"].messages == [
        "Choose a quiz for practice. This one counts: it belongs to a course."
    ]
