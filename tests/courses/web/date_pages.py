"""What tests of dates' pages share: dates around the real clock, and the words of a page."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from html import unescape
from typing import Any

from django.utils import timezone

from academy.people.models import User
from courses.booking.enums import Presence
from courses.booking.models import Booking, Meeting, WorkshopSession
from courses.booking.rules.attending import Seen
from courses.booking.rules.plans import MeetingPlan
from courses.flows.attend import note_attendance
from tests.factories.booking import book, make_date
from tests.factories.people import make_person


def meeting_in(distance: timedelta, minutes: int = 120) -> MeetingPlan:
    """A meeting that begins so long from now, to the minute below."""
    begins = (timezone.now() + distance).astimezone(UTC)
    return MeetingPlan(begins.date(), begins.time().replace(second=0, microsecond=0), minutes, "UTC")


def in_days(days: float = 9, **fields: Any) -> WorkshopSession:
    """A date that begins so many days from now (or began, for less than 0), planned a month before."""
    at = timezone.now() + timedelta(days=min(days, 0) - 30)
    return make_date(**{"at": at, "meetings": (meeting_in(timedelta(days=days)),), **fields})


def page_of(session: WorkshopSession, rest: str = "", language: str = "en") -> str:
    """The address of a date's page, or of one below it."""
    return f"/{language}/dates/{session.public_id}/{rest}"


def waiting_for(session: WorkshopSession, person: User, before: int = 0) -> Booking:
    """The person waits behind so many others at a date whose seats are gone."""
    for _ in range(sum(pool.free for pool in session.pools.all()) + before):
        book(session, at=timezone.now())
    return book(session, person, at=timezone.now())


def came(session: WorkshopSession, person: User, presence: str = Presence.FULL) -> Booking:
    """The person had a seat at a date that is over, and was there."""
    booking = book(session, person, at=session.starts_at - timedelta(days=2))
    for meeting in Meeting.objects.filter(session=session):
        note_attendance(meeting=meeting, seen={booking.pk: Seen(presence)}, by=None, at=meeting.ends_at)
    return booking


def learner(**fields: Any) -> User:
    """Somebody in Brussels."""
    return make_person(**{"time_zone": "Europe/Brussels", **fields})


def text(response: Any) -> str:
    """The words of the page's main part, spaces as one."""
    found: str = response.content.decode().replace("\xa0", " ")
    return words_of(found[found.index("<main") : found.index("</main>")])


def words_of(html: str) -> str:
    """What a reader reads: no tags, spaces as one."""
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", html).split()))


def card(response: Any) -> str:
    """The words of the card that says what one can do."""
    found = re.search(r'<aside class="card start".*?</aside>', response.content.decode().replace("\xa0", " "), re.S)
    assert found is not None
    return words_of(found[0])
