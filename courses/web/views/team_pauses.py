"""Somebody of the team is away: from when until when, and what that does to their dates. Never why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from academy.people import rules
from academy.people.errors import PauseOverlaps
from academy.people.models import Pause, User
from academy.web import parking
from courses.assignments.due import Away
from courses.web.answers import person_of
from courses.web.assign_forms import LastDayForm, PauseForm
from courses.web.pause_effects import Effects, effects_of
from courses.web.team_doors import Reach, form_methods, leads, person_or_404

# So long a pause that is over can still be put right.
SHOWN = timedelta(days=90)
# Longer ones are no number of a pause.
LONGEST_NUMBER = 19


@leads
@form_methods
def team_pause(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note days away, end them sooner, take them back."""
    person, reaches = person_or_404(request, public_id)
    if request.method == "POST" and "pause" in request.POST:
        return _change(request, person, reaches)
    data = request.POST if request.method == "POST" else parking.kept(request)
    form = PauseForm(data, reaches=reaches, organisation=request.GET.get("organisation", ""))
    effects = None
    if request.method == "POST" and form.is_valid():
        if "look" in request.POST:
            effects = _effects(person, form)
        elif _save(request, person, form):
            return redirect("team_pause", public_id)
    return _page(request, person, reaches, form, effects)


@leads
@require_POST
def team_pause_look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the form as it stands would do, for the page while it is filled in."""
    person, reaches = person_or_404(request, public_id)
    form = PauseForm(request.POST, reaches=reaches)
    effects = _effects(person, form) if form.is_valid() else None
    return render(request, "courses/assign/effects.html", {"effects": effects})


def _page(
    request: HttpRequest,
    person: User,
    reaches: list[Reach],
    form: PauseForm,
    effects: Effects | None = None,
    changed: LastDayForm | None = None,
) -> HttpResponse:
    since = reaches[0].today - SHOWN
    pauses = _pauses(person, reaches).filter(Q(until_day=None) | Q(until_day__gte=since)).order_by("-from_day", "-pk")
    rows = []
    for pause in pauses:
        own = LastDayForm(pause.pk, pause.from_day, pause.until_day)
        rows.append((pause, changed if changed is not None and changed.prefix == own.prefix else own))
    context = {
        "person": person,
        "form": form,
        "effects": effects,
        "rows": rows,
        "has_organisations": len(reaches) > 1,
        "today": reaches[0].today,
    }
    is_wrong = request.method == "POST" and bool(form.errors or (changed is not None and changed.errors))
    return render(request, "courses/assign/pause.html", context, status=422 if is_wrong else 200)


def _save(request: HttpRequest, person: User, form: PauseForm) -> bool:
    try:
        rules.pause(
            person=person,
            organisation=form.reach.organisation,
            from_day=form.cleaned_data["from_day"],
            until_day=form.cleaned_data["until_day"],
            by=person_of(request),
            at=timezone.now(),
        )
    except PauseOverlaps:
        form.add_error("from_day", _("Some of these days are noted already. Change them below."))
        return False
    parking.forget(request)
    messages.success(request, _("Saved. Due dates wait meanwhile, and nobody is reminded."))
    return True


def _change(request: HttpRequest, person: User, reaches: list[Reach]) -> HttpResponse:
    """Another last day of a pause, or the pause taken back."""
    number = request.POST["pause"]
    pause = (
        _pauses(person, reaches).filter(pk=number).first()
        if number.isdecimal() and len(number) < LONGEST_NUMBER
        else None
    )
    if pause is None:
        raise Http404
    if "back" in request.POST:
        rules.change_pause(
            pause=pause, until_day=pause.from_day - timedelta(days=1), by=person_of(request), at=timezone.now()
        )
        messages.success(request, _("Taken back. Due dates are as they were."))
        return redirect("team_pause", person.public_id)
    form = LastDayForm(pause.pk, pause.from_day, pause.until_day, request.POST)
    if form.is_valid():
        try:
            rules.change_pause(
                pause=pause, until_day=form.cleaned_data["until_day"], by=person_of(request), at=timezone.now()
            )
        except PauseOverlaps:
            form.add_error("until_day", _("Some of these days are noted already."))
        else:
            messages.success(request, _("Saved. Due dates follow."))
            return redirect("team_pause", person.public_id)
    return _page(request, person, reaches, PauseForm(None, reaches=reaches), changed=form)


def _pauses(person: User, reaches: list[Reach]) -> QuerySet[Pause]:
    organisations = [reach.organisation for reach in reaches]
    return Pause.objects.filter(person=person, organisation__in=organisations).select_related("organisation")


def _effects(person: User, form: PauseForm) -> Effects:
    return effects_of(person, form.reach, Away(form.cleaned_data["from_day"], form.cleaned_data["until_day"]))
