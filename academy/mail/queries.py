"""Reads of notices: what somebody has not seen, and what they want to be told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from .enums import Rhythm
from .kinds import Kind, kinds
from .models import Notice, NotificationPreference

# Every page asks how many news there are. The answer is forgotten when they change; what slips through stays so long.
COUNTED_FOR = 300


@dataclass(frozen=True)
class Wish:
    """What a person wants of a kind."""

    kind: Kind
    rhythm: Rhythm
    in_bell: bool


def unread(person_id: int) -> int:
    """How many items of the bell somebody has not opened. One query at most, mostly none."""
    known: int | None = cache.get(_unread_key(person_id))
    if known is None:
        known = Notice.objects.filter(person_id=person_id, read_at=None, in_bell=True).count()
        cache.set(_unread_key(person_id), known, COUNTED_FOR)
    return known


def forget_unread(people: Iterable[int]) -> None:
    """The number has changed for these people: it is counted anew once the transaction has ended."""
    keys = [_unread_key(pk) for pk in set(people)]
    if keys:
        transaction.on_commit(lambda: cache.delete_many(keys))


def items_of(person: Any) -> QuerySet[Notice]:
    """The bell of a person, the newest first."""
    return Notice.objects.filter(person=person, in_bell=True).order_by("-created_at", "-pk")


def wishes_of(person: Any) -> list[Wish]:
    """What the person wants of each kind that they can choose about. One query."""
    rows = {row.kind: row for row in NotificationPreference.objects.filter(person=person)}
    return [wish(kind, rows.get(kind.code)) for kind in kinds() if kind.is_listed and not kind.essential]


def wish(kind: Kind, row: NotificationPreference | None) -> Wish:
    """What a row says, or the kind's own default where there is none."""
    if row is None:
        return Wish(kind, kind.default, kind.in_bell)
    return Wish(kind, Rhythm(row.rhythm), row.in_bell and kind.in_bell)


def _unread_key(person_id: int) -> str:
    return f"academy.mail.unread:{person_id}"
