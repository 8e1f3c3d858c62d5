"""Starting a path on one of its routes, leaving it, taking it anew."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from academy.web.answers import go_to
from courses.enrolments.errors import CourseCompletedAlready, CourseInPreparation, NotEnrolled, Refused
from courses.enrolments.models import Enrolment
from courses.flows import enrol as flow
from courses.progress.paths import facts_of, path_standing
from courses.web.answers import path_or_404, refuse
from curriculum.completion.queries import promise
from curriculum.completion.sentences import counted
from curriculum.conditions.enums import Route

# The words of a refusal speak of a course; these speak of a path.
WORDS = {
    CourseCompletedAlready: gettext_lazy("You have completed this path. To take it again, take it anew from its page."),
    CourseInPreparation: gettext_lazy("This path is still being prepared."),
    NotEnrolled: gettext_lazy("You do not take this path. Nothing was changed."),
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, key: UUID) -> HttpResponse:
    """Start a path, or its short route; then say what counts already."""
    path = path_or_404(request, key)
    if request.method != "POST":
        return go_to(request, path.url)
    route = Route.SHORT if request.POST.get("route") == Route.SHORT else Route.FULL
    if promise(key, route) is None:
        raise Http404
    try:
        started = flow.start_path(person=request.user, path_key=key, by=request.user, at=timezone.now(), route=route)
    except Refused as why:
        return _refuse(request, why, path.url)
    if not started.is_new:
        messages.info(request, _("You take this path already."))
        return go_to(request, path.url)
    if route == Route.SHORT:
        messages.success(request, _("You have started the short route. Its parts stand on this page."))
    else:
        messages.success(request, _("You have started this path. Its courses stand on your page from now on."))
    _say_what_counts(request, started.enrolment)
    if started.enrolment.completed_at is not None:
        messages.success(request, _("Everything was done already: you have completed this path."))
    return go_to(request, path.url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leave a path; its courses go on."""
    path = path_or_404(request, key)
    if request.method != "POST":
        return go_to(request, path.url)
    try:
        flow.leave(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return _refuse(request, why, path.url)
    messages.success(request, _("You have left this path. The courses that you take go on."))
    return go_to(request, path.url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a path anew: only what is completed from now on counts."""
    path = path_or_404(request, key)
    if request.method != "POST":
        return go_to(request, path.url)
    try:
        flow.restart(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return _refuse(request, why, path.url)
    messages.success(request, _("You have started this path anew. A certificate that you hold stays valid."))
    return go_to(request, path.url)


def _refuse(request: HttpRequest, why: Refused, address: str) -> HttpResponse:
    words = WORDS.get(type(why))
    if words is None:
        return refuse(request, why, address)
    messages.warning(request, str(words))
    return go_to(request, address)


def _say_what_counts(request: HttpRequest, enrolment: Enrolment) -> None:
    """What of the path was done before it was started."""
    standing = path_standing(enrolment, facts_of(request.user, [enrolment]))
    parts = tuple(part for part in standing.rule.parts if part.key in standing.done - standing.waived)
    if parts:
        messages.info(request, counted(parts))
