"""JSON from strangers: parsed only when it is known how deep it is and how much it will be; then sure to be storable.

Python takes NaN, Infinity, 1e999, "\\u0000" and halves of surrogate pairs, none of which PostgreSQL (or JSON) does.
Keys that stand twice are taken as JavaScript and PHP take them: the last counts.
"""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

from .findings import FindingCode
from .limits import Limits

# What counts outside of strings. The closing quote is optional, so that text that goes wrong is passed over but once.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# JavaScript has no numbers that long, and Python takes its time for them.
_LONGEST_INTEGER = 400


class JsonRefused(ValueError):
    """This text is not taken. `code` says why; `line` (from 1) where, if that is known."""

    def __init__(self, code: FindingCode, line: int = 0) -> None:
        super().__init__(str(code))
        self.code = code
        self.line = line


class JsonReader:
    """Parses one package's JSON; what it hands out together stays within bounds."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes_left, self._values_left = limits.json_total, limits.json_values

    def parse(self, raw: bytes, *, is_kept: bool = True) -> Any:
        """The value. `is_kept=False` is for what is only looked at, so that it takes nothing from what may be kept.

        Raises JsonRefused for text that is not UTF-8 (a byte order mark is allowed), not JSON, too long, too deep, or
        that no database takes.
        """
        raw = raw.removeprefix(BOM_UTF8)
        if len(raw) > min(self._limits.json_size, self._bytes_left):
            raise JsonRefused(FindingCode.JSON_TOO_LARGE)
        values = self._values(raw)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise JsonRefused(FindingCode.JSON_ENCODING) from None
        value = _loaded(text)
        if _SUSPECT.search(raw) and any(_UNSTORABLE.search(found) for found in _strings(value)):
            raise JsonRefused(FindingCode.JSON_CHARACTERS)
        if is_kept:
            self._bytes_left -= len(raw)
            self._values_left -= values
        return value

    def _values(self, raw: bytes) -> int:
        """How many values there are at most. Walks through the text only where counting signs does not do."""
        openers = raw.count(b"[") + raw.count(b"{")
        most = openers + raw.count(b",") + 1
        if openers <= self._limits.json_depth and most <= self._values_left:
            return most
        depth = values = 0
        for token in _TOKENS.finditer(raw):
            sign = raw[token.start()]
            if sign in b"[{":
                depth += 1
                values += 1
                if depth > self._limits.json_depth:
                    raise JsonRefused(FindingCode.JSON_TOO_DEEP)
            elif sign in b"]}":
                depth -= 1
            elif sign in b",":
                values += 1
                if values > self._values_left:
                    raise JsonRefused(FindingCode.JSON_TOO_LARGE)
        return values


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int)
    except json.JSONDecodeError as error:
        raise JsonRefused(FindingCode.JSON_INVALID, error.lineno) from None
    except RecursionError:
        raise JsonRefused(FindingCode.JSON_TOO_DEEP) from None


def _constant(name: str) -> float:
    raise JsonRefused(FindingCode.JSON_NOT_FINITE)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonRefused(FindingCode.JSON_NOT_FINITE)
    return number


def _int(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise JsonRefused(FindingCode.JSON_NOT_FINITE)
    return int(digits)


def _strings(value: Any) -> Iterator[str]:
    """All keys and texts in it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
