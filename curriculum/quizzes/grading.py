"""Grading an answer against the frozen question: pure, so that a grade never depends on what was edited since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .enums import QuestionKind

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Grade:
    """Points given, points that could be had, and whether the answer is right as a whole."""

    points: Decimal
    full: Decimal
    right: bool

    @property
    def partly(self) -> bool:
        """Some points, not all."""
        return 0 < self.points < self.full


def grade(frozen: dict[str, Any], chosen_ids: Iterable[str]) -> Grade:
    """Points for the options that were chosen, between 0 and the question's points, to the hundredth.

    Single choice and true or false: all or nothing. Multiple choice: (right ticks - wrong ticks) / right options,
    never below 0, so that ticking everything earns nothing extra. An id that is none of the options counts as wrong.
    """
    chosen = set(chosen_ids)
    correct = {option["id"] for option in frozen["options"] if option["correct"]}
    full = Decimal(frozen["points"]).quantize(CENT)
    right = bool(correct) and chosen == correct
    if frozen["kind"] != QuestionKind.MULTIPLE:
        right = len(chosen) == 1 and chosen <= correct
        return Grade(points=full if right else Decimal("0.00"), full=full, right=right)
    earned = max(len(chosen & correct) - len(chosen - correct), 0)
    share = Decimal(earned) / Decimal(len(correct)) if correct else Decimal(0)
    return Grade(points=(share * full).quantize(CENT, rounding=ROUND_HALF_UP), full=full, right=right)


def full_points(frozen: dict[str, Any]) -> Decimal:
    """What a question is worth."""
    return Decimal(frozen["points"]).quantize(CENT)


def passes(points: Decimal, full: Decimal, pass_mark: int) -> bool:
    """Whether the points reach the pass mark (whole per cent of the full points); never by rounding up."""
    return full > 0 and points * 100 >= full * pass_mark
