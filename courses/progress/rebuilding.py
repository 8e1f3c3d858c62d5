"""Derives everything that is derived once more from the facts, and says what differs (architecture rule 3).

All tables are read once, in the order of people, side by side: so many people take as long as so many rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from academy.people.models import User
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.enrolments.rules import lock_learner
from curriculum.items.models import LearningItem

from .models import ItemProgress, LearningEvent
from .queries import facts_for, is_complete, waived
from .rules import as_stored, derive
from .scoring import Happened, Summary, summarise

CHUNK = 5_000
Row = tuple[Any, ...]


def differences(*, repair: bool, at: datetime, people: Collection[int] | None = None) -> Iterator[str]:
    """Yield a line for each summary that is not what the facts say (none is right). `people`: look at these alone.

    With `repair` the rows are made what the facts say by then: what is noted meanwhile is not lost. Whether an
    enrolment is completed is only looked at: a completion is evidence, and is neither given nor taken by a repair.
    """
    keys = dict(LearningItem.objects.values_list("pk", "key"))
    for person, (events, stored, enrolments) in _by_person(people):
        facts = [(row[1], Happened(keys[row[1]], *row[2:])) for row in events]
        yield from _items(person, facts, stored, repair)
        yield from _enrolments([fact for _item, fact in facts], enrolments, repair)


def _by_person(people: Collection[int] | None) -> Iterator[tuple[int, tuple[list[Row], list[Row], list[Enrolment]]]]:
    """Each person's facts, summaries and enrolments that were not left, read side by side."""
    only = {} if people is None else {"person_id__in": people}
    events = (
        LearningEvent.objects.filter(**only)
        .order_by("person_id", "at", "id")
        .values_list("person_id", "item_id", "fact", "at", "data")
    )
    rows = (
        ItemProgress.objects.filter(**only)
        .order_by("person_id")
        .values_list("person_id", "item_id", "standing", "completed_at", "percent")
    )
    kept = Enrolment.objects.filter(left_at=None, **only).order_by("person_id", "pk")
    readers = (
        _Reader(events.iterator(CHUNK), lambda row: row[0]),
        _Reader(rows.iterator(CHUNK), lambda row: row[0]),
        _Reader(kept.iterator(CHUNK), lambda enrolment: enrolment.person_id),
    )
    while any(reader.person is not None for reader in readers):
        person = min(reader.person for reader in readers if reader.person is not None)
        found = tuple(reader.take(person) for reader in readers)
        yield person, (found[0], found[1], found[2])


class _Reader:
    """A table in the order of people, handed out person by person."""

    def __init__(self, rows: Iterable[Any], person_of: Any) -> None:
        self._groups = groupby(rows, key=person_of)
        self.person: int | None = None
        self._rows: list[Any] = []
        self._next()

    def take(self, person: int) -> list[Any]:
        """The rows of this person; they are asked for in rising order."""
        if self.person != person:
            return []
        rows = self._rows
        self._next()
        return rows

    def _next(self) -> None:
        person, rows = next(self._groups, (None, ()))
        self.person, self._rows = person, list(rows)


def _items(person: int, facts: list[tuple[int, Happened]], stored: list[Row], repair: bool) -> Iterator[str]:
    by_item: dict[int, list[Happened]] = {}
    for item, happened in facts:
        by_item.setdefault(item, []).append(happened)
    rows = {row[1]: Summary(*row[2:]) for row in stored}
    for item, happened_all in by_item.items():
        wanted, found = summarise(happened_all), rows.pop(item, None)
        if found != wanted:
            yield f"person {person}, item {item}: stored {found}, facts say {wanted}"
            if repair:
                _mend_item(person, item)
    for item in rows:
        yield f"person {person}, item {item}: stored, but there are no facts"
        if repair:
            _mend_item(person, item)


def _enrolments(facts: list[Happened], enrolments: list[Enrolment], repair: bool) -> Iterator[str]:
    for enrolment in enrolments:
        rule = rule_of(enrolment)
        about: list[Happened] = [happened for happened in facts if happened.key in rule.keys]
        facts_met = is_complete(rule, about, until=enrolment.completed_at)
        if facts_met and enrolment.completed_at is None:
            yield f"enrolment {enrolment.pk}: the facts meet its rule, yet it is not completed"
        elif not facts_met and enrolment.completed_at is not None:
            yield f"enrolment {enrolment.pk}: completed, yet the facts do not meet its rule"
        spared: list[str] = as_stored(_waived_then(rule, about, enrolment.completed_at))
        if enrolment.waived != spared:
            yield f"enrolment {enrolment.pk}: waived is stored as {enrolment.waived}, facts say {spared}"
            if repair:
                _mend_waived(enrolment)


@transaction.atomic
def _mend_item(person: int, item: int) -> None:
    """From the facts of now: those that were compared may be minutes old."""
    lock_learner(User(pk=person))
    derive(person, item)


@transaction.atomic
def _mend_waived(enrolment: Enrolment) -> None:
    lock_learner(User(pk=enrolment.person_id))
    enrolment.refresh_from_db(fields=["rule", "completed_at"])
    rule = rule_of(enrolment)
    spared = as_stored(_waived_then(rule, facts_for(enrolment.person_id, rule), enrolment.completed_at))
    Enrolment.objects.filter(pk=enrolment.pk).update(waived=spared)


def _waived_then(rule: Any, facts: list[Happened], until: datetime | None) -> frozenset[UUID]:
    """What was waived as long as the enrolment ran: what is waived later means it no more."""
    return waived(rule, [happened for happened in facts if until is None or happened.at <= until])
