"""The learner's side of required learning: more time, asked for and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.web import parking
from academy.web.access import signed_in
from courses.assignments.emails import asked_by, called
from courses.assignments.enums import ExtensionState
from courses.assignments.errors import DutyOver, ExtensionAnswered, ExtensionWaits, NoLaterDay
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import duties_of, today_in
from courses.flows import extend_time
from courses.web.answers import language, person_of
from courses.web.assign_forms import MoreTimeForm
from courses.web.team_doors import form_methods


@signed_in
@form_methods
def required_more_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more time, see how the request stands, take it back. One's own alone."""
    duty = duties_of(request.user).filter(pk=pk).first()
    if duty is None:
        raise Http404
    if request.method == "POST" and "back" in request.POST:
        return _take_back(request, duty)
    form = None
    waiting = Extension.objects.filter(duty=duty, state=ExtensionState.ASKED).first()
    if duty.is_open and duty.due_on is not None and waiting is None:
        data = request.POST if request.method == "POST" else parking.kept(request)
        form = MoreTimeForm(data, due_on=duty.due_on, today=today_in(duty.organisation, timezone.now()))
        if request.method == "POST" and form.is_valid() and (done := _ask(request, duty, form)) is not None:
            return done
    last = Extension.objects.filter(duty=duty).select_related("decided_by").order_by("-asked_at", "-pk").first()
    context = {
        "duty": duty,
        "name": called(duty.item, language()),
        "asked_by": asked_by(duty.assignment),
        "form": form,
        "waiting": waiting,
        "last": last if waiting is None else None,
    }
    is_wrong = request.method == "POST" and form is not None
    return render(request, "courses/required/more_time.html", context, status=422 if is_wrong else 200)


def _ask(request: HttpRequest, duty: Duty, form: MoreTimeForm) -> HttpResponse | None:
    try:
        extend_time.ask(
            duty=duty,
            wanted_on=form.cleaned_data["wanted_on"],
            why=form.cleaned_data["why"],
            by=person_of(request),
            at=timezone.now(),
        )
    except NoLaterDay:
        form.add_error("wanted_on", _("The date has changed meanwhile. Load the page again and choose a later day."))
        return None
    except ExtensionWaits:
        messages.warning(request, _("Your request waits for an answer already."))
    except DutyOver:
        messages.warning(request, _("It is completed or not required any more. Nothing was asked for."))
        return redirect("my_learning")
    else:
        messages.success(request, _("Asked. You are told as soon as somebody answers."))
    parking.forget(request)
    return redirect("required_more_time", duty.pk)


def _take_back(request: HttpRequest, duty: Duty) -> HttpResponse:
    waiting = Extension.objects.filter(duty=duty, state=ExtensionState.ASKED).select_related("duty").first()
    try:
        if waiting is None:
            raise ExtensionAnswered
        extend_time.take_back(extension=waiting, by=person_of(request), at=timezone.now())
    except ExtensionAnswered:
        messages.warning(request, _("Somebody answered it meanwhile, or it was taken back before."))
    else:
        messages.success(request, _("Taken back. The date stays as it is."))
    return redirect("required_more_time", duty.pk)
