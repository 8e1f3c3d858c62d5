"""Reads of the glossary and of practice cases."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from academy.website.addresses import site_map, url_of
from academy.website.queries import half_translated

from .models import GlossaryTerm, PracticeCasePage


@dataclass(frozen=True)
class Term:
    """A glossary term for the reader of one language."""

    code: str
    name: str
    definition: str
    language: str


@dataclass(frozen=True)
class CaseRow:
    """A practice case for the reader of one language."""

    key: UUID
    number: int
    title: str
    title_language: str
    url: str
    summary: str
    authority: str
    country: str
    theme: str
    r_strategies: str
    is_real: bool


def glossary(language: str) -> dict[UUID, Term]:
    """All terms by key, in this language or else in their own; read once for a state of the site."""
    notes = site_map().notes
    if ("glossary", language) not in notes:
        terms: dict[UUID, Term] = {}
        rows = GlossaryTerm.objects.order_by("pk").values_list(
            "translation_key", "code", "name", "definition", "locale__language_code"
        )
        unfinished = half_translated(GlossaryTerm)
        for key, code, name, definition, own in rows:
            if key not in terms or (own == language and (key, own) not in unfinished):
                terms[key] = Term(code, name, definition, own)
        notes["glossary", language] = terms
    found: dict[UUID, Term] = notes["glossary", language]
    return found


def cases(language: str) -> list[CaseRow]:
    """All published practice cases by number; read once for a state of the site (one query)."""
    places = site_map()
    if ("cases", language) not in places.notes:
        pages = {page.pk: page for page in PracticeCasePage.objects.defer("body")}
        rows = []
        for place in places.in_order():
            source = pages.get(place.source.page_id)
            if source is None:
                continue
            words, words_language = place.in_language(language)
            rows.append(
                CaseRow(
                    key=place.key,
                    number=source.number,
                    title=words.title,
                    title_language=words_language,
                    url=url_of(place.key, language) or "",
                    summary=pages[words.page_id].summary if words.page_id in pages else source.summary,
                    authority=source.authority,
                    country=source.country,
                    theme=source.theme,
                    r_strategies=source.r_strategies,
                    is_real=source.is_real,
                )
            )
        places.notes["cases", language] = sorted(rows, key=lambda row: (row.number, row.title))
    found: list[CaseRow] = places.notes["cases", language]
    return found


def cases_of(page_ids: list[int], language: str) -> list[CaseRow]:
    """These practice cases (by the number of any of their pages), those that are published."""
    places = site_map()
    keys = [place.key for page_id in page_ids if (place := places.place_of(page_id))]
    rows = {row.key: row for row in cases(language)}
    return [rows[key] for key in keys if key in rows]
