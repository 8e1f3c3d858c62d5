"""After the last attempt: a learner asks one trainer for another, who grants it; nobody else sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.attempts.access import trainers_of
from courses.attempts.enums import AttemptState
from courses.attempts.errors import AttemptUnknown, NotAskedFor
from courses.attempts.models import AttemptRequest
from courses.attempts.queries import attempts_in_window, granted, waiting_request
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.enrolments.rules import lock_learner
from curriculum.items.queries import ids_by_key


@transaction.atomic
def ask_for_attempt(*, enrolment: Enrolment, trainer_id: int, by: Any, at: datetime) -> AttemptRequest:
    """Ask a trainer for another attempt; asked twice, it stands once.

    Who was asked and is no trainer of theirs any more answers no more: then the request goes to this one.
    Raises NotAskedFor while an attempt is left, open or waits to be marked, after passing, or for no trainer of theirs.
    """
    lock_learner(enrolment.person)
    enrolment.refresh_from_db(fields=["completed_at", "left_at"])
    rule = rule_of(enrolment)
    part = rule.quiz
    trainer = trainers_of(enrolment.person).filter(pk=trainer_id).first()
    if part is None or trainer is None or not enrolment.is_running or not part.attempts:
        raise NotAskedFor
    attempts = list(attempts_in_window(enrolment.person, part.key, rule.since))
    used_up = len(attempts) >= part.attempts + granted(enrolment, part.key)
    if not used_up or any(each.state != AttemptState.SUBMITTED or each.passed for each in attempts):
        raise NotAskedFor
    waiting = waiting_request(enrolment, part.key)
    if waiting is not None and trainers_of(enrolment.person).filter(pk=waiting.trainer_id).exists():
        return waiting
    if waiting is not None:
        AttemptRequest.objects.filter(pk=waiting.pk, granted_at=None).delete()
    try:
        with transaction.atomic():
            return AttemptRequest.objects.create(
                person=enrolment.person,
                trainer=trainer,
                enrolment=enrolment,
                quiz_id=ids_by_key([part.key])[part.key],
                asked_at=at,
            )
    except IntegrityError:
        found = waiting_request(enrolment, part.key)
        if found is None:
            raise
        return found


@transaction.atomic
def grant_attempt(*, public_id: UUID, by: Any, at: datetime) -> AttemptRequest | None:
    """The trainer who was asked gives another attempt. None if it was given before. Raises AttemptUnknown."""
    found = AttemptRequest.objects.filter(public_id=public_id, trainer_id=by.pk)
    request = found.select_related("person", "enrolment", "enrolment__item", "quiz").first()
    if request is None:
        raise AttemptUnknown
    if not AttemptRequest.objects.filter(pk=request.pk, granted_at=None).update(granted_at=at):
        return None
    request.granted_at = at
    return request
