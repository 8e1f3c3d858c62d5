"""What days away do to due dates, before they are noted. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from academy.people.models import User
from courses.assignments.due import Away, due_after
from courses.assignments.emails import called
from courses.assignments.models import Duty
from courses.assignments.queries import pauses_of
from courses.web.answers import language
from courses.web.team_doors import Reach
from curriculum.completion.queries import Name


@dataclass(frozen=True)
class Effect:
    """A due date and what becomes of it."""

    name: Name
    before: date
    after: date

    @property
    def days(self) -> int:
        """By how many days it moves."""
        return (self.after - self.before).days


@dataclass(frozen=True)
class Effects:
    """All open dates of somebody. `is_open_ended`: nobody knows yet when they are back."""

    rows: tuple[Effect, ...]
    is_open_ended: bool

    @property
    def moved(self) -> tuple[Effect, ...]:
        """Dates that move."""
        return tuple(row for row in self.rows if row.days)

    @property
    def days(self) -> set[int]:
        """By how many days dates move; one number where it is the same for all."""
        return {row.days for row in self.moved}


def effects_of(person: User, reach: Reach, away: Away) -> Effects:
    """What another pause would do. Two queries."""
    known = pauses_of([person.pk], reach.organisation.pk).get(person.pk, [])
    return Effects(tuple(_rows(person, reach, [*known, away])), away.until is None)


def _rows(person: User, reach: Reach, pauses: list[Away]) -> Iterable[Effect]:
    duties = Duty.objects.filter(
        person=person, organisation=reach.organisation, ended_at=None, completed_at=None, due_on__isnull=False
    )
    for duty in duties.select_related("item").order_by("due_on", "pk"):
        after = due_after(duty.agreed_due, duty.agreed_on, pauses)
        if duty.due_on is not None and after is not None:
            yield Effect(called(duty.item, language()), duty.due_on, after)
