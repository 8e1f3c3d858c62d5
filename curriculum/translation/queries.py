"""How far the translations are: per language, and segment by segment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page
from wagtail_localize.models import Translation

from academy.website.addresses import site_map
from academy.website.queries import with_missing


@dataclass(frozen=True)
class Coverage:
    """How much of the site can be read in a language: pages with words of their own, of all published pages."""

    language: str
    translated: int
    total: int


@dataclass(frozen=True)
class Stale:
    """A published translation whose source has words that it does not have yet."""

    key: UUID
    page_id: int
    title: str
    language: str
    missing: int


def coverage() -> list[Coverage]:
    """Every language of the site. No query."""
    places = site_map()
    live = list(places.in_order())
    return [
        Coverage(language, sum(language in place.words for place in live), len(live)) for language in places.languages
    ]


def stale_pages() -> list[Stale]:
    """Published page translations that lag behind, the worst first. One query."""
    places = site_map()
    page_type = ContentType.objects.get_for_model(Page)
    rows = (
        with_missing()
        .filter(source__object__content_type=page_type)
        .values_list("source__object_id", "target_locale__language_code", "missing")
    )
    found = []
    for key, language, missing in rows:
        place = places.places.get(key)
        if place and place.live and language in place.words:
            words = place.words[language]
            found.append(Stale(key, words.page_id, words.title, language, missing))
    return sorted(found, key=lambda row: (-row.missing, row.language, row.title))


def stale_segments(rows: list[Stale]) -> dict[str, int]:
    """Missing segments by language, of published translations."""
    numbers: Counter[str] = Counter()
    for row in rows:
        numbers[row.language] += row.missing
    return dict(numbers)


def progress(translation: Translation) -> tuple[int, int]:
    """Segments that have words, and all of them."""
    total, done = translation.get_progress()
    return done, total
