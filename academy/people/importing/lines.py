"""One row of a list becomes what it says about a person, or faults that name the cell. Nothing of the database here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language_info

from academy.kernel.spreadsheet import FORMULA
from academy.people.enums import Verdict

from .columns import Column, Columns
from .files import Cell

LENGTHS = {Column.EMAIL: 254, Column.MANAGER: 254, Column.NAME: 150, Column.UNIT: 1_000, Column.JOB: 200}
SHORT = 60
UNIT_NAME = 200
DEEPEST = 10
# What is kept of a cell that is refused.
SHOWN = 60
_YEARS = range(1950, 2150)
_DATES = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?$"),
    re.compile(r"^(?P<d>\d{1,2})(?P<s>[./-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})$"),
)


@dataclass
class Fault:
    """Why a cell is refused: a code of people.importing.words, and what its words name."""

    place: int
    code: str
    value: str = ""
    more: str = ""

    def as_list(self) -> list[Any]:
        """As it is kept."""
        return [self.place, self.code, self.value, self.more]


@dataclass
class Line:
    """A line of the file: its number, what it says, what is wrong with it, what it comes to."""

    number: int
    email: str = ""
    name: str = ""
    unit: tuple[str, ...] = ()
    # Code of an academy.people.models.JobRole.
    job: str = ""
    manager: str = ""
    from_day: date | None = None
    until_day: date | None = None
    language: str = ""
    verdict: str = Verdict.SAME
    # Codes of people.importing.words.CHANGES.
    changes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # As they stood there, in the order of the columns that are read; only of refused lines.
    cells: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As it is kept in StaffImport.lines; of a refused line the cells, of another one what it says."""
        kept: dict[str, Any] = {"n": self.number, "v": self.verdict}
        if self.verdict == Verdict.REFUSED:
            return kept | {"f": [fault.as_list() for fault in self.faults], "c": self.cells, "e": self.email}
        said = {
            "e": self.email,
            "name": self.name,
            "u": list(self.unit),
            "j": self.job,
            "m": self.manager,
            "from": self.from_day.isoformat() if self.from_day else "",
            "to": self.until_day.isoformat() if self.until_day else "",
            "l": self.language,
            "w": self.changes,
        }
        return kept | {key: value for key, value in said.items() if value}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Line:
        """A line that was good, as it was kept."""
        return cls(
            number=kept["n"],
            email=kept.get("e", ""),
            name=kept.get("name", ""),
            unit=tuple(kept.get("u", ())),
            job=kept.get("j", ""),
            manager=kept.get("m", ""),
            from_day=date.fromisoformat(kept["from"]) if kept.get("from") else None,
            until_day=date.fromisoformat(kept["to"]) if kept.get("to") else None,
            language=kept.get("l", ""),
            verdict=kept["v"],
        )


def read_line(number: int, cells: list[Cell], columns: Columns, jobs: Mapping[str, str]) -> Line:
    """What a row says. `jobs` are codes by code and by name in small letters."""
    line = Line(number, cells=[_shown(cells, place) for place in columns.places.values()])
    if len(cells) > columns.width and any(_text(cell) for cell in cells[columns.width :]):
        line.faults.append(Fault(columns.width, "too_many"))
    said: dict[Column, str] = {}
    for column, place in columns.places.items():
        cell = cells[place] if place < len(cells) else ""
        text = _text(cell)
        if text.lstrip("' ").startswith(FORMULA):
            line.faults.append(Fault(place, "formula", text[:SHOWN]))
        elif len(text) > (most := LENGTHS.get(column, SHORT)):
            line.faults.append(Fault(place, "too_long", str(len(text)), str(most)))
        else:
            said[column] = text
    _fill(line, said, columns, jobs)
    if line.faults:
        line.faults.sort(key=lambda fault: fault.place)
        line.verdict = Verdict.REFUSED
    return line


def _fill(line: Line, said: Mapping[Column, str], columns: Columns, jobs: Mapping[str, str]) -> None:
    """Read each cell that is there and is no formula."""
    for column, text in said.items():
        code = _READERS[column](line, text, jobs)
        if code:
            line.faults.append(Fault(columns.places[column], code, text[:SHOWN]))
    if line.from_day and line.until_day and line.until_day < line.from_day:
        line.faults.append(Fault(columns.places[Column.UNTIL], "until_first"))


# Each reads one cell into the line and gives the code of a fault, or nothing.
def _read_email(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    if not text:
        return "email_missing"
    if not _is_address(text):
        return "no_address"
    line.email = text.lower()
    return ""


def _read_manager(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    if text and not _is_address(text):
        return "no_address"
    line.manager = text.lower()
    return ""


def _read_name(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.name = text
    return ""


def _read_unit(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.unit = tuple(name for part in text.split("/") if (name := part.strip()))
    if not line.unit:
        return "unit_missing"
    return "unit_long" if len(line.unit) > DEEPEST or any(len(name) > UNIT_NAME for name in line.unit) else ""


def _read_job(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.job = jobs.get(text.casefold(), "")
    return "job_unknown" if text and not line.job else ""


def _read_from(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.from_day = read_day(text)
    return "no_date" if text and line.from_day is None else ""


def _read_until(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.until_day = read_day(text)
    return "no_date" if text and line.until_day is None else ""


def _read_language(line: Line, text: str, jobs: Mapping[str, str]) -> str:
    line.language = read_language(text) if text else ""
    return "language_unknown" if text and not line.language else ""


_READERS: dict[Column, Callable[[Line, str, Mapping[str, str]], str]] = {
    Column.EMAIL: _read_email,
    Column.NAME: _read_name,
    Column.UNIT: _read_unit,
    Column.JOB: _read_job,
    Column.MANAGER: _read_manager,
    Column.FROM: _read_from,
    Column.UNTIL: _read_until,
    Column.LANGUAGE: _read_language,
}


def read_day(text: str) -> date | None:
    """A day as it is written: 2027-03-01, 01.03.2027, 1/3/2027 (the day first) or 1-3-2027; None for anything else."""
    for pattern in _DATES:
        if found := pattern.match(text):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
            return day if day.year in _YEARS else None
    return None


def read_language(text: str) -> str:
    """The code of one of the academy's languages: by code ("nl", "nl-BE"), or by its name in it or in English."""
    plain = text.casefold()
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        if plain in {code, info["name"].casefold(), info["name_local"].casefold()} | _NAMES.get(code, set()):
            return code
    code = re.split("[-_]", plain)[0]
    return code if code in dict(settings.LANGUAGES) else ""


# Names of the four first languages in each other.
_NAMES = {
    "en": {"engels", "englisch", "anglais"},
    "nl": {"niederländisch", "néerlandais"},
    "de": {"duits", "allemand"},
    "fr": {"frans", "französisch", "francais"},
}


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _text(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else cell


def _shown(cells: list[Cell], place: int) -> str:
    return _text(cells[place])[:1_000] if place < len(cells) else ""
