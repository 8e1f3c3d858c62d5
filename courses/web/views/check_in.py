"""Check-in from a phone: the trainer's camera opens somebody's code; one button notes them as there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from courses.booking import tokens
from courses.booking.access import may_run
from courses.booking.enums import BookingState, Presence
from courses.booking.errors import LinkOver
from courses.booking.models import Attendance, Booking, Meeting
from courses.booking.queries.attendance import open_meetings, seat_of
from courses.booking.queries.sessions import title_of
from courses.booking.rules.attending import Seen
from courses.booking.tokens import Act
from courses.enrolments.errors import Refused
from courses.flows.attend import CAN_BE_ATTENDED, note_attendance
from courses.web.answers import language, person_of


@dataclass(frozen=True)
class Now:
    """A meeting that is on now, which part of the date it is, and what is noted of the person."""

    meeting: Meeting
    part: int
    noted: Attendance | None

    @property
    def can_check_in(self) -> bool:
        """Whether the button is there: also for who was noted as absent and comes after all."""
        return self.noted is None or self.noted.presence == Presence.ABSENT


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Who it is and which meeting is on; opening the page changes nothing, the button does."""
    booking = _booking(request, token)
    if request.method != "POST" and (address := _in_own_language(request, token)):
        return redirect(address)
    meetings = list(booking.session.meetings.order_by("starts_at", "pk"))
    noted = {row.meeting_id: row for row in booking.attendances.all()}
    has_seat = booking.state == BookingState.BOOKED and booking.session.state in CAN_BE_ATTENDED
    current = open_meetings(meetings, timezone.now()) if has_seat else []
    on_now = [Now(meeting, meetings.index(meeting) + 1, noted.get(meeting.pk)) for meeting in current]
    if request.method == "POST":
        chosen = next((now for now in on_now if str(now.meeting.number) == request.POST.get("meeting")), None)
        _note(request, booking, chosen)
        return redirect("check_in", token=token)
    title, title_language = title_of(booking.session, language())
    context = {"booking": booking, "session": booking.session, "title": title, "title_language": title_language,
               "on_now": on_now, "count": len(meetings), "has_seat": has_seat,
               "list_of": (current or meetings)[0] if meetings else None}  # fmt: skip
    return render(request, "courses/attendance/check_in.html", context)


def _booking(request: HttpRequest, token: str) -> Booking:
    """The booking whose code this is, for who runs its date; 404 for all others and for what is no code."""
    try:
        link = tokens.read(token, timezone.now())
    except LinkOver as why:
        raise Http404 from why
    booking = seat_of(link.booking_id) if link.act == Act.CHECK_IN else None
    if booking is None or not may_run(request.user, booking.session):
        raise Http404
    return booking


def _note(request: HttpRequest, booking: Booking, now: Now | None) -> None:
    """Note the person as there, once."""
    if now is None:
        messages.warning(request, _("This part is not on now. Nothing was changed."))
        return
    if not now.can_check_in:
        return
    try:
        note_attendance(
            meeting=now.meeting,
            seen={booking.pk: Seen(Presence.FULL, now.noted.note if now.noted else "")},
            by=person_of(request),
            at=timezone.now(),
        )
    except Refused as why:
        messages.warning(request, str(why))


def _in_own_language(request: HttpRequest, token: str) -> str:
    """The same page in the trainer's language, if the camera opened it in that of the person with the code."""
    own = person_of(request).language
    if own == language() or request.headers.get("Sec-Fetch-Site", "none") != "none":
        return ""
    with translation.override(own):
        query = f"?{urlencode(request.GET)}" if request.GET else ""
        return reverse("check_in", args=[token]) + query
