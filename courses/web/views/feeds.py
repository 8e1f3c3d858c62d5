"""Calendars that programs fetch. Their addresses have no language and are for ever (architecture decision 14)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from academy.web.access import public
from courses.booking.models import CalendarFeed
from courses.booking.queries.calendar import Filters, public_dates
from courses.booking.rules.wishes import hash_of
from courses.web import calendar_files
from courses.web.answers import language
from courses.web.calendar_forms import FilterForm

KIND = "text/calendar; charset=utf-8"
# A program asks again each time, and is mostly told that nothing has changed.
FOR_ALL = "public, max-age=300"
FOR_ONE = "private, no-cache"


@public
@require_safe
def public_ics(request: HttpRequest) -> HttpResponse:
    """The public calendar. Where nothing has changed it costs one query; words are those of `?lang=`."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        # Everything in place of a selection that is not understood would fill somebody's calendar.
        raise Http404
    now = timezone.now()
    filters = form.filters
    state = calendar_files.state_of(filters, language(), now)
    same = get_conditional_response(request, etag=state.etag)
    if same is not None:
        return _headed(same, state.etag, FOR_ALL, state.changed_at)
    body = calendar_files.public_file(filters, language(), now, state)
    return _headed(HttpResponse(body, content_type=KIND), state.etag, FOR_ALL, state.changed_at)


@public
@require_safe
def date_ics(request: HttpRequest, date: UUID) -> HttpResponse:
    """One date to be put into a calendar by hand."""
    found = public_dates(Filters(), timezone.now()).select_related("item").prefetch_related("meetings")
    session = found.filter(public_id=date).first()
    if session is None:
        raise Http404
    response = _answer(request, calendar_files.date_file(session, language()), FOR_ALL, session.changed_at)
    response["Content-Disposition"] = 'attachment; filename="workshop.ics"'
    return response


@public
@require_safe
def feed_ics(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own calendar for whoever has its address. Unknown, revoked, of somebody gone: the same answer."""
    feeds = CalendarFeed.objects.filter(person__is_active=True, person__erased_at=None)
    feed = feeds.select_related("person").filter(token_hash=hash_of(token)).first()
    if feed is None:
        raise Http404
    response = _answer(request, calendar_files.own_file(feed.person, timezone.now()), FOR_ONE)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, body: bytes, cache_control: str, changed_at: datetime | None = None) -> HttpResponse:
    """The file, or that it is the same as before."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    same = get_conditional_response(request, etag=etag)
    return _headed(same or HttpResponse(body, content_type=KIND), etag, cache_control, changed_at)


def _headed(response: HttpResponse, etag: str, cache_control: str, changed_at: datetime | None = None) -> HttpResponse:
    """Says how it is kept. Last-Modified is news, and no reason for a 304: a date that has gone would not move it."""
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    return response
