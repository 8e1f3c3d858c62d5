"""Who may read, mark and grant: trainers, for the people whom their role covers, and never for themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from academy.people.access import reaching, units_reached
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit


def people_of_trainer(user: Any) -> Q | None:
    """Whose attempts a trainer may read, as a condition on people (without the trainer); None: nobody's.

    A trainer without a place is there for everybody; one of a unit for those who work in it or below it today; one of
    a competence centre for those who work in one of its organisations.
    """
    if not user.is_authenticated:
        return None
    today = timezone.localdate()
    units = units_reached(user, (Role.TRAINER,), today)
    if units is None:
        return ~Q(pk=user.pk)
    if not units:
        return None
    members = Membership.objects.on(today).filter(unit_id__in=units).values("person_id")
    return Q(pk__in=members) & ~Q(pk=user.pk)


def may_mark(user: Any, person: Any) -> bool:
    """Whether a trainer may read and mark the attempts of a person."""
    condition = people_of_trainer(user)
    return condition is not None and get_user_model()._default_manager.filter(condition, pk=person.pk).exists()


def trainers_of(person: Any) -> QuerySet[Any]:
    """Trainers whom a learner can ask: those for everybody, and those of the units where the person works or of a
    competence centre of the organisation."""
    today = timezone.localdate()
    memberships = Membership.objects.on(today).filter(person_id=person.pk)
    units = list(Unit.objects.filter(pk__in=memberships.values("unit")))
    grants = RoleGrant.objects.on(today).filter(Q(unit=None, centre=None) | reaching(units), role=Role.TRAINER)
    found = get_user_model()._default_manager.filter(pk__in=grants.values("person_id"), is_active=True)
    return found.exclude(pk=person.pk).order_by("display_name", "pk")


def may_regrade(user: Any) -> bool:
    """Regrading reaches everybody's attempts: trainers without a place, and platform administrators."""
    if not user.is_authenticated:
        return False
    grants = RoleGrant.objects.on(timezone.localdate()).filter(
        person_id=user.pk, unit=None, centre=None, role__in=[Role.TRAINER, Role.PLATFORM_ADMIN]
    )
    return bool(user.is_superuser) or grants.exists()
