"""H5P.SingleChoiceSet: the answers to its questions confirm what the set claims, or nothing is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curriculum.h5p.scoring import Result, Score, can_rescore, known_max, rescore

pytestmark = pytest.mark.one_database
LIBRARY = "H5P.SingleChoiceSet 1.11"
SET: dict[str, Any] = {
    "choices": [
        {"subContentId": "a", "question": "<p>One?</p>", "answers": ["<p>right</p>", "<p>wrong</p>"]},
        {"subContentId": "b", "question": "<p>Two?</p>", "answers": ["<p>right</p>", "<p>wrong</p>", "<p>no</p>"]},
        {},
    ]
}


def score(claimed: int | None, **responses: str | None) -> Score | None:
    """The points for responses by question when the set claims so many."""
    raw = None if claimed is None else Decimal(claimed)
    return rescore(LIBRARY, SET, Result(raw=raw), {key: Result(response=value) for key, value in responses.items()})


@pytest.mark.parametrize(
    ("claimed", "responses", "raw"),
    [
        (2, {"a": "0", "b": "0"}, 2),
        (1, {"a": "0", "b": "2"}, 1),
        (0, {"a": "1", "b": "1"}, 0),
        (2, {"a": "0", "b": "1"}, None),
        (1, {"a": "0", "b": "0"}, None),
        (None, {"a": "0", "b": "0"}, None),
        (1, {"a": "0"}, None),
        (1, {"a": "0", "b": ""}, None),
        (1, {"a": "0", "b": None}, None),
        (1, {"a": "0", "b": "3"}, None),
        (2, {"a": "0", "b": "0", "c": "0"}, 2),
    ],
    ids=[
        "all right",
        "one right",
        "none right",
        "claims more",
        "claims less",
        "claims nothing",
        "one unanswered",
        "one empty",
        "one without",
        "one beyond",
        "one of somebody else",
    ],
)
def test_answers_that_add_up_confirm_the_claim(claimed: int | None, responses: dict[str, Any], raw: int | None) -> None:
    assert score(claimed, **responses) == (None if raw is None else Score(Decimal(raw), Decimal(2)))


def test_without_ids_the_answers_cannot_be_told_apart() -> None:
    nameless = {"choices": [{"question": "One?", "answers": ["right", "wrong"]}]}
    twice = {"choices": [SET["choices"][0], SET["choices"][0]]}
    assert [(can_rescore(LIBRARY, each), known_max(LIBRARY, each)) for each in (SET, nameless, twice)] == [
        (True, Decimal(2)),
        (False, Decimal(1)),
        (False, Decimal(2)),
    ]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": [3]},
        {"choices": [{"answers": "ab"}]},
        {"choices": [{"answers": [1]}]},
        {"choices": [{"answers": ["a"], "question": []}]},
        {"choices": [{"answers": ["a"] * 201}]},
        {"choices": SET["choices"], "behaviour": 1},
    ],
    ids=["none", "empty", "empty group", "number", "answers", "an answer", "question", "too many", "behaviour"],
)
def test_parameters_that_the_type_could_not_use_tell_nothing(params: Any) -> None:
    assert (can_rescore(LIBRARY, params), known_max(LIBRARY, params)) == (False, None)
