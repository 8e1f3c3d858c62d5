"""Who answers for somebody's required learning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit, User

NEAREST = (Role.MANAGER, Role.DEPUTY)


def leaders_of(person_id: int, organisation_id: int, on: date) -> list[User]:
    """Whom a request of somebody goes to: managers and deputies of the nearest unit that has any, from theirs upwards.

    Where they work in several units, those of each. Without any the training coordinators who reach them, else the
    organisation's administrators. Never the person. Six queries at most.
    """
    grants = RoleGrant.objects.on(on).filter(person__is_active=True).exclude(person=person_id)
    here = grants.filter(unit__organisation=organisation_id)
    leading = _by_unit(here.filter(role__in=NEAREST).values_list("unit_id", "person_id"))
    lines = _lines(person_id, organisation_id, on)
    found = {person for line in lines for person in _nearest(line, leading)}
    if not found:
        coordinating = _by_unit(here.filter(role=Role.TRAINING_COORDINATOR).values_list("unit_id", "person_id"))
        found = {person for line in lines for unit in line for person in coordinating.get(unit, ())}
        shared = grants.filter(role=Role.TRAINING_COORDINATOR, centre__organisations=organisation_id)
        found |= set(shared.values_list("person_id", flat=True)) if lines else set()
    if not found:
        found = set(here.filter(role=Role.ORGANISATION_ADMIN).values_list("person_id", flat=True))
    return list(User.objects.filter(pk__in=found).order_by("pk"))


def _by_unit(rows: Iterable[tuple[int | None, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for unit, person in rows:
        if unit is not None:
            found.setdefault(unit, set()).add(person)
    return found


def _lines(person_id: int, organisation_id: int, on: date) -> list[list[int]]:
    """For each unit in which somebody works today that unit and those above it, upwards."""
    rows = Membership.objects.on(on).filter(person=person_id, unit__organisation=organisation_id)
    parents = dict(Unit.objects.filter(organisation=organisation_id).values_list("pk", "parent_id"))
    lines = []
    for unit in rows.values_list("unit_id", flat=True):
        line: list[int] = []
        above: int | None = unit
        while above is not None and above not in line:
            line.append(above)
            above = parents.get(above)
        lines.append(line)
    return lines


def _nearest(line: list[int], leading: dict[int, set[int]]) -> set[int]:
    return next((leading[unit] for unit in line if unit in leading), set())
