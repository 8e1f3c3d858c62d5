"""Links from mails: a page with one button. Opening it changes nothing, whoever or whatever opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from academy.web.access import public
from courses.booking import tokens
from courses.booking.enums import BookingState
from courses.booking.errors import LinkOver
from courses.booking.models import Booking
from courses.booking.queries.sessions import find, place_in_list, zone_of
from courses.booking.queries.standing import find_booking
from courses.booking.tokens import Act
from courses.enrolments.errors import Refused
from courses.flows import book_seat, free_seat
from courses.web.date_standing import Card, card_of_booking, rows_of

FLOWS: dict[Act, Callable[..., Any]] = {
    Act.ACCEPT: book_seat.accept,
    Act.DECLINE: free_seat.decline,
    Act.CANCEL: free_seat.cancel,
}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def booking_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is for and its button; once it is used or over, where the booking stands.

    The link is the proof: it works signed out, for guests too, and whoever is signed in.
    """
    at = timezone.now()
    try:
        link, until = tokens.opened(token)
    except LinkOver:
        return _unknown(request)
    booking = find_booking(link.booking_id)
    if booking is None or link.act not in FLOWS:
        return _unknown(request)
    if request.method == "POST":
        if at < until:
            _do(link.act, booking, at)
        # Back to this page, which says where the booking stands now; the language stays in the address.
        return _quiet(HttpResponseRedirect(request.get_full_path()))
    zone = booking.person.time_zone if booking.person is not None else zone_of(booking.session)
    with timezone.override(ZoneInfo(zone)):
        return _quiet(render(request, "courses/dates/link.html", _context(link.act, booking, at, is_open=at < until)))


def _do(act: Act, booking: Booking, at: datetime) -> None:
    try:
        # `by` is whose link it is: nobody else was sent it. A guest is nobody with an account.
        FLOWS[act](booking_id=booking.public_id, by=booking.person, at=at)
    except Refused:
        # Pressed twice, or overtaken: the page that follows says how it stands.
        return


def _context(act: Act, booking: Booking, at: datetime, *, is_open: bool) -> dict[str, Any]:
    session = find(booking.session.public_id) or booking.session
    booking.session = session
    waits = place_in_list(booking) if booking.state == BookingState.WAITING else None
    card = card_of_booking(booking, at, waits)
    return {
        "act": act.value,
        "booking": booking,
        "card": card,
        "row": rows_of([session], at)[0],
        "asks": is_open and _is_possible(act, booking, card),
    }


def _is_possible(act: Act, booking: Booking, card: Card) -> bool:
    """Whether the button of the link would do something."""
    if not booking.session.is_coming or booking.state == BookingState.RESERVED or not booking.is_live:
        return False
    return card.can_cancel if act == Act.CANCEL else card.is_kept


def _unknown(request: HttpRequest) -> HttpResponse:
    return _quiet(render(request, "courses/dates/link_unknown.html", status=404))


def _quiet(response: HttpResponse) -> HttpResponse:
    """No search engine lists it, no cache keeps it, no other site learns its address.

    `same-origin`, not `no-referrer`: with that browsers send no Origin, and the post would be refused.
    """
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    add_never_cache_headers(response)
    return response
