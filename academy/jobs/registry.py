"""Which function does which kind of work. Packages register theirs in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Work = Callable[..., Any]


@dataclass(frozen=True)
class Terms:
    """How work of a kind is done: by which function, how long it is one worker's, and what is done when it is given up.

    `lease` None is the usual one. A short one is for work that says again and again that it is still going on
    (`tasks.still_working`), so that after a kill somebody else goes on soon.
    """

    function: Work
    lease: timedelta | None = None
    given_up: Work | None = None


_registered: dict[str, Terms] = {}


def register(kind: str, function: Work, *, lease: timedelta | None = None, given_up: Work | None = None) -> None:
    """`function(**payload)` does the work of this kind. It must be safe to run twice.

    `given_up(**payload)` is called once, when the work has failed for good or has killed its worker too often.
    """
    known = _registered.setdefault(kind, Terms(function, lease, given_up))
    if known.function is not function:
        raise ValueError(f"two functions for jobs of kind {kind!r}")


def terms(kind: str) -> Terms | None:
    """How a kind of work is done, None for a kind that nobody knows (any more)."""
    return _registered.get(kind)


def find(kind: str) -> Work | None:
    """The function for a kind of work, None for a kind that nobody knows (any more)."""
    known = terms(kind)
    return known.function if known else None
