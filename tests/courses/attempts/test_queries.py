"""Reads of attempts: order of options, where to go on, what may be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.attempts.models import Answer, QuizAttempt
from courses.attempts.queries import next_number, results, shuffled
from tests.factories import courses as learning

BEGIN = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def frozen(count: int) -> dict[str, Any]:
    """A frozen question, as far as its options matter here."""
    return {"kind": "single", "options": [{"id": f"option-{n}", "correct": n == 0} for n in range(count)]}


@settings(max_examples=30, deadline=None)
@given(st.uuids(), st.integers(1, 40), st.integers(2, 8))
def test_all_options_are_shown_once(public_id: UUID, number: int, count: int) -> None:
    attempt, question = QuizAttempt(public_id=public_id, frozen={}), frozen(count)
    order = shuffled(attempt, number, question)
    assert sorted(option["id"] for option in order) == [option["id"] for option in question["options"]]


def test_the_order_depends_on_the_attempt_and_the_question_and_on_nothing_else() -> None:
    first, second = (QuizAttempt(public_id=UUID(int=n), frozen={}) for n in (1, 2))
    question = frozen(8)
    assert shuffled(first, 1, question) != shuffled(second, 1, question)
    assert shuffled(first, 1, question) != shuffled(first, 2, question)
    turned = [{**option, "correct": not option["correct"]} for option in reversed(question["options"])]
    flipped = {"kind": "single", "options": turned}
    ids = [option["id"] for option in shuffled(first, 1, question)]
    assert [option["id"] for option in shuffled(first, 1, flipped)] == ids


@pytest.mark.parametrize(
    ("answered", "expected"), [([], 1), ([1], 2), ([1, 2], 3), ([2], 3), ([3, 1], 2), ([1, 3], 2), ([1, 2, 3], 0)]
)
def test_it_goes_on_after_the_answer_that_was_saved_last(answered: list[int], expected: int) -> None:
    attempt = QuizAttempt(frozen={"digests": ["a", "b", "c"]})
    answers = {n: Answer(number=n, saved_at=BEGIN + timedelta(minutes=place)) for place, n in enumerate(answered)}
    assert next_number(attempt, answers) == expected


def test_an_open_attempt_has_no_results(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    with pytest.raises(ValueError, match="open attempt"):
        results(attempt, "en")
    learning.answer(person, attempt, [True, False])
    found = results(learning.hand_in(person, attempt).attempt, "nl")
    assert [(one.right, one.answered, one.text.text) for one in found] == [
        (True, True, "Question cpa-9-1? [nl]"),
        (False, True, "Question cpa-9-2? [nl]"),
        (False, False, "Question cpa-9-3? [nl]"),
    ]
