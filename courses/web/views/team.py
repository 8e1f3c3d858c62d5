"""A manager's page: status and dates of the team, never an answer or a score."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from academy.people.enums import Role
from academy.web.access import role_required
from courses.reports.access import unit_ids_seen_by, units_led_by
from courses.reports.queries import team, today_for
from courses.web.answers import language


@role_required(Role.MANAGER, Role.DEPUTY)
@require_safe
def my_team(request: HttpRequest) -> HttpResponse:
    """People of one's own units and below, and how their courses stand."""
    units = units_led_by(request.user, timezone.localdate())
    found = team(unit_ids_seen_by(units), language(), today_for(request.user))
    return render(request, "courses/my_team.html", {"team": found, "units": units})
