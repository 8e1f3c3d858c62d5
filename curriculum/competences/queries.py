"""Reads of competences."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Competence


@dataclass(frozen=True)
class CompetenceName:
    """A competence for the reader of one language."""

    code: str
    name: str
    language: str


def competence_names(language: str) -> dict[str, CompetenceName]:
    """All competences by code, in this language or else in their own. One query."""
    names: dict[str, CompetenceName] = {}
    rows = Competence.objects.order_by("pk").values_list("code", "name", "locale__language_code")
    for code, name, own in rows:
        if code not in names or own == language:
            names[code] = CompetenceName(code, name, own)
    return names
