"""The trainer notes who was there, adds who came without booking, prints the list, reads join times from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.web import parking
from academy.web.access import signed_in
from courses.booking import reading
from courses.booking.access import may_run
from courses.booking.errors import BookedAlready, NoSeatFree, ReasonMissing
from courses.booking.models import Meeting, WorkshopSession
from courses.booking.queries.attendance import Sheet, changes_of, sheet
from courses.booking.queries.sessions import DOORS_OPEN, find, title_of
from courses.booking.rules.attending import proposed
from courses.enrolments.errors import Refused
from courses.flows.attend import CAN_BE_ATTENDED, all_present, note_attendance, walk_in
from courses.web.answers import language, person_of
from courses.web.attendance_forms import AttendanceForm, JoinTimesForm, WalkInForm

# Empty lines at the end of the printed list, for who comes without booking.
SPARE_LINES = 5


@dataclass(frozen=True)
class Stage:
    """A meeting of a date, for who runs the date."""

    session: WorkshopSession
    meetings: list[Meeting]
    meeting: Meeting
    at: datetime

    @property
    def part(self) -> int:
        """Which part of the date it is, from 1."""
        return self.meetings.index(self.meeting) + 1

    @property
    def opens_at(self) -> datetime:
        """From when attendance can be noted."""
        return self.meeting.starts_at - DOORS_OPEN

    @property
    def is_open(self) -> bool:
        """Whether attendance can be noted now."""
        return self.at >= self.opens_at and self.session.state in CAN_BE_ATTENDED

    @property
    def context(self) -> dict[str, Any]:
        """What all pages of a meeting show."""
        title, title_language = title_of(self.session, language())
        return {"stage": self, "session": self.session, "meeting": self.meeting, "meetings": self.meetings,
                "title": title, "title_language": title_language}  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, date: UUID, number: int) -> HttpResponse:
    """Everybody with a seat: full, part or absent, and a note; somebody who came without booking."""
    stage = _stage(request, date, number)
    data = request.POST if request.method == "POST" else parking.kept(request)
    found = sheet(stage.meeting)
    form = AttendanceForm(found, data)
    newcomer = WalkInForm(stage.session.pools.all(), data, language=stage.session.language)
    if request.method == "POST":
        if not stage.is_open:
            messages.warning(request, _("Attendance cannot be noted now. Nothing was changed."))
        elif _are_valid(form, newcomer, request) and _keep(request, stage, form, newcomer):
            parking.forget(request)
            return redirect("attendance", date=date, number=number)
    return _page(request, stage, found, form, newcomer, was_kept=data is not None and request.method != "POST")


@signed_in
@require_safe
def attendance_sheet(request: HttpRequest, date: UUID, number: int) -> HttpResponse:
    """The list to be signed, for the printer."""
    stage = _stage(request, date, number)
    context = stage.context | {"sheet": sheet(stage.meeting), "spare": range(SPARE_LINES)}
    return render(request, "courses/attendance/sheet.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_import(request: HttpRequest, date: UUID, number: int) -> HttpResponse:
    """Join times of the online room: read, shown as a proposal on the list, and forgotten."""
    stage = _stage(request, date, number)
    meeting = stage.meeting
    around = reading.Around(meeting.starts_at, meeting.ends_at, meeting.zone)
    zones = (meeting.zone, person_of(request).time_zone, "UTC")
    files = request.FILES if request.method == "POST" else None
    form = JoinTimesForm(zones, around, request.POST if files is not None else None, files)
    if request.method == "POST" and stage.is_open and form.is_valid():
        found = sheet(meeting)
        matched = reading.match(form.stays, _listed(found), form.around)
        lines = AttendanceForm(found, proposed=_proposals(found, matched.minutes, meeting))
        newcomer = WalkInForm(stage.session.pools.all(), language=stage.session.language)
        return _page(request, stage, found, lines, newcomer, is_proposal=True, unmatched=matched.unmatched)
    context = stage.context | {"form": form}
    return render(request, "courses/attendance/import.html", context, status=422 if request.method == "POST" else 200)


def _stage(request: HttpRequest, date: UUID, number: int) -> Stage:
    """The meeting of a date that this person runs; 404 for all others, whether there is one or not."""
    session = find(date)
    if session is None or not may_run(request.user, session):
        raise Http404
    meetings = list(session.meetings.all())
    for meeting in meetings:
        if meeting.number == number:
            meeting.session = session
            return Stage(session, meetings, meeting, timezone.now())
    raise Http404


def _page(
    request: HttpRequest, stage: Stage, found: Sheet, form: AttendanceForm, newcomer: WalkInForm, **more: Any
) -> HttpResponse:
    context = stage.context | {
        "sheet": found,
        "form": form,
        "newcomer": newcomer,
        "error_count": form.error_count + (len(newcomer.errors) if newcomer.is_wanted else 0),
        "changes": changes_of(stage.meeting),
        **more,
    }
    is_refused = request.method == "POST" and "is_proposal" not in more
    return render(request, "courses/attendance/attendance.html", context, status=422 if is_refused else 200)


def _are_valid(form: AttendanceForm, newcomer: WalkInForm, request: HttpRequest) -> bool:
    """Look at all fields, those of the newcomer if there is one, so that all that is wrong is said at once."""
    lines_are = form.is_valid(rest_is_full="all" in request.POST)
    if newcomer.is_wanted:
        return newcomer.is_valid() and lines_are
    return lines_are


def _keep(request: HttpRequest, stage: Stage, form: AttendanceForm, newcomer: WalkInForm) -> bool:
    """Write down what the trainer said. False where the newcomer was refused; what else was said is kept then."""
    by, at, is_all = person_of(request), timezone.now(), "all" in request.POST
    seen = form.seen(rest_is_full=is_all)
    try:
        if is_all:
            all_present(meeting=stage.meeting, seen=seen, by=by, at=at)
        elif seen:
            note_attendance(meeting=stage.meeting, seen=seen, by=by, at=at)
    except Refused as why:
        # Somebody's seat was given up between reading and writing.
        messages.warning(request, str(why))
        return True
    if not newcomer.is_wanted:
        messages.success(request, _("Attendance is saved."))
        return True
    try:
        walk_in(
            meeting=stage.meeting,
            who=newcomer.who,
            mode=newcomer.takes_part,
            reason=newcomer.cleaned_data["reason"],
            by=by,
            at=at,
        )
    except ReasonMissing:
        newcomer.add_error("reason", _("No seat is free. Say why this person has one all the same."))
    except BookedAlready:
        newcomer.add_error("email" if newcomer.person else "name", _("This person is on the list already."))
    except NoSeatFree:
        newcomer.add_error("mode", _("This date has no such seats."))
    except Refused as why:
        # The date was cancelled between reading and writing.
        messages.warning(request, str(why))
        return True
    else:
        messages.success(request, _("%(who)s is on the list and noted as there.") % {"who": _name(newcomer)})
        return True
    return False


def _name(newcomer: WalkInForm) -> str:
    return str(newcomer.person.get_full_name() if newcomer.person else newcomer.cleaned_data["name"])


def _listed(found: Sheet) -> list[reading.Listed]:
    return [reading.Listed(each.booking.pk, each.name, each.booking.address) for each in found.people]


def _proposals(found: Sheet, minutes: dict[int, float], meeting: Meeting) -> dict[int, tuple[float, str]]:
    """Minutes and what they would be called. Who has a seat in the room is not in the file, and not absent for that."""
    proposals = {}
    for each in found.people:
        if each.booking.pk in minutes or each.is_online:
            there = minutes.get(each.booking.pk, 0.0)
            proposals[each.booking.pk] = (there, str(proposed(there, meeting.minutes)))
    return proposals
