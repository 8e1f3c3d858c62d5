"""A date of a workshop: what it is, where one stands, booking, cancelling, answering, joining."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.templatetags.academy import day
from academy.web import parking
from academy.web.access import public, signed_in
from academy.website.addresses import Crumb, crumbs
from courses.booking import tokens
from courses.booking.access import may_run
from courses.booking.enums import Availability, BookingState
from courses.booking.errors import BookedAlready, BookingClosed, NotForYou, NotOpen
from courses.booking.models import BookingChange, SessionQuestion, WorkshopSession
from courses.booking.queries.clashes import clashes_of_person, stretches_of
from courses.booking.queries.sessions import doors_open, find, place_in_list, was_opened
from courses.booking.queries.standing import booking_of, seats_of
from courses.booking.tokens import Act
from courses.enrolments.errors import Refused
from courses.flows import book_seat, free_seat
from courses.web.answers import person_of, refuse
from courses.web.date_forms import BookForm
from courses.web.date_standing import (
    NOT_FOR_YOU,
    Card,
    DatePage,
    card_of,
    date_page,
    joins_online,
    rows_of,
)

# So long after a date its code can still be read: who came is noted in the evening.
CODE_KEPT = timedelta(days=1)


@public
@require_safe
def workshop_date(request: HttpRequest, date: UUID) -> HttpResponse:
    """The page of a date."""
    session = date_or_404(request, date)
    person = person_of(request) if request.user.is_authenticated else None
    shown = date_page(session, person, timezone.now())
    context = {
        "shown": shown,
        "crumbs": _way_to(shown),
        "row": shown.row,
        "card": shown.card,
        "calendar_url": reverse("date_ics", args=[session.public_id]),
        "desk_url": reverse("session_desk", args=[session.public_id]) if shown.is_run_by_reader else "",
        "reserve_url": reverse("reserve_seats", args=[session.public_id]) if shown.is_led_by_reader else "",
        "book_for_url": reverse("book_for", args=[session.public_id]) if shown.is_led_by_reader else "",
    }
    return render(request, "courses/dates/date.html", context)


def _way_to(shown: DatePage) -> list[Crumb]:
    """The pages above a date: where its format stands, and the format. No query."""
    if shown.format is None or shown.session.starts_at is None:
        return []
    language, row = get_language() or "", shown.row
    above = crumbs(shown.session.item.key, language)
    return [
        *above,
        Crumb(row.title, row.title_language, shown.format.url),
        Crumb(day(shown.session.starts_at), language, ""),
    ]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_book(request: HttpRequest, date: UUID) -> HttpResponse:
    """What booking needs to know, and one button. Who cannot book finds the reason on the date's page."""
    session, at, person = date_or_404(request, date), timezone.now(), person_of(request)
    address = address_of(session)
    card = card_of(session, person, at)
    if not card.can_book:
        return refuse(request, _why_not(card), address) if request.method == "POST" else HttpResponseRedirect(address)
    seats = seats_of(session)
    clashes = clashes_of_person(person, stretches_of(session.meetings.all()), besides=session.pk)
    posted = request.POST if request.method == "POST" else parking.kept(request)
    questions = list(SessionQuestion.objects.filter(session=session))
    form = BookForm(session, seats, questions, clashes, posted)
    if request.method == "POST" and form.is_valid():
        return _book(request, session, form, at)
    context = {
        "row": rows_of([session], at)[0],
        "form": form,
        "seats": seats,
        "clashes": clashes,
        "is_blocked": bool(clashes) and settings.BOOKING_OVERLAPS == "block",
        "is_free": any(each.is_free for each in seats),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "courses/dates/book.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_cancel(request: HttpRequest, date: UUID) -> HttpResponse:
    """One question, then the seat goes to the next person."""
    session, at = date_or_404(request, date), timezone.now()
    address = address_of(session)
    booking = booking_of(person_of(request), session)
    if request.method != "POST":
        card = card_of(session, person_of(request), at)
        if not card.can_cancel:
            return HttpResponseRedirect(address)
        context = {"row": rows_of([session], at)[0], "card": card}
        return render(request, "courses/dates/cancel.html", context)
    if booking is None:
        messages.warning(request, _("You have no booking for this date any more. Nothing was changed."))
        return HttpResponseRedirect(address)
    had = booking.state
    try:
        steps = free_seat.cancel(booking_id=booking.public_id, by=person_of(request), at=at)
    except Refused as why:
        return refuse(request, why, address)
    messages.success(request, said_of_cancelled(had, goes_on=len(steps) > 1))
    return HttpResponseRedirect(address)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_accept(request: HttpRequest, date: UUID) -> HttpResponse:
    """Take the seat that is kept."""
    said = _("Your seat is booked. The date is on its way to your mailbox.")
    return _answer(request, date, book_seat.accept, said, done=BookingState.BOOKED)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def date_decline(request: HttpRequest, date: UUID) -> HttpResponse:
    """Let the seat that is kept go to the next person."""
    return _answer(request, date, free_seat.decline, said_of_cancelled(BookingState.OFFERED))


@signed_in
@require_safe
def date_join(request: HttpRequest, date: UUID) -> HttpResponse:
    """To the online room, for those who have a seat, while it is open; for all others to the date's page."""
    session, at = date_or_404(request, date), timezone.now()
    booking = booking_of(person_of(request), session)
    is_in = booking is not None and booking.state == BookingState.BOOKED and joins_online(booking)
    is_open = any(doors_open(meeting, at) for meeting in session.meetings.all())
    opens = session.is_coming and session.is_online and ((is_in and is_open) or may_run(request.user, session))
    response = HttpResponseRedirect(session.join_url if opens else address_of(session))
    # Neither the room nor its provider learns from where somebody comes, and no cache keeps the way in.
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


@signed_in
@require_safe
def date_code(request: HttpRequest, date: UUID) -> HttpResponse:
    """The person's own code, which the trainer reads with a phone at the door."""
    session = date_or_404(request, date)
    booking = booking_of(person_of(request), session)
    if booking is None or booking.state != BookingState.BOOKED or session.ends_at is None:
        raise Http404
    address = reverse("check_in", args=[tokens.make(booking.public_id, Act.CHECK_IN, session.ends_at + CODE_KEPT)])
    target = io.BytesIO()
    # White behind it, whatever the theme: phones read dark on light. A screen is not soiled: little to correct, larger
    # squares to read.
    segno.make(settings.BASE_URL + address, error="l", micro=False).save(
        target, kind="svg", border=4, scale=4, dark="#000", light="#fff"
    )
    response = HttpResponse(target.getvalue(), content_type="image/svg+xml")
    add_never_cache_headers(response)
    return response


def date_or_404(request: HttpRequest, public_id: UUID) -> WorkshopSession:
    """The date with all that belongs to it; a draft, kept or thrown away, is there for those who run it alone."""
    session = find(public_id)
    if session is None or not (was_opened(session) or may_run(request.user, session)):
        raise Http404
    return session


def address_of(session: WorkshopSession) -> str:
    """The date's page."""
    return reverse("workshop_date", args=[session.public_id])


def said_of_cancelled(had: str, *, goes_on: bool = True) -> str:
    """What became of a booking that was given up; `goes_on`: somebody else has the seat now."""
    if had == BookingState.WAITING:
        return _("You are not on the waiting list any more.")
    if had == BookingState.ASKED:
        return _("Your request is taken back.")
    if had == BookingState.OFFERED:
        return _("The seat goes to the next person.")
    if goes_on:
        return _("Your seat is cancelled. It goes to the next person on the list.")
    return f"{_('Your seat is cancelled')}."


def _why_not(card: Card) -> Refused:
    """Why nothing can be booked: said before anybody corrects a field in vain."""
    if card.booking is not None:
        return BookedAlready()
    if card.what == Availability.CLOSED:
        return BookingClosed()
    return NotForYou() if card.what == NOT_FOR_YOU else NotOpen()


def _book(request: HttpRequest, session: WorkshopSession, form: BookForm, at: datetime) -> HttpResponse:
    person = person_of(request)
    try:
        step = book_seat.book(
            session_id=session.public_id,
            person=person,
            mode=form.mode,
            by=person,
            at=at,
            accepts_overlap=form.accepts_overlap,
            answers=form.answers,
        )
    except Refused as why:
        return refuse(request, why, address_of(session))
    parking.forget(request)
    messages.success(request, _said_of_booked(step))
    return HttpResponseRedirect(address_of(session))


def _said_of_booked(step: BookingChange) -> str:
    if step.after == BookingState.WAITING:
        number = place_in_list(step.booking).number
        return _("You are No. %(number)s on the waiting list. We write to you when a seat becomes free.") % {
            "number": number
        }
    if step.after == BookingState.ASKED:
        return _("Your request is on its way. We write to you as soon as somebody has decided.")
    return _("Your seat is booked. The date is on its way to your mailbox.")


def _answer(request: HttpRequest, date: UUID, flow: Callable[..., Any], said: str, done: str = "") -> HttpResponse:
    """Yes or no to a seat that is kept. Sent twice (the booking is `done` by then), it counts once."""
    session = date_or_404(request, date)
    booking = booking_of(person_of(request), session)
    if request.method == "POST" and (booking is None or booking.state != done):
        if booking is None:
            messages.warning(request, _("This seat is not kept for you any more."))
            return HttpResponseRedirect(address_of(session))
        try:
            flow(booking_id=booking.public_id, by=person_of(request), at=timezone.now())
        except Refused as why:
            return refuse(request, why, address_of(session))
        messages.success(request, said)
    return HttpResponseRedirect(address_of(session))
