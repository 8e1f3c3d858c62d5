"""How somebody stands with a quiz: what it is for them, what they tried, and whether and when they can begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from courses.attempts.access import trainers_of
from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import AttemptRequest, ExtraTime, QuizAttempt
from courses.attempts.queries import (
    attempts_in_window,
    authored_quiz,
    granted,
    pretest_of,
    waiting_request,
)
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.conditions.nodes import Part
from curriculum.quizzes.enums import MINUTES_PER_QUESTION
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.models import Quiz
from curriculum.quizzes.queries import question_counts


@dataclass(frozen=True)
class QuizFacts:
    """What a quiz says of itself, and what a learner was promised of it. `attempts` 0: any number."""

    key: UUID
    source: Quiz
    title: str
    title_language: str
    intro: tuple[str, str]
    questions: int
    pass_mark: int
    attempts: int
    counts: str

    @property
    def minutes(self) -> int:
        """Study time."""
        return self.questions * MINUTES_PER_QUESTION

    def own_limit(self, extra: ExtraTime | None) -> int | None:
        """The time limit of a person with this extra time, in minutes; None without a limit."""
        if not self.source.time_limit:
            return None
        factor = extra.factor if extra is not None else Decimal(1)
        return int(self.source.time_limit * factor)


@dataclass(frozen=True)
class AttemptsSoFar:
    """The attempts of this cycle that count, in order. `allowed` includes what a trainer granted (None: any number)."""

    rows: list[QuizAttempt] = field(default_factory=list)
    allowed: int | None = 0
    pretest: QuizAttempt | None = None

    @property
    def handed_in(self) -> list[QuizAttempt]:
        """Those with a score, and those that wait for it."""
        return [row for row in self.rows if not row.is_open]

    @property
    def open(self) -> QuizAttempt | None:
        """What can be gone on with."""
        return next((row for row in self.rows if row.is_open), None)

    @property
    def waits(self) -> bool:
        """Whether a trainer is to read one first."""
        return any(row.state == AttemptState.MARKING for row in self.rows)

    @property
    def left(self) -> int | None:
        """How many can still be begun (None: any number)."""
        return None if self.allowed is None else max(self.allowed - len(self.rows), 0)

    @property
    def may_start(self) -> bool:
        """Whether another one can be begun, dates aside."""
        return self.open is None and not self.waits and self.left != 0

    @property
    def has_passed(self) -> bool:
        """Whether one of them is passed."""
        return any(row.passed for row in self.rows)

    @property
    def is_used_up(self) -> bool:
        """Whether the last attempt is behind them, and none is passed."""
        return self.open is None and not self.waits and self.left == 0 and not self.has_passed

    def wait_until(self, wait_minutes: int, at: datetime) -> datetime | None:
        """When the wait between two attempts is over; None if it is."""
        ended = [row.submitted_at for row in self.rows if row.submitted_at]
        if not wait_minutes or not ended:
            return None
        until = max(ended) + timedelta(minutes=wait_minutes)
        return until if until > at else None


@dataclass(frozen=True)
class Asking:
    """Asking for another attempt: whom one can ask, and what was asked already."""

    trainers: list[Any]
    request: AttemptRequest | None


def quiz_facts(key: UUID, language: str, part: Part | None) -> QuizFacts | None:
    """The quiz with this key in a language; `part` is what an enrolment was promised. Three queries."""
    quiz = authored_quiz(key)
    if quiz is None:
        return None
    source, own = quiz.source, quiz.source.locale.language_code
    live = [row for row in reversed(quiz.family) if row.live or row == source]
    title, title_language = in_language({row.locale.language_code: row.title for row in live}, language, own)
    return QuizFacts(
        key=key,
        source=source,
        title=title,
        title_language=title_language,
        intro=in_language({row.locale.language_code: row.intro for row in live}, language, own),
        questions=question_counts([source.pk]).get(source.pk, 0),
        pass_mark=part.at if part is not None and part.at is not None else source.pass_mark,
        attempts=part.attempts if part is not None else source.attempts,
        counts=part.counts if part is not None else source.counts,
    )


def so_far(person: Any, enrolment: Enrolment) -> AttemptsSoFar:
    """The attempts in the enrolment's window. Three queries."""
    rule = rule_of(enrolment)
    part = rule.quiz
    if part is None:
        return AttemptsSoFar()
    return AttemptsSoFar(
        rows=list(attempts_in_window(person, part.key, rule.since)),
        allowed=part.attempts + granted(enrolment, part.key) if part.attempts else None,
        pretest=pretest_of(person, part.key, rule.since),
    )


def asking(person: Any, enrolment: Enrolment, tried: AttemptsSoFar) -> Asking | None:
    """What the page of a used-up quiz offers; None as long as there is nothing to ask for. No query then.

    A request to somebody who is no trainer of theirs any more is none: nobody would answer it.
    """
    part = rule_of(enrolment).quiz
    if part is None or not enrolment.is_running or not tried.is_used_up:
        return None
    request = waiting_request(enrolment, part.key)
    trainers = list(trainers_of(person))
    if request is not None and any(trainer.pk == request.trainer_id for trainer in trainers):
        return Asking([], request)
    return Asking(trainers, None)


def practice_attempts(person: Any, quiz_key: UUID, lesson_key: UUID) -> list[QuizAttempt]:
    """The person's last two attempts at a quiz for practice in a lesson, newest first: an open one, the last score."""
    found = QuizAttempt.objects.filter(
        person=person, quiz__key=quiz_key, placement__key=lesson_key, purpose=Purpose.PRACTICE
    )
    return list(found.order_by("-started_at", "-pk")[:2])
