"""Reads about people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from . import registry
from .models import User


def display_name(user: User) -> str:
    """How allauth's pages and mails call a person."""
    return user.get_short_name()


@dataclass(frozen=True)
class Section:
    """What one model knows about a person: rows of (name of the field, value), and what happens to them."""

    model: str
    what: str
    rows: list[dict[str, Any]]
    labels: dict[str, str]
    keep_reason: str
    until: str


def data_of(person: User) -> list[Section]:
    """Everything that the academy keeps about a person, by the privacy registry; the account itself comes first."""
    sections = []
    for entry in registry.entries():
        if entry.export is None:
            continue
        rows = [dict(row) for row in entry.export(person)]
        names = {name: registry.label(entry.model, name) for row in rows for name in row}
        sections.append(
            Section(entry.model._meta.label, str(entry.what), rows, names, str(entry.keep_reason), str(entry.until))
        )
    return sorted(sections, key=lambda section: (section.model != User._meta.label, not section.rows, section.what))


def find_person(who: str) -> User | None:
    """The person with this e-mail address or public id, whatever its case; None if there is none."""
    if "@" in who:
        return User.objects.filter(email=who.strip().lower()).first()
    try:
        return User.objects.filter(public_id=uuid.UUID(who)).first()
    except ValueError:
        return None
