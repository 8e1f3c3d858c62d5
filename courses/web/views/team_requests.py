"""Requests for more time: granted or not in one step, in the list or on the page that a mail leads to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from academy.templatetags.academy import day
from academy.web import parking
from courses.assignments.emails import called
from courses.assignments.enums import ExtensionState
from courses.assignments.errors import DutyOver, ExtensionAnswered, NoLaterDay
from courses.assignments.models import Extension
from courses.assignments.queries import today_in
from courses.flows import extend_time
from courses.web.answers import language, person_of
from courses.web.assign_forms import AnswerForm
from courses.web.team_doors import answers, form_methods, request_or_404, requests_to


@answers
@require_safe
def team_requests(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, each with the way to give it. A fixed number of queries."""
    rows = [
        {"extension": one, "name": called(one.duty.item, language()), "form": AnswerForm(one, today=_today(one))}
        for one in requests_to(request)
    ]
    return render(request, "courses/assign/requests.html", {"rows": rows})


@answers
@form_methods
def team_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One request. Reading the page answers nothing: a mail leads here."""
    extension = request_or_404(request, pk)
    is_granted = "grant" in request.POST
    data = request.POST if request.method == "POST" else parking.kept(request)
    form = AnswerForm(extension, data, today=_today(extension), is_granted=is_granted)
    if request.method == "POST" and (is_granted or "deny" in request.POST) and form.is_valid():
        done = _answer(request, extension, form, form.cleaned_data["granted_on"] if is_granted else None)
        if done is not None:
            return done
    duty = extension.duty
    context = {
        "extension": extension,
        "name": called(duty.item, language()),
        "form": form,
        "is_waiting": extension.state == ExtensionState.ASKED and duty.is_open,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/assign/answer.html", context, status=status)


def _today(extension: Extension) -> date:
    return today_in(extension.duty.organisation, timezone.now())


def _answer(
    request: HttpRequest, extension: Extension, form: AnswerForm, granted_on: date | None
) -> HttpResponse | None:
    """Grant it until a day, or not; None where the form has to be corrected."""
    who: dict[str, Any] = {"who": extension.duty.person.get_full_name()}
    try:
        extend_time.answer(
            extension=extension,
            granted_on=granted_on,
            words=form.cleaned_data["words"],
            by=person_of(request),
            at=timezone.now(),
        )
    except NoLaterDay:
        form.add_error("granted_on", _("The date has changed meanwhile. Choose a later day."))
        return None
    except (DutyOver, ExtensionAnswered):
        messages.warning(request, _("This request needs no answer any more. Nothing was changed."))
        return redirect("team_requests")
    parking.forget(request)
    if granted_on is None:
        messages.success(request, _("Not granted. %(who)s is told.") % who)
    else:
        words = _("Granted. %(who)s has until %(day)s and is told.")
        messages.success(request, words % (who | {"day": day(granted_on)}))
    return redirect("team_requests")
