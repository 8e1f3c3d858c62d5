"""Lists of staff: send one, see what each line comes to, have it applied, see how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from academy.kernel.documents import DocumentKind
from academy.people.access import realm_of
from academy.people.enums import ImportState, Verdict
from academy.people.importing import documents, queries, rules
from academy.people.importing.access import imports_for, reach
from academy.people.importing.files import FileRefused
from academy.people.importing.rules import OtherState
from academy.people.models import JobRole, Organisation, StaffImport
from academy.people.workplaces import today_at
from academy.web.access import person_of, signed_in
from academy.web.staff_import_forms import ApplyForm, StaffFileForm

PAGE = 50
SHOWN_BEFORE = 10


@dataclass(frozen=True)
class Door:
    """An organisation whose staff somebody may bring in."""

    organisation: Organisation
    at: datetime
    today: date
    is_administrator: bool


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_imports(request: HttpRequest, organisation: str) -> HttpResponse:
    """Send a list; those that were sent before."""
    door = _door(request, organisation)
    is_sent = request.method == "POST"
    form = StaffFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = rules.check(
                organisation=door.organisation, file=file, file_name=file.name, by=person_of(request), at=door.at
            )
        except FileRefused as error:
            form.add_error("file", str(error.message))
        else:
            return redirect("staff_import", door.organisation.slug, found.public_id)
    mine = imports_for(request.user, door.organisation, door.today).defer("lines", "late", "chunks", "leavers")
    context = _context(door, form=form, imports=mine.select_related("by")[:SHOWN_BEFORE], jobs=JobRole.objects.all())
    return render(request, "academy/staff_import/upload.html", context, status=422 if is_sent else 200)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_import(request: HttpRequest, organisation: str, staff_import: UUID) -> HttpResponse:
    """What its lines come to; then how far it is; then what was done."""
    door = _door(request, organisation)
    found = _import(request, door, staff_import)
    form = ApplyForm(request.POST if request.POST.get("do") == "apply" else None, today=door.today)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        return _answer(request, door, found, form)
    context = _context(door, found=found, form=form, **_shown(request, found))
    if found.state == ImportState.APPLYING:
        context["stands_still"] = queries.stands_still(found)
    status = 422 if request.method == "POST" else 200
    return render(request, "academy/staff_import/import.html", context, status=status)


@signed_in
@never_cache
@require_safe
def staff_import_faults(request: HttpRequest, organisation: str, staff_import: UUID) -> HttpResponse:
    """The refused lines with what is wrong, as CSV."""
    door = _door(request, organisation)
    found = _import(request, door, staff_import)
    if found.is_wiped:
        raise Http404
    return _file(documents.faults_csv(found), "text/csv; charset=utf-8", f"faults-{found.at:%Y-%m-%d}.csv")


@signed_in
@require_safe
def staff_import_template(request: HttpRequest, organisation: str, kind: str) -> HttpResponse:
    """The list to fill in."""
    _door(request, organisation)
    if kind == "xlsx":
        return _file(documents.template_xlsx(), DocumentKind.XLSX.content_type, "staff.xlsx")
    return _file(documents.template_csv(), "text/csv; charset=utf-8", "staff.csv")


def _answer(request: HttpRequest, door: Door, found: StaffImport, form: ApplyForm) -> HttpResponse:
    """One of the buttons."""
    do = request.POST.get("do")
    try:
        if do == "apply":
            last_day = None if found.leavers.get("nameless") else form.cleaned_data["last_day"]
            rules.start(staff_import=found, last_day=last_day, by=person_of(request), at=door.at)
        elif do == "throw-away":
            rules.throw_away(staff_import=found, at=door.at)
            messages.success(request, _("The list is thrown away. Nothing was changed."))
            return redirect("staff_imports", door.organisation.slug)
        elif do == "go-on" and found.state == ImportState.APPLYING:
            rules.go_on(staff_import=found)
    except OtherState:
        # A second click: the page says how it stands now.
        pass
    return redirect("staff_import", door.organisation.slug, found.public_id)


def _shown(request: HttpRequest, found: StaffImport) -> dict[str, Any]:
    """One page of the lines with the verdict that the address names: those that are refused first."""
    show = request.GET.get("show", "")
    if show not in {*Verdict.values, "leavers"}:
        show = str(Verdict.REFUSED if found.counts.get("refused") or found.header.get("notes") else Verdict.NEW)
    rows: list[Any]
    if show == Verdict.REFUSED:
        rows = queries.wrong_cells(found)
    elif show == "leavers":
        rows = queries.leavers(found)
    else:
        rows = queries.good_lines(found, Verdict(show))
    return {
        "show": show,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "late": queries.wrong_cells(found, found.late),
        "is_faulty": bool(found.counts.get("refused") or found.late) and not found.is_wiped,
        "works": found.counts.get("new", 0) + found.counts.get("change", 0),
    }


def _door(request: HttpRequest, slug: str) -> Door:
    """Of an organisation that is not there, and of one that is somebody else's, nothing is known alike."""
    found = Organisation.objects.filter(slug=slug).first()
    at = timezone.now()
    if found is None or not reach(request.user, found, today_at(found, at)):
        raise Http404
    today = today_at(found, at)
    return Door(found, at, today, realm_of(request.user, found, today) is not None)


def _import(request: HttpRequest, door: Door, public_id: UUID) -> StaffImport:
    return get_object_or_404(imports_for(request.user, door.organisation, door.today), public_id=public_id)


def _context(door: Door, **more: Any) -> dict[str, Any]:
    return {"organisation": door.organisation, "is_administrator": door.is_administrator, **more}


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
