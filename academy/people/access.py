"""Who holds which role where. A role for a unit holds for all units below it; one without a unit holds everywhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from .enums import Role
from .models import Centre, Organisation, RoleGrant, Unit

# Who sees how a team's required learning stands, assigns it and answers for it.
LEADERS = (Role.MANAGER, Role.DEPUTY, Role.TRAINING_COORDINATOR)


def roles_of(user: Any, on: date | None = None) -> set[Role]:
    """Roles that the person holds anywhere on this day (default: today). Nobody holds one without signing in."""
    if not user.is_authenticated:
        return set()
    grants = RoleGrant.objects.on(on or timezone.localdate()).filter(person_id=user.pk)
    return {Role(role) for role in grants.values_list("role", flat=True).distinct()}


def has_role(user: Any, role: Role, unit: Unit | None = None, on: date | None = None) -> bool:
    """Whether the person holds this role: for this unit (or one above it, a centre of its organisation, or everywhere);
    without a unit: anywhere."""
    if not user.is_authenticated:
        return False
    grants = RoleGrant.objects.on(on or timezone.localdate()).filter(person_id=user.pk, role=role)
    if unit is None:
        return grants.exists()
    scopes = set(grants.values_list("unit_id", "centre_id"))
    if (None, None) in scopes or {pk for pk, _centre in scopes} & units_above(unit):
        return True
    centres = {pk for _unit, pk in scopes if pk is not None}
    return bool(centres) and Centre.objects.filter(pk__in=centres, organisations=unit.organisation_id).exists()


def units_reached(user: Any, roles: Collection[Role], on: date) -> set[int] | None:
    """Ids of the units in which the person holds one of these roles on a day; None: everywhere.

    A role for a unit reaches all below it, one for a competence centre all units of its organisations. Three queries
    at most.
    """
    grants = RoleGrant.objects.on(on).filter(person_id=user.pk, role__in=roles).select_related("unit")
    return units_named(list(grants.only("unit__organisation_id", "centre_id")))


def units_named(grants: Collection[RoleGrant]) -> set[int] | None:
    """Ids of the units that these roles reach, as units_reached says; their units should be loaded. Two queries."""
    if any(grant.unit is None and grant.centre_id is None for grant in grants):
        return None
    centres = {grant.centre_id for grant in grants if grant.centre_id}
    shared = (
        set(Unit.objects.filter(organisation__centres__in=centres).values_list("pk", flat=True)) if centres else set()
    )
    units = [grant.unit for grant in grants if grant.unit is not None]
    return shared | (units_below(*units) if units else set())


@dataclass(frozen=True)
class Realm:
    """What somebody administers of an organisation: these units (by id), and with the first of them the whole."""

    organisation: Organisation
    units: frozenset[int]
    is_whole: bool


def administers_everything(user: Any) -> bool:
    """Whether somebody answers for the whole platform today."""
    if user is None or not user.is_authenticated:
        return False
    grants = RoleGrant.objects.on(timezone.localdate()).filter(person_id=user.pk, role=Role.PLATFORM_ADMIN)
    return bool(user.is_superuser) or grants.filter(unit=None, centre=None).exists()


def administered_units(user: Any, on: date) -> set[int] | None:
    """Ids of the units that somebody administers on a day; None: all there are."""
    if not user.is_authenticated:
        return set()
    if user.is_superuser:
        return None
    return units_reached(user, (Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN), on)


def realm_of(user: Any, organisation: Organisation, on: date) -> Realm | None:
    """What somebody administers of this organisation on a day; None: nothing."""
    reached = administered_units(user, on)
    units = dict(Unit.objects.filter(organisation=organisation).values_list("pk", "parent_id"))
    mine = frozenset(units if reached is None else reached & set(units))
    return Realm(organisation, mine, any(units[pk] is None for pk in mine)) if mine else None


def reaching(units: Collection[Unit]) -> Q:
    """Roles, as a condition on them, that somebody holds for these units: for one of them, one above it, or a centre
    of its organisation. Roles without a place are not among them."""
    above = {pk for unit in units for pk in units_above(unit)}
    centres = Centre.objects.filter(organisations__in={unit.organisation_id for unit in units})
    return Q(unit_id__in=above) | Q(centre__in=centres.values("pk"))


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
