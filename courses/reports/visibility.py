"""Who can see how somebody's learning stands, and who looked: for the person's own eyes, and for works councils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from academy.people.enums import Looked as LookedAt
from academy.people.enums import Role
from academy.people.models import Centre, Look, Membership, Organisation, RoleGrant, Unit, UnitVersion, User, WiderView
from academy.people.queries import acts_about

# In this order they stand in the list of who can see something.
ORDER = list(Role)
YEAR = timedelta(days=365)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Watcher:
    """Somebody whose role reaches the person: for a unit, a competence centre (`where`), or everywhere (empty)."""

    name: str
    role: Role
    where: str
    until: date | None


@dataclass(frozen=True)
class Place:
    """An organisation where somebody works: who there can see something, and what more its managers are shown."""

    organisation: Organisation
    units: list[str]
    watchers: list[Watcher]
    wider: list[WiderView]


@dataclass(frozen=True)
class Looked:
    """That somebody looked, on one day, so many times. `where`: whose list it was, empty for a page about oneself."""

    day: date
    who: str
    what: str
    where: str
    times: int


def places(person: User, on: date) -> tuple[list[Place], list[Watcher]]:
    """Where the person works on a day, with who can see something there; and whose role reaches everybody.

    Seven queries, however many there are.
    """
    memberships = list(
        Membership.objects.on(on).filter(person=person).select_related("unit__organisation").order_by("unit__name")
    )
    organisations = {each.unit.organisation_id: each.unit.organisation for each in memberships}
    parents = dict(Unit.objects.filter(organisation__in=organisations).values_list("pk", "parent_id"))
    centres: dict[int, set[int]] = {}
    through = Centre.organisations.through
    for centre, organisation in through.objects.filter(organisation__in=organisations).values_list(
        "centre_id", "organisation_id"
    ):
        centres.setdefault(organisation, set()).add(centre)
    above = {
        pk: {unit for each in memberships if each.unit.organisation_id == pk for unit in _chain(each.unit_id, parents)}
        for pk in organisations
    }
    reaches = Q(unit__in=set().union(*above.values())) | Q(centre__in=set().union(*centres.values()))
    rows = (
        RoleGrant.objects.on(on)
        .filter(reaches | Q(unit=None, centre=None), person__is_active=True)
        .exclude(person=person)
        .select_related("person", "unit", "centre")
        .order_by("person__display_name", "pk")
    )
    grants = list(rows)
    wider = list(
        WiderView.objects.filter(organisation__in=organisations, ended_at=None).select_related("by").order_by("at")
    )
    found = [
        Place(
            organisation=organisation,
            units=[each.unit.name for each in memberships if each.unit.organisation_id == pk],
            watchers=_watchers(
                each for each in grants if each.unit_id in above[pk] or each.centre_id in centres.get(pk, ())
            ),
            wider=[each for each in wider if each.organisation_id == pk],
        )
        for pk, organisation in organisations.items()
    ]
    everywhere = _watchers(each for each in grants if each.unit_id is None and each.centre_id is None)
    names = {watcher.name for watcher in everywhere if watcher.role == Role.PLATFORM_ADMIN}
    above_all = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).order_by("display_name")
    everywhere += [
        Watcher(each.get_full_name(), Role.PLATFORM_ADMIN, "", None)
        for each in above_all
        if each.get_full_name() not in names
    ]
    return sorted(found, key=lambda place: place.organisation.name), everywhere


def looks_at(person: User, on: date) -> list[Looked]:
    """Who looked in the last year: at pages about the person, at lists with them, or to help them. Newest first.

    Six queries, however many looks.
    """
    rows = (
        Look.objects.filter(_about(person), day__gt=on - YEAR)
        .exclude(viewer=person)
        .select_related("viewer", "unit", "organisation")
        .order_by("-day", "-last_at", "-pk")
    )
    found = [
        Looked(
            day=row.day,
            who=row.viewer.get_full_name(),
            what=row.get_what_display(),
            where=_where(row),
            times=row.times,
        )
        for row in rows
    ]
    return sorted([*found, *_support(person, on)], key=lambda one: one.day, reverse=True)


def wider_views_of(organisation: Organisation) -> list[WiderView]:
    """What its managers are or were shown besides the usual, those of today first, then the newest. One query."""
    rows = WiderView.objects.filter(organisation=organisation)
    return sorted(rows, key=lambda view: (view.ended_at is None, view.at), reverse=True)


def _where(look: Look) -> str:
    if look.what == LookedAt.PERSON:
        return ""
    return look.unit.name if look.unit is not None else look.organisation.name


def _watchers(grants: Iterable[RoleGrant]) -> list[Watcher]:
    found = [
        Watcher(
            name=grant.person.get_full_name(),
            role=Role(grant.role),
            where=str(grant.unit or grant.centre or ""),
            until=grant.until_day,
        )
        for grant in grants
    ]
    return sorted(found, key=lambda watcher: (ORDER.index(watcher.role), watcher.name.casefold()))


def _chain(unit: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    """The unit and those above it."""
    current: int | None = unit
    seen: set[int] = set()
    while current is not None and current not in seen:
        seen.add(current)
        yield current
        current = parents.get(current)


def _about(person: User) -> Q:
    """Looks at the person's own page, and at lists of units in which, or below which, they worked on that day."""
    about = Q(person=person)
    memberships = list(Membership.objects.filter(person=person).select_related("unit"))
    versions: dict[int, list[UnitVersion]] = {}
    history = UnitVersion.objects.filter(unit__organisation__in={each.unit.organisation_id for each in memberships})
    for version in history.order_by("from_day"):
        versions.setdefault(version.unit_id, []).append(version)
    for each in memberships:
        at_work = Q(day__gte=each.from_day) & (Q(day__lte=each.until_day) if each.until_day else Q())
        # The key of a look at a whole organisation ends with no unit and no person; that of a deleted unit does not.
        whole = Q(unit=None, person=None, organisation=each.unit.organisation_id, key__endswith="::")
        listed = whole | Q(unit__in=[each.unit_id], person=None)
        about |= at_work & listed
        for since, until, units in _stretches(each, versions):
            days = Q(day__gte=since) & (Q(day__lt=until) if until else Q())
            about |= at_work & days & Q(unit__in=units, person=None)
    return about


def _stretches(
    membership: Membership, versions: dict[int, list[UnitVersion]]
) -> Iterator[tuple[date, date | None, list[int]]]:
    """The units above, for each stretch of days in which the tree stayed as it was; the end does not belong to it."""
    turns = sorted({version.from_day for rows in versions.values() for version in rows} | {membership.from_day})
    for since, until in zip(turns, [*turns[1:], None], strict=True):
        if until is not None and until <= membership.from_day:
            continue
        if membership.until_day is not None and since > membership.until_day:
            break
        parents = {unit: _version_on(rows, since).parent_id for unit, rows in versions.items()}
        yield since, until, list(_chain(membership.unit_id, parents))


def _version_on(versions: list[UnitVersion], day: date) -> UnitVersion:
    """The version of a day; of a unit that was not there yet its first."""
    return next((version for version in reversed(versions) if version.from_day <= day), versions[0])


def _support(person: User, on: date) -> list[Looked]:
    """What others did with the account: looks by support, corrections; each kind once a day."""
    acts = acts_about(person).filter(timestamp__date__gt=on - YEAR).exclude(user=person).exclude(user=None)
    counted: Counter[tuple[date, str, str]] = Counter()
    for act in acts:
        counted[timezone.localdate(act.timestamp), _name(act.user), str(act.message)] += 1
    return [Looked(day, who, what, "", times) for (day, who, what), times in counted.items()]


def _name(user: Any) -> str:
    return str(user.get_full_name())
