"""What was assigned, for whoever leads: how it stands, and what became of it. Reads only; status and dates alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncSecond
from wagtail.models import ModelLogEntry

from academy.people.models import User
from courses.assignments.emails import called
from courses.assignments.enums import Audience, DutyFact
from courses.assignments.models import Assignment, Duty, DutyEvent
from courses.assignments.queries import fits, with_state
from courses.enrolments.enums import Due
from courses.flows.assign_learning import dates_for
from courses.web.answers import language
from courses.web.team_doors import Reach
from curriculum.completion.queries import Name

# What a list says of an assignment; who asked for more time stands on the person's page.
TOLD = (DutyFact.GIVEN, DutyFact.DUE, DutyFact.ENDED)
MOST_LINES = 100


@dataclass(frozen=True)
class Counted:
    """An assignment and how many of one's people stand how with it."""

    assignment: Assignment
    name: Name
    states: dict[str, int]

    @property
    def people(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def completed(self) -> int:
        """Who has completed it."""
        return self.states.get(Due.COMPLETED, 0)

    @property
    def overdue(self) -> int:
        """Who is late."""
        return self.states.get(Due.OVERDUE, 0)

    @property
    def open(self) -> int:
        """Who has it before them, late or not."""
        return self.people - self.completed


@dataclass(frozen=True)
class Line:
    """One thing that happened to an assignment: `what` is a fact about people, or `made`, `changed`, `withdrawn`."""

    at: datetime
    by: User | None
    what: str
    count: int = 0


def counted(assignments: Sequence[Assignment], reach: Reach) -> list[Counted]:
    """How assignments stand. One query, however many."""
    states: dict[int, dict[str, int]] = {}
    duties = held(reach).filter(assignment__in=[one.pk for one in assignments])
    rows: Any = with_state(duties, reach.today).order_by()
    for pk, state, number in rows.values_list("assignment_id", "state").annotate(n=Count("pk")):
        states.setdefault(pk, {})[state] = number
    return [Counted(one, called(one.item, language()), states.get(one.pk, {})) for one in assignments]


def held(reach: Reach) -> QuerySet[Duty]:
    """What is required of one's people, or was completed by them; not what ended."""
    return reach.duties().filter(ended_at=None)


def people_in(assignment: Assignment, reach: Reach) -> QuerySet[Duty]:
    """Who has it, with `state`; the most urgent first."""
    rows = with_state(held(reach).filter(assignment=assignment), reach.today)
    return rows.select_related("person").order_by(
        F("completed_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "person__display_name", "pk"
    )


def told(assignment: Assignment, *, due_on: date | None, due_days: int | None, at: datetime) -> int:
    """How many people would have another date, and be told. Three queries."""
    dates = dates_for(assignment, due_on=due_on, due_days=due_days, at=at)
    rows = Duty.objects.filter(assignment=assignment, ended_at=None, completed_at=None)
    return sum(pk in dates and dates[pk] != agreed for pk, agreed in rows.values_list("person_id", "agreed_due"))


def still_to_give(assignment: Assignment, reach: Reach) -> int:
    """How many people a rule fits who do not have it yet: it is being given to them. Three queries, none for people who
    were picked."""
    if assignment.audience != Audience.RULE or not assignment.is_open:
        return 0
    have = Duty.objects.filter(assignment=assignment).values_list("person_id", flat=True)
    return len(fits(assignment, reach.today).keys() - set(have))


def history(assignment: Assignment, reach: Reach) -> list[Line]:
    """What happened to it and by whom, the newest first; facts of one moment are one line. Four queries."""
    lines = []
    for entry in ModelLogEntry.objects.for_instance(assignment).select_related("user")[:MOST_LINES]:
        what = {"wagtail.create": "made", "wagtail.edit": "changed", "wagtail.delete": "withdrawn"}.get(entry.action)
        if what is not None:
            lines.append(Line(entry.timestamp, entry.user, what))
    rows = (
        DutyEvent.objects.filter(assignment_ref=assignment.pk, fact__in=TOLD, person__in=reach.people())
        .annotate(moment=TruncSecond("at"))
        .order_by("-moment")
        .values_list("moment", "by", "fact")
        .annotate(n=Count("person", distinct=True))[:MOST_LINES]
    )
    found = list(rows)
    names = _by_number({by for _at, by, _fact, _n in found})
    lines += [Line(at, names.get(by), fact, number) for at, by, fact, number in found]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_LINES]


def _by_number(numbers: set[int | None]) -> dict[int, User]:
    people = User.objects.filter(pk__in=[number for number in numbers if number is not None])
    return {person.pk: person for person in people}
