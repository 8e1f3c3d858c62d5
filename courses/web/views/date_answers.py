"""What a date asks those who come: answered or changed after booking, by who was booked by somebody else too."""

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
from courses.booking.models import SessionQuestion, SignUpAnswer
from courses.booking.queries.standing import booking_of
from courses.enrolments.errors import Refused
from courses.flows import book_seat
from courses.web.answers import person_of, refuse
from courses.web.date_forms import AnswersForm
from courses.web.date_standing import rows_of

from .dates import address_of, date_or_404


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_answers(request: HttpRequest, date: UUID) -> HttpResponse:
    """The questions with one's own answers, until the date begins."""
    session, at = date_or_404(request, date), timezone.now()
    booking = booking_of(person_of(request), session)
    questions = list(SessionQuestion.objects.filter(session=session))
    if booking is None or not questions:
        raise Http404
    answered = dict(SignUpAnswer.objects.filter(booking=booking).values_list("question_id", "value"))
    posted = request.POST if request.method == "POST" else parking.kept(request)
    form = AnswersForm(session, questions, posted, answered)
    if request.method == "POST" and form.is_valid():
        try:
            book_seat.answer(booking_id=booking.public_id, answers=form.answers, at=at)
        except Refused as why:
            return refuse(request, why, address_of(session))
        parking.forget(request)
        messages.success(request, _("Your answers are saved."))
        return HttpResponseRedirect(address_of(session))
    context = {"row": rows_of([session], at)[0], "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/dates/answers.html", context, status=status)
