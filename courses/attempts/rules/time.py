"""Time: what a learner extends, and the factor that stands on a person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from courses.attempts.enums import AttemptState
from courses.attempts.errors import NoMoreTime, TimeOver
from courses.attempts.models import ExtraTime, QuizAttempt
from courses.attempts.queries import EXTENSIONS, deadline, extra_time_of, may_extend
from courses.enrolments.rules import lock_learner

from .answering import locked


@transaction.atomic
def extend_time(*, person: Any, public_id: UUID, by: Any, at: datetime) -> QuizAttempt:
    """The learner takes more time, up to ten times (WCAG 2.2, 2.2.1), unless time is part of the test.

    Raises AttemptUnknown, SubmittedAlready, AttemptEnded, TimeOver, NoMoreTime.
    """
    lock_learner(person)
    attempt = locked(person, public_id)
    if attempt.is_over(at):
        raise TimeOver
    if not may_extend(attempt, at):
        raise NoMoreTime
    extra = extra_time_of(person)
    attempt.deadline_at = deadline(
        frozen=attempt.frozen,
        started_at=attempt.started_at,
        factor=extra.factor if extra is not None else Decimal(1),
        extensions=attempt.extensions + 1,
    )
    # The conditional update holds the ten, whatever was read before.
    open_still = QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN, extensions__lt=EXTENSIONS)
    if not open_still.update(extensions=F("extensions") + 1, deadline_at=attempt.deadline_at):
        raise NoMoreTime
    attempt.extensions += 1
    return attempt


@transaction.atomic
def set_extra_time(*, person: Any, factor: Decimal, by: Any, at: datetime) -> int:
    """Give the person a factor on all time limits (1 takes it away); it reaches running attempts at once.

    An attempt whose time was over before stays over. Returns how many deadlines moved.
    """
    lock_learner(person)
    if factor == 1:
        ExtraTime.objects.filter(person=person).delete()
    else:
        ExtraTime.objects.update_or_create(person=person, defaults={"factor": factor, "set_by": by, "set_at": at})
    moved = 0
    running = QuizAttempt.objects.select_for_update().filter(person=person, state=AttemptState.OPEN, deadline_at__gt=at)
    for attempt in running:
        until = deadline(
            frozen=attempt.frozen, started_at=attempt.started_at, factor=factor, extensions=attempt.extensions
        )
        if until != attempt.deadline_at:
            moved += QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(deadline_at=until)
    return moved
