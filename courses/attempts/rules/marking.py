"""Marking: a trainer reads open answers and documents, keeps drafts, and gives the whole attempt back at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.attempts.access import may_mark
from courses.attempts.enums import AttemptState
from courses.attempts.errors import AttemptUnknown, NotMarkedYet, SubmittedAlready
from courses.attempts.models import Answer, Mark, QuizAttempt
from courses.attempts.queries import answers_by_number, frozen_questions, score_of
from courses.enrolments.rules import lock_learner
from curriculum.quizzes.grading import is_by_hand

from .submitting import Submitted


@transaction.atomic
def save_mark(*, public_id: UUID, number: int, content: dict[str, Any], feedback: str, by: Any, at: datetime) -> Mark:
    """Keep a draft of what is said to one answer; the learner sees nothing of it yet.

    `content` is {"lines": {"<line id>": 0|1|2}} or {"points": "3.50"} and may be incomplete. Raises AttemptUnknown,
    SubmittedAlready.
    """
    attempt = _to_mark(public_id, by)
    answer = Answer.objects.filter(attempt=attempt, number=number).first()
    if answer is None:
        raise AttemptUnknown
    mark, _ = Mark.objects.update_or_create(
        answer=answer,
        defaults={"content": content, "feedback": feedback, "by": by, "at": at, "is_draft": True},
    )
    return mark


@transaction.atomic
def give_back(*, public_id: UUID, by: Any, at: datetime) -> Submitted:
    """All answers are marked: the attempt gets its score, and the learner may read it, once.

    Raises AttemptUnknown, SubmittedAlready, NotMarkedYet.
    """
    attempt = _to_mark(public_id, by)
    lock_learner(attempt.person)
    frozen = frozen_questions(attempt)
    answers = answers_by_number(attempt)
    marks = {mark.answer_id: mark for mark in Mark.objects.filter(answer__attempt=attempt)}
    by_hand = {n: answers[n] for n, content in enumerate(frozen, 1) if is_by_hand(content) and n in answers}
    given = {n: marks[answer.pk].content for n, answer in by_hand.items() if answer.pk in marks}
    if any(n not in given or not is_marked(frozen[n - 1], given[n]) for n in by_hand):
        raise NotMarkedYet
    points, passed = score_of(frozen, answers, given, attempt.frozen["pass_mark"])
    waiting = QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.MARKING)
    if not waiting.update(state=AttemptState.SUBMITTED, points=points, passed=passed):
        raise SubmittedAlready
    Answer.objects.bulk_update(answers.values(), ["points"])
    Mark.objects.filter(answer__attempt=attempt).update(is_draft=False, at=at, by=by)
    attempt.state, attempt.points, attempt.passed = AttemptState.SUBMITTED, points, passed
    return Submitted(attempt, attempt.percent, passed, attempt.frozen["counts"])


def is_marked(frozen: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether a mark says all that it should: a level for each line of the rubric, or points. Pure."""
    rubric = frozen.get("rubric")
    if rubric:
        levels = content.get("lines", {})
        return all(levels.get(line["id"]) in (0, 1, 2) for line in rubric["lines"])
    return bool(str(content.get("points", "")).strip())


def _to_mark(public_id: UUID, by: Any) -> QuizAttempt:
    """An attempt that waits to be marked, for a trainer who may; for others it does not exist."""
    found = QuizAttempt.objects.select_for_update(of=("self",)).filter(public_id=public_id)
    attempt = found.select_related("person", "quiz", "placement", "enrolment").first()
    if attempt is None or not may_mark(by, attempt.person) or attempt.state == AttemptState.OPEN:
        raise AttemptUnknown
    if attempt.state != AttemptState.MARKING:
        raise SubmittedAlready
    return attempt
