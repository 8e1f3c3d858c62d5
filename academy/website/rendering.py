"""How stored text becomes HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils.translation import get_language
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from .addresses import link_to


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
        url = link_to(int(page_id), get_language() or "") if page_id.isdigit() else None
        return f'<a href="{escape(url)}">' if url else "<a>"


def register_links(features: FeatureRegistry) -> None:
    """Put our page links in the place of Wagtail's."""
    features.register_link_type(PlaceLinkHandler)
