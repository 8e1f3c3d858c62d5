"""Who may bring in lists of staff: who administers the organisation, or coordinates training in some of its units."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from academy.people.access import has_role, units_reached
from academy.people.enums import Role
from academy.people.models import Organisation, StaffImport, Unit

BRINGERS = (Role.ORGANISATION_ADMIN, Role.TRAINING_COORDINATOR)


def reach(user: Any, organisation: Organisation, on: date) -> frozenset[int]:
    """Ids of the organisation's units whose people the person may bring in on this day; empty: they may not at all."""
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset()
    units = frozenset(Unit.objects.filter(organisation=organisation).values_list("pk", flat=True))
    if user.is_superuser or has_role(user, Role.PLATFORM_ADMIN, on=on):
        return units
    reached = units_reached(user, BRINGERS, on)
    return units if reached is None else units & reached


def imports_for(user: Any, organisation: Organisation, on: date) -> QuerySet[StaffImport]:
    """The lists that the person may look at: their own; who reaches the whole organisation sees all."""
    found = StaffImport.objects.filter(organisation=organisation)
    reached = reach(user, organisation, on)
    if not reached:
        return found.none()
    is_whole = Unit.objects.filter(organisation=organisation, parent=None, pk__in=reached).exists()
    return found if is_whole else found.filter(by=user)
