"""The public calendar: which dates it has, narrowed down, as a list and as a month. Nothing in it is about a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.booking.enums import Availability, Change, SeatMode, SessionState
from courses.booking.models import Meeting, SeatPool, SessionChange, WorkshopSession

from .sessions import availability, formats, title_of

# In the place of a town: what can be joined from anywhere.
ONLINE = "online"
COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)
# A dead link to a month costs a page as well: none is offered beyond.
YEARS_BACK, YEARS_ON = 2, 3


@dataclass(frozen=True)
class Filters:
    """What the calendar is narrowed down to; empty: all. `place` is a town, or ONLINE."""

    language: str = ""
    place: str = ""
    topic: UUID | None = None
    kind: str = ""
    has_captions: bool = False
    is_step_free: bool = False
    has_seats: bool = False


@dataclass(frozen=True)
class Entry:
    """One meeting in the calendar. `number` of `of` parts; `pools` are the kinds of seats, on site first."""

    session: WorkshopSession
    meeting: Meeting
    title: str
    title_language: str
    number: int
    of: int
    pools: tuple[SeatPool, ...]
    availability: Availability
    is_restricted: bool

    @property
    def is_online(self) -> bool:
        """Whether one can take part online, as far as is known yet."""
        return self.session.is_online or any(pool.mode == SeatMode.ONLINE for pool in self.pools)

    @property
    def day(self) -> date:
        """Its day for the reader."""
        return timezone.localtime(self.meeting.starts_at).date()

    @property
    def is_elsewhere(self) -> bool:
        """Whether clocks at the workshop show another time than the reader's."""
        return clocks_differ(self.meeting)

    @property
    def is_bookable(self) -> bool:
        """Whether seats are to be spoken of: it is open, or full with a waiting list."""
        return self.availability in (Availability.OPEN, Availability.FULL)


@dataclass(frozen=True)
class Day:
    """A day of a month, and what begins on it."""

    date: date
    entries: tuple[Entry, ...]
    is_today: bool


@dataclass(frozen=True)
class Week:
    """A row of the month: seven places from Monday on, nothing where another month's day would stand."""

    number: int
    days: tuple[Day | None, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing begins in it."""
        return not any(day.entries for day in self.days if day is not None)


@dataclass(frozen=True)
class Month:
    """A month and its neighbours, by their first days; a neighbour too far away is None."""

    first: date
    previous: date | None
    next: date | None


def public_dates(filters: Filters, at: datetime) -> QuerySet[WorkshopSession]:
    """Dates that everybody may see: no drafts, nor drafts that were thrown away before they were ever opened."""
    opened = SessionChange.objects.filter(session=OuterRef("pk"), what=Change.PUBLISHED)
    found = WorkshopSession.objects.exclude(state=SessionState.DRAFT).exclude(
        Q(state=SessionState.CANCELLED) & ~Exists(opened)
    )
    if filters.language:
        interpreted = Q(interpreting__contains=f",{filters.language},")
        found = found.filter(Q(language=filters.language) | interpreted)
    if filters.place == ONLINE:
        online = SeatPool.objects.filter(session=OuterRef("pk"), mode=SeatMode.ONLINE)
        found = found.filter(~Q(join_url="") | Exists(online))
    elif filters.place:
        found = found.filter(city=filters.place)
    if filters.topic is not None:
        found = found.filter(item__key=filters.topic)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.has_captions:
        found = found.filter(has_captions=True)
    if filters.is_step_free:
        found = found.filter(is_step_free=True)
    if filters.has_seats:
        free = SeatPool.objects.filter(session=OuterRef("pk"), taken__lt=F("capacity") + F("extra"))
        found = found.filter(
            Exists(free),
            Q(opens_at=None) | Q(opens_at__lte=at),
            Q(closes_at=None) | Q(closes_at__gt=at),
            state__in=COMING,
            starts_at__gt=at,
        )
    return found


def meetings_of(filters: Filters, at: datetime, month: date | None = None) -> QuerySet[Meeting]:
    """Meetings in order: those that begin in a month of the reader, or without one all that are not over."""
    found = Meeting.objects.filter(session__in=public_dates(filters, at)).order_by("starts_at", "pk")
    if month is None:
        return found.filter(ends_at__gt=at)
    return found.filter(starts_at__gte=_midnight(month), starts_at__lt=_midnight(_months_on(month, 1)))


def with_dates(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with what `entries` reads: three queries however many there are."""
    restricted = WorkshopSession.organisations.through.objects.filter(workshopsession_id=OuterRef("session_id"))
    return (
        meetings.select_related("session__item")
        .annotate(is_restricted=Exists(restricted))
        .prefetch_related("session__pools", "session__meetings")
    )


def entries(meetings: Iterable[Meeting], language: str, at: datetime) -> list[Entry]:
    """Meetings (of `with_dates`) in the words of a language."""
    found = []
    for meeting in meetings:
        session = meeting.session
        title, title_language = title_of(session, language)
        numbers = [each.pk for each in session.meetings.all()]
        pools = tuple(session.pools.all())
        found.append(
            Entry(
                session=session,
                meeting=meeting,
                title=title,
                title_language=title_language,
                number=numbers.index(meeting.pk) + 1,
                of=len(numbers),
                pools=pools,
                availability=availability(session, at, list(pools)),
                is_restricted=getattr(meeting, "is_restricted", False),
            )
        )
    return found


def by_month(found: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    """Entries in order under the first days of their months."""
    return [(first, list(rows)) for first, rows in groupby(found, key=lambda entry: entry.day.replace(day=1))]


def month_at(first: date, today: date) -> Month | None:
    """A month with the ways to its neighbours; None for one that lies too far from today to be walked to."""
    start, end = _months_on(today, -12 * YEARS_BACK), _months_on(today, 12 * YEARS_ON)
    if not start <= first <= end:
        return None
    return Month(
        first=first,
        previous=_months_on(first, -1) if first > start else None,
        next=_months_on(first, 1) if first < end else None,
    )


def weeks_of(first: date, found: Iterable[Entry], today: date) -> list[Week]:
    """The rows of a month, each entry on the day on which it begins for the reader."""
    on: dict[date, list[Entry]] = {}
    for entry in found:
        on.setdefault(entry.day, []).append(entry)
    monday, following = first - timedelta(days=first.weekday()), _months_on(first, 1)
    weeks = []
    while monday < following:
        week = [monday + timedelta(days=n) for n in range(7)]
        days = tuple(
            Day(day, tuple(on.get(day, ())), day == today) if day.replace(day=1) == first else None for day in week
        )
        weeks.append(Week(monday.isocalendar().week, days))
        monday += timedelta(days=7)
    return weeks


def places_and_topics(language: str, at: datetime) -> tuple[list[str], list[tuple[UUID, str]]]:
    """Towns and workshops that the calendar has dates in and of, by name. One query."""
    rows = list(public_dates(Filters(), at).order_by().values_list("city", "item__key", "item__title").distinct())
    rows_of_pages = formats(language)
    topics = {key: rows_of_pages[key].title if key in rows_of_pages else title for _city, key, title in rows}
    towns = sorted({city for city, _key, _title in rows if city}, key=str.casefold)
    return towns, sorted(topics.items(), key=lambda topic: (topic[1].casefold(), str(topic[0])))


def clocks_differ(meeting: Meeting) -> bool:
    """Whether clocks where a meeting was agreed show another time than the reader's."""
    there = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
    return there.utcoffset() != timezone.localtime(meeting.starts_at).utcoffset()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _months_on(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)
