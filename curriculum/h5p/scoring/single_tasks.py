"""Which module reads which content type, of those that stand alone. What holds others is in `question_set`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import blanks, circular_ladder, multi_choice, single_choice_set, true_false
from .reading import library_of

Single = (
    multi_choice.MultiChoice
    | true_false.TrueFalse
    | blanks.Blanks
    | single_choice_set.SingleChoiceSet
    | circular_ladder.CircularLadder
)

_READERS: Mapping[str, tuple[tuple[int, int], Callable[[dict[str, Any]], Single | None]]] = {
    multi_choice.NAME: (multi_choice.SINCE, multi_choice.read),
    true_false.NAME: (true_false.SINCE, true_false.read),
    blanks.NAME: (blanks.SINCE, blanks.read),
    single_choice_set.NAME: (single_choice_set.SINCE, single_choice_set.read),
    circular_ladder.NAME: (circular_ladder.SINCE, circular_ladder.read),
}


def read_single(library: Any, params: Any) -> Single | None:
    """The task in these parameters, None where this library is not read here or the parameters are not its own."""
    named = library_of(library)
    if named is None or named[0] not in _READERS or not isinstance(params, dict):
        return None
    since, read = _READERS[named[0]]
    return read(params) if is_followed(named[1], since=since) else None


def is_followed(version: tuple[int, int] | None, *, since: tuple[int, int]) -> bool:
    """Whether the rules here are those of this version (None: not said, so of today): the same major, not older."""
    return version is None or (version[0] == since[0] and version >= since)
