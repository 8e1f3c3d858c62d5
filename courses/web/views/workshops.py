"""A trainer's agenda: coming dates, past ones, workshops without a date, and what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from academy.people.access import roles_of
from academy.people.enums import Role
from courses.booking.access import sessions_run_by
from courses.booking.queries import desk
from courses.reports.queries import workshop_formats
from courses.web.answers import language
from courses.web.planning_doors import runs_dates

ROWS = 30
SOON = timedelta(days=7)


@runs_dates
@require_safe
def my_workshops(request: HttpRequest) -> HttpResponse:
    """`?view=past|undated`; `?whose=all` shows also what others give, to those who may run it."""
    now = timezone.now()
    view = request.GET.get("view", "coming")
    runs = sessions_run_by(request.user)
    is_trainer = Role.TRAINER in roles_of(request.user)
    is_all = request.GET.get("whose") == "all" or not is_trainer
    mine = desk.given_by(request.user, runs)
    context: dict[str, Any] = {
        "view": view,
        "is_all": is_all,
        "is_trainer": is_trainer,
        "waiting": desk.waiting_for(mine, now),
    }
    wanted, dated = desk.wanted(), desk.dated(now)
    formats = [(row, wanted.get(row.source.translation_key, 0)) for row in workshop_formats(language())]
    context["undated"] = [pair for pair in formats if pair[0].source.translation_key not in dated]
    context["wanted"] = [pair for pair in context["undated"] if pair[1]]
    context["dated"] = [pair for pair in formats if pair[0].source.translation_key in dated]
    if view != "undated":
        found = runs if is_all else mine
        rows = desk.past(found, now) if view == "past" else desk.coming(found, now)
        page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
        lines = desk.lines(page.object_list, language())  # type: ignore[arg-type]  # a page of a query is a query
        context |= {"page_obj": page, "lines": lines, "parts": _parts(lines)}
        context["query"] = f"view={'past' if view == 'past' else 'coming'}&{'whose=all&' if is_all else ''}"
    return render(request, "courses/my_workshops.html", context)


def _parts(lines: list[desk.Line]) -> list[tuple[str, list[desk.Line]]]:
    """Coming dates under today, the next seven days and later, by their next meeting."""
    today = timezone.localdate()
    parts: dict[str, list[desk.Line]] = {"today": [], "soon": [], "later": []}
    for line in lines:
        meeting = line.meeting
        day = timezone.localdate(meeting.starts_at) if meeting is not None else today
        parts["today" if day <= today else "soon" if day <= today + SOON else "later"].append(line)
    return [(name, found) for name, found in parts.items() if found]
