"""Files that go the other way: the template to fill in, and the lines that were refused."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from django.utils.translation import get_language

from academy.kernel.spreadsheet import as_csv
from academy.people.models import JobRole, StaffImport

from .columns import FAULT, Column, title
from .lines import Line
from .words import said


def template_rows(language: str) -> list[list[str]]:
    """The names of all columns in a language, and a person as an example."""
    job = JobRole.objects.first()
    example = {
        Column.EMAIL: "jana.example@town.example",
        Column.NAME: "Jana Example",
        Column.UNIT: "Purchasing / Team North",
        Column.JOB: job.label(language) if job else "",
        Column.MANAGER: "jana.example@town.example",
        Column.FROM: "2027-03-01",
        Column.UNTIL: "",
        Column.LANGUAGE: language,
    }
    return [[title(column, language) for column in Column], [example[column] for column in Column]]


def template_csv() -> bytes:
    """The template in the current language, for any program."""
    return as_csv(template_rows(get_language() or ""))


def template_xlsx() -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for number in range(len(Column)):
        sheet.column_dimensions[chr(65 + number)].width = 26
    for row in template_rows(get_language() or ""):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def faults_csv(staff_import: StaffImport) -> bytes:
    """The lines that were not applied as they stood in the file, each with what is wrong, to be corrected."""
    columns = staff_import.header.get("columns", [])
    # As they stood beside each other.
    order = sorted(range(len(columns)), key=lambda number: columns[number][1])
    language = get_language() or ""
    late = dict(staff_import.late)
    rows = [[columns[number][2] for number in order] + [FAULT.get(language, FAULT["en"])]]
    for line in staff_import.lines:
        faults = line.get("f") or late.get(line["n"])
        if faults:
            cells = line.get("c") or _cells(line, columns)
            rows.append([cells[number] for number in order] + [" ".join(said(fault) for fault in faults)])
    return as_csv(rows)


def _cells(kept: dict[str, Any], columns: list[Any]) -> list[str]:
    """What a line said that was good when it was read."""
    line = Line.from_dict(kept)
    values = {
        Column.EMAIL: line.email,
        Column.NAME: line.name,
        Column.UNIT: " / ".join(line.unit),
        Column.JOB: line.job,
        Column.MANAGER: line.manager,
        Column.FROM: line.from_day.isoformat() if line.from_day else "",
        Column.UNTIL: line.until_day.isoformat() if line.until_day else "",
        Column.LANGUAGE: line.language,
    }
    return [values[Column(column)] for column, _place, _title in columns]
