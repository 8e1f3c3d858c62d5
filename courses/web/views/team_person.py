"""One person of a team, as whoever leads them sees them. Each look is written down; the person can read it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from academy.people.enums import Looked
from academy.people.models import User
from academy.people.rules import note_look
from courses.reports.access import led_by
from courses.reports.member import members_of
from courses.web.answers import language, person_of
from courses.web.team_doors import leads


@leads
@require_safe
def team_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is required of somebody, until when, and their certificate. 404 for whoever is not in reach today."""
    at, me = timezone.now(), person_of(request)
    person = User.objects.filter(public_id=public_id, is_active=True).first()
    found = members_of(led_by(me, timezone.localdate(at)), person, at, language()) if person is not None else []
    if person is None or not found:
        raise Http404
    for member in found:
        note_look(
            viewer=me, what=Looked.PERSON, organisation=member.organisation, at=at, day=member.today, person=person
        )
    context = {"person": person, "members": found, "is_reader": person.pk == me.pk}
    return render(request, "courses/team/person.html", context)
