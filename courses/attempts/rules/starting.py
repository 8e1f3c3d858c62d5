"""Beginning an attempt: for the record, before the course, or for practice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.errors import (
    AttemptEnded,
    Closed,
    MustWait,
    NoAttemptsLeft,
    NoQuiz,
    NotOpenYet,
    WaitsForMarking,
)
from courses.attempts.freezing import settings_of
from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt
from courses.attempts.queries import (
    AuthoredQuiz,
    attempts_in_window,
    authored_questions,
    authored_quiz,
    deadline,
    drawn_keys,
    extra_time_of,
    granted,
    is_running,
    open_attempt,
    pretest_of,
    seed_of,
)
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.enrolments.rules import lock_learner
from curriculum.conditions.nodes import Part
from curriculum.items.models import LearningItem
from curriculum.items.queries import ids_by_key
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import QuestionNotReady, digest
from curriculum.quizzes.grading import full_points
from curriculum.quizzes.models import Quiz

from .answering import drop


@transaction.atomic
def start(*, enrolment: Enrolment, by: Any, at: datetime) -> QuizAttempt:
    """Begin an attempt at the quiz that the enrolment's frozen rule asks for, or go on with the open one.

    The questions are drawn and frozen in all their languages, so that neither an edit nor another language changes them
    under way. Raises AttemptEnded, NoQuiz, NoAttemptsLeft, WaitsForMarking, NotOpenYet, Closed, MustWait.
    """
    part, rule = _part_of(enrolment)
    attempt = _to_go_on_with(enrolment.person, part.key, enrolment.item.key, Purpose.COUNTS)
    if attempt is not None:
        return attempt
    before = list(attempts_in_window(enrolment.person, part.key, rule.since))
    if any(each.state == AttemptState.MARKING for each in before):
        raise WaitsForMarking
    if part.attempts and len(before) >= part.attempts + granted(enrolment, part.key):
        raise NoAttemptsLeft
    quiz = _quiz(part.key)
    _check_dates(quiz.source, before, at)
    pretest = None if before else pretest_of(enrolment.person, part.key, rule.since)
    return _begin_once(
        person=enrolment.person,
        quiz=quiz,
        placement_id=enrolment.item_id,
        placement_key=enrolment.item.key,
        enrolment=enrolment,
        purpose=Purpose.COUNTS,
        part=part,
        number=len(before) + 1,
        # The same questions before and after the course (FEATURES L16).
        drawn=[UUID(key) for key in pretest.frozen.get("drawn", [])] if pretest is not None else None,
        previous=before[-1] if before else None,
        at=at,
    )


@transaction.atomic
def start_pretest(
    *, person: Any, course: LearningItem, quiz_key: UUID, enrolment: Enrolment | None, by: Any, at: datetime
) -> QuizAttempt:
    """Try a course's quiz before the course, once in a cycle; it never counts, and needs no enrolment yet.

    `enrolment` is the running one, if there is one; its frozen rule then names the quiz. Raises AttemptEnded, NoQuiz,
    NoAttemptsLeft.
    """
    lock_learner(person)
    part, since = None, None
    if enrolment is not None:
        part, rule = _part_of(enrolment)
        quiz_key, since = part.key, rule.since
    quiz = _quiz(quiz_key)
    if not quiz.source.pretest:
        raise NoQuiz
    attempt = _to_go_on_with(person, quiz_key, course.key, Purpose.PRETEST)
    if attempt is not None:
        return attempt
    tried = attempts_in_window(person, quiz_key, since).exists()
    if tried or pretest_of(person, quiz_key, since) is not None:
        raise NoAttemptsLeft
    return _begin_once(
        person=person,
        quiz=quiz,
        placement_id=course.pk,
        placement_key=course.key,
        enrolment=enrolment,
        purpose=Purpose.PRETEST,
        part=part,
        number=1,
        at=at,
    )


@transaction.atomic
def start_practice(*, person: Any, quiz_key: UUID, placement_key: UUID, by: Any, at: datetime) -> QuizAttempt:
    """Begin a quiz for practice in a lesson, or go on with the open one. No enrolment, no limit, no record of failure.

    Raises NoQuiz for a quiz that is not for practice, or not published.
    """
    lock_learner(person)
    quiz = _quiz(quiz_key)
    ids = ids_by_key([placement_key])
    if not quiz.source.formative or not quiz.source.live or placement_key not in ids:
        raise NoQuiz
    attempt = open_attempt(person, quiz_key, placement_key, Purpose.PRACTICE)
    if attempt is not None:
        return attempt
    return _begin_once(
        person=person,
        quiz=quiz,
        placement_id=ids[placement_key],
        placement_key=placement_key,
        enrolment=None,
        purpose=Purpose.PRACTICE,
        part=None,
        number=1,
        at=at,
    )


def freeze_all(contents: Iterable[dict[str, Any]]) -> list[FrozenQuestion]:
    """The rows of these frozen questions, in order; stored once for all who are given them."""
    by_digest = {digest(content): content for content in contents}
    FrozenQuestion.objects.bulk_create(
        [FrozenQuestion(digest=name, content=content) for name, content in by_digest.items()], ignore_conflicts=True
    )
    rows = {row.digest: row for row in FrozenQuestion.objects.filter(digest__in=by_digest)}
    return [rows[name] for name in by_digest]


def _part_of(enrolment: Enrolment) -> tuple[Part, Any]:
    """The quiz of a running enrolment's rule, and the rule; locks the learner."""
    lock_learner(enrolment.person)
    enrolment.refresh_from_db(fields=["completed_at", "left_at"])
    if not enrolment.is_running:
        raise AttemptEnded
    rule = rule_of(enrolment)
    if rule.quiz is None:
        raise NoQuiz
    return rule.quiz, rule


def _to_go_on_with(person: Any, quiz_key: UUID, course_key: UUID, purpose: Purpose) -> QuizAttempt | None:
    """The open attempt.

    One that ended with its cycle, when the course was completed, can neither be answered nor handed in: it makes room.
    """
    attempt = open_attempt(person, quiz_key, course_key, purpose)
    if attempt is not None and not is_running(attempt):
        drop(attempt)
        return None
    return attempt


def _quiz(key: UUID) -> AuthoredQuiz:
    quiz = authored_quiz(key)
    if quiz is None or not quiz.places:
        raise NoQuiz
    return quiz


def _check_dates(quiz: Quiz, before: list[QuizAttempt], at: datetime) -> None:
    if quiz.opens_at and at < quiz.opens_at:
        raise NotOpenYet
    if quiz.closes_at and at >= quiz.closes_at:
        raise Closed
    ended = [each.submitted_at for each in before if each.submitted_at]
    if quiz.wait_minutes and ended:
        until = max(ended) + timedelta(minutes=quiz.wait_minutes)
        if at < until:
            raise MustWait(until)


def _begin_once(
    *,
    person: Any,
    quiz: AuthoredQuiz,
    placement_id: int,
    placement_key: UUID,
    purpose: Purpose,
    at: datetime,
    drawn: list[UUID] | None = None,
    previous: QuizAttempt | None = None,
    **fields: Any,
) -> QuizAttempt:
    try:
        with transaction.atomic():
            attempt = _begin(
                person=person, quiz=quiz, placement_id=placement_id, purpose=purpose, at=at, drawn=drawn, **fields
            )
    except IntegrityError:
        # Somebody was quicker: the constraint decides, not the look beforehand.
        found = open_attempt(person, quiz.source.translation_key, placement_key, purpose)
        if found is None:
            raise
        return found
    if previous is not None:
        _take_over(attempt, previous, at)
    return attempt


def _begin(
    *,
    person: Any,
    quiz: AuthoredQuiz,
    placement_id: int,
    purpose: Purpose,
    at: datetime,
    enrolment: Enrolment | None,
    part: Part | None,
    number: int,
    drawn: list[UUID] | None,
) -> QuizAttempt:
    public_id = uuid4()
    chance = Random(seed_of(public_id))  # noqa: S311 - a draw of questions is no secret
    keys = drawn or drawn_keys(quiz, chance)
    questions = authored_questions(keys)
    if drawn and not questions:
        # What was asked before the course is not in the bank any more.
        keys = drawn_keys(quiz, chance)
        questions = authored_questions(keys)
    if not questions:
        raise NoQuiz
    try:
        contents = [question.frozen() for question in questions]
    except QuestionNotReady as error:
        raise NoQuiz from error
    rows = freeze_all(contents)
    item_ids = ids_by_key([quiz.source.translation_key])
    if quiz.source.translation_key not in item_ids:
        raise NoQuiz
    frozen = settings_of(quiz, purpose=purpose, part=part, drawn=[str(key) for key in keys])
    extra = extra_time_of(person)
    return QuizAttempt.objects.create(
        public_id=public_id,
        person=person,
        quiz_id=item_ids[quiz.source.translation_key],
        placement_id=placement_id,
        enrolment=enrolment,
        purpose=purpose,
        number=number,
        started_at=at,
        deadline_at=deadline(frozen=frozen, started_at=at, factor=extra.factor if extra is not None else Decimal(1)),
        full_points=sum((full_points(row.content) for row in rows), Decimal(0)),
        frozen={**frozen, "digests": [row.digest for row in rows]},
    )


def _take_over(attempt: QuizAttempt, previous: QuizAttempt, at: datetime) -> None:
    """Handing in again: the open texts of the last attempt stand there to be improved."""
    old = {
        answer.question.content["key"]: answer.value
        for answer in Answer.objects.filter(attempt=previous).select_related("question")
        if answer.question is not None and answer.question.content["kind"] == QuestionKind.OPEN_TEXT
    }
    if not old:
        return
    rows = {row.digest: row for row in FrozenQuestion.objects.filter(digest__in=attempt.frozen["digests"])}
    texts = {n: old.get(rows[name].content["key"]) for n, name in enumerate(attempt.frozen["digests"], 1)}
    Answer.objects.bulk_create(
        [
            Answer(
                attempt=attempt,
                number=number,
                question=rows[attempt.frozen["digests"][number - 1]],
                value=text,
                saved_at=at,
            )
            for number, text in texts.items()
            if text is not None
        ]
    )
