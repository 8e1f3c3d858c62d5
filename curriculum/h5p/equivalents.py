"""The same questions as a plain form: without JavaScript, by keyboard, with a screen reader.

For the types that `scoring` reads. Pure; `library` and `params` as there. What comes out is plain text, which a
template escapes as always: all HTML of the package is taken off.

A template shows a question as a `<fieldset>` with `text` as its `<legend>` (it may hold line ends), after it `picture`
where there is one (the text alternative of a picture that belongs to the question), then by kind:

    one      a radio button for each of `options`, all with the name `name`
    many     a checkbox for each of `options`, all with the name `name`
    text     for each of `fields`: its `before`, then an input with the field's name and a label ("Blank 2 of 5", and
             its tip); at the end `after`
    place    for each of `fields`: a select with the field's name, labelled `before`, over `options`, the first empty

The form's answers go to `grade` as they come from the request (`dict(request.POST.lists())`).

A set that draws questions from a pool is asked as a whole. Where the original shuffles, the order here is mixed too,
the same each time: H5P.SingleChoiceSet always stores the right answer first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext

from .scoring import QuestionSet, Score, Single, read_task
from .scoring.blanks import Blanks
from .scoring.circular_ladder import CircularLadder
from .scoring.multi_choice import MultiChoice
from .scoring.plain_text import one_line, plain_text
from .scoring.reading import LONGEST_TEXT, library_of
from .scoring.single_choice_set import SingleChoiceSet
from .scoring.true_false import TrueFalse

# Of HTML in all questions together; more is no exercise, and reading it takes time.
MOST_LETTERS = 500_000
# Stands for a blank while the HTML around it is taken off: a character of nobody's language.
_BLANK = "\ue000"


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"
    PLACE = "place"


@dataclass(frozen=True)
class Option:
    """What can be chosen: the value that the form sends, and its words."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A place to fill in, inside a question: its name in the form, its number from 1, the words before it, its tip."""

    name: str
    number: int
    before: str
    tip: str = ""


@dataclass(frozen=True)
class EquivalentQuestion:
    """A question of the form; see the top of this module for how it is shown."""

    name: str
    kind: Kind
    text: str
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    after: str = ""
    picture: str = ""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names under which the form sends the answer."""
        return tuple(field.name for field in self.fields) or (self.name,)


def questions(library: str, params: Any) -> tuple[EquivalentQuestion, ...] | None:
    """The questions of a package as a plain form; None where there is none that asks the same.

    There is none for other types, and none where something needed is left out in plain text: a film, a sound, a picture
    or an answer without words.
    """
    found = _parts(library, params)
    if found is None or sum(map(len, _texts(part.task for part in found))) > MOST_LETTERS:
        return None
    asked: list[EquivalentQuestion] = []
    for part in found:
        own = _ask(part)
        if own is None:
            return None
        asked += own
    return tuple(asked)


def grade(library: str, params: Any, answers: Mapping[str, Sequence[str]]) -> Score | None:
    """The points for the answers to `questions`, by the rules that score the original; what is missing is unanswered.

    None where there are no such questions, or where a value was sent that the form does not offer. `max` is that of all
    questions, so for a set with a pool more than `known_max`: compare shares.
    """
    found = _parts(library, params)
    if found is None or questions(library, params) is None:
        return None
    raw = full = Decimal(0)
    for part in found:
        points = _grade(part, answers)
        if points is None:
            return None
        raw += points
        full += part.task.full
    return Score(raw, full)


@dataclass(frozen=True)
class _Part:
    """A task with the name of its question, or the beginning of the names of its questions."""

    name: str
    task: Single
    params: dict[str, Any]


def _parts(library: str, params: Any) -> list[_Part] | None:
    task = read_task(library, params)
    if task is None:
        return None
    if isinstance(task, QuestionSet):
        return [_Part(f"q{number}", one.task, one.params) for number, one in enumerate(task.members, start=1)]
    return [_Part("q1", task, params)]


def _texts(tasks: Iterable[Single]) -> list[str]:
    """All HTML that is going to be read."""
    found: list[str] = []
    for task in tasks:
        match task:
            case MultiChoice():
                found += [task.html, *(choice.html for choice in task.choices)]
            case SingleChoiceSet():
                found += [words for one in task.questions for words in (one.html, *one.answers)]
            case Blanks():
                found += [task.html, *(piece for pieces, _blanks in task.lines for piece in pieces)]
            case TrueFalse() | CircularLadder():
                found.append(task.html)
    return found


def _ask(part: _Part) -> list[EquivalentQuestion] | None:
    picture = _picture(part.params.get("media"))
    if picture is None:
        return None
    match part.task:
        case MultiChoice():
            asked = [_ask_choice(part.name, part.task, picture)]
        case TrueFalse():
            asked = [_ask_true_false(part.name, part.task, picture)]
        case Blanks():
            asked = [_ask_blanks(part.name, part.task, picture)]
        case SingleChoiceSet():
            asked = _ask_set(part.name, part.task)
        case CircularLadder():
            asked = [_ask_ladder(part.name, part.task)]
    known = [one for one in asked if one is not None]
    return known if len(known) == len(asked) else None


def _ask_choice(name: str, task: MultiChoice, picture: str) -> EquivalentQuestion | None:
    kind, labels = Kind.ONE if task.single else Kind.MANY, _labels(choice.html for choice in task.choices)
    order = _choice_order(task)
    return _choosing(name, kind, plain_text(task.html), [labels[index] for index in order], picture)


def _ask_set(name: str, task: SingleChoiceSet) -> list[EquivalentQuestion | None]:
    asked = []
    for number, question in enumerate(task.questions, start=1):
        labels = _labels(question.answers)
        mixed = [labels[index] for index in _mixed(question.html, question.answers)]
        asked.append(_choosing(f"{name}-{number}", Kind.ONE, plain_text(question.html), mixed, ""))
    return asked


def _choosing(name: str, kind: Kind, text: str, labels: list[str], picture: str) -> EquivalentQuestion | None:
    """A question whose options have the place where they are shown as their value, which tells nothing of right."""
    if not text or not all(labels):
        return None
    options = tuple(Option(str(place), label) for place, label in enumerate(labels, start=1))
    return EquivalentQuestion(name, kind, text, options, picture=picture)


def _ask_true_false(name: str, task: TrueFalse, picture: str) -> EquivalentQuestion | None:
    words, text = _labels(task.words), plain_text(task.html)
    options = (Option("true", words[0] or gettext("True")), Option("false", words[1] or gettext("False")))
    return EquivalentQuestion(name, Kind.ONE, text, options, picture=picture) if text else None


def _ask_blanks(name: str, task: Blanks, picture: str) -> EquivalentQuestion | None:
    # Taken off as a whole and then cut at the blanks: a tag may begin before a blank and end after it.
    joined = [_BLANK.join(piece.replace(_BLANK, "") for piece in pieces) for pieces, _blanks in task.lines]
    pieces = plain_text("".join(f"<div>{line}</div>" for line in joined)).split(_BLANK)
    # A blank inside a tag or a script is one that nobody can see.
    if len(pieces) != len(task.blanks) + 1 or not task.blanks:
        return None
    fields = tuple(
        Field(f"{name}-{number}", number, piece.strip(" "), one_line(blank.tip))
        for number, (piece, blank) in enumerate(zip(pieces, task.blanks, strict=False), start=1)
    )
    text = plain_text(task.html) or gettext("Fill in the missing words.")
    return EquivalentQuestion(name, Kind.TEXT, text, (), fields, pieces[-1].strip(), picture)


def _ask_ladder(name: str, task: CircularLadder) -> EquivalentQuestion | None:
    labels = {rung.code: f"{rung.code} {rung.label}".strip() for rung in reversed(task.rungs) if rung.code}
    options = tuple(Option(code, labels[code]) for code in dict.fromkeys(rung.code for rung in task.rungs) if code)
    fields = tuple(
        Field(f"{name}-{number}", number, bought.text) for number, bought in enumerate(task.purchases, start=1)
    )
    if not options or not all(field.before for field in fields):
        return None
    text = plain_text(task.html) or gettext("Choose a rung of the ladder for each purchase.")
    return EquivalentQuestion(name, Kind.PLACE, text, options, fields)


def _grade(part: _Part, answers: Mapping[str, Sequence[str]]) -> Decimal | None:
    match part.task:
        case MultiChoice():
            return _grade_choice(part.task, answers.get(part.name, ()))
        case TrueFalse():
            value = _single(answers.get(part.name, ()))
            return part.task.points({"true": True, "false": False}.get(value)) if value in _TRUTHS else None
        case Blanks():
            typed = [_single(answers.get(f"{part.name}-{at}", ())) for at in range(1, len(part.task.blanks) + 1)]
            known = [word for word in typed if word is not None]
            return part.task.points(known) if len(known) == len(typed) else None
        case SingleChoiceSet():
            return _grade_set(part.name, part.task, answers)
        case CircularLadder():
            placed = [_single(answers.get(f"{part.name}-{at}", ())) for at in range(1, len(part.task.purchases) + 1)]
            codes = part.task.codes | {""}
            if not all(code in codes for code in placed):
                return None
            return part.task.points({index: code for index, code in enumerate(placed) if code})


_TRUTHS = ("true", "false", "")


def _grade_choice(task: MultiChoice, values: Sequence[str]) -> Decimal | None:
    order = _choice_order(task)
    shown = {str(place): index for place, index in enumerate(order, start=1)}
    chosen = {shown[value] for value in values if value in shown}
    if len(chosen) < len(set(values)) or (task.single and len(chosen) > 1):
        return None
    return task.points(chosen)


def _grade_set(name: str, task: SingleChoiceSet, answers: Mapping[str, Sequence[str]]) -> Decimal | None:
    chosen: list[int | None] = []
    for number, question in enumerate(task.questions, start=1):
        order: list[int] = _mixed(question.html, question.answers)
        shown: dict[str | None, int | None] = {str(place): index for place, index in enumerate(order, start=1)}
        value = _single(answers.get(f"{name}-{number}", ()))
        if value not in {**shown, "": None}:
            return None
        chosen.append(shown.get(value))
    return task.points(chosen)


def _single(values: Sequence[str]) -> str | None:
    """The one value that a field was sent with, "" for none, None where there is more than one."""
    if len(values) > 1:
        return None
    return values[0] if values else ""


def _choice_order(task: MultiChoice) -> Sequence[int]:
    html = [choice.html for choice in task.choices]
    return _mixed(task.html, html) if task.shuffled else range(len(html))


def _mixed(question: str, answers: Sequence[str]) -> list[int]:
    """An order of the answers that says nothing about where they stood, and is the same each time."""

    def key(index: int) -> tuple[bytes, int]:
        written = f"{question}\0{answers[index]}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(written).digest(), index

    return sorted(range(len(answers)), key=key)


def _labels(written: Iterable[str]) -> list[str]:
    return [one_line(html) for html in written]


def _picture(media: Any) -> str | None:
    """The text alternative of a question's picture, "" where it has none to show; None where words do not stand for it.

    Since 2020 the types keep it in {"type": {"library", "params"}}, before that without the group.
    """
    held = media.get("type", media) if isinstance(media, dict) else None
    named = library_of(held.get("library")) if isinstance(held, dict) else None
    if not isinstance(held, dict) or named is None:
        return ""
    shown = held.get("params")
    if not isinstance(shown, dict) or not (shown.get("file") or shown.get("files") or shown.get("sources")):
        return ""
    if named[0] != "H5P.Image":
        return None
    if shown.get("decorative") is True:
        return ""
    alternative = shown.get("alt")
    return (one_line(alternative[:LONGEST_TEXT]) or None) if isinstance(alternative, str) else None
