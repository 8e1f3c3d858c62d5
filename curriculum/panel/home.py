"""What waits in the curriculum, on the first page of the Wagtail admin: stale translations and overdue reviews."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from academy.panel.home import Row, WaitingPanel, edit_url
from curriculum.h5p.access import may_install_libraries
from curriculum.lessons.queries import reviews_overdue
from curriculum.translation.queries import coverage, stale_pages, stale_segments

from .h5p_shown import waiting_packages


class TranslationsPanel(WaitingPanel):
    """Published translations whose source has moved on, and how much of the site each language has."""

    name = "academy-translations"
    order = 110

    def heading(self) -> str:
        """The panel's heading."""
        return _("Translations behind their source")

    def nothing(self) -> str:
        """What stands there when nothing waits."""
        return _("Every published translation is up to date.")

    def lead(self) -> str:
        """Coverage in one line: English 100 %, Dutch 98 % (3 segments wait)."""
        waiting = stale_segments(stale_pages())
        parts = []
        for row in coverage():
            name = get_language_info(row.language)["name_local"].capitalize()
            part = f"{name} {100 * row.translated // row.total if row.total else 0} %"
            if number := waiting.get(row.language):
                note = ngettext("%(count)s segment waits", "%(count)s segments wait", number) % {"count": number}
                part += f" ({note})"
            parts.append(part)
        return ", ".join(parts)

    def rows(self, request: HttpRequest) -> list[Row]:
        """The worst first."""
        return [
            Row(
                row.title,
                row.language,
                ngettext("%(count)s segment", "%(count)s segments", row.missing) % {"count": row.missing},
                edit_url(row.page_id),
            )
            for row in stale_pages()
        ]


class ReviewsPanel(WaitingPanel):
    """Lessons and cases past the date by which somebody should have read them again."""

    name = "academy-reviews"
    order = 120

    def heading(self) -> str:
        """The panel's heading."""
        return _("Reviews overdue")

    def nothing(self) -> str:
        """What stands there when nothing waits."""
        return _("Every lesson and case was reviewed in time.")

    def rows(self, request: HttpRequest) -> list[Row]:
        """The longest overdue first."""
        return [
            Row(page.title, page.language, self._note(page.review_by, page.steward), edit_url(page.pk))
            for page in reviews_overdue(timezone.localdate())
        ]

    @staticmethod
    def _note(day: object, steward: str) -> str:
        text = _("review by %(day)s") % {"day": date_format(day)}  # type: ignore[arg-type]  # the query asks for a date
        return f"{text}, {steward}" if steward else text


class LibrariesPanel(WaitingPanel):
    """Uploaded activities whose libraries somebody has to allow."""

    name = "academy-libraries"
    order = 125

    def heading(self) -> str:
        """The panel's heading."""
        return _("H5P files that wait for their libraries")

    def nothing(self) -> str:
        """What stands there when nothing waits."""
        return _("No file waits for its libraries to be allowed.")

    def rows(self, request: HttpRequest) -> list[Row]:
        """The longest waiting first."""
        return [
            Row(row.package.activity.title, row.language, row.package.file_name, row.url) for row in waiting_packages()
        ]


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Hook: ours come first, Wagtail's own follow."""
    panels += [TranslationsPanel(), ReviewsPanel()]
    if may_install_libraries(request.user):
        panels.append(LibrariesPanel())
