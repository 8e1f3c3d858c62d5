"""A person's own dates: seats they have or wait for, and dates that they give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.booking.enums import BookingState, SessionState
from courses.booking.models import Booking, Meeting, SessionTrainer, WorkshopSession
from courses.booking.states import LIVE

from .calendar import clocks_differ
from .sessions import title_of


@dataclass(frozen=True)
class Mine:
    """One meeting of a date that is somebody's. `booking` None: they give it. `place` is their number on the list."""

    session: WorkshopSession
    meeting: Meeting
    title: str
    title_language: str
    number: int
    of: int
    booking: Booking | None
    place: int = 0

    @property
    def day(self) -> date:
        """Its day for the reader."""
        return timezone.localtime(self.meeting.starts_at).date()

    @property
    def is_elsewhere(self) -> bool:
        """Whether clocks at the workshop show another time than the reader's."""
        return clocks_differ(self.meeting)


def my_meetings(person: Any, language: str, at: datetime) -> list[Mine]:
    """Meetings to come of dates that somebody has a seat at, waits for or gives, in order. Four queries."""
    ahead = (
        Booking.objects.filter(
            pool_id=OuterRef("pool_id"), state=BookingState.WAITING, arrival__lte=OuterRef("arrival")
        )
        .order_by()
        .values("pool_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    booked = Booking.objects.filter(person=person, state__in=sorted(LIVE), session__ends_at__gt=at).annotate(
        place=Coalesce(Subquery(ahead, output_field=IntegerField()), 0)
    )
    given = SessionTrainer.objects.filter(person=person, session__ends_at__gt=at).exclude(
        session__state__in=[SessionState.DRAFT, SessionState.CANCELLED]
    )
    found: list[Mine] = []
    for booking in _with_meetings(booked):
        place = booking.place if booking.state == BookingState.WAITING else 0
        found += _meetings(booking.session, language, at, booking, place)
    for row in _with_meetings(given):
        found += _meetings(row.session, language, at)
    return sorted(found, key=lambda mine: (mine.meeting.starts_at, mine.meeting.pk))


def _with_meetings(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("session__item").prefetch_related("session__meetings")


def _meetings(
    session: WorkshopSession, language: str, at: datetime, booking: Booking | None = None, place: int = 0
) -> Iterable[Mine]:
    title, title_language = title_of(session, language)
    parts = list(session.meetings.all())
    for number, meeting in enumerate(parts, 1):
        if meeting.ends_at > at:
            yield Mine(session, meeting, title, title_language, number, len(parts), booking, place)
