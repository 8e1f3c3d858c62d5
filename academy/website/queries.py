"""Reads about pages and languages that everything above needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from wagtail.models import Page, Site, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation


def is_source(thing: Any) -> bool:
    """Whether this translatable object is the one that the others were translated from.

    A translation is always made after its source, so the source is the oldest row with the key (decision 5: its
    language is its own, no language is the source by name). If a source is deleted, the next oldest takes its place.
    """
    model: type[Model] = thing.get_translation_model()
    return not model._default_manager.filter(translation_key=thing.translation_key, pk__lt=thing.pk).exists()


def default_site() -> Site | None:
    """The site that pages are served for."""
    return Site.objects.select_related("root_page").filter(is_default_site=True).first()


def lags_behind(key: UUID, language: str, published_at: datetime | None) -> bool:
    """Whether a translation published then shows less than its source says now (decision 4).

    It does when the source, as it was last read for translators, has a segment without words in this language, or was
    read after the translation was published. What was never submitted for translation does not. One query.
    """
    translated = StringTranslation.objects.filter(
        locale__language_code=language,
        has_error=False,
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
    )
    missing = StringSegment.objects.filter(source_id=OuterRef("source_id")).exclude(Exists(translated))
    translation = (
        Translation.objects.filter(source__object_id=key, target_locale__language_code=language, enabled=True)
        .annotate(is_missing=Exists(missing))
        .values_list("is_missing", "source__last_updated_at")
        .first()
    )
    if translation is None:
        return False
    is_missing, read_at = translation
    return is_missing or published_at is None or read_at > published_at


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


def half_translated(model: type[Model]) -> set[tuple[UUID, str]]:
    """Keys and languages of snippets of a kind whose translation lacks words. One query.

    A snippet without drafts exists in a language from the moment that it is handed to translators, with the source's
    words; such a one is not a translation yet (decision 4).
    """
    rows = with_missing().filter(source__specific_content_type=ContentType.objects.get_for_model(model))
    return set(rows.values_list("source__object_id", "target_locale__language_code"))


def drafts() -> list[Page]:
    """Source pages with unpublished changes, those in approval first, then the newest; `waits_for_approval` on each.

    Translations are not among them: what waits there is counted in segments.
    """
    in_approval = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
    )
    older = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"))
    return list(
        Page.objects.filter(has_unpublished_changes=True, depth__gt=1)
        .exclude(Exists(older))
        .annotate(waits_for_approval=Exists(in_approval))
        .select_related("latest_revision__user")
        .order_by("-waits_for_approval", "-latest_revision_created_at")
    )
