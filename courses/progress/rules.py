"""Facts are appended here, and summaries derived from them (architecture rule 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.enrolments import rules as enrolment_rules
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.conditions.enums import Route
from curriculum.items.models import LearningItem

from .enums import Fact
from .models import ItemProgress, LearningEvent, Place
from .queries import facts_about, facts_for, is_complete, waived
from .scoring import Happened, Summary, summarise

REREAD = timedelta(minutes=15)


@transaction.atomic(savepoint=False)
def record(
    *, person: Any, item_id: int, item_key: UUID, fact: Fact, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> list[Enrolment]:
    """Append one fact, bring the item's summary up to date, look again at every open enrolment that asks for the item.

    Returns the enrolments that this fact completed, a course before the path that asks for it, for the flow to issue
    their certificates. `data` holds details without personal data ({"percent": 80, "counts": "best"} for a quiz).
    """
    enrolment_rules.lock_learner(person)
    LearningEvent.objects.create(person=person, item_id=item_id, fact=fact, at=at, by=by, data=data or {})
    derive(person.pk, item_id)
    return look_again(person=person, keys={item_key}, by=by, at=at)


def look_again(*, person: Any, keys: set[UUID], by: Any, at: datetime) -> list[Enrolment]:
    """Hold the facts against the rules of all running enrolments that ask for one of these items, and then of those
    that ask for what was completed by it. A query, and one more a round, however many enrolments there are."""
    completed: list[Enrolment] = []
    running = _running_enrolments(person) if keys else []
    while keys:
        asking = [each for each in running if each.is_running and rule_of(each).keys & keys]
        asked = frozenset(key for enrolment in asking for key in rule_of(enrolment).keys)
        facts = facts_about(person, asked) if asking else []
        newly = [each for each in asking if evaluate(enrolment=each, by=by, at=at, facts=facts)]
        completed += newly
        keys = {enrolment.item.key for enrolment in newly}
    return completed


def evaluate(*, enrolment: Enrolment, by: Any, at: datetime, facts: list[Happened] | None = None) -> bool:
    """Hold the facts against the frozen rule. True for the one call that found it newly met; then noted as a fact.

    `facts` are the person's about everything that the rule asks for, if they are known already.
    """
    rule = rule_of(enrolment)
    if facts is None:
        facts = facts_for(enrolment.person, rule)
    spared = as_stored(waived(rule, facts))
    if spared != enrolment.waived:
        Enrolment.objects.filter(pk=enrolment.pk).update(waived=spared)
        enrolment.waived = spared
    if not is_complete(rule, facts):
        return False
    # What is noted here may have been asked for a moment before what was noted meanwhile, while it waited for the lock.
    at = max([at, *(happened.at for happened in facts if happened.key in rule.keys)])
    if not enrolment_rules.complete(enrolment=enrolment, at=at):
        return False
    LearningEvent.objects.create(
        person=enrolment.person,
        item_id=enrolment.item_id,
        fact=Fact.FINISHED,
        at=at,
        by=by,
        data={"cycle": enrolment.cycle} | ({"route": enrolment.route} if enrolment.route != Route.FULL else {}),
    )
    derive(enrolment.person_id, enrolment.item_id)
    return True


def as_stored(keys: frozenset[UUID]) -> list[str]:
    """Keys in the form in which an enrolment keeps them."""
    return sorted(str(key) for key in keys)


def holders_of(item: LearningItem) -> list[Enrolment]:
    """Open enrolments whose frozen rule asks for this item; those of people who were erased are counts, no more."""
    # JSON containment differs between the databases; open enrolments are read once, when something is withdrawn.
    running = Enrolment.objects.filter(completed_at=None, left_at=None, person__erased_at=None)
    found = running.select_related("person").order_by("pk").iterator()
    return [enrolment for enrolment in found if item.key in rule_of(enrolment).keys]


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


def _running_enrolments(person: Any) -> list[Enrolment]:
    """The person's running enrolments, each with its item. One query."""
    running = Enrolment.objects.filter(person=person, completed_at=None, left_at=None).select_related("item")
    found = list(running.order_by("pk"))
    for enrolment in found:
        enrolment.person = person
    return found


def derive(person_id: int, item_id: int) -> None:
    """Derive the summary from all facts about the item, as `differences` does: the two cannot drift apart."""
    rows = LearningEvent.objects.filter(person_id=person_id, item_id=item_id).order_by("at", "id")
    facts = [Happened(*row) for row in rows.values_list("item__key", "fact", "at", "data")]
    if facts:
        _store(person_id, item_id, summarise(facts))
    else:
        ItemProgress.objects.filter(person_id=person_id, item_id=item_id).delete()


def _store(person_id: int, item_id: int, summary: Summary) -> None:
    """Write what the facts about a person and an item come to."""
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
