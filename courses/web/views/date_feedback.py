"""What somebody thinks who came to a date: kept without their name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.web import parking
from academy.web.access import signed_in
from courses.booking.errors import BookingUnknown
from courses.booking.queries.standing import booking_of
from courses.enrolments.errors import Refused
from courses.flows import attend
from courses.web.answers import person_of, refuse
from courses.web.date_forms import FeedbackForm
from courses.web.date_standing import card_of, rows_of

from .dates import address_of, date_or_404


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_feedback(request: HttpRequest, date: UUID) -> HttpResponse:
    """Three questions and two fields, for those who came and have not answered."""
    session, at, person = date_or_404(request, date), timezone.now(), person_of(request)
    if booking_of(person, session) is None:
        raise Http404
    if request.method != "POST" and not card_of(session, person, at).gives_feedback:
        return HttpResponseRedirect(address_of(session))
    form = FeedbackForm(request.POST if request.method == "POST" else parking.kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            attend.give_feedback(person=person, session_id=session.public_id, at=at, **form.cleaned_data)
        except BookingUnknown as why:
            raise Http404 from why
        except Refused as why:
            return refuse(request, why, address_of(session))
        parking.forget(request)
        messages.success(request, _("Thank you. Your answers are kept without your name."))
        return HttpResponseRedirect(address_of(session))
    context = {"row": rows_of([session], at)[0], "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/dates/feedback.html", context, status=status)
