"""A trainer plans a date, copies one, edits or moves one; every save of an edit is looked at first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from academy.kernel.clock import TimeDoesNotExist
from academy.web import parking
from courses.booking.access import sessions_run_by
from courses.booking.enums import SessionState
from courses.booking.errors import ChangedMeanwhile, Clashes, Over, TooFewSeats, Unavailable
from courses.booking.models import SessionChange, WorkshopSession
from courses.booking.queries import desk
from courses.booking.queries.sessions import formats, title_of, with_all
from courses.booking.rules.plans import Plan, series_of
from courses.booking.rules.sessions import clashes_of
from courses.enrolments.errors import Refused
from courses.flows import plan_date as flow
from courses.web.answers import language, person_of, refuse
from courses.web.planning import Planning, does_not_exist, with_rows
from courses.web.planning_doors import date_or_404, is_first, new_mark, not_sent, runs_dates
from courses.web.planning_words import differences, is_moved
from courses.web.plans import copy_of, new_plan, plan_of
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

ENDED = (SessionState.TOOK_PLACE, SessionState.CANCELLED)
# What the page says of itself, not of the date.
NOT_KEPT = {"csrfmiddlewaretoken", "step", "rows"}


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def plan_date(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new date of a workshop, or several; `?copy=` begins with what another date says."""
    item = LearningItem.objects.filter(key=key, kind=ItemKind.WORKSHOP, retired_at=None).first()
    if item is None:
        raise Http404
    row = formats(language()).get(key)
    copied = _copied(request, item)
    person = person_of(request)
    plan = copy_of(copied) if copied is not None else new_plan(row, person, language())
    planning, clashes = Planning(plan=plan, is_new=True, data=parking.kept(request), is_quiet=True), []
    if request.method == "POST" and "rows" in request.POST:
        planning = Planning(plan=plan, is_new=True, data=with_rows(request.POST), is_quiet=True)
    elif request.method == "POST":
        planning = Planning(plan=plan, is_new=True, data=request.POST)
        if planning.is_valid():
            try:
                return _create(request, item, planning)
            except Refused as why:
                clashes = _say(planning, why)
    context = {
        "planning": planning,
        "clashes": clashes,
        "item": item,
        "title": (row.title, row.title_language) if row is not None else (item.title, ""),
        "copied": copied,
        "mark": new_mark(request.POST.get("mark", "")),
        **_for_all(),
    }
    return render(request, "courses/planning/plan.html", context, status=_status(request, planning))


@runs_dates
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, date: UUID) -> HttpResponse:
    """Edit or move a date. `step` is preview (what changes, who is told), save, or back (to the form)."""
    session = date_or_404(request, date)
    if session.state in ENDED:
        return refuse(request, Over(), reverse("session_desk", args=[date]))
    before = plan_of(session)
    if request.method != "POST":
        kept = parking.kept(request)
        return _form(request, session, Planning(plan=before, is_new=False, data=kept, is_quiet=True))
    if "rows" in request.POST or request.POST.get("step") == "back":
        return _form(request, session, Planning(plan=before, is_new=False, data=with_rows(request.POST), is_quiet=True))
    planning = Planning(plan=before, is_new=False, data=request.POST)
    if not planning.is_valid() or not _has_seats(planning, session):
        return _form(request, session, planning)
    after = planning.plan
    if not differences(before, after):
        parking.forget(request)
        messages.success(request, _("The date says this already. Nobody was told anything."))
        return redirect("session_desk", date)
    try:
        if _posted_revision(request) != session.revision:
            raise ChangedMeanwhile
        _look_for_clashes(planning, after, session)
        if request.POST.get("step") != "save":
            return _preview(request, session, before, after)
        return _change(request, session, planning)
    except ChangedMeanwhile:
        session = date_or_404(request, date)
        if session.state in ENDED:
            return refuse(request, Over(), reverse("session_desk", args=[date]))
        now = plan_of(session)
        if not differences(now, after):
            messages.success(request, _("The date says this already. Nobody was told anything."))
            return redirect("session_desk", date)
        return _form(request, session, planning, news=_news(request, session), both=differences(now, after))
    except Refused as why:
        return _form(request, session, planning, clashes=_say(planning, why))


@runs_dates
@require_POST
def planning_clashes(request: HttpRequest) -> HttpResponse:
    """What the plan on the page overlaps with, while it is typed; changes nothing."""
    besides = sessions_run_by(request.user).filter(public_id=_uuid(request.POST.get("date", ""))).first()
    before = plan_of(besides) if besides is not None else Plan((), {}, "en")
    planning = Planning(plan=before, is_new=besides is None, data=request.POST)
    planning.is_valid()
    clashes: list[Any] = []
    away = ""
    plan = planning.for_clashes()
    if plan is not None:
        try:
            clashes = clashes_of(plan, besides=besides.pk if besides is not None else None)
        except Unavailable as why:
            away = str(why)
    context = {"planning": planning, "clashes": clashes, "away": away, **_for_all()}
    return render(request, "courses/planning/clashes.html", context)


def _create(request: HttpRequest, item: LearningItem, planning: Planning) -> HttpResponse:
    """Write what was planned; the same form sent twice is one date."""
    data, mark = planning.main.cleaned_data, request.POST.get("mark", "")
    plan = planning.plan
    if not is_first(request, mark):
        messages.warning(request, _("You have sent this form before. Nothing was planned a second time."))
        return redirect("my_workshops")
    given: dict[str, Any] = {
        "item": item,
        "by": person_of(request),
        "at": timezone.now(),
        "reason": planning.reason,
        "is_draft": data["is_draft"],
    }
    try:
        if data["repeat"] and data["times"] > 1:
            plans = [plan, *series_of(plan, data["times"], int(data["repeat"]))[1:]]
            sessions = flow.create_series(plans=plans, **given)
        else:
            sessions = [flow.create(plan=plan, **given)]
    except TimeDoesNotExist as why:
        not_sent(request, mark)
        raise _NoSuchTime(why) from why
    except Refused:
        not_sent(request, mark)
        raise
    parking.forget(request)
    if len(sessions) > 1:
        said = ngettext("%(count)s date is planned.", "%(count)s dates are planned.", len(sessions))
        messages.success(request, said % {"count": len(sessions)})
        return redirect("my_workshops")
    messages.success(request, _("The date is kept as a draft.") if data["is_draft"] else _("The date is planned."))
    return redirect("session_desk", sessions[0].public_id)


def _change(request: HttpRequest, session: WorkshopSession, planning: Planning) -> HttpResponse:
    changed, told = flow.change(
        public_id=session.public_id,
        plan=planning.plan,
        revision=_posted_revision(request),
        by=person_of(request),
        at=timezone.now(),
        reason=planning.reason,
    )
    parking.forget(request)
    said = _("The change is saved.")
    if changed.is_moved and session.is_coming:
        # Who moves up reads of the new time in the mail about the seat.
        count = told + len(changed.steps)
        words = ngettext("%(count)s person is told.", "%(count)s people are told.", count) % {"count": count}
        said = f"{said} {words}"
    if changed.steps:
        up = len(changed.steps)
        words = ngettext(
            "%(count)s person moves up from the waiting list.", "%(count)s people move up from the waiting list.", up
        )
        said = f"{said} {words % {'count': up}}"
    messages.success(request, said)
    return redirect("session_desk", session.public_id)


def _preview(request: HttpRequest, session: WorkshopSession, before: Plan, after: Plan) -> HttpResponse:
    moved = is_moved(before, after)
    context = {
        **_about(session),
        "differences": differences(before, after),
        "is_moved": moved,
        "is_given_by_others": before.trainers != after.trainers and session.is_coming,
        "told": desk.told_of(session, by=request.user) if moved and session.is_coming else None,
        "moves_up": desk.will_move_up(session, after.seats) if session.is_coming else 0,
        "fields": _kept_fields(request.POST),
    }
    return render(request, "courses/planning/preview.html", context)


def _form(request: HttpRequest, session: WorkshopSession, planning: Planning, **more: Any) -> HttpResponse:
    context = {
        **_about(session),
        "planning": planning,
        "item": session.item,
        "clashes": [],
        "revision": session.revision,
        "seen": timezone.now().isoformat(),
        **_for_all(),
        **more,
    }
    if "news" not in more and request.method == "POST":
        # What the form has shown first still counts: a colleague's change is not passed over.
        context |= {"revision": _posted_revision(request), "seen": request.POST.get("seen", "")}
    status = 409 if "news" in more else _status(request, planning)
    return render(request, "courses/planning/edit.html", context, status=status)


def _say(planning: Planning, why: Refused) -> list[Any]:
    """Put a refusal on the field that it is about; what overlaps is given back to be shown."""
    if isinstance(why, Clashes):
        if settings.BOOKING_OVERLAPS == "block":
            planning.main.add_error(None, _("This overlaps with something else. Choose another time, room or trainer."))
        else:
            planning.main.add_error(
                "reason", _("This overlaps with something else. Change it, or say why you plan it all the same.")
            )
        return list(why.found)
    if isinstance(why, Unavailable):
        planning.trainer_is_away(str(why))
    elif isinstance(why, TooFewSeats):
        planning.main.add_error("seats_place", str(why))
    elif isinstance(why, _NoSuchTime):
        planning.main.add_error("repeat", str(why))
    else:
        planning.main.add_error(None, str(why))
    return []


class _NoSuchTime(Refused):
    """One of several dates would begin at a time that does not exist on its day."""

    def __init__(self, why: TimeDoesNotExist) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return f"{self.why.instead:%Y-%m-%d}: {does_not_exist(self.why)}"


def _look_for_clashes(planning: Planning, plan: Plan, session: WorkshopSession) -> None:
    """Refuse before the preview what would be refused on saving."""
    found = clashes_of(plan, besides=session.pk)
    if found and (settings.BOOKING_OVERLAPS == "block" or not planning.reason.strip()):
        raise Clashes(found)


def _has_seats(planning: Planning, session: WorkshopSession) -> bool:
    """Whether there are as many seats of each kind as are taken, and some where people wait; else the field says it."""
    seats, waiting = planning.plan.seats, desk.modes_waited_for(session)
    for mode, count in desk.taken_of(session).items():
        if seats[mode] < count:
            planning.main.add_error(f"seats_{mode}", str(TooFewSeats(count)))
        elif not seats[mode] and mode in waiting:
            planning.main.add_error(f"seats_{mode}", _("People wait for these seats. Take them off the list first."))
    return not planning.error_count


def _news(request: HttpRequest, session: WorkshopSession) -> list[SessionChange]:
    """What was changed since the form was opened."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        seen = timezone.now() - timedelta(days=1)
    if timezone.is_naive(seen):
        seen = timezone.make_aware(seen)
    return desk.changes_since(session, seen)


def _about(session: WorkshopSession) -> dict[str, Any]:
    return {"session": session, "title": title_of(session, language())}


def _for_all() -> dict[str, Any]:
    return {"may_overlap": settings.BOOKING_OVERLAPS != "block"}


def _copied(request: HttpRequest, item: LearningItem) -> WorkshopSession | None:
    """The date to begin with; 404 for one that is not there or not theirs."""
    if "copy" not in request.GET:
        return None
    wanted = _uuid(request.GET["copy"])
    found = with_all(sessions_run_by(request.user)).filter(public_id=wanted, item=item).first()
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID:
    """An id that was posted; one that nothing has, where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _posted_revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _kept_fields(data: QueryDict) -> Iterable[tuple[str, str]]:
    """What was posted, to be posted again."""
    return [(name, value) for name, values in data.lists() if name not in NOT_KEPT for value in values]


def _status(request: HttpRequest, planning: Planning) -> int:
    return 422 if request.method == "POST" and planning.error_count else 200
