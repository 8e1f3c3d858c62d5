"""Writes about people who work somewhere already: another job, the last day, a role that ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from wagtail.log_actions import log

from academy.people.access import administers_everything, units_above
from academy.people.enums import Role, StaffFact
from academy.people.errors import LastAdministrator
from academy.people.models import JobRole, Membership, Organisation, RoleGrant, Unit, User
from academy.people.signals import staff_changed

from .facts import note
from .staff import end_role, leave


@transaction.atomic
def change_job(*, membership: Membership, job: JobRole | None, by: User | None, at: datetime) -> Membership:
    """The person does something else in the same unit, or nobody says what."""
    if membership.job_id == (job.pk if job else None):
        return membership
    membership.job = job
    membership.save(update_fields=["job"])
    log(instance=membership, action="wagtail.edit", user=by, timestamp=at)
    unit = membership.unit
    data = {"from": membership.from_day.isoformat(), "job": job.code if job else ""}
    if membership.until_day is not None:
        data["until"] = membership.until_day.isoformat()
    note(unit.organisation_id, StaffFact.JOINED, person=membership.person, unit=unit.pk, by=by, at=at, data=data)
    staff_changed.send(sender=Membership, organisation_id=unit.organisation_id)
    return membership


@transaction.atomic
def leave_organisation(
    *,
    person: User,
    organisation: Organisation,
    last_day: date,
    by: User | None,
    at: datetime,
    units: Collection[int] | None = None,
) -> None:
    """The person's last day in the organisation: in all its units (or in these alone), and with every role there.

    What had not begun by that day is over at once. Raises LastAdministrator, unless it is done by who answers for the
    platform.
    """
    mine = Unit.objects.filter(organisation=organisation)
    if units is not None:
        mine = mine.filter(pk__in=units)
    roles = RoleGrant.objects.filter(person=person, unit__in=mine).exclude(until_day__lte=last_day)
    grants = list(roles.select_related("unit", "person"))
    _keep_an_administrator(grants, organisation, last_day, by)
    memberships = Membership.objects.filter(person=person, unit__in=mine).exclude(until_day__lte=last_day)
    for membership in memberships.select_related("unit", "person"):
        leave(membership=membership, last_day=max(last_day, membership.from_day), by=by, at=at)
    for grant in grants:
        end_role(grant=grant, last_day=last_day, by=by, at=at)


@transaction.atomic
def end_role_in_organisation(*, grant: RoleGrant, last_day: date, by: User, at: datetime) -> None:
    """As end_role, for a role that names a unit. Raises LastAdministrator where nobody else administers the whole
    organisation, unless it is done by who answers for the platform."""
    if grant.unit is not None:
        _keep_an_administrator([grant], grant.unit.organisation, last_day, by)
    end_role(grant=grant, last_day=last_day, by=by, at=at)


def is_last_administrator(grant: RoleGrant, after: date) -> bool:
    """Whether nobody else administers the whole organisation after this day, without an end that is known already."""
    if grant.role != Role.ORGANISATION_ADMIN or grant.unit is None or grant.unit.parent_id is not None:
        return False
    others = RoleGrant.objects.filter(role=Role.ORGANISATION_ADMIN, unit_id__in=units_above(grant.unit))
    others = others.filter(person__is_active=True, until_day=None, from_day__lte=after)
    return not others.exclude(person_id=grant.person_id).exists()


def _keep_an_administrator(
    grants: list[RoleGrant], organisation: Organisation, last_day: date, by: User | None
) -> None:
    # Under a lock, or two administrators end each other's role at one moment.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if any(is_last_administrator(grant, last_day) for grant in grants) and not administers_everything(by):
        raise LastAdministrator
