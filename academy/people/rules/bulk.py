"""The same writes as in accounts and staff for hundreds of people at once: same rows, same facts, same audit trail.

A constant number of statements each. The caller sends `staff_changed`, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from academy.people.enums import Role, StaffFact
from academy.people.models import Invitation, JobRole, Membership, RoleGrant, StaffEvent, Unit, User

BATCH = 500


@dataclass(frozen=True)
class NewPerson:
    """Somebody who gets an account; the address in small letters."""

    email: str
    display_name: str
    language: str


@dataclass(frozen=True)
class Joining:
    """Somebody who works in a unit from a day on, until a day if that is known."""

    person: User
    unit: Unit
    job: JobRole | None
    from_day: date
    until_day: date | None = None


@dataclass(frozen=True)
class Leading:
    """Somebody who gets a role for a unit."""

    person: User
    unit: Unit
    from_day: date
    until_day: date | None = None


@dataclass(frozen=True)
class Asking:
    """An address that is asked to join a unit; `person` is the account that was made for it."""

    unit: Unit
    email: str
    person: User | None
    job: JobRole | None


@transaction.atomic
def make_people(*, people: Sequence[NewPerson], time_zone: str, by: User | None, at: datetime) -> dict[str, User]:
    """Accounts without a password, by address. Their first sign-in by mailed code confirms the address.

    Raises IntegrityError if one of them has an account by now; the caller asks again then.
    """
    made = User.objects.bulk_create(
        [
            User(
                email=person.email,
                display_name=person.display_name,
                language=person.language,
                time_zone=time_zone,
                password=make_password(None),
                date_joined=at,
            )
            for person in people
        ],
        batch_size=BATCH,
    )
    addresses = [EmailAddress(user=person, email=person.email, verified=False, primary=True) for person in made]
    EmailAddress.objects.bulk_create(addresses, batch_size=BATCH)
    _log_many(made, "academy.create_person", by=by, at=at)
    return {person.email: person for person in made}


@transaction.atomic
def join_many(*, joinings: Sequence[Joining], by: User | None, at: datetime) -> list[Membership]:
    """As staff.join for each (and staff.leave where the last day is known). The units are open ones, of one
    organisation, and nobody works there without an end yet."""
    made = Membership.objects.bulk_create(
        [
            Membership(person=one.person, unit=one.unit, job=one.job, from_day=one.from_day, until_day=one.until_day)
            for one in joinings
        ],
        batch_size=BATCH,
    )
    _log_many(made, "wagtail.create", by=by, at=at)
    facts = []
    for membership in made:
        facts += [
            _fact(
                membership,
                membership.unit,
                StaffFact.NAMED,
                {"name": membership.person.display_name},
                by,
                at,
                with_unit=False,
            ),
            _joined(membership, by, at),
        ]
        if membership.until_day is not None:
            facts.append(_left(membership, by, at))
    StaffEvent.objects.bulk_create(facts, batch_size=BATCH)
    return made


@transaction.atomic
def leave_many(*, leaving: Sequence[tuple[Membership, date]], by: User | None, at: datetime) -> None:
    """As staff.leave for each: the last day in the unit, which is none before the first."""
    memberships = []
    for membership, last_day in leaving:
        membership.until_day = max(last_day, membership.from_day)
        memberships.append(membership)
    Membership.objects.bulk_update(memberships, ["until_day"], batch_size=BATCH)
    _log_many(memberships, "wagtail.edit", by=by, at=at)
    StaffEvent.objects.bulk_create([_left(each, by, at) for each in memberships], batch_size=BATCH)


@transaction.atomic
def change_jobs(*, changes: Sequence[tuple[Membership, JobRole]], by: User | None, at: datetime) -> None:
    """As staff.join for somebody who works there already and does something else now."""
    memberships = []
    for membership, job in changes:
        membership.job = job
        memberships.append(membership)
    Membership.objects.bulk_update(memberships, ["job"], batch_size=BATCH)
    _log_many(memberships, "wagtail.edit", by=by, at=at)
    StaffEvent.objects.bulk_create([_joined(each, by, at) for each in memberships], batch_size=BATCH)


@transaction.atomic
def grant_many(*, leading: Sequence[Leading], role: Role, by: User | None, at: datetime) -> list[RoleGrant]:
    """As staff.grant_role for each, for who does not hold the role there yet."""
    grants = [
        RoleGrant(person=one.person, role=role, unit=one.unit, by=by, from_day=one.from_day, until_day=one.until_day)
        for one in leading
    ]
    made = RoleGrant.objects.bulk_create(grants, batch_size=BATCH)
    _log_many(made, "wagtail.create", by=by, at=at)
    facts = []
    for grant, unit in zip(made, (one.unit for one in leading), strict=True):
        until = grant.until_day.isoformat() if grant.until_day else None
        facts.append(
            _fact(
                grant, unit, StaffFact.ROLE, {"role": role, "from": grant.from_day.isoformat(), "until": until}, by, at
            )
        )
    StaffEvent.objects.bulk_create(facts, batch_size=BATCH)
    return made


@transaction.atomic
def ask_many(*, asking: Sequence[Asking], expires_on: date, by: User | None, at: datetime) -> list[Invitation]:
    """An invitation to each address, as joining.invite makes it; none of them waits for an answer there yet."""
    made = Invitation.objects.bulk_create(
        [
            Invitation(
                unit=one.unit, email=one.email, person=one.person, job=one.job, by=by, at=at, expires_on=expires_on
            )
            for one in asking
        ],
        batch_size=BATCH,
    )
    _log_many(made, "wagtail.create", by=by, at=at)
    return made


@transaction.atomic
def change_invitations(*, invitations: Sequence[Invitation], by: User | None, at: datetime) -> None:
    """Keep another unit, job or last day of invitations, or that they are withdrawn."""
    fields = ["unit", "job", "expires_on", "withdrawn_at"]
    Invitation.objects.bulk_update(invitations, fields, batch_size=BATCH)
    _log_many(invitations, "wagtail.edit", by=by, at=at)


def _joined(membership: Membership, by: User | None, at: datetime) -> StaffEvent:
    job = membership.job.code if membership.job else ""
    data = {"from": membership.from_day.isoformat(), "job": job}
    if membership.until_day is not None:
        data["until"] = membership.until_day.isoformat()
    return _fact(membership, membership.unit, StaffFact.JOINED, data, by, at)


def _left(membership: Membership, by: User | None, at: datetime) -> StaffEvent:
    until = membership.until_day.isoformat() if membership.until_day else None
    data = {"until": until, "from": membership.from_day.isoformat()}
    return _fact(membership, membership.unit, StaffFact.LEFT, data, by, at)


def _fact(
    about: Membership | RoleGrant,
    unit: Unit,
    fact: StaffFact,
    data: dict[str, Any],
    by: User | None,
    at: datetime,
    *,
    with_unit: bool = True,
) -> StaffEvent:
    """A fact as facts.note appends it."""
    return StaffEvent(
        organisation_ref=unit.organisation_id,
        fact=fact,
        person_id=about.person_id,
        unit_ref=unit.pk if with_unit else None,
        by=by,
        at=at,
        data=data,
    )


def _log_many(things: Iterable[models.Model], action: str, *, by: User | None, at: datetime) -> None:
    """Lines of the audit trail as wagtail.log_actions.log writes one."""
    context = get_active_log_context()
    lines = [
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(thing, for_concrete_model=False),
            object_id=str(thing.pk),
            label=str(thing) or f"{thing.__class__.__name__} object ({thing.pk})",
            action=action,
            timestamp=at,
            user=by or context.user,
            uuid=context.uuid,
            data={},
        )
        for thing in things
    ]
    ModelLogEntry.objects.bulk_create(lines, batch_size=BATCH)
