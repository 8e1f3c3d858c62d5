"""What was assigned: the list, one assignment, another date, withdrawing it; and the same for one person alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from academy.people.enums import Looked
from academy.people.rules import note_looks
from academy.web import parking
from courses.assignments.emails import called
from courses.assignments.errors import AssignmentOver, DutyOver
from courses.assignments.models import Assignment, Duty
from courses.assignments.queries import today_in
from courses.flows import assign_learning, change_duty
from courses.web.answers import language, person_of
from courses.web.assign_forms import DueForm, Kinds, OneDateForm
from courses.web.assign_given import counted, history, people_in, still_to_give, told
from courses.web.team_doors import assignment_or_404, assignments_of, duty_or_404, form_methods, leads, reach_of

ON_A_PAGE = 20
PEOPLE_ON_A_PAGE = 50


@leads
@require_safe
def team_assignments(request: HttpRequest) -> HttpResponse:
    """What was assigned to one's units, the newest first; `?withdrawn=1`: what was taken back. Fixed queries."""
    reach = reach_of(request)
    is_over = request.GET.get("withdrawn") == "1"
    found = assignments_of(reach).filter(ended_at__isnull=not is_over)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = f"organisation={reach.organisation.slug}&" + ("withdrawn=1&" if is_over else "")
    context = {"rows": counted(list(page), reach), "page_obj": page, "reach": reach, "is_over": is_over, "query": query}
    return render(request, "courses/assign/assignments.html", context)


@leads
@form_methods
def team_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assignment: who stands how, another date (looked at before it is saved), what happened to it."""
    now = timezone.now()
    assignment, reach = assignment_or_404(request, pk)
    posted = request.POST if request.method == "POST" else parking.kept(request)
    form = DueForm(posted, today=reach.today, initial=_due_of(assignment))
    preview = None
    if request.method == "POST" and form.is_valid():
        if "save" in request.POST:
            return _change(request, assignment, form)
        preview = told(assignment, due_on=form.due_on, due_days=form.due_days, at=now)
    page = Paginator(people_in(assignment, reach), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    note_looks(
        viewer=reach.leader,
        what=Looked.BOARD,
        organisation=reach.organisation,
        people=[duty.person_id for duty in page],
        at=now,
        day=reach.today,
        unit=assignment.unit,
    )
    context = {
        "row": counted([assignment], reach)[0],
        "reach": reach,
        "page_obj": page,
        "form": form,
        "preview": preview,
        "is_previewed": preview is not None,
        "still_to_give": still_to_give(assignment, reach),
        "history": history(assignment, reach),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "courses/assign/assignment.html", context, status=status)


@leads
@form_methods
def team_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an assignment back, after a page that says for how many people."""
    assignment, reach = assignment_or_404(request, pk)
    if request.method == "POST":
        ended = assign_learning.withdraw(assignment=assignment, by=person_of(request), at=timezone.now())
        words = ngettext(
            "Withdrawn. %(count)s person need not do it any more.",
            "Withdrawn. %(count)s people need not do it any more.",
            len(ended),
        )
        messages.success(request, words % {"count": len(ended)})
        return redirect("team_assignments")
    return render(request, "courses/assign/withdraw.html", {"row": counted([assignment], reach)[0], "reach": reach})


@leads
@form_methods
def team_change_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date for one person."""
    duty = duty_or_404(request, pk)
    today = today_in(duty.organisation, timezone.now())
    data = request.POST if request.method == "POST" else parking.kept(request)
    form = OneDateForm(data, today=today, initial={"due_on": duty.due_on})
    if request.method == "POST" and form.is_valid():
        return _change_one(request, duty, form.cleaned_data["due_on"])
    context = {"duty": duty, "name": called(duty.item, language()), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/assign/change_date.html", context, status=status)


@leads
@form_methods
def team_end_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One person need not do it any more, after a page that says so."""
    duty = duty_or_404(request, pk)
    if request.method == "POST":
        try:
            change_duty.spare(duty=duty, by=person_of(request), at=timezone.now())
        except DutyOver:
            return _nothing_to_change(request, duty)
        words = _("%(who)s need not do it any more, and is told.")
        messages.success(request, words % {"who": duty.person.get_full_name()})
        return redirect("team_person", duty.person.public_id)
    context = {"duty": duty, "name": called(duty.item, language())}
    return render(request, "courses/assign/end_duty.html", context)


def _change(request: HttpRequest, assignment: Assignment, form: DueForm) -> HttpResponse:
    try:
        changed = assign_learning.change_date(
            assignment=assignment,
            due_on=form.due_on,
            due_days=form.due_days,
            by=person_of(request),
            at=timezone.now(),
        )
    except AssignmentOver:
        messages.warning(request, _("This assignment was withdrawn. Nothing was changed."))
        return redirect("team_assignment", assignment.pk)
    parking.forget(request)
    words = ngettext(
        "Saved. %(count)s person has another date and is told.",
        "Saved. %(count)s people have another date and are told.",
        len(changed),
    )
    messages.success(request, words % {"count": len(changed)})
    return redirect("team_assignment", assignment.pk)


def _change_one(request: HttpRequest, duty: Duty, due_on: date | None) -> HttpResponse:
    if due_on == duty.due_on:
        messages.success(request, _("The date is the same as before. Nobody was told anything."))
        return redirect("team_person", duty.person.public_id)
    try:
        change_duty.change_date(duty=duty, due_on=due_on, by=person_of(request), at=timezone.now())
    except DutyOver:
        return _nothing_to_change(request, duty)
    parking.forget(request)
    messages.success(request, _("Saved. %(who)s is told.") % {"who": duty.person.get_full_name()})
    return redirect("team_person", duty.person.public_id)


def _due_of(assignment: Assignment) -> dict[str, Any]:
    kind = Kinds.ON if assignment.due_on else Kinds.DAYS if assignment.due_days else Kinds.NONE
    return {"until": kind, "due_on": assignment.due_on, "due_days": assignment.due_days}


def _nothing_to_change(request: HttpRequest, duty: Duty) -> HttpResponse:
    messages.warning(request, _("It is completed or not required any more. Nothing was changed."))
    return redirect("team_person", duty.person.public_id)
