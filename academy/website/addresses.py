"""The map of the site: every page's address in every language, known without a query.

A *place* is one thing in the tree in all its languages. Its structure (parent, order, whether it is live) is that of
its source page; translations only lay words over it (decision 2). An address is made of slugs from the front page
down, each in the language of the address if a live translation exists, else in the source's own.

Each process keeps the map in memory; a version in the shared cache, changed at every publish, says when it is old.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from threading import local
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language, override
from wagtail.models import Locale, Page, PageViewRestriction, Site

VERSION_KEY = "website:content-version"
# How long a process trusts the version that it has seen, in seconds; each request asks anew (see `forget_version`).
TRUST = 1.0
_seen = local()
_reading: ContextVar[str] = ContextVar("reading", default="")


def content_version() -> str:
    """Names the state of all published content. One look into the shared cache for each request, at most."""
    if getattr(_seen, "until", 0.0) > time.monotonic():
        return str(_seen.version)
    version = cache.get(VERSION_KEY)
    if version is None:
        version = uuid4().hex
        if not cache.add(VERSION_KEY, version, None):
            version = cache.get(VERSION_KEY, version)
    _seen.version, _seen.until = version, time.monotonic() + TRUST
    return str(version)


def forget_version(**kwargs: Any) -> None:
    """The next question for the version goes to the shared cache; connected to the beginning of each request."""
    _seen.until = 0.0


def content_changed() -> None:
    """Say that published content is not what it was: at once for this transaction, and for all when it is committed."""
    _new_version()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_new_version)


def _new_version() -> None:
    cache.set(VERSION_KEY, uuid4().hex, None)
    forget_version()


@dataclass(frozen=True, slots=True)
class Words:
    """A page in one language, as far as addresses and lists need it."""

    page_id: int
    slug: str
    title: str
    url_path: str
    live: bool


@dataclass(slots=True)
class Place:
    """One thing in the tree, in all its languages. `words` holds live translations, and the source in any case."""

    key: UUID
    content_type_id: int
    source_language: str
    source: Words
    parent: UUID | None = None
    live: bool = False
    restricted: bool = False
    children: list[UUID] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)

    def in_language(self, language: str) -> tuple[Words, str]:
        """The words to show to somebody who reads `language`, and the language that they are in."""
        if language in self.words:
            return self.words[language], language
        return self.source, self.source_language


@dataclass
class SiteMap:
    """All places below the front page."""

    site_id: int
    root_url: str
    home: UUID | None
    locales: dict[int, Locale]
    places: dict[UUID, Place]
    keys: dict[int, UUID]
    _paths: dict[str, dict[UUID, str]] = field(default_factory=dict)
    notes: dict[Any, Any] = field(default_factory=dict)  # what others work out once for this state of the site

    @property
    def languages(self) -> list[str]:
        """Languages of the site, in the order of their locales."""
        return [locale.language_code for locale in self.locales.values()]

    def place_of(self, page_id: int) -> Place | None:
        """The place of a page, source or translation."""
        key = self.keys.get(page_id)
        return self.places.get(key) if key else None

    def path(self, key: UUID, language: str) -> str | None:
        """Address of a place below `/<language>/`, as in "courses/cpa-1/". None: it is not in the tree."""
        return self._paths_in(language).get(key)

    def ancestors(self, key: UUID) -> list[Place]:
        """The places above this one, front page first."""
        found: list[Place] = []
        place = self.places.get(key)
        while place and place.parent:
            place = self.places[place.parent]
            found.append(place)
        return found[::-1]

    def in_order(self) -> Iterator[Place]:
        """Live places from the front page down, each before what is below it, in the order of the tree."""
        waiting = [self.home] if self.home else []
        while waiting:
            place = self.places[waiting.pop()]
            if place.live:
                yield place
                waiting += reversed(place.children)

    def find(self, language: str, path: str) -> Place | None:
        """The live place at this path: by the words of the language, by the source's, or mixed."""
        if self.home is None:
            return None
        place = self.places[self.home]
        wanted = path.strip("/")
        paths = self._paths_in(language)
        walked = ""
        for slug in wanted.split("/") if wanted else []:
            walked += f"{slug}/"
            children = [self.places[key] for key in place.children]
            following = next((child for child in children if paths.get(child.key) == walked), None) or next(
                (child for child in children if child.source.slug == slug), None
            )
            if following is None:
                return self._left_behind(language, path)
            place, walked = following, paths[following.key]
        return place if place.live else None

    def _left_behind(self, language: str, path: str) -> Place | None:
        """The place of a translation that still stands where its source has been."""
        if self.home is None:
            return None
        root = self.places[self.home].in_language(language)[0].url_path
        wanted = f"{root}{path.strip('/')}/"
        for place in self.places.values():
            words = place.words.get(language)
            if words and words.url_path == wanted and place.live:
                return place
        return None

    def _paths_in(self, language: str) -> dict[UUID, str]:
        if language not in self._paths:
            self._paths[language] = dict(self._walk(language))
        return self._paths[language]

    def _walk(self, language: str) -> Iterator[tuple[UUID, str]]:
        if self.home is None:
            return
        waiting = [(self.home, "")]
        while waiting:
            key, path = waiting.pop()
            yield key, path
            taken: set[str] = set()
            children = [self.places[child] for child in self.places[key].children]
            # Live and translated first: where two would have one address, the other carries its number.
            for child in sorted(children, key=lambda place: (not place.live, language not in place.words)):
                slug = child.in_language(language)[0].slug
                if slug in taken:
                    slug = f"{slug}-{child.source.page_id}"
                taken.add(slug)
                waiting.append((child.key, f"{path}{slug}/"))


def site_map() -> SiteMap:
    """The map as it is now; built anew only when content has changed."""
    return _build(content_version())


@lru_cache(maxsize=2)
def _build(version: str) -> SiteMap:
    """Three queries: site, locales, pages (and one for restrictions)."""
    locales = {locale.pk: locale for locale in Locale.objects.order_by("pk")}
    site = Site.objects.filter(is_default_site=True).first()
    places, keys = _places(locales)
    home = keys.get(site.root_page_id) if site else None
    closed = set(PageViewRestriction.objects.values_list("page_id", flat=True))
    # From the top down: what holds for one holds for all below it.
    waiting = [place for place in places.values() if place.parent is None]
    while waiting:
        place = waiting.pop()
        above = places.get(place.parent) if place.parent else None
        place.live = place.source.live and (above is None or above.live)
        closes_itself = bool(closed and closed & {place.source.page_id, *(w.page_id for w in place.words.values())})
        place.restricted = closes_itself or bool(above and above.restricted)
        waiting += [places[key] for key in place.children]
    return SiteMap(site.pk if site else 0, site.root_url if site else "", home, locales, places, keys)


def _places(locales: dict[int, Locale]) -> tuple[dict[UUID, Place], dict[int, UUID]]:
    """Places by key, and keys by page id. The oldest page with a key is the source (see queries.is_source)."""
    rows = list(
        Page.objects.filter(depth__gte=2)
        .order_by("pk")
        .values_list(
            "pk", "translation_key", "locale_id", "content_type_id", "path", "slug", "title", "url_path", "live"
        )
    )
    places: dict[UUID, Place] = {}
    keys: dict[int, UUID] = {}
    by_path: dict[str, UUID] = {}
    source_paths: dict[UUID, str] = {}
    for pk, key, locale_id, type_id, path, slug, title, url_path, live in rows:
        language = locales[locale_id].language_code
        words = Words(pk, slug, title, url_path, live)
        keys[pk] = by_path[path] = key
        if key not in places:
            places[key] = Place(key, type_id, language, words)
            source_paths[key] = path
        if live:
            places[key].words[language] = words
    for key in sorted(source_paths, key=lambda key: source_paths[key]):
        parent = by_path.get(source_paths[key][: -Page.steplen])
        # A translation whose own tree hangs below itself cannot be: treebeard forbids it.
        if parent and parent != key:
            places[key].parent = parent
            places[parent].children.append(key)
    return places, keys


def model_of(place: Place) -> type[Page]:
    """The class of the pages at a place."""
    model = ContentType.objects.get_for_id(place.content_type_id).model_class()
    return model if model and issubclass(model, Page) else Page


def url_of(key: UUID, language: str) -> str | None:
    """Address of a place from the root of the site: `/nl/cursussen/`. None if it is not in the tree."""
    path = site_map().path(key, language)
    return None if path is None else f"/{language}/{path}"


def link_to(page_id: int, language: str) -> str | None:
    """Address, in the language being read, of the place that a page belongs to; None if that is not live."""
    place = site_map().place_of(page_id)
    return url_of(place.key, language) if place and place.live else None


@dataclass(frozen=True)
class Crumb:
    """A page on the way from the front page, for the reader of one language."""

    title: str
    title_language: str
    url: str


@dataclass(frozen=True)
class Route:
    """What an address leads to."""

    page: Any  # the page whose words are shown
    source: Any  # the page that decides on structure, liveness, rules and dates
    language: str  # the language asked for
    is_fallback: bool = False  # the words are the source's, because there are none in `language`
    is_behind: bool = False  # the source has words that this translation does not have yet
    restricted: bool = False  # somebody may be kept out
    redirect_to: str = ""  # the page's proper address, when this is not it
    alternatives: dict[str, str] = field(default_factory=dict)  # address in every language of the site
    translated_into: tuple[str, ...] = ()  # languages with words of their own, the source's first

    @property
    def words_language(self) -> str:
        """The language of the words that are shown, for `lang`."""
        return str(self.page.locale.language_code)

    @property
    def url(self) -> str:
        """Proper address of the page."""
        return self.alternatives.get(self.language, "")

    @property
    def crumbs(self) -> list[Crumb]:
        """The pages above this one, without the front page, in the language being read. No query."""
        return crumbs(self.source.translation_key, self.language)


def crumbs(key: UUID, language: str) -> list[Crumb]:
    """The pages above a place, without the front page. No query."""
    found = []
    for place in site_map().ancestors(key)[1:]:
        words, words_language = place.in_language(language)
        found.append(Crumb(words.title, words_language, url_of(place.key, language) or ""))
    return found


def reading_language() -> str:
    """The language that the reader asked for, also while a text in another language is rendered."""
    return _reading.get() or get_language() or ""


@contextmanager
def words_in(language: str, *, reading: str) -> Iterator[None]:
    """Render words in their own language, labels included, for somebody who reads another: links lead to the latter."""
    token = _reading.set(reading)
    try:
        with override(language):
            yield
    finally:
        _reading.reset(token)
