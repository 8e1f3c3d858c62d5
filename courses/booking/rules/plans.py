"""What is decided about a date, as plain values: forms make it, `sessions` writes it, series repeat it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from academy.kernel.clock import TimeDoesNotExist, ends, instant
from courses.booking.enums import Approval, SessionKind, Waiting
from courses.booking.queries.clashes import Stretch


@dataclass(frozen=True)
class MeetingPlan:
    """One meeting as it is agreed. `number` names one that exists already; None makes a new one."""

    day: date
    start: time
    minutes: int
    zone: str
    fold: int = 0
    number: int | None = None

    @property
    def stretch(self) -> Stretch:
        """Its instants. Raises academy.kernel.clock.TimeDoesNotExist."""
        starts_at = instant(self.day, self.start, self.zone, fold=self.fold)
        return Stretch(starts_at, ends(starts_at, self.minutes))


@dataclass(frozen=True)
class TrainerPlan:
    """Who gives the date: a person with an account, or a name with or without an address."""

    person: Any = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class QuestionPlan:
    """A sign-up question. `number` names one that exists already, with its answers; None makes a new one."""

    text: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    is_required: bool = False
    is_sensitive: bool = False
    erase_after_days: int = 30
    number: int | None = None


@dataclass(frozen=True)
class Plan:
    """All that is decided about a date; forms make it, `create` and `change` write it."""

    meetings: tuple[MeetingPlan, ...]
    seats: Mapping[str, int]
    language: str
    trainers: tuple[TrainerPlan, ...] = ()
    questions: tuple[QuestionPlan, ...] = ()
    organisations: tuple[int, ...] = ()
    kind: str = SessionKind.WORKSHOP
    host: str = ""
    interpreting: tuple[str, ...] = ()
    has_captions: bool = False
    is_step_free: bool = False
    venue: str = ""
    address: str = ""
    city: str = ""
    room: str = ""
    access_notes: str = ""
    join_url: str = ""
    approval: str = Approval.NONE
    waiting: str = Waiting.AUTOMATIC
    offer_hours: int = 24
    minimum: int = 1
    decide_on: date | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cancel_until: datetime | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the date that are written as they are."""
        names = (
            "kind", "host", "language", "has_captions", "is_step_free", "venue", "address", "city", "room",
            "access_notes", "join_url", "approval", "waiting", "offer_hours", "minimum", "decide_on", "opens_at",
            "closes_at", "cancel_until",
        )  # fmt: skip
        codes = f",{','.join(self.interpreting)}," if self.interpreting else ""
        return {name: getattr(self, name) for name in names} | {"interpreting": codes}


def series_of(plan: Plan, count: int, days: int) -> list[Plan]:
    """The plan again and again, so many days apart, at the same time on the wall: 7 for weekly, 91 for four a year."""
    return [shifted(plan, timedelta(days=days * n)) for n in range(count)]


def shifted(plan: Plan, by: timedelta) -> Plan:
    """The plan so many days later, its meetings new, its windows moved along; the time on the wall stays."""
    days = timedelta(days=by.days)
    zone = plan.meetings[0].zone if plan.meetings else "UTC"
    later: dict[str, Any] = {
        name: _same_time(getattr(plan, name), days, zone)
        for name in ("opens_at", "closes_at", "cancel_until")
        if getattr(plan, name) is not None
    }
    if plan.decide_on is not None:
        later["decide_on"] = plan.decide_on + days
    meetings = tuple(replace(meeting, day=meeting.day + days, number=None, fold=0) for meeting in plan.meetings)
    questions = tuple(replace(question, number=None) for question in plan.questions)
    return replace(plan, meetings=meetings, questions=questions, **later)


def _same_time(moment: datetime, days: timedelta, zone: str) -> datetime:
    """So many days later at the same time on the wall; where the clocks jump over it, the first time after that."""
    local = moment.astimezone(ZoneInfo(zone))
    try:
        return instant(local.date() + days, local.time(), zone)
    except TimeDoesNotExist as why:
        return why.instead.astimezone(UTC)


def new_series() -> UUID:
    """What dates planned in one go share."""
    return uuid.uuid4()
