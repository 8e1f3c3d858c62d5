"""Which function does which kind of work. Packages register theirs in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Work = Callable[..., Any]
_registered: dict[str, Work] = {}


def register(kind: str, function: Work) -> None:
    """`function(**payload)` does the work of this kind. It must be safe to run twice."""
    known = _registered.setdefault(kind, function)
    if known is not function:
        raise ValueError(f"two functions for jobs of kind {kind!r}")


def find(kind: str) -> Work | None:
    """The function for a kind of work, None for a kind that nobody knows (any more)."""
    return _registered.get(kind)
