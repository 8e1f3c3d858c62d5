"""Seats for a team: reserved and named later, booked and cancelled for somebody; for whoever leads it.

They see who has a seat or waits: never who came, what was answered at sign-up, or feedback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from academy.people.access import LEADERS
from academy.people.models import Unit
from academy.web import parking
from academy.web.access import role_required
from courses.booking.enums import Approval, BookingState
from courses.booking.errors import Clashes, NoSeatFree
from courses.booking.models import BookingChange, WorkshopSession
from courses.booking.queries import teams
from courses.booking.queries.sessions import find, title_of, was_opened
from courses.booking.queries.teams import Member, Reserved
from courses.enrolments.errors import Refused
from courses.flows import book_seat, free_seat
from courses.reports.access import unit_ids_seen_by, units_led_by
from courses.web.answers import language, person_of, refuse
from courses.web.seats_forms import BookForForm, GiveBackForm, NameForm, ReasonForm, ReserveForm, clash_words

PEOPLE_ON_A_PAGE = 50
leads = role_required(*LEADERS)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Team:
    """What somebody leads today: the units, and the ids of these and all below."""

    units: list[Unit]
    ids: set[int]


@leads
@require_safe
def team_seats(request: HttpRequest) -> HttpResponse:
    """Requests to answer, reserved seats, and who of the team goes to which date."""
    now, team, me = timezone.now(), team_of(request), person_of(request)
    bookings = teams.bookings_of(team.ids, timezone.localdate(now), now, me)
    page = Paginator(bookings, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "requests": teams.requests_to(team.ids, timezone.localdate(now), now, me),
        "reservations": teams.reservations_of(team.ids, now),
        "page_obj": page,
        "standings": teams.numbered(page.object_list),
    }
    return render(request, "courses/seats/team_seats.html", context)


@leads
@form_methods
def reserve_seats(request: HttpRequest, date: UUID) -> HttpResponse:
    """Keep seats for a unit, without names yet."""
    now, team, session = timezone.now(), team_of(request), date_or_404(date)
    pools = [pool for pool in session.pools.all() if pool.capacity or pool.taken]
    context: dict[str, Any] = _about(session, now) | {"has_free": any(pool.free for pool in pools)}
    if not team.units or not pools or not context["is_open"]:
        return render(request, "courses/seats/reserve.html", context | {"has_units": bool(team.units)})
    form = ReserveForm(session, pools, team.units, now, _data(request))
    if request.method == "POST" and form.is_valid():
        try:
            kept = book_seat.reserve(
                session_id=session.public_id,
                unit=form.unit,
                mode=form.mode,
                count=form.cleaned_data["count"],
                return_on=form.cleaned_data["return_on"],
                by=person_of(request),
                at=now,
                public_id=form.cleaned_data["key"],
            )
        except NoSeatFree as why:
            form.say_too_many(why)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            parking.forget(request)
            messages.success(request, _("The seats are kept. You can name people now or later."))
            return redirect("reservation", kept.public_id)
    return _answer(request, "courses/seats/reserve.html", context | {"form": form, "has_units": True})


@leads
@form_methods
def reservation(request: HttpRequest, reservation: UUID) -> HttpResponse:
    """Reserved seats: who has one, names for the others, or some back."""
    now, team = timezone.now(), team_of(request)
    reserved = teams.find_reservation(reservation, team.ids)
    if reserved is None:
        raise Http404
    session = reserved.reservation.session
    context: dict[str, Any] = _about(session, now) | {"reserved": reserved}
    seats = teams.seats_of(reserved.reservation)
    nameless = [seat for seat in seats if seat.state == BookingState.RESERVED]
    members = _who_can_be_named(request, reserved)
    is_back = "back-had" in request.POST
    posted = request.POST if request.method == "POST" else None
    back = GiveBackForm(reserved, posted if is_back else None)
    names = NameForm(nameless, members, teams.standings(session, members), None if is_back else posted)
    if posted is not None:
        if not nameless or not context["is_open"]:
            messages.warning(request, _("There is no seat without a name any more. Nothing was changed."))
            return redirect("reservation", reservation)
        done = _give_back(request, reserved, back) if is_back else _name(request, names)
        if done:
            return redirect("reservation", reservation)
    # Who has left the unit meanwhile keeps the seat, and is nobody's to cancel for.
    here = {member.person.pk for member in members} - {request.user.pk}
    named = [(seat, seat.person_id in here) for seat in seats if seat.state == BookingState.BOOKED]
    context |= {"named": named, "names": names, "back": back}
    return _answer(request, "courses/seats/reservation.html", context, back if is_back else names)


@leads
@form_methods
def book_for(request: HttpRequest, date: UUID) -> HttpResponse:
    """Book somebody of the team; and who of them has a seat already, with a way to cancel it."""
    now, team, session = timezone.now(), team_of(request), date_or_404(date)
    pools = [pool for pool in session.pools.all() if pool.capacity or pool.taken]
    members = teams.people_of(team.ids, timezone.localdate(now), besides=person_of(request))
    standings = teams.standings(session, members)
    context = _about(session, now) | {
        "members": members,
        "going": [(member, standings[member.person.pk]) for member in members if member.person.pk in standings],
    }
    if not members or not pools or not context["is_open"]:
        return render(request, "courses/seats/book_for.html", context)
    asks = request.method == "POST" and "accepts_overlap" in request.POST
    form = BookForForm(pools, members, standings, _data(request), asks_about_overlap=asks)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            step = book_seat.book(
                session_id=session.public_id,
                person=person,
                mode=form.mode,
                by=person_of(request),
                at=now,
                accepts_overlap=bool(form.cleaned_data.get("accepts_overlap")),
                is_approved=True,
            )
        except Clashes as why:
            form = BookForForm(
                pools,
                members,
                standings,
                request.POST,
                asks_about_overlap=settings.BOOKING_OVERLAPS != "block",
            )
            said = [_("%(who)s has a seat elsewhere at this time:") % {"who": person.get_full_name()}]
            form.add_error("person", " ".join(said + [clash_words(clash, language()) for clash in why.found]))
        except Refused as why:
            form.add_error(None, str(why))
        else:
            parking.forget(request)
            messages.success(request, came_of(step, person.get_full_name()))
            return redirect("book_for", session.public_id)
    return _answer(request, "courses/seats/book_for.html", context | {"form": form})


@leads
@form_methods
def cancel_for(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Cancel the seat of somebody of the team, who is told by whom."""
    now, team, me = timezone.now(), team_of(request), person_of(request)
    found = teams.booking_of_team(booking, team.ids, timezone.localdate(now), me)
    if found is None or found.person is None:
        raise Http404
    who = found.person.get_full_name()
    context: dict[str, Any] = _about(found.session, now) | {"booking": found, "who": who}
    context["is_open"] = context["is_open"] and found.is_live
    form = ReasonForm(_data(request))
    if request.method == "POST" and form.is_valid():
        if not context["is_open"]:
            messages.warning(request, _("There is no booking to change any more. Nothing was changed."))
            return redirect("team_seats")
        try:
            free_seat.cancel(
                booking_id=found.public_id, by=me, at=now, is_staff=True, reason=form.cleaned_data["reason"]
            )
        except Refused as why:
            return refuse(request, why, request.path)
        parking.forget(request)
        messages.success(request, _("Cancelled. %(who)s is told by mail that it was you.") % {"who": who})
        return redirect("team_seats")
    return _answer(request, "courses/seats/cancel_for.html", context | {"form": form})


def team_of(request: HttpRequest) -> Team:
    """What the person who looks leads today. Two queries."""
    units = units_led_by(request.user, timezone.localdate())
    return Team(units, unit_ids_seen_by(units))


def date_or_404(public_id: UUID) -> WorkshopSession:
    """A date that is no draft, with all that belongs to it."""
    session = find(public_id)
    if session is None or not was_opened(session):
        raise Http404
    return session


def came_of(step: BookingChange, who: str) -> str:
    """What became of a booking that was made or approved for somebody."""
    if step.after == BookingState.BOOKED:
        return _("%(who)s has a seat and is told by mail.") % {"who": who}
    return _("No seat is free: %(who)s is on the waiting list and is told by mail.") % {"who": who}


def _who_can_be_named(request: HttpRequest, reserved: Reserved) -> list[Member]:
    """People of the unit and below; not oneself where one would need somebody else's approval."""
    kept = reserved.reservation
    besides = person_of(request) if kept.session.approval == Approval.MANAGER else None
    return teams.people_of(unit_ids_seen_by([kept.unit]), timezone.localdate(), besides=besides)


def _name(request: HttpRequest, form: NameForm) -> bool:
    """Give the seats to those who were chosen; whether the page can be shown anew. What was refused stays a form."""
    late = [name for name, value in request.POST.items() if name.startswith("seat_") and value]
    if late and not set(late) & set(form.seats):
        messages.warning(request, _("These seats have a name already. Nothing was changed."))
        return True
    if not form.is_valid():
        return False
    named = []
    for name, person in form.chosen.items():
        try:
            book_seat.name(
                booking_id=form.seats[name].public_id, person=person, by=person_of(request), at=timezone.now()
            )
        except Refused as why:
            form.add_error(name, str(why))
        else:
            named.append(person.get_full_name())
    if named:
        words = ngettext(
            "%(who)s has a seat and is told by mail.", "%(who)s have a seat each and are told by mail.", len(named)
        )
        messages.success(request, words % {"who": ", ".join(named)})
    return not form.errors


def _give_back(request: HttpRequest, reserved: Reserved, form: GiveBackForm) -> bool:
    """Give seats back; whether the page can be shown anew."""
    if not form.is_valid():
        return False
    steps = free_seat.give_back(
        reservation=reserved.reservation,
        count=form.cleaned_data["count"],
        had=form.cleaned_data["had"],
        by=person_of(request),
        at=timezone.now(),
    )
    count = sum(step.booking.reservation_id == reserved.reservation.pk for step in steps)
    if count:
        words = ngettext("%(count)s seat was given back.", "%(count)s seats were given back.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.warning(request, _("These seats were given back or named before. Nothing was changed."))
    return True


def _about(session: WorkshopSession, now: datetime) -> dict[str, Any]:
    title, title_language = title_of(session, language())
    return {
        "date": session,
        "title": title,
        "title_language": title_language,
        "is_open": session.is_coming and not session.has_begun(now),
    }


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else parking.kept(request)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], form: Any = None) -> HttpResponse:
    """The page; 422 where what was posted cannot be taken."""
    shown = form if form is not None else context["form"]
    return render(request, template, context, status=422 if request.method == "POST" and shown.errors else 200)
