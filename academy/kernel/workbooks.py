"""Tables as XLSX: texts stay texts whatever they begin with, days are days, and the same table gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .spreadsheet import FORMULA

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NARROWEST, WIDEST = 10, 60
# What Excel refuses in the name of a sheet, and how long it may be.
NOT_IN_NAMES, LONGEST_NAME = re.compile(r"[\[\]:*?/\\]"), 31
# Any fixed moment: a file must not differ only because it was made a second later. Zip knows none before 1980.
THEN = datetime(2020, 1, 1)  # noqa: DTZ001  the file format has no zones
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a bold first line that stays in sight and a filter on it.

    A text is never read as a formula, a number, a link or an error. A `date` is a day; a moment with a zone is written
    as the wall time of the current zone; None is an empty cell. Signs that XML cannot hold are left out.
    """
    lines = [list(row) for row in rows]
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator, book.properties.created = title, "", THEN
    sheet = book.create_sheet(NOT_IN_NAMES.sub(" ", title).strip(" '")[:LONGEST_NAME] or "1")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, 1):
        longest = max([len(str(name)) + 2, *(len(str(line[number - 1])) for line in lines if len(line) >= number)])
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, max(NARROWEST, longest + 1))
    if header:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(lines) + 1}"
    sheet.append([_cell(sheet, str(name), bold=True) for name in header])
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])
    target = io.BytesIO()
    book.save(target)
    return _without_time(target.getvalue())


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, datetime):
        wall = timezone.make_naive(value) if timezone.is_aware(value) else value
        cell = WriteOnlyCell(sheet, wall.replace(microsecond=0))
        cell.number_format = MOMENT
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = DAY
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, text)
    # openpyxl takes "=1+1" for a formula and "#N/A" for an error; here a text is a text.
    cell.data_type = "s"
    # The sign by which a spreadsheet leaves it one when the cell is edited.
    cell.quotePrefix = text.lstrip(" ").startswith(FORMULA)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _without_time(made: bytes) -> bytes:
    """The same archive with a fixed moment in every place where it says when it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = MODIFIED.sub(rb"\g<1>" + THEN.isoformat().encode() + b"Z", content)
            entry = zipfile.ZipInfo(name, THEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, content)
    return target.getvalue()
