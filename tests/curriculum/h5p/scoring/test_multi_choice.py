"""H5P.MultiChoice: the points that the type itself would give, from the choices in its response."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curriculum.h5p.scoring import Result, Score, can_rescore, known_max, rescore

pytestmark = pytest.mark.one_database
LIBRARY = "H5P.MultiChoice"


def make_params(*rights: bool, weights: dict[int, Any] | None = None, **behaviour: Any) -> dict[str, Any]:
    """A question with an answer for each of `rights`; more of it in `weights` (by index) and in its behaviour."""
    answers: list[dict[str, Any]] = [
        {"text": f"<div>Answer {n}</div>", "correct": right} for n, right in enumerate(rights)
    ]
    for index, weight in (weights or {}).items():
        answers[index]["weight"] = weight
    return {"question": "<p>Which?</p>", "answers": answers, "behaviour": {"singlePoint": False, **behaviour}}


def points(params: Any, response: str | None) -> tuple[str, str] | None:
    """The points for a response, as written."""
    score = rescore(LIBRARY, params, Result(response=response), {})
    return None if score is None else (str(score.raw), str(score.max))


ONE = make_params(False, True, False)
TWO = make_params(True, True, False, False)


@pytest.mark.parametrize(
    ("params", "response", "expected"),
    [
        pytest.param(ONE, "1", ("1", "1"), id="one right answer makes radio buttons: right"),
        pytest.param(ONE, "0", ("0", "1"), id="radio: wrong"),
        pytest.param(ONE, "", ("0", "1"), id="radio: nothing chosen"),
        pytest.param(ONE, "0[,]1", None, id="radio: two choices are none"),
        pytest.param(TWO, "0[,]1", ("2", "2"), id="checkboxes: all right, none wrong"),
        pytest.param(TWO, "1[,]0", ("2", "2"), id="checkboxes: in the order of clicking"),
        pytest.param(TWO, "0", ("1", "2"), id="checkboxes: partly"),
        pytest.param(TWO, "0[,]1[,]2", ("1", "2"), id="checkboxes: a wrong tick takes a point"),
        pytest.param(TWO, "0[,]2[,]3", ("0", "2"), id="checkboxes: never below nothing"),
        pytest.param(TWO, "", ("0", "2"), id="checkboxes: no tick"),
        pytest.param(make_params(True, True, False, singlePoint=True), "0[,]1", ("1", "1"), id="one point in all: all"),
        pytest.param(make_params(True, True, False, singlePoint=True), "0", ("0", "1"), id="one point in all: half"),
        pytest.param(
            make_params(True, True, False, singlePoint=True, passPercentage=50), "0", ("1", "1"), id="half is enough"
        ),
        pytest.param(make_params(False, False), "", ("1", "1"), id="none is right: nothing ticked"),
        pytest.param(make_params(False, False), "1", ("0", "1"), id="none is right: something ticked"),
        pytest.param(make_params(True, True, type="single"), "1", ("1", "1"), id="radio by setting, two right ones"),
        pytest.param(make_params(False, False, type="single"), "0", ("0", "1"), id="radio by setting, none right"),
        pytest.param(make_params(False, True, type="multi"), "1", ("1", "1"), id="checkboxes by setting"),
        pytest.param(make_params(False, True, type="multi"), "0[,]1", ("0", "1"), id="checkboxes by setting: both"),
        pytest.param(make_params(True, True, False, weights={0: 3, 2: 2}), "0[,]2", ("1", "4"), id="weights"),
        pytest.param(make_params(True, True, weights={0: 0.1, 1: 0.2}), "0[,]1", ("0.3", "0.3"), id="exact tenths"),
        pytest.param({**ONE, "weight": 0.5}, "1", ("0.5", "0.5"), id="never more than can be had"),
        pytest.param(
            {"answers": [{"text": "a"}, {"text": "b"}]}, "0", ("1", "1"), id="a first answer is right unless said"
        ),
        pytest.param(
            {"answers": [{"correct": True}, {"correct": True}]}, "0", ("0", "1"), id="one point in all unless said"
        ),
    ],
)
def test_points_are_those_of_the_type(params: Any, response: str, expected: tuple[str, str] | None) -> None:
    """By hand, from multichoice.js."""
    assert points(params, response) == expected


@pytest.mark.parametrize(
    "response",
    [None, "4", "-1", "1.0", "01", "one", "0,1", "0[,]", "[,]", " 0", "0[,]0", "²", "0[,]" * 20_000],
    ids=[
        "none",
        "beyond",
        "below",
        "fraction",
        "zeros",
        "word",
        "comma",
        "end",
        "two",
        "space",
        "twice",
        "power",
        "long",
    ],
)
def test_a_response_that_names_no_choices_tells_nothing(response: str | None) -> None:
    assert points(TWO, response) is None


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"answers": []},
        {"answers": "ab"},
        {"answers": [None]},
        {"answers": [{"text": 3}]},
        {"answers": [{"weight": True}]},
        {"answers": [{"weight": "1"}]},
        {"answers": [{"weight": float("nan")}]},
        {"answers": [{"weight": 10**5000}]},
        {"answers": [{"weight": -1}], "behaviour": {"type": "multi", "singlePoint": False}},
        {"answers": [{"text": "a"}], "weight": 0},
        {"answers": [{"text": "a"}], "behaviour": []},
        {"answers": [{"text": "a"}], "behaviour": {"passPercentage": "all"}},
        {"answers": [{"text": "a"}] * 201},
        {"answers": [{"text": "a" * 20_001}]},
    ],
    ids=[
        "none",
        "no answers",
        "answers",
        "an answer",
        "text",
        "weight true",
        "weight in words",
        "weight NaN",
        "weight enormous",
        "weight below nothing",
        "worth nothing",
        "behaviour",
        "pass mark",
        "too many",
        "too long",
    ],
)
def test_parameters_that_the_type_could_not_use_tell_nothing(params: Any) -> None:
    assert (can_rescore(LIBRARY, params), known_max(LIBRARY, params), points(params, "0")) == (False, None, None)


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("H5P.MultiChoice", Decimal(1)),
        ("H5P.MultiChoice 1.16", Decimal(1)),
        ("H5P.MultiChoice-1.16", Decimal(1)),
        ("H5P.MultiChoice 1.10", Decimal(1)),
        ("H5P.MultiChoice 1.9", None),
        ("H5P.MultiChoice 2.0", None),
        ("H5P.Multichoice", None),
        ("H5P.MultiChoice 1.16 ", None),
    ],
)
def test_only_versions_whose_rules_are_known_are_scored(library: str, expected: Decimal | None) -> None:
    assert known_max(library, ONE) == expected
    assert rescore(library, ONE, Result(response="1"), {}) == (
        None if expected is None else Score(Decimal(1), expected)
    )


def test_what_the_browser_claims_changes_nothing() -> None:
    claimed = Result(response="0", raw=Decimal(9), max=Decimal(9), success=True)
    assert rescore(LIBRARY, ONE, claimed, {}) == Score(Decimal(0), Decimal(1))
