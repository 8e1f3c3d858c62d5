"""Something that courses ask for is withdrawn: whoever takes such a course need not do it any more (decision 8)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.progress.enums import Fact
from courses.progress.queries import facts_for, waived
from courses.progress.rules import holders_of
from curriculum.items.models import LearningItem

from .record_fact import record_fact

JOB = "courses.waive_withdrawn"


def waive_withdrawn(item_id: int) -> int:
    """Waive the item for every open enrolment that asks for it, by a fact for each person. Returns how many.

    A background job: one transaction for each person, safe to run twice. If the item is back by now, nothing happens.
    """
    item = LearningItem.objects.get(pk=item_id)
    if item.retired_at is None:
        return 0
    return sum(_waive(enrolment, item) for enrolment in holders_of(item))


@transaction.atomic(durable=True)
def _waive(enrolment: Enrolment, item: LearningItem) -> bool:
    rule = rule_of(enrolment)
    if item.key in waived(rule, facts_for(enrolment.person, rule)):
        return False
    record_fact(
        person=enrolment.person, item_id=item.pk, item_key=item.key, fact=Fact.WAIVED, by=None, at=timezone.now()
    )
    return True
