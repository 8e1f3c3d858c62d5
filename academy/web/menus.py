"""Links of the header and footer: read once for a language, kept in the shared cache, dropped when a page changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from academy.website.models import StandardPage

FOOTER_CODES = ("imprint", "privacy", "accessibility", "contact", "help")
SECONDS = 3600
VERSION_KEY = "academy:menus:version"


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
    """Links for this language; one read of the cache when warm."""
    version = cache.get_or_set(VERSION_KEY, 1, None)
    key = f"academy:menus:{version}:{language}"
    found = cache.get(key)
    if found is None:
        found = _read(language)
        cache.set(key, found, SECONDS)
    return found


def _read(language: str) -> Menus:
    home_url = f"/{language}/"
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        return Menus(home_url, (), ())
    # Order and liveness come from the source tree, words from the language (architecture decision 2).
    sources = list(
        Page.objects.child_of(site.root_page).live().filter(show_in_menus=True).select_related("content_type", "locale")
    )
    plain = list(
        Page.objects.descendant_of(site.root_page)
        .live()
        .filter(pk__in=StandardPage.objects.filter(code__in=FOOTER_CODES).values("pk"))
        .select_related("locale")
    )
    codes = dict(StandardPage.objects.filter(pk__in=[page.pk for page in plain]).values_list("pk", "code"))
    plain.sort(key=lambda page: FOOTER_CODES.index(codes[page.pk]))
    words = {
        page.translation_key: page
        for page in Page.objects.live()
        .filter(locale__language_code=language, translation_key__in=[page.translation_key for page in sources + plain])
        .select_related("locale")
    }

    def link(source: Page, kind: str) -> PageLink:
        page = words.get(source.translation_key, source)
        # A page's path begins with the slug of its language's front page; the address begins with the language.
        path = page.url_path.strip("/").partition("/")[2]
        return PageLink(kind, page.title, f"/{language}/{path}/", page.locale.language_code)

    return Menus(
        home_url,
        tuple(link(page, page.content_type.model) for page in sources if page.pk not in codes),
        tuple(link(page, codes[page.pk]) for page in plain),
    )


@receiver([page_published, page_unpublished, post_page_move, page_slug_changed], dispatch_uid="menus")
@receiver(post_delete, sender=StandardPage, dispatch_uid="menus-deleted")
def forget_menus(sender: Any, **kwargs: Any) -> None:
    """A page came, went, moved or was renamed: the next request reads the menus anew."""
    try:
        cache.incr(VERSION_KEY)
    except ValueError:  # nothing was remembered yet
        cache.set(VERSION_KEY, 1, None)
