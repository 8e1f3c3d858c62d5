"""A list of the team as a table for a spreadsheet: status, dates and certificates, in the words of the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, pgettext

from academy.kernel.spreadsheet import as_csv
from academy.kernel.workbooks import CONTENT_TYPE, as_xlsx
from academy.people.models import JobRole
from courses.assignments.enums import ListFormat
from courses.enrolments.enums import Due

from .board import duty_rows
from .crowd import crowd_of, duties_in, members, signals_of
from .tree import Scope
from .wanted import Wanted

CONTENT_TYPES = {ListFormat.XLSX: CONTENT_TYPE, ListFormat.CSV: "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Row:
    """One line: the number of the person that it is about, and what stands in it."""

    person: int
    cells: list[Any]


def state_word(status: Due) -> str:
    """A state in words; of whom nothing is required, that."""
    return pgettext("standing", "Nothing required") if status == Due.NONE else str(status.label)


def header() -> list[str]:
    """Names of the columns."""
    return [
        pgettext("column", "Person"),
        pgettext("column", "Unit"),
        pgettext("column", "Job"),
        pgettext("column", "Required learning"),
        pgettext("column", "Status"),
        pgettext("column", "Due"),
        pgettext("column", "Completed on"),
        pgettext("column", "Certificate"),
        pgettext("column", "Certificate valid until"),
    ]


def table(
    scope: Scope, wanted: Wanted, *, name: str, today: date, at: datetime, language: str, reader: Any
) -> list[Row]:
    """A line for each thing that is required of each person in the list, in the order of the list; for somebody of
    whom nothing is required one that says so. Six queries, however many people."""
    signals = signals_of(scope, today, at, reader)
    crowd = crowd_of(scope, wanted, name=name, today=today, signals=signals)
    duties = duty_rows(duties_in(scope, wanted.item, today), scope, today, signals.away, language)
    jobs = _jobs(scope, today, language)
    works_in = crowd.units_of(crowd.shown)
    rows = []
    for pk in crowd.shown:
        units = "; ".join(sorted(scope.tree.names[unit] for unit in works_in[pk]))
        who = [crowd.names[pk] or gettext("Person without a name"), units, "; ".join(sorted(jobs.get(pk, ())))]
        required: list[list[Any]] = [
            [
                duty.title,
                state_word(duty.status),
                duty.due_on,
                duty.completed_on,
                duty.printed_code,
                duty.valid_until,
            ]
            for duty in duties.get(pk, ())
        ]
        rows += [Row(pk, [*who, *cells]) for cells in required or [["", state_word(Due.NONE), None, None, "", None]]]
    return rows


def file_of(rows: list[list[Any]], title: str, kind: ListFormat) -> bytes:
    """The table as a file. A text in it is never a formula; days are days."""
    if kind == ListFormat.CSV:
        return as_csv([header(), *rows])
    return as_xlsx(title, header(), rows)


def _jobs(scope: Scope, today: date, language: str) -> dict[int, set[str]]:
    """What people of the scope do there. Two queries."""
    labels = {job.pk: job.label(language) for job in JobRole.objects.all()}
    found: dict[int, set[str]] = {}
    for pk, job in members(scope, today).exclude(job=None).values_list("person_id", "job_id"):
        found.setdefault(pk, set()).add(labels[job])
    return found
