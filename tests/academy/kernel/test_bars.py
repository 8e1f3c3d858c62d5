"""Where the pieces of a bar begin and how wide they are."""

from __future__ import annotations

import pytest

from academy.kernel.bars import Bar, Piece, bars


def test_pieces_follow_each_other_and_fill_the_bar() -> None:
    assert bars(("Done", "Open"), [("All", (5, 15)), ("Nobody", (0, 0))]) == [
        Bar("All", (Piece(0, "Done", 5, 0, 25), Piece(1, "Open", 15, 25, 75))),
        Bar("Nobody", (Piece(0, "Done", 0, 0, 0), Piece(1, "Open", 0, 0, 0))),
    ]


def test_more_kinds_of_pieces_than_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3 kinds"):
        bars(("a", "b", "c", "d"), [])
