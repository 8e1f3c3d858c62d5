"""A quiz, lesson or activity is in a course no more: whoever takes it need not do that any more (decision 8)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from academy.website.addresses import forget_version
from courses.attempts import rules as attempts
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, rule_of
from courses.enrolments.rules import lock_learner
from courses.progress.enums import Fact
from courses.progress.queries import OF_A_COURSE, facts_for, waived
from courses.progress.rules import holders_of_course
from curriculum.completion.queries import promise
from curriculum.conditions.nodes import parts_of
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.queries import parts_of_course

from .record_fact import record_fact

JOB = "courses.waive_removed"


def waive_removed(item_id: int) -> int:
    """Waive what open enrolments in this course ask for and the course no longer has. Returns how many waivers.

    Each is a fact that names its enrolment: the item may live on in another course, where it is still asked for. What
    is still in the course and only unpublished is not looked at here: `waive_withdrawn` does that.

    A background job: one transaction for each enrolment, safe to run twice. If the item is back by now, or the course
    is not open, nothing happens.
    """
    course = LearningItem.objects.get(pk=item_id)
    # What is concluded here is not taken back, so nothing may be read from a cache of a second ago.
    forget_version()
    parts, now = parts_of_course(course.key), promise(course.key)
    if parts is None or now is None:
        return 0
    # What a composed rule asks for may lie outside of the course: that stays, as promised, until a new rule is applied.
    parts |= {part.key for part in parts_of(now.root)}
    return sum(_waive(enrolment, parts) for enrolment in holders_of_course(course) if _gone(rule_of(enrolment), parts))


def _gone(rule: Rule, parts: frozenset[UUID]) -> frozenset[UUID]:
    """Lessons, quizzes and activities of its course that a rule asks for and that are not among the parts of the course
    now."""
    asked = {part.key for part in rule.parts if part.kind in OF_A_COURSE}
    return frozenset(asked) - parts - rule.beyond


@transaction.atomic(durable=True)
def _waive(enrolment: Enrolment, parts: frozenset[UUID]) -> int:
    lock_learner(enrolment.person)
    enrolment.refresh_from_db(fields=["completed_at", "left_at"])
    rule = rule_of(enrolment)
    gone = _gone(rule, parts) - waived(rule, facts_for(enrolment.person, rule))
    if not enrolment.is_running or not gone:
        return 0
    items = list(LearningItem.objects.filter(key__in=gone).order_by("pk"))
    if any(item.kind == ItemKind.QUIZ for item in items):
        # As when a course is left: what was never handed in says nothing, and nobody asks for it any more.
        attempts.drop_open(enrolment=enrolment, by=None, at=timezone.now())
    for item in items:
        record_fact(
            person=enrolment.person,
            item_id=item.pk,
            item_key=item.key,
            fact=Fact.WAIVED,
            by=None,
            at=timezone.now(),
            data={"enrolment": enrolment.pk},
        )
    return len(items)
