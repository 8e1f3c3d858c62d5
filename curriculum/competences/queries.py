"""Reads of competences."""

from __future__ import annotations

from dataclasses import dataclass

from academy.website.queries import half_translated

from .models import Competence


@dataclass(frozen=True)
class CompetenceName:
    """A competence for the reader of one language."""

    code: str
    name: str
    language: str


def competence_names(language: str) -> dict[str, CompetenceName]:
    """All competences by code, in this language or else in their own. Two queries."""
    names: dict[str, CompetenceName] = {}
    unfinished = half_translated(Competence)
    rows = Competence.objects.order_by("pk").values_list("translation_key", "code", "name", "locale__language_code")
    for key, code, name, own in rows:
        if code not in names or (own == language and (key, own) not in unfinished):
            names[code] = CompetenceName(code, name, own)
    return names
