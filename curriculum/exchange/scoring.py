"""Numbers and marks of question files: what they must be so that a question keeps its meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.checks import what_is_missing
from curriculum.quizzes.enums import QuestionKind

from .errors import ItemRefused
from .items import HUNDRED, ImportedChoice, ImportedQuestion, fraction

NUMBER = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?")
# What the bank keeps of a number: 30 digits, 10 of them behind the dot.
PLACES = Decimal("0.0000000001")
LARGEST = Decimal(10) ** 20
SCORED = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT})
# Fractions are rounded in files: three thirds are 99.99999.
ROUNDING = Decimal("0.1")


def number(text: str) -> Decimal:
    """A number with a dot, as both formats write it, to ten decimals. Raises ItemRefused."""
    text = text.strip()
    try:
        if not NUMBER.fullmatch(text):
            raise InvalidOperation
        exact = Decimal(text)
    except InvalidOperation as error:
        words = _("“{text}” is not a number; decimals stand behind a dot.")
        raise ItemRefused(format_lazy(words, text=text[:40])) from error
    if abs(exact) >= LARGEST:
        raise ItemRefused(format_lazy(_("The number {text} is too large."), text=text[:40]))
    rounded = exact.quantize(PLACES)
    if exact and abs(rounded - exact) > abs(exact) / 1_000_000:
        raise ItemRefused(format_lazy(_("The number {text} has too many decimals."), text=text[:40]))
    return rounded.normalize() + 0


def choices_from(kind: str, answers: Sequence[tuple[Decimal, ImportedChoice]]) -> tuple[ImportedChoice, ...]:
    """Choices with what each earns (per cent of the points, -100 to 100). Raises ItemRefused.

    A single choice, number or short text needs an answer that earns everything. The right options of a multiple choice
    earn everything together: less could never be right, more would be right too soon.
    """
    if any(abs(share) > HUNDRED for share, _choice in answers):
        raise ItemRefused(_("An answer earns more than 100% or less than -100% of the points."))
    if kind == QuestionKind.MULTIPLE:
        total = sum((share for share, _choice in answers if share > 0), Decimal(0))
        if abs(total - HUNDRED) > ROUNDING:
            words = _("Its right options earn {total}% of the points together, not 100%.")
            raise ItemRefused(format_lazy(words, total=f"{total:.2f}".rstrip("0").rstrip(".")))
        return tuple(replace(choice, correct=share > 0, share=share) for share, choice in answers)
    if not any(share == HUNDRED for share, _choice in answers):
        raise ItemRefused(_("None of its answers earns all points."))
    by_rule = kind == QuestionKind.SINGLE and all(share in {HUNDRED, 0} for share, _choice in answers)
    return tuple(
        replace(choice, correct=share == HUNDRED, share=None if by_rule else share) for share, choice in answers
    )


def refuse_unready(question: ImportedQuestion) -> None:
    """Raises ItemRefused for a question that could not be given, or that no answer could get all points of."""
    options = [
        SimpleNamespace(
            text=choice.text,
            correct=choice.correct,
            match=choice.match,
            number=choice.number,
            words="\n".join(choice.words),
        )
        for choice in question.choices
    ]
    missing = what_is_missing(question.kind, options)
    if missing:
        raise ItemRefused(missing)
    if question.kind in SCORED:
        choices_from(
            question.kind, [(fraction(question.kind, each, question.choices), each) for each in question.choices]
        )
