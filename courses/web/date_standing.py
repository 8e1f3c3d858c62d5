"""What pages show of a date to whoever reads them: facts, times in two zones, the card that says what one can do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from academy.templatetags.academy import span
from academy.website.addresses import site_map
from courses.booking.access import may_run, units_of_manager
from courses.booking.enums import Availability, BookingState, SeatMode, SessionState
from courses.booking.models import Booking, Meeting, WorkshopSession
from courses.booking.queries.calendar import clocks_differ
from courses.booking.queries.sessions import (
    DOORS_OPEN,
    Waits,
    availability,
    doors_open,
    formats,
    next_dates,
    place_in_list,
    title_of,
)
from courses.booking.queries.standing import (
    MyBooking,
    Seats,
    booking_of,
    bookings_of,
    is_asked_for_feedback,
    is_for,
    next_dates_of,
    seats_by_date,
    seats_of,
)
from curriculum.workshops.models import WorkshopPage
from curriculum.workshops.queries import WorkshopRow

NOT_FOR_YOU = "not_for_you"


@dataclass(frozen=True)
class Part:
    """One meeting of a date: in the reader's zone, and in the date's own where clocks differ."""

    number: int
    meeting: Meeting
    own: str
    there: str


@dataclass(frozen=True)
class Card:
    """What one can do about a date.

    `what`: the state of the own booking (booked, waiting, offered, asked), else what can be had (Availability), else
    not_for_you.
    """

    what: str
    booking: Booking | None = None
    waits: Waits | None = None
    can_join: bool = False
    joins_at: datetime | None = None
    is_kept: bool = False
    is_late: bool = False
    is_over: bool = False
    gives_feedback: bool = False
    has_questions: bool = False

    @property
    def can_cancel(self) -> bool:
        """Whether the person can still give it up here."""
        return self.booking is not None and not self.is_late and not self.is_over

    @property
    def can_book(self) -> bool:
        """Whether a seat or a place in the list can be had."""
        return self.what in (Availability.OPEN, Availability.FULL)


@dataclass(frozen=True)
class DateRow:
    """A date in a list, for readers of the page's language."""

    session: WorkshopSession
    title: str
    title_language: str
    parts: list[Part]
    seats: list[Seats]
    availability: str
    is_over: bool


@dataclass(frozen=True)
class DatePage:
    """A date with everything that its page says."""

    row: DateRow
    card: Card
    format: WorkshopRow | None
    others: list[DateRow]
    agenda: Agenda | None
    is_run_by_reader: bool
    is_led_by_reader: bool

    @property
    def session(self) -> WorkshopSession:
        """The date."""
        return self.row.session


@dataclass(frozen=True)
class AgendaLine:
    """A part of the agenda and when it begins; `part` is the meeting it falls into, 0 where there is one only."""

    begins: str
    title: str
    part: int


@dataclass(frozen=True)
class Agenda:
    """The agenda with times on a clock: where people meet it is that place's clock, online the reader's."""

    zone: str
    language: str
    lines: list[AgendaLine]


@dataclass(frozen=True)
class MyDate:
    """A booking on the person's own page, in the page's words."""

    mine: MyBooking
    title: str
    title_language: str
    parts: list[Part]
    card: Card


@dataclass(frozen=True)
class MyDates:
    """The part of a person's own page about workshops."""

    coming: list[MyDate]
    feedback: list[MyDate]
    attended: list[MyDate]
    minutes: int

    def __bool__(self) -> bool:
        return bool(self.coming or self.attended)


def date_page(session: WorkshopSession, person: Any, at: datetime) -> DatePage:
    """Everything about a date, for somebody or (None) for a stranger. At most fourteen queries."""
    prefetch_related_objects([session], "organisations")
    seats = seats_of(session)
    card = card_of(session, person, at)
    language = get_language() or "en"
    row = formats(language).get(session.item.key)
    needs_others = card.booking is None and card.what != Availability.OPEN
    others = next_dates(session.item.key, at) if needs_others else []
    return DatePage(
        row=_row(session, seats, at),
        card=card,
        format=row,
        others=rows_of([other for other in others if other.pk != session.pk], at),
        agenda=agenda_of(session, language) if row is not None else None,
        is_run_by_reader=person is not None and may_run(person, session),
        is_led_by_reader=person is not None and card.what != Availability.OVER and bool(units_of_manager(person)),
    )


def card_of(session: WorkshopSession, person: Any, at: datetime) -> Card:
    """What somebody (None: a stranger) can do about a date."""
    booking = booking_of(person, session) if person is not None else None
    if booking is not None and session.state != SessionState.CANCELLED:
        waits = place_in_list(booking) if booking.state == BookingState.WAITING else None
        card = card_of_booking(booking, at, waits, is_asked_for_feedback(booking, at))
        return replace(card, has_questions=not card.is_over and session.questions.exists())
    can_be_had = availability(session, at)
    if can_be_had in (Availability.OPEN, Availability.FULL) and person is not None and not is_for(person, session, at):
        return Card(NOT_FOR_YOU)
    return Card(can_be_had, is_over=session.is_over(at))


def card_of_booking(booking: Booking, at: datetime, waits: Waits | None, gives_feedback: bool = False) -> Card:
    """How somebody stands who has a booking. The meetings of the date are at hand."""
    session = booking.session
    is_over = session.is_over(at)
    meeting = _next_meeting(session, at) if booking.state == BookingState.BOOKED and joins_online(booking) else None
    is_past_limit = session.cancel_until is not None and at > session.cancel_until
    return Card(
        what=booking.state,
        booking=booking,
        waits=waits,
        can_join=meeting is not None and doors_open(meeting, at),
        joins_at=meeting.starts_at - DOORS_OPEN if meeting is not None else None,
        is_kept=booking.is_kept(at) and not session.has_begun(at),
        is_late=(is_past_limit and booking.state == BookingState.BOOKED) or session.has_begun(at),
        is_over=is_over,
        gives_feedback=gives_feedback,
    )


def joins_online(booking: Booking) -> bool:
    """Whether the link is for them: who has a seat in a room where others sit online has the room."""
    session = booking.session
    return session.is_online and (booking.pool.mode == SeatMode.ONLINE or not session.place)


def rows_of(sessions: Sequence[WorkshopSession], at: datetime) -> list[DateRow]:
    """Dates for a list. One query, where they come from queries.sessions.with_all."""
    seats = seats_by_date(sessions) if sessions else {}
    return [_row(session, seats[session.pk], at) for session in sessions]


def next_rows(keys: Collection[UUID], at: datetime, limit: int = 5) -> list[DateRow]:
    """The next dates of some formats. Four queries, one where there are none."""
    return rows_of(next_dates_of(keys, at, limit), at)


@dataclass(frozen=True)
class Asked:
    """Workshops that a course, module or lesson asks for: their next dates, and those that have none."""

    dates: list[DateRow]
    undated: list[WorkshopRow]


def asked_for(keys: Collection[UUID], at: datetime) -> Asked | None:
    """What stands on the page of a course, module or lesson; None where it asks for no workshop, without a query."""
    if not keys:
        return None
    rows = next_rows(keys, at)
    dated = {row.session.item.key for row in rows}
    known = formats(get_language() or "en")
    return Asked(rows, [known[key] for key in keys if key in known and key not in dated])


def parts_of(meetings: Sequence[Meeting]) -> list[Part]:
    """Meetings in order, with their times."""
    return [
        Part(number, meeting, span(meeting.starts_at, meeting.ends_at), _there(meeting))
        for number, meeting in enumerate(meetings, 1)
    ]


def dates_of(person: Any, at: datetime) -> MyDates:
    """All that somebody's own page says of workshops. Three queries, however many there are."""
    found = bookings_of(person, at)
    return MyDates(
        [_mine(row, at) for row in found.coming],
        [_mine(row, at) for row in found.feedback],
        [_mine(row, at) for row in found.attended],
        found.minutes,
    )


def agenda_of(session: WorkshopSession, language: str) -> Agenda | None:
    """The parts of the format, one after another, on the clock of this date. One query."""
    place = site_map().places.get(session.item.key)
    meetings = list(session.meetings.all())
    if place is None or not meetings:
        return None
    words, own = place.in_language(language)
    pages = {page.pk: page for page in WorkshopPage.objects.filter(pk__in={words.page_id, place.source.page_id})}
    page = pages.get(words.page_id) or pages.get(place.source.page_id)
    if page is None or not page.agenda:
        return None
    zone = meetings[0].zone if session.place else timezone.get_current_timezone_name()
    lines = []
    now, minutes = 0, 0
    for block in page.agenda:
        while minutes >= meetings[now].minutes and now + 1 < len(meetings):
            minutes -= meetings[now].minutes
            now += 1
        begins = (meetings[now].starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
        part = now + 1 if len(meetings) > 1 else 0
        lines.append(AgendaLine(date_format(begins, "H:i"), block.value["title"], part))
        minutes += block.value["minutes"]
    return Agenda(zone, own, lines)


def _row(session: WorkshopSession, seats: list[Seats], at: datetime) -> DateRow:
    title, language = title_of(session, get_language() or "en")
    parts = parts_of(list(session.meetings.all()))
    return DateRow(session, title, language, parts, seats, availability(session, at), session.is_over(at))


def _mine(row: MyBooking, at: datetime) -> MyDate:
    title, language = title_of(row.session, get_language() or "en")
    waits = Waits(row.number, row.number) if row.number else None
    return MyDate(row, title, language, parts_of(row.meetings), card_of_booking(row.booking, at, waits))


def _next_meeting(session: WorkshopSession, at: datetime) -> Meeting | None:
    return next((meeting for meeting in session.meetings.all() if meeting.ends_at > at), None)


def _there(meeting: Meeting) -> str:
    """The time on the clocks where it was agreed; empty where the reader's clock says the same."""
    return span(meeting.starts_at, meeting.ends_at, meeting.zone) if clocks_differ(meeting) else ""
