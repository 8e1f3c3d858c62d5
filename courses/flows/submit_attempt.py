"""A learner takes a quiz: starts an attempt, saves an answer, submits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from academy.people.rules import confirm_certificate_name
from courses.attempts import rules as attempts
from courses.attempts.models import Answer, QuizAttempt
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.queries import current
from courses.progress.enums import Fact

from .record_fact import Consequences, record_fact


@dataclass(frozen=True)
class AttemptSubmitted:
    """The graded attempt and what followed from it."""

    attempt: QuizAttempt
    consequences: Consequences


@transaction.atomic(durable=True)
def start_attempt(*, person: Any, course_key: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Begin the course's quiz, or go on with the open attempt. Raises NotEnrolled, and what the rule raises."""
    enrolment = current(person, course_key)
    if enrolment is None:
        raise NotEnrolled
    return attempts.start(enrolment=enrolment, by=by, at=at)


@transaction.atomic(durable=True)
def save_answer(
    *, person: Any, public_id: UUID, number: int, values: list[str], by: Any, at: datetime
) -> Answer | None:
    """Keep what was chosen at one question. Raises what attempts.rules.save_answer raises."""
    return attempts.save_answer(person=person, public_id=public_id, number=number, values=values, by=by, at=at)


@transaction.atomic(durable=True)
def submit_attempt(
    *, person: Any, public_id: UUID, by: Any, at: datetime, certificate_name: str = ""
) -> AttemptSubmitted:
    """Grade the attempt, note passed or failed, and complete the course if that was the last part.

    `certificate_name` is the name that the person confirmed with the answers; empty: the one there is. Raises what
    attempts.rules.submit raises; then nothing has changed, the name neither.
    """
    submitted = attempts.submit(person=person, public_id=public_id, by=by, at=at)
    attempt = submitted.attempt
    if certificate_name:
        confirm_certificate_name(person=person, name=certificate_name, by=by, at=at)
    consequences = record_fact(
        person=person,
        item_id=attempt.quiz_id,
        item_key=attempt.quiz.key,
        fact=Fact.PASSED if submitted.passed else Fact.FAILED,
        by=by,
        at=at,
        data={"percent": submitted.percent, "counts": submitted.counts},
    )
    return AttemptSubmitted(attempt, consequences)
