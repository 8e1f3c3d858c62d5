"""Who answers reports of training from elsewhere, and who sees them.

Whoever leads a unit of the person, as manager or deputy, there or above. Where nobody but the person does: trainers
and platform administrators, those for everybody and those of a unit or a competence centre of the person. Nobody
answers their own report.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from academy.people.access import reaching, units_above, units_named
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit

from .enums import TrainingState
from .models import OutsideTraining

LEAD = (Role.MANAGER, Role.DEPUTY)
SERVE = (Role.TRAINER, Role.PLATFORM_ADMIN)


def deciders_of(person: Any) -> list[Any]:
    """People who answer the reports of this person today."""
    today = timezone.localdate()
    memberships = Membership.objects.on(today).filter(person=person).select_related("unit")
    units = [membership.unit for membership in memberships]
    above = {pk for unit in units for pk in units_above(unit)}
    people = get_user_model()._default_manager.filter(is_active=True).exclude(pk=person.pk).order_by("pk")
    grants = RoleGrant.objects.on(today)
    leads = grants.filter(unit_id__in=above, role__in=LEAD)
    serve = grants.filter(Q(unit=None, centre=None) | reaching(units), role__in=SERVE)
    return list(people.filter(pk__in=leads.values("person_id"))) or list(
        people.filter(pk__in=serve.values("person_id"))
    )


def can_decide(user: Any, training: OutsideTraining) -> bool:
    """Whether somebody may read this report and its evidence, and answer it while it waits."""
    if not user.is_authenticated or training.state == TrainingState.WITHDRAWN:
        return False
    return any(decider.pk == user.pk for decider in deciders_of(training.person))


def visible_to(user: Any) -> QuerySet[OutsideTraining]:
    """Reports that somebody may answer or could have answered: never one that was withdrawn, nor their own.

    As many queries for a few people as for many; says of each person the same as `deciders_of`.
    """
    people = _people_of(user, timezone.localdate())
    found = OutsideTraining.objects.exclude(state=TrainingState.WITHDRAWN)
    return found.none() if people is None else found.filter(people).exclude(person_id=user.pk)


def _people_of(user: Any, today: date) -> Q | None:
    """Whose reports somebody answers, as a condition on reports; None: nobody's."""
    if not user.is_authenticated or not user.is_active:
        return None
    conditions = []
    grants = RoleGrant.objects.on(today).filter(person_id=user.pk, role__in=[*LEAD, *SERVE])
    held = list(grants.select_related("unit"))
    # Who leads always leads a unit.
    led, served = (units_named([grant for grant in held if grant.role in roles]) for roles in (LEAD, SERVE))
    if led:
        conditions.append(Q(person__in=_members(led, today)))
    if served is None:
        conditions.append(_led_by_nobody(today))
    elif served:
        conditions.append(Q(person__in=_members(served, today)) & _led_by_nobody(today))
    if not conditions:
        return None
    either = Q()
    for condition in conditions:
        either |= condition
    return either


def _led_by_nobody(today: date) -> Q:
    """Reports of people whom nobody but perhaps themselves leads. Three queries."""
    above = _leaders_by_unit(today)
    leaders = {leader for found in above.values() for leader in found}
    others: dict[int, set[int]] = {leader: set() for leader in leaders}
    memberships = Membership.objects.on(today).filter(person__in=leaders, unit__in=above)
    for person_id, unit_id in memberships.values_list("person_id", "unit_id"):
        others[person_id] |= above[unit_id] - {person_id}
    only_themselves = [leader for leader, found in others.items() if not found]
    return Q(person__in=only_themselves) | ~Q(person__in=_members(set(above), today))


def _leaders_by_unit(today: date) -> dict[int, frozenset[int]]:
    """For each unit that somebody leads, there or above: who does. Two queries."""
    own: dict[int, set[int]] = defaultdict(set)
    grants = RoleGrant.objects.on(today).filter(role__in=LEAD, unit__isnull=False, person__is_active=True)
    for unit_id, person_id in grants.values_list("unit_id", "person_id"):
        own[unit_id or 0].add(person_id)
    parents = dict(Unit.objects.values_list("id", "parent_id"))
    found: dict[int, frozenset[int]] = {}
    for unit in parents:
        way: list[int] = []
        current: int | None = unit
        while current is not None and current not in found and current not in way:
            way.append(current)
            current = parents.get(current)
        leaders = found.get(current, frozenset()) if current is not None else frozenset[int]()
        for each in reversed(way):
            leaders |= own.get(each, set())
            found[each] = leaders
    return {unit: leaders for unit, leaders in found.items() if leaders}


def _members(unit_ids: set[int], today: date) -> Any:
    """Ids of those who work in these units today."""
    return Membership.objects.on(today).filter(unit_id__in=unit_ids).values("person_id")
