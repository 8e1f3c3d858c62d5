"""Reading what a stranger wrote: values of content.json as the JavaScript of the content types would take them.

`content.json` may hold any JSON. Nothing in here raises on it; a value that a type could not run with becomes None.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

# More than any sane package holds; beyond them nothing is read, so that no upload can make the server count for long.
MOST_QUESTIONS = 500
MOST_OPTIONS = 200
LONGEST_RESPONSE = 20_000
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 1_000_000
# Between the answers of a response that holds several, and between the two halves of a pair (xAPI-Data.md of the xAPI
# specification 1.0.3, "response patterns").
BETWEEN_ANSWERS = "[,]"
BETWEEN_HALVES = "[.]"

_LIBRARY = re.compile(
    r"(?P<name>[\w.-]{1,255}?)(?:[ -](?P<major>\d{1,5})\.(?P<minor>\d{1,5})(?:\.\d{1,5})?)?", re.ASCII
)
_INDEX = re.compile(r"0|[1-9]\d{0,3}", re.ASCII)
# What String.prototype.trim takes off; Python's strip takes a few more.
_SPACES = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


def library_of(named: Any) -> tuple[str, tuple[int, int] | None] | None:
    """The machine name and, where it stands there, (major, minor).

    Of "H5P.Blanks", "H5P.Blanks 1.14" and "H5P.Blanks-1.14": the forms are those of h5p.json, of a sub-content in
    content.json, and of the category of an xAPI statement.
    """
    found = _LIBRARY.fullmatch(named) if isinstance(named, str) else None
    if found is None:
        return None
    major = found["major"]
    return found["name"], None if major is None else (int(major), int(found["minor"]))


def truthy(value: Any) -> bool:
    """Whether JavaScript takes the value for true: [] and {} are, 0, "" and null are not."""
    if isinstance(value, (list, dict)):
        return True
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def number(value: Any, default: int) -> Decimal | None:
    """A finite number of moderate size; the default where there is none (None stands for "missing" here)."""
    if value is None:
        return Decimal(default)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    # Compared before it is written out: an integer of JSON may have a million digits. NaN compares with nothing.
    if isinstance(value, Decimal) and value.is_nan():
        return None
    return Decimal(str(value)) if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None


def settings(params: dict[str, Any]) -> dict[str, Any] | None:
    """The group `behaviour`, {} where it is missing, None where a type could not run with it."""
    found = params.get("behaviour", {})
    return found if isinstance(found, dict) else None


def text(value: Any) -> str | None:
    """Words of a field, "" where they are missing; None where they are none, or too long to look at."""
    if value is None:
        return ""
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def objects(value: Any, *, most: int) -> list[dict[str, Any]] | None:
    """A list of groups; None if it is anything else, holds anything else, or is longer than `most`."""
    if not isinstance(value, list) or len(value) > most or not all(isinstance(item, dict) for item in value):
        return None
    return value


def answers_of(response: str | None) -> list[str] | None:
    """The answers in a response, [] for an empty one, None where there is no response that can be read."""
    if response is None or len(response) > LONGEST_RESPONSE:
        return None
    return response.split(BETWEEN_ANSWERS) if response else []


def index_of(answer: str, *, below: int) -> int | None:
    """The index that an answer names, None if it names none below `below`."""
    return int(answer) if _INDEX.fullmatch(answer) and int(answer) < below else None


def trim(value: str) -> str:
    """The value without the spaces around it, as JavaScript trims (H5P.trim of the core)."""
    return value.strip(_SPACES)


def units(value: str) -> tuple[int, ...]:
    """The value as JavaScript counts and compares it: in units of UTF-16."""
    coded = value.encode("utf-16-le", "surrogatepass")
    return tuple(memoryview(coded).cast("H")) if coded else ()
