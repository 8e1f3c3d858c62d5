"""A quiz for practice in a lesson: feedback at once, a score at the end, nothing noted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.attempts.models import QuizAttempt
from courses.progress.models import LearningEvent
from curriculum.quizzes.models import Quiz
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_quiz
from tests.factories.people import signed_in

from .quiz_pages import SCRIPT, check, form, question, result

pytestmark = pytest.mark.one_database

RIGHT = "Right would have been:"


@pytest.fixture
def practice(academy: Any) -> tuple[Any, str]:
    """The small course, and the address of a quiz for practice in its second lesson."""
    quiz = make_quiz("practice", kinds=("single", "ordering"), formative=True)
    return academy, reverse("practice_start", args=[academy.lessons[1].translation_key, quiz.translation_key])


def begin(address: str) -> tuple[Any, QuizAttempt]:
    """A browser of somebody without any course, and their attempt."""
    client = signed_in(learning.make_learner())
    client.post(address)
    return client, QuizAttempt.objects.latest("pk")


def test_it_says_what_it_is_and_where_it_stands(practice: tuple[Any, str]) -> None:
    made, address = practice
    page = signed_in(learning.make_learner()).get(address).content.decode()
    assert "Not counted, as often as you like." in page
    assert "Start practising" in page
    assert f'<a href="{made.course.url}">CPA-9</a>' in page
    assert f'<a href="{made.lessons[1].url}">Lesson 1.2</a>' in page


def test_each_answer_is_answered_at_once_and_the_score_comes_at_the_end(practice: tuple[Any, str]) -> None:
    made, address = practice
    client, attempt = begin(address)
    page = client.get(question(attempt, 1)).content.decode()
    assert ("Check my answer" in page, "Because" in page) == (True, False)
    response = client.post(question(attempt, 1), form(attempt, 1, right=False, go="stay"))
    assert response["Location"] == f"{question(attempt, 1)}#said-section"
    page = client.get(question(attempt, 1)).content.decode()
    assert ["Not right, 0 of 1" in page, "Because wrong" in page, RIGHT in page] == [True, True, True]
    assert f'href="{question(attempt, 2)}">Next question' in page
    client.post(question(attempt, 2), form(attempt, 2, go="stay"))
    page = client.get(question(attempt, 2)).content.decode()
    assert ("Right, 1 of 1" in page, RIGHT in page, "See my score" in page) == (True, False, True)
    assert f'<a href="{made.lessons[1].url}">Lesson 1.2</a>' in page
    assert client.post(check(attempt))["Location"] == result(attempt)
    page = client.get(result(attempt)).content.decode()
    assert "50\N{NO-BREAK SPACE}%" in page
    assert [words for words in ("Passed", "Not passed", "pass mark") if words in page] == []
    assert f'action="{address}"' in page
    assert "Last time you reached 50\N{NO-BREAK SPACE}%" in client.get(address).content.decode()
    assert LearningEvent.objects.count() == 0
    client.post(address)
    assert QuizAttempt.objects.count() == 2


def test_an_open_attempt_goes_on(practice: tuple[Any, str]) -> None:
    _, address = practice
    client, attempt = begin(address)
    client.post(question(attempt, 1), form(attempt, 1, go="stay"))
    assert "Go on practising" in client.get(address).content.decode()
    assert client.post(address)["Location"] == question(attempt, 2)


def test_the_check_of_practice_asks_for_no_name(practice: tuple[Any, str]) -> None:
    client, attempt = begin(practice[1])
    page = client.get(check(attempt)).content.decode()
    assert ("name on the certificate" in page, "See my score" in page) == (False, True)


def test_what_is_saved_in_the_background_tells_nothing_in_practice_either(practice: tuple[Any, str]) -> None:
    client, attempt = begin(practice[1])
    body = client.post(question(attempt, 1), form(attempt, 1), headers=SCRIPT).json()
    assert set(body) == {"saved", "words", "until"}


def test_what_is_no_practice_does_not_exist(practice: tuple[Any, str]) -> None:
    made, address = practice
    client = signed_in(learning.make_learner())
    lesson = made.lessons[1].translation_key
    for one, quiz in ((lesson, made.quiz.translation_key), (lesson, uuid4()), (uuid4(), made.quiz.translation_key)):
        assert client.get(reverse("practice_start", args=[one, quiz])).status_code == 404
        assert client.post(reverse("practice_start", args=[one, quiz])).status_code == 404
    Quiz.objects.filter(code="practice").update(live=False)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    Quiz.objects.filter(code="practice").update(live=True, formative=False)
    assert client.post(address).status_code == 404
    assert QuizAttempt.objects.count() == 0


def test_a_lesson_for_members_is_for_members(practice: tuple[Any, str]) -> None:
    made, _ = practice
    made.course.members_only = True
    made.course.save_revision().publish()
    client = signed_in(learning.make_learner())
    assert client.get(practice[1]).status_code == 200  # the first module is open to all


def test_a_practice_whose_lesson_is_gone_can_still_be_looked_at(practice: tuple[Any, str]) -> None:
    made, address = practice
    client, attempt = begin(address)
    made.lessons[1].unpublish()
    assert client.get(question(attempt, 1)).status_code == 200
    client.post(check(attempt))
    assert "Practise again" not in client.get(result(attempt)).content.decode()


def test_practice_beyond_the_first_module_of_a_course_for_members_leads_to_the_lesson(site: Any) -> None:
    made = make_course(modules=2, members_only=True)
    quiz = make_quiz("practice", kinds=("single",), formative=True)
    lesson = made.lessons[3]
    address = reverse("practice_start", args=[lesson.translation_key, quiz.translation_key])
    client = signed_in(learning.make_learner())
    assert [client.get(address)["Location"], client.post(address)["Location"]] == [lesson.url, lesson.url]
    assert QuizAttempt.objects.count() == 0
    assert signed_in(learning.make_learner(made)).get(address).status_code == 200
