"""Links of the header and footer, worked out once for a state of the site and a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from wagtail.models import Page

from academy.website.addresses import SiteMap, site_map
from academy.website.models import StandardPage

FOOTER_CODES = ("imprint", "privacy", "accessibility", "contact", "help")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page in a menu. `kind` is the page's model name or a standard page's code; `language` is that of its title."""

    kind: str
    title: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Menus:
    """The front page's address, pages shown in menus in their order, and the footer's pages, in one language."""

    home_url: str
    main: tuple[PageLink, ...]
    footer: tuple[PageLink, ...]

    def find(self, kind: str) -> PageLink | None:
        """The link to the first page of this kind, or None."""
        return next((link for link in self.main + self.footer if link.kind == kind), None)


def menus(language: str) -> Menus:
    """Links for this language; no query once they are known for this state of the site."""
    places = site_map()
    note = ("menus", language)
    if note not in places.notes:
        places.notes[note] = _read(places, language)
    return cast(Menus, places.notes[note])


def _read(places: SiteMap, language: str) -> Menus:
    def link(kind: str, key: UUID) -> PageLink:
        words, words_language = places.places[key].in_language(language)
        return PageLink(kind, words.title, f"/{language}/{places.path(key, language) or ''}", words_language)

    # Order and liveness come from the source tree, words from the language (architecture decision 2).
    standard = dict(
        StandardPage.objects.filter(code__in=FOOTER_CODES).order_by("-pk").values_list("translation_key", "code")
    )
    keys = {code: key for key, code in standard.items()}
    home = places.places.get(places.home) if places.home else None
    children = home.children if home else []
    rows = Page.objects.filter(pk__in=[places.places[key].source.page_id for key in children], show_in_menus=True)
    shown = dict(rows.values_list("translation_key", "content_type__model"))
    return Menus(
        f"/{language}/",
        tuple(
            link(shown[key], key)
            for key in children
            if key in shown and key not in standard and places.places[key].live
        ),
        tuple(
            link(code, keys[code])
            for code in FOOTER_CODES
            if code in keys and keys[code] in places.places and places.places[keys[code]].live
        ),
    )
