"""What a learner sees of an attempt that was handed in: what was right, why, and where to read again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import Answer, HandedIn, Mark, QuizAttempt
from curriculum.quizzes.enums import CHOICE_KINDS, QuestionKind, When
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.grading import feedback_for, grade, grade_by_hand, is_by_hand
from curriculum.quizzes.reading import is_complete
from curriculum.quizzes.words import write_number

from .attempts import answers_by_number
from .shown import Picture, Stem, Words, frozen_questions, right_sides, show, shuffled


@dataclass(frozen=True)
class Seen:
    """What may be shown by now of an attempt: score and what was right, feedback, the right answers."""

    marks: bool
    feedback: bool
    right: bool


@dataclass(frozen=True)
class LineResult:
    """One line of a rubric as it was marked: 0 insufficient, 1 sufficient, 2 good; None: not marked."""

    text: Words
    level: int | None


@dataclass(frozen=True)
class QuestionResult:
    """A question after handing in. `given` and `wanted` are lines of words: what was answered, what would be right."""

    number: int
    kind: str
    text: Words
    points: Decimal | None
    full: Decimal
    right: bool
    partly: bool
    answered: bool
    waits: bool
    given: list[Words]
    wanted: list[Words]
    feedback: list[Words]
    read_again: UUID | None
    picture: Picture | None = None
    stem: Stem | None = None
    must_pass: bool = False
    rubric: list[LineResult] = field(default_factory=list)
    marker_says: str = ""
    document: HandedIn | None = None


def seen_by_learner(attempt: QuizAttempt, *, another_to_come: bool, at: datetime) -> Seen:
    """What the quiz shows at this moment to whom it belongs; `another_to_come`: a further try is possible. Pure."""
    shows = attempt.frozen.get("shows", {})
    closes = attempt.frozen.get("closes_at")
    closed = closes is not None and datetime.fromisoformat(closes) <= at
    handed_in = attempt.state != AttemptState.OPEN
    last = handed_in and (bool(attempt.passed) or not another_to_come)
    reached = {
        When.DURING: True,
        When.SUBMITTED: handed_in,
        When.LAST: last,
        When.CLOSED: handed_in and (closed or closes is None),
        When.NEVER: False,
    }
    if attempt.purpose == Purpose.PRETEST:
        # The same questions come back after the course: what is right is not said before.
        return Seen(marks=handed_in, feedback=False, right=False)
    return Seen(
        marks=reached[When(shows.get("marks", When.SUBMITTED))],
        feedback=reached[When(shows.get("feedback", When.SUBMITTED))],
        right=reached[When(shows.get("right", When.LAST))],
    )


def results(attempt: QuizAttempt, language: str) -> list[QuestionResult]:
    """What was right and why, for an attempt that was handed in. Four queries.

    Holds everything; the page shows what `seen_by_learner` allows. Raises ValueError for an open attempt.
    """
    if attempt.state == AttemptState.OPEN:
        raise ValueError("an open attempt tells nothing about right answers")
    answers = answers_by_number(attempt)
    marks = {mark.answer_id: mark for mark in Mark.objects.filter(answer__attempt=attempt, is_draft=False)}
    documents = {row.number: row for row in HandedIn.objects.filter(attempt=attempt)}
    return [
        _result(attempt, number, frozen, answers.get(number), marks, documents.get(number), language)
        for number, frozen in enumerate(frozen_questions(attempt), 1)
    ]


def practised(
    attempt: QuizAttempt, number: int, frozen: dict[str, Any], answer: Answer, language: str
) -> QuestionResult:
    """The result of one answer in a quiz for practice, while it is open. No query.

    Raises ValueError for an attempt of another kind: nothing about right answers is told there.
    """
    if attempt.purpose != Purpose.PRACTICE:
        raise ValueError("only practice tells at once what is right")
    return _result(attempt, number, frozen, answer, {}, None, language)


def given_words(
    attempt: QuizAttempt, number: int, frozen: dict[str, Any], answer: Answer | None, language: str
) -> list[Words]:
    """What was answered, in words: a line for each option, item or pair."""
    if answer is None:
        return []
    shown = show(attempt, number, frozen, answer, language)
    kind = frozen["kind"]
    if kind in CHOICE_KINDS:
        return [Words(option.text, option.text_language) for option in shown.options if option.chosen]
    if kind == QuestionKind.ORDERING:
        placed = sorted((option for option in shown.options if option.placed), key=lambda option: int(option.placed))
        return [Words(f"{option.placed}. {option.text}", option.text_language) for option in placed]
    if kind == QuestionKind.MATCHING:
        right = {match.value: match.text for match in shown.matches}
        return [
            Words(f"{option.text} → {right[option.placed]}", option.text_language)
            for option in shown.options
            if option.placed in right
        ]
    if kind == QuestionKind.HAND_IN:
        return [Words(str(answer.value.get("name", "")), "")]
    # Who typed the unit beside the number is not told it twice.
    unit = f" {shown.unit.text}" if shown.unit and not re.search(r"[^\W\d]|[€%$£]", shown.typed) else ""
    return [Words(f"{shown.typed}{unit}", "")]


def wanted_words(attempt: QuizAttempt, number: int, frozen: dict[str, Any], language: str) -> list[Words]:
    """What would be right, in words."""
    kind, source = frozen["kind"], frozen["language"]
    right = [option for option in frozen["options"] if option["correct"]]
    if kind in CHOICE_KINDS:
        shown = [option for option in shuffled(attempt, number, frozen) if option["correct"]]
        return [Words(*in_language(option["text"], language, source)) for option in shown]
    if kind == QuestionKind.ORDERING:
        in_order = sorted(frozen["options"], key=lambda option: option["place"])
        texts = [in_language(option["text"], language, source) for option in in_order]
        return [Words(f"{n}. {text}", code) for n, (text, code) in enumerate(texts, 1)]
    if kind == QuestionKind.MATCHING:
        sides = {
            side["id"]: in_language(side["text"], language, source)[0] for side in right_sides(attempt, number, frozen)
        }
        pairs = [option for option in sorted(frozen["options"], key=lambda each: each["place"]) if option["text"]]
        return [
            Words(f"{in_language(option['text'], language, source)[0]} → {sides[option['match']['id']]}", "")
            for option in pairs
        ]
    if kind == QuestionKind.NUMERIC:
        unit = in_language(frozen.get("unit", {}), language, source)[0]
        numbers = [write_number(Decimal(option["number"]), language) for option in right[:1]]
        return [Words(f"{number} {unit}".strip(), "") for number in numbers]
    if kind == QuestionKind.SHORT_TEXT:
        return [Words(option["words"][0], "") for option in right[:1] if option["words"]]
    return []


def score_of(
    frozen: list[dict[str, Any]], answers: dict[int, Answer], marks: dict[int, dict[str, Any]], pass_mark: int
) -> tuple[Decimal, bool]:
    """Points of a whole attempt, and whether it is passed: the pass mark, and every question that must be right. Pure.

    `marks` holds what a trainer gave, by number of the question. Sets `points` on the answers.
    """
    points, full, barred = Decimal(0), Decimal(0), False
    for number, content in enumerate(frozen, 1):
        answer = answers.get(number)
        if is_by_hand(content):
            graded = grade_by_hand(content, marks.get(number) if answer is not None else None)
        else:
            graded = grade(content, answer.value if answer is not None else None)
        if answer is not None:
            answer.points = graded.points
        points += graded.points
        full += graded.full
        barred = barred or (bool(content.get("must_pass")) and not graded.right)
    return points, full > 0 and points * 100 >= full * pass_mark and not barred


def band_of(attempt: QuizAttempt, language: str) -> tuple[Words, UUID | None] | None:
    """What the quiz says to this score, and the lesson that it names. Pure."""
    reached = [band for band in attempt.frozen.get("bands", []) if band["from"] <= attempt.percent]
    if not reached or attempt.state != AttemptState.SUBMITTED:
        return None
    band = max(reached, key=lambda each: each["from"])
    words = Words(*in_language(band["text"], language, attempt.frozen["language"]))
    return words, UUID(band["read_again"]) if band["read_again"] else None


def _result(
    attempt: QuizAttempt,
    number: int,
    frozen: dict[str, Any],
    answer: Answer | None,
    marks: dict[int, Mark],
    document: HandedIn | None,
    language: str,
) -> QuestionResult:
    shown = show(attempt, number, frozen, answer, language)
    value = answer.value if answer is not None else None
    by_hand = is_by_hand(frozen)
    mark = marks.get(answer.pk) if answer is not None else None
    given = mark.content if mark is not None else None
    graded = grade_by_hand(frozen, given) if by_hand else grade(frozen, value)
    waits = by_hand and answer is not None and mark is None and attempt.state == AttemptState.MARKING
    words = [in_language(text, language, frozen["language"]) for text in feedback_for(frozen, value)]
    return QuestionResult(
        number=number,
        kind=frozen["kind"],
        text=Words(shown.text, shown.text_language),
        points=None if waits else graded.points,
        full=graded.full,
        right=graded.right and not waits,
        partly=graded.partly and not waits,
        answered=answer is not None and (is_complete(frozen, value) or bool(value)),
        waits=waits,
        given=given_words(attempt, number, frozen, answer, language),
        wanted=wanted_words(attempt, number, frozen, language),
        feedback=[Words(*each) for each in words if each[0]],
        read_again=UUID(frozen["read_again"]) if frozen["read_again"] else None,
        picture=shown.picture,
        stem=shown.stem,
        must_pass=shown.must_pass,
        rubric=_lines(frozen, mark, language),
        marker_says=mark.feedback if mark is not None else "",
        document=document,
    )


def _lines(frozen: dict[str, Any], mark: Mark | None, language: str) -> list[LineResult]:
    rubric = frozen.get("rubric")
    if not rubric or mark is None:
        return []
    levels = mark.content.get("lines", {})
    return [
        LineResult(Words(*in_language(line["text"], language, frozen["language"])), levels.get(line["id"]))
        for line in rubric["lines"]
    ]
