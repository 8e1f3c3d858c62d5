"""Who works in an organisation, where, and who may what there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.people import rules
from academy.people.access import units_below
from academy.people.enums import Role
from academy.people.errors import LastAdministrator, UnitClosed
from academy.people.models import Membership, RoleGrant, User
from academy.people.workplaces import invited, people_of, tree
from academy.web import parking
from academy.web.access import person_of, signed_in
from academy.web.organisation_doors import LAST_ADMINISTRATOR, Desk, colleague_or_404, desk_or_404, unit_or_404
from academy.web.organisation_forms import FindForm, JobForm, LastDayForm, MembershipForm, RoleForm

PAGE = 30


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, organisation: str) -> HttpResponse:
    """Who works here, by unit and by a part of their name.

    The name stands in the session: in an address it would end up in logs and in the browser's history.
    """
    desk = desk_or_404(request, organisation)
    branches = tree(desk.organisation, desk.realm.units, desk.today)
    kept = f"organisation_wanted:{desk.organisation.pk}"
    if request.method == "POST":
        form = FindForm(request.POST, branches=branches)
        if form.is_valid():
            request.session[kept] = form.cleaned_data["wanted"]
            unit = form.cleaned_data["unit"]
            return redirect(desk.url("people") + (f"?unit={unit.pk}" if unit else ""))
        return render(request, "academy/organisation/people.html", desk.context("people", form=form), status=422)
    wanted, units, unit = request.session.get(kept, ""), desk.realm.units, request.GET.get("unit", "")
    if unit.isascii() and unit.isdigit():
        units = units & frozenset(units_below(unit_or_404(desk, int(unit))))
    found = _shown(people_of(units, desk.today), desk)
    if wanted:
        found = found.filter(Q(display_name__icontains=wanted) | Q(email__icontains=wanted))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = desk.context(
        "people",
        form=FindForm(branches=branches, initial={"wanted": wanted, "unit": unit}),
        page_obj=page,
        wanted=wanted,
        query=f"unit={unit}&" if unit else "",
        waiting=invited(units).count(),
    )
    return render(request, "academy/organisation/people.html", context)


@signed_in
@require_safe
def person(request: HttpRequest, organisation: str, person: UUID) -> HttpResponse:
    """Where somebody works here, and what they may do."""
    desk = desk_or_404(request, organisation)
    who = colleague_or_404(desk, person)
    memberships = _memberships(desk, who)
    context = desk.context(
        "people",
        person=who,
        memberships=[row for row in memberships if row.until_day is None or row.until_day >= desk.today],
        former=[row for row in memberships if row.until_day is not None and row.until_day < desk.today],
        roles=_roles(desk).filter(person=who),
    )
    return render(request, "academy/organisation/person.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def membership_new(request: HttpRequest, organisation: str, person: UUID) -> HttpResponse:
    """Somebody works in another unit as well."""
    desk = desk_or_404(request, organisation)
    who = colleague_or_404(desk, person)
    branches = tree(desk.organisation, desk.realm.units, desk.today)
    form = MembershipForm(request.POST or parking.kept(request), branches=branches, today=desk.today)
    if request.method == "POST" and form.is_valid():
        try:
            rules.join(person=who, by=person_of(request), at=desk.at, **form.cleaned_data)
        except UnitClosed:
            form.add_error("unit", _("This unit is closed. Choose another one."))
        else:
            messages.success(request, _("Saved."))
            return redirect(desk.url("person", who.public_id))
    return _form(request, desk, "membership_new", form, person=who)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest, organisation: str, person: UUID, membership: int) -> HttpResponse:
    """Another job in a unit, or the last day there."""
    desk = desk_or_404(request, organisation)
    who = colleague_or_404(desk, person)
    found = get_object_or_404(_memberships(desk, who), pk=membership)
    does = request.POST.get("do", "")
    posted = request.POST if request.method == "POST" else parking.kept(request)
    job = JobForm(posted if does == "job" else None, initial={"job": found.job_id})
    end = LastDayForm(posted if does == "end" else None, begun=found.from_day, today=desk.today)
    if does == "job" and job.is_valid():
        rules.change_job(membership=found, job=job.cleaned_data["job"], by=person_of(request), at=desk.at)
    elif does == "end" and end.is_valid():
        rules.leave(membership=found, last_day=end.cleaned_data["last_day"], by=person_of(request), at=desk.at)
    else:
        form = end if does == "end" else job
        return _form(request, desk, "membership", form, person=who, membership=found, job=job, end=end)
    messages.success(request, _("Saved."))
    return redirect(desk.url("person", who.public_id))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leaves(request: HttpRequest, organisation: str, person: UUID) -> HttpResponse:
    """Somebody's last day: in all units that one administers, and with every role there."""
    desk = desk_or_404(request, organisation)
    who = colleague_or_404(desk, person)
    form = LastDayForm(request.POST or parking.kept(request), begun=None, today=desk.today)
    if request.method == "POST" and form.is_valid():
        try:
            rules.leave_organisation(
                person=who,
                organisation=desk.organisation,
                last_day=form.cleaned_data["last_day"],
                by=person_of(request),
                at=desk.at,
                units=desk.realm.units,
            )
        except LastAdministrator:
            form.add_error(None, LAST_ADMINISTRATOR)
        else:
            messages.success(request, _("Saved. What was required of them here is required no more after that day."))
            return redirect(desk.url("people"))
    return _form(request, desk, "leaves", form, person=who)


# -- roles ------------------------------------------------------------------------------------------------------------
@signed_in
@require_safe
def roles(request: HttpRequest, organisation: str) -> HttpResponse:
    """Who may what, for which unit, until when."""
    desk = desk_or_404(request, organisation)
    page = Paginator(_roles(desk), PAGE).get_page(request.GET.get("page"))
    # Who reaches in from a competence centre; the platform's administrators give and end these.
    shared = RoleGrant.objects.on(desk.today).filter(centre__organisations=desk.organisation)
    shared = shared.select_related("centre", "person").order_by("person__display_name", "pk")
    return render(request, "academy/organisation/roles.html", desk.context("roles", page_obj=page, shared=shared))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def role_new(request: HttpRequest, organisation: str, person: UUID) -> HttpResponse:
    """Give somebody a role for a unit and all below it."""
    desk = desk_or_404(request, organisation)
    who = colleague_or_404(desk, person)
    branches = tree(desk.organisation, desk.realm.units, desk.today)
    form = RoleForm(request.POST or parking.kept(request), branches=branches, today=desk.today)
    if request.method == "POST" and form.is_valid():
        rules.grant_role(
            person=who,
            role=Role(form.cleaned_data["role"]),
            unit=form.cleaned_data["unit"],
            from_day=min(desk.today, timezone.localdate(desk.at)),
            until_day=form.cleaned_data["until_day"],
            by=person_of(request),
            at=desk.at,
        )
        messages.success(request, _("The role is given. It holds from now on."))
        return redirect(desk.url("person", who.public_id))
    return _form(request, desk, "role_new", form, person=who)


@signed_in
@require_POST
def role_end(request: HttpRequest, organisation: str, grant: int) -> HttpResponse:
    """End a role: it holds no more from now on."""
    desk = desk_or_404(request, organisation)
    found = get_object_or_404(_roles(desk), pk=grant)
    # Yesterday was its last day: a manager who is none any more sees nothing from the next click on. Doors count days
    # in UTC, where it may be the day before.
    yesterday = min(desk.today, timezone.localdate(desk.at)) - timedelta(days=1)
    try:
        rules.end_role_in_organisation(grant=found, last_day=yesterday, by=person_of(request), at=desk.at)
    except LastAdministrator:
        messages.error(request, LAST_ADMINISTRATOR)
    else:
        messages.success(
            request,
            _("%(name)s holds the role “%(role)s” no more.")
            % {"name": found.person.get_full_name(), "role": found.get_role_display()},
        )
    return redirect(desk.url("roles"))


# ---------------------------------------------------------------------------------------------------------------------
def _memberships(desk: Desk, who: User) -> QuerySet[Membership]:
    found = Membership.objects.filter(person=who, unit_id__in=desk.realm.units)
    return found.select_related("unit", "job", "person").order_by("-from_day", "-pk")


def _roles(desk: Desk) -> QuerySet[RoleGrant]:
    """Roles for these units that hold today or later."""
    found = RoleGrant.objects.filter(unit_id__in=desk.realm.units).exclude(until_day__lt=desk.today)
    return found.select_related("unit", "person").order_by("person__display_name", "role", "pk")


def _shown(found: QuerySet[User], desk: Desk) -> QuerySet[User]:
    """With the units and roles that the list shows. Two queries more, however many people."""
    there = Membership.objects.on(desk.today).filter(unit_id__in=desk.realm.units)
    held = RoleGrant.objects.on(desk.today).filter(unit_id__in=desk.realm.units)
    return found.prefetch_related(
        Prefetch("memberships", there.select_related("unit", "job").order_by("unit__name", "pk"), to_attr="works"),
        Prefetch("role_grants", held.select_related("unit").order_by("role", "pk"), to_attr="holds"),
    )


def _form(request: HttpRequest, desk: Desk, name: str, form: Any, **more: Any) -> HttpResponse:
    context = desk.context("people", form=form, **more)
    return render(request, f"academy/organisation/{name}.html", context, status=422 if form.errors else 200)
