"""Reading what a form posted as an answer, and what is still amiss in one. Pure: knows the frozen question only.

Forms name places on this page, from 1, never ids; what is saved names ids (the values at the top of `grading`):

    single, multiple, true_false   choice=<place>, several times
    ordering                       place-<v>=<1..n or empty>       v: the item shown as v-th
    matching                       match-<v>=<w or empty>          v: left side, w: right-hand side
    numeric                        number=<typed>
    short_text, open_text          text=<typed>
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .enums import CHOICE_KINDS, QuestionKind
from .words import read_number, write_number

SHORT_TEXT_LENGTH = 200
OPEN_TEXT_LENGTH = 20_000
T = TypeVar("T")
# Shown to those whose number could not be read; it has both marks and is the answer to nothing.
_EXAMPLE = Decimal("1234.5")
# Spellings of units that people type beside a number; each also where the question names no unit at all.
_SAME_UNITS = (
    frozenset({"€", "eur", "euro", "euros"}),
    frozenset({"%", "percent", "per cent", "procent", "prozent", "pour cent", "pct"}),
)


class Posted(Protocol):
    """What a form sent: a QueryDict, or anything with its getlist."""

    def getlist(self, key: str) -> list[Any]:
        """All values of a field."""
        ...


@dataclass(frozen=True)
class Form:
    """What was posted, and the page that it was posted from."""

    frozen: dict[str, Any]
    posted: Posted
    options: list[dict[str, Any]]
    matches: list[dict[str, Any]]
    language: str

    def filled(self, field: str) -> list[str]:
        """The values of a field that are not empty."""
        texts = (str(text).strip() for text in self.posted.getlist(field))
        return [text for text in texts if text]

    def one(self, field: str) -> str:
        """The value of a field that stands once in the form; of several the last, as in a QueryDict; else ""."""
        return (self.filled(field) or [""])[-1]


class BadValue(Exception):
    """What was posted is no answer. `field` names the form's field, `message` says to the learner what to do."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message


def read_answer(
    frozen: dict[str, Any],
    posted: Posted,
    *,
    options: list[dict[str, Any]],
    matches: list[dict[str, Any]],
    language: str,
) -> Any:
    """The answer to save, or None where nothing was given, which takes an earlier answer back.

    `options` are the frozen options (matching: the left sides), `matches` the right-hand sides, both in the order in
    which the page shows them. `language` decides how a number is read. Unfinished answers are answers, also two items
    at one place: `problem` says so. Raises BadValue for what is no answer, and ValueError for kinds that no such form
    answers (hand_in, scenario).
    """
    reader = _READERS.get(frozen["kind"])
    if reader is None:
        raise ValueError(f"{frozen['kind']}: not answered by such a form")
    return reader(Form(frozen, posted, options, matches, language))


def is_complete(frozen: dict[str, Any], value: Any) -> bool:
    """Whether nothing is open: every item at a place of its own, every left side matched, else something given."""
    kind = frozen["kind"]
    if kind == QuestionKind.ORDERING:
        return isinstance(value, dict) and not _shared_place(value) and not _left_over(_ids(frozen), value)
    if kind == QuestionKind.MATCHING:
        return isinstance(value, dict) and not _left_over(_left_ids(frozen), value)
    if kind in {QuestionKind.SHORT_TEXT, QuestionKind.OPEN_TEXT}:
        return isinstance(value, dict) and bool(str(value.get("text", "")).strip())
    return bool(value)


def problem(frozen: dict[str, Any], value: Any) -> Any:
    """What is still amiss in a saved answer, in one sentence, lazily translated; "" if nothing is, or nothing saved."""
    if not isinstance(value, dict):
        return ""
    kind = frozen["kind"]
    if kind == QuestionKind.ORDERING:
        shared = _shared_place(value)
        if shared:
            return format_lazy(_("More than one item has place {place}."), place=shared)
        open_items = _left_over(_ids(frozen), value)
        text = ngettext_lazy("{count} item has no place yet.", "{count} items have no place yet.", open_items)
        return format_lazy(text, count=open_items) if open_items else ""
    if kind == QuestionKind.MATCHING:
        open_items = _left_over(_left_ids(frozen), value)
        text = ngettext_lazy("{count} item has no match yet.", "{count} items have no match yet.", open_items)
        return format_lazy(text, count=open_items) if open_items else ""
    return ""


# -- one reader a kind -------------------------------------------------------------------------------------------------


def _read_choice(form: Form) -> Any:
    """Ids of the options at these places, in the order of their ids."""
    chosen = {_at(form.options, text, "choice")["id"] for text in form.filled("choice")}
    if len(chosen) > 1 and form.frozen["kind"] != QuestionKind.MULTIPLE:
        raise BadValue("choice", _("Choose one option only."))
    return sorted(chosen) or None


def _read_order(form: Form) -> Any:
    """The place of each item that has one."""
    numbers = list(range(1, len(form.options) + 1))
    value = {
        option["id"]: _at(numbers, text, f"place-{n}")
        for n, option in enumerate(form.options, 1)
        if (text := form.one(f"place-{n}"))
    }
    return value or None


def _read_pairs(form: Form) -> Any:
    """The right-hand side of each left side that has one."""
    value = {
        option["id"]: _at(form.matches, text, f"match-{n}")["id"]
        for n, option in enumerate(form.options, 1)
        if (text := form.one(f"match-{n}"))
    }
    return value or None


def _read_number(form: Form) -> Any:
    """What was typed, and the number that it means on a page in this language."""
    typed = form.one("number")
    if not typed:
        return None
    number = read_number(typed, form.language, _units(form.frozen))
    if number is None:
        raise BadValue("number", _how_to_write(form.language))
    return {"typed": " ".join(typed.split()), "number": f"{number:f}"}


def _read_text(form: Form) -> Any:
    """The text without what nobody sees. A short one stands on one line."""
    is_short = form.frozen["kind"] == QuestionKind.SHORT_TEXT
    longest = SHORT_TEXT_LENGTH if is_short else OPEN_TEXT_LENGTH
    text = _visible(form.one("text"))
    text = " ".join(text.split()) if is_short else text.strip()
    if len(text) > longest:
        message = _("This is too long: {length} characters. At most {longest} are possible.")
        raise BadValue("text", format_lazy(message, length=len(text), longest=longest))
    return {"text": text} if text else None


_READERS: dict[str, Callable[[Form], Any]] = {
    **dict.fromkeys(CHOICE_KINDS, _read_choice),
    QuestionKind.ORDERING: _read_order,
    QuestionKind.MATCHING: _read_pairs,
    QuestionKind.NUMERIC: _read_number,
    QuestionKind.SHORT_TEXT: _read_text,
    QuestionKind.OPEN_TEXT: _read_text,
}


# -- what the readers share --------------------------------------------------------------------------------------------


def _at(shown: list[T], text: str, field: str) -> T:
    """What stands at this place of the page."""
    place = int(text) if re.fullmatch("[0-9]{1,4}", text) else 0
    if not 1 <= place <= len(shown):
        raise BadValue(field, _("This is not on the page. Load the page again, then answer."))
    return shown[place - 1]


def _how_to_write(language: str) -> Any:
    """What to do about a number that cannot be read."""
    message = _("This cannot be read as a number. Write it like this: {example}")
    return format_lazy(message, example=write_number(_EXAMPLE, language))


def _units(frozen: dict[str, Any]) -> set[str]:
    """What may stand beside the number: the question's unit in all languages, and its other spellings."""
    units = set((frozen.get("unit") or {}).values())
    folded = {unit.casefold() for unit in units}
    return units.union(*(spellings for spellings in _SAME_UNITS if not units or spellings & folded))


def _visible(text: str) -> str:
    """Without control characters (a database refuses some of them), line ends as one character."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})


def _ids(frozen: dict[str, Any]) -> set[str]:
    return {option["id"] for option in frozen["options"]}


def _left_ids(frozen: dict[str, Any]) -> set[str]:
    """What is to be matched; a pair without words on its left only adds a right-hand side."""
    return {option["id"] for option in frozen["options"] if option["text"]}


def _left_over(asked: set[str], value: dict[str, Any]) -> int:
    """How many of these are not in the answer."""
    return len(asked - set(value))


def _shared_place(value: dict[str, Any]) -> Any:
    """The first place that more than one item has, or None."""
    times = Counter(place for place in value.values() if isinstance(place, int))
    return min((place for place, count in times.items() if count > 1), default=None)
