"""A learner starts a course, leaves it, or starts it anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.attempts import rules as attempts
from courses.enrolments import rules as enrolments
from courses.enrolments.models import Enrolment
from courses.progress import rules as progress
from courses.progress.enums import Fact

from .record_fact import Consequences, issue_for, record_fact


@dataclass(frozen=True)
class Started:
    """The running enrolment, whether this call began it, and what followed (credit may complete it at once)."""

    enrolment: Enrolment
    is_new: bool
    consequences: Consequences = field(default_factory=Consequences)


@transaction.atomic(durable=True)
def enrol(*, person: Any, course_key: UUID, by: Any, at: datetime, due_on: date | None = None) -> Started:
    """Start a course, or go on with it. Raises what enrolments.rules.enrol raises."""
    enrolment, is_new = enrolments.enrol(person=person, course_key=course_key, by=by, at=at, due_on=due_on)
    if not is_new:
        return Started(enrolment, is_new)
    return _begin(enrolment, by=by, at=at)


@transaction.atomic(durable=True)
def leave(*, person: Any, course_key: UUID, by: Any, at: datetime) -> Enrolment:
    """Leave a running course. Ticks stay; an open quiz attempt is dropped. Raises NotEnrolled."""
    enrolment = enrolments.leave(person=person, course_key=course_key, by=by, at=at)
    _note_left(enrolment, course_key, by=by, at=at)
    return enrolment


@transaction.atomic(durable=True)
def restart(*, person: Any, course_key: UUID, by: Any, at: datetime) -> Started:
    """Take a course anew from nothing, as a new cycle; an earlier certificate stays.

    Raises what enrolments.rules.restart raises.
    """
    enrolment, left = enrolments.restart(person=person, course_key=course_key, by=by, at=at)
    if left is not None:
        _note_left(left, course_key, by=by, at=at)
    return _begin(enrolment, by=by, at=at)


def _begin(enrolment: Enrolment, *, by: Any, at: datetime) -> Started:
    record_fact(
        person=enrolment.person,
        item_id=enrolment.item_id,
        item_key=enrolment.item.key,
        fact=Fact.ENROLLED,
        by=by,
        at=at,
        data={"cycle": enrolment.cycle},
    )
    newly = [enrolment] if progress.evaluate(enrolment=enrolment, by=by, at=at) else []
    return Started(enrolment, True, issue_for(newly, at=at))


def _note_left(enrolment: Enrolment, course_key: UUID, *, by: Any, at: datetime) -> None:
    attempts.drop_open(enrolment=enrolment, by=by, at=at)
    record_fact(
        person=enrolment.person,
        item_id=enrolment.item_id,
        item_key=course_key,
        fact=Fact.LEFT,
        by=by,
        at=at,
        data={"cycle": enrolment.cycle},
    )
