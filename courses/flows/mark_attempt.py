"""A trainer reads what was handed in, gives another attempt, gives extra time, or grades again after a wrong key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from academy.mail.rules import queue
from courses.attempts import emails
from courses.attempts import rules as attempts
from courses.attempts.errors import NotAskedFor
from courses.attempts.models import AttemptRequest, Mark, QuizAttempt, Regrade
from courses.attempts.rules import Change, Submitted
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.queries import current

from .record_fact import Consequences
from .submit_attempt import note_result


@dataclass(frozen=True)
class GivenBack:
    """The attempt with its score, and what followed."""

    attempt: QuizAttempt
    consequences: Consequences


@transaction.atomic(durable=True)
def save_mark(*, public_id: UUID, number: int, content: dict[str, Any], feedback: str, by: Any, at: datetime) -> Mark:
    """Keep a draft of a mark. Raises what attempts.rules.save_mark raises."""
    return attempts.save_mark(public_id=public_id, number=number, content=content, feedback=feedback, by=by, at=at)


@transaction.atomic(durable=True)
def give_back(*, public_id: UUID, by: Any, at: datetime) -> GivenBack:
    """Give a marked attempt back: score, fact, perhaps the certificate, and a mail to the learner.

    Raises what attempts.rules.give_back raises.
    """
    submitted = attempts.give_back(public_id=public_id, by=by, at=at)
    attempt = submitted.attempt
    consequences = note_result(submitted, by=by, at=at)
    where = emails.address(attempt.person.language, "quiz_result", attempt.public_id)
    _tell(f"attempt:{attempt.pk}:marked", emails.MARKED, attempt.person, emails.marked(attempt), where)
    return GivenBack(attempt, consequences)


@transaction.atomic(durable=True)
def ask_for_attempt(*, person: Any, course_key: UUID, trainer_id: int, by: Any, at: datetime) -> AttemptRequest:
    """Ask a trainer for another attempt; the trainer is told by mail, once. Raises NotEnrolled, NotAskedFor."""
    enrolment = current(person, course_key)
    if enrolment is None:
        raise NotEnrolled
    request = attempts.ask_for_attempt(enrolment=enrolment, trainer_id=trainer_id, by=by, at=at)
    if request.granted_at is not None:
        raise NotAskedFor
    where = emails.address(request.trainer.language, "trainer_requests")
    mail = emails.asked(request, request.quiz.title)
    _tell(f"attempt-request:{request.pk}", emails.ASKED, request.trainer, mail, where)
    return request


@transaction.atomic(durable=True)
def grant_attempt(*, public_id: UUID, by: Any, at: datetime) -> AttemptRequest | None:
    """Give another attempt to who asked this trainer; they are told by mail. None if it was given before.

    Raises AttemptUnknown.
    """
    request = attempts.grant_attempt(public_id=public_id, by=by, at=at)
    if request is not None:
        mail = emails.granted(request, request.quiz.title)
        where = emails.address(request.person.language, "quiz_start", request.enrolment.item.key)
        _tell(f"attempt-request:{request.pk}:granted", emails.GRANTED, request.person, mail, where)
    return request


@transaction.atomic(durable=True)
def set_extra_time(*, person: Any, factor: Decimal, by: Any, at: datetime) -> int:
    """Give a person a factor on all time limits, running attempts included. How many deadlines moved."""
    return attempts.set_extra_time(person=person, factor=factor, by=by, at=at)


@transaction.atomic(durable=True)
def regrade(*, question_key: UUID, reason: str, by: Any, at: datetime) -> tuple[Regrade, list[Change]]:
    """Grade again by the question's key of now. Who newly passes completes and is certified; a certificate that was
    issued stays, unless somebody revokes it explicitly. Raises NothingToRegrade."""
    row, changes = attempts.regrade(question_key=question_key, reason=reason, by=by, at=at)
    for change in changes:
        attempt = change.attempt
        submitted = Submitted(attempt, attempt.percent, change.passed_after, attempt.frozen["counts"])
        note_result(submitted, by=by, at=at, regraded=True)
    return row, changes


def _tell(key: str, kind: str, person: Any, mail: tuple[str, str, str], url: str) -> None:
    subject, text, html = mail
    queue(
        key=key,
        kind=kind,
        to=person.email,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        url=url,
    )
