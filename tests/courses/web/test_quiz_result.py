"""The result page: what the quiz shows by now, what a trainer said, what was gained, what to read again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import frozen_questions
from courses.flows.mark_attempt import give_back, save_mark
from courses.flows.submit_attempt import start_pretest
from curriculum.quizzes.models import Question, QuizBand
from tests.factories import courses as learning
from tests.factories.curriculum import locale_of, make_course, make_rubric
from tests.factories.people import grant, make_person, signed_in

from .quiz_pages import all_kinds, pdf, question, result

pytestmark = pytest.mark.one_database

RIGHT = "Right would have been:"


def tried(made: Any, rights: list[bool]) -> tuple[Any, QuizAttempt]:
    """Somebody's browser and their attempt, handed in now."""
    person = learning.make_learner(made)
    now = timezone.now()
    attempt = learning.begin_quiz(person, made, now)
    learning.answer(person, attempt, rights, now)
    learning.hand_in(person, attempt, now)
    attempt.refresh_from_db()
    return signed_in(person), attempt


@pytest.mark.parametrize(
    ("rules", "shown", "said"),
    [
        ({}, [True, True, False], "The right answers are shown once you have passed, or after your last attempt."),
        ({"attempts": 1}, [True, True, True], ""),
        ({"show_right": "submitted"}, [True, True, True], ""),
        ({"show_right": "never"}, [True, True, False], "This quiz does not show the right answers."),
        ({"show_marks": "last"}, [False, True, False], "Your score is shown once you have passed"),
        ({"show_feedback": "last"}, [True, False, False], "Feedback is shown once you have passed"),
        ({"show_marks": "never", "show_feedback": "never"}, [False, False, False], "This quiz does not show scores."),
    ],
)
def test_only_what_the_quiz_shows_by_now_is_on_the_page(
    site: Any, rules: dict[str, Any], shown: list[bool], said: str
) -> None:
    client, attempt = tried(make_course(rules=rules), [False, True])
    page = client.get(result(attempt)).content.decode()
    assert [words in page for words in ("Not right, 0 of 1", "Because wrong", RIGHT)] == shown
    assert ("33\N{NO-BREAK SPACE}%" in page) == shown[0]
    assert said in page
    assert "Not passed yet" in page


def test_who_has_passed_sees_what_was_right_in_the_failed_attempts_too(site: Any) -> None:
    made = make_course()
    person = learning.make_learner(made)
    now = timezone.now()
    for rights in ([False, True], [True, True, True]):
        attempt = learning.begin_quiz(person, made, now)
        learning.answer(person, attempt, rights, now)
        learning.hand_in(person, attempt, now)
    failed, passed = QuizAttempt.objects.order_by("number")
    page = signed_in(person).get(result(failed)).content.decode()
    assert (failed.passed, passed.passed) == (False, True)
    assert (RIGHT in page, "once you have passed" in page) == (True, False)


def test_what_is_shown_after_the_quiz_has_closed_is_shown_then(site: Any) -> None:
    closes = timezone.now() + timedelta(days=1)
    made = make_course(rules={"closes_at": closes, "show_marks": "closed", "show_right": "closed"})
    client, attempt = tried(made, [False])
    page = client.get(result(attempt)).content.decode()
    assert "Your score is shown after the quiz has closed." in page
    assert (RIGHT in page, "Not right" in page) == (False, False)
    attempt.frozen["closes_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    attempt.save()
    page = client.get(result(attempt)).content.decode()
    assert (RIGHT in page, "Not right, 0 of 1" in page) == (True, True)


def test_all_kinds_say_what_was_answered_and_what_would_be_right(site: Any) -> None:
    made = all_kinds(attempts=1)
    client, attempt = tried(made, [False] * 7)
    page = client.get(result(attempt)).content.decode()
    assert page.count(RIGHT) == 7
    for words in ("1. first", "cat → miaows", "2,409 items", "materials passport", "SECRET w", "SECRET f"):
        assert words in page
    assert page.count("No answer.") == 2
    assert "This question has to be right to pass." in page


def test_an_attempt_that_waits_says_what_happens_next_and_no_score(site: Any) -> None:
    person = learning.make_learner(made := all_kinds())
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True] * 8)
    client = signed_in(person)
    client.post(question(attempt, 9), {"file": pdf()})
    learning.hand_in(person, attempt)
    page = client.get(result(attempt)).content.decode()
    assert "A trainer reads your answers." in page
    assert f'href="{reverse("quiz_document", args=[attempt.public_id, 9])}"' in page
    assert page.count("Waits to be marked") == 3
    found = [words for words in ("SECRET", "Right, ", "Not passed", 'score">', "Try again") if words in page]
    assert found == []


def test_what_the_trainer_marked_and_wrote_is_shown(site: Any) -> None:
    made = make_course(kinds=("open_text",))
    Question.objects.filter(translation_key=made.questions[0].translation_key).update(rubric=make_rubric(), points=4)
    trainer = make_person()
    grant(trainer, Role.TRAINER)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True])
    learning.hand_in(person, attempt)
    lines = [line["id"] for line in frozen_questions(attempt)[0]["rubric"]["lines"]]
    content = {"lines": dict(zip(lines, (0, 2), strict=True))}
    save_mark(
        public_id=attempt.public_id, number=1, content=content, feedback="Name a <proof>.\nThen go on.", by=trainer,
        at=timezone.now(),
    )  # fmt: skip
    assert "Name a" not in signed_in(person).get(result(attempt)).content.decode()
    give_back(public_id=attempt.public_id, by=trainer, at=timezone.now())
    page = signed_in(person).get(result(attempt)).content.decode()
    assert "<dt>Line 1</dt><dd>Insufficient</dd>" in page
    assert "<dt>Line 2</dt><dd>Good</dd>" in page
    assert "Name a &lt;proof&gt;.\nThen go on." in page
    assert "Partly right, 2 of 4" in page


def test_the_band_of_the_score_names_a_lesson_and_a_failed_last_attempt_the_lessons_to_read(site: Any) -> None:
    made = make_course(rules={"attempts": 1})
    for number, each in enumerate(made.questions[:2]):
        key = made.lessons[number].translation_key
        Question.objects.filter(translation_key=each.translation_key).update(read_again_key=key)
    for percent, text, lesson in ((0, "Read once more.", 2), (60, "Nearly there.", 1)):
        key = made.lessons[lesson].translation_key
        QuizBand.objects.create(
            quiz=made.quiz, from_percent=percent, text=text, read_again_key=key, locale=locale_of("en")
        )
    client, attempt = tried(made, [True, False])
    page = client.get(result(attempt)).content.decode()
    again = page.split('id="again"')[1].split("</ul>")[0]
    assert ("Read once more." in page, "Nearly there." in page) == (True, False)
    assert [lesson.url in again for lesson in made.lessons] == [False, True, True]


def test_a_question_that_must_be_right_is_named_where_the_score_would_do(site: Any) -> None:
    made = make_course(questions=4)
    rows = Question.objects.filter(translation_key=made.questions[2].translation_key)
    rows.update(must_pass=True)
    client, attempt = tried(made, [True, True, False, True])
    page = client.get(result(attempt)).content.decode()
    assert (attempt.percent, attempt.passed) == (75, False)
    assert "But question 3 has to be right to pass." in page


def test_the_gain_since_before_the_course_is_told(site: Any) -> None:
    made = make_course(rules={"pretest": True})
    person = learning.make_learner(made)
    key, now = made.course.translation_key, timezone.now()
    before = start_pretest(person=person, course_key=key, by=person, at=now)
    learning.answer(person, before, [True, False, False], now)
    learning.hand_in(person, before, now)
    attempt = learning.begin_quiz(person, made, now)
    learning.answer(person, attempt, [True, True, True], now)
    learning.hand_in(person, attempt, now)
    page = signed_in(person).get(result(attempt)).content.decode()
    assert "Before the course: 33\N{NO-BREAK SPACE}%. Now: 100\N{NO-BREAK SPACE}%." in page


def test_the_result_of_sixty_questions_costs_no_more_than_of_three(
    site: Any, django_assert_max_num_queries: Any
) -> None:
    client, attempt = tried(make_course(questions=60), [False] * 60)
    client.get(result(attempt))
    with django_assert_max_num_queries(18):
        client.get(result(attempt))
