"""Training from elsewhere, for the person: reported with evidence, changed or withdrawn until it is answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.web import parking
from academy.web.access import signed_in
from courses.enrolments.errors import Refused
from courses.outside import rules
from courses.outside.access import can_decide, deciders_of
from courses.outside.errors import AnsweredAlready
from courses.outside.models import OutsideTraining
from courses.outside.queries import find, of_person
from courses.web.answers import language, person_of, refuse
from courses.web.outside_forms import TrainingForm
from curriculum.competences.queries import competence_names


@signed_in
@require_safe
def my_trainings(request: HttpRequest) -> HttpResponse:
    """All that the person has reported, and how it stands."""
    return render(request, "courses/outside/trainings.html", {"trainings": of_person(request.user)})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report_training(request: HttpRequest) -> HttpResponse:
    """The form for another one."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        person = person_of(request)
        try:
            training = rules.report(details=form.details, evidence=form.evidence, by=person, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            parking.forget(request)
            messages.success(request, _("Reported. You are told by mail when it is answered."))
            return redirect("my_training", training.public_id)
    context = {"form": form, "answers": _names(deciders_of(request.user))}
    return render(request, "courses/outside/report.html", context, status=422 if request.method == "POST" else 200)


@signed_in
@require_safe
def my_training(request: HttpRequest, training: UUID) -> HttpResponse:
    """One report and how it stands."""
    found = own_or_404(request, training)
    answers = _names(deciders_of(request.user)) if found.is_waiting else ""
    context = {"training": found, "competence": competence_name(found), "answers": answers}
    return render(request, "courses/outside/training.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_training(request: HttpRequest, training: UUID) -> HttpResponse:
    """The form of a report that waits."""
    found = own_or_404(request, training)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            rules.change(
                public_id=training,
                details=form.details,
                evidence=form.evidence,
                drops_file=form.drops_file,
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as why:
            return refuse(request, why, _address(found))
        parking.forget(request)
        messages.success(request, _("Changed."))
        return redirect("my_training", training)
    if not found.is_waiting:
        return refuse(request, AnsweredAlready(), _address(found))
    context = {"form": form, "training": found}
    return render(request, "courses/outside/change.html", context, status=422 if request.method == "POST" else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_training(request: HttpRequest, training: UUID) -> HttpResponse:
    """Asks once, then takes the report back."""
    found = own_or_404(request, training)
    if request.method == "POST":
        try:
            rules.withdraw(public_id=training, by=person_of(request), at=timezone.now())
        except Refused as why:
            return refuse(request, why, _address(found))
        messages.success(request, _("Withdrawn. Nobody but you sees this report any more."))
        return redirect("my_trainings")
    if not found.is_waiting:
        return refuse(request, AnsweredAlready(), _address(found))
    return render(request, "courses/outside/withdraw.html", {"training": found})


@signed_in
@require_safe
def training_file(request: HttpRequest, training: UUID) -> HttpResponseBase:
    """The evidence, for the person and who may answer: as a download and never shown inside a page."""
    found = find(training)
    if found is None or not (found.person_id == request.user.pk or can_decide(request.user, found)):
        raise Http404
    if not found.file or not found.file.storage.exists(str(found.file.name)):
        raise Http404
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def own_or_404(request: HttpRequest, public_id: UUID) -> OutsideTraining:
    """A report of the person's own."""
    found = find(public_id)
    if found is None or found.person_id != request.user.pk:
        raise Http404
    return found


def competence_name(training: OutsideTraining) -> Any:
    """The competence for the reader, None for none. Two queries, none without one."""
    return competence_names(language()).get(training.competence) if training.competence else None


def _address(training: OutsideTraining) -> str:
    """Where a report stands."""
    return reverse("my_training", args=[training.public_id])


def _form(request: HttpRequest, training: OutsideTraining | None = None) -> TrainingForm:
    if request.method == "POST":
        return TrainingForm(language(), request.POST, request.FILES, training=training)
    return TrainingForm(language(), parking.kept(request), training=training)


def _names(people: list[Any]) -> str:
    """Who answers, as far as a line holds them; none where it is a whole team of trainers."""
    return ", ".join(person.get_full_name() for person in people) if len(people) <= 3 else ""
