"""What people answer to a question, counted: options, orders, pairs, numbers and texts. Pure, for the item report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from curriculum.quizzes.enums import CHOICE_KINDS, QuestionKind
from curriculum.quizzes.freezing import in_language, plain
from curriculum.quizzes.words import normalise

from .shown import Words

TYPED = (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT)
# What was typed is shown only if so many people typed it: then it tells of none of them.
NAMED_FROM = 5
# How many orders or wrong answers of a question are listed.
LISTED = 5


@dataclass(frozen=True)
class Tally:
    """How often one answer was given to one question, and whether it earned all points."""

    value: Any
    right: bool
    count: int


@dataclass(frozen=True)
class Given:
    """One answer or part of an answer: its words (a line for each item), and how many of all gave it."""

    words: list[Words]
    count: int
    whole: int
    right: bool

    @property
    def percent(self) -> int:
        """Whole per cent of those who answered."""
        return round(100 * self.count / self.whole) if self.whole else 0


@dataclass(frozen=True)
class Pair:
    """A left-hand side: how many matched it rightly, and what else was chosen most."""

    left: Words
    right: Given
    wrong: Given | None


@dataclass
class Typed:
    """Answers that differ in their typing only: how often each form was typed."""

    right: bool
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How often it was given."""
        return self.forms.total()


def options_given(content: dict[str, Any], tallies: Iterable[Tally], language: str) -> list[Given]:
    """Each option in the author's order, and how many ticked it. Empty where there is nothing to tick."""
    if content["kind"] not in CHOICE_KINDS:
        return []
    tallies = list(tallies)
    ticked: Counter[str] = Counter()
    for tally in tallies:
        for name in tally.value or ():
            ticked[name] += tally.count
    whole = sum(tally.count for tally in tallies)
    options = sorted(content["options"], key=lambda option: option.get("place", 0))
    return [
        Given([_words(option["text"], content, language)], ticked[option["id"]], whole, option["correct"])
        for option in options
    ]


def orders_given(content: dict[str, Any], tallies: Iterable[Tally], language: str) -> list[Given]:
    """The orders that were given most."""
    if content["kind"] != QuestionKind.ORDERING:
        return []
    tallies = list(tallies)
    texts = {option["id"]: _words(option["text"], content, language) for option in content["options"]}
    counts: Counter[tuple[str, ...]] = Counter()
    right = set()
    for tally in tallies:
        order = tuple(name for name, _ in sorted(tally.value.items(), key=lambda each: (each[1], each[0])))
        counts[order] += tally.count
        if tally.right:
            right.add(order)
    whole = sum(tally.count for tally in tallies)
    return [
        Given([texts[name] for name in order if name in texts], count, whole, order in right)
        for order, count in _most(counts)
    ]


def pairs_given(content: dict[str, Any], tallies: Iterable[Tally], language: str) -> list[Pair]:
    """Each left-hand side: how many matched it rightly, and the wrong match that was chosen most."""
    if content["kind"] != QuestionKind.MATCHING:
        return []
    tallies = list(tallies)
    whole = sum(tally.count for tally in tallies)
    sides = {option["match"]["id"]: option["match"]["text"] for option in content["options"]}
    found = []
    for option in sorted(content["options"], key=lambda each: each["place"]):
        if not option["text"]:
            continue
        wanted = option["match"]["id"]
        matched: Counter[str] = Counter()
        for tally in tallies:
            if option["id"] in tally.value:
                matched[tally.value[option["id"]]] += tally.count
        right = Given([_words(sides[wanted], content, language)], matched.pop(wanted, 0), whole, True)
        wrong = [
            Given([_words(sides[name], content, language)], count, whole, False)
            for name, count in _most(matched)
            if name in sides
        ]
        found.append(Pair(_words(option["text"], content, language), right, wrong[0] if wrong else None))
    return found


def typed_given(content: dict[str, Any], tallies: Iterable[Tally]) -> list[Typed]:
    """Numbers and texts, those that mean the same together, the most given first; who gave them is not asked here."""
    found: dict[tuple[bool, str], Typed] = {}
    for tally in tallies:
        name = "number" if content["kind"] == QuestionKind.NUMERIC else "text"
        typed = str(tally.value.get(name, ""))
        meant = plain(Decimal(typed)) if name == "number" else normalise(typed)
        same = (tally.right, str(meant))
        found.setdefault(same, Typed(tally.right)).forms[typed] += tally.count
    return sorted(found.values(), key=lambda each: (-each.count, min(each.forms)))


def _most(counts: Counter[Any]) -> list[tuple[Any, int]]:
    """The most counted, in an order that does not depend on how they came."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:LISTED]


def _words(text: dict[str, str], content: dict[str, Any], language: str) -> Words:
    return Words(*in_language(text, language, content["language"]))
