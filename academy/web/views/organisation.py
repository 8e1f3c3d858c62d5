"""An organisation's own pages: which there are, its units, its name and logo."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.people import rules
from academy.people.access import administered_units, units_below
from academy.people.errors import UnitInUse
from academy.people.models import Organisation
from academy.people.workplaces import invited, tree
from academy.web import parking
from academy.web.access import person_of, signed_in
from academy.web.organisation_doors import Desk, desk_or_404, unit_or_404, whole_or_404
from academy.web.organisation_forms import NewUnitForm, OrganisationForm, UnitForm

PAGE = 30


@signed_in
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations that somebody administers; who has one alone is led there."""
    units = administered_units(request.user, timezone.localdate())
    found = Organisation.objects.select_related("kind").order_by("name", "pk")
    if units is not None:
        found = found.filter(pk__in=Organisation.objects.filter(units__in=units).values("pk"))
        first = list(found[:2])
        if not first:
            raise Http404
        if len(first) == 1:
            return redirect("organisation", first[0].slug)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "academy/organisation/list.html", {"page_obj": page})


@signed_in
@require_safe
def overview(request: HttpRequest, organisation: str) -> HttpResponse:
    """The units as a tree, with who works in them."""
    desk = desk_or_404(request, organisation)
    branches = tree(desk.organisation, desk.realm.units, desk.today, closed=True)
    waiting = invited(desk.realm.units).count()
    return render(request, "academy/organisation/units.html", desk.context("units", branches=branches, waiting=waiting))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: HttpRequest, organisation: str) -> HttpResponse:
    """Add a unit."""
    desk = desk_or_404(request, organisation)
    branches = tree(desk.organisation, desk.realm.units, desk.today)
    form = NewUnitForm(
        request.POST or parking.kept(request), branches=branches, initial={"parent": request.GET.get("below", "")}
    )
    if request.method == "POST" and form.is_valid():
        unit = rules.add_unit(
            organisation=desk.organisation,
            name=form.cleaned_data["name"],
            parent=form.cleaned_data["parent"],
            from_day=desk.today,
            by=person_of(request),
            at=desk.at,
        )
        messages.success(request, _("The unit “%(name)s” is added.") % {"name": unit.name})
        return redirect(desk.home)
    context = desk.context("units", form=form)
    return render(request, "academy/organisation/unit_new.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, organisation: str, unit: int) -> HttpResponse:
    """Rename or move a unit; the page also closes it."""
    desk = desk_or_404(request, organisation)
    found = unit_or_404(desk, unit)
    below = units_below(found)
    # Its place is another one's matter where that one is out of reach.
    is_fixed = found.parent_id is None or found.parent_id not in desk.realm.units
    branches = [] if is_fixed else tree(desk.organisation, desk.realm.units - below, desk.today)
    form = UnitForm(request.POST or parking.kept(request), unit=found, branches=branches)
    if request.method == "POST" and form.is_valid():
        rules.change_unit(
            unit=found,
            name=form.cleaned_data["name"],
            parent=found.parent if is_fixed else form.cleaned_data["parent"],
            from_day=desk.today,
            by=person_of(request),
            at=desk.at,
        )
        messages.success(request, _("The unit is changed from today on."))
        return redirect(desk.home)
    context = desk.context("units", form=form, unit=found, can_close=_can_be_closed(desk, found.parent_id))
    return render(request, "academy/organisation/unit.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def unit_close(request: HttpRequest, organisation: str, unit: int) -> HttpResponse:
    """Close a unit in which nobody works any more."""
    desk = desk_or_404(request, organisation)
    found = unit_or_404(desk, unit)
    try:
        rules.close_unit(unit=found, on=desk.today, by=person_of(request), at=desk.at)
    except UnitInUse:
        messages.error(
            request,
            _("People work in this unit, or another unit is below it. Move or end them first, then close the unit."),
        )
        return redirect(desk.url("unit", found.pk))
    messages.success(request, _("The unit “%(name)s” is closed.") % {"name": found.name})
    return redirect(desk.home)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Name, type, country, time zone and logo."""
    desk = whole_or_404(request, organisation)
    form = OrganisationForm(request.POST or parking.kept(request), request.FILES or None, instance=desk.organisation)
    if request.method == "POST" and form.is_valid():
        fresh = Organisation.objects.get(pk=desk.organisation.pk)
        old = fresh.logo.name
        fields = form.changes()
        rules.change_organisation(organisation=fresh, fields=fields, by=person_of(request), at=desk.at)
        if "logo" in fields and old:
            storage = fresh.logo.storage
            transaction.on_commit(lambda: storage.delete(old))
        messages.success(request, _("The settings of the organisation are saved."))
        return redirect(desk.url("settings"))
    if form.errors:
        # A form of a model fills it in while it checks: the page's head keeps what is kept.
        desk.organisation.refresh_from_db()
    context = desk.context("settings", form=form)
    return render(request, "academy/organisation/settings.html", context, status=422 if form.errors else 200)


def _can_be_closed(desk: Desk, parent: int | None) -> bool:
    return parent is not None and parent in desk.realm.units
