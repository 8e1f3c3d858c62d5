"""Tables as CSV that spreadsheets open rightly, and that cannot run anything there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils.formats import get_format

# What a spreadsheet takes for the beginning of a formula, behind spaces too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as UTF-8 with its mark, so that Excel reads every letter; with semicolons where commas stand in numbers."""
    target = io.StringIO(newline="")
    delimiter = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    csv.writer(target, delimiter=delimiter).writerows([[cell(value) for value in row] for row in rows])
    return target.getvalue().encode("utf-8-sig")


def cell(value: Any) -> Any:
    """A value as it may stand in a cell: numbers as they are, a text that looks like a formula with ' before it."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
