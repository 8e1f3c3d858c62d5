"""Who works where, who is invited and who leads what in one organisation, as the database has it at this moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from academy.people.enums import Role
from academy.people.models import Invitation, Membership, Organisation, RoleGrant, Unit

# A database takes only so many values in one statement.
BATCH = 2_000


@dataclass
class Member:
    """Somebody who works in the organisation today or later, where, and whether they have ever signed in."""

    pk: int
    memberships: list[Membership]
    has_signed_in: bool

    @property
    def units(self) -> set[int]:
        """Ids of the units."""
        return {membership.unit_id for membership in self.memberships}


@dataclass
class Snapshot:
    """What a list is held against. `reach`: ids of the units that the one who brings it may touch."""

    organisation: Organisation
    today: date
    reach: frozenset[int]
    root: Unit
    # Units below a unit by their name in small letters; two may be called the same.
    below: dict[int, dict[str, list[Unit]]]
    members: dict[str, Member]
    waiting: dict[str, list[Invitation]]
    declined: set[str]
    # (person, unit): who leads what, today or later.
    leading: set[tuple[int, int]] = field(default_factory=set)


def take(organisation: Organisation, today: date, reach: frozenset[int], emails: Collection[str]) -> Snapshot:
    """All units, and what concerns these addresses (in small letters). A few statements for each 2,000 of them."""
    units = list(Unit.objects.filter(organisation=organisation).order_by("pk"))
    below: dict[int, dict[str, list[Unit]]] = {}
    for unit in units:
        if unit.parent_id is not None:
            below.setdefault(unit.parent_id, {}).setdefault(plain(unit.name), []).append(unit)
    snapshot = Snapshot(
        organisation=organisation,
        today=today,
        reach=reach,
        root=next(unit for unit in units if unit.parent_id is None),
        below=below,
        members={},
        waiting={},
        declined=set(),
    )
    by_pk = {unit.pk: unit for unit in units}
    for some in _batches(sorted(set(emails))):
        _add_members(snapshot, by_pk, some)
        _add_invitations(snapshot, some)
    return snapshot


def plain(name: str) -> str:
    """A unit's name as it is compared: capitals and spaces make no difference."""
    return " ".join(name.casefold().split())


def _add_members(snapshot: Snapshot, units: dict[int, Unit], emails: list[str]) -> None:
    present = Q(until_day=None) | Q(until_day__gte=snapshot.today)
    rows = Membership.objects.filter(present, unit__organisation=snapshot.organisation, person__email__in=emails)
    people: dict[int, Member] = {}
    for membership in rows.select_related("job", "person").order_by("pk"):
        membership.unit = units[membership.unit_id]
        person = membership.person
        known = snapshot.members.setdefault(person.email, Member(person.pk, [], person.last_login is not None))
        known.memberships.append(membership)
        people[person.pk] = known
    grants = RoleGrant.objects.filter(present, role=Role.MANAGER, person__in=list(people), unit__in=list(units))
    snapshot.leading.update(grants.values_list("person_id", "unit_id"))


def _add_invitations(snapshot: Snapshot, emails: list[str]) -> None:
    rows = Invitation.objects.filter(unit__organisation=snapshot.organisation, email__in=emails, withdrawn_at=None)
    for invitation in rows.select_related("unit", "job").order_by("at", "pk"):
        if invitation.answered_at is None:
            snapshot.waiting.setdefault(invitation.email, []).append(invitation)
        elif invitation.accepted:
            snapshot.declined.discard(invitation.email)
        else:
            snapshot.declined.add(invitation.email)


def _batches(emails: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(emails), BATCH):
        yield emails[start : start + BATCH]
