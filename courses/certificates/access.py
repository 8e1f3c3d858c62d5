"""Who may do what with a certificate. Reading one needs its code and nothing else."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from academy.people.access import has_role, units_above, units_below
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, Unit, User

from .enums import CertificateStatus
from .models import Certificate, CertificateBundle, CertificateTemplate


def is_holder(user: Any, certificate: Certificate) -> bool:
    """Whether it was issued to this person."""
    return bool(user.is_authenticated and certificate.person_id == user.pk)


def can_withdraw(user: Any, certificate: Certificate) -> bool:
    """The holder, as long as it is valid."""
    return certificate.status == CertificateStatus.VALID and is_holder(user, certificate)


def can_revoke(user: Any) -> bool:
    """Who answers for the whole platform."""
    return bool(user.is_authenticated and (user.is_superuser or has_role(user, Role.PLATFORM_ADMIN)))


def administered_organisations(user: Any) -> set[int]:
    """Ids of the organisations that the person administers today as a whole: the grant names their first unit."""
    if not user.is_authenticated:
        return set()
    grants = RoleGrant.objects.on(timezone.localdate()).filter(person_id=user.pk, role=Role.ORGANISATION_ADMIN)
    return set(grants.filter(unit__parent=None).values_list("unit__organisation_id", flat=True))


def administered_units(user: Any) -> set[int]:
    """Ids of the units for whose people the person is an organisation administrator today."""
    if not user.is_authenticated:
        return set()
    grants = RoleGrant.objects.on(timezone.localdate()).filter(person_id=user.pk, role=Role.ORGANISATION_ADMIN)
    units = list(Unit.objects.filter(pk__in=grants.values("unit")))
    return units_below(*units) if units else set()


def templates_for(user: Any) -> QuerySet[CertificateTemplate]:
    """Templates that the person may change: all, or those of the organisations that they administer."""
    if can_revoke(user):
        return CertificateTemplate.objects.all()
    return CertificateTemplate.objects.filter(organisation__in=administered_organisations(user))


def can_bundle(user: Any) -> bool:
    """Whether the person may ask for certificates of others as a bundle: certificates are their holders' evidence."""
    return can_revoke(user) or bool(administered_units(user))


def bundles_for(user: Any) -> QuerySet[CertificateBundle]:
    """Bundles that the person may fetch: their own, as long as they may still ask for such a one."""
    mine = CertificateBundle.objects.filter(asked_by_id=user.pk or 0)
    if can_revoke(user):
        return mine
    units = administered_units(user)
    return mine.filter(pk__in=[bundle.pk for bundle in mine if bundle.scope.get("unit") in units])


def administered_by(user: Any) -> QuerySet[Certificate]:
    """Certificates that the person may revoke and correct: all, or those of people who work in their units today.

    Never their own: whose name stands on it does not decide about it.
    """
    others = Certificate.objects.exclude(person_id=user.pk or 0)
    if can_revoke(user):
        return others
    members = Membership.objects.on(timezone.localdate()).filter(unit__in=administered_units(user))
    return others.filter(person__in=members.values("person"))


def administrators_of(certificate: Certificate) -> list[User]:
    """Who decides about a correction: administrators of the units where its holder works, and of the platform; never
    the holder."""
    today = timezone.localdate()
    memberships = Membership.objects.on(today).filter(person=certificate.person_id).select_related("unit")
    units = {pk for membership in memberships for pk in units_above(membership.unit)}
    grants = RoleGrant.objects.on(today).filter(
        Q(role=Role.PLATFORM_ADMIN) | Q(role=Role.ORGANISATION_ADMIN, unit__in=units)
    )
    people = User.objects.filter(pk__in=grants.values("person"), is_active=True).exclude(pk=certificate.person_id or 0)
    return list(people.order_by("pk"))
