"""What a question must have before it can be given. Pure: asked by the admin's form, by freezing and by imports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from .enums import CHOICE_KINDS, QuestionKind


class Option(Protocol):
    """What is read of a choice, or of anything shaped like one."""

    text: str
    correct: bool
    match: str
    number: Decimal | None
    words: str


def what_is_missing(kind: str, options: Sequence[Option]) -> Any:
    """One sentence for the author, lazily translated, or "" if the question can be given."""
    if kind in CHOICE_KINDS:
        return _missing_choice(kind, options)
    if kind == QuestionKind.ORDERING:
        enough = len(options) >= 2 and len(_with_text(options)) == len(options)
        return "" if enough else _("Write at least two items, in the right order, each with a text.")
    if kind == QuestionKind.MATCHING:
        return _missing_pairs(options)
    if kind == QuestionKind.NUMERIC:
        known = [option for option in options if getattr(option, "number", None) is not None]
        return _missing_answers(
            options,
            known,
            _("Add an option with the right number, and tick it as right."),
            _("Each option needs a number."),
        )
    if kind == QuestionKind.SHORT_TEXT:
        known = [option for option in options if getattr(option, "words", "").strip()]
        return _missing_answers(
            options,
            known,
            _("Add an option with the accepted words, and tick it as right."),
            _("Each option needs words that are accepted."),
        )
    return ""


def _missing_answers(options: Sequence[Option], known: Sequence[Option], no_right: Any, empty: Any) -> Any:
    """For answers that are typed: one of those that are `known` is right, and there are no others."""
    if not any(option.correct for option in known):
        return no_right
    return "" if len(known) == len(options) else empty


def _with_text(options: Sequence[Option]) -> list[Option]:
    return [option for option in options if option.text.strip()]


def _missing_choice(kind: str, options: Sequence[Option]) -> Any:
    if len(options) < 2 or len(_with_text(options)) < len(options):
        return _("Write at least two options, each with a text.")
    right = sum(option.correct for option in options)
    if not right:
        return _("Tick at least one option as right.")
    if kind == QuestionKind.TRUE_FALSE and (len(options) != 2 or right != 1):
        return _("True or false has two options, one of them right.")
    return ""


def _missing_pairs(options: Sequence[Option]) -> Any:
    if any(not getattr(option, "match", "").strip() for option in options):
        return _("Each line needs what belongs to it.")
    if len(_with_text(options)) < 2:
        return _("Write at least two pairs.")
    return ""
