"""Handing in, by the learner or by the clock: graded once, against what was given."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.attempts.enums import AttemptState
from courses.attempts.errors import SubmittedAlready, TimeLeft
from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt, Unanswered
from courses.attempts.queries import answers_by_number, frozen_questions, score_of
from courses.enrolments.rules import lock_learner
from curriculum.quizzes.grading import is_by_hand

from .answering import locked


@dataclass(frozen=True)
class Submitted:
    """What handing in made of an attempt; without a score as long as it waits to be marked."""

    attempt: QuizAttempt
    percent: int
    passed: bool
    counts: str

    @property
    def waits(self) -> bool:
        """Whether a trainer has to read it first."""
        return self.attempt.state == AttemptState.MARKING


@transaction.atomic
def submit(*, person: Any, public_id: UUID, by: Any, at: datetime, only_if_over: bool = False) -> Submitted:
    """Grade an attempt and close it, once: a second submit changes nothing.

    After the deadline it is the clock that hands in: what was saved in time counts. An attempt with answers that a
    trainer has to read waits for them. `only_if_over`: it is the clock that asks. Raises AttemptUnknown,
    SubmittedAlready, AttemptEnded, TimeLeft.
    """
    lock_learner(person)
    attempt = locked(person, public_id)
    by_clock = attempt.is_over(at)
    if only_if_over and not by_clock:
        # Extended since the clock looked.
        raise TimeLeft
    moment = attempt.deadline_at if by_clock and attempt.deadline_at is not None else at
    answers = answers_by_number(attempt)
    frozen = frozen_questions(attempt)
    # Nobody reads what is for practice, or from before the course.
    by_hand = {number for number, content in enumerate(frozen, 1) if is_by_hand(content)}
    waits = attempt.counts and bool(by_hand & answers.keys())
    points, passed = score_of(frozen, answers, {}, attempt.frozen["pass_mark"])
    fields: dict[str, Any] = {
        "state": AttemptState.MARKING if waits else AttemptState.SUBMITTED,
        "submitted_at": moment,
        "by_clock": by_clock,
        "points": None if waits else points,
        "passed": None if waits else passed,
    }
    # The conditional update is the guard: of two that come at the same time, one finds nothing to update.
    if not QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(**fields):
        raise SubmittedAlready
    Answer.objects.bulk_update(answers.values(), ["points"])
    _note_unanswered(attempt, answers)
    for name, value in fields.items():
        setattr(attempt, name, value)
    return Submitted(attempt, attempt.percent, bool(attempt.passed), attempt.frozen["counts"])


def _note_unanswered(attempt: QuizAttempt, answers: Container[int]) -> None:
    """What was left out, for reports over all attempts. No query where everything was answered."""
    left_out = {n: name for n, name in enumerate(attempt.frozen["digests"], 1) if n not in answers}
    if not left_out or not attempt.counts:
        return
    ids = dict(FrozenQuestion.objects.filter(digest__in=left_out.values()).values_list("digest", "pk"))
    Unanswered.objects.bulk_create(
        [Unanswered(attempt=attempt, number=n, question_id=ids[name]) for n, name in left_out.items()]
    )
