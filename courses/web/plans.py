"""Plans that a form begins with: a format's first date, what a date says now, the same date again."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from courses.booking.enums import SeatMode
from courses.booking.models import WorkshopSession
from courses.booking.rules.plans import MeetingPlan, Plan, QuestionPlan, TrainerPlan, shifted
from curriculum.workshops.queries import WorkshopRow

START = time(10, 0)
# A copy lies at least so far ahead: people need to plan, too.
AHEAD = timedelta(days=28)
MOMENTS = ("opens_at", "closes_at", "cancel_until")
COLUMNS = (
    "language", "kind", "host", "has_captions", "is_step_free", "venue", "address", "city", "room", "access_notes",
    "join_url", "approval", "waiting", "offer_hours", "minimum", "decide_on", *MOMENTS,
)  # fmt: skip


def new_plan(row: WorkshopRow | None, person: Any, language: str) -> Plan:
    """What a first date of a format begins with."""
    day = timezone.localdate() + AHEAD
    if row is None:
        meeting = MeetingPlan(day, START, 180, person.time_zone)
        return Plan((meeting,), {}, language, trainers=(TrainerPlan(person=person),))
    place, online = row.maximum, 0
    if row.mode == "online":
        place, online = 0, row.maximum
    elif row.place_maximum is not None:
        place, online = row.place_maximum, row.online_maximum or 0
    return Plan(
        meetings=(MeetingPlan(day, START, row.minutes or 180, person.time_zone),),
        seats={SeatMode.PLACE.value: place, SeatMode.ONLINE.value: online},
        language=language,
        trainers=(TrainerPlan(person=person), *(TrainerPlan() for _n in range(row.trainers - 1))),
        minimum=row.minimum or 1,
    )


def plan_of(session: WorkshopSession) -> Plan:
    """What a date says now. Its meetings, seats and trainers were read before; three queries."""
    columns = {name: getattr(session, name) for name in COLUMNS}
    return Plan(
        meetings=tuple(
            MeetingPlan(row.day, row.start, row.minutes, row.zone, row.fold, row.number)
            for row in session.meetings.all()
        ),
        seats={mode.value: 0 for mode in SeatMode} | {pool.mode: pool.capacity for pool in session.pools.all()},
        trainers=tuple(TrainerPlan(row.person, row.name, row.email) for row in session.trainers.all()),
        questions=tuple(
            QuestionPlan(
                row.text,
                row.kind,
                tuple(row.options),
                row.is_required,
                row.is_sensitive,
                row.erase_after_days,
                row.number,
            )
            for row in session.questions.all()
        ),
        organisations=tuple(sorted(session.organisations.values_list("pk", flat=True))),
        interpreting=tuple(session.languages_interpreted),
        **columns,
    )


def copy_of(session: WorkshopSession) -> Plan:
    """The same again on the same weekday, in four weeks or later; nothing of booking windows that lie in the past."""
    plan = plan_of(session)
    first = min((meeting.day for meeting in plan.meetings), default=timezone.localdate())
    days = max((timezone.localdate() + AHEAD - first).days, 1)
    return shifted(plan, timedelta(days=-(-days // 7) * 7))
