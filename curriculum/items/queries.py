"""Reads of the spine."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from .models import LearningItem


def ids_by_key(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Primary keys of the items that stand for these things; those without an item are missing. One query."""
    return dict(LearningItem.objects.filter(key__in=list(keys)).values_list("key", "pk"))


def item_for(key: UUID) -> LearningItem | None:
    """The item of a thing, retired or not."""
    return LearningItem.objects.filter(key=key).first()
