"""One person of a team: what is required of them, from when the dates come, requests for more time, days away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from academy.people.enums import Wider
from academy.people.models import Membership, Organisation, Pause, User
from academy.people.queries import wider_views
from academy.people.workplaces import working
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import today_in
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import latest_of_each_course

from .access import Led
from .board import DutyRow, duty_rows, title_of
from .crowd import duties_in
from .tree import Scope, scope_of
from .wanted import Wanted


@dataclass(frozen=True)
class Required:
    """One thing that is required: the row of the list, who asked for it, and what moved its date.

    `moved`: by how many days away the agreed date was moved; `started_on`: None unless the organisation shows that.
    """

    row: DutyRow
    asked_by: str
    agreed_due: date | None
    moved: int
    started_on: date | None
    extensions: list[Extension]

    @property
    def is_open(self) -> bool:
        """Whether a date or the duty itself can be changed."""
        return self.row.status != Due.COMPLETED

    @property
    def waits(self) -> bool:
        """Whether a request for more time waits for an answer."""
        return any(one.state == ExtensionState.ASKED for one in self.extensions)


@dataclass(frozen=True)
class OwnAccord:
    """Something that somebody takes of their own accord: shown only where the organisation has opened that view."""

    title: str
    title_language: str
    completed_on: date | None


@dataclass(frozen=True)
class Member:
    """A person in one organisation that the reader leads, fully or in parts. `shows_started` and `shows_voluntary`:
    which wider views the organisation has opened."""

    organisation: Organisation
    units: list[str]
    jobs: list[str]
    today: date
    pauses: list[Pause]
    required: list[Required]
    shows_started: bool
    shows_voluntary: bool
    voluntary: list[OwnAccord]

    @property
    def is_away(self) -> bool:
        """Whether they are away today."""
        return any(pause.from_day <= self.today for pause in self.pauses)


def members_of(led: list[Led], person: User, at: datetime, language: str) -> list[Member]:
    """The person in each organisation in which the reader leads them today; empty for who is not in reach."""
    found = []
    works_in = set(Membership.objects.filter(person=person).values_list("unit__organisation_id", flat=True))
    for one in led:
        if one.organisation.pk not in works_in:
            continue
        scope = scope_of([one], Wanted())
        if scope is None:
            continue
        today = today_in(one.organisation, at)
        here = working(scope.reach, today).filter(person=person)
        memberships = list(here.select_related("unit", "job").order_by("unit__name", "pk"))
        if memberships:
            found.append(_member(scope, person, memberships, today, language))
    return found


def _member(scope: Scope, person: User, memberships: list[Any], today: date, language: str) -> Member:
    organisation = scope.organisation
    zone, wider = ZoneInfo(organisation.time_zone), wider_views(organisation.pk)
    shows_started, shows_voluntary = Wider.STARTED in wider, Wider.VOLUNTARY in wider
    pauses = Pause.objects.filter(person=person, organisation_id=organisation.pk)
    current = [pause for pause in pauses if pause.until_day is None or pause.until_day >= today]
    is_away = any(pause.from_day <= today for pause in current)
    duties = duties_in(scope, None, today, people=[person.pk])
    enrolments = list(latest_of_each_course([person.pk])) if shows_started or shows_voluntary else []
    required = _required(
        scope, duties, today, [person.pk] if is_away else [], language, enrolments if shows_started else []
    )
    asked = set(duties.values_list("item_id", flat=True)) if shows_voluntary else set()
    return Member(
        organisation=organisation,
        units=[membership.unit.name for membership in memberships],
        jobs=sorted({membership.job.label(language) for membership in memberships if membership.job is not None}),
        today=today,
        pauses=current,
        required=required,
        shows_started=shows_started,
        shows_voluntary=shows_voluntary,
        voluntary=[_own(one, zone, language) for one in enrolments if one.item_id not in asked]
        if shows_voluntary
        else [],
    )


def _required(
    scope: Scope, duties: Any, today: date, away: Collection[int], language: str, enrolments: list[Enrolment]
) -> list[Required]:
    details: dict[int, Duty] = {duty.pk: duty for duty in duties.select_related("assignment__by")}
    asked: dict[int, list[Extension]] = {}
    for one in Extension.objects.filter(duty__in=list(details)).order_by("-asked_at", "-pk"):
        asked.setdefault(one.duty_id, []).append(one)
    zone = ZoneInfo(scope.organisation.time_zone)
    started = {one.item_id: one.started_at.astimezone(zone).date() for one in enrolments}
    rows = [row for of_person in duty_rows(duties, scope, today, away, language).values() for row in of_person]
    found = []
    for row in rows:
        duty = details[row.pk]
        by = duty.assignment.by
        found.append(
            Required(
                row=row,
                asked_by=by.get_full_name() if by is not None else "",
                agreed_due=duty.agreed_due,
                moved=(duty.due_on - duty.agreed_due).days if duty.due_on and duty.agreed_due else 0,
                started_on=started.get(duty.item_id),
                extensions=asked.get(duty.pk, []),
            )
        )
    return found


def _own(enrolment: Enrolment, zone: ZoneInfo, language: str) -> OwnAccord:
    item = enrolment.item
    title, written_in = title_of(item.key, item.code, item.title, language)
    completed_on = enrolment.completed_at.astimezone(zone).date() if enrolment.completed_at else None
    return OwnAccord(title, written_in, completed_on)
