"""Whose learning a person may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from academy.people.access import units_below
from academy.people.enums import Role
from academy.people.models import RoleGrant, Unit

WHO_LEADS = (Role.MANAGER, Role.DEPUTY)


def units_led_by(person: Any, on: date) -> list[Unit]:
    """Units that the person leads on this day, as manager or deputy: the tops, without what lies below them."""
    grants = RoleGrant.objects.on(on).filter(person=person, role__in=WHO_LEADS, unit__isnull=False)
    return list(Unit.objects.filter(pk__in=grants.values("unit")).select_related("organisation").order_by("name", "pk"))


def unit_ids_seen_by(units: list[Unit]) -> set[int]:
    """Ids of these units and all below them."""
    return units_below(*units) if units else set()
