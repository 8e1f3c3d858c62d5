"""How far two words are apart: the rule by which H5P.Blanks forgives a slip of the fingers."""

from __future__ import annotations

from .reading import units

# Lengths from which one slip and two slips are forgiven (cloze.js of H5P.Blanks 1.14: longer than 3, longer than 9).
_ONE_SLIP_FROM = 4
_TWO_SLIPS_FROM = 10


def forgiven(typed: str, right: str) -> bool:
    """Whether H5P.Blanks takes `typed` for `right` when it accepts spelling errors.

    Up to two slips in a word of ten or more letters, one in a word of four to nine, none in shorter ones. A slip is a
    letter too many, missing or wrong, or two neighbours swapped: the Damerau-Levenshtein distance in its restricted
    form (H5P.TextUtilities 1.3, `computeLevenshteinDistance` with swapping).
    """
    length = len(units(right))
    allowed = 2 if length >= _TWO_SLIPS_FROM else 1 if length >= _ONE_SLIP_FROM else 0
    return typed == right if not allowed else _within(units(typed), units(right), allowed)


def _within(one: tuple[int, ...], other: tuple[int, ...], limit: int) -> bool:
    """Whether at most `limit` slips lie between the two.

    Only the cells within `limit` of the diagonal are counted (the others are above the limit anyway), so that long
    texts cost a few steps a letter.
    """
    if abs(len(one) - len(other)) > limit:
        return False
    far = limit + 1
    before: dict[int, int] = {}
    last = {column: column for column in range(limit + 1)}
    for row in range(1, len(one) + 1):
        current: dict[int, int] = {}
        for column in range(max(0, row - limit), min(len(other), row + limit) + 1):
            if column == 0:
                current[0] = row
                continue
            cost = 0 if one[row - 1] == other[column - 1] else 1
            slips = min(
                last.get(column, far) + 1,
                current.get(column - 1, far) + 1,
                last.get(column - 1, far) + cost,
            )
            swapped = row > 1 and column > 1 and one[row - 1] == other[column - 2] and one[row - 2] == other[column - 1]
            if swapped:
                slips = min(slips, before.get(column - 2, far) + cost)
            current[column] = slips
        if min(current.values()) > limit:
            return False
        before, last = last, current
    return last.get(len(other), far) <= limit
