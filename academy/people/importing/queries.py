"""Reads about an uploaded list: its lines by verdict, who has no line, whether the work stands still."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from academy.jobs.enums import JobState
from academy.jobs.models import Job
from academy.people.enums import Verdict
from academy.people.models import Invitation, Membership, StaffImport

from .columns import letter
from .words import CHANGES, said


@dataclass(frozen=True)
class Wrong:
    """A cell that is refused: where, what its column is called, and what to do."""

    line: int
    column: str
    title: str
    text: str


@dataclass(frozen=True)
class Good:
    """A line that is applied, or has nothing to apply."""

    line: int
    email: str
    name: str
    unit: str
    changes: list[str]


def wrong_cells(staff_import: StaffImport, kept: Collection[Any] | None = None) -> list[Wrong]:
    """Cells that are refused, in the order of the file; or those of `kept` (StaffImport.late)."""
    titles = {place: title for _column, place, title in staff_import.header.get("columns", ())}
    if kept is None:
        notes = [(1, staff_import.header.get("notes", []))]
        rows: Collection[Any] = notes + [(line["n"], line["f"]) for line in staff_import.lines if line.get("f")]
    else:
        rows = kept
    return [
        Wrong(number, letter(fault[0]), titles.get(fault[0], ""), said(fault))
        for number, faults in rows
        for fault in faults
    ]


def good_lines(staff_import: StaffImport, verdict: Verdict) -> list[Good]:
    """Lines with this verdict, in the order of the file."""
    return [
        Good(
            line["n"],
            line["e"],
            line.get("name", ""),
            " / ".join(line.get("u", ())),
            [str(CHANGES[code]) for code in line.get("w", ())],
        )
        for line in staff_import.lines
        if line["v"] == verdict and line.get("e")
    ]


def leavers(staff_import: StaffImport) -> list[tuple[str, str]]:
    """Who has no line: name and unit. Who has not signed in yet goes by address, as everybody does who is invited."""
    invited = Invitation.objects.filter(pk__in=staff_import.leavers.get("invited", ())).select_related("unit")
    asked = [(invitation.person_id, invitation.email, invitation.unit.name) for invitation in invited]
    rows = Membership.objects.filter(
        person__in=staff_import.leavers.get("people", ()),
        unit__organisation=staff_import.organisation_id,
        until_day=None,
    )
    rows = rows.exclude(person__in=[pk for pk, _email, _unit in asked if pk]).select_related("person", "unit")
    found = [(str(row.person.get_full_name()), row.unit.name) for row in rows]
    return sorted(found, key=lambda row: row[0].casefold()) + sorted((email, unit) for _pk, email, unit in asked)


def stands_still(staff_import: StaffImport) -> bool:
    """Whether the work was given up after several tries."""
    job = Job.objects.filter(key=staff_import.job_key).order_by("-pk").first()
    return job is not None and job.state == JobState.FAILED
