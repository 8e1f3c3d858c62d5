"""Bars made of pieces, for templates/components/bars.html: where each piece begins and how wide it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# So many kinds of pieces have a look of their own (classes chart-0, chart-1, chart-2).
LOOKS = 3


@dataclass(frozen=True)
class Piece:
    """A part of a bar. `look` is its place in the legend; `start` and `width` are percent of the bar."""

    look: int
    name: str
    number: int
    start: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A bar that is full with all of its numbers. Without any it is empty."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def total(self) -> int:
        """All of its numbers."""
        return sum(piece.number for piece in self.pieces)


def bars(names: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> list[Bar]:
    """A bar for each row (its label, its numbers); `names` says what each number is. Raises ValueError past three."""
    if len(names) > LOOKS:
        raise ValueError(f"bars have at most {LOOKS} kinds of pieces, not {len(names)}")
    return [Bar(label, tuple(_pieces(names, numbers))) for label, numbers in rows]


def _pieces(names: Sequence[str], numbers: Sequence[int]) -> Iterable[Piece]:
    total, before = sum(numbers), 0
    for look, (name, number) in enumerate(zip(names, numbers, strict=True)):
        yield Piece(look, name, number, _percent(before, total), _percent(number, total))
        before += number


def _percent(number: int, total: int) -> float:
    return round(100 * number / total, 2) if total else 0
