"""What the views of learning share."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from academy.people.models import User
from academy.web.answers import go_to
from courses.enrolments.errors import Refused
from curriculum.lessons.outline import CourseOutline, course_outline


def language() -> str:
    """The language of the page."""
    return get_language() or "en"


def person_of(request: HttpRequest) -> User:
    """The person who is signed in; for views that nobody else sees."""
    return cast(User, request.user)


def outline_or_404(key: UUID) -> CourseOutline:
    """The live course with this key, in the language of the page."""
    outline = course_outline(key, language())
    if outline is None:
        raise Http404
    return outline


def refuse(request: HttpRequest, why: Refused, address: str) -> HttpResponse:
    """Say why nothing was changed, on the page at `address`."""
    messages.warning(request, str(why))
    return go_to(request, address)


def next_or(request: HttpRequest, address: str) -> str:
    """Where the form asks to go afterwards, if that is a page of ours; else `address`."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted.startswith("/") and is_ours else address
