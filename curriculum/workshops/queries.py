"""Reads of workshop formats."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from academy.website.addresses import site_map, url_of

from .models import WorkshopPage


@dataclass(frozen=True)
class WorkshopRow:
    """A workshop format for the reader of one language."""

    key: UUID
    code: str
    title: str
    title_language: str
    url: str
    summary: str
    mode: str
    minutes: int
    minimum: int
    maximum: int

    @property
    def mode_name(self) -> str:
        """Where it takes place, in the current language."""
        return str(WorkshopPage.Mode(self.mode).label)


def workshops(language: str) -> list[WorkshopRow]:
    """All published workshop formats in order; read once for a state of the site (one query)."""
    places = site_map()
    if ("workshops", language) not in places.notes:
        pages = {page.pk: page for page in WorkshopPage.objects.all()}
        rows = []
        for place in places.in_order():
            source = pages.get(place.source.page_id)
            if source is None:
                continue
            words, words_language = place.in_language(language)
            page = pages.get(words.page_id, source)
            rows.append(
                WorkshopRow(
                    key=place.key,
                    code=source.code,
                    title=words.title,
                    title_language=words_language,
                    url=url_of(place.key, language) or "",
                    summary=page.summary,
                    mode=source.mode,
                    minutes=source.minutes,
                    minimum=source.minimum,
                    maximum=source.maximum,
                )
            )
        places.notes["workshops", language] = rows
    found: list[WorkshopRow] = places.notes["workshops", language]
    return found
