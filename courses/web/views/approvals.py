"""A request for a seat: said yes or no to by who leads the person, or by the trainer where nobody does."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.people.access import LEADERS, roles_of
from academy.web import parking
from academy.web.access import signed_in
from courses.booking.access import may_approve
from courses.booking.enums import BookingState
from courses.booking.queries import teams
from courses.booking.queries.sessions import title_of
from courses.enrolments.errors import Refused
from courses.flows import book_seat
from courses.web.answers import language, person_of, refuse
from courses.web.seats_forms import ReasonForm

from .seats import came_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, booking: UUID) -> HttpResponse:
    """One request: who, which date, how many seats are left, what overlaps; yes, or no with a reason.

    No role opens it: who may answer is a matter of the request, and a trainer of the date may be anybody.
    """
    now = timezone.now()
    asked = teams.request_of(booking, timezone.localdate(now))
    if asked is None or not may_approve(request.user, asked.booking):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(posted or parking.kept(request))
    if posted is not None and ("yes" in posted or ("no" in posted and form.is_valid())):
        who = asked.booking.shown_name
        try:
            if "yes" in posted:
                step = book_seat.approve(booking_id=booking, by=person_of(request), at=now)
                said = came_of(step, who)
            else:
                reason = form.cleaned_data["reason"]
                book_seat.refuse(booking_id=booking, by=person_of(request), at=now, reason=reason)
                said = _("Not approved. %(who)s is told by mail.") % {"who": who}
        except Refused as why:
            return refuse(request, why, request.path)
        parking.forget(request)
        messages.success(request, said)
        leads = roles_of(request.user) & set(LEADERS)
        return redirect("team_seats") if leads else redirect("approval", booking)
    session = asked.booking.session
    title, title_language = title_of(session, language())
    context = {
        "asked": asked,
        "standing": teams.numbered([asked.booking])[0],
        "date": session,
        "title": title,
        "title_language": title_language,
        "form": form,
        "is_open": asked.booking.state == BookingState.ASKED and session.is_coming and not session.has_begun(now),
    }
    status = 422 if posted is not None else 200
    return render(request, "courses/seats/approval.html", context, status=status)
