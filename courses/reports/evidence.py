"""How required learning stood at the end of a past day: read from facts alone, so that it stays what it was.

Only what had been recorded by the end of that day counts (`StaffEvent.at`, `DutyEvent.at`), and certificates issued by
then. What is renamed, moved, closed, deleted, granted or corrected later changes nothing. An account that is erased
later leaves its rows with a number in place of the name, and without its certificates: those carry the name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from academy.people.enums import StaffFact
from academy.people.models import Organisation, StaffEvent, User
from courses.assignments.due import Away
from courses.assignments.enums import DutyFact
from courses.assignments.models import Duty, DutyEvent
from courses.assignments.queries import RANK, state_of
from courses.certificates.enums import CertificateKind, CertificateStatus
from courses.certificates.models import Certificate
from courses.enrolments.enums import Due

EXPIRED = "expired"
# Whoever had one of these by then holds nothing that a report could name.
GONE = (CertificateStatus.REPLACED, CertificateStatus.WITHDRAWN)


@dataclass(frozen=True)
class UnitThen:
    """A unit as it stood; `parent` is the number of the unit above, None for the whole organisation."""

    pk: int
    name: str
    parent: int | None
    closed: bool = False


@dataclass(frozen=True)
class Held:
    """A certificate as it stood; `state` is that of components/status.html: valid, expired, revoked."""

    code: str
    state: str
    valid_until: date | None


@dataclass(frozen=True)
class Line:
    """One thing that was required of somebody; without `title` nothing was required of them. `name` empty: erased."""

    person: int
    name: str
    unit: str
    code: str = ""
    title: str = ""
    state: Due = Due.NONE
    due_on: date | None = None
    completed_on: date | None = None
    held: Held | None = None


@dataclass(frozen=True)
class Then:
    """An organisation at the end of a day: its units, who worked in which of them, who was away. Numbers are keys."""

    organisation: int
    name: str
    day: date
    zone: str
    units: dict[int, UnitThen]
    people: dict[int, frozenset[int]]
    names: dict[int, str]
    away: frozenset[int]

    @property
    def end(self) -> datetime:
        """The first moment that does not belong to it any more."""
        return end_of(self.day, self.zone)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing can be added to the day any more."""
        return self.end <= now

    def above(self, unit: int) -> list[UnitThen]:
        """The unit and those above it, the highest first."""
        found: list[UnitThen] = []
        current = self.units.get(unit)
        while current is not None and current not in found:
            found.insert(0, current)
            current = self.units.get(current.parent) if current.parent is not None else None
        return found

    def path(self, unit: int) -> str:
        """As in "Works › Roads"; the organisation's own name only where somebody worked in no part of it."""
        chain = self.above(unit)
        return " › ".join(each.name for each in (chain[1:] or chain))

    def reached(self, unit_ids: Collection[int]) -> list[UnitThen]:
        """Units that these cover: they and all that stood below them, as a tree in the order of their paths."""
        covered = [unit for unit in self.units.values() if any(each.pk in unit_ids for each in self.above(unit.pk))]
        return sorted(covered, key=lambda unit: [(sortable(each.name), each.pk) for each in self.above(unit.pk)])

    def below(self, unit: int) -> set[int]:
        """Numbers of the unit and of all that stood below it."""
        return {each.pk for each in self.reached({unit})}


@dataclass(frozen=True)
class Evidence:
    """How the people of a unit and below stood; `lines` by name, of each person the most urgent first."""

    then: Then
    unit: UnitThen
    lines: list[Line]
    is_over: bool

    @property
    def people(self) -> int:
        """How many worked there."""
        return len({line.person for line in self.lines})

    @property
    def counts(self) -> dict[Due, int]:
        """Required things by how they stood."""
        return {state: sum(line.state == state for line in self.lines) for state in RANK if state != Due.NONE}


def end_of(day: date, zone: str) -> datetime:
    """The first moment after a day in a zone."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def first_day(organisation: Organisation) -> date | None:
    """The day of the first fact, in the zone of now; None where nothing is recorded."""
    at = StaffEvent.objects.filter(organisation_ref=organisation.pk).values_list("at", flat=True).first()
    return at.astimezone(ZoneInfo(organisation.time_zone)).date() if at is not None else None


def as_of(organisation: Organisation, day: date) -> Then | None:
    """The organisation at the end of a day; None where nothing was recorded by then. Three queries."""
    zone = _zone(organisation, day)
    end = end_of(day, zone)
    facts = StaffEvent.objects.filter(organisation_ref=organisation.pk, at__lt=end).order_by("at", "id")
    replay = _Replay()
    for fact, person, unit, data in facts.values_list("fact", "person_id", "unit_ref", "data"):
        replay.take(fact, person, unit, data)
    if not replay.units:
        return None
    erased = set(User.objects.filter(erased_at__lt=end, pk__in=replay.people).values_list("pk", flat=True))
    people: dict[int, set[int]] = {}
    for (person, unit, since), until in replay.memberships.items():
        if person not in erased and unit in replay.units and Away(since, until).covers(day):
            people.setdefault(person, set()).add(unit)
    return Then(
        organisation=organisation.pk,
        name=replay.name,
        day=day,
        zone=zone,
        units={
            pk: UnitThen(pk, name, parent, closed=pk in replay.closed and replay.closed[pk] <= day)
            for pk, (name, parent) in replay.units.items()
        },
        people={person: frozenset(units) for person, units in people.items()},
        names=replay.names,
        away=frozenset(person for person, away in replay.pauses.values() if away.covers(day)),
    )


def evidence(then: Then, unit: UnitThen, now: datetime) -> Evidence:
    """How everybody stood who worked in the unit or below. Two queries, however many people."""
    inside = then.below(unit.pk)
    there = {person: units & inside for person, units in then.people.items() if units & inside}
    where = {person: _paths(then, units) for person, units in there.items()}
    held = _certificates(then)
    zone = ZoneInfo(then.zone)
    lines: dict[int, list[tuple[Any, Line]]] = {person: [] for person in there}
    for number, duty in _duties(then):
        if duty.person not in there or duty.ended:
            continue
        done = duty.completed
        state = state_of(Duty(due_on=duty.due, completed_at=done), then.day, away=duty.person in then.away)
        line = Line(
            person=duty.person,
            name=then.names.get(duty.person, ""),
            unit=where[duty.person],
            code=duty.words[0],
            title=duty.words[1],
            state=state,
            due_on=duty.due,
            completed_on=done.astimezone(zone).date() if done is not None else None,
            held=held.get((duty.person, duty.item)),
        )
        rank = (RANK.index(state), duty.due or date.max, line.code, number)
        lines[duty.person].append((rank, line))
    ordered = sorted(there, key=lambda person: (sortable(then.names.get(person, "")), person))
    found: list[Line] = []
    for person in ordered:
        own = [line for _rank, line in sorted(lines[person], key=lambda pair: pair[0])]
        found += own or [Line(person, then.names.get(person, ""), where[person])]
    return Evidence(then=then, unit=unit, lines=found, is_over=then.is_over(now))


# NFKD takes apart é and ö, but not these.
_STROKES = str.maketrans("łŁøØđĐ", "lLoOdD")


def sortable(text: str) -> str:
    """A key that puts é beside e and ł beside l, and does not tell capitals; the same on every machine."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text).translate(_STROKES)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def _paths(then: Then, units: Iterable[int]) -> str:
    return ", ".join(sorted((then.path(unit) for unit in units), key=sortable))


def _zone(organisation: Organisation, day: date) -> str:
    """The zone in which the day ended: the last one that was said by its noon."""
    noon = datetime.combine(day, time(12), UTC)
    facts = StaffEvent.objects.filter(organisation_ref=organisation.pk, fact=StaffFact.ORGANISATION)
    said = [(at, data["zone"]) for at, data in facts.order_by("at", "id").values_list("at", "data") if "zone" in data]
    before = [zone for at, zone in said if at <= noon]
    return str((before or [zone for _at, zone in said[:1]] or [organisation.time_zone])[-1])


@dataclass
class _Replay:
    """What facts about an organisation add up to, taken in their order."""

    name: str = ""
    units: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    closed: dict[int, date] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    # By person, unit and first day: the last day, None while it is open.
    memberships: dict[tuple[int, int, date], date | None] = field(default_factory=dict)
    pauses: dict[int, tuple[int, Away]] = field(default_factory=dict)

    @property
    def people(self) -> set[int]:
        """Everybody who ever worked there."""
        return {person for person, _unit, _since in self.memberships}

    def take(self, fact: str, person: int | None, unit: int | None, data: dict[str, Any]) -> None:
        """The next fact."""
        if fact == StaffFact.ORGANISATION:
            self.name = data["name"]
        elif fact == StaffFact.UNIT and unit is not None:
            self.units[unit] = (data["name"], data["parent"])
        elif fact == StaffFact.UNIT_CLOSED and unit is not None:
            self.closed[unit] = date.fromisoformat(data["on"])
        elif person is not None:
            self._take_person(fact, person, unit, data)

    def _take_person(self, fact: str, person: int, unit: int | None, data: dict[str, Any]) -> None:
        if fact == StaffFact.NAMED:
            # Empty since the account was erased.
            self.names[person] = data.get("name", "")
        elif fact == StaffFact.JOINED and unit is not None:
            # Another job of somebody whose last day is known says that day again.
            until = date.fromisoformat(data["until"]) if data.get("until") else None
            self.memberships[person, unit, date.fromisoformat(data["from"])] = until
        elif fact == StaffFact.LEFT and unit is not None:
            self.memberships[person, unit, date.fromisoformat(data["from"])] = date.fromisoformat(data["until"])
        elif fact == StaffFact.PAUSED:
            # A pause that was taken back ends before it begins: it covers no day.
            until = date.fromisoformat(data["until"]) if data["until"] else None
            self.pauses[data["pause"]] = (person, Away(date.fromisoformat(data["from"]), until))


@dataclass
class _DutyThen:
    """A duty as its facts leave it; `words` are code and title."""

    person: int
    item: UUID
    words: tuple[str, str]
    due: date | None = None
    completed: datetime | None = None
    ended: bool = False


def _duties(then: Then) -> Iterator[tuple[int, _DutyThen]]:
    """Duties by number, with the words by which their course was known at the end of the day. One query."""
    found: dict[int, _DutyThen] = {}
    words: dict[UUID, tuple[str, str]] = {}
    facts = DutyEvent.objects.filter(organisation_ref=then.organisation, at__lt=then.end).order_by("at", "id")
    for number, person, item, fact, data in facts.values_list("duty_ref", "person_id", "item_key", "fact", "data"):
        words[item] = (data["code"], data["title"])
        duty = found.setdefault(number, _DutyThen(person, item, words[item]))
        duty.due = date.fromisoformat(data["due"]) if data["due"] else None
        if fact == DutyFact.COMPLETED:
            duty.completed = datetime.fromisoformat(data["completed"])
        elif fact == DutyFact.REOPENED:
            duty.completed = None
        elif fact == DutyFact.ENDED:
            duty.ended = True
    for number, duty in found.items():
        duty.words = words[duty.item]
        yield number, duty


def _certificates(then: Then) -> dict[tuple[int, UUID], Held]:
    """The certificate of each person and item as it stood: a valid one before others, else the newest. One query."""
    asked = DutyEvent.objects.filter(organisation_ref=then.organisation, at__lt=then.end)
    rows = Certificate.objects.filter(
        kind=CertificateKind.COMPLETION,
        issued_at__lt=then.end,
        person__in=asked.values("person"),
        item__key__in=asked.values("item_key"),
    ).values_list(
        "person_id",
        "item__key",
        "code",
        "issued_at",
        "valid_until",
        "status",
        "status_changed_at",
        # One that replaces another carries the other's day of issue: it was there from that change on.
        "replaces__status_changed_at",
    )
    found: dict[tuple[int, UUID], tuple[Any, Held]] = {}
    for person, item, code, issued_at, valid_until, status, changed_at, replaced_at in rows:
        if person is None or (replaced_at is not None and replaced_at >= then.end):
            continue
        was = status if changed_at is not None and changed_at < then.end else CertificateStatus.VALID
        if was in GONE:
            continue
        is_over = was == CertificateStatus.VALID and valid_until is not None and valid_until < then.day
        held = Held(code, EXPIRED if is_over else str(was), valid_until)
        rank = (held.state == CertificateStatus.VALID, issued_at, code)
        if (person, item) not in found or found[person, item][0] < rank:
            found[person, item] = (rank, held)
    return {key: held for key, (_rank, held) in found.items()}
