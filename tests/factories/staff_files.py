"""Lists of staff for tests, as CSV and XLSX; a large one with people in a tree of units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from academy.people.importing import applying, rules
from academy.people.models import JobRole, Organisation, StaffImport, User

HEADER = ("email", "name", "unit", "job", "manager", "from", "until", "language")
Row = Sequence[Any]


def as_csv(rows: Iterable[Row], header: Row = HEADER, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows below the header."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows([header, *rows])
    return target.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Row], header: Row = HEADER) -> bytes:
    """The same as a workbook; dates stay dates."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Staff")
    for row in [header, *rows]:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(content: bytes, name: str = "staff.csv") -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile(name, content)


def check(organisation: Organisation, by: User, rows: Iterable[Row], **how: Any) -> StaffImport:
    """The dry run of these rows, now: the work itself asks the clock, too."""
    file = io.BytesIO(as_csv(rows, **how))
    return rules.check(organisation=organisation, file=file, file_name="staff.csv", by=by, at=timezone.now())


def bring_in(organisation: Organisation, by: User, rows: Iterable[Row], **how: Any) -> StaffImport:
    """Dry run, then applied at once as the worker would."""
    found = check(organisation, by, rows)
    rules.start(staff_import=found, last_day=how.get("last_day"), by=by, at=timezone.now())
    applying.apply(staff_import=found.pk)
    found.refresh_from_db()
    return found


def make_job(code: str = "buyer", **names: str) -> JobRole:
    """An entry of the list of jobs."""
    return JobRole.objects.get_or_create(code=code, defaults={"names": names or {"en": "Buyer", "nl": "Inkoper"}})[0]


def many(count: int, units: int, faulty: Sequence[int] = ()) -> tuple[list[list[str]], dict[int, str]]:
    """So many people in so many units, in departments of ten, each unit led by its first person.

    The lines with these numbers (2 is the first below the header) are faulty. Rows, and the letter of the column in
    which each of the faulty lines is wrong.
    """
    wrong = (
        (0, "no address at all", "A"), (0, "", "A"), (2, "", "C"), (3, "Astronaut", "D"), (4, "boss@no.example", "E"),
        (5, "Frankrijk", "F"), (6, "31.02.2028", "G"), (7, "Klingon", "H"), (1, "=1+1", "B"), (1, "x" * 151, "B"),
    )  # fmt: skip
    rows = []
    for number in range(count):
        unit = number % units
        path = f"Department {unit // 10} / Unit {unit}"
        boss = f"person{unit}@town.example"
        rows.append(
            [f"person{number}@town.example", f"Łódź Person {number}", path, "buyer", boss, "2027-01-04", "", "nl"]
        )
    places = {}
    for turn, line in enumerate(faulty):
        column, value, letter = wrong[turn % len(wrong)]
        rows[line - 2][column] = value
        places[line] = letter
    return rows, places
