"""A manager assigns a path or course; later joiners follow by themselves; whoever leaves need not do it any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from academy.jobs.rules import enqueue
from academy.people.models import JobRole, Membership, Organisation, Unit
from courses.assignments import rules
from courses.assignments.due import first_due
from courses.assignments.enums import Audience, Ended
from courses.assignments.errors import AssignmentOver
from courses.assignments.models import Assignment, Duty
from courses.assignments.queries import fits, open_rules, still_there, today_in
from courses.assignments.rules import Given
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.enrolments.rules import set_due
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem

from . import tell_duties

FOLLOW = "follow-rules"
# More people are given it in the background: nobody waits for a page longer than a moment.
AT_ONCE = 500


@transaction.atomic(durable=True)
def assign(
    *,
    organisation: Organisation,
    unit: Unit,
    item: LearningItem,
    by: Any,
    at: datetime,
    picked: Collection[int] | None = None,
    with_below: bool = True,
    job: JobRole | None = None,
    newcomers_only: bool = False,
    due_on: date | None = None,
    due_days: int | None = None,
) -> Assignment:
    """Assign it to people who were picked (by number), or, without, to everybody whom the rule fits now and later.

    What somebody has completed before, and whose certificate has not ended, counts at once. A rule that fits many
    (`AT_ONCE`) gives it to them in the background, after the commit. Whether `by` may is the
    door's matter (courses.web.team_doors).
    """
    assignment = rules.create(
        organisation=organisation,
        unit=unit,
        item=item,
        audience=Audience.RULE if picked is None else Audience.PICKED,
        with_below=with_below,
        job=job,
        newcomers_only=newcomers_only,
        due_on=due_on,
        due_days=due_days,
        by=by,
        at=at,
    )
    today = today_in(organisation, at)
    people = fits(assignment, today) if picked is None else _joined(picked, organisation, today)
    if picked is None and len(people) > AT_ONCE:
        ask_to_follow(organisation.pk)
    else:
        _give(assignment, people, today, by=by, at=at)
    return assignment


@transaction.atomic(durable=True)
def withdraw(*, assignment: Assignment, by: Any, at: datetime) -> list[Duty]:
    """Take it back: nobody has to do it any more. Returns the duties that were still open."""
    ended = rules.withdraw(assignment=assignment, by=by, at=at)
    _over(ended, at)
    return ended


@transaction.atomic(durable=True)
def change_date(
    *, assignment: Assignment, due_on: date | None, due_days: int | None, by: Any, at: datetime
) -> list[Duty]:
    """Another date for everybody who has not completed it. Returns the duties whose date changed."""
    dates = dates_for(assignment, due_on=due_on, due_days=due_days, at=at)
    changed = rules.change_date(assignment=assignment, due_on=due_on, due_days=due_days, dates=dates, by=by, at=at)
    sync_due(changed)
    tell_duties.date_changed(changed, at=at)
    return changed


def dates_for(
    assignment: Assignment, *, due_on: date | None, due_days: int | None, at: datetime
) -> dict[int, date | None]:
    """Which day everybody in it would have to meet, by their number, were it due so. Four queries at most."""
    today = today_in(assignment.organisation, at)
    people = list(Duty.objects.filter(assignment=assignment, ended_at=None).values_list("person_id", flat=True))
    joined = _joined(people, assignment.organisation, today)
    if assignment.audience == Audience.RULE:
        # As it was given: from the day they came to where the rule holds.
        joined |= fits(assignment, today)
    return {
        pk: first_due(due_on=due_on, due_days=due_days, joined=joined.get(pk, assignment.day), assigned=assignment.day)
        for pk in people
    }


def ask_to_follow(organisation_id: int) -> None:
    """Have the rules of an organisation looked at again after the commit: somebody joined, left or moved."""
    enqueue(key=f"{FOLLOW}:{organisation_id}", kind=FOLLOW, payload={"organisation": organisation_id})


def follow_rules(organisation: int) -> None:
    """Job: see `follow`."""
    found = Organisation.objects.filter(pk=organisation).first()
    if found is not None:
        follow(found, at=timezone.now())


def follow(organisation: Organisation, *, at: datetime) -> None:
    """Give every open rule's learning to whom it fits by now, end that of who has left. Safe to run twice; each
    assignment is a transaction of its own."""
    today = today_in(organisation, at)
    for assignment in open_rules(organisation.pk):
        people = fits(assignment, today)
        # Withdrawn at this moment: nobody gets it any more, and the other rules are followed all the same.
        with suppress(AssignmentOver), transaction.atomic():
            _end_but(assignment, set(people), at)
            _give(assignment, people, today, by=None, at=at)
            _catch_up(assignment, today, at)
    for assignment in Assignment.objects.filter(organisation=organisation, audience=Audience.PICKED, ended_at=None):
        with transaction.atomic():
            _end_but(assignment, still_there(assignment, today), at)
            _catch_up(assignment, today, at)


def follow_all() -> None:
    """Beat, once an hour: memberships begin and end on days on which nobody is at work."""
    for pk in Assignment.objects.filter(ended_at=None).values_list("organisation_id", flat=True).distinct():
        ask_to_follow(pk)


def follow_pauses(*, person: Any, organisation: Organisation, at: datetime) -> None:
    """Somebody is away, or back at another time: their dates follow, and so do reminders."""
    changed = rules.follow_pauses(person_id=person.pk, organisation_id=organisation.pk, by=None, at=at)
    sync_due(changed)
    tell_duties.date_changed(changed, at=at)


def sync_due(duties: Collection[Duty]) -> None:
    """An enrolment shows the earliest date that anybody set for it (decision 9: the duty is the organisation's)."""
    for item_id in {duty.item_id for duty in duties}:
        people = {duty.person_id for duty in duties if duty.item_id == item_id}
        earliest: dict[int, date] = {}
        open_ones = Duty.objects.filter(item_id=item_id, person__in=people, ended_at=None, completed_at=None)
        for person, due_on in open_ones.values_list("person_id", "due_on"):
            if due_on is not None:
                earliest[person] = min(earliest.get(person, due_on), due_on)
        set_due(item_id=item_id, dates={pk: earliest.get(pk) for pk in people})


def completed_before(person_ids: Collection[int], item: LearningItem, today: date) -> dict[int, datetime]:
    """Who completed it already, and when; not by its short route, nor if the certificate ended. Two queries."""
    ended = set(
        Certificate.objects.filter(item=item, person__in=person_ids, valid_until__lt=today).values_list(
            "enrolment_id", flat=True
        )
    )
    rows = Enrolment.objects.filter(item=item, person__in=person_ids, completed_at__isnull=False)
    found: dict[int, datetime] = {}
    for pk, person, at in rows.exclude(route=Route.SHORT).values_list("pk", "person_id", "completed_at"):
        if pk not in ended and at is not None:
            found[person] = max(found.get(person, at), at)
    return found


def _give(assignment: Assignment, people: Mapping[int, date], today: date, *, by: Any, at: datetime) -> list[Duty]:
    done = completed_before(list(people), assignment.item, today)
    given = {
        pk: Given(
            first_due(due_on=assignment.due_on, due_days=assignment.due_days, joined=joined, assigned=assignment.day),
            done.get(pk),
        )
        for pk, joined in people.items()
    }
    made = rules.give(assignment=assignment, people=given, by=by, at=at)
    sync_due([duty for duty in made if duty.is_open])
    tell_duties.assigned([duty for duty in made if duty.is_open], at=at)
    return made


def _end_but(assignment: Assignment, people: set[int], at: datetime) -> None:
    """Open duties of everybody else end: they left the organisation, or the unit or job that it is for."""
    held = Duty.objects.filter(assignment=assignment, ended_at=None, completed_at=None)
    gone = [duty for duty in held if duty.person_id not in people]
    _over(rules.end(duties=gone, why=Ended.LEFT, by=None, at=at), at)


def _catch_up(assignment: Assignment, today: date, at: datetime) -> None:
    """Who completed it at the very moment at which it was given has completed it: neither write saw the other."""
    held = Duty.objects.filter(assignment=assignment, ended_at=None, completed_at=None)
    people = list(held.values_list("person_id", flat=True))
    done: list[Duty] = []
    for person, when in completed_before(people, assignment.item, today).items() if people else ():
        done += rules.note_completed(person_id=person, completed={assignment.item_id: when}, at=at)
    if done:
        _over(done, at)


def _over(duties: Collection[Duty], at: datetime) -> None:
    sync_due(duties)
    tell_duties.over(list(duties), at=at)


def _joined(people: Collection[int], organisation: Organisation, today: date) -> dict[int, date]:
    """When these people joined the organisation; whoever does not work there today is left out."""
    rows = Membership.objects.on(today).filter(unit__organisation=organisation, person__in=people)
    found: dict[int, date] = {}
    for person, since in rows.values_list("person_id", "from_day"):
        found[person] = min(found.get(person, since), since)
    return found
