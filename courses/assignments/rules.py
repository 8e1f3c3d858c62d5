"""Writes about required learning. Each leaves a fact (`DutyEvent`), in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from wagtail.log_actions import log

from academy.people.models import JobRole, Organisation, Unit
from curriculum.items.models import LearningItem

from .due import due_after
from .enums import Audience, DutyFact, Ended, ExtensionState
from .errors import AssignmentOver, DutyOver, ExtensionAnswered, ExtensionWaits, NoLaterDay
from .models import Assignment, Duty, DutyEvent, Extension
from .queries import pauses_of, today_in

CHUNK = 500


@dataclass(frozen=True)
class Given:
    """What somebody is given: the day agreed, and when they completed it, if that was before."""

    due_on: date | None
    completed_at: datetime | None = None


@transaction.atomic
def create(
    *,
    organisation: Organisation,
    unit: Unit,
    item: LearningItem,
    audience: Audience,
    by: Any,
    at: datetime,
    with_below: bool = True,
    job: JobRole | None = None,
    newcomers_only: bool = False,
    due_on: date | None = None,
    due_days: int | None = None,
) -> Assignment:
    """An assignment without anybody in it yet (`give`). At most one of `due_on` and `due_days`."""
    assignment = Assignment(
        organisation=organisation,
        unit=unit,
        item=item,
        audience=audience,
        with_below=with_below,
        job=job,
        newcomers_only=newcomers_only,
        due_on=due_on,
        due_days=due_days,
        by=by,
        at=at,
        day=today_in(organisation, at),
    )
    assignment.full_clean()
    assignment.save()
    log(instance=assignment, action="wagtail.create", user=by, timestamp=at)
    return assignment


@transaction.atomic
def give(*, assignment: Assignment, people: Mapping[int, Given], by: Any, at: datetime) -> list[Duty]:
    """Give it to these people (by number); who has it or was spared it keeps that. Returns the new duties.

    A constant number of statements for each 500 people. Raises AssignmentOver.
    """
    held = Assignment.objects.select_for_update().filter(pk=assignment.pk, ended_at=None).first()
    if held is None:
        raise AssignmentOver
    # Whom somebody who leads them spared it alone is not given it again by the rule.
    spared_or_in = Duty.objects.filter(Q(ended_at=None) | Q(ended=Ended.WITHDRAWN), assignment=assignment)
    have = set(spared_or_in.values_list("person_id", flat=True))
    new = [pk for pk in people if pk not in have]
    today = today_in(assignment.organisation, at)
    made: list[Duty] = []
    for start in range(0, len(new), CHUNK):
        part = new[start : start + CHUNK]
        pauses = pauses_of(part, assignment.organisation_id)
        duties = [
            Duty(
                assignment=assignment,
                person_id=pk,
                organisation_id=assignment.organisation_id,
                item_id=assignment.item_id,
                given_at=at,
                agreed_due=people[pk].due_on,
                agreed_on=today,
                due_on=due_after(people[pk].due_on, today, pauses.get(pk, ())),
                completed_at=people[pk].completed_at,
            )
            for pk in part
        ]
        made += Duty.objects.bulk_create(duties)
    _note(made, DutyFact.GIVEN, by=by, at=at)
    _note([duty for duty in made if duty.completed_at], DutyFact.COMPLETED, by=by, at=at)
    return made


@transaction.atomic
def withdraw(*, assignment: Assignment, by: Any, at: datetime) -> list[Duty]:
    """Nobody has to do it any more, nobody gets it any more. Returns the duties that were still open."""
    if not Assignment.objects.filter(pk=assignment.pk, ended_at=None).update(ended_at=at):
        return []
    assignment.ended_at = at
    log(instance=assignment, action="wagtail.delete", user=by, timestamp=at)
    running = list(Duty.objects.filter(assignment=assignment, ended_at=None, completed_at=None))
    return end(duties=running, why=Ended.WITHDRAWN, by=by, at=at)


@transaction.atomic
def end(*, duties: Iterable[Duty], why: Ended, by: Any, at: datetime) -> list[Duty]:
    """These people need not do it any more. What they completed stays; a request for more time is settled with it."""
    ids = [duty.pk for duty in duties]
    found = list(Duty.objects.select_for_update().filter(pk__in=ids, ended_at=None))
    Duty.objects.filter(pk__in=[duty.pk for duty in found]).update(ended_at=at, ended=why)
    Extension.objects.filter(duty__in=found, state=ExtensionState.ASKED).update(
        state=ExtensionState.TAKEN_BACK, decided_at=at
    )
    _note(found, DutyFact.ENDED, by=by, at=at, why=why.value)
    return found


@transaction.atomic
def change_date(
    *,
    assignment: Assignment,
    due_on: date | None,
    due_days: int | None,
    dates: Mapping[int, date | None],
    by: Any,
    at: datetime,
) -> list[Duty]:
    """Another date for everybody in it who has not completed it: `dates` by person. Extensions that were granted give
    way to it. Returns the duties whose date changed. Raises AssignmentOver."""
    if not Assignment.objects.filter(pk=assignment.pk, ended_at=None).update(due_on=due_on, due_days=due_days):
        raise AssignmentOver
    assignment.due_on, assignment.due_days = due_on, due_days
    log(instance=assignment, action="wagtail.edit", user=by, timestamp=at)
    duties = list(Duty.objects.filter(assignment=assignment, ended_at=None, completed_at=None))
    changed = [duty for duty in duties if duty.person_id in dates and dates[duty.person_id] != duty.agreed_due]
    for duty in changed:
        duty.agreed_due = dates[duty.person_id]
    return _agree(changed, by=by, at=at)


@transaction.atomic
def agree(*, duty: Duty, due_on: date | None, by: Any, at: datetime) -> Duty:
    """Another date, or none, for one person alone; earlier or later. Raises DutyOver."""
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if not duty.is_open:
        raise DutyOver
    duty.agreed_due = due_on
    return _agree([duty], by=by, at=at)[0]


@transaction.atomic
def ask_extension(*, duty: Duty, wanted_on: date, why: str, by: Any, at: datetime) -> Extension:
    """More time is asked for. Raises DutyOver, NoLaterDay, ExtensionWaits."""
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if not duty.is_open:
        raise DutyOver
    if duty.due_on is None or wanted_on <= duty.due_on:
        raise NoLaterDay
    try:
        with transaction.atomic():
            extension = Extension.objects.create(duty=duty, wanted_on=wanted_on, why=why, asked_at=at)
    except IntegrityError as error:
        raise ExtensionWaits from error
    _note([duty], DutyFact.ASKED, by=by, at=at, wanted=wanted_on.isoformat())
    return extension


@transaction.atomic
def answer_extension(*, extension: Extension, granted_on: date | None, answer: str, by: Any, at: datetime) -> Extension:
    """Grant it until a day, or not (None). Answered once: raises ExtensionAnswered; DutyOver, NoLaterDay."""
    duty = Duty.objects.select_for_update().get(pk=extension.duty_id)
    if granted_on is not None and not duty.is_open:
        raise DutyOver
    if granted_on is not None and (duty.due_on is None or granted_on <= duty.due_on):
        raise NoLaterDay
    state = ExtensionState.DENIED if granted_on is None else ExtensionState.GRANTED
    if not Extension.objects.filter(pk=extension.pk, state=ExtensionState.ASKED).update(
        state=state, granted_on=granted_on, answer=answer, decided_by=by, decided_at=at
    ):
        raise ExtensionAnswered
    extension.refresh_from_db()
    _note([duty], DutyFact.ANSWERED, by=by, at=at, state=state.value)
    if granted_on is not None:
        duty.agreed_due = granted_on
        _agree([duty], by=by, at=at)
    extension.duty = duty
    return extension


@transaction.atomic
def take_back_extension(*, extension: Extension, by: Any, at: datetime) -> None:
    """The learner does not need it any more. Raises ExtensionAnswered."""
    waiting = Extension.objects.filter(pk=extension.pk, state=ExtensionState.ASKED)
    if not waiting.update(state=ExtensionState.TAKEN_BACK, decided_at=at):
        raise ExtensionAnswered
    _note([extension.duty], DutyFact.ANSWERED, by=by, at=at, state=ExtensionState.TAKEN_BACK.value)


@transaction.atomic
def follow_pauses(*, person_id: int, organisation_id: int, by: Any, at: datetime) -> list[Duty]:
    """Somebody is away or back at another time: their open dates follow. Returns the duties whose date changed."""
    duties = list(
        Duty.objects.select_for_update().filter(
            person_id=person_id, organisation_id=organisation_id, ended_at=None, completed_at=None
        )
    )
    pauses = pauses_of([person_id], organisation_id).get(person_id, [])
    changed = []
    for duty in duties:
        due = due_after(duty.agreed_due, duty.agreed_on, pauses)
        if due != duty.due_on:
            duty.due_on = due
            changed.append(duty)
    Duty.objects.bulk_update(changed, ["due_on"], batch_size=CHUNK)
    _note(changed, DutyFact.DUE, by=by, at=at)
    return changed


def note_completed(*, person_id: int, completed: Mapping[int, datetime], at: datetime) -> list[Duty]:
    """Somebody completed these items (by number): their open duties for them are done. One query where there are none.

    Called in the transaction of the fact that completed them.
    """
    open_ones = Duty.objects.filter(person_id=person_id, item_id__in=completed, completed_at=None, ended_at=None)
    done = []
    for duty in open_ones:
        duty.completed_at = completed[duty.item_id]
        # The conditional update decides: two facts of one moment complete it once.
        if Duty.objects.filter(pk=duty.pk, completed_at=None).update(completed_at=duty.completed_at):
            done.append(duty)
    if done:
        Extension.objects.filter(duty__in=done, state=ExtensionState.ASKED).update(
            state=ExtensionState.TAKEN_BACK, decided_at=at
        )
        _note(done, DutyFact.COMPLETED, by=None, at=at)
    return done


def _agree(duties: Sequence[Duty], *, by: Any, at: datetime) -> list[Duty]:
    """Another agreed day (`duty.agreed_due`, set already) holds from today on; earlier days away moved the old one."""
    if not duties:
        return []
    organisation = duties[0].organisation
    today = today_in(organisation, at)
    pauses = pauses_of([duty.person_id for duty in duties], organisation.pk)
    for duty in duties:
        duty.agreed_on = today
        duty.due_on = due_after(duty.agreed_due, today, pauses.get(duty.person_id, ()))
    Duty.objects.bulk_update(duties, ["agreed_due", "agreed_on", "due_on"], batch_size=CHUNK)
    _note(duties, DutyFact.DUE, by=by, at=at)
    return list(duties)


def _note(duties: Sequence[Duty], fact: DutyFact, *, by: Any, at: datetime, **more: Any) -> None:
    """Append a fact for each, with the words and dates of now."""
    items = {item.pk: item for item in LearningItem.objects.filter(pk__in={duty.item_id for duty in duties})}
    rows = []
    for duty in duties:
        item = items[duty.item_id]
        data = {
            "title": item.title,
            "code": item.code,
            "due": duty.due_on.isoformat() if duty.due_on else None,
            "agreed": duty.agreed_due.isoformat() if duty.agreed_due else None,
            "agreed_on": duty.agreed_on.isoformat(),
            **more,
        }
        if fact == DutyFact.COMPLETED and duty.completed_at is not None:
            data["completed"] = duty.completed_at.isoformat()
        rows.append(
            DutyEvent(
                organisation_ref=duty.organisation_id,
                assignment_ref=duty.assignment_id,
                duty_ref=duty.pk,
                person_id=duty.person_id,
                item_key=item.key,
                fact=fact,
                at=at,
                by=by,
                data=data,
            )
        )
    if rows:
        DutyEvent.objects.bulk_create(rows, batch_size=CHUNK)
