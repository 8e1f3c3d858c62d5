"""Answers are kept for 12 months; the score stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from courses.attempts import rules
from courses.attempts.models import Answer, QuizAttempt
from courses.attempts.rules import answering
from tests.factories import courses as learning

YEAR = timedelta(days=365)
MOMENT = timedelta(seconds=1)


def handed_in(made: Any, count: int = 3) -> QuizAttempt:
    """An attempt with this many answers, handed in at learning.AT."""
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True] * count)
    learning.hand_in(person, attempt)
    return attempt


def test_answers_go_after_a_year_and_the_score_stays(academy: Any) -> None:
    attempt = handed_in(academy)
    kept = QuizAttempt.objects.values().get(pk=attempt.pk)
    assert rules.forget_answers(at=learning.AT + YEAR) == 0
    assert Answer.objects.count() == 3
    assert rules.forget_answers(at=learning.AT + YEAR + MOMENT) == 3
    assert Answer.objects.count() == 0
    assert QuizAttempt.objects.values().get(pk=attempt.pk) == kept
    assert (kept["passed"], kept["submitted_at"]) == (True, learning.AT)
    assert rules.forget_answers(at=learning.AT + YEAR + MOMENT) == 0


def test_an_open_attempt_keeps_its_answers_however_old_it_is(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, False])
    assert rules.forget_answers(at=learning.AT + 3 * YEAR) == 0
    assert attempt.answers.count() == 2


def test_all_that_has_piled_up_goes_in_batches(academy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "FORGET_AT_ONCE", 2)
    for count in (3, 2, 1):
        handed_in(academy, count)
    assert rules.forget_answers(at=learning.AT + 2 * YEAR) == 6
    assert Answer.objects.count() == 0
