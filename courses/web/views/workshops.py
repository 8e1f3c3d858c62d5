"""A trainer's page: the workshop formats (their dates come with booking)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from academy.people.enums import Role
from academy.web.access import role_required
from courses.reports.queries import workshop_formats
from courses.web.answers import language


@role_required(Role.TRAINER)
@require_safe
def my_workshops(request: HttpRequest) -> HttpResponse:
    """What the workshops are: aim, length, how many people, how many trainers."""
    return render(request, "courses/my_workshops.html", {"formats": workshop_formats(language())})
