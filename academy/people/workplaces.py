"""Reads about who works where, who is asked to, and who may: for administrators, managers and the people themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from .addresses import domain_of
from .enums import Role
from .models import Invitation, MailDomain, Membership, Organisation, RoleGrant, Unit, User


def today_at(organisation: Organisation, at: datetime) -> date:
    """The day that it is in the organisation's zone at a moment."""
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


# -- who works where --------------------------------------------------------------------------------------------------
@dataclass
class Branch:
    """A unit in the tree of its organisation. `people` work in it, `all_people` in it and below (each once)."""

    unit: Unit
    depth: int
    people: int
    all_people: int

    @property
    def level(self) -> int:
        """How deep it stands, from 1."""
        return self.depth + 1

    @property
    def step(self) -> int:
        """How far it is moved in on a page: deeper than six steps no screen has room."""
        return min(self.depth, 6)

    @property
    def indented(self) -> str:
        """Its name behind a stroke for each unit above it: for lists to choose from, which cannot be indented."""
        return "\N{EN DASH} " * self.depth + self.unit.name


def tree(organisation: Organisation, units: Collection[int], on: date, *, closed: bool = False) -> list[Branch]:
    """These units of an organisation as a tree, each behind the one above it, with who works there on a day.

    `closed`: with units that take nobody any more. Who has not answered yet is not counted. Two queries.
    """
    rows = [unit for unit in Unit.objects.filter(organisation=organisation) if unit.pk in units]
    if not closed:
        rows = [unit for unit in rows if unit.closed_on is None or unit.closed_on > on]
    there: dict[int, set[int]] = {}
    for unit_id, person_id in working(units, on).values_list("unit_id", "person_id"):
        there.setdefault(unit_id, set()).add(person_id)
    return _branches(rows, there)


def open_units(units: Collection[int], on: date) -> list[Branch]:
    """These units, of whatever organisations, as trees to choose from, without counts. One query.

    The names of organisations stand before those of the units below the first one, where there are several.
    """
    rows = Unit.objects.filter(pk__in=units).exclude(closed_on__lte=on).select_related("organisation")
    return _branches(sorted(rows, key=lambda unit: (unit.organisation.name, unit.name)), {})


def _branches(rows: Iterable[Unit], there: dict[int, set[int]]) -> list[Branch]:
    known = {unit.pk: unit for unit in rows}
    below: dict[int | None, list[Unit]] = {}
    for unit in known.values():
        # Somebody may administer a part: its top has nobody above it here.
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    found: list[Branch] = []

    def walk(parent: int | None, depth: int) -> set[int]:
        everybody: set[int] = set()
        for unit in below.get(parent, []):
            branch = Branch(unit, depth, len(there.get(unit.pk, ())), 0)
            found.append(branch)
            people = there.get(unit.pk, set()) | walk(unit.pk, depth + 1)
            branch.all_people = len(people)
            everybody |= people
        return everybody

    walk(None, 0)
    return found


def working(units: Collection[int] | QuerySet[Any, Any], on: date) -> QuerySet[Membership]:
    """Memberships of who works in these units on a day, without those who are invited and have not come yet."""
    members: QuerySet[Membership] = Membership.objects.on(on).filter(unit_id__in=units)
    return members.exclude(_only_asked(), person__last_login=None)


def not_come(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """Of these memberships those of accounts that were made for an invitation and that nobody has signed in with.

    Whoever invites does not see them as people: who has an account elsewhere is only asked, and has none of these.
    """
    return members.filter(_only_asked(), person__last_login=None)


def _only_asked() -> Q:
    """Memberships that an invitation made which waits; or which was refused or withdrawn, on their last day."""
    asked = Invitation.objects.filter(unit=OuterRef("unit"), person=OuterRef("person"))
    waits = Exists(asked.filter(answered_at=None, withdrawn_at=None))
    return Q(waits) | Q(Exists(asked.filter(accepted=False)), until_day__isnull=False)


def invited(units: Collection[int]) -> QuerySet[Invitation]:
    """Invitations to these units that wait: nobody answered, or signed in with the account that was made for it.

    The same rows for addresses with and without an account: who invites does not learn which is which.
    """
    found = Invitation.objects.filter(unit_id__in=units, answered_at=None, withdrawn_at=None)
    found = found.exclude(person__isnull=False, person__last_login__isnull=False)
    return found.select_related("unit__organisation", "job").order_by("-at", "-pk")


def people_of(units: Collection[int], on: date) -> QuerySet[User]:
    """Who works in these units on a day or holds a role for one of them, and was not erased; by name."""
    roles = RoleGrant.objects.on(on).filter(unit_id__in=units)
    there = Q(pk__in=working(units, on).values("person")) | Q(pk__in=roles.values("person"))
    return User.objects.filter(there, erased_at=None).order_by("display_name", "pk")


@dataclass(frozen=True, order=True)
class Logo:
    """An organisation's logo: whose it is, and its name in the storage of files."""

    organisation: str
    file: str


def roles_and_logo(user: Any, on: date) -> tuple[set[Role], Logo | None]:
    """What the frame of each page needs of somebody who is signed in: roles, and the logo of where they work.

    One query for both. Of several logos it is that of the organisation whose name comes first.
    """
    nothing = Value("")
    grants = RoleGrant.objects.on(on).filter(person_id=user.pk).values_list("role", nothing, nothing)
    works = Membership.objects.on(on).filter(person_id=user.pk).exclude(unit__organisation__logo="")
    logos = works.values_list(nothing, "unit__organisation__logo", "unit__organisation__name")
    rows = list(grants.union(logos))
    found = sorted(Logo(name, file) for role, file, name in rows if not role)
    return {Role(role) for role, _file, _name in rows if role}, found[0] if found else None


# -- what is open to somebody -----------------------------------------------------------------------------------------
def offers_for(person: Any, at: datetime) -> QuerySet[MailDomain]:
    """Verified mail domains of the person's confirmed addresses, of organisations where they do not work."""
    addresses = EmailAddress.objects.filter(user_id=person.pk, verified=True).values_list("email", flat=True)
    domains = {domain_of(address) for address in addresses}
    works = Membership.objects.filter(person_id=person.pk).exclude(until_day__lt=at.date())
    found = MailDomain.objects.filter(domain__in=domains, verified_at__isnull=False, unit__closed_on=None)
    found = found.exclude(unit__organisation__in=works.values("unit__organisation"))
    return found.select_related("unit__organisation")


def invitations_for(person: Any) -> QuerySet[Invitation]:
    """Invitations to the person's confirmed addresses that nobody answered, with their unit and organisation.

    Those that are too old are among them: whether one still holds, the day in the organisation's zone says.
    """
    addresses = EmailAddress.objects.filter(user_id=person.pk, verified=True).values("email")
    found = Invitation.objects.filter(email__in=addresses, answered_at=None, withdrawn_at=None)
    return found.select_related("unit__organisation", "job").order_by("at", "pk")


def is_asked(person: Any, at: datetime) -> bool:
    """Whether an organisation waits for the answer of somebody, or their address opens one. Three queries at most."""
    waiting = (one.expires_on >= today_at(one.unit.organisation, at) for one in invitations_for(person))
    return any(waiting) or offers_for(person, at).exists()
