"""Who may read, mark and grant: trainers, for the people whom their role covers, and never for themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from academy.people.access import units_above, units_below
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit


def people_of_trainer(user: Any) -> Q | None:
    """Whose attempts a trainer may read, as a condition on people (without the trainer); None: nobody's.

    A trainer without a unit is there for everybody; one of a unit for those who work in it or below it today.
    """
    if not user.is_authenticated:
        return None
    today = timezone.localdate()
    grants = list(RoleGrant.objects.on(today).filter(person_id=user.pk, role=Role.TRAINER).select_related("unit"))
    if not grants:
        return None
    if any(grant.unit is None for grant in grants):
        return ~Q(pk=user.pk)
    units = units_below(*(grant.unit for grant in grants if grant.unit is not None))
    members = Membership.objects.on(today).filter(unit_id__in=units).values("person_id")
    return Q(pk__in=members) & ~Q(pk=user.pk)


def may_mark(user: Any, person: Any) -> bool:
    """Whether a trainer may read and mark the attempts of a person."""
    condition = people_of_trainer(user)
    return condition is not None and get_user_model()._default_manager.filter(condition, pk=person.pk).exists()


def trainers_of(person: Any) -> QuerySet[Any]:
    """Trainers whom a learner can ask: those for everybody, and those of the units where the person works."""
    today = timezone.localdate()
    memberships = Membership.objects.on(today).filter(person_id=person.pk).values_list("unit_id", flat=True)
    above: set[int] = set()
    for unit in Unit.objects.filter(pk__in=list(memberships)):
        above |= units_above(unit)
    grants = RoleGrant.objects.on(today).filter(Q(unit=None) | Q(unit_id__in=above), role=Role.TRAINER)
    found = get_user_model()._default_manager.filter(pk__in=grants.values("person_id"), is_active=True)
    return found.exclude(pk=person.pk).order_by("display_name", "pk")


def may_regrade(user: Any) -> bool:
    """Regrading reaches everybody's attempts: trainers without a unit, and platform administrators."""
    if not user.is_authenticated:
        return False
    grants = RoleGrant.objects.on(timezone.localdate()).filter(
        person_id=user.pk, unit=None, role__in=[Role.TRAINER, Role.PLATFORM_ADMIN]
    )
    return bool(user.is_superuser) or grants.exists()
