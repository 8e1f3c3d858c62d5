"""Reads of quizzes as authored, and of attempts as they were given."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from academy.website.queries import half_translated
from courses.enrolments.models import Enrolment
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.grading import grade
from curriculum.quizzes.models import Question, Quiz

from .enums import AttemptState
from .models import Answer, FrozenQuestion, QuizAttempt

# How long answers are kept after handing in: the 12 months that the privacy page promises.
ANSWERS_KEPT = timedelta(days=365)


@dataclass(frozen=True)
class AuthoredQuiz:
    """A quiz as its author left it: the source's questions in order, each with its translations; titles by language."""

    source: Quiz
    titles: dict[str, str]
    questions: list[tuple[Question, list[Question]]]


@dataclass(frozen=True)
class OptionShown:
    """An option of a question as it stands on the page: `value` is its place in this attempt, and says nothing else."""

    value: str
    text: str
    text_language: str
    chosen: bool


@dataclass(frozen=True)
class QuestionShown:
    """A question as it stands on the page before submitting. Holds nothing of what is right."""

    number: int
    kind: str
    text: str
    text_language: str
    options: list[OptionShown]
    saved_at: datetime | None

    @property
    def is_multiple(self) -> bool:
        """Whether several options may be chosen."""
        return self.kind == QuestionKind.MULTIPLE

    @property
    def is_answered(self) -> bool:
        """Whether an answer was saved."""
        return any(option.chosen for option in self.options)


@dataclass(frozen=True)
class OptionResult:
    """An option after submitting."""

    text: str
    text_language: str
    chosen: bool
    correct: bool
    feedback: str
    feedback_language: str


@dataclass(frozen=True)
class QuestionResult:
    """A question after submitting: what was chosen, what is right, why, and where to read again."""

    number: int
    text: str
    text_language: str
    points: Any
    full: Any
    right: bool
    partly: bool
    answered: bool
    options: list[OptionResult]
    feedback: str
    feedback_language: str
    read_again: UUID | None


def authored_quiz(key: UUID) -> AuthoredQuiz | None:
    """The quiz with this key, its questions in the source's order with their translations. A fixed number of queries.

    The source is the oldest row of a key (academy.website.queries.is_source); it alone decides about order, points and
    right answers (decision 6).
    """
    rows = list(Quiz.objects.filter(translation_key=key).select_related("locale").order_by("pk"))
    if not rows:
        return None
    places = rows[0].places.order_by("sort_order", "pk").values_list("question__translation_key", flat=True)
    keys = list(dict.fromkeys(places))
    by_key: dict[UUID, list[Question]] = {}
    # Handed to translators and not finished: it would ask in one language and answer in another.
    unfinished = half_translated(Question)
    questions = Question.objects.filter(translation_key__in=keys).select_related("locale").prefetch_related("choices")
    for question in questions.order_by("pk"):
        if (question.translation_key, question.locale.language_code) in unfinished:
            continue
        by_key.setdefault(question.translation_key, []).append(question)
    return AuthoredQuiz(
        source=rows[0],
        titles={row.locale.language_code: row.title for row in reversed(rows)},
        questions=[(by_key[k][0], by_key[k][1:]) for k in keys],
    )


def attempt_of(person: Any, public_id: UUID) -> QuizAttempt | None:
    """The person's own attempt; nobody else's is ever found. One query."""
    found = QuizAttempt.objects.filter(person=person, public_id=public_id)
    return found.select_related("enrolment", "quiz", "placement").first()


def open_attempt(person: Any, quiz_key: UUID, placement_key: UUID) -> QuizAttempt | None:
    """The attempt that the person can go on with."""
    return QuizAttempt.objects.filter(
        person=person, quiz__key=quiz_key, placement__key=placement_key, state=AttemptState.OPEN
    ).first()


def attempts_in_window(person: Any, quiz_key: UUID, since: datetime | None) -> QuerySet[QuizAttempt]:
    """The person's attempts at a quiz that count since this moment (None: since ever), in order."""
    found = QuizAttempt.objects.filter(person=person, quiz__key=quiz_key)
    return (found.filter(started_at__gte=since) if since else found).order_by("started_at", "pk")


def is_running(attempt: QuizAttempt) -> bool:
    """Whether the enrolment that the attempt belongs to still runs."""
    enrolment: Enrolment | None = attempt.enrolment
    return enrolment is not None and enrolment.is_running


def frozen_questions(attempt: QuizAttempt) -> list[dict[str, Any]]:
    """The attempt's frozen questions in order. One query."""
    digests = attempt.frozen["digests"]
    contents = dict(FrozenQuestion.objects.filter(digest__in=digests).values_list("digest", "content"))
    return [contents[name] for name in digests]


def frozen_question(attempt: QuizAttempt, number: int) -> dict[str, Any] | None:
    """One frozen question, from 1; None if the attempt has no such number. One query."""
    digests = attempt.frozen["digests"]
    if not 1 <= number <= len(digests):
        return None
    content: dict[str, Any] = FrozenQuestion.objects.get(digest=digests[number - 1]).content
    return content


def shuffled(attempt: QuizAttempt, number: int, frozen: dict[str, Any]) -> list[dict[str, Any]]:
    """The options in the order that this attempt shows them: the same at each look and in each language.

    Sorted by a digest of attempt, question and option id. All three say nothing about what is right, so neither does
    the order (the ids are digests themselves, see freezing).
    """

    def place(option: dict[str, Any]) -> str:
        return hashlib.sha256(f"{attempt.public_id}/{number}/{option['id']}".encode()).hexdigest()

    return sorted(frozen["options"], key=place)


def ids_from_values(attempt: QuizAttempt, number: int, frozen: dict[str, Any], values: list[str]) -> list[str] | None:
    """Option ids for what a page posted (places in this attempt, from 1); None if one of them is no place."""
    options = shuffled(attempt, number, frozen)
    places = {str(place): option["id"] for place, option in enumerate(options, 1)}
    return [places[value] for value in values] if set(values) <= places.keys() else None


def show(
    attempt: QuizAttempt,
    number: int,
    frozen: dict[str, Any],
    answer: Answer | None,
    language: str,
    values: list[str] | None = None,
) -> QuestionShown:
    """A question as its page shows it. `values` are unsaved choices that take the place of the saved ones."""
    source = frozen["language"]
    chosen = set(answer.value) if answer else set()
    options = []
    for place, option in enumerate(shuffled(attempt, number, frozen), 1):
        text, text_language = in_language(option["text"], language, source)
        is_chosen = option["id"] in chosen if values is None else str(place) in values
        options.append(OptionShown(str(place), text, text_language, is_chosen))
    text, text_language = in_language(frozen["text"], language, source)
    saved_at = answer.saved_at if answer else None
    return QuestionShown(number, frozen["kind"], text, text_language, options, saved_at)


def answers_by_number(attempt: QuizAttempt) -> dict[int, Answer]:
    """What was answered so far. One query."""
    return {answer.number: answer for answer in Answer.objects.filter(attempt=attempt)}


def all_shown(attempt: QuizAttempt, language: str) -> list[QuestionShown]:
    """All questions with what was answered, for checking before submitting. Two queries."""
    answers = answers_by_number(attempt)
    return [
        show(attempt, number, frozen, answers.get(number), language)
        for number, frozen in enumerate(frozen_questions(attempt), 1)
    ]


def next_number(attempt: QuizAttempt, answers: dict[int, Answer]) -> int:
    """Where to go on: the first question without an answer after the one saved last; 0 when all are answered."""
    count = len(attempt.frozen["digests"])
    last = max(answers.values(), key=lambda answer: (answer.saved_at, answer.number)).number if answers else 0
    order = [*range(last + 1, count + 1), *range(1, last + 1)]
    return next((number for number in order if number not in answers), 0)


def results(attempt: QuizAttempt, language: str) -> list[QuestionResult]:
    """What was right and why, for an attempt that was submitted. Raises ValueError for an open one."""
    if attempt.state != AttemptState.SUBMITTED:
        raise ValueError("an open attempt tells nothing about right answers")
    answers = answers_by_number(attempt)
    found = []
    for number, frozen in enumerate(frozen_questions(attempt), 1):
        answer = answers.get(number)
        chosen = list(answer.value) if answer else []
        graded = grade(frozen, chosen)
        source = frozen["language"]
        text, text_language = in_language(frozen["text"], language, source)
        feedback, feedback_language = in_language(frozen["feedback"], language, source)
        found.append(
            QuestionResult(
                number=number,
                text=text,
                text_language=text_language,
                points=graded.points,
                full=graded.full,
                right=graded.right,
                partly=graded.partly,
                answered=bool(chosen),
                options=[
                    OptionResult(
                        *in_language(option["text"], language, source),
                        option["id"] in chosen,
                        option["correct"],
                        *in_language(option["feedback"], language, source),
                    )
                    for option in shuffled(attempt, number, frozen)
                ],
                feedback=feedback,
                feedback_language=feedback_language,
                read_again=UUID(frozen["read_again"]) if frozen["read_again"] else None,
            )
        )
    return found


def answers_forgotten(attempt: QuizAttempt, at: datetime) -> bool:
    """Whether the answers of an attempt were deleted for their age (rules.forget_answers). At most one query."""
    if attempt.submitted_at is None or attempt.submitted_at >= at - ANSWERS_KEPT:
        return False
    return not Answer.objects.filter(attempt=attempt).exists()


def title_in(attempt: QuizAttempt, language: str) -> str:
    """The quiz's title as it was when the attempt began, in this language or the source's."""
    titles: dict[str, str] = attempt.frozen["titles"]
    return titles.get(language) or titles[attempt.frozen["language"]]


def quiz_intro(key: UUID, language: str) -> tuple[str, str]:
    """The quiz's introduction in this language or the source's, and the language that it is in. One query."""
    rows = Quiz.objects.filter(translation_key=key).order_by("pk").values_list("locale__language_code", "intro")
    found = list(rows)
    if not found:
        return "", language
    return in_language(dict(reversed(found)), language, found[0][0])
