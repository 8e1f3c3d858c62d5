"""Brings the demo's people into the academy, through the same rules as real people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from wagtail.models import Site
from wagtail.snippets.models import get_snippet_models

from academy.people import rules
from academy.people.enums import Role
from academy.people.models import Organisation, Unit, User
from academy.website.models import SiteSettings
from academy.website.rules import EDITORS, TRANSLATORS, prepare_groups

from . import cast
from .cast import Account, Staff


def load(now: datetime, password: str) -> dict[str, User]:
    """Everybody by the part of their address before the @; who is there already stays as they are.

    `now` is the moment from which the demo counts: the one of its first load.
    """
    people = {account.role: account_of(account, now) for account in cast.ACCOUNTS}
    unset = [person for person in people.values() if not person.has_usable_password()]
    if unset:
        # Worked out once: a password's hash is slow on purpose.
        hashed = make_password(password)
        for person in unset:
            person.password = hashed
            person.save(update_fields=["password"])
    units = town(people["admin"], now)
    for member in cast.STAFF:
        if member.key not in people:
            people[member.key] = person_of(member.email, member.name, member.language, now - timedelta(days=90))
        join(people[member.key], member, units, people["manager"], now)
    roles(people, units[cast.TOWN], now)
    operator()
    return people


def account_of(account: Account, now: datetime) -> User:
    """Somebody with one of the roles that sign in."""
    return person_of(account.email, account.name, account.language, now - timedelta(days=account.joined))


def person_of(email: str, name: str, language: str, joined: datetime) -> User:
    """The person with this address, made if there is none."""
    person = User.objects.filter(email=email).first()
    if person is None:
        person = rules.create_person(
            email=email,
            by=None,
            at=joined,
            display_name=name,
            language=language,
            time_zone=cast.ZONE,
            certificate_name_confirmed_at=joined,
        )
    return person


def town(admin: User, now: datetime) -> dict[str, Unit]:
    """The town's units by name; the one that stands for the whole of it has the town's."""
    at = now - timedelta(days=395)
    organisation = Organisation.objects.filter(slug=cast.TOWN_SLUG).first()
    if organisation is None:
        organisation = rules.create_organisation(
            name=cast.TOWN, slug=cast.TOWN_SLUG, by=admin, at=at, time_zone=cast.ZONE
        )
    whole = organisation.units.get(parent=None)
    units = {unit.name: unit for unit in organisation.units.all()}
    for name in (cast.PURCHASING, cast.FACILITIES):
        if name not in units:
            units[name] = rules.add_unit(
                organisation=organisation, name=name, parent=whole, from_day=at.date(), by=admin, at=at
            )
    return units


def join(person: User, member: Staff, units: dict[str, Unit], manager: User, now: datetime) -> None:
    """Somebody works in their unit, and was last here when the cast says."""
    began = now - timedelta(days=member.joined)
    rules.join(person=person, unit=units[member.unit], from_day=began.date(), by=manager, at=began)
    if member.seen is not None and person.last_login is None:
        person.last_login = now - timedelta(days=member.seen)
        person.save(update_fields=["last_login"])


def roles(people: dict[str, User], whole: Unit, now: datetime) -> None:
    """Who may do what, in the academy and in the CMS."""
    admin = people["admin"]
    at = now - timedelta(days=240)
    if not admin.is_superuser:
        admin.is_staff = admin.is_superuser = True
        admin.save(update_fields=["is_staff", "is_superuser"])
    rules.grant_role(person=admin, role=Role.PLATFORM_ADMIN, by=None, at=at)
    rules.grant_role(person=people["manager"], role=Role.MANAGER, unit=whole, by=admin, at=at)
    rules.grant_role(person=people["trainer"], role=Role.TRAINER, by=admin, at=at)
    groups = prepare_groups(snippets=get_snippet_models())
    for role, its_group in (("editor", groups[EDITORS]), ("translator", groups[TRANSLATORS])):
        person = people[role]
        person.groups.add(its_group)
        if not person.is_staff:
            person.is_staff = True
            person.save(update_fields=["is_staff"])


def operator() -> None:
    """Who answers for the demo and signs its certificates, unless somebody has said so already."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return
    found, _ = SiteSettings.objects.get_or_create(site=site)
    if not found.operator:
        found.operator = cast.OPERATOR
        found.contact_email = f"contact@{cast.DOMAIN}"
        found.signatory_name, found.signatory_role = cast.SIGNATORY
        found.save()
