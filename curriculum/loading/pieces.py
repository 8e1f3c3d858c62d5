"""What the files are read into: one piece for each page or snippet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model

Children = Mapping[str, Sequence[Model]]


@dataclass(frozen=True)
class Piece:
    """One page or snippet as the files have it: the source's fields, and the words of each translation."""

    path: str
    part: str
    model: type[Model]
    key: UUID
    fields: dict[str, Any]
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    parent: UUID | None = None
    children: Callable[[str], Children] = lambda language: {}
