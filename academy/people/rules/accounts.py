"""Writes about accounts: made, changed, erased."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.people import registry
from academy.people.errors import LastAdministrator, PersonExists
from academy.people.models import User

from .facts import note_name


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
    if "display_name" in changed:
        note_name(person=person, by=person, at=at)
    return person


def confirm_address(*, person: User) -> EmailAddress:
    """Make the person's address their one confirmed address; allauth would ask them to confirm it otherwise."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    address, _ = EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return address


def confirm_certificate_name(*, person: User, name: str, by: User | None, at: datetime) -> None:
    """The person has read the name that certificates will carry and says that it is right; `person` is updated."""
    person.certificate_name = "" if name == person.display_name else name
    person.certificate_name_confirmed_at = at
    person.save(update_fields=["certificate_name", "certificate_name_confirmed_at"])


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
