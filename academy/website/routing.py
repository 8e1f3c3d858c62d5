"""From an address to the page that answers it.

The map of the site (addresses.py) finds the place without a query; one query fetches the words to show and their
source together. Where a translation is missing the source's words are shown (decision 3); where it is older than its
source the page says so (decision 4).
"""

from __future__ import annotations

from typing import Any, cast

from django.db.models.functions import Length
from wagtail.contrib.redirects.models import Redirect

from .addresses import Crumb, Place, Route, SiteMap, crumbs, link_to, model_of, site_map, url_of
from .models import BasePage
from .queries import lags_behind

__all__ = ["Crumb", "Route", "crumbs", "link_to", "resolve", "route_to", "site_map", "url_of"]


def resolve(language: str, path: str) -> Route | None:
    """What stands at `/<language>/<path>`; None if nothing that is published. `path` is without a slash in front."""
    place = site_map().find(language, path)
    if place is None or not issubclass(model_of(place), BasePage):
        return None
    proper = url_of(place.key, language) or ""
    if proper != f"/{language}/{path}":
        return Route(page=None, source=None, language=language, redirect_to=proper)
    return route_to(place, language)


def route_to(place: Place, language: str) -> Route | None:
    """The route to a place in a language. One query; one more, once, for what lags behind in this language."""
    places = site_map()
    words, words_language = place.in_language(language)
    ids = {words.page_id, place.source.page_id}
    model: Any = model_of(place)
    pages = {page.pk: page for page in model.objects.filter(pk__in=ids)}
    if ids - pages.keys():
        return None  # deleted a moment ago
    for page in pages.values():
        page.locale = places.locales[page.locale_id]
    return Route(
        page=pages[words.page_id],
        source=pages[place.source.page_id],
        language=language,
        is_fallback=words_language != language,
        is_behind=is_behind(places, place, pages[words.page_id], words_language),
        restricted=place.restricted,
        alternatives={code: url_of(place.key, code) or "" for code in places.languages},
        translated_into=tuple(sorted(place.words, key=lambda code: (code != place.source_language, code))),
    )


def is_behind(places: SiteMap, place: Place, page: BasePage, language: str) -> bool:
    """Whether the translation lags behind its source; worked out once for a state of the site."""
    if language == place.source_language:
        return False
    note = ("behind", place.key, language)
    if note not in places.notes:
        places.notes[note] = lags_behind(place.key, language, page.last_published_at)
    return bool(places.notes[note])


def moved_to(language: str, path: str) -> str | None:
    """Where a page went that stood here before it was renamed or moved (Wagtail notes it). One query."""
    if "\0" in path:
        return None  # PostgreSQL would refuse the question
    slugs = path.strip("/").split("/")
    heads = {f"/{language}/{'/'.join(slugs[: n + 1])}": "/".join(slugs[n + 1 :]) for n in range(len(slugs))}
    old = (
        Redirect.objects.filter(old_path__in=heads)
        .annotate(length=Length("old_path"))
        .order_by("-length")
        .select_related("redirect_page")
        .first()
    )
    if old is None:
        return None
    if old.redirect_page_id:
        head, tail = link_to(old.redirect_page_id, language), heads[old.old_path]
        return f"{head}{tail}/" if head and tail else head
    return None if heads[old.old_path] else cast(str | None, old.redirect_link or None)
