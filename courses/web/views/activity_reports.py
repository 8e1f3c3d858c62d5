"""Reports on activities for trainers and platform administrators: numbers over everybody, nobody's answers."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from academy.people.enums import Role
from academy.web.access import role_required
from courses.attempts.queries.activity_figures import activity_lines
from courses.attempts.queries.activity_figures import activity_report as figures_of
from courses.attempts.queries.items import REPORTED_FROM
from courses.web.answers import language


@role_required(Role.TRAINER, Role.PLATFORM_ADMIN)
@require_safe
def activity_reports(request: HttpRequest) -> HttpResponse:
    """All activities that were tried, with numbers."""
    context = {"lines": activity_lines(language()), "fewest": REPORTED_FROM}
    return render(request, "courses/reports/activities.html", context)


@role_required(Role.TRAINER, Role.PLATFORM_ADMIN)
@require_safe
def activity_report(request: HttpRequest, key: UUID) -> HttpResponse:
    """How one activity does, and how far its scores can be relied on."""
    report = figures_of(key, language())
    if report is None:
        raise Http404
    return render(request, "courses/reports/activity.html", {"report": report, "fewest": REPORTED_FROM})
