"""Reads about pages and languages that everything above needs."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail.models import Site


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
