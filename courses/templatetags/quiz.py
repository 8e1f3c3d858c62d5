"""What the templates of questions ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.text import Truncator

from curriculum.quizzes.enums import Level

register = template.Library()
# What is longer stands in a list beside the menus, which then name it by its letter.
SHORT_ENOUGH = 40
IN_A_MENU = 60
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@register.filter
def letter(value: str | int) -> str:
    """The letter of a place, from 1: A, B, C; after Z the number itself."""
    number = int(value)
    return LETTERS[number - 1] if 1 <= number <= len(LETTERS) else str(number)


@register.filter
def are_long(options: Sequence[Any]) -> bool:
    """Whether a text is too long for a menu."""
    return any(len(option.text) > SHORT_ENOUGH or "\n" in option.text for option in options)


@register.filter
def menu_words(text: str) -> str:
    """The beginning of a text, on one line of a menu."""
    return Truncator(" ".join(text.split())).chars(IN_A_MENU)


@register.filter
def in_given_order(options: Sequence[Any]) -> list[Any]:
    """Items by the place that the learner gave them; those without one afterwards."""
    return sorted(options, key=lambda option: int(option.placed) if str(option.placed).isdigit() else len(options) + 1)


@register.filter
def level_words(level: int | None) -> str:
    """A level of a rubric in words."""
    return str(Level(level).label) if level is not None else ""


@register.filter
def milliseconds(value: Any) -> str:
    """A moment as scripts count it: milliseconds since 1970."""
    return str(int(value.timestamp() * 1000)) if value else ""
