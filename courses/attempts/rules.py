"""Taking a quiz: start it, save answers, submit it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Part, rule_of
from courses.enrolments.rules import lock_learner
from curriculum.items.queries import ids_by_key
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import QuestionNotReady, digest, freeze
from curriculum.quizzes.grading import full_points, grade, passes

from .enums import AttemptState
from .errors import AttemptEnded, AttemptUnknown, BadAnswer, NoAttemptsLeft, NoQuiz, SubmittedAlready
from .models import Answer, FrozenQuestion, QuizAttempt
from .queries import (
    ANSWERS_KEPT,
    answers_by_number,
    attempts_in_window,
    authored_quiz,
    frozen_question,
    frozen_questions,
    ids_from_values,
    is_running,
    open_attempt,
)

# Attempts whose answers are deleted in one go: short statements, however much has piled up.
FORGET_AT_ONCE = 500


@dataclass(frozen=True)
class Submitted:
    """What submitting an attempt made of it."""

    attempt: QuizAttempt
    percent: int
    passed: bool
    counts: str


@transaction.atomic
def start(*, enrolment: Enrolment, by: Any, at: datetime) -> QuizAttempt:
    """Begin an attempt at the quiz that the enrolment's frozen rule asks for, or go on with the open one.

    The questions are frozen in all their languages, so that neither an edit nor another language changes them under
    way. Raises AttemptEnded, NoQuiz, NoAttemptsLeft.
    """
    lock_learner(enrolment.person)
    enrolment.refresh_from_db(fields=["completed_at", "left_at"])
    if not enrolment.is_running:
        raise AttemptEnded
    rule = rule_of(enrolment)
    part = rule.quiz
    if part is None:
        raise NoQuiz
    placement_key = enrolment.item.key
    attempt = open_attempt(enrolment.person, part.key, placement_key)
    if attempt is not None:
        return attempt
    before = attempts_in_window(enrolment.person, part.key, rule.since).count()
    if part.attempts and before >= part.attempts:
        raise NoAttemptsLeft
    try:
        with transaction.atomic():
            return _begin(enrolment=enrolment, part=part, number=before + 1, at=at)
    except IntegrityError:
        # Somebody was quicker: the constraint decides, not the look beforehand.
        attempt = open_attempt(enrolment.person, part.key, placement_key)
        if attempt is None:
            raise
        return attempt


@transaction.atomic
def save_answer(
    *, person: Any, public_id: UUID, number: int, values: list[str], by: Any, at: datetime
) -> Answer | None:
    """Keep what was chosen at one question of an open attempt; `values` are places of options as the page posts them.

    Nothing chosen takes a saved answer back (None). Raises AttemptUnknown, SubmittedAlready, AttemptEnded, BadAnswer.
    """
    attempt = _locked(person, public_id)
    frozen = frozen_question(attempt, number)
    if frozen is None:
        raise AttemptUnknown
    chosen = ids_from_values(attempt, number, frozen, values)
    if chosen is None or (len(chosen) > 1 and frozen["kind"] != QuestionKind.MULTIPLE):
        raise BadAnswer
    if not chosen:
        Answer.objects.filter(attempt=attempt, number=number).delete()
        return None
    answer, _ = Answer.objects.update_or_create(
        attempt=attempt, number=number, defaults={"value": sorted(set(chosen)), "saved_at": at}
    )
    return answer


@transaction.atomic
def submit(*, person: Any, public_id: UUID, by: Any, at: datetime) -> Submitted:
    """Grade an attempt and close it, once: a second submit changes nothing.

    Raises AttemptUnknown, SubmittedAlready, AttemptEnded.
    """
    attempt = _locked(person, public_id)
    answers = answers_by_number(attempt)
    points = Decimal(0)
    for number, frozen in enumerate(frozen_questions(attempt), 1):
        answer = answers.get(number)
        if answer is not None:
            answer.points = grade(frozen, answer.value).points
            points += answer.points
    passed = passes(points, attempt.full_points, attempt.frozen["pass_mark"])
    # The conditional update is the guard: of two that come at the same time, one finds nothing to update.
    updated = QuizAttempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(
        state=AttemptState.SUBMITTED, submitted_at=at, points=points, passed=passed
    )
    if not updated:
        raise SubmittedAlready
    Answer.objects.bulk_update(answers.values(), ["points"])
    attempt.state, attempt.submitted_at, attempt.points, attempt.passed = AttemptState.SUBMITTED, at, points, passed
    return Submitted(attempt=attempt, percent=attempt.percent, passed=passed, counts=attempt.frozen["counts"])


@transaction.atomic
def drop_open(*, enrolment: Enrolment, by: Any, at: datetime) -> int:
    """Throw away an open attempt of an enrolment that was left: it was never submitted and says nothing. How many."""
    _, deleted = QuizAttempt.objects.filter(enrolment=enrolment, state=AttemptState.OPEN).delete()
    return deleted.get(QuizAttempt._meta.label, 0)


def forget_answers(*, at: datetime) -> int:
    """Delete the answers of attempts that were handed in longer ago than ANSWERS_KEPT, as the privacy page promises.

    The attempt keeps score, pass and date. All answers of an attempt go together, so that a result is never shown with
    half of them. Each batch stands for itself: what was cut off is done at the next call. How many answers went.
    """
    over = QuizAttempt.objects.filter(
        Exists(Answer.objects.filter(attempt=OuterRef("pk"))),
        state=AttemptState.SUBMITTED,
        submitted_at__lt=at - ANSWERS_KEPT,
    ).order_by("pk")
    forgotten = 0
    while batch := list(over.values_list("pk", flat=True)[:FORGET_AT_ONCE]):
        forgotten += Answer.objects.filter(attempt__in=batch).delete()[0]
    return forgotten


def _locked(person: Any, public_id: UUID) -> QuizAttempt:
    """The person's own open attempt of a running enrolment, nobody else writing to it meanwhile."""
    lock_learner(person)
    found = QuizAttempt.objects.filter(person=person, public_id=public_id)
    attempt = found.select_related("enrolment", "quiz", "placement").first()
    if attempt is None:
        raise AttemptUnknown
    if attempt.state != AttemptState.OPEN:
        raise SubmittedAlready
    if not is_running(attempt):
        raise AttemptEnded
    return attempt


def _begin(*, enrolment: Enrolment, part: Part, number: int, at: datetime) -> QuizAttempt:
    quiz = authored_quiz(part.key)
    if quiz is None or not quiz.questions:
        raise NoQuiz
    try:
        contents = [freeze(source, translations) for source, translations in quiz.questions]
    except QuestionNotReady as error:
        raise NoQuiz from error
    digests = [digest(content) for content in contents]
    # Stored once for all who are given it; a question that is there already is left alone.
    FrozenQuestion.objects.bulk_create(
        [FrozenQuestion(digest=name, content=content) for name, content in zip(digests, contents, strict=True)],
        ignore_conflicts=True,
    )
    return QuizAttempt.objects.create(
        person=enrolment.person,
        quiz_id=_item_id(part.key),
        placement_id=enrolment.item_id,
        enrolment=enrolment,
        number=number,
        started_at=at,
        full_points=sum((full_points(content) for content in contents), Decimal(0)),
        frozen={
            "format": 1,
            "digests": digests,
            # What the enrolment was promised, not what the quiz says by now.
            "pass_mark": part.at,
            "counts": part.counts,
            "attempts": part.attempts,
            "titles": quiz.titles,
            "language": quiz.source.locale.language_code,
        },
    )


def _item_id(key: UUID) -> int:
    """The primary key of the item that stands for the quiz."""
    ids = ids_by_key([key])
    if key not in ids:
        raise NoQuiz
    return ids[key]
