"""The team of whoever leads people: how required learning stands. Status, dates and certificates, never a score."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from academy.people.enums import Looked
from courses.reports.board import board
from courses.reports.wanted import LONGEST_NAME, read
from courses.web import team_page
from courses.web.answers import language, person_of
from courses.web.team_doors import leads


@leads
@require_safe
def my_team(request: HttpRequest) -> HttpResponse:
    """Who is overdue, due soon, on track, paused or done, by person or by unit; what waits on top."""
    view = team_page.view_of(request)
    if view is None:
        return render(request, "courses/team/nobody.html")
    found = board(
        view.scope,
        view.wanted,
        name=view.name,
        today=view.today,
        at=view.at,
        language=language(),
        page=request.GET.get("page"),
        reader=person_of(request),
    )
    team_page.note(request, Looked.BOARD, view)
    is_empty = not found.crowd.shown and not view.wanted.by_unit
    context = {
        "view": view,
        "board": found,
        "states": team_page.states(found),
        "filters": team_page.filters(view, found),
        "units": team_page.units(view, found),
        "unit_rows": team_page.unit_lines(view, found) if view.wanted.by_unit else [],
        "way": team_page.way(view),
        "levels": team_page.levels(view),
        "organisations": team_page.organisations(view),
        "hidden_fields": team_page.hidden_fields(view),
        "empty": team_page.why_empty(view, found) if is_empty else None,
        "pages": team_page.pages(found.page),
        "ending_url": team_page.address(view.wanted.everybody.without(unit=None, direct=False, ending=True)),
        "by_person_url": team_page.address(view.wanted.without(by_unit=False)),
        "by_unit_url": team_page.address(view.wanted.without(by_unit=True)),
    }
    return render(request, "courses/team/board.html", context)


@leads
@require_POST
def team_find(request: HttpRequest) -> HttpResponse:
    """Keep a part of a name to look for, and show the list with it."""
    part = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    request.session[team_page.NAME] = part
    wanted = read(request.POST.get("query", "")[:1000]).without(named=bool(part), by_unit=False)
    return redirect(team_page.address(wanted))
