"""Installed H5P libraries in the admin, for those who may install them: which version is used, going back, deleting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import registry as log_registry

from academy.people.models import User
from curriculum.h5p.access import may_install_libraries
from curriculum.h5p.errors import InUse, OtherState
from curriculum.h5p.models import Library, LibraryRevision, Package
from curriculum.h5p.rules import delete_library, release, roll_back

from . import h5p_shown as shown

LABEL = _("H5P libraries")
# Lines of the log that a page shows.
LOGGED = 50
CHANGED = _("The library has changed since this page was shown. Look at it again.")


@dataclass(frozen=True)
class LibraryRow:
    """A library version as it is listed: `activities` are played with it now, `packages` need it, old ones included."""

    library: Library
    version: str
    activities: int
    packages: int


def rows() -> list[LibraryRow]:
    """All libraries, by title. One query."""
    played = Q(used_by__package__is_current=True)
    found = Library.objects.select_related("current").annotate(
        activities_count=Count("used_by__package__activity", filter=played, distinct=True),
        packages_count=Count("used_by__package", distinct=True),
    )
    return sorted(
        (LibraryRow(each, version_of(each), each.activities_count, each.packages_count) for each in found),
        key=lambda row: (row.library.title.casefold(), row.library.machine_name, row.library.major, row.library.minor),
    )


def version_of(library: Library) -> str:
    """The version that is used: `1.16.27`; without the patch where none is installed."""
    number = f"{library.major}.{library.minor}"
    return f"{number}.{library.current.patch}" if library.current is not None else number


class _LibrariesView(WagtailAdminTemplateMixin, View):
    """What these pages share: they are there for whoever may install libraries."""

    header_icon = "cogs"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For nobody else."""
        if not may_install_libraries(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def page(self, **context: Any) -> HttpResponse:
        """The page with these values."""
        return render(self.request, self.template_name, self.get_context_data(**context))


class LibrariesView(_LibrariesView):
    """All libraries, and what waits for being allowed."""

    page_title = LABEL
    template_name = "curriculum/panel/h5p/libraries.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the first page."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": LABEL}]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The lists."""
        return self.page(rows=rows(), waiting=shown.waiting_packages())


class LibraryView(_LibrariesView):
    """One library version: its patches, who uses it, what was done with it.

    `do` of a post: "back" to the patch in `revision`, "release" (the highest patch is used again), "delete".
    """

    page_title = _("H5P library")
    template_name = "curriculum/panel/h5p/library.html"
    library: Library

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Unknown ones are not there."""
        super().setup(request, *args, **kwargs)
        self.library = get_object_or_404(Library.objects.select_related("current"), pk=kwargs["library_id"])

    def get_page_subtitle(self) -> str:
        """Its name."""
        return str(self.library)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list."""
        here = {"url": "", "label": str(self.library)}
        return [*super().get_breadcrumbs_items(), {"url": reverse("h5p_libraries"), "label": LABEL}, here]

    def get(self, request: HttpRequest, library_id: int) -> HttpResponse:
        """Its facts; with `?revision=`, the question whether to go back to that patch."""
        library = self.library
        revisions = list(
            library.revisions.select_related("installed_by")
            .defer("library_json", "semantics")
            .order_by("-patch", "-pk")
        )
        wanted = request.GET.get("revision", "")
        return self.page(
            library=library,
            version=version_of(library),
            revisions=revisions,
            asked=next((each for each in revisions if str(each.pk) == wanted and each.pk != library.current_id), None),
            asks_to_delete="delete" in request.GET,
            packages=self._packages(),
            needed_by=sorted({str(need.revision.library) for need in self._needs()}),
            log=log_registry.get_logs_for_instance(library).select_related("user")[:LOGGED],
        )

    def post(self, request: HttpRequest, library_id: int) -> HttpResponse:
        """Do it, or say why not."""
        acts: dict[str, Callable[[], HttpResponse]] = {
            "back": self._back,
            "release": self._release,
            "delete": self._delete,
        }
        act = acts.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        try:
            return act()
        except OtherState:
            messages.error(request, CHANGED)
        except InUse:
            messages.error(request, _("It cannot be deleted: a file or another library needs it."))
        return redirect("h5p_library", library_id=library_id)

    @property
    def _who(self) -> dict[str, Any]:
        return {"library": self.library, "by": User.objects.get(pk=self.request.user.pk), "at": timezone.now()}

    def _back(self) -> HttpResponse:
        wanted = self.request.POST.get("revision", "")
        revision = LibraryRevision.objects.filter(library=self.library, pk=wanted if wanted.isdigit() else 0).first()
        if revision is None:
            raise OtherState
        roll_back(revision=revision, **self._who)
        text = _("%(version)s is used from now on. Files with a higher patch do not replace it until you release it.")
        messages.success(self.request, text % {"version": revision})
        return redirect("h5p_library", library_id=self.library.pk)

    def _release(self) -> HttpResponse:
        release(**self._who)
        messages.success(self.request, _("The highest patch is used again."))
        return redirect("h5p_library", library_id=self.library.pk)

    def _delete(self) -> HttpResponse:
        name = str(self.library)
        delete_library(**self._who)
        messages.success(self.request, _("“%(name)s” is deleted.") % {"name": name})
        return redirect("h5p_libraries")

    def _packages(self) -> list[Package]:
        """Files that need it, those that are played first."""
        found = Package.objects.filter(needs__library=self.library).select_related("activity")
        return list(found.defer(*shown.JSON).order_by("-is_current", "activity__code", "locale", "-number"))

    def _needs(self) -> Any:
        return self.library.needed_by.select_related("revision__library")


class LibrariesMenuItem(MenuItem):
    """In the menu of settings, for who may."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever may install them."""
        return may_install_libraries(request.user)


def menu_item() -> MenuItem:
    """Hook `register_settings_menu_item`."""
    return LibrariesMenuItem(LABEL, reverse_lazy("h5p_libraries"), icon_name="cogs", order=810)


def urls() -> list[URLPattern]:
    """For the hook `register_admin_urls`."""
    return [
        path("h5p/libraries/", LibrariesView.as_view(), name="h5p_libraries"),
        path("h5p/libraries/<int:library_id>/", LibraryView.as_view(), name="h5p_library"),
    ]
