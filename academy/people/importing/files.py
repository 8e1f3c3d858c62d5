"""What was uploaded, as rows of cells: CSV as every program writes it, or the first sheet of an XLSX.

A file is judged by what it holds, never by its name. Nothing of an archive is unpacked before its directory, its size
unpacked and its checksums are known to be sound (academy.kernel.documents).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import openpyxl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from academy.kernel.documents import MEGABYTE, DocumentKind, DocumentRefused, check_document

MAX_BYTES = 5 * MEGABYTE
MAX_UNPACKED = 40 * MEGABYTE
MAX_ROWS = 20_000
MAX_COLUMNS = 60
# As far down as a spreadsheet goes; empty rows between are passed over.
LAST_ROW = 1_048_576
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"

Cell = str | date

TOO_LARGE = format_lazy(_("The file is larger than {limit} MB. Split it, or leave out what is not read."), limit=5)
TOO_LARGE_INSIDE = _("Unpacked, the file is too large. Save the one sheet that is needed as a file of its own.")
TOO_MANY = format_lazy(_("The file has more than {limit} lines. Split it."), limit=MAX_ROWS)
EMPTY = _("The file is empty. The first line names the columns, each line below is a person.")
OTHER_KIND = _("This is neither CSV nor XLSX. Save the list as one of these.")
LETTERS = _("The letters of the file cannot be read. Save it as “CSV UTF-8” or as XLSX.")
DAMAGED = _("The file is damaged and cannot be opened. Save it again.")
MACROS_OR_LOCKED = _("The file is locked, holds macros or is packed in an unusual way. Save it as plain XLSX or CSV.")


class FileRefused(Exception):
    """The file is not read; `message` says why and what to do, lazily translated."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Table:
    """The first line and those below it, each with its number as a spreadsheet shows it; and the file's checksum."""

    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    sha256: str


def read(file: BinaryIO | Any) -> Table:
    """Read what was uploaded; it takes a second or two, so not within a transaction. Raises FileRefused."""
    file.seek(0, io.SEEK_END)
    if file.tell() > MAX_BYTES:
        raise FileRefused(TOO_LARGE)
    file.seek(0)
    content = file.read()
    rows = _xlsx(content) if content.startswith(_ZIP) else _csv(content)
    kept: list[tuple[int, list[Cell]]] = []
    for number, cells in rows:
        if not any(isinstance(cell, date) or cell for cell in cells):
            continue
        if len(kept) > MAX_ROWS:
            raise FileRefused(TOO_MANY)
        kept.append((number, cells))
    if len(kept) < 2:
        raise FileRefused(EMPTY)
    header = [str(cell) for cell in kept[0][1]]
    return Table(header, kept[1:], hashlib.sha256(content).hexdigest())


def _tidy(text: str) -> str:
    """One line without signs that cannot be seen."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]", " ", text).split())


# -- CSV --------------------------------------------------------------------------------------------------------------
def _csv(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    if content.startswith((_OLE, b"%PDF")):
        raise FileRefused(OTHER_KIND)
    text = _decoded(content)
    lines = io.StringIO(text, newline="")
    first = text.partition("\n")[0].strip()
    shift = 0
    if first.lower().startswith("sep=") and len(first) == 5:  # a hint that Excel writes
        delimiter = first[4]
        lines.readline()
        shift = 1
    else:
        delimiter = _delimiter(text)
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1 + shift):
            yield number, [_tidy(cell) for cell in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise FileRefused(DAMAGED) from error


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise FileRefused(OTHER_KIND)
        return text
    raise FileRefused(LETTERS)


def _delimiter(text: str) -> str:
    """The sign that stands most often in the first line that says anything, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=lambda sign: (bare.count(sign), sign == ","))


# -- XLSX -------------------------------------------------------------------------------------------------------------
def _xlsx(content: bytes) -> Iterable[tuple[int, list[Cell]]]:
    _check(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            # A sheet that states no size, or a wrong one, is read to its end all the same.
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS, values_only=True)
            return _bounded(rows)
        finally:
            book.close()
    except FileRefused:
        raise
    except Exception as error:  # whatever a broken file makes of a parser
        raise FileRefused(DAMAGED) from error


def _bounded(rows: Iterable[tuple[Any, ...]]) -> list[tuple[int, list[Cell]]]:
    """Rows that say anything; one more than are allowed at most."""
    found: list[tuple[int, list[Cell]]] = []
    for number, row in enumerate(rows, 1):
        if all(value is None for value in row):
            continue
        cells = [_cell(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        found.append((number, cells))
        if len(found) > MAX_ROWS + 1:
            break
    return found


def _check(content: bytes) -> None:
    """An XLSX without macros whose parts are as large as its directory says, and not too large."""
    try:
        kind = check_document(io.BytesIO(content), max_bytes=MAX_BYTES)
    except DocumentRefused as error:
        raise FileRefused(MACROS_OR_LOCKED) from error
    if kind is not DocumentKind.XLSX:
        raise FileRefused(OTHER_KIND)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise FileRefused(TOO_LARGE_INSIDE)
            # Reads all parts piece by piece: one that is larger than it says does not match its checksum.
            bad = archive.testzip()
    except FileRefused:
        raise
    except Exception as error:  # the same
        raise FileRefused(DAMAGED) from error
    if bad is not None:
        raise FileRefused(DAMAGED)


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A formula over several cells is an object of its own.
    text = getattr(value, "text", None)
    return _tidy(str(text if isinstance(text, str) else value))
