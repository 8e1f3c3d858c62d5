"""H5P.TrueFalse: a point for the right word."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curriculum.h5p.scoring import Result, Score, rescore

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("correct", "response", "expected"),
    [
        ("true", "true", "1"),
        ("true", "false", "0"),
        ("false", "false", "1"),
        ("false", "true", "0"),
        ("true", "", "0"),
        ("false", "", "0"),
        ("true", "True", None),
        ("true", None, None),
        ("true", "true[,]false", None),
        # With these the type answers "false" whatever is clicked.
        (True, "false", None),
        ("yes", "false", None),
        (None, "false", None),
    ],
)
def test_the_point_is_that_of_the_type(correct: Any, response: str | None, expected: str | None) -> None:
    score = rescore("H5P.TrueFalse 1.8", {"question": "<p>So?</p>", "correct": correct}, Result(response=response), {})
    assert (None if score is None else (str(score.raw), str(score.max))) == (
        None if expected is None else (expected, "1")
    )


def test_true_is_right_where_nothing_is_said() -> None:
    score = rescore("H5P.TrueFalse", {"question": "So?"}, Result(response="true"), {})
    assert score == Score(Decimal(1), Decimal(1))
