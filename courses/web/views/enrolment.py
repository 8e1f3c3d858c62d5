"""Starting a course, leaving it, starting it anew, asking to be told."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from academy.web.answers import go_to
from courses.enrolments import rules as enrolments
from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.flows import enrol as flow
from courses.web.answers import next_or, outline_or_404, refuse


def _course_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A form's address opened as a page (after signing in, say): the course's page has the button."""
    return go_to(request, outline_or_404(request, key).url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, key: UUID) -> HttpResponse:
    """Start a course."""
    if request.method != "POST":
        return _course_page(request, key)
    outline = outline_or_404(request, key)
    try:
        started = flow.enrol(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return refuse(request, why, outline.url)
    if started.is_new:
        messages.success(request, _("You have started this course. Your ticks are kept from now on."))
        _announce(request, started.consequences.completed)
    else:
        messages.info(request, _("You take this course already."))
    return go_to(request, next_or(request, outline.url))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leave a course; what was ticked is kept."""
    if request.method != "POST":
        return _course_page(request, key)
    outline = outline_or_404(request, key)
    try:
        flow.leave(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return refuse(request, why, outline.url)
    messages.success(request, _("You have left this course. Your ticks are kept in case you come back."))
    return go_to(request, outline.url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a course anew, from nothing."""
    if request.method != "POST":
        return _course_page(request, key)
    outline = outline_or_404(request, key)
    try:
        flow.restart(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return refuse(request, why, outline.url)
    messages.success(request, _("You have started this course anew. A certificate that you hold stays valid."))
    return go_to(request, outline.url)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tell_me(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask to be told when a course in preparation is ready."""
    if request.method != "POST":
        return _course_page(request, key)
    outline = outline_or_404(request, key)
    try:
        enrolments.tell_me(person=request.user, course_key=key, by=request.user, at=timezone.now())
    except Refused as why:
        return refuse(request, why, outline.url)
    messages.success(request, _("We will write to you once, when this course is ready."))
    return go_to(request, outline.url)


def _announce(request: HttpRequest, completed: list[Enrolment]) -> None:
    if completed:
        messages.success(request, _("Everything was done already: you have completed this course."))
