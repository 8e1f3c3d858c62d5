"""Facts are appended here, and summaries derived from them (architecture rule 3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.enrolments import rules as enrolment_rules
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.items.models import LearningItem

from .enums import Fact
from .models import ItemProgress, LearningEvent, Place
from .queries import Happened, Summary, facts_for, is_complete, summarise

REREAD = timedelta(minutes=15)


@transaction.atomic
def record(
    *, person: Any, item_id: int, item_key: UUID, fact: Fact, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> list[Enrolment]:
    """Append one fact, bring the item's summary up to date, look again at every open enrolment that asks for the item.

    Returns the enrolments that this fact completed, for the flow to issue their certificates. `data` holds details
    without personal data ({"percent": 80, "counts": "best"} for a quiz).
    """
    enrolment_rules.lock_learner(person)
    LearningEvent.objects.create(person=person, item_id=item_id, fact=fact, at=at, by=by, data=data or {})
    _summarise_item(person, item_id)
    return [
        enrolment for enrolment in _open_enrolments(person, item_key) if evaluate(enrolment=enrolment, by=by, at=at)
    ]


def evaluate(*, enrolment: Enrolment, by: Any, at: datetime) -> bool:
    """Hold the facts against the frozen rule. True for the one call that found it newly met; then noted as a fact."""
    rule = rule_of(enrolment)
    if not is_complete(rule, facts_for(enrolment.person, rule)):
        return False
    if not enrolment_rules.complete(enrolment=enrolment, at=at):
        return False
    LearningEvent.objects.create(
        person=enrolment.person,
        item_id=enrolment.item_id,
        fact=Fact.FINISHED,
        at=at,
        by=by,
        data={"cycle": enrolment.cycle},
    )
    _summarise_item(enrolment.person, enrolment.item_id)
    return True


def holders_of(item: LearningItem) -> list[Enrolment]:
    """Open enrolments whose frozen rule asks for this item; those of people who were erased are counts, no more."""
    key = str(item.key)
    # JSON containment differs between the databases; open enrolments are read once, when something is withdrawn.
    running = Enrolment.objects.filter(completed_at=None, left_at=None, person__erased_at=None)
    found = running.select_related("person").order_by("pk").iterator()
    return [enrolment for enrolment in found if any(part["key"] == key for part in enrolment.rule["all"])]


def holders_of_course(course: LearningItem) -> list[Enrolment]:
    """Open enrolments in a course; those of people who were erased are counts, no more."""
    running = Enrolment.objects.filter(item=course, completed_at=None, left_at=None, person__erased_at=None)
    return list(running.select_related("person", "item").order_by("pk"))


def see(*, person: Any, course_id: int, item_id: int, place: Place | None, at: datetime) -> Place:
    """Remember where the person is in a course, for Continue. `place` is what was remembered before.

    Written only when the place changed, or a quarter of an hour later (so that the course read last comes first).
    """
    if place is not None and place.item_id == item_id and at - place.seen_at < REREAD:
        return place
    place = Place(person=person, course_id=course_id, item_id=item_id, seen_at=at)
    Place.objects.bulk_create(
        [place], update_conflicts=True, unique_fields=["person", "course"], update_fields=["item", "seen_at"]
    )
    return place


def differences(*, repair: bool, at: datetime) -> Iterator[str]:
    """Derive all summaries from the facts once more; yield a line for each that differs (none is right).

    With `repair` the rows are made what the facts say. Enrolments are only looked at: a completion is evidence, and is
    neither given nor taken by a repair.
    """
    stored = {(row.person_id, row.item_id): row for row in ItemProgress.objects.iterator()}
    events = LearningEvent.objects.order_by("person_id", "item_id", "at", "id")
    rows = events.values_list("person_id", "item_id", "item__key", "fact", "at", "data").iterator()
    for (person_id, item_id), facts in groupby(rows, key=lambda row: (row[0], row[1])):
        wanted = summarise(Happened(*row[2:]) for row in facts)
        row = stored.pop((person_id, item_id), None)
        found = Summary(row.standing, row.completed_at, row.percent) if row is not None else None
        if found != wanted:
            yield f"person {person_id}, item {item_id}: stored {found}, facts say {wanted}"
            if repair:
                _store(person_id, item_id, wanted)
    for person_id, item_id in stored:
        yield f"person {person_id}, item {item_id}: stored, but there are no facts"
        if repair:
            ItemProgress.objects.filter(person_id=person_id, item_id=item_id).delete()
    for enrolment in Enrolment.objects.filter(left_at=None).select_related("person").order_by("pk").iterator():
        rule = rule_of(enrolment)
        facts_met = is_complete(rule, facts_for(enrolment.person, rule), until=enrolment.completed_at)
        if facts_met and enrolment.completed_at is None:
            yield f"enrolment {enrolment.pk}: the facts meet its rule, yet it is not completed"
        elif not facts_met and enrolment.completed_at is not None:
            yield f"enrolment {enrolment.pk}: completed, yet the facts do not meet its rule"


def _open_enrolments(person: Any, item_key: UUID) -> list[Enrolment]:
    """The person's running enrolments whose frozen rule asks for the item."""
    running = Enrolment.objects.filter(person=person, completed_at=None, left_at=None).order_by("pk")
    found = [enrolment for enrolment in running if item_key in rule_of(enrolment).keys]
    for enrolment in found:
        enrolment.person = person
    return found


def _summarise_item(person: Any, item_id: int) -> None:
    """Derive the summary from all facts about the item, as `differences` does: the two cannot drift apart."""
    rows = LearningEvent.objects.filter(person=person, item_id=item_id).order_by("at", "id")
    summary = summarise(Happened(*row) for row in rows.values_list("item__key", "fact", "at", "data"))
    _store(person.pk, item_id, summary)


def _store(person_id: int, item_id: int, summary: Summary) -> None:
    row = ItemProgress(
        person_id=person_id,
        item_id=item_id,
        standing=summary.standing,
        completed_at=summary.completed_at,
        percent=summary.percent,
    )
    ItemProgress.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["person", "item"],
        update_fields=["standing", "completed_at", "percent"],
    )
