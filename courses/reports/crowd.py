"""Everybody of a team with the most urgent state of each, and what else is known about them: plain values.

What it costs does not depend on how many people there are, or on how many units: three queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, overload
from uuid import UUID

from django.db.models import Case, DateField, Exists, IntegerField, Min, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast

from academy.people.models import Membership, Pause
from academy.people.workplaces import invited, not_come
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import RANK
from courses.booking.queries.teams import nameless_seats, open_requests
from courses.certificates.queries import ending
from courses.enrolments.enums import Due
from courses.enrolments.queries import DUE_SOON
from courses.outside.queries import waiting_of_team

from .evidence import sortable
from .tree import Scope
from .wanted import ENDS_SOON, NEWCOMER, Wanted

NOTHING = RANK.index(Due.NONE)
AWAY = RANK.index(Due.PAUSED)


@dataclass(frozen=True)
class Signals:
    """What else is known about people of the reach, by their numbers."""

    asked: frozenset[int]
    reported: int
    seats: int
    nameless: int
    ending: frozenset[int]
    away: Mapping[int, date | None]
    only_asked: frozenset[int]
    invited: int


@dataclass(frozen=True)
class Crowd:
    """Everybody of a scope with their worst state, and who of them is wanted.

    `memberships`: person, unit and what else was read of each. `rank`: places in `RANK`. `found`: after all filters but
    that of the status, `shown`: after all.
    """

    names: Mapping[int, str]
    memberships: Sequence[tuple[Any, ...]]
    rank: Mapping[int, int]
    found: Collection[int]
    shown: ByUrgency

    @property
    def hidden(self) -> int:
        """How many people filters hide."""
        return len(self.names) - len(self.shown)

    def units_of(self, people: Collection[int]) -> dict[int, list[int]]:
        """Units of the scope in which these people work."""
        found: dict[int, list[int]] = {pk: [] for pk in people}
        for row in self.memberships:
            if row[0] in found:
                found[row[0]].append(row[1])
        return found

    def count(self, people: Collection[int]) -> dict[Due, int]:
        """How many of these stand in each state."""
        rank = self.rank
        counted = Counter(rank.get(pk, NOTHING) for pk in people)
        return {state: counted[place] for place, state in enumerate(RANK)}


class ByUrgency(Sequence[int]):
    """People in the order of a list: the most urgent first, then by name. Only what is looked at is sorted."""

    def __init__(self, people: Collection[int], rank: Mapping[int, int], names: Mapping[int, str]) -> None:
        self._places: list[list[int]] = [[] for _ in RANK]
        self._sorted: set[int] = set()
        self._names = names
        self._count = len(people)
        for pk in people:
            self._places[rank.get(pk, NOTHING)].append(pk)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, wanted: int) -> int: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[int]: ...

    def __getitem__(self, wanted: int | slice) -> int | list[int]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, step = wanted.indices(self._count)
        found: list[int] = []
        before = 0
        for number, people in enumerate(self._places):
            if before < stop and before + len(people) > start:
                self._sort(number)
                found += people[max(0, start - before) : stop - before]
            before += len(people)
        return found[::step]

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    def _sort(self, number: int) -> None:
        if number not in self._sorted:
            names = self._names
            self._places[number].sort(key=lambda pk: (sortable(names[pk]), pk))
            self._sorted.add(number)


def crowd_of(scope: Scope, wanted: Wanted, *, name: str, today: date, signals: Signals) -> Crowd:
    """Everybody of the scope and who of them is wanted. Two queries, however many people.

    Who is invited and has not come stands in a list of its own (`board.Board.invited`), with an account or without.
    """
    # Only what is asked for is read: of many thousands each column counts.
    more = {"from_day": wanted.newcomers, "person__last_login": wanted.not_signed_in}
    fields = ["person_id", "unit_id", "person__display_name", *(field for field, is_asked in more.items() if is_asked)]
    rows = list(members(scope, today).values_list(*fields))
    if not scope.tree.names.keys() >= {row[1] for row in rows}:
        # Units that an import has made since the tree was read: they are there the next time.
        rows = [row for row in rows if row[1] in scope.tree.names]
    if signals.only_asked:
        rows = [row for row in rows if row[0] not in signals.only_asked]
    names = {row[0]: row[2] for row in rows}
    rank = _ranks(scope, wanted.item, today, signals.away)
    tests: list[Callable[[int], bool]] = []
    if wanted.item is not None:
        tests.append(rank.__contains__)
    if wanted.newcomers:
        first = today - NEWCOMER
        longer = {row[0] for row in rows if row[3] < first}
        tests.append(lambda pk: pk not in longer)
    if wanted.not_signed_in:
        strangers = {row[0] for row in rows if row[-1] is None}
        tests.append(strangers.__contains__)
    if wanted.ending:
        tests.append(signals.ending.__contains__)
    if wanted.named and name:
        part = sortable(name)  # who types Emile finds Émile
        tests.append(lambda pk: part in sortable(names[pk]))
    found: Collection[int] = [pk for pk in names if all(test(pk) for test in tests)] if tests else names
    places = {RANK.index(status) for status in wanted.statuses}
    shown = [pk for pk in found if rank.get(pk, NOTHING) in places] if places else found
    return Crowd(names=names, memberships=rows, rank=rank, found=found, shown=ByUrgency(shown, rank, names))


def members(scope: Scope, today: date) -> QuerySet[Any]:
    """Who works in the scope today; accounts that are closed are nobody's to lead."""
    rows = Membership.objects.on(today).filter(person__is_active=True)
    if scope.is_whole:
        return rows.filter(unit__organisation_id=scope.organisation.pk)
    return rows.filter(unit_id__in=scope.ids)


def duties_in(scope: Scope, item: UUID | None, today: date, people: Collection[int] | None = None) -> QuerySet[Duty]:
    """What the organisation requires of people of the scope, or of these; of this item alone, if one is named."""
    duties = Duty.objects.filter(organisation_id=scope.organisation.pk, ended_at=None)
    if item is not None:
        duties = duties.filter(item__key=item)
    if people is not None:
        return duties.filter(person_id__in=people)
    return duties if scope.is_whole else duties.filter(person__in=members(scope, today).values("person_id"))


def _ranks(scope: Scope, item: UUID | None, today: date, away: Mapping[int, Any]) -> dict[int, int]:
    """The most urgent state of each person of whom anything is required, as a place in `RANK`. One query.

    It says the same as the least of `assignments.queries.with_state`: whoever is away has nothing more urgent.
    """
    urgency = Case(
        When(completed_at__isnull=False, then=Value(RANK.index(Due.COMPLETED))),
        When(due_on__lt=today, then=Value(RANK.index(Due.OVERDUE))),
        When(due_on__lte=today + DUE_SOON, then=Value(RANK.index(Due.DUE_SOON))),
        default=Value(RANK.index(Due.ON_TRACK)),
        output_field=IntegerField(),
    )
    rows = duties_in(scope, item, today).order_by().values("person_id").annotate(worst=Min(urgency))
    found: dict[int, int] = dict(rows.values_list("person_id", "worst"))
    for pk in away:
        if pk in found:
            found[pk] = max(found[pk], AWAY)
    return found


def signals_of(scope: Scope, today: date, at: datetime, reader: Any) -> Signals:
    """Who asks for time or a seat, reports of training, seats without a name, certificates that end, who is away or
    has been invited and has not come.

    One query: nobody waits for six answers to see one page.
    """
    led = replace(scope, ids=scope.reach)
    people = members(led, today).values("person_id")
    no_day = Cast(Value(None), DateField())

    def marked(rows: QuerySet[Any], mark: str, person: str, day: Any) -> QuerySet[Any]:
        return rows.order_by().values_list(Value(mark), person, day)

    organisation = scope.organisation.pk
    asked = Extension.objects.filter(
        state=ExtensionState.ASKED,
        duty__organisation_id=organisation,
        duty__person__in=people,
        duty__ended_at=None,
        duty__completed_at=None,
    ).exclude(duty__person=reader)
    required = Duty.objects.filter(
        organisation_id=organisation, person=OuterRef("person"), item=OuterRef("item"), ended_at=None
    )
    soon = ending(today, within=ENDS_SOON, since=timedelta(0)).filter(Exists(required), person__in=people)
    away = Pause.objects.on(today).filter(organisation_id=organisation, person__in=people)
    rows = marked(asked, "asked", "duty__person_id", no_day).union(
        marked(waiting_of_team(scope.reach, today, reader), "reported", "person_id", no_day),
        marked(open_requests(scope.reach, today, at, reader), "seats", "person_id", no_day),
        marked(nameless_seats(scope.reach, at), "nameless", "pk", no_day),
        marked(soon, "ending", "person_id", no_day),
        marked(away, "away", "person_id", "until_day"),
        marked(not_come(members(led, today)), "only_asked", "person_id", no_day),
        marked(invited(scope.reach), "invited", "pk", no_day),
        all=True,
    )
    found: dict[str, list[tuple[int, date | None]]] = {}
    for mark, person, day in rows:
        found.setdefault(mark, []).append((person, day))
    return Signals(
        asked=frozenset(person for person, _day in found.get("asked", ())),
        reported=len(found.get("reported", ())),
        seats=len(found.get("seats", ())),
        nameless=len(found.get("nameless", ())),
        ending=frozenset(person for person, _day in found.get("ending", ())),
        away=dict(found.get("away", ())),
        only_asked=frozenset(person for person, _day in found.get("only_asked", ())),
        invited=len(found.get("invited", ())),
    )
