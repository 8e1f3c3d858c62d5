"""What is required of somebody, as they see it themselves: by whom, until when, how much time is left. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from academy.people.models import Pause
from courses.assignments.emails import asked_by, called
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import duties_of, state_of, today_in
from courses.enrolments.enums import Due
from courses.web.answers import language
from curriculum.completion.queries import Name


@dataclass(frozen=True)
class Required:
    """One thing that is required and not completed.

    `away_until`: the last day away, where they are away today and an end is known. `wanted_on`: the day they have asked
    for and not been told of yet.
    """

    duty: Duty
    name: Name
    state: Due
    today: date
    away_until: date | None = None
    wanted_on: date | None = None

    @property
    def asked_by(self) -> str:
        """Who requires it: a name and the organisation."""
        return asked_by(self.duty.assignment)

    @property
    def left(self) -> int | None:
        """Days until the date, the date itself not counted; None without a date, or where it has passed."""
        if self.duty.due_on is None or self.duty.due_on < self.today:
            return None
        return (self.duty.due_on - self.today).days


def required_of(person: Any, at: datetime) -> list[Required]:
    """All of it, the most urgent first. One query where nothing is required, else two."""
    wanted = Extension.objects.filter(duty=OuterRef("pk"), state=ExtensionState.ASKED).values("wanted_on")[:1]
    duties = list(_open(person).annotate(wanted_on=Subquery(wanted)))
    if not duties:
        return []
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(person=person):
        pauses.setdefault(pause.organisation_id, []).append(pause)
    return [_row(duty, pauses.get(duty.organisation_id, []), at) for duty in duties]


def required_line(person: Any, key: UUID) -> Required | None:
    """Whoever wants a course or path of the person first; None where nobody does, or it is completed. One query."""
    duty = _open(person).filter(item__key=key).first()
    return _row(duty, [], timezone.now()) if duty is not None else None


def _open(person: Any) -> QuerySet[Duty]:
    return duties_of(person).filter(completed_at=None).select_related("assignment__organisation")


def _row(duty: Duty, pauses: list[Pause], at: datetime) -> Required:
    today = today_in(duty.organisation, at)
    now = [one for one in pauses if one.from_day <= today and (one.until_day is None or one.until_day >= today)]
    return Required(
        duty=duty,
        name=called(duty.item, language()),
        state=state_of(duty, today, away=bool(now)),
        today=today,
        away_until=now[0].until_day if now else None,
        wanted_on=getattr(duty, "wanted_on", None),
    )
