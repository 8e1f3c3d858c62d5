"""A learner takes a quiz: starts an attempt, saves answers, takes more time, hands in. Or the clock hands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction

from courses.attempts import rules as attempts
from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.errors import AttemptEnded, AttemptUnknown, NoQuiz, SubmittedAlready, TimeLeft
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import attempts_in_window, overdue
from courses.attempts.rules import Posted, Saved, Submitted
from courses.enrolments.errors import NotEnrolled
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.progress.enums import Fact
from courses.progress.errors import NotOpenYetBecause
from courses.progress.queries import first_before_quiz
from courses.progress.scoring import reaches
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline

from .confirm_name import confirm_and_issue
from .play_activity import note_quiz
from .record_fact import Consequences, record_fact

# Attempts that are closed at one call: what is left waits for the next.
CLOSE_AT_ONCE = 200


@dataclass(frozen=True)
class AttemptSubmitted:
    """The attempt as it was handed in, and what followed from it."""

    attempt: QuizAttempt
    consequences: Consequences = field(default_factory=Consequences)

    @property
    def waits(self) -> bool:
        """Whether a trainer has to read it first."""
        return self.attempt.state == AttemptState.MARKING


@transaction.atomic(durable=True)
def start_attempt(*, person: Any, course_key: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Begin the course's quiz, or go on with the open attempt.

    Raises NotEnrolled, NotOpenYetBecause while something comes first, and what the rule raises.
    """
    enrolment = _enrolment(person, course_key)
    if (first := first_before_quiz(enrolment)) is not None:
        raise NotOpenYetBecause(first)
    return attempts.start(enrolment=enrolment, by=by, at=at)


@transaction.atomic(durable=True)
def start_pretest(*, person: Any, course_key: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Try a course's quiz before the course, enrolled or not. Raises what the rule raises."""
    course = LearningItem.objects.filter(key=course_key).first()
    outline = course_outline(course_key, person.language)
    if course is None or outline is None or outline.quiz is None:
        raise NoQuiz
    enrolment = current(person, course_key)
    return attempts.start_pretest(
        person=person, course=course, quiz_key=outline.quiz.key, enrolment=enrolment, by=by, at=at
    )


@transaction.atomic(durable=True)
def start_practice(*, person: Any, lesson_key: UUID, quiz_key: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Begin a quiz for practice in a lesson, or go on with it. Raises what the rule raises."""
    return attempts.start_practice(person=person, quiz_key=quiz_key, placement_key=lesson_key, by=by, at=at)


@transaction.atomic(durable=True)
def save_answer(
    *, person: Any, public_id: UUID, number: int, posted: Posted, language: str, by: Any, at: datetime
) -> Saved:
    """Keep what was answered to one question. Raises what attempts.rules.save_answer raises."""
    return attempts.save_answer(
        person=person, public_id=public_id, number=number, posted=posted, language=language, by=by, at=at
    )


def keep_document(
    *, person: Any, public_id: UUID, number: int, file: File | None, posted: Posted, by: Any, at: datetime
) -> Saved:
    """Keep a document as the answer to one question. Raises what attempts.rules.check and keep_document raise."""
    document = attempts.check(file) if file is not None else None
    with transaction.atomic(durable=True):
        return attempts.keep_document(
            person=person, public_id=public_id, number=number, document=document, posted=posted, by=by, at=at
        )


@transaction.atomic(durable=True)
def remove_document(*, person: Any, public_id: UUID, number: int, posted: Posted, by: Any, at: datetime) -> Saved:
    """Take a document back. Raises what attempts.rules.remove_document raises."""
    return attempts.remove_document(person=person, public_id=public_id, number=number, posted=posted, by=by, at=at)


@transaction.atomic(durable=True)
def extend_time(*, person: Any, public_id: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Take more time. Raises what attempts.rules.extend_time raises."""
    return attempts.extend_time(person=person, public_id=public_id, by=by, at=at)


@transaction.atomic(durable=True)
def submit_attempt(
    *, person: Any, public_id: UUID, by: Any, at: datetime, certificate_name: str = ""
) -> AttemptSubmitted:
    """Hand in: grade what can be graded, note passed or failed, and complete the course if that was the last part.

    `certificate_name` is the name that the person confirmed with the answers; empty: the one there is. Raises what
    attempts.rules.submit raises; then nothing has changed, the name neither.
    """
    submitted = attempts.submit(person=person, public_id=public_id, by=by, at=at)
    if certificate_name:
        confirm_and_issue(person=person, name=certificate_name, by=by, at=at)
    consequences = note_result(submitted, by=by, at=at) + _note_practice(submitted.attempt, by=by, at=at)
    return AttemptSubmitted(submitted.attempt, consequences)


@transaction.atomic(durable=True)
def _close(attempt: QuizAttempt, *, at: datetime) -> None:
    """The clock hands in. Raises what attempts.rules.submit raises."""
    submitted = attempts.submit(person=attempt.person, public_id=attempt.public_id, by=None, at=at, only_if_over=True)
    note_result(submitted, by=None, at=at)
    _note_practice(submitted.attempt, by=None, at=at)


def close_overdue(*, at: datetime, person: Any = None) -> int:
    """Hand in every open attempt whose time is over, of one person or of all: by beat, and by whoever looks first.

    Each in a transaction of its own, so that one that fails keeps no other open. How many were closed.
    """
    closed = 0
    found = overdue(at, person).select_related("person")
    for attempt in found[:CLOSE_AT_ONCE]:
        try:
            _close(attempt, at=at)
        except (AttemptUnknown, SubmittedAlready, AttemptEnded, TimeLeft):
            continue
        closed += 1
    return closed


def note_result(submitted: Submitted, *, by: Any, at: datetime, regraded: bool = False) -> Consequences:
    """The fact that a graded attempt is, and what follows; part of a flow. Practice and pre-tests are none.

    PASSED or FAILED is said of all attempts together, by the one that counts; `percent` is this attempt's own.
    """
    attempt = submitted.attempt
    if not attempt.counts or submitted.waits or attempt.enrolment is None:
        return Consequences()
    barred = not submitted.passed and submitted.percent >= attempt.frozen["pass_mark"]
    data = {"percent": submitted.percent, "counts": submitted.counts, "attempt": str(attempt.public_id)}
    if attempt.submitted_at is not None and attempt.submitted_at < at:
        # Marked, or graded again, afterwards: it belongs to the cycle in which it was handed in.
        data["handed_in"] = attempt.submitted_at.isoformat()
    return record_fact(
        person=attempt.person,
        item_id=attempt.quiz_id,
        item_key=attempt.quiz.key,
        fact=Fact.PASSED if _passes(attempt, attempt.enrolment) else Fact.FAILED,
        by=by,
        at=at,
        data=data | ({"barred": True} if barred else {}) | ({"regraded": True} if regraded else {}),
    )


def _note_practice(attempt: QuizAttempt, *, by: Any, at: datetime) -> Consequences:
    """A quiz for practice may stand in for an activity of its lesson."""
    if attempt.purpose != Purpose.PRACTICE or attempt.state != AttemptState.SUBMITTED:
        return Consequences()
    return note_quiz(
        person=attempt.person,
        quiz_key=attempt.quiz.key,
        percent=attempt.percent,
        placement_key=attempt.placement.key,
        by=by,
        at=at,
    )


def _passes(attempt: QuizAttempt, enrolment: Enrolment) -> bool:
    """Whether the attempts of the window pass, by the one that counts."""
    mark: int = attempt.frozen["pass_mark"]
    rows = attempts_in_window(attempt.person, attempt.quiz.key, rule_of(enrolment).since)
    graded = [row for row in rows if row.state == AttemptState.SUBMITTED]
    scores = [row.percent if row.passed else min(row.percent, mark - 1) for row in graded]
    return reaches(scores, attempt.frozen["counts"], mark)


def _enrolment(person: Any, course_key: UUID) -> Enrolment:
    enrolment = current(person, course_key)
    if enrolment is None:
        raise NotEnrolled
    return enrolment
