"""What a question must have before it can be given."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from curriculum.quizzes.checks import what_is_missing
from tests.factories.curriculum import OPTIONS


def option(**fields: Any) -> Any:
    """Something shaped like a choice."""
    return SimpleNamespace(**{"text": "", "correct": False, "match": "", "number": None, "words": "", **fields})


def right(text: str = "a") -> Any:
    """A right option with a text."""
    return option(text=text, correct=True)


def number(value: int | None, correct: bool = True) -> Any:
    """A number that is looked for."""
    return option(number=None if value is None else Decimal(value), correct=correct)


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_nothing_is_missing_in_a_question_that_is_whole(kind: str) -> None:
    assert what_is_missing(kind, [option(**fields) for fields in OPTIONS[kind]]) == ""


TWO_OPTIONS = "Write at least two options, each with a text."
NO_RIGHT = "Tick at least one option as right."
TWO_OF_THEM = "True or false has two options, one of them right."
ITEMS = "Write at least two items, in the right order, each with a text."
BELONGS = "Each line needs what belongs to it."
PAIRS = "Write at least two pairs."
RIGHT_NUMBER = "Add an option with the right number, and tick it as right."
EACH_NUMBER = "Each option needs a number."
RIGHT_WORDS = "Add an option with the accepted words, and tick it as right."
EACH_WORDS = "Each option needs words that are accepted."


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("single", [], TWO_OPTIONS),
        ("single", [right()], TWO_OPTIONS),
        ("multiple", [right(), option(text=" ")], TWO_OPTIONS),
        ("multiple", [option(text="a"), option(text="b")], NO_RIGHT),
        ("true_false", [right(), right("b")], TWO_OF_THEM),
        ("true_false", [right(), option(text="b"), option(text="c")], TWO_OF_THEM),
        ("ordering", [option(text="a")], ITEMS),
        ("ordering", [option(text="a"), option(text="b"), option(text=" ")], ITEMS),
        ("matching", [option(text="a", match="1"), option(text="b")], BELONGS),
        ("matching", [option(text="a", match="1"), option(match="2")], PAIRS),
        ("numeric", [], RIGHT_NUMBER),
        ("numeric", [number(7, correct=False)], RIGHT_NUMBER),
        ("numeric", [number(None)], RIGHT_NUMBER),
        ("numeric", [number(7), number(None, correct=False)], EACH_NUMBER),
        ("short_text", [option(words=" \n", correct=True)], RIGHT_WORDS),
        ("short_text", [option(words="a")], RIGHT_WORDS),
        ("short_text", [option(words="a", correct=True), option()], EACH_WORDS),
    ],
)
def test_it_says_what_is_missing(kind: str, options: list[Any], expected: str) -> None:
    assert what_is_missing(kind, options) == expected
