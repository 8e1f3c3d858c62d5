"""Who holds which role where. A role for a unit holds for all units below it; one without a unit holds everywhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from .enums import Role
from .models import RoleGrant, Unit


def roles_of(user: Any, on: date | None = None) -> set[Role]:
    """Roles that the person holds anywhere on this day (default: today). Nobody holds one without signing in."""
    if not user.is_authenticated:
        return set()
    grants = RoleGrant.objects.on(on or timezone.localdate()).filter(person_id=user.pk)
    return {Role(role) for role in grants.values_list("role", flat=True).distinct()}


def has_role(user: Any, role: Role, unit: Unit | None = None, on: date | None = None) -> bool:
    """Whether the person holds this role: for this unit (or one above it, or everywhere); without a unit: anywhere."""
    if not user.is_authenticated:
        return False
    grants = RoleGrant.objects.on(on or timezone.localdate()).filter(person_id=user.pk, role=role)
    if unit is None:
        return grants.exists()
    scopes = set(grants.values_list("unit_id", flat=True))
    return None in scopes or bool(scopes & units_above(unit))


def units_above(unit: Unit) -> set[int]:
    """Ids of the unit and all units above it."""
    parents = dict(Unit.objects.filter(organisation_id=unit.organisation_id).values_list("id", "parent_id"))
    found: set[int] = set()
    current: int | None = unit.pk
    while current is not None and current not in found:
        found.add(current)
        current = parents.get(current)
    return found


def units_below(*units: Unit) -> set[int]:
    """Ids of the units and all units below them: what a role for them covers."""
    children: dict[int | None, list[int]] = {}
    rows = Unit.objects.filter(organisation_id__in={unit.organisation_id for unit in units})
    for pk, parent in rows.values_list("id", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = [unit.pk for unit in units]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children.get(pk, [])
    return found
