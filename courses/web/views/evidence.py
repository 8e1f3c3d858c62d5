"""How required learning stood on a past day: choose the day, read the table, take the pack."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.people.models import Organisation
from academy.web.access import person_of, signed_in
from courses.assignments.queries import today_in
from courses.flows.take_evidence import look, take
from courses.reports import evidence as reports
from courses.reports.evidence_document import facts, name_of, notes, state_of, whose
from courses.web.answers import language
from courses.web.evidence_forms import DayForm, UnitForm
from courses.web.organisation_doors import proved_by, proved_or_404

ROWS = 50
# More takes longer to draw than anybody waits for: then it is one document for each unit.
MOST_LINES = 20_000


@signed_in
@never_cache
@require_safe
def evidence_organisations(request: HttpRequest) -> HttpResponse:
    """Of which organisation; straight to it where there is but one."""
    found = proved_by(person_of(request), timezone.localdate())
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("evidence", found[0].slug)
    return render(request, "courses/evidence/organisations.html", {"organisations": found})


@signed_in
@never_cache
@require_safe
def evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Which day; what a pack holds."""
    now = timezone.now()
    organisation, _units = proved_or_404(person_of(request), slug, now)
    first, today = reports.first_day(organisation), today_in(organisation, now)
    asked = request.GET if "day" in request.GET else None
    form = DayForm(asked, first=first, today=today)
    if asked is not None and form.is_valid():
        return redirect("evidence_day", organisation.slug, form.cleaned_data["day"].isoformat())
    context = {"organisation": organisation, "form": form}
    return render(request, "courses/evidence/choose.html", context, status=200 if asked is None else 422)


@signed_in
@never_cache
@require_safe
def evidence_day(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """The table of that day, with the way to the pack."""
    now = timezone.now()
    organisation, found, form = _found(request, slug, day, now)
    page = Paginator(found.lines, ROWS).get_page(request.GET.get("page"))
    if request.method == "GET":
        look(found=found, lines=page.object_list, organisation=organisation, by=person_of(request), at=now)
    context = {
        "organisation": organisation,
        "found": found,
        "form": form,
        "whose": whose(found),
        "facts": facts(found),
        "notes": notes(found),
        "page_obj": page,
        "rows": [(line, name_of(line), state_of(line)) for line in page],
        "query": f"unit={found.unit.pk}&",
        "fits": len(found.lines) <= MOST_LINES,
    }
    return render(request, "courses/evidence/day.html", context)


@signed_in
@never_cache
@require_safe
def evidence_pack(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """The pack, in the language of the page."""
    now = timezone.now()
    organisation, found, _form = _found(request, slug, day, now)
    if len(found.lines) > MOST_LINES:
        raise Http404
    name = f"evidence-{organisation.slug}-{found.then.day.isoformat()}-{language()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    if request.method != "GET":
        return HttpResponse(content_type="application/zip", headers=headers)
    made = take(found=found, organisation=organisation, by=person_of(request), at=now)
    return HttpResponse(made, content_type="application/zip", headers=headers)


def _found(request: HttpRequest, slug: str, day: str, now: datetime) -> tuple[Organisation, reports.Evidence, Any]:
    """The organisation, how the unit stood (`?unit=`; else the highest that one reaches), the choice of units."""
    organisation, reached = proved_or_404(person_of(request), slug, now)
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    then = reports.as_of(organisation, wanted) if wanted <= today_in(organisation, now) else None
    units = then.reached(reached) if then is not None else []
    if then is None or not units:
        raise Http404
    highest = min(units, key=lambda unit: len(then.above(unit.pk)))
    form = UnitForm({"unit": request.GET.get("unit", highest.pk)}, then=then, units=units)
    if not form.is_valid():
        raise Http404
    return organisation, reports.evidence(then, then.units[form.cleaned_data["unit"]], now), form
