"""How far the translations are: per language, and segment by segment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from academy.website.addresses import site_map


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


def with_missing() -> QuerySet[Translation]:
    """Open translations that lack words; `missing` is the number of their segments without any."""
    translated = StringTranslation.objects.filter(
        locale_id=OuterRef(OuterRef("target_locale_id")),
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        has_error=False,
    )
    missing = (
        StringSegment.objects.filter(source_id=OuterRef("source_id"))
        .exclude(Exists(translated))
        .order_by()
        .values("source_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Translation.objects.filter(enabled=True)
        .annotate(missing=Coalesce(Subquery(missing, output_field=IntegerField()), 0))
        .filter(missing__gt=0)
    )


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
