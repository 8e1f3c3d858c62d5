"""Assigning in one dialog: who, what, until when; on the same page what it asks for, and whether seats are missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from academy.people.models import Unit
from academy.web import parking
from courses.booking.queries.teams import Member, people_of
from courses.flows import assign_learning
from courses.web.answers import person_of
from courses.web.assign_forms import AssignForm, Kinds
from courses.web.assign_plan import Plan, choices, item_of, plan_of
from courses.web.planning_doors import is_first, new_mark, not_sent
from courses.web.team_doors import Reach, form_methods, in_tree, leads, reach_of

# A longer list helps nobody: people are then ticked on the board, or found by a rule.
MOST_IN_LIST = 200


@leads
@form_methods
def team_assign(request: HttpRequest) -> HttpResponse:
    """The dialog. Saved at once where there is nothing to warn of; else once the warning was on the page.

    A form without `who` comes from the board and names people (`person`, public ids) to begin with.
    """
    now, reach = timezone.now(), reach_of(request)
    is_sent = request.method == "POST" and "who" in request.POST
    data = request.POST if is_sent else parking.kept(request)
    form = _form(request, reach, data)
    plan = None
    if is_sent and form.is_valid():
        plan = plan_of(form, reach, now)
        wants_it = "look" not in request.POST
        if wants_it and (not plan.warns or request.POST.get("seen") == plan.seen):
            return _assign(request, form, reach, plan)
    context = {"form": form, "reach": reach, "plan": plan, "is_large": _is_large(reach)}
    return render(request, "courses/assign/assign.html", context, status=422 if is_sent and form.errors else 200)


@leads
@require_POST
def team_assign_look(request: HttpRequest) -> HttpResponse:
    """What the form as it stands would do, for the page while it is filled in; else nothing."""
    reach = reach_of(request)
    form = _form(request, reach, request.POST)
    plan = plan_of(form, reach, timezone.now()) if form.is_valid() else None
    return render(request, "courses/assign/plan.html", {"plan": plan})


def _assign(request: HttpRequest, form: AssignForm, reach: Reach, plan: Plan) -> HttpResponse:
    """Save it. The form sent twice assigns once."""
    mark = form.cleaned_data["mark"]
    if not is_first(request, mark):
        messages.success(request, _("This was assigned already. Nothing was changed."))
        return redirect("team_assignments")
    people = form.picked if form.is_picked else None
    try:
        made = assign_learning.assign(
            organisation=reach.organisation,
            unit=top_of(reach) if people is not None else form.unit,
            item=item_of(form),
            by=person_of(request),
            at=timezone.now(),
            picked=None if people is None else [person.pk for person in people],
            with_below=form.cleaned_data["below"],
            job=form.job if people is None else None,
            newcomers_only=form.cleaned_data["newcomers"] and people is None,
            due_on=form.due_on,
            due_days=form.due_days,
        )
    except Exception:
        not_sent(request, mark)
        raise
    parking.forget(request)
    words = ngettext("Assigned to %(count)s person.", "Assigned to %(count)s people.", plan.count)
    messages.success(request, words % {"count": plan.count})
    return redirect("team_assignment", made.pk)


def top_of(reach: Reach) -> Unit:
    """The unit that people who were picked work in or below: the highest that one leads."""
    return in_tree(reach.open_units or reach.units)[0][0]


def _form(request: HttpRequest, reach: Reach, data: QueryDict | None) -> AssignForm:
    chosen = request.POST.getlist("person") or request.POST.getlist("people")
    members = _members(reach, chosen)
    known = {str(member.person.public_id) for member in members}
    begin: dict[str, Any] = {
        "organisation": reach.organisation.slug,
        "mark": new_mark(),
        "who": AssignForm.PICKED if chosen else AssignForm.RULE,
        "people": [key for key in chosen if key in known],
        "unit": str(top_of(reach).pk),
        "below": True,
        "until": Kinds.ON,
    }
    return AssignForm(data, reach=reach, members=members, items=choices(), initial=begin)


def _members(reach: Reach, chosen: list[str]) -> list[Member]:
    """People to tick: all, or those who were chosen on the board. Three queries."""
    everybody = people_of(reach.unit_ids, reach.today, besides=reach.leader) if not _is_large(reach) else None
    if everybody is not None:
        return everybody
    known = {str(key) for key in reach.people().values_list("public_id", flat=True)} & set(chosen)
    found = people_of(reach.unit_ids, reach.today, besides=reach.leader) if known else []
    return [member for member in found if str(member.person.public_id) in known]


def _is_large(reach: Reach) -> bool:
    return reach.people()[: MOST_IN_LIST + 1].count() > MOST_IN_LIST
