"""How stored text becomes HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from django.core.cache import cache
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from .addresses import content_version, link_to, reading_language, words_in

# Seconds that a rendered body stays in the shared cache at most.
KEEP = 24 * 3600


class PlaceLinkHandler(PageLinkHandler):
    """A link to a page leads to its place in the language being read; nowhere if that is not live. No query."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """One opening tag for each link."""
        return [cls.open_tag(attrs) for attrs in attrs_list]

    @staticmethod
    def open_tag(attrs: dict[str, Any]) -> str:
        """The opening tag of a link whose `id` is a page's."""
        page_id = str(attrs.get("id", ""))
        url = link_to(int(page_id), reading_language()) if page_id.isdigit() else None
        return f'<a href="{escape(url)}">' if url else "<a>"


def register_links(features: FeatureRegistry) -> None:
    """Put our page links in the place of Wagtail's."""
    features.register_link_type(PlaceLinkHandler)


def body_html(page: Any, reading: str, *, fresh: bool = False) -> SafeString:
    """The body of a page for somebody who reads `reading`, free of what belongs to one person, from the shared cache.

    A body that falls back to another language is in that language throughout, labels included: one `lang` round it is
    true. `fresh` renders anew, for previews. Any publish renews it: it holds addresses and terms of other pages.
    """
    name = f"body:{content_version()}:{page.pk}:{reading}"
    html = None if fresh else cache.get(name)
    if html is None:
        with words_in(page.language, reading=reading):
            html = format_html_join(
                "\n", "{}", ((block.render({"block": block, "page": page}),) for block in page.body)
            )
        if not fresh:
            cache.set(name, html, KEEP)
    return html
