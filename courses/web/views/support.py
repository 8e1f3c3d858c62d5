"""Support by administrators: find somebody, see what is kept about them and what they see. Each look is noted."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from academy.people.models import User
from academy.web import parking
from academy.web.access import signed_in
from academy.web.context import Frame
from courses.flows.look_at_person import LOOKED, VIEWED, look_at_person
from courses.reports.access import Reach, reach_of
from courses.web.answers import person_of
from courses.web.inert import inert
from courses.web.learning_page import learning_context
from courses.web.support_forms import FindForm
from courses.web.support_standing import find_people, person_page

# What was searched for stands in the session: a name in an address would end up in logs and in the browser's history.
WANTED = "support_wanted"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def support_find(request: HttpRequest) -> HttpResponse:
    """People by a part of their name or address."""
    reach = reach_or_404(request)
    if request.method == "POST":
        form = FindForm(request.POST)
        if form.is_valid():
            request.session[WANTED] = form.cleaned_data["wanted"]
            parking.forget(request)
            return redirect("support_find")
        return render(request, "courses/support/find.html", {"form": form, "reach": reach}, status=422)
    wanted = request.session.get(WANTED, "")
    found = find_people(reach, wanted, timezone.localdate()) if wanted else None
    form = FindForm(parking.kept(request), initial={"wanted": wanted})
    return render(request, "courses/support/find.html", {"form": form, "reach": reach, "found": found})


@signed_in
@require_safe
def support_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """What is kept about somebody, and what can be done for them."""
    reach, who = person_or_404(request, person)
    at = timezone.now()
    look_at_person(person=who, action=LOOKED, by=person_of(request), at=at)
    page = person_page(who, reach, person_of(request), at, timezone.localdate())
    return render(request, "courses/support/person.html", {"page": page, "person": who})


@signed_in
@require_safe
def support_view(request: HttpRequest, person: UUID) -> HttpResponse:
    """My learning as the person sees it, in their language and zone. Nothing in it does anything.

    Nobody is signed in as somebody else for this: the page is drawn from the same reads, and made inert.
    """
    _reach, who = person_or_404(request, person)
    at = timezone.now()
    look_at_person(person=who, action=VIEWED, by=person_of(request), at=at)
    with translation.override(who.language), timezone.override(ZoneInfo(who.time_zone)):
        # Without the request: neither a token for forms nor the reader's own name and menu is in it.
        drawn = render_to_string(
            "courses/partials/learning.html", learning_context(who, at) | {"frame": Frame(request)}
        )
    return render(request, "courses/support/view.html", {"person": who, "drawn": inert(drawn)})


def reach_or_404(request: HttpRequest) -> Reach:
    """Whom the reader supports; 404 for whoever supports nobody."""
    reach = reach_of(request.user, timezone.localdate())
    if reach is None:
        raise Http404
    return reach


def person_or_404(request: HttpRequest, public_id: UUID) -> tuple[Reach, User]:
    """Somebody whom the reader supports; unknown, erased and others' people look the same."""
    reach = reach_or_404(request)
    found = reach.people(timezone.localdate()).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return reach, found
