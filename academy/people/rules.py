"""Writes about people, units and roles. Each change is logged in Wagtail's audit trail, without names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from . import registry
from .access import units_below
from .enums import Role
from .errors import LastAdministrator, OtherOrganisation, PersonExists, UnitLoop
from .models import Membership, Organisation, RoleGrant, Unit, UnitVersion, User


@transaction.atomic
def create_person(
    *,
    email: str,
    by: User | None,
    at: datetime,
    display_name: str = "",
    password: str | None = None,
    language: str = "en",
    time_zone: str = "",
    **fields: Any,
) -> User:
    """A person whose address counts as confirmed, because somebody answers for it; without a password: sign-in by code.

    Raises PersonExists if there is an account with this address.
    """
    if User.objects.filter(email=email.strip().lower()).exists():
        raise PersonExists
    if time_zone:
        fields["time_zone"] = time_zone
    person = User.objects.create_user(
        email, password, display_name=display_name, language=language, date_joined=at, **fields
    )
    confirm_address(person=person)
    log(instance=person, action="academy.create_person", user=by, timestamp=at)
    return person


@transaction.atomic
def change_profile(*, person: User, fields: Mapping[str, Any], at: datetime) -> User:
    """Names, language and time zone, as the person wants them. A new certificate name is to be confirmed anew."""
    changed = [name for name in ("display_name", "certificate_name", "language", "time_zone") if name in fields]
    before = User.objects.get(pk=person.pk).name_for_certificate
    for name in changed:
        setattr(person, name, fields[name])
    if person.name_for_certificate != before:
        person.certificate_name_confirmed_at = None
        changed.append("certificate_name_confirmed_at")
    person.full_clean(exclude=["password", "email"])
    person.save(update_fields=changed)
    return person


def confirm_address(*, person: User) -> EmailAddress:
    """Make the person's address their one confirmed address; allauth would ask them to confirm it otherwise."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    address, _ = EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return address


@transaction.atomic
def create_organisation(*, name: str, slug: str, by: User | None, at: datetime, **fields: Any) -> Organisation:
    """An organisation with the unit that stands for the whole of it."""
    organisation = Organisation.objects.create(name=name, slug=slug, **fields)
    log(instance=organisation, action="wagtail.create", user=by, timestamp=at)
    add_unit(organisation=organisation, name=name, parent=None, from_day=at.date(), by=by, at=at)
    return organisation


@transaction.atomic
def add_unit(
    *, organisation: Organisation, name: str, parent: Unit | None, from_day: date, by: User | None, at: datetime
) -> Unit:
    """A unit and the first row of its history. Raises OtherOrganisation for a parent elsewhere."""
    if parent is not None and parent.organisation_id != organisation.pk:
        raise OtherOrganisation
    unit = Unit.objects.create(organisation=organisation, name=name, parent=parent)
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, from_day=from_day)
    log(instance=unit, action="wagtail.create", user=by, timestamp=at)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, name: str, parent: Unit | None, from_day: date, by: User | None, at: datetime) -> Unit:
    """Rename or move a unit from a day on; what it was called and where it stood before stays known.

    A second change on one day corrects that day's row. Raises UnitLoop, OtherOrganisation.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None and parent.organisation_id != unit.organisation_id:
        raise OtherOrganisation
    if parent is not None and parent.pk in units_below(unit):
        raise UnitLoop
    if (unit.name, unit.parent_id) == (name, parent.pk if parent else None):
        return unit
    unit.name, unit.parent = name, parent
    unit.save(update_fields=["name", "parent"])
    present = UnitVersion.objects.filter(unit=unit, until_day=None).first()
    if present is not None and present.from_day >= from_day:
        present.name, present.parent = name, parent
        present.save(update_fields=["name", "parent"])
    else:
        if present is not None:
            present.until_day = date.fromordinal(from_day.toordinal() - 1)
            present.save(update_fields=["until_day"])
        UnitVersion.objects.create(unit=unit, name=name, parent=parent, from_day=from_day)
    log(instance=unit, action="wagtail.edit", user=by, timestamp=at)
    return unit


@transaction.atomic
def join(*, person: User, unit: Unit, from_day: date, by: User | None, at: datetime) -> Membership:
    """The person works in the unit from this day on; who works there already stays as they are."""
    membership, is_new = Membership.objects.get_or_create(
        person=person, unit=unit, until_day=None, defaults={"from_day": from_day}
    )
    if is_new:
        log(instance=membership, action="wagtail.create", user=by, timestamp=at)
    return membership


@transaction.atomic
def leave(*, membership: Membership, last_day: date, by: User | None, at: datetime) -> Membership:
    """The person's last day in the unit."""
    membership.until_day = last_day
    membership.full_clean(validate_unique=False)
    membership.save(update_fields=["until_day"])
    log(instance=membership, action="wagtail.edit", user=by, timestamp=at)
    return membership


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: Role,
    by: User | None,
    at: datetime,
    unit: Unit | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> RoleGrant:
    """Give a role for a unit and all below it, or everywhere; granted twice it is granted once."""
    grant = RoleGrant.objects.filter(person=person, role=role, unit=unit, until_day=until_day).first()
    if grant is not None:
        return grant
    grant = RoleGrant(person=person, role=role, unit=unit, from_day=from_day or at.date(), until_day=until_day)
    grant.full_clean()
    grant.save()
    log(instance=grant, action="wagtail.create", user=by, timestamp=at)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, last_day: date, by: User | None, at: datetime) -> RoleGrant:
    """The last day on which the person holds the role. A role that had not begun is taken back."""
    if last_day < grant.from_day:
        log(instance=grant, action="wagtail.delete", user=by, timestamp=at)
        grant.delete()
        return grant
    grant.until_day = last_day
    grant.save(update_fields=["until_day"])
    log(instance=grant, action="wagtail.edit", user=by, timestamp=at)
    return grant


@transaction.atomic
def erase_person(*, person: User, by: User | None, at: datetime) -> None:
    """Take the person out of everything, by the privacy registry; the account's row becomes a pseudonym.

    Done in one transaction: all of it or nothing. Raises LastAdministrator if nobody could administrate the academy.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        return
    if (
        person.is_superuser
        and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).exists()
    ):
        raise LastAdministrator
    _wipe_log(person)
    for entry in registry.entries():
        if entry.erase is not None:
            entry.erase(person)
    log(instance=User.objects.get(pk=person.pk), action="academy.erase_person", user=by, timestamp=at)


def confirm_certificate_name(*, person: User, name: str, by: User | None, at: datetime) -> None:
    """The person has read the name that certificates will carry and says that it is right; `person` is updated."""
    person.certificate_name = "" if name == person.display_name else name
    person.certificate_name_confirmed_at = at
    person.save(update_fields=["certificate_name", "certificate_name_confirmed_at"])


def make_pseudonym(person: User, at: datetime) -> None:
    """Empty the account: no name, no address, no way in. Its number stays, so that counts stay right."""
    User.objects.filter(pk=person.pk).update(
        email=f"erased-{uuid.uuid4()}@erased.invalid",
        public_id=uuid.uuid4(),
        display_name="",
        certificate_name="",
        certificate_name_confirmed_at=None,
        password="!",  # noqa: S106  Django's mark for "no password opens this"
        language="en",
        time_zone="UTC",
        last_login=None,
        is_active=False,
        is_staff=False,
        is_superuser=False,
        erased_at=at,
    )
    person.groups.clear()
    person.user_permissions.clear()


def _wipe_log(person: User) -> None:
    """Empty the name in the audit trail's lines about the account; that something happened, and when, stays.

    Memberships and roles are written there without names (academy.people.models).
    """
    ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)).update(
        label="", data={}
    )
