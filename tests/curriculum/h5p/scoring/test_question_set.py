"""H5P.QuestionSet: the sum over its questions, when each has told what was answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curriculum.h5p.scoring import Result, Score, can_rescore, known_max, rescore

pytestmark = pytest.mark.one_database
LIBRARY = "H5P.QuestionSet 1.20"
TICKS = {
    "library": "H5P.MultiChoice 1.16",
    "subContentId": "ticks",
    "params": {
        "question": "Which?",
        "answers": [{"text": "a", "correct": True}, {"text": "b", "correct": True}, {"text": "c", "correct": False}],
        "behaviour": {"singlePoint": False},
    },
}
WORDS = {"library": "H5P.Blanks 1.14", "subContentId": "words", "params": {"questions": ["*a* and *b*"]}}
TRUTH = {"library": "H5P.TrueFalse 1.8", "subContentId": "truth", "params": {"question": "So?", "correct": "false"}}
SINGLES = {
    "library": "H5P.SingleChoiceSet 1.11",
    "subContentId": "singles",
    "params": {"choices": [{"subContentId": "first", "question": "One?", "answers": ["right", "wrong"]}]},
}
ESSAY = {"library": "H5P.Essay 1.5", "subContentId": "essay", "params": {}}


def make_set(*questions: Any, **more: Any) -> dict[str, Any]:
    """A set of these questions."""
    return {"questions": list(questions), "passPercentage": 50, **more}


def score(params: Any, **responses: str) -> tuple[int, int] | None:
    """Points and points that could be had, for responses by question."""
    children = {key: Result(response=value) for key, value in responses.items()}
    if "singles" in children:
        children["singles"] = Result(raw=Decimal(responses["singles"]))
    found = rescore(params=params, library=LIBRARY, result=Result(raw=Decimal(99)), children=children)
    return None if found is None else (int(found.raw), int(found.max))


ALL = make_set(TICKS, WORDS, TRUTH, SINGLES)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({"ticks": "0[,]1", "words": "a[,]b", "truth": "false", "singles": "1", "first": "0"}, (6, 6)),
        ({"ticks": "0[,]2", "words": "a[,]c", "truth": "true", "singles": "0", "first": "1"}, (1, 6)),
        ({"ticks": "0[,]1", "words": "a[,]b", "truth": "false", "singles": "1", "first": "1"}, None),
        ({"ticks": "0[,]1", "words": "a[,]b", "truth": "false", "singles": "1"}, None),
        ({"ticks": "0[,]1", "words": "a[,]b", "truth": "false"}, None),
        ({"ticks": "9", "words": "a[,]b", "truth": "false", "singles": "1", "first": "0"}, None),
        ({}, None),
    ],
    ids=["all right", "partly", "a set in the set that lies", "it tells nothing", "one is missing", "odd", "none"],
)
def test_the_sum_is_told_when_each_question_is(responses: dict[str, str], expected: tuple[int, int] | None) -> None:
    assert score(ALL, **responses) == expected


def test_a_claim_above_the_answers_is_corrected() -> None:
    claimed = Result(raw=Decimal(3), max=Decimal(3), success=True)
    children = {"ticks": Result(response="2", raw=Decimal(2)), "truth": Result(response="true", raw=Decimal(1))}
    assert rescore(LIBRARY, make_set(TICKS, TRUTH), claimed, children) == Score(Decimal(0), Decimal(3))


@pytest.mark.parametrize(
    ("pool", "responses", "full", "expected"),
    [
        (1, {"words": "a[,]b"}, 2, (2, 2)),
        (1, {"ticks": "0"}, 2, (1, 2)),
        (1, {"ticks": "0", "words": "a[,]b"}, 2, None),
        (1, {}, 2, None),
        (2, {"ticks": "0", "words": "a[,]b"}, 4, (3, 4)),
        (9, {"ticks": "0", "words": "a[,]b"}, 4, (3, 4)),
        (0, {"ticks": "0", "words": "a[,]b"}, 4, (3, 4)),
        (None, {"ticks": "0", "words": "a[,]b"}, 4, (3, 4)),
        (1.5, {"ticks": "0"}, None, None),
        ("1", {"ticks": "0"}, None, None),
    ],
)
def test_of_a_pool_as_many_have_to_be_answered_as_it_draws(
    pool: Any, responses: dict[str, str], full: int | None, expected: tuple[int, int] | None
) -> None:
    params = make_set(TICKS, WORDS, poolSize=pool)
    assert (known_max(LIBRARY, params), score(params, **responses)) == (full, expected)


def test_what_a_draw_is_worth_is_not_known_before_it() -> None:
    params = make_set(TICKS, TRUTH, poolSize=1)
    assert (known_max(LIBRARY, params), can_rescore(LIBRARY, params), score(params, truth="false")) == (
        None,
        True,
        (1, 1),
    )


@pytest.mark.parametrize(
    ("params", "full"),
    [
        ({}, None),
        (make_set(), None),
        (make_set(TICKS, ESSAY), None),
        (make_set(TICKS, "H5P.Blanks"), None),
        (make_set({**TICKS, "params": None}), None),
        (make_set({**TICKS, "library": None}), None),
        (make_set({**TICKS, "library": "H5P.MultiChoice 1.3"}), None),
        (make_set({"library": LIBRARY, "params": make_set(TICKS)}), None),
        (make_set(*[TRUTH] * 501), None),
        (make_set(TICKS, passPercentage={}), None),
        (make_set(TICKS, {**WORDS, "subContentId": "ticks"}), 4),
        (make_set({**TICKS, "subContentId": None}), 2),
    ],
    ids=["none", "empty", "essay", "text", "params", "library", "old", "itself", "many", "pass", "same id", "no id"],
)
def test_a_set_with_a_question_that_cannot_be_told_cannot_be_scored(params: Any, full: int | None) -> None:
    assert (can_rescore(LIBRARY, params), known_max(LIBRARY, params)) == (False, full)
    assert score(params, ticks="0[,]1", words="a[,]b") is None


def test_a_set_with_more_to_compare_than_a_person_reads_is_left_alone() -> None:
    long = {**WORDS, "params": {"questions": ["*" + "a" * 19_000 + "*"]}}
    assert known_max(LIBRARY, make_set(*[long] * 5)) == 5
    assert known_max(LIBRARY, make_set(*[long] * 6)) is None
