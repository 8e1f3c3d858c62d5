"""What the views of learning share."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from wagtail.models import Page

from academy.people.models import User
from academy.web.answers import go_to
from academy.website.addresses import site_map
from courses.enrolments.errors import Refused
from curriculum.catalogue.queries import PathRow, paths
from curriculum.lessons.outline import CourseOutline, LessonRow, course_outline


def language() -> str:
    """The language of the page."""
    return get_language() or "en"


def person_of(request: HttpRequest) -> User:
    """The person who is signed in; for views that nobody else sees."""
    return cast(User, request.user)


def outline_or_404(request: HttpRequest, key: UUID) -> CourseOutline:
    """The live course with this key, in the language of the page; none for who may not read the course's page."""
    outline = course_outline(key, language())
    if outline is None or _is_kept_out(request, key):
        raise Http404
    return outline


def path_or_404(request: HttpRequest, key: UUID) -> PathRow:
    """The live path with this key, in the language of the page; none for who may not read its page."""
    found = next((path for path in paths(language()) if path.key == key), None)
    if found is None or _is_kept_out(request, key):
        raise Http404
    return found


def _is_kept_out(request: HttpRequest, key: UUID) -> bool:
    """Whether an editor has closed a page to this person. No query for one that is open to all."""
    place = site_map().places.get(key)
    if place is None or not place.restricted:
        return False
    page = Page.objects.get(pk=place.source.page_id)
    return not all(restriction.accept_request(request) for restriction in page.get_view_restrictions())


def is_for_members(outline: CourseOutline, row: LessonRow) -> bool:
    """Whether only people who take the course read this lesson: beyond the first module of a course for members."""
    return outline.members_only and bool(outline.modules) and row.module_key != outline.modules[0].key


def refuse(request: HttpRequest, why: Refused, address: str) -> HttpResponse:
    """Say why nothing was changed, on the page at `address`."""
    messages.warning(request, str(why))
    return go_to(request, address)


def next_or(request: HttpRequest, address: str) -> str:
    """Where the form asks to go afterwards, if that is a page of ours; else `address`."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted.startswith("/") and is_ours else address
