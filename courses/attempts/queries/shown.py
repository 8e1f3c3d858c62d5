"""A question as its page shows it while an attempt is open. Holds nothing of what is right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt
from curriculum.quizzes.enums import CHOICE_KINDS, QuestionKind
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.reading import is_complete, problem
from curriculum.quizzes.words import write_number

from .attempts import answers_by_number


@dataclass(frozen=True)
class Words:
    """A text and the language that it is in."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class OptionShown:
    """An option as it stands on the page: `value` is its place in this attempt, and says nothing else.

    Choice: `chosen`. Ordering: `placed` is the place that the learner gave it ("" for none). Matching: `placed` is the
    value of the right-hand side that the learner chose.
    """

    value: str
    text: str
    text_language: str
    chosen: bool = False
    placed: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of a question."""

    image_id: int
    alt: Words


@dataclass(frozen=True)
class Stem:
    """Text and picture of the scenario that a question is a part of."""

    key: str
    text: Words
    picture: Picture | None


@dataclass(frozen=True)
class QuestionShown:
    """A question as it stands on the page before handing in. Holds nothing of what is right."""

    number: int
    kind: str
    text: str
    text_language: str
    options: list[OptionShown]
    saved_at: datetime | None
    token: str = ""
    matches: list[OptionShown] = field(default_factory=list)
    typed: str = ""
    unit: Words = field(default_factory=lambda: Words("", ""))
    picture: Picture | None = None
    stem: Stem | None = None
    template_id: int | None = None
    rubric: list[Words] = field(default_factory=list)
    document: Mapping[str, Any] | None = None
    problem: Any = ""
    is_answered: bool = False
    points: Any = 1
    must_pass: bool = False
    read_as: str = ""  # the saved number, written as in the page's language

    @property
    def is_choice(self) -> bool:
        """Whether options are ticked."""
        return self.kind in CHOICE_KINDS

    @property
    def is_multiple(self) -> bool:
        """Whether several options may be chosen."""
        return self.kind == QuestionKind.MULTIPLE

    @property
    def places(self) -> list[str]:
        """Places that an item can be given."""
        return [str(n) for n in range(1, len(self.options) + 1)]


def token_of(attempt: QuizAttempt, number: int) -> str:
    """What a question's form carries, so that it cannot be posted to another question: 16 hex digits."""
    name = f"{attempt.public_id}/{number}/{attempt.frozen['digests'][number - 1]}"
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def shuffled(attempt: QuizAttempt, number: int, frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The options in the order that this attempt shows them: the same at each look and in each language.

    Sorted by a digest of attempt, question and option id. All three say nothing about what is right, so neither does
    the order (the ids are digests themselves, see freezing). Where the quiz does not shuffle, options to choose from
    stand as their author wrote them; items to order are always shuffled.
    """
    options: list[dict[str, Any]] = list(frozen["options"])
    if attempt.frozen.get("shuffle") is False and frozen["kind"] in CHOICE_KINDS:
        return sorted(options, key=lambda option: option.get("place", 0))
    return sorted(options, key=lambda option: _place(attempt, number, option["id"]))


def left_sides(attempt: QuizAttempt, number: int, frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is to be matched, in the order shown; extra right-hand sides have no words and are none."""
    return [option for option in shuffled(attempt, number, frozen) if option["text"] or "match" not in option]


def right_sides(attempt: QuizAttempt, number: int, frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The right-hand sides of a matching question, each once, in the order shown."""
    sides = {option["match"]["id"]: option["match"] for option in frozen["options"] if "match" in option}
    return sorted(sides.values(), key=lambda side: _place(attempt, number, side["id"]))


def show(
    attempt: QuizAttempt,
    number: int,
    frozen: dict[str, Any],
    answer: Answer | None,
    language: str,
    posted: Any = None,
) -> QuestionShown:
    """A question as its page shows it. `posted` (with getlist) is what was typed and not saved; it takes the place of
    the saved answer."""
    source = frozen["language"]
    value = answer.value if answer else None
    text, text_language = in_language(frozen["text"], language, source)
    return QuestionShown(
        number=number,
        kind=frozen["kind"],
        text=text,
        text_language=text_language,
        options=_options(attempt, number, frozen, value, language, posted),
        saved_at=answer.saved_at if answer else None,
        token=token_of(attempt, number),
        matches=_matches(attempt, number, frozen, language),
        typed=_typed(frozen, value, posted),
        unit=Words(*in_language(frozen.get("unit", {}), language, source)),
        picture=_picture(frozen.get("image"), frozen.get("alt", {}), language, source),
        stem=_stem(frozen.get("stem"), language, source),
        template_id=_in(frozen.get("template", {}), language, source),
        rubric=[Words(*in_language(line["text"], language, source)) for line in _rubric_lines(frozen)],
        document=value if frozen["kind"] == QuestionKind.HAND_IN else None,
        problem=problem(frozen, value) if answer else "",
        is_answered=answer is not None and is_complete(frozen, value),
        points=frozen["points"],
        must_pass=bool(frozen.get("must_pass")),
        read_as=_read_as(frozen, value, language),
    )


def all_shown(attempt: QuizAttempt, language: str) -> list[QuestionShown]:
    """All questions with what was answered, for checking before handing in. Two queries."""
    answers = answers_by_number(attempt)
    return [
        show(attempt, number, frozen, answers.get(number), language)
        for number, frozen in enumerate(frozen_questions(attempt), 1)
    ]


def frozen_questions(attempt: QuizAttempt) -> list[dict[str, Any]]:
    """The attempt's frozen questions in order. One query."""
    digests = attempt.frozen["digests"]
    contents = dict(FrozenQuestion.objects.filter(digest__in=digests).values_list("digest", "content"))
    return [contents[name] for name in digests]


def _place(attempt: QuizAttempt, number: int, name: str) -> str:
    return hashlib.sha256(f"{attempt.public_id}/{number}/{name}".encode()).hexdigest()


def _options(
    attempt: QuizAttempt, number: int, frozen: dict[str, Any], value: Any, language: str, posted: Any
) -> list[OptionShown]:
    kind, source = frozen["kind"], frozen["language"]
    if kind in CHOICE_KINDS:
        picked = set(posted.getlist("choice")) if posted is not None else None
        chosen = set(value or ())
        return [
            OptionShown(
                str(n),
                *in_language(option["text"], language, source),
                chosen=option["id"] in chosen if picked is None else str(n) in picked,
            )
            for n, option in enumerate(shuffled(attempt, number, frozen), 1)
        ]
    if kind not in (QuestionKind.ORDERING, QuestionKind.MATCHING):
        return []
    is_ordering = kind == QuestionKind.ORDERING
    sides = {side["id"]: str(n) for n, side in enumerate(right_sides(attempt, number, frozen), 1)}
    saved = value if isinstance(value, dict) else {}
    shown = []
    for n, option in enumerate(left_sides(attempt, number, frozen), 1):
        placed = str(saved.get(option["id"], "")) if is_ordering else sides.get(saved.get(option["id"], ""), "")
        if posted is not None:
            placed = (posted.getlist(f"{'place' if is_ordering else 'match'}-{n}") or [""])[0]
        shown.append(OptionShown(str(n), *in_language(option["text"], language, source), placed=placed))
    return shown


def _matches(attempt: QuizAttempt, number: int, frozen: dict[str, Any], language: str) -> list[OptionShown]:
    if frozen["kind"] != QuestionKind.MATCHING:
        return []
    return [
        OptionShown(str(n), *in_language(side["text"], language, frozen["language"]))
        for n, side in enumerate(right_sides(attempt, number, frozen), 1)
    ]


def _typed(frozen: dict[str, Any], value: Any, posted: Any) -> str:
    """What stands in the text field."""
    if frozen["kind"] == QuestionKind.NUMERIC:
        name, saved = "number", "typed"
    elif frozen["kind"] in (QuestionKind.SHORT_TEXT, QuestionKind.OPEN_TEXT):
        name, saved = "text", "text"
    else:
        return ""
    if posted is not None:
        return str((posted.getlist(name) or [""])[0])
    return str(value.get(saved, "")) if isinstance(value, dict) else ""


def _read_as(frozen: dict[str, Any], value: Any, language: str) -> str:
    """How a saved number was understood: 2.409 means another number in English than in Dutch."""
    if frozen["kind"] != QuestionKind.NUMERIC or not isinstance(value, dict):
        return ""
    return write_number(Decimal(value["number"]), language)


def _picture(image: int | None, alt: dict[str, str], language: str, source: str) -> Picture | None:
    return Picture(image, Words(*in_language(alt, language, source))) if image else None


def _stem(stem: dict[str, Any] | None, language: str, source: str) -> Stem | None:
    if stem is None:
        return None
    picture = _picture(stem["image"], stem["alt"], language, source)
    return Stem(stem["key"], Words(*in_language(stem["text"], language, source)), picture)


def _rubric_lines(frozen: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = (frozen.get("rubric") or {}).get("lines", [])
    return lines


def _in(by_language: Mapping[str, int], language: str, source: str) -> int | None:
    return by_language.get(language) or by_language.get(source)
