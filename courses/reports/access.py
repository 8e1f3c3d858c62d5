"""Whose learning a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from academy.people.access import LEADERS, units_below, units_named
from academy.people.enums import Role
from academy.people.models import Membership, Organisation, RoleGrant, Unit, User

WHO_SUPPORTS = (Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN)


@dataclass(frozen=True)
class Led:
    """What somebody leads in one organisation: units by number, with all below them; None: all of it."""

    organisation: Organisation
    tops: frozenset[int] | None


def led_by(person: Any, on: date) -> list[Led]:
    """What the person leads on this day as manager, deputy or training coordinator, by organisation. One query.

    The organisations have their name, slug and zone only.
    """
    fields = ("pk", "name", "slug", "time_zone")
    own = [f"unit__organisation__{name}" for name in fields]
    shared = [f"centre__organisations__{name}" for name in fields]
    rows = RoleGrant.objects.on(on).filter(person_id=person.pk, role__in=LEADERS)
    found: dict[int, Organisation] = {}
    tops: dict[int, set[int] | None] = {}
    for unit, *values in rows.values_list("unit_id", *own, *shared):
        pk, *words = values[:4] if unit is not None else values[4:]
        if pk is None:
            # A competence centre without organisations.
            continue
        found[pk] = Organisation(pk, **dict(zip(fields[1:], words, strict=True)))
        held = tops.setdefault(pk, set())
        if unit is None:
            tops[pk] = None
        elif held is not None:
            held.add(unit)
    led = [
        Led(organisation, None if (held := tops[pk]) is None else frozenset(held)) for pk, organisation in found.items()
    ]
    return sorted(led, key=lambda one: (one.organisation.name.casefold(), one.organisation.pk))


def units_led_by(person: Any, on: date) -> list[Unit]:
    """Units that the person leads on this day: the tops, without what lies below them. One query.

    Of a competence centre these are the whole organisations.
    """
    grants = RoleGrant.objects.on(on).filter(person=person, role__in=LEADERS)
    shared = Q(parent=None, organisation__centres__in=grants.exclude(centre=None).values("centre"))
    units = Unit.objects.filter(Q(pk__in=grants.exclude(unit=None).values("unit")) | shared)
    return list(units.distinct().select_related("organisation").order_by("name", "pk"))


def unit_ids_seen_by(units: list[Unit]) -> set[int]:
    """Ids of these units and all below them."""
    return units_below(*units) if units else set()


@dataclass(frozen=True)
class Reach:
    """Whom an administrator supports: people who work in these units today, or everybody (None)."""

    unit_ids: frozenset[int] | None

    @property
    def is_everybody(self) -> bool:
        """Whether it is the whole platform."""
        return self.unit_ids is None

    def people(self, on: date) -> QuerySet[User]:
        """They; whoever was erased is nobody any more."""
        found = User.objects.filter(erased_at=None)
        if self.unit_ids is None:
            return found
        return found.filter(pk__in=Membership.objects.on(on).filter(unit_id__in=self.unit_ids).values("person"))


def reach_of(user: Any, on: date) -> Reach | None:
    """Whom somebody supports on this day, as administrator of the platform or of an organisation; None: nobody."""
    if not user.is_authenticated:
        return None
    if user.is_superuser:
        return Reach(None)
    grants = RoleGrant.objects.on(on).filter(person_id=user.pk, role__in=WHO_SUPPORTS).select_related("unit")
    # A role for a competence centre names no unit either, and is none for the whole platform.
    units = units_named(list(grants))
    if units is None:
        return Reach(None)
    return Reach(frozenset(units)) if units else None
