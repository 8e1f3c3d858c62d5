"""The doors of whoever leads people: whom, in which organisation, and what of theirs may be opened and changed.

A leader is a manager, deputy or training coordinator, for a unit and all below it. Nobody decides about themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from academy.people.access import LEADERS, units_reached
from academy.people.enums import Looked, Role
from academy.people.models import Membership, Organisation, RoleGrant, Unit, User
from academy.people.rules import note_look
from academy.people.workplaces import working
from academy.web.access import role_required
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Assignment, Duty, Extension
from courses.assignments.queries import today_in
from courses.web.answers import person_of

leads = role_required(*LEADERS)
# Where nobody leads somebody but themselves, the organisation's administrator answers them.
answers = role_required(*LEADERS, Role.ORGANISATION_ADMIN)
names_deputies = role_required(Role.MANAGER)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Reach:
    """What somebody leads in one organisation today. `today` is the day in the organisation: its dates end with it."""

    leader: User
    organisation: Organisation
    units: tuple[Unit, ...]
    today: date
    others: tuple[Organisation, ...] = ()

    @property
    def unit_ids(self) -> set[int]:
        """Numbers of all units, those below included."""
        return {unit.pk for unit in self.units}

    @property
    def open_units(self) -> tuple[Unit, ...]:
        """Those that still take people."""
        return tuple(unit for unit in self.units if unit.closed_on is None or unit.closed_on > self.today)

    def people(self) -> QuerySet[User]:
        """Who works there today; not whoever leads them, nor who is invited and has not come."""
        here = working(self.unit_ids, self.today).values("person")
        return User.objects.filter(pk__in=here, is_active=True).exclude(pk=self.leader.pk)

    def duties(self) -> QuerySet[Duty]:
        """What this organisation requires of them."""
        return _of(Duty.objects.filter(organisation=self.organisation), self.unit_ids, self.today, self.leader)


def reaches_of(request: HttpRequest, roles: Collection[Role] = LEADERS) -> list[Reach]:
    """What somebody leads, by organisation. Three queries."""
    now, me = timezone.now(), person_of(request)
    ids = units_reached(me, roles, timezone.localdate(now))
    units = Unit.objects.select_related("organisation").order_by("organisation__name", "name", "pk")
    found: dict[Organisation, list[Unit]] = {}
    for unit in units if ids is None else units.filter(pk__in=ids):
        found.setdefault(unit.organisation, []).append(unit)
    return [Reach(me, one, tuple(held), today_in(one, now), tuple(found)) for one, held in found.items()]


def reach_of(request: HttpRequest, roles: Collection[Role] = LEADERS) -> Reach:
    """The organisation that the page is about: `organisation` (its slug) in the address or form, else the first."""
    found = reaches_of(request, roles)
    wanted = request.POST.get("organisation") or request.GET.get("organisation")
    chosen = [reach for reach in found if not wanted or reach.organisation.slug == wanted]
    if not chosen:
        raise Http404
    return chosen[0]


def reach_holding(request: HttpRequest, person_id: int) -> list[Reach]:
    """The organisations in which somebody leads this person today; none for oneself. One query for each."""
    return [reach for reach in reaches_of(request) if reach.people().filter(pk=person_id).exists()]


def person_or_404(request: HttpRequest, public_id: UUID) -> tuple[User, list[Reach]]:
    """Somebody whom the reader leads, and where; that they looked is written down. Others do not learn who is here."""
    person = User.objects.filter(public_id=public_id, is_active=True).first()
    reaches = reach_holding(request, person.pk) if person is not None else []
    if person is None or not reaches:
        raise Http404
    for reach in reaches:
        _looked(reach, person)
    return person, reaches


def duty_or_404(request: HttpRequest, pk: int) -> Duty:
    """What is required of somebody whom the reader leads; that they looked is written down."""
    for reach in reaches_of(request):
        found = reach.duties().select_related("person", "item", "organisation", "assignment").filter(pk=pk).first()
        if found is not None:
            _looked(reach, found.person)
            return found
    raise Http404


def assignments_of(reach: Reach) -> QuerySet[Assignment]:
    """What was assigned to units that somebody leads; what units above them were given is on the board."""
    found = Assignment.objects.filter(organisation=reach.organisation, unit_id__in=reach.unit_ids)
    return found.select_related("item", "unit", "job", "by", "organisation").order_by("-at", "-pk")


def assignment_or_404(request: HttpRequest, pk: int) -> tuple[Assignment, Reach]:
    """An assignment to units that the reader leads."""
    for reach in reaches_of(request):
        found = assignments_of(reach).filter(pk=pk).first()
        if found is not None:
            return found, reach
    raise Http404


def requests_to(request: HttpRequest) -> list[Extension]:
    """Requests for more time that the reader may answer and that wait, the one waiting longest first.

    Those of everybody whom the reader leads; to an organisation's administrator also those of people whom nobody else
    leads: whoever leads the whole of it asks somebody, too.
    """
    return [one for one in _asked(request) if one.state == ExtensionState.ASKED]


def request_or_404(request: HttpRequest, pk: int) -> Extension:
    """A request for more time that the reader may answer or might have, whatever has become of it."""
    found = next(iter(_asked(request, pk=pk)), None)
    if found is None:
        raise Http404
    return found


def has_leader(people: Iterable[int], organisation: Organisation, on: date) -> set[int]:
    """Which of these people somebody else leads in the organisation. Four queries."""
    parents = dict(Unit.objects.filter(organisation=organisation).values_list("pk", "parent_id"))
    grants = RoleGrant.objects.on(on).filter(role__in=LEADERS, person__is_active=True)
    by_unit: dict[int | None, set[int]] = {}
    for unit, person in grants.filter(unit__organisation=organisation).values_list("unit_id", "person_id"):
        by_unit.setdefault(unit, set()).add(person)
    shared = set(grants.filter(centre__organisations=organisation).values_list("person_id", flat=True))
    found = set()
    rows = Membership.objects.on(on).filter(unit__organisation=organisation, person__in=list(people))
    for person, unit in rows.values_list("person_id", "unit_id"):
        leaders, above = set(shared), unit
        while above is not None:
            leaders |= by_unit.get(above, set())
            above = parents.get(above)
        if leaders - {person}:
            found.add(person)
    return found


def in_tree(units: Iterable[Unit]) -> list[tuple[Unit, int]]:
    """Units as a tree, each with how deep it stands; what is missing above a unit makes it a top."""
    rows = list(units)
    known = {unit.pk for unit in rows}
    below: dict[int | None, list[Unit]] = {}
    for unit in rows:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    found: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(unit.pk, []))]
    return found


def _looked(reach: Reach, person: User) -> None:
    note_look(
        viewer=reach.leader,
        what=Looked.PERSON,
        organisation=reach.organisation,
        at=timezone.now(),
        day=reach.today,
        person=person,
    )


def _asked(request: HttpRequest, **wanted: Any) -> list[Extension]:
    rows = (
        Extension.objects.filter(**wanted or {"state": ExtensionState.ASKED, "duty__ended_at": None})
        .select_related("duty__person", "duty__item", "duty__organisation", "duty__assignment", "decided_by")
        .order_by("asked_at", "pk")
    )
    found: dict[int, Extension] = {}
    for reach in reaches_of(request):
        found |= {one.pk: one for one in rows.filter(duty__in=reach.duties())}
    for reach in reaches_of(request, (Role.ORGANISATION_ADMIN,)):
        others = [one for one in rows.filter(duty__in=reach.duties()) if one.pk not in found]
        if others:
            led = has_leader({one.duty.person_id for one in others}, reach.organisation, reach.today)
            found |= {one.pk: one for one in others if one.duty.person_id not in led}
    return sorted(found.values(), key=lambda one: (one.asked_at, one.pk))


def _of(duties: QuerySet[Duty], unit_ids: Collection[int], on: date, besides: Any) -> QuerySet[Duty]:
    """Duties of people who work in these units on a day."""
    here = working(unit_ids, on).filter(person=OuterRef("person"), person__is_active=True)
    return duties.filter(Exists(here)).exclude(person=besides)
