"""The files of an activity in the admin: what is played in each language, upload, report, use again, throw away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.models import Locale
from wagtail.permission_policies import ModelPermissionPolicy

from academy.people.models import User
from curriculum.h5p.access import may_install_libraries
from curriculum.h5p.enums import PackageState, Verdict
from curriculum.h5p.errors import InUse, LibrariesNeeded, OtherState, UploadRefused
from curriculum.h5p.findings import Finding
from curriculum.h5p.limits import limits
from curriculum.h5p.models import Activity, Package
from curriculum.h5p.rules import allow_libraries, cancel, delete_package, receive, use
from curriculum.h5p.words import sentence

from . import h5p_shown as shown

POLICY = ModelPermissionPolicy(Activity)
# What is said when the file stood otherwise than the page showed.
CHANGED = _("The file has changed since this page was shown. Look at it again.")


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("H5P file"),
        widget=forms.FileInput(attrs={"accept": ".h5p,.zip"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = filesizeformat(limits().upload)
        self.fields["file"].help_text = _("A .h5p file, as Lumi, Moodle or WordPress save it. Up to %(size)s.") % {
            "size": size
        }


class H5PView(WagtailAdminTemplateMixin, PermissionCheckedMixin, View):
    """What the pages about files share: they are there for whoever may change activities."""

    permission_policy = POLICY
    permission_required = "change"
    header_icon = "media"
    request: Any

    @property
    def person(self) -> User:
        """Who is at it."""
        return User.objects.get(pk=self.request.user.pk)

    def crumbs(self, *more: tuple[str, str]) -> list[dict[str, Any]]:
        """Below the list of activities; the last one is this page."""
        first = (shown.list_url(), Activity._meta.verbose_name_plural.capitalize())  # type: ignore[union-attr]  # it has one
        return [*super().get_breadcrumbs_items(), *({"url": url, "label": label} for url, label in (first, *more))]

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page with these values."""
        return render(self.request, self.template_name, self.get_context_data(**context), status=status)


class ActivityView(H5PView):
    """A page of one activity: that of its source, whichever language's key stands in the address."""

    source: Activity

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Unknown ones are not there."""
        super().setup(request, *args, **kwargs)
        self.source = shown.source_or_self(get_object_or_404(Activity, pk=kwargs["activity_id"]))

    def get_page_subtitle(self) -> str:
        """The activity's title."""
        return self.source.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the activity."""
        here = f"{self.page_title}: {self.source.title}"
        return self.crumbs((shown.edit_url(self.source), self.source.title), ("", here))


class FilesView(ActivityView):
    """The files of an activity, language by language."""

    page_title = _("Files")
    template_name = "curriculum/panel/h5p/files.html"

    def get(self, request: HttpRequest, activity_id: int) -> HttpResponse:
        """The lists."""
        files = shown.files_of(self.source)
        return self.page(
            activity=self.source,
            edit_url=shown.edit_url(self.source),
            files=[
                (each, shown.type_notes(each.current, self.source.rule) if each.current else None) for each in files
            ],
            hindrances=shown.hindrances(self.source, files),
            pages=shown.pages_with(self.source.translation_key),
        )

    def _notes(self, package: Package | None) -> shown.TypeNotes | None:
        return shown.type_notes(package, self.source.rule) if package is not None else None


class UploadView(ActivityView):
    """Choose a file for one language. What it holds is said on the next page."""

    page_title = _("Upload a file")
    template_name = "curriculum/panel/h5p/upload.html"
    locale: Locale

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Only for languages of the site."""
        super().setup(request, *args, **kwargs)
        self.locale = get_object_or_404(Locale, language_code=kwargs["language"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the activity's files."""
        files = (reverse("h5p_files", args=[self.source.pk]), str(_("Files")))
        return self.crumbs((shown.edit_url(self.source), self.source.title), files, ("", str(self.page_title)))

    def get(self, request: HttpRequest, activity_id: int, language: str) -> HttpResponse:
        """The form."""
        return self._form(UploadForm())

    def post(self, request: HttpRequest, activity_id: int, language: str) -> HttpResponse:
        """Take the file, or say on the field why not."""
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                package = receive(
                    activity=self.source,
                    locale=self.locale,
                    file=form.cleaned_data["file"],
                    by=self.person,
                    at=timezone.now(),
                )
            except UploadRefused as refused:
                form.add_error("file", refused.sentence)
            else:
                return redirect("h5p_package", package=package.public_id)
        return self._form(form, status=422)

    def _form(self, form: UploadForm, status: int = 200) -> HttpResponse:
        current = Package.objects.filter(activity=self.source, locale=self.locale, is_current=True).first()
        return self.page(status, form=form, activity=self.source, language=self.locale.language_code, current=current)


class PackageView(H5PView):
    """A page of one file."""

    package: Package

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Unknown ones are not there."""
        super().setup(request, *args, **kwargs)
        rows = Package.objects.select_related("activity", "main_library", "uploaded_by")
        self.package = get_object_or_404(rows, public_id=kwargs["package"])

    def get_page_subtitle(self) -> str:
        """Its name."""
        return self.package.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the activity's files."""
        activity = self.package.activity
        files = (self.files_url, str(_("Files")))
        return self.crumbs((shown.edit_url(activity), activity.title), files, ("", self.package.file_name))

    @property
    def files_url(self) -> str:
        """The list that the file belongs to."""
        return reverse("h5p_files", args=[self.package.activity_id])


class ReportView(PackageView):
    """How far a file is, what is in it, what it would install, why it is refused; and what can be done with it.

    `do` of a post: "allow" the libraries, "use" it again.
    """

    page_title = _("File")
    template_name = "curriculum/panel/h5p/report.html"

    def get(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """The report; while the file is being checked it loads itself again."""
        return self.page(**self._facts())

    def post(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """Do it, or say why not."""
        acts: dict[str, Callable[[], Any]] = {"allow": self._allow, "use": self._use}
        act = acts.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        try:
            act()
        except LibrariesNeeded:
            messages.error(request, _("Only somebody who may install H5P libraries can allow them."))
        except OtherState:
            messages.error(request, CHANGED)
        return redirect("h5p_package", package=package)

    def _allow(self) -> None:
        allow_libraries(package=self.package, by=self.person, at=timezone.now())
        messages.success(self.request, _("The libraries are allowed."))

    def _use(self) -> None:
        use(package=self.package, by=self.person, at=timezone.now())
        messages.success(self.request, _("Learners get this file from now on. Results so far stay as they are."))

    def _facts(self) -> dict[str, Any]:
        package, plan = self.package, self.package.plan
        rows = [_library_row(each) for each in plan.get("libraries", [])]
        return {
            "package": package,
            "language": shown.language_of(package),
            "type_name": shown.type_name(package.main_library) or _planned_type(rows, plan.get("main", "")),
            "own_language": _own_language(package),
            "notes": shown.type_notes(package, package.activity.rule),
            # What is new, and what is not what its number says: the rest needs nobody's attention.
            "changes": [row for row in rows if _is_news(row, package)],
            "known": [row for row in rows if _is_known(row)],
            "contents": plan.get("contents", {}),
            "reasons": _reasons(package),
            "may_install": may_install_libraries(self.request.user),
            "is_working": package.state == PackageState.PROCESSING,
            "waits": package.state == PackageState.WAITING,
            "is_refused": package.state == PackageState.REFUSED,
            "files_url": self.files_url,
        }


class DeleteView(PackageView):
    """Throw a file away, after a question. One that learners worked with is kept."""

    page_title = _("Delete the file")
    template_name = "curriculum/panel/h5p/delete.html"

    def get(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """The question."""
        return self.page(package=self.package, language=shown.language_of(self.package), files_url=self.files_url)

    def post(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """Delete it, or say why not."""
        act = cancel if self.package.state == PackageState.WAITING else delete_package
        try:
            act(package=self.package, by=self.person, at=timezone.now())
        except InUse:
            messages.error(request, _("It is kept: learners worked with it, or it is the file that is played."))
        except OtherState:
            messages.error(request, CHANGED)
        else:
            messages.success(request, _("“%(name)s” is deleted.") % {"name": self.package.file_name})
        return redirect(self.files_url)


def _library_row(planned: dict[str, Any]) -> dict[str, Any]:
    """A library of the plan as the table shows it."""
    verdict = Verdict(planned["verdict"])
    return {
        "name": planned["name"],
        "title": planned.get("title") or planned["name"],
        "version": f"{planned['major']}.{planned['minor']}.{planned['patch']}",
        "installed": planned.get("installed"),
        "number": f"{planned['major']}.{planned['minor']}",
        "verdict": verdict,
        "taken": bool(planned.get("taken", verdict in (Verdict.INSTALL, Verdict.UPGRADE))),
        "pinned": bool(planned.get("pinned")) and verdict == Verdict.UPGRADE,
    }


def _is_known(row: dict[str, Any]) -> bool:
    """Whether a library is here already, and no other than the file's."""
    return row["installed"] is not None and not row["taken"] and row["verdict"] != Verdict.CHANGED


def _is_news(row: dict[str, Any], package: Package) -> bool:
    """Whether the report is about this library; of a refused file nothing is installed, so there is nothing to say."""
    return not _is_known(row) and (row["installed"] is not None or package.state != PackageState.REFUSED)


def _planned_type(rows: list[dict[str, Any]], main: str) -> str:
    """The content type of a file that is not installed yet, from its plan: `Sorter 1.2`."""
    titles = (f"{row['title']} {row['number']}" for row in rows if f"{row['name']} {row['number']}" == main)
    return next(titles, main)


def _own_language(package: Package) -> str:
    """The language that a file names, if it is not the one that it is for; as a code where it has no name."""
    code = package.language
    if not code or code == "und" or code == shown.language_of(package):
        return ""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def _reasons(package: Package) -> list[str]:
    """Why it is refused, in sentences. A reason that this version no longer knows is not shown."""
    found = []
    for kept in package.findings:
        try:
            found.append(sentence(Finding.from_dict(kept)))
        except ValueError:
            continue
    return found


def urls() -> list[URLPattern]:
    """For the hook `register_admin_urls`."""
    return [
        path("h5p/activities/<int:activity_id>/", FilesView.as_view(), name="h5p_files"),
        path("h5p/activities/<int:activity_id>/upload/<str:language>/", UploadView.as_view(), name="h5p_upload"),
        path("h5p/packages/<uuid:package>/", ReportView.as_view(), name="h5p_package"),
        path("h5p/packages/<uuid:package>/delete/", DeleteView.as_view(), name="h5p_package_delete"),
    ]
