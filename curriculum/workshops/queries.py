"""Reads of workshop formats."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from academy.website.addresses import site_map, url_of

from .models import WorkshopCompetence, WorkshopPage


@dataclass(frozen=True)
class WorkshopRow:
    """A workshop format for the reader of one language."""

    key: UUID
    code: str
    title: str
    title_language: str
    url: str
    summary: str
    preparation: str
    mode: str
    minutes: int
    minimum: int
    maximum: int
    goal: str = ""
    trainers: int = 1
    place_maximum: int | None = None  # this and the next only where seats online are counted apart
    online_maximum: int | None = None

    @property
    def mode_name(self) -> str:
        """Where it takes place, in the current language."""
        return str(WorkshopPage.Mode(self.mode).label)


def workshops(language: str) -> list[WorkshopRow]:
    """All published workshop formats in order; read once for a state of the site (one query)."""
    places = site_map()
    if ("workshops", language) not in places.notes:
        pages = {page.pk: page for page in WorkshopPage.objects.defer("trainer_notes")}
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
                    preparation=page.preparation,
                    mode=source.mode,
                    minutes=source.minutes,
                    minimum=source.minimum,
                    maximum=source.maximum,
                    goal=page.goal,
                    trainers=source.trainers,
                    place_maximum=source.place_maximum,
                    online_maximum=source.online_maximum,
                )
            )
        places.notes["workshops", language] = rows
    found: list[WorkshopRow] = places.notes["workshops", language]
    return found


def competences_served(workshop_id: int) -> list[tuple[str, int]]:
    """Codes and levels of what a source format serves, in order. One query."""
    rows = WorkshopCompetence.objects.filter(workshop_id=workshop_id).order_by("sort_order", "pk")
    return list(rows.values_list("competence__code", "level"))


def workshops_serve() -> dict[UUID, tuple[tuple[str, int], ...]]:
    """The same for all formats, by their key; read once for a state of the site (one query)."""
    notes = site_map().notes
    if "workshops serve" not in notes:
        found: dict[UUID, dict[str, int]] = {}
        rows = WorkshopCompetence.objects.order_by("pk").values_list(
            "workshop__translation_key", "competence__code", "level"
        )
        # A translated format has the same rows as its source.
        for key, code, level in rows:
            of_format = found.setdefault(key, {})
            of_format[code] = max(level, of_format.get(code, 0))
        notes["workshops serve"] = {key: tuple(served.items()) for key, served in found.items()}
    known: dict[UUID, tuple[tuple[str, int], ...]] = notes["workshops serve"]
    return known


def trainer_notes(key: UUID, language: str) -> tuple[list[str], str]:
    """Notes for trainers on a published format, a hint each, and their language. One query.

    For trainers only: whoever shows them asks first who is reading.
    """
    place = site_map().places.get(key)
    if place is None:
        return [], language
    words, own = place.in_language(language)
    source = place.source.page_id
    notes = dict(WorkshopPage.objects.filter(pk__in={words.page_id, source}).values_list("pk", "trainer_notes"))
    text = notes.get(words.page_id, "")
    if not text:
        text, own = notes.get(source, ""), place.source_language
    return [line.strip() for line in text.splitlines() if line.strip()], own
