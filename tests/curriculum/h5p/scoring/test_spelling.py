"""Slips that H5P.Blanks forgives."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.h5p.scoring.spelling import forgiven

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("typed", "right", "expected"),
    [
        ("bus", "bus", True),
        ("bos", "bus", False),
        ("bke", "bike", True),
        ("bbike", "bike", True),
        ("bake", "bike", True),
        ("ibke", "bike", True),
        ("ibek", "bike", False),
        ("bk", "bike", False),
        ("", "bike", False),
        ("recyclng", "recycling", True),
        ("recyclg", "recycling", False),
        ("remnufactre", "remanufacture", True),
        ("remnufactr", "remanufacture", False),
        ("rmeanufactuer", "remanufacture", True),
        # Counted as JavaScript counts: a face is two letters.
        ("ab😁", "ab😀", True),
    ],
)
def test_one_slip_from_four_letters_two_from_ten(typed: str, right: str, expected: bool) -> None:
    assert forgiven(typed, right) is expected


def distance(one: str, other: str) -> int:
    """The whole table, as H5P.TextUtilities counts it."""
    table = {(row, 0): row for row in range(len(one) + 1)} | {(0, column): column for column in range(len(other) + 1)}
    for row, column in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        cost = int(one[row - 1] != other[column - 1])
        ways = [table[row - 1, column] + 1, table[row, column - 1] + 1, table[row - 1, column - 1] + cost]
        if row > 1 and column > 1 and one[row - 1] == other[column - 2] and one[row - 2] == other[column - 1]:
            ways.append(table[row - 2, column - 2] + cost)
        table[row, column] = min(ways)
    return table[len(one), len(other)]


@given(st.text("abc", max_size=14), st.text("abc", max_size=14))
@settings(max_examples=200, deadline=None)
def test_the_narrow_table_says_what_the_whole_one_says(typed: str, right: str) -> None:
    allowed = 2 if len(right) > 9 else 1 if len(right) > 3 else 0
    assert forgiven(typed, right) is (distance(typed, right) <= allowed)
