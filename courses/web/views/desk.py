"""The desk of a date: its people, what was done, and what a trainer does about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.people.access import has_role
from academy.people.enums import Role
from academy.web.answers import go_to
from courses.attempts.access import people_of_trainer
from courses.booking.access import may_approve
from courses.booking.enums import BookingState
from courses.booking.errors import BookedAlready, BookingUnknown, ChangedMeanwhile, Over, ReasonMissing
from courses.booking.models import Booking, WorkshopSession
from courses.booking.queries import desk
from courses.booking.queries.sessions import next_dates, title_of, zone_of
from courses.enrolments.errors import Refused
from courses.flows import book_seat, free_seat
from courses.flows import plan_date as flow
from courses.web.answers import language, person_of, refuse
from courses.web.desk_forms import MoveForm, ReasonForm, SeatForm
from courses.web.planning_doors import date_or_404, is_first, new_mark, not_sent, runs_dates
from curriculum.workshops.queries import trainer_notes

S = BookingState


@runs_dates
@require_safe
def session_desk(request: HttpRequest, date: UUID) -> HttpResponse:
    """A date: who has a seat, who waits, what was done, and what can be done."""
    session = date_or_404(request, date)
    now = timezone.now()
    rows = desk.people(session, timezone.localdate())
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.booking.state] = counts.get(row.booking.state, 0) + 1
    notes, notes_language = trainer_notes(session.item.key, language())
    context = {
        **_about(session),
        "line": desk.line_of(session, language(), counts),
        "rows": rows,
        "has_answers": any(row.answers for row in rows),
        "has_sensitive": any(answer.question.is_sensitive for row in rows for answer in row.answers),
        "log": desk.log(session),
        "messages_sent": session.messages.select_related("by").all(),
        "notes": notes,
        "notes_language": notes_language,
        "is_open": session.is_coming or session.state == "draft",
        "can_seat": session.is_coming and not session.has_begun(now),
    }
    return render(request, "courses/planning/desk.html", context)


@runs_dates
@require_POST
def session_open(request: HttpRequest, date: UUID) -> HttpResponse:
    """Open a draft for booking."""
    session = date_or_404(request, date)
    address = reverse("session_desk", args=[date])
    if session.is_coming:
        return go_to(request, address)
    try:
        flow.publish(public_id=session.public_id, by=person_of(request), at=timezone.now())
    except Refused as why:
        return refuse(request, why, address)
    messages.success(request, _("The date is open for booking."))
    return go_to(request, address)


@runs_dates
@require_POST
def session_go_ahead(request: HttpRequest, date: UUID) -> HttpResponse:
    """Say that a date takes place."""
    session = date_or_404(request, date)
    address = reverse("session_desk", args=[date])
    try:
        flow.go_ahead(public_id=session.public_id, by=person_of(request), at=timezone.now())
    except Refused as why:
        return refuse(request, why, address)
    messages.success(request, _("The date goes ahead."))
    return go_to(request, address)


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, date: UUID) -> HttpResponse:
    """Cancel a date: why, who is told, which other dates they are offered."""
    session = date_or_404(request, date)
    address = reverse("session_desk", args=[date])
    now = timezone.now()
    if not session.is_coming and session.state != "draft":
        return refuse(request, Over(), address)
    posted = request.POST if request.method == "POST" else None
    told = desk.told_of(session, by=request.user)
    words = _("Everybody who is told reads it.") if told.people else ""
    form = ReasonForm(posted, is_required=bool(told.people), help_text=words)
    revision = session.revision
    if posted is not None and form.is_valid():
        try:
            count = flow.cancel(
                public_id=session.public_id,
                reason=form.cleaned_data["reason"],
                revision=_number(posted.get("revision", "")),
                by=person_of(request),
                at=now,
            )
        except ChangedMeanwhile as why:
            form.add_error(None, str(why))
        except Refused as why:
            return refuse(request, why, address)
        else:
            said = ngettext("%(count)s person is told.", "%(count)s people are told.", count) % {"count": count}
            messages.success(request, f"{_('The date is cancelled.')} {said if count else ''}".strip())
            return redirect("session_desk", date)
    context = {
        **_about(session),
        "form": form,
        "told": told,
        "revision": revision,
        "others": [row for row in next_dates(session.item.key, now, limit=4) if row.pk != session.pk][:3],
    }
    return render(request, "courses/planning/cancel.html", context, status=_status(request))


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def session_seat(request: HttpRequest, date: UUID) -> HttpResponse:
    """Seat somebody on purpose, over capacity if need be."""
    session = date_or_404(request, date)
    posted = request.POST if request.method == "POST" else None
    form = SeatForm(_people_of(request), session, desk.has_seats(session), posted)
    mark = request.POST.get("mark", "")
    if posted is not None and form.is_valid():
        if not is_first(request, mark):
            return refuse(request, BookedAlready(), reverse("session_desk", args=[date]))
        try:
            step = book_seat.seat(
                session_id=session.public_id,
                who=form.who,
                mode=form.cleaned_data["mode"],
                by=person_of(request),
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except ReasonMissing as why:
            not_sent(request, mark)
            form.add_error("reason", str(why))
        except Refused as why:
            not_sent(request, mark)
            form.add_error("email" if isinstance(why, BookedAlready) else None, str(why))
        else:
            words = (
                _("%(who)s has a seat, over capacity on purpose.") if step.booking.is_over else _("%(who)s has a seat.")
            )
            messages.success(request, words % {"who": step.booking.shown_name})
            return redirect("session_desk", date)
    context = {**_about(session), "form": form, "mark": new_mark(mark), "line": desk.line_of(session, language(), {})}
    return render(request, "courses/planning/seat.html", context, status=_status(request))


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def session_booking(request: HttpRequest, date: UUID, booking: UUID) -> HttpResponse:
    """One booking: cancel it for somebody, move them to another date, answer their request where trainers do."""
    session = date_or_404(request, date)
    found = (
        Booking.objects.filter(public_id=booking, session=session)
        .select_related("person", "pool", "session__item", "reservation__unit")
        .first()
    )
    if found is None:
        raise Http404
    act = request.POST.get("do", "") if request.method == "POST" else ""
    now = timezone.now()
    can_move = found.is_live and found.state != S.RESERVED and not session.is_over(now)
    free = desk.free_modes(desk.other_dates(session, now)) if can_move else []
    can_approve = found.state == S.ASKED and may_approve(request.user, found)
    words = _("They read it in the mail.")
    cancel_form = ReasonForm(request.POST if act == "cancel" else None, is_required=False, help_text=words)
    refuse_form = ReasonForm(
        request.POST if act == "refuse" else None, is_required=False, help_text=words, auto_id="refuse_%s"
    )
    move_form = MoveForm(free, request.POST if act == "move" else None)
    if act:
        try:
            said = _act(request, act, found, (cancel_form, refuse_form), move_form, can_approve=can_approve)
        except Refused as why:
            return refuse(request, why, reverse("session_desk", args=[date]))
        if said:
            messages.success(request, said)
            return redirect("session_desk", date)
    context = {
        **_about(session),
        "booking": found,
        "cancel_form": cancel_form,
        "refuse_form": refuse_form,
        "move_form": move_form,
        "can_move": can_move,
        "free": free,
        "can_approve": can_approve,
        "is_over": session.is_over(now),
    }
    return render(request, "courses/planning/booking.html", context, status=_status(request))


def _act(
    request: HttpRequest,
    act: str,
    booking: Booking,
    reasons: tuple[ReasonForm, ReasonForm],
    move_form: MoveForm,
    *,
    can_approve: bool,
) -> str:
    """Do it, and say so; nothing to say where the form has to be looked at again."""
    cancel_form, refuse_form = reasons
    given: dict[str, Any] = {"booking_id": booking.public_id, "by": person_of(request), "at": timezone.now()}
    who = booking.shown_name or _("The reserved seat")
    if act == "cancel" and cancel_form.is_valid():
        steps = free_seat.cancel(**given, is_staff=True, reason=cancel_form.cleaned_data["reason"])
        said = _("The booking is cancelled: %(who)s.") % {"who": who}
        next_one = next((step for step in steps[1:] if step.booking.shown_name), None)
        if next_one is None:
            return said
        words = _("%(who)s moves up and has a seat.")
        if next_one.after == S.OFFERED:
            words = _("A seat is now kept for %(who)s.")
        return f"{said} {words % {'who': next_one.booking.shown_name}}"
    if act == "move" and move_form.is_valid():
        target, mode = move_form.target
        book_seat.move(**given, to_session_id=UUID(target), mode=mode)
        return _("%(who)s is moved to the other date and is told.") % {"who": who}
    if act in ("approve", "refuse") and not can_approve:
        raise BookingUnknown
    if act == "approve":
        step = book_seat.approve(**given)
        words = _("%(who)s has a seat.") if step.after == S.BOOKED else _("%(who)s is on the waiting list.")
        return words % {"who": who}
    if act == "refuse" and refuse_form.is_valid():
        book_seat.refuse(**given, reason=refuse_form.cleaned_data["reason"])
        return _("The request is refused: %(who)s.") % {"who": who}
    return ""


def _people_of(request: HttpRequest) -> Q:
    """Whose accounts this person may find by address."""
    if has_role(request.user, Role.PLATFORM_ADMIN):
        return Q()
    return people_of_trainer(request.user) or Q(pk__in=[])


def _about(session: WorkshopSession) -> dict[str, Any]:
    return {"session": session, "title": title_of(session, language()), "zone": zone_of(session)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
