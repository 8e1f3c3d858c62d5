"""Teams for tests: an organisation with units, people in them, and what is required of them. Made through the flows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Organisation, Unit, User
from courses.assignments.models import Assignment, Duty
from courses.flows import assign_learning
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit


@dataclass
class Team:
    """Lindau: a manager of the whole, units Buying and Works, people by the name of their unit."""

    organisation: Organisation
    whole: Unit
    manager: User
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, list[User]] = field(default_factory=dict)

    @property
    def everybody(self) -> list[User]:
        """All but the manager."""
        return [person for some in self.people.values() for person in some]


def make_team(sizes: dict[str, int] | None = None, **fields: Any) -> Team:
    """A team with so many people in each unit (default: three buy, two work); the manager works in none of them."""
    organisation = make_organisation(**{"name": "Town of Lindau", **fields})
    whole = organisation.units.get(parent=None)
    manager = make_person(display_name="Mona Manager")
    grant(manager, Role.MANAGER, whole)
    team = Team(organisation, whole, manager)
    for name, size in (sizes or {"Buying": 3, "Works": 2}).items():
        team.units[name] = make_unit(name, parent=whole)
        team.people[name] = [add(team.units[name]) for _ in range(size)]
    return team


def add(unit: Unit, *, from_day: date = LONG_AGO, at: datetime = AT, **fields: Any) -> User:
    """Somebody new who works in the unit."""
    person = make_person(**fields)
    rules.join(person=person, unit=unit, from_day=from_day, by=None, at=at)
    return person


def make_item(code: str = "CPA-9", kind: ItemKind = ItemKind.COURSE, title: str = "") -> LearningItem:
    """Something to learn, without pages behind it: enough where only its number matters."""
    return LearningItem.objects.get_or_create(
        code=code, kind=kind, defaults={"key": uuid4(), "title": title or f"Course {code}"}
    )[0]


def assign(team: Team, item: LearningItem, *, at: datetime = AT, **how: Any) -> Assignment:
    """The manager assigns it to the whole town by rule; `picked` people, another `unit` or a date can be given."""
    picked = how.pop("picked", None)
    return assign_learning.assign(
        organisation=team.organisation,
        unit=how.pop("unit", team.whole),
        item=item,
        by=team.manager,
        at=at,
        picked=None if picked is None else [person.pk for person in picked],
        **how,
    )


def duty_of(person: User, item: LearningItem | None = None) -> Duty:
    """What is required of them; of this item, if there is more than one."""
    rows = Duty.objects.filter(person=person, ended_at=None)
    return (rows.filter(item=item) if item is not None else rows).get()
