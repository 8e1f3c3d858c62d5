"""Grading: within 0 and full, blind to order, and never better for a wrong tick."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.grading import Grade, grade, passes


def question(kind: str, correct: list[bool], points: int = 1) -> dict[str, Any]:
    """A frozen question with options named a, b, c …"""
    options = [{"id": chr(97 + n), "correct": right, "text": {}, "feedback": {}} for n, right in enumerate(correct)]
    return {"kind": kind, "points": points, "options": options}


@st.composite
def answered(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """A question of any kind that has a right option, and any choice of its options."""
    kind = draw(st.sampled_from(QuestionKind.values))
    correct = draw(st.lists(st.booleans(), min_size=2, max_size=8).filter(any))
    frozen = question(kind, correct, points=draw(st.integers(1, 20)))
    chosen = draw(st.lists(st.sampled_from([option["id"] for option in frozen["options"]]), unique=True))
    return frozen, chosen


@settings(max_examples=30, deadline=None)
@given(answered())
def test_points_lie_between_nothing_and_all_and_all_means_right(case: tuple[dict[str, Any], list[str]]) -> None:
    frozen, chosen = case
    got = grade(frozen, chosen)
    assert 0 <= got.points <= got.full == frozen["points"]
    assert got.right == (got.points == got.full)


@settings(max_examples=30, deadline=None)
@given(answered(), st.randoms(use_true_random=False))
def test_neither_the_order_of_options_nor_of_ticks_matters(case: tuple[dict[str, Any], list[str]], random: Any) -> None:
    frozen, chosen = case
    shuffled = {**frozen, "options": random.sample(frozen["options"], len(frozen["options"]))}
    assert grade(shuffled, random.sample(chosen, len(chosen))) == grade(frozen, chosen)


@settings(max_examples=30, deadline=None)
@given(answered())
def test_one_more_right_tick_never_costs_and_one_more_wrong_tick_never_pays(
    case: tuple[dict[str, Any], list[str]],
) -> None:
    frozen, chosen = case
    frozen = {**frozen, "kind": QuestionKind.MULTIPLE}
    before = grade(frozen, chosen).points
    for option in frozen["options"]:
        if option["id"] not in chosen:
            after = grade(frozen, [*chosen, option["id"]]).points
            assert after >= before if option["correct"] else after <= before


@pytest.mark.parametrize(
    ("kind", "correct", "chosen", "expected"),
    [
        ("single", [True, False], ["a"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("single", [True, False], ["b"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("single", [True, False], [], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("single", [True, False], ["a", "b"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("true_false", [False, True], ["b"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("multiple", [True, True, True, False], ["a", "b"], Grade(Decimal("1.33"), Decimal("2.00"), False)),
        ("multiple", [True, True, True, False], ["a", "b", "c"], Grade(Decimal("2.00"), Decimal("2.00"), True)),
        ("multiple", [True, True, False, False], ["a", "b", "c", "d"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
        ("multiple", [True, True, False], ["a", "nonsense"], Grade(Decimal("0.00"), Decimal("2.00"), False)),
    ],
)
def test_grades(kind: str, correct: list[bool], chosen: list[str], expected: Grade) -> None:
    assert grade(question(kind, correct, points=2), chosen) == expected


def test_the_pass_mark_is_reached_by_points_and_not_by_rounding() -> None:
    assert passes(Decimal("7.00"), Decimal("10.00"), 70)
    assert not passes(Decimal("6.99"), Decimal("10.00"), 70)
    assert not passes(Decimal("0.00"), Decimal("0.00"), 70)
