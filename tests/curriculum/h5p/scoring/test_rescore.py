"""Whatever strangers write: nothing is raised, and points lie between none and all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.h5p import equivalents
from curriculum.h5p.scoring import Result, can_rescore, known_max, rescore
from curriculum.h5p.scoring.reading import library_of, truthy

pytestmark = pytest.mark.one_database
LIBRARIES = ["MultiChoice", "TrueFalse", "Blanks", "SingleChoiceSet", "QuestionSet", "CircularLadder"]
LEAVES = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(["", "true", "false", "a", "*a*"])
)
NAMES = st.sampled_from(
    [
        "answers",
        "behaviour",
        "choices",
        "code",
        "correct",
        "label",
        "library",
        "media",
        "params",
        "poolSize",
        "purchases",
        "question",
        "questions",
        "rung",
        "rungs",
        "singlePoint",
        "subContentId",
        "task",
        "text",
        "type",
        "weight",
    ]
)
JSON = st.recursive(
    LEAVES | st.sampled_from([f"H5P.{name} 1.20" for name in LIBRARIES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
# Close to the real thing, so that the rules behind the first look are reached too.
QUESTION = st.fixed_dictionaries(
    {},
    optional={
        "question": LEAVES,
        "answers": st.lists(st.fixed_dictionaries({}, optional={"text": LEAVES, "correct": LEAVES, "weight": LEAVES})),
        "choices": st.lists(
            st.fixed_dictionaries({}, optional={"answers": st.lists(LEAVES, max_size=3), "subContentId": LEAVES}),
            max_size=3,
        ),
        "questions": st.lists(st.sampled_from(["*a*", "*a/b:c* *d*", "**", "<p>*a</p>", ""]) | LEAVES, max_size=3),
        "rungs": st.lists(st.fixed_dictionaries({"code": LEAVES}), max_size=3),
        "purchases": st.lists(st.fixed_dictionaries({"text": LEAVES, "rung": LEAVES}), max_size=3),
        "behaviour": st.dictionaries(NAMES, LEAVES, max_size=3),
        "correct": LEAVES,
        "weight": LEAVES,
    },
)
PARTS = st.sampled_from(["0", "1", "2", "a", "", "true", "[,]", "[.]", "R0", "9999999", "²"])
RESPONSES = st.none() | st.text(max_size=12) | st.lists(PARTS, max_size=5).map("".join)
RESULTS = st.builds(Result, response=RESPONSES, raw=st.none() | st.decimals(), max=st.none() | st.decimals())
CHILDREN = st.dictionaries(st.sampled_from(["a", "true", "false"]), RESULTS, max_size=3)
SETS = st.fixed_dictionaries(
    {
        "questions": st.lists(
            st.fixed_dictionaries(
                {
                    "library": st.sampled_from([f"H5P.{name} 1.20" for name in LIBRARIES]),
                    "params": QUESTION,
                    "subContentId": LEAVES,
                }
            ),
            max_size=2,
        ),
        "poolSize": LEAVES,
    }
)


@given(st.sampled_from(LIBRARIES), JSON | QUESTION | SETS, RESULTS, CHILDREN)
@settings(max_examples=100, deadline=None)
def test_nothing_is_raised_and_points_lie_between_none_and_all(
    name: str, params: Any, result: Result, children: dict[str, Result]
) -> None:
    library = f"H5P.{name}"
    full, score = known_max(library, params), rescore(library, params, result, children)
    assert can_rescore(library, params) in (True, False)
    assert full is None or full >= 0
    assert score is None or 0 <= score.raw <= score.max
    assert score is None or full is None or score.max == full


@given(
    st.sampled_from(LIBRARIES),
    JSON | QUESTION | SETS,
    st.dictionaries(
        st.sampled_from(["q1", "q1-1", "q1-2", "q2"]),
        st.lists(st.sampled_from(["", "1", "2", "true", "a", "R0"]), max_size=2),
    ),
)
@settings(max_examples=100, deadline=None)
def test_the_plain_form_holds_as_well(name: str, params: Any, answers: dict[str, list[str]]) -> None:
    asked, score = equivalents.questions(f"H5P.{name}", params), equivalents.grade(f"H5P.{name}", params, answers)
    assert score is None or (asked is not None and 0 <= score.raw <= score.max)


@pytest.mark.parametrize("params", [None, 3, "text", [], [{}], True], ids=str)
@pytest.mark.parametrize("name", LIBRARIES)
def test_parameters_that_are_no_group_tell_nothing(name: str, params: Any) -> None:
    library = f"H5P.{name}"
    assert (can_rescore(library, params), known_max(library, params)) == (False, None)
    assert rescore(library, params, Result(response="0"), {}) is None


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("H5P.Blanks", ("H5P.Blanks", None)),
        ("H5P.Blanks 1.14", ("H5P.Blanks", (1, 14))),
        ("H5P.Blanks-1.14", ("H5P.Blanks", (1, 14))),
        ("H5P.Blanks 1.14.9", ("H5P.Blanks", (1, 14))),
        ("Some-thing", ("Some-thing", None)),
        ("", None),
        ("H5P.Blanks 1", None),
        ("H5P.Blanks 1.999999", None),
        ("H5P.Blanks\n", None),
        (None, None),
        (5, None),
    ],
    ids=str,
)
def test_a_library_is_named_in_three_ways(named: Any, expected: Any) -> None:
    assert library_of(named) == expected


def test_true_is_what_javascript_takes_for_true() -> None:
    values = [0, 0.0, "", None, False, float("nan"), [], {}, "false", 1, True]
    assert [truthy(value) for value in values] == [False] * 6 + [True] * 5
