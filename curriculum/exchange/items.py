"""Questions on their way between files and the bank: plain data, one form for both formats."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from curriculum.quizzes.enums import CHOICE_KINDS, QuestionKind

from .enums import MUST_BE_RIGHT, Note

HUNDRED = Decimal(100)
SHARE_PLACES = Decimal("0.00001")
# What XML 1.0 cannot hold, and code points that Unicode keeps out of texts (`wording` marks places with them).
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Picture:
    """The picture of a question: checked by content, with what it shows in words."""

    name: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True)
class ImportedChoice:
    """An option, an item in its right order, a pair, or an answer that is looked for; as curriculum.quizzes.Choice.

    `share`: per cent of the points, None by the rule; `correct` says nothing where items are ordered or matched.
    """

    text: str = ""
    correct: bool = False
    share: Decimal | None = None
    feedback: str = ""
    match: str = ""
    number: Decimal | None = None
    tolerance: Decimal | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedQuestion:
    """A question as a file holds it, in one language. `topic`: the path of its category, with / between the steps.

    True or false has two choices with the texts "true" and "false", in this order.
    """

    kind: str
    text: str
    name: str = ""
    code: str = ""
    points: Decimal = Decimal(1)
    must_pass: bool = False
    feedback: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""
    unit: str = ""
    picture: Picture | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    choices: tuple[ImportedChoice, ...] = ()
    parts: tuple[ImportedQuestion, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where in a file: its line, or its question counted from 1."""

    number: int
    is_line: bool = False

    def __str__(self) -> str:
        words = _("line %(number)s") if self.is_line else _("question %(number)s")
        return words % {"number": self.number}


@dataclass(frozen=True)
class Skipped:
    """A question that is not taken, or not written, and why. `reason` is lazily translated."""

    place: Place
    name: str
    reason: Any


@dataclass(frozen=True)
class Parsed:
    """What a file holds: whole questions with their places, what is not taken, and what was left out of the whole."""

    questions: tuple[ImportedQuestion, ...]
    places: tuple[Place, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[tuple[Note, int], ...] = ()


@dataclass(frozen=True)
class Written:
    """A file that was made, which questions it could not hold, and what it left out of the others."""

    content: bytes
    count: int
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[tuple[Note, int], ...] = ()


def in_order(notes: Counter[Note]) -> tuple[tuple[Note, int], ...]:
    """Notes with how many questions each is about, in the order of their list."""
    return tuple((note, notes[note]) for note in Note if notes[note])


def tidy(text: str) -> str:
    """A text as questions keep it: no control characters, no blanks at the ends of lines, one blank line at most."""
    text = NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def one_line(text: str) -> str:
    """A name, unit or answer: a text without line breaks and without runs of blanks."""
    return " ".join(tidy(text).split())


def label(text: str) -> str:
    """A tag or a code: a line without the characters that comments of GIFT cannot hold."""
    return one_line(re.sub(r"[\\<>`\[\]]", "", text))


def path(text: str) -> str:
    """A topic: steps with / between them, none of them empty."""
    return "/".join(step for step in (label(step) for step in text.split("/")) if step)


def category_path(text: str) -> str:
    """The topic of a category: its path without the place of the question bank and without Moodle's top category."""
    steps = [step.strip() for step in text.strip().split("/")]
    if steps and steps[0].startswith("$"):
        steps = steps[1:]
    if steps and steps[0].lower() == "top":
        steps = steps[1:]
    return path("/".join(steps))


def settled(question: ImportedQuestion) -> ImportedQuestion:
    """The one way to say this question: texts tidied, shares that only repeat the rule dropped, equal words together.

    What files are read to and what is written comes through here, so that both sides mean the same.
    """
    tags = tuple(dict.fromkeys(tag for tag in map(label, question.tags) if tag))
    choices = tuple(_settled_choice(question.kind, choice) for choice in question.choices)
    question = replace(
        question,
        text=tidy(question.text),
        feedback=tidy(question.feedback),
        feedback_right=tidy(question.feedback_right),
        feedback_wrong=tidy(question.feedback_wrong),
        name=one_line(question.name),
        code=label(question.code),
        unit=one_line(question.unit),
        topic=path(question.topic),
        must_pass=question.must_pass or MUST_BE_RIGHT in tags,
        tags=tuple(tag for tag in tags if tag != MUST_BE_RIGHT),
        choices=choices,
        parts=tuple(settled(part) for part in question.parts),
    )
    if question.kind in CHOICE_KINDS:
        return replace(question, choices=_without_idle_shares(question.kind, choices))
    if question.kind == QuestionKind.SHORT_TEXT:
        return _settled_words(question)
    return question


def fraction(kind: str, choice: ImportedChoice, choices: tuple[ImportedChoice, ...]) -> Decimal:
    """Per cent of the points that a choice earns: its share, or what the rule of its kind gives (-100 to 100)."""
    if choice.share is not None:
        return choice.share
    if kind == QuestionKind.MULTIPLE:
        right = sum(each.correct for each in choices) or 1
        earned = (HUNDRED / right).quantize(SHARE_PLACES, rounding=ROUND_HALF_UP)
        return earned if choice.correct else -earned
    return HUNDRED if choice.correct else Decimal(0)


def _settled_choice(kind: str, choice: ImportedChoice) -> ImportedChoice:
    share = None if choice.share is None else choice.share.quantize(SHARE_PLACES, rounding=ROUND_HALF_UP)
    is_number = kind == QuestionKind.NUMERIC
    if kind in {QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT} and share == (HUNDRED if choice.correct else 0):
        share = None
    return replace(
        choice,
        text=tidy(choice.text),
        feedback=tidy(choice.feedback),
        match=tidy(choice.match),
        share=share,
        correct=choice.correct and kind not in {QuestionKind.ORDERING, QuestionKind.MATCHING},
        tolerance=(choice.tolerance or Decimal(0)) if is_number else None,
        number=choice.number if is_number else None,
        words=tuple(word for word in map(one_line, choice.words) if word),
    )


def _without_idle_shares(kind: str, choices: tuple[ImportedChoice, ...]) -> tuple[ImportedChoice, ...]:
    """Shares of all choices, or of none where they are what the rule gives anyway."""
    if all(choice.share is None for choice in choices):
        return choices
    by_rule = [fraction(kind, replace(choice, share=None), choices) for choice in choices]
    given = [fraction(kind, choice, choices) for choice in choices]
    # A third is 33.33333 in one file and 33.33 in the next.
    if all(abs(a - b) < Decimal("0.01") for a, b in zip(by_rule, given, strict=True)):
        return tuple(replace(choice, share=None) for choice in choices)
    return tuple(replace(choice, share=share) for choice, share in zip(choices, given, strict=True))


def _settled_words(question: ImportedQuestion) -> ImportedQuestion:
    """Answers next to each other that earn and say the same are one; "anything else is wrong" is feedback."""
    choices: list[ImportedChoice] = []
    wrong = question.feedback_wrong
    for choice in question.choices:
        before = choices[-1] if choices else None
        if choice.words == ("*",) and not choice.correct and choice.share is None:
            # Nothing after it is ever looked at.
            wrong = wrong or choice.feedback
            break
        if before is not None and replace(before, words=choice.words) == choice:
            choices[-1] = replace(before, words=tuple(dict.fromkeys((*before.words, *choice.words))))
        elif choice.words:
            choices.append(replace(choice, words=tuple(dict.fromkeys(choice.words))))
    return replace(question, choices=tuple(choices), feedback_wrong=wrong)
