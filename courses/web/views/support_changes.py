"""What administrators change for somebody: each with a reason, after a page that says what will follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.mail.errors import MailEmptied, MailWaits
from academy.mail.rules import resend
from academy.people.models import User
from academy.web import parking
from academy.web.access import signed_in
from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.flows import correct_attendance, correct_progress
from courses.flows.attend import AttendanceNoted
from courses.reports.queries import courses_of, today_for
from courses.web.answers import language, person_of
from courses.web.support_forms import PresenceForm, ProgressForm, ReasonForm
from courses.web.support_standing import MeetingRow, booking_row, mail_with
from curriculum.workshops.queries import workshops

from .support import person_or_404


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def support_mail_resend(request: HttpRequest, person: UUID, mail: UUID) -> HttpResponse:
    """Send a mail once more, as it was, to the address of today; where its words are gone, what to do instead."""
    _reach, who = person_or_404(request, person)
    row = mail_with(who, mail)
    if row is None:
        raise Http404
    form = ReasonForm(_data(request))
    if request.method == "POST" and not row.why_not and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            resend(mail=row.mail, person=who, reason=reason, by=person_of(request), at=timezone.now())
        except (MailWaits, MailEmptied):
            messages.warning(request, _("This mail cannot be sent again now. Nothing was changed."))
        else:
            messages.success(request, _("The mail is sent again."))
        parking.forget(request)
        return redirect("support_person", person=person)
    context = {"person": who, "row": row, "form": form}
    return render(request, "courses/support/mail.html", context, status=422 if request.method == "POST" else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def support_progress(request: HttpRequest, person: UUID) -> HttpResponse:
    """A lesson done or not done, a workshop credited or not: first what will follow, then the change."""
    _reach, who = person_or_404(request, person)
    by, at = person_of(request), timezone.now()
    form = ProgressForm(courses_of(who, language(), today_for(who, at)), workshops(language()), _data(request))
    context = {"person": who, "form": form, "heading": _("Correct progress")}
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        return _asked(request, context)
    change: dict[str, Any] = {"person": who, "item_key": form.key, "is_done": form.is_done, "by": by, "at": at}
    is_confirmed = "confirmed" in request.POST
    try:
        if is_confirmed:
            found = correct_progress.correct_progress(**change, reason=form.cleaned_data["reason"])
        else:
            found = correct_progress.rehearse(**change)
    except Refused as why:
        form.add_error("item", str(why))
        return _asked(request, context)
    if not found.changed:
        form.add_error("item", _("It stands so already."))
        return _asked(request, context)
    if not is_confirmed:
        return _confirm(request, context, _progress_follows(form, who, found.completed))
    return _done(request, who, _("The progress is corrected."))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def support_attendance(request: HttpRequest, person: UUID, booking: UUID, number: int) -> HttpResponse:
    """Whether somebody was at a part of a date: first what will follow, then the change."""
    _reach, who = person_or_404(request, person)
    by, at = person_of(request), timezone.now()
    row = booking_row(who, booking, at)
    part = next((part for part in row.parts if part.meeting.number == number), None) if row is not None else None
    if row is None or part is None or not part.can_be_corrected:
        raise Http404
    form = PresenceForm(_data(request))
    context = {"person": who, "form": form, "heading": _("Correct attendance"), "row": row, "part": part}
    if request.method != "POST" or "edit" in request.POST or not form.is_valid():
        return _asked(request, context)
    presence = form.cleaned_data["presence"]
    change: dict[str, Any] = {"booking": row.booking, "meeting": part.meeting, "presence": presence, "by": by, "at": at}
    try:
        if "confirmed" not in request.POST:
            foretold = correct_attendance.rehearse(**change)
            return _confirm(request, context, _attendance_follows(form, who, part, foretold, at))
        correct_attendance.correct_attendance(**change, reason=form.cleaned_data["reason"])
    except Refused as why:
        form.add_error("presence", str(why))
        return _asked(request, context)
    return _done(request, who, _("The attendance is corrected."))


def _data(request: HttpRequest) -> Any:
    """What was posted, or typed before the session ended."""
    return request.POST if request.method == "POST" else parking.kept(request)


def _asked(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form, with what was typed."""
    form: forms.Form = context["form"]
    is_wrong = request.method == "POST" and bool(form.errors)
    return render(request, "courses/support/change.html", context, status=422 if is_wrong else 200)


def _confirm(request: HttpRequest, context: dict[str, Any], follows: list[str]) -> HttpResponse:
    return render(request, "courses/support/confirm.html", context | {"follows": follows})


def _done(request: HttpRequest, who: User, said: str) -> HttpResponse:
    parking.forget(request)
    messages.success(request, said)
    return redirect("support_person", person=who.public_id)


def _progress_follows(form: ProgressForm, who: User, completed: list[Enrolment]) -> list[str]:
    """What a correction of progress leads to, in sentences."""
    words = _("“%(title)s” counts as done.") if form.is_done else _("“%(title)s” does not count as done any more.")
    return [words % {"title": form.title}, *(_completed(completed, who) or [_("Nothing is completed by it.")])]


def _attendance_follows(
    form: PresenceForm, who: User, part: MeetingRow, foretold: AttendanceNoted, at: Any
) -> list[str]:
    """What a correction of attendance leads to, in sentences."""
    said = [_("The attendance is noted as: %(presence)s.") % {"presence": form.presence_name}]
    if not part.meeting.session.is_over(at):
        return [*said, _("What follows from it is done when the date is over.")]
    if not foretold.noted:
        return [*said, _("Nothing else follows.")]
    if foretold.noted[0].is_complete:
        said.append(_("All of the date was attended: the workshop counts as done, with a statement of participation."))
    else:
        said.append(_("Not all of the date was attended: its statement of participation is revoked."))
    mine = [enrolment for each in foretold.consequences for enrolment in each.completed]
    return [*said, *_completed(mine, who)]


def _completed(enrolments: Iterable[Enrolment], who: User) -> list[str]:
    """What is completed for this person; a date that is concluded on the way may complete others' courses too."""
    words = _("This completes %(title)s and issues a certificate, which is told by mail.")
    return [words % {"title": each.item.title} for each in enrolments if each.person_id == who.pk]
