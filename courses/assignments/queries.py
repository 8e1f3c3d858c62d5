"""Reads of required learning. A board's numbers come from here: they are statements about rows, not about objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When

from academy.people.access import units_below
from academy.people.models import Membership, Organisation, Pause, Unit
from academy.people.workplaces import today_at
from courses.enrolments.enums import Due
from courses.enrolments.queries import DUE_SOON

from .due import Away
from .enums import Audience
from .models import Assignment, Duty

# What a list shows first. `Due.NONE` is somebody of whom nothing is required.
RANK = (Due.OVERDUE, Due.DUE_SOON, Due.ON_TRACK, Due.PAUSED, Due.COMPLETED, Due.NONE)


def today_in(organisation: Organisation, now: datetime) -> date:
    """The day it is in the organisation: its due dates end with it (decision 13)."""
    return today_at(organisation, now)


def with_state(duties: QuerySet[Duty], today: date) -> QuerySet[Duty]:
    """Duties with `state`, a value of `Due`: completed, paused, overdue, due (within 28 days), on track. One statement.

    `today` is the day in the organisation's zone (`today_in`).
    """
    away = Pause.objects.on(today).filter(person=OuterRef("person"), organisation=OuterRef("organisation"))
    return duties.annotate(
        state=Case(
            When(completed_at__isnull=False, then=Value(Due.COMPLETED.value)),
            When(Exists(away), then=Value(Due.PAUSED.value)),
            When(due_on__lt=today, then=Value(Due.OVERDUE.value)),
            When(due_on__lte=today + DUE_SOON, then=Value(Due.DUE_SOON.value)),
            default=Value(Due.ON_TRACK.value),
            output_field=CharField(),
        )
    )


def state_of(duty: Duty, today: date, *, away: bool) -> Due:
    """The same for one duty at hand, without a query."""
    if duty.completed_at is not None:
        return Due.COMPLETED
    if away:
        return Due.PAUSED
    if duty.due_on is not None and duty.due_on < today:
        return Due.OVERDUE
    return Due.DUE_SOON if duty.due_on is not None and duty.due_on - today <= DUE_SOON else Due.ON_TRACK


def pauses_of(person_ids: Collection[int], organisation_id: int) -> dict[int, list[Away]]:
    """When these people are away from this organisation. One query."""
    found: dict[int, list[Away]] = {}
    rows = Pause.objects.filter(person_id__in=person_ids, organisation_id=organisation_id)
    for person, since, until in rows.values_list("person_id", "from_day", "until_day"):
        found.setdefault(person, []).append(Away(since, until))
    return found


def duties_of(person: Any) -> QuerySet[Duty]:
    """What is required of somebody, completed things included, with who asked for it; the most urgent first."""
    return (
        Duty.objects.filter(person=person, ended_at=None)
        .select_related("item", "organisation", "assignment__by")
        .order_by(F("completed_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")
    )


def open_duties(person_ids: Iterable[int], item_id: int) -> QuerySet[Duty]:
    """Duties of these people for one course or path that are neither completed nor ended."""
    return Duty.objects.filter(person_id__in=person_ids, item_id=item_id, completed_at=None, ended_at=None)


def earliest_due(person: Any, item_key: UUID) -> date | None:
    """The first day on which anybody wants this course or path of the person. One query."""
    rows = Duty.objects.filter(person=person, item__key=item_key, completed_at=None, ended_at=None)
    return rows.exclude(due_on=None).order_by("due_on").values_list("due_on", flat=True).first()


def open_rules(organisation_id: int) -> QuerySet[Assignment]:
    """Assignments of an organisation that later joiners follow by themselves."""
    return (
        Assignment.objects.filter(organisation_id=organisation_id, audience=Audience.RULE, ended_at=None)
        .select_related("unit", "organisation", "item", "job")
        .order_by("pk")
    )


def who_fits(
    *, unit: Unit | None, with_below: bool, job_id: int | None, joined_from: date | None, today: date
) -> dict[int, date]:
    """People who work in the unit today, by number, with the day they joined; the earliest of several memberships.

    `with_below`: also in units below it; `job_id`: only with this job; `joined_from`: only who joined on that day or
    later. A unit that was deleted fits nobody. Two queries.
    """
    if unit is None:
        return {}
    ids = units_below(unit) if with_below else {unit.pk}
    rows = Membership.objects.on(today).filter(unit_id__in=ids, person__is_active=True)
    if job_id is not None:
        rows = rows.filter(job_id=job_id)
    if joined_from is not None:
        rows = rows.filter(from_day__gte=joined_from)
    found: dict[int, date] = {}
    for person, since in rows.values_list("person_id", "from_day"):
        found[person] = min(found.get(person, since), since)
    return found


def fits(assignment: Assignment, today: date) -> dict[int, date]:
    """Whom a rule fits today, with the day they joined."""
    return who_fits(
        unit=assignment.unit,
        with_below=assignment.with_below,
        job_id=assignment.job_id,
        joined_from=assignment.day if assignment.newcomers_only else None,
        today=today,
    )


def still_there(assignment: Assignment, today: date) -> set[int]:
    """Numbers of everybody who works in the assignment's organisation today: a picked person's duty ends with leaving.

    One query.
    """
    rows = Membership.objects.on(today).filter(unit__organisation_id=assignment.organisation_id)
    return set(rows.values_list("person_id", flat=True))
