"""A quiz as a learner would get it, for its authors: an attempt that exists in memory only. Nothing is ever stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from courses.attempts.enums import Purpose
from courses.attempts.errors import OtherQuestion
from courses.attempts.freezing import settings_of
from courses.attempts.models import Answer, QuizAttempt
from courses.attempts.queries import (
    AuthoredQuiz,
    QuestionResult,
    Words,
    authored_questions,
    authored_quiz,
    drawn_keys,
    left_sides,
    practised,
    right_sides,
    token_of,
)
from curriculum.quizzes.checks import what_is_missing
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import QuestionNotReady, digest, in_language
from curriculum.quizzes.grading import full_points, is_by_hand
from curriculum.quizzes.models import Question, Quiz
from curriculum.quizzes.reading import BadValue, read_answer


@dataclass(frozen=True)
class LeftOut:
    """A question that cannot be asked yet, and what it lacks."""

    question: Question
    why: Any


@dataclass(frozen=True)
class Preview:
    """A draw of a quiz with its frozen questions. `is_draft`: learners do not get this version yet."""

    quiz: Quiz
    attempt: QuizAttempt
    contents: list[dict[str, Any]]
    left_out: list[LeftOut]
    title: Words
    intro: Words
    is_draft: bool
    has_draws: bool

    @property
    def points(self) -> Decimal:
        """All points that can be had."""
        return sum((full_points(content) for content in self.contents), Decimal(0))


@dataclass(frozen=True)
class Tried:
    """What became of an answer in the preview: its result, or what is wrong with it."""

    result: QuestionResult | None = None
    waits: bool = False
    error: dict[str, str] | None = None


def preview(key: UUID, seed: int, language: str) -> Preview | None:
    """The quiz as it was saved last, published or not, with the draw that belongs to `seed`; None if there is none.

    Questions have no drafts: they are as they stand in the bank.
    """
    live = authored_quiz(key)
    if live is None:
        return None
    quiz = _draft(live)
    keys = drawn_keys(quiz, Random(seed))  # noqa: S311 - a draw of questions is no secret
    contents, left_out = [], []
    for question in authored_questions(keys):
        try:
            contents.append(question.frozen())
        except QuestionNotReady:
            source = question.source
            left_out.append(LeftOut(source, what_is_missing(source.kind, list(source.choices.all()))))
    frozen = settings_of(quiz, purpose=Purpose.PRACTICE, part=None, drawn=[str(each) for each in keys])
    attempt = QuizAttempt(
        # The same draw has its options in the same order at each look.
        public_id=uuid5(key, f"preview {seed}"),
        purpose=Purpose.PRACTICE,
        number=1,
        started_at=timezone.now(),
        frozen={**frozen, "digests": [digest(content) for content in contents]},
        full_points=sum((full_points(content) for content in contents), Decimal(0)),
    )
    source_language = quiz.source.locale.language_code
    intros = {row.locale.language_code: row.intro for row in reversed(quiz.family)}
    return Preview(
        quiz=quiz.source,
        attempt=attempt,
        contents=contents,
        left_out=left_out,
        title=Words(*in_language(quiz.titles, language, source_language)),
        intro=Words(*in_language(intros, language, source_language)),
        is_draft=live.source.has_unpublished_changes,
        has_draws=any(place.question_id is None for place in quiz.places),
    )


def try_answer(shown: Preview, number: int, posted: Any, language: str) -> Tried:
    """Grade what was posted to a question of the preview. Keeps nothing; a document is not even read."""
    frozen = shown.contents[number - 1]
    if posted.get("question", "") not in ("", token_of(shown.attempt, number)):
        return Tried(error={"field": "question", "words": str(OtherQuestion.message)})
    if frozen["kind"] == QuestionKind.HAND_IN:
        return Tried(waits=True)
    try:
        value = read_answer(
            frozen,
            posted,
            options=left_sides(shown.attempt, number, frozen),
            matches=right_sides(shown.attempt, number, frozen),
            language=language,
        )
    except BadValue as wrong:
        return Tried(error={"field": wrong.field, "words": str(wrong.message)})
    if value is not None and is_by_hand(frozen):
        return Tried(waits=True)
    answer = Answer(attempt=shown.attempt, number=number, value=value)
    return Tried(result=practised(shown.attempt, number, frozen, answer, language))


def _draft(live: AuthoredQuiz) -> AuthoredQuiz:
    """The quiz with what was saved last and is not published yet. Two queries more."""
    if not live.source.has_unpublished_changes:
        return live
    draft = live.source.get_latest_revision_as_object()
    places = sorted(draft.places.all(), key=lambda place: place.sort_order or 0)
    questions = Question.objects.in_bulk([place.question_id for place in places if place.question_id])
    for place in places:
        if place.question_id:
            place.question = questions.get(place.question_id)
    kept = [place for place in places if place.question is not None or place.draw_count]
    return AuthoredQuiz(draft, [draft, *live.family[1:]], kept)
