"""Writes of the spine: an item is made with the thing it stands for and outlives it (architecture decision 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from .enums import ItemKind
from .models import LearningItem
from .signals import item_retired


class HasKey(Protocol):
    """Any translatable object: its translations share `translation_key`."""

    translation_key: UUID


def ensure_item(source: HasKey, kind: ItemKind, code: str, title: str) -> LearningItem:
    """The item of this source object, made or brought up to date; an item that was retired is open again."""
    wanted = {"kind": kind, "code": code[:40], "title": title[:255], "retired_at": None}
    item, created = LearningItem.objects.get_or_create(key=source.translation_key, defaults=wanted)
    changed = [] if created else [name for name, value in wanted.items() if getattr(item, name) != value]
    if changed:
        for name in changed:
            setattr(item, name, wanted[name])
        item.save(update_fields=changed)
    return item


def retire_item(key: UUID, *, at: datetime) -> bool:
    """Say that the thing is withdrawn since `at`; records that point to it stay. False if it was so, or never was."""
    if not LearningItem.objects.filter(key=key, retired_at=None).update(retired_at=at):
        return False
    item_retired.send(sender=LearningItem, key=key, at=at)
    return True
