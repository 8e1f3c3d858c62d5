"""The doors of an organisation's own pages: its evidence, and what its managers see. To others they are not there."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404

from academy.people.access import LEADERS, has_role, units_reached
from academy.people.enums import Role
from academy.people.models import Membership, Organisation, Unit, User
from courses.assignments.queries import today_in

WHO_PROVES = (*LEADERS, Role.AUDITOR, Role.ORGANISATION_ADMIN)


def organisation_or_404(slug: str) -> Organisation:
    """The organisation with this slug."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def proved_or_404(user: User, slug: str, now: datetime) -> tuple[Organisation, set[int]]:
    """An organisation, and its units of which the person may prove how they stood: they lead, audit or administrate
    them today. Three queries."""
    organisation = organisation_or_404(slug)
    units = _units(user, WHO_PROVES, organisation, today_in(organisation, now))
    if not units:
        raise Http404
    return organisation, units


def proved_by(user: User, on: date) -> list[Organisation]:
    """Organisations of which the person may prove how some of them stood. Three queries at most."""
    reached = units_reached(user, WHO_PROVES, on)
    found = Organisation.objects.order_by("name", "pk")
    return list(found if reached is None else found.filter(units__in=reached).distinct())


def reader_or_404(user: User, slug: str, now: datetime) -> tuple[Organisation, bool]:
    """An organisation whose rules the person may read, and whether they may change them.

    Whoever works there, leads, audits or administrates some of it reads them; who administrates the whole changes them.
    """
    organisation = organisation_or_404(slug)
    today = today_in(organisation, now)
    may_change = administrates(user, organisation, today)
    works_there = Membership.objects.on(today).filter(person=user, unit__organisation=organisation).exists()
    may_read = works_there or may_change or bool(_units(user, WHO_PROVES, organisation, today))
    if not (may_read or user.is_superuser or has_role(user, Role.PLATFORM_ADMIN)):
        raise Http404
    return organisation, may_change


def administrates(user: User, organisation: Organisation, on: date) -> bool:
    """Whether the person administrates the whole organisation on a day."""
    whole = Unit.objects.filter(organisation=organisation, parent=None).values_list("pk", flat=True)
    units = units_reached(user, (Role.ORGANISATION_ADMIN,), on)
    return units is None or bool(units & set(whole))


def _units(user: User, roles: tuple[Role, ...], organisation: Organisation, on: date) -> set[int]:
    reached = units_reached(user, roles, on)
    found = Unit.objects.filter(organisation=organisation)
    if reached is not None:
        found = found.filter(pk__in=reached)
    return set(found.values_list("pk", flat=True))
