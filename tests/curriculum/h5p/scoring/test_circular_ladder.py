"""H5P.CircularLadder: a point for each purchase on its rung."""

from __future__ import annotations

from typing import Any

import pytest

from curriculum.h5p.scoring import Result, can_rescore, rescore

pytestmark = pytest.mark.one_database
LIBRARY = "H5P.CircularLadder 1.0"
LADDER: dict[str, Any] = {
    "task": "<p>Put each purchase on its rung.</p>",
    "rungs": [{"code": "R0", "label": "Refuse"}, {"code": "R2", "label": "Reduce"}, {"code": "R8", "label": "Recycle"}],
    "purchases": [
        {"text": "No new desks", "rung": "R0", "feedback": ""},
        {"text": "Thinner paper", "rung": "R2"},
        {"text": "Of a rung that is not there", "rung": "R5"},
    ],
}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("0[.]R0[,]1[.]R2[,]2[.]R8", "2"),
        ("1[.]R2[,]0[.]R0", "2"),
        ("0[.]R2[,]1[.]R0", "0"),
        ("0[.]R0", "1"),
        ("", "0"),
        (None, None),
        ("0[.]R9", None),
        ("2[.]R5", None),
        ("0[.]", None),
        ("0", None),
        ("3[.]R0", None),
        ("x[.]R0", None),
        ("0[.]R0[,]0[.]R0", None),
        ("0[.]R0[,]0[.]R2", None),
    ],
)
def test_a_point_for_each_purchase_on_its_rung(response: str | None, expected: str | None) -> None:
    score = rescore(LIBRARY, LADDER, Result(response=response), {})
    assert (None if score is None else (str(score.raw), str(score.max))) == (
        None if expected is None else (expected, "3")
    )


@pytest.mark.parametrize(
    "params",
    [{}, {**LADDER, "rungs": []}, {**LADDER, "purchases": []}, {**LADDER, "rungs": [1]}, {**LADDER, "task": {}}],
    ids=["none", "no rungs", "no purchases", "rungs", "task"],
)
def test_parameters_of_something_else_tell_nothing(params: Any) -> None:
    assert can_rescore(LIBRARY, params) is False
