"""Calendars as files: the public one, one date, and a person's own. The same state gives the same bytes.

A link to an online room is in none of them (booking.calendar.event puts our page there instead).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from academy.kernel.ical import Event, calendar
from academy.website.addresses import content_version
from courses.booking.calendar import event
from courses.booking.enums import BookingState, SessionState
from courses.booking.models import Booking, SessionTrainer, WorkshopSession
from courses.booking.queries.calendar import Filters, public_dates
from courses.enrolments.models import Enrolment
from curriculum.lessons.outline import course_outline

# Programs that fetch seldom still see that something was cancelled; they drop what is not there any more.
CANCELLED_STAYS = timedelta(days=30)
PAST_STAYS = timedelta(days=30)
OWN_PAST_STAYS = timedelta(days=90)
# Raised when the same dates are written otherwise: what programs have kept is old then.
SHAPE = "1"
# Worked out anew is quick enough for fewer dates than this.
WORTH_KEEPING = 30
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class State:
    """What a feed would be made of, without making it."""

    etag: str
    changed_at: datetime | None
    count: int


def public_feed(filters: Filters, at: datetime) -> QuerySet[WorkshopSession]:
    """The dates of the public feed: to come, just over, and cancelled ones a month and longer."""
    since = _day(at)
    return public_dates(filters, at).filter(
        Q(ends_at__gte=since - PAST_STAYS) | Q(state=SessionState.CANCELLED, changed_at__gte=since - CANCELLED_STAYS)
    )


def state_of(filters: Filters, language: str, at: datetime) -> State:
    """The state of a public feed. One query: every change of a date raises its revision and its `changed_at`."""
    found = public_feed(filters, at).aggregate(
        count=Count("pk"), changed=Max("changed_at"), revisions=Sum("revision"), ids=Sum("pk")
    )
    parts = (
        SHAPE, settings.BASE_URL, content_version(), language, filters, _day(at).date(), *found.values(),
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]
    return State(f'"{digest}"', found["changed"], found["count"])


def public_file(filters: Filters, language: str, at: datetime, state: State) -> bytes:
    """The public feed. A long one is kept for a while under the name of its state."""
    key = f"calendar:{state.etag}"
    kept = cache.get(key) if state.count >= WORTH_KEEPING else None
    if kept is not None:
        return bytes(kept)
    found = public_feed(filters, at).select_related("item").prefetch_related("meetings", "pools")
    events = [
        event(session, meeting, language=language, sequence=session.sequence, stamp=session.changed_at)
        for session in found.order_by("starts_at", "pk")
        for meeting in session.meetings.all()
    ]
    with translation.override(language):
        name = _("Workshops of the Circular Procurement Academy")
    made = calendar(events, uid=_uid(f"public {language} {filters}"), name=name, language=language, refresh=True)
    if state.count >= WORTH_KEEPING:
        cache.set(key, made, KEPT_SECONDS)
    return made


def date_file(session: WorkshopSession, language: str) -> bytes:
    """All meetings of one date, to be put into a calendar by hand: a file without METHOD, which would double it."""
    events = [
        event(session, meeting, language=language, sequence=session.sequence, stamp=session.changed_at)
        for meeting in session.meetings.all()
    ]
    return calendar(events, uid=_uid(f"date {session.public_id}"), language=language)


def own_file(person: Any, at: datetime) -> bytes:
    """A person's own feed in their language: seats they have, dates they give, days on which courses are due."""
    language = str(person.language)
    # The first of several entries of one date is the one that says most: a seat, then giving it, then what is over.
    events: dict[str, Event] = {}
    for each in (*_seats(person, language, at), *_given(person, language, at), *_gone(person, language, at)):
        events.setdefault(each.uid, each)
    in_order = sorted(events.values(), key=lambda each: (str(each.starts_at), each.uid))
    with translation.override(language):
        name = _("My workshops and due dates")
    found = [*in_order, *_due(person, language)]
    return calendar(found, uid=_uid(f"own {person.public_id}"), name=name, language=language, refresh=True)


def _seats(person: Any, language: str, at: datetime) -> Iterable[Event]:
    booked = Booking.objects.filter(person=person, state=BookingState.BOOKED, session__ends_at__gte=at - OWN_PAST_STAYS)
    for booking in _with_meetings(booked.select_related("pool")):
        stamp = max(booking.session.changed_at, booking.booked_at or booking.joined_at)
        yield from _events(booking.session, language, booking.sequence or 0, stamp, mode=booking.pool.mode)


def _gone(person: Any, language: str, at: datetime) -> Iterable[Event]:
    """Seats that were given up or taken away in the last month. Nobody is told of a seat that they never had."""
    ended = Booking.objects.filter(
        person=person, state=BookingState.CANCELLED, booked_at__isnull=False, ended_at__gte=at - CANCELLED_STAYS
    )
    for booking in _with_meetings(ended.select_related("pool").order_by("-ended_at", "-pk")):
        stamp = max(booking.session.changed_at, booking.ended_at or booking.joined_at)
        mode = booking.pool.mode
        yield from _events(booking.session, language, booking.sequence or 0, stamp, mode=mode, is_cancelled=True)


def _given(person: Any, language: str, at: datetime) -> Iterable[Event]:
    rows = SessionTrainer.objects.filter(person=person).exclude(session__state=SessionState.DRAFT)
    rows = rows.filter(
        ~Q(session__state=SessionState.CANCELLED) & Q(session__ends_at__gte=at - OWN_PAST_STAYS)
        | Q(session__state=SessionState.CANCELLED, session__changed_at__gte=at - CANCELLED_STAYS)
    )
    for row in _with_meetings(rows):
        yield from _events(row.session, language, row.session.sequence, row.session.changed_at)


def _due(person: Any, language: str) -> Iterable[Event]:
    """Days on which courses are due, as whole days. Their entries carry no clock: a due day has no time of change."""
    running = Enrolment.objects.filter(person=person, completed_at=None, left_at=None, due_on__isnull=False)
    for enrolment in running.select_related("item").order_by("due_on", "pk"):
        outline = course_outline(enrolment.item.key, language)
        title = outline.title if outline is not None else enrolment.item.title
        with translation.override(language):
            words = _("Due: %(title)s") % {"title": title}
        yield Event(
            uid=_uid(f"due {person.public_id} {enrolment.item.key} {enrolment.cycle}"),
            title=words,
            sequence=0,
            stamp=enrolment.started_at,
            day=enrolment.due_on,
            url=f"{settings.BASE_URL}{outline.url}" if outline is not None else "",
        )


def _with_meetings(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("session__item").prefetch_related("session__meetings")


def _events(session: WorkshopSession, language: str, sequence: int, stamp: datetime, **more: Any) -> Iterable[Event]:
    for meeting in session.meetings.all():
        yield event(session, meeting, language=language, sequence=sequence, stamp=stamp, **more)


def _day(at: datetime) -> datetime:
    """The beginning of the day in UTC: what falls out of a feed does so once a day, not at every second."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _uid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{settings.BASE_URL} {name}"))
