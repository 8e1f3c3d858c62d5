"""A learner starts a course or path, leaves it, starts it anew, or renews what ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from courses.assignments.queries import earliest_due
from courses.attempts import rules as attempts
from courses.enrolments import rules as enrolments
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import latest
from courses.progress import rules as progress
from courses.progress.enums import Fact
from courses.progress.errors import NotOpenYetBecause
from courses.progress.paths import facts_of, path_standing, still_before
from curriculum.catalogue.enums import CourseStatus
from curriculum.completion.queries import promise
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import certain
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import course_outline

from .record_fact import Consequences, issue_for, record_fact


@dataclass(frozen=True)
class Started:
    """The running enrolment, whether this call began it, and what followed (credit may complete it at once)."""

    enrolment: Enrolment
    is_new: bool
    consequences: Consequences = field(default_factory=Consequences)


@transaction.atomic(durable=True)
def enrol(*, person: Any, course_key: UUID, by: Any, at: datetime, due_on: date | None = None) -> Started:
    """Start a course, or go on with it. Raises NotOpenYetBecause while something comes first, and what
    enrolments.rules.enrol raises."""
    return _enrol_course(person=person, course_key=course_key, by=by, at=at, due_on=due_on)


@transaction.atomic(durable=True)
def start_path(
    *, person: Any, path_key: UUID, by: Any, at: datetime, route: Route = Route.FULL, due_on: date | None = None
) -> Started:
    """Start a path on one of its routes, or go on with it; the first course that can be started is started with it.

    What was done before counts, and may complete the path at once. Raises what enrolments.rules.enrol raises.
    """
    due_on = due_on or earliest_due(person, path_key)
    enrolment, is_new = enrolments.enrol(person=person, key=path_key, route=route, by=by, at=at, due_on=due_on)
    if not is_new:
        return Started(enrolment, is_new)
    started = _begin(enrolment, by=by, at=at)
    if (course := _first_course(enrolment)) is not None:
        first = _enrol_course(person=person, course_key=course, by=by, at=at)
        more = first.consequences
        enrolment.refresh_from_db(fields=["completed_at"])
        return Started(enrolment, True, started.consequences + more)
    return started


@transaction.atomic(durable=True)
def leave(*, person: Any, course_key: UUID, by: Any, at: datetime) -> Enrolment:
    """Leave a running course or path. Ticks stay; an open quiz attempt is dropped. Raises NotEnrolled."""
    enrolment = enrolments.leave(person=person, key=course_key, by=by, at=at)
    _note_left(enrolment, course_key, by=by, at=at)
    return enrolment


@transaction.atomic(durable=True)
def restart(*, person: Any, course_key: UUID, by: Any, at: datetime) -> Started:
    """Take a course or path anew from nothing, as a new cycle; an earlier certificate stays.

    Raises NotOpenYetBecause for who left a course that something comes before by now, and what
    enrolments.rules.restart raises.
    """
    enrolments.lock_learner(person)
    last = latest(person, course_key)
    if last is not None and last.left_at is not None and (first := still_before(person, course_key)) is not None:
        raise NotOpenYetBecause(first)
    # Who takes the short route of a path takes that one anew, as long as there is one.
    is_short = last is not None and last.route == Route.SHORT and promise(course_key, Route.SHORT) is not None
    route = Route.SHORT if is_short else Route.FULL
    enrolment, left = enrolments.restart(person=person, key=course_key, by=by, at=at, route=route)
    if left is not None:
        _note_left(left, course_key, by=by, at=at)
    return _begin(enrolment, by=by, at=at)


@transaction.atomic(durable=True)
def renew(*, person: Any, item_key: UUID, by: Any, at: datetime) -> Started:
    """Begin the refresher of a course or path whose certificate ends: a cycle of its own, which ends in a certificate
    of its own. Begun twice, it is the same one. Raises what enrolments.rules.renew raises."""
    enrolment, is_new = enrolments.renew(person=person, key=item_key, by=by, at=at)
    return _begin(enrolment, by=by, at=at) if is_new else Started(enrolment, is_new)


def _enrol_course(*, person: Any, course_key: UUID, by: Any, at: datetime, due_on: date | None = None) -> Started:
    enrolments.lock_learner(person)
    last = latest(person, course_key)
    if (last is None or not last.is_running) and (first := still_before(person, course_key)) is not None:
        raise NotOpenYetBecause(first)
    due_on = due_on or earliest_due(person, course_key)
    enrolment, is_new = enrolments.enrol(person=person, key=course_key, by=by, at=at, due_on=due_on)
    return _begin(enrolment, by=by, at=at) if is_new else Started(enrolment, is_new)


def _first_course(enrolment: Enrolment) -> UUID | None:
    """The first course that a path asks for, that is open, not locked and that the person does not know yet."""
    standing = path_standing(enrolment, facts_of(enrolment.person, [enrolment]))
    # Where there is a choice, it is the learner's.
    asked = {part.key for part in certain(standing.rule.root)}
    for part in standing.next_parts:
        if part.key not in asked:
            continue
        outline = course_outline(part.key, get_language() or "") if part.kind == ItemKind.COURSE else None
        if outline is None or outline.status != CourseStatus.OPEN:
            continue
        last = latest(enrolment.person, part.key)
        if last is not None and last.left_at is None:
            # Running already (or completed in another window): nothing has to be started for Continue to lead there.
            return None
        return part.key if still_before(enrolment.person, part.key) is None else None
    return None


def _begin(enrolment: Enrolment, *, by: Any, at: datetime) -> Started:
    started = record_fact(
        person=enrolment.person,
        item_id=enrolment.item_id,
        item_key=enrolment.item.key,
        fact=Fact.ENROLLED,
        by=by,
        at=at,
        data={"cycle": enrolment.cycle},
    )
    newly = [enrolment] if progress.evaluate(enrolment=enrolment, by=by, at=at) else []
    # A course that credit completes at once may complete a path.
    newly += progress.look_again(person=enrolment.person, keys={each.item.key for each in newly}, by=by, at=at)
    return Started(enrolment, True, started + issue_for(newly, at=at))


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
