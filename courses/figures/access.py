"""Who sees figures about groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from academy.people.access import roles_of
from academy.people.enums import Role
from academy.people.models import Centre, RoleGrant

OWNERS = {Role.PROGRAMME_OWNER, Role.PLATFORM_ADMIN}
OF_CENTRES = (Role.TRAINING_COORDINATOR, Role.AUDITOR)


@dataclass(frozen=True)
class Reach:
    """Which figures somebody sees. `centre` None: those of all; else ids of organisations."""

    centre: frozenset[int] | None


def reach_of(user: Any, on: date) -> Reach | None:
    """What the person sees on this day; None: nothing. Three queries at most.

    Who owns the programme or the platform sees all; coordinators and auditors of a competence centre its organisations.
    """
    if not user.is_authenticated:
        return None
    if user.is_superuser or roles_of(user, on) & OWNERS:
        return Reach(None)
    grants = RoleGrant.objects.on(on).filter(person_id=user.pk, role__in=OF_CENTRES)
    centres = list(grants.exclude(centre=None).values_list("centre", flat=True))
    if not centres:
        return None
    found = Centre.objects.filter(pk__in=centres).values_list("organisations", flat=True)
    return Reach(frozenset(pk for pk in found if pk is not None))
