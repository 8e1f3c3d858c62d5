"""Reads of attempts: whose they are, what was answered, how many are left, when the time is over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import Answer, AttemptRequest, ExtraTime, FrozenQuestion, QuizAttempt
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of

# How long answers are kept after handing in: the 12 months that the privacy page promises.
ANSWERS_KEPT = timedelta(days=365)
# How often a learner can extend the time of one attempt (WCAG 2.2, 2.2.1: at least ten times).
EXTENSIONS = 10


@dataclass(frozen=True)
class Score:
    """What somebody reached before and after a course, on the same questions, in whole per cent."""

    before: int
    after: int

    @property
    def gain(self) -> int:
        """Points of per cent gained; below 0 where less was right afterwards."""
        return self.after - self.before


def attempt_of(person: Any, public_id: UUID) -> QuizAttempt | None:
    """The person's own attempt; nobody else's is ever found. One query."""
    found = QuizAttempt.objects.filter(person=person, public_id=public_id)
    return found.select_related("enrolment", "quiz", "placement").first()


def open_attempt(
    person: Any, quiz_key: UUID, placement_key: UUID, purpose: Purpose = Purpose.COUNTS
) -> QuizAttempt | None:
    """The attempt that the person can go on with. One query."""
    return QuizAttempt.objects.filter(
        person=person, quiz__key=quiz_key, placement__key=placement_key, purpose=purpose, state=AttemptState.OPEN
    ).first()


def attempts_in_window(person: Any, quiz_key: UUID, since: datetime | None) -> QuerySet[QuizAttempt]:
    """The person's attempts at a quiz that count since this moment (None: since ever), in order."""
    found = QuizAttempt.objects.filter(person=person, quiz__key=quiz_key, purpose=Purpose.COUNTS)
    return (found.filter(started_at__gte=since) if since else found).order_by("started_at", "pk")


def pretest_of(person: Any, quiz_key: UUID, since: datetime | None) -> QuizAttempt | None:
    """The attempt from before the course, in this window. One query."""
    found = QuizAttempt.objects.filter(person=person, quiz__key=quiz_key, purpose=Purpose.PRETEST)
    return (found.filter(started_at__gte=since) if since else found).order_by("-started_at", "-pk").first()


def granted(enrolment: Enrolment, quiz_key: UUID) -> int:
    """How many further attempts trainers gave in the window of this enrolment, as attempts are counted. One query.

    Who leaves and comes back brings their attempts along, so what was granted comes along too.
    """
    found = AttemptRequest.objects.filter(person=enrolment.person_id, quiz__key=quiz_key, granted_at__isnull=False)
    since = rule_of(enrolment).since
    return (found.filter(asked_at__gte=since) if since else found).count()


def waiting_request(enrolment: Enrolment, quiz_key: UUID) -> AttemptRequest | None:
    """The learner's request that no trainer has granted yet. One query."""
    found = AttemptRequest.objects.filter(enrolment=enrolment, quiz__key=quiz_key, granted_at=None)
    return found.select_related("trainer").first()


def extra_time_of(person: Any) -> ExtraTime | None:
    """The factor on the person's time limits, and who set it. One query."""
    return ExtraTime.objects.filter(person=person).select_related("set_by").first()


def overdue(at: datetime, person: Any = None) -> QuerySet[QuizAttempt]:
    """Open attempts whose time is over, of one person or of all; the oldest first. Uses the index attempt_due.

    One that ended with its enrolment can never be handed in: it is not found, lest it keep others from their turn.
    """
    found = QuizAttempt.objects.filter(state=AttemptState.OPEN, deadline_at__lte=at).order_by("deadline_at", "pk")
    ended = Q(enrolment__completed_at__isnull=False) | Q(enrolment__left_at__isnull=False)
    found = found.exclude(ended | Q(enrolment=None, purpose=Purpose.COUNTS))
    return found if person is None else found.filter(person=person)


def deadline(
    *, frozen: Mapping[str, Any], started_at: datetime, factor: Decimal = Decimal(1), extensions: int = 0
) -> datetime | None:
    """When an attempt is over: its time limit times the person's factor, extended, and at the latest when the quiz
    closes. Extra time beats the closing date (FEATURES Q6). None: never. Pure."""
    closes = datetime.fromisoformat(frozen["closes_at"]) if frozen.get("closes_at") else None
    minutes = frozen.get("time_limit")
    if not minutes:
        return closes
    limit = timedelta(seconds=float(Decimal(minutes) * 60 * factor))
    over = started_at + limit + extensions * extension(frozen)
    return over if closes is None or factor > 1 else min(over, closes)


def extension(frozen: Mapping[str, Any]) -> timedelta:
    """By how much a learner extends the time at once: a quarter of the limit, at least a minute. Pure."""
    return max(timedelta(minutes=1), timedelta(minutes=frozen.get("time_limit") or 0) / 4)


def may_extend(attempt: QuizAttempt, at: datetime) -> bool:
    """Whether the learner can extend the time once more; where the quiz closes, nothing is won by it. Pure."""
    closes = attempt.frozen.get("closes_at")
    if closes and attempt.deadline_at == datetime.fromisoformat(closes):
        return False
    return (
        attempt.is_open
        and bool(attempt.frozen.get("time_limit"))
        and not attempt.frozen.get("time_is_part")
        and not attempt.is_over(at)
        and attempt.extensions < EXTENSIONS
    )


def is_running(attempt: QuizAttempt) -> bool:
    """Whether the attempt can still be answered: its enrolment runs, or it is for practice or from before the course
    and needs none."""
    enrolment: Enrolment | None = attempt.enrolment
    if enrolment is None:
        return not attempt.counts
    return enrolment.is_running


def question_count(attempt: QuizAttempt) -> int:
    """How many questions the attempt has."""
    return len(attempt.frozen["digests"])


def frozen_question(attempt: QuizAttempt, number: int) -> FrozenQuestion | None:
    """One frozen question, from 1; None if the attempt has no such number. One query."""
    digests = attempt.frozen["digests"]
    if not 1 <= number <= len(digests):
        return None
    return FrozenQuestion.objects.get(digest=digests[number - 1])


def answers_by_number(attempt: QuizAttempt) -> dict[int, Answer]:
    """What was answered so far. One query."""
    return {answer.number: answer for answer in Answer.objects.filter(attempt=attempt)}


def next_number(attempt: QuizAttempt, answers: dict[int, Answer]) -> int:
    """Where to go on: the first question without an answer after the one saved last; 0 when all are answered."""
    count = question_count(attempt)
    last = max(answers.values(), key=lambda answer: (answer.saved_at, answer.number)).number if answers else 0
    order = [*range(last + 1, count + 1), *range(1, last + 1)]
    return next((number for number in order if number not in answers), 0)


def answers_forgotten(attempt: QuizAttempt, at: datetime) -> bool:
    """Whether the answers of an attempt were deleted for their age (rules.forget_answers). At most one query."""
    if attempt.submitted_at is None or attempt.submitted_at >= at - ANSWERS_KEPT:
        return False
    return not Answer.objects.filter(attempt=attempt).exists()


def title_in(attempt: QuizAttempt, language: str) -> str:
    """The quiz's title as it was when the attempt began, in this language or the source's."""
    titles: dict[str, str] = attempt.frozen["titles"]
    return titles.get(language) or titles[attempt.frozen["language"]]


def gain(attempt: QuizAttempt, pretest: QuizAttempt | None) -> Score | None:
    """What the learner gained since the attempt before the course; None without one, or without a score. Pure.

    Both are on the same questions where these were chosen; a first attempt is given the ones that were drawn before.
    """
    if pretest is None or AttemptState.SUBMITTED not in {attempt.state} & {pretest.state}:
        return None
    return Score(before=pretest.percent, after=attempt.percent)


def seed_of(public_id: UUID) -> int:
    """Where the chance of an attempt begins, so that its draw could be made again."""
    return int.from_bytes(hashlib.sha256(public_id.bytes).digest()[:8], "big")
