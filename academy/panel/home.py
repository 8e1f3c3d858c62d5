"""The academy's own panels on the first page of the Wagtail admin: what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from academy.website.addresses import site_map
from academy.website.queries import drafts

# How many rows a panel shows; the heading says how many there are.
SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One thing that waits: its title, its language, why it waits, where to go."""

    title: str
    language: str
    note: str
    url: str


class WaitingPanel(Component):
    """A list of what waits. Subclasses say the heading, the rows, and what stands there when nothing waits."""

    template_name = "academy/panel/waiting.html"
    name = ""
    order = 100

    def heading(self) -> str:
        """The panel's heading."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What stands there when nothing waits."""
        return _("Nothing waits here.")

    def lead(self) -> str:
        """A line above the rows, if there is something to say."""
        return ""

    def rows(self, request: HttpRequest) -> list[Row]:
        """What waits, the most urgent first."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that the template shows."""
        rows = self.rows(parent_context["request"])
        return {
            "name": self.name,
            "heading": self.heading(),
            "nothing": self.nothing(),
            "lead": self.lead(),
            "rows": rows[:SHOWN],
            "number": len(rows),
            "more": max(0, len(rows) - SHOWN),
        }


class DraftsPanel(WaitingPanel):
    """Sources with changes that are not published yet."""

    name = "academy-drafts"
    order = 130

    def heading(self) -> str:
        """The panel's heading."""
        return _("Drafts")

    def nothing(self) -> str:
        """What stands there when nothing waits."""
        return _("No draft waits to be published.")

    def rows(self, request: HttpRequest) -> list[Row]:
        """Those that wait for approval come first."""
        return [
            Row(
                page.draft_title,
                site_map().locales[page.locale_id].language_code,
                _("waits for approval") if page.waits_for_approval else self._by(page),
                edit_url(page.pk),
            )
            for page in drafts()
        ]

    @staticmethod
    def _by(page: Page) -> str:
        author = page.latest_revision.user if page.latest_revision else None
        return _("changed by %(name)s") % {"name": author.get_full_name()} if author else _("changed")


def edit_url(page_id: int) -> str:
    """Where a page is edited."""
    return reverse("wagtailadmin_pages:edit", args=[page_id])


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Hook: ours come first, Wagtail's own follow."""
    panels.append(DraftsPanel())
