"""Who runs a date, who approves a booking, which units somebody leads."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from academy.people.access import units_above, units_reached
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit
from courses.booking.models import Booking, SessionTrainer, WorkshopSession


def may_run(user: Any, session: WorkshopSession) -> bool:
    """Whether somebody may plan, change and cancel this date, see its people and note who came."""
    condition = _dates_of(user)
    return condition is not None and WorkshopSession.objects.filter(condition, pk=session.pk).exists()


def sessions_run_by(user: Any) -> QuerySet[WorkshopSession]:
    """All dates that somebody may run.

    Trainers: those that they give or have planned; trainers without a place, platform administrators: every date.
    """
    condition = _dates_of(user)
    return WorkshopSession.objects.none() if condition is None else WorkshopSession.objects.filter(condition)


def approvers_of(booking: Booking) -> list[Any]:
    """Managers and deputies of the units where the person works today, and above; without any the `deciders_of`."""
    today = timezone.localdate()
    units: set[int] = set()
    for membership in Membership.objects.on(today).filter(person=booking.person).select_related("unit"):
        units |= units_above(membership.unit)
    leads = RoleGrant.objects.on(today).filter(unit_id__in=units, role__in=[Role.MANAGER, Role.DEPUTY])
    people = get_user_model()._default_manager.filter(is_active=True)
    found = list(people.filter(~Q(pk=booking.person_id), pk__in=leads.values("person_id")).order_by("pk"))
    if found:
        return found
    return deciders_of(booking.session, besides=booking.person)


def deciders_of(session: WorkshopSession, besides: Any = None) -> list[Any]:
    """Trainers of a date who have an account; where all are guests, whoever planned it. `besides` is left out."""
    people = get_user_model()._default_manager.filter(is_active=True).order_by("pk")
    if besides is not None:
        people = people.exclude(pk=besides.pk)
    trainers = SessionTrainer.objects.filter(session=session, person__isnull=False)
    found = list(people.filter(pk__in=trainers.values("person_id")))
    return found or list(people.filter(pk=session.created_by_id or 0))


def may_approve(user: Any, booking: Booking) -> bool:
    """Whether somebody says yes or no to this booking; nobody does to their own.

    Training coordinators of the person's units may as well: they see the request, but nobody writes to them about it.
    """
    if not user.is_authenticated or booking.person_id == user.pk:
        return False
    if any(approver.pk == user.pk for approver in approvers_of(booking)):
        return True
    today = timezone.localdate()
    units = units_reached(user, [Role.TRAINING_COORDINATOR], today)
    memberships = Membership.objects.on(today).filter(person=booking.person)
    return units is None or (bool(units) and memberships.filter(unit_id__in=units).exists())


def units_of_manager(user: Any) -> list[Unit]:
    """Units that somebody leads today, as manager or deputy: the tops, without what lies below them."""
    if not user.is_authenticated:
        return []
    leads = RoleGrant.objects.on(timezone.localdate()).filter(
        person_id=user.pk, role__in=[Role.MANAGER, Role.DEPUTY], unit__isnull=False
    )
    return list(Unit.objects.filter(pk__in=leads.values("unit")).select_related("organisation").order_by("name", "pk"))


def _dates_of(user: Any) -> Q | None:
    """The dates that somebody runs, as a condition; None: none at all. One query, none for superusers."""
    if not user.is_authenticated:
        return None
    if user.is_superuser:
        return Q()
    grants = RoleGrant.objects.on(timezone.localdate()).filter(
        person_id=user.pk, role__in=[Role.TRAINER, Role.PLATFORM_ADMIN]
    )
    held = list(grants.values_list("role", "unit_id", "centre_id"))
    if not held:
        return None
    if any(role == Role.PLATFORM_ADMIN or (unit is None and centre is None) for role, unit, centre in held):
        return Q()
    gives = SessionTrainer.objects.filter(session=OuterRef("pk"), person_id=user.pk)
    return Q(Exists(gives)) | Q(created_by_id=user.pk)
