"""Writes about lists of staff: checked, applied from then on in the background, thrown away, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.jobs.rules import enqueue
from academy.people.enums import ImportState, Verdict
from academy.people.models import Invitation, JobRole, Membership, Organisation, StaffImport, User
from academy.people.workplaces import today_at

from .access import reach
from .columns import Column, Columns, find_columns, title
from .files import FileRefused, Table, read
from .lines import Fault, Line, read_line
from .planning import plan
from .snapshot import Snapshot, take

APPLY = "people.staff_import"
APPLIED = "academy.apply_staff_import"
KEPT_FOR = timedelta(days=30)
CHUNK = 250
TO_DO = (Verdict.NEW, Verdict.CHANGE)

NO_COLUMN = _(
    "The first line has no column “{column}”. The template shows how columns are called; “{needed}” are needed."
)


class OtherState(ValueError):
    """It is applied or thrown away already."""


def check(*, organisation: Organisation, file: Any, file_name: str, by: User, at: datetime) -> StaffImport:
    """Read a list and say of each line what it comes to; nothing about anybody is written yet.

    Takes a second or two for thousands of lines, so not within a transaction. Raises FileRefused.
    """
    table = read(file)
    columns = find_columns(table.header)
    if columns.missing:
        raise FileRefused(_without(columns.missing[0], by.language))
    lines = _lines(table, columns)
    today = today_at(organisation, at)
    emails = {line.email for line in lines} | {line.manager for line in lines}
    snapshot = take(organisation, today, reach(by, organisation, today), emails - {""})
    found = plan(lines, snapshot, columns.places)
    leavers = _leavers(lines, snapshot, by)
    counts = {verdict.value: sum(line.verdict == verdict for line in lines) for verdict in Verdict}
    return StaffImport.objects.create(
        organisation=organisation,
        by=by,
        at=at,
        file_name=file_name[:200],
        sha256=table.sha256,
        language=by.language,
        header=_header(columns),
        lines=[line.as_dict() for line in lines],
        leavers=leavers,
        new_units=found.new_units,
        counts=counts | {"lines": len(lines), "leavers": leavers["count"]},
        expires_at=at + KEPT_FOR,
    )


@transaction.atomic
def start(*, staff_import: StaffImport, last_day: date | None, by: User, at: datetime) -> StaffImport:
    """Apply the good lines from now on, in the background.

    `last_day`: the file holds everybody, so whoever has no line has left on this day; None: it does not. Raises
    OtherState if it was applied or thrown away.
    """
    found = _locked(staff_import, ImportState.CHECKED)
    found.state, found.last_day, found.chunks = ImportState.APPLYING, last_day, _chunks(found, last_day)
    # Who starts it answers for it: what they may touch is asked anew for each chunk.
    found.by = by
    found.save(update_fields=["state", "last_day", "chunks", "by"])
    log(instance=found, action=APPLIED, user=by, timestamp=at, data={"counts": found.counts})
    go_on(staff_import=found)
    return found


def go_on(*, staff_import: StaffImport) -> None:
    """Have the rest applied; safe to ask for at any time."""
    enqueue(key=staff_import.job_key, kind=APPLY, payload={"staff_import": staff_import.pk})


@transaction.atomic
def throw_away(*, staff_import: StaffImport, at: datetime) -> None:
    """Nothing is applied, and what was read is forgotten at once. Raises OtherState."""
    found = _locked(staff_import, ImportState.CHECKED)
    StaffImport.objects.filter(pk=found.pk).update(state=ImportState.DROPPED, done_at=at, **StaffImport.WIPED)


@transaction.atomic
def forget(person: User) -> None:
    """Empty the lines about somebody whose account is erased. The lines stay where they are: work may be under way."""
    StaffImport.objects.filter(by=person).update(by=None)
    for found in StaffImport.objects.select_for_update().exclude(lines=[]):
        kept = [_without_person(line, person.email) for line in found.lines]
        if kept != found.lines:
            found.lines = kept
            found.save(update_fields=["lines"])


def _without_person(line: dict[str, Any], email: str) -> dict[str, Any]:
    # An address that is no address is kept only in its cell; names do not tell whose line it is.
    if line.get("e") == email or email in (cell.lower() for cell in line.get("c", ())):
        return {"n": line["n"], "v": Verdict.SAME.value}
    return {key: value for key, value in line.items() if key != "m" or value != email}


def _locked(staff_import: StaffImport, state: ImportState) -> StaffImport:
    found = StaffImport.objects.select_for_update().get(pk=staff_import.pk)
    if found.state != state:
        raise OtherState
    return found


# -- reading ----------------------------------------------------------------------------------------------------------
def _lines(table: Table, columns: Columns) -> list[Line]:
    jobs: dict[str, str] = {}
    for job in JobRole.objects.all():
        for name in (job.code, *job.names.values()):
            jobs.setdefault(str(name).casefold(), job.code)
    lines = [read_line(number, cells, columns, jobs) for number, cells in table.rows]
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.email, line.number) if line.email else line.number
        if first != line.number:
            line.faults.insert(0, Fault(columns.places[Column.EMAIL], "email_twice", line.email[:60], str(first)))
            line.verdict = Verdict.REFUSED
            # Only one line speaks for somebody.
            line.email = ""
    return lines


def _header(columns: Columns) -> dict[str, Any]:
    notes = [[place, "unknown_column", name[:60], ""] for place, name in columns.unknown]
    notes += [[place, "column_twice", name[:60], ""] for place, name in columns.twice]
    return {
        "columns": [[column.value, place, columns.titles[column]] for column, place in columns.places.items()],
        "notes": sorted(notes, key=lambda note: note[0]),
    }


def places_of(staff_import: StaffImport) -> dict[Column, int]:
    """Where the columns stood in the file."""
    return {Column(column): place for column, place, _title in staff_import.header.get("columns", ())}


def _without(column: Column, language: str) -> Any:
    needed = f"{title(Column.EMAIL, language)}, {title(Column.UNIT, language)}"
    return format_lazy(NO_COLUMN, column=title(column, language), needed=needed)


def _leavers(lines: Sequence[Line], snapshot: Snapshot, by: User) -> dict[str, Any]:
    """Who works here without a known end, or is asked to, and has no line, as far as `by` reaches.

    Nobody is named as long as a line does not say whose it is.
    """
    nameless = sum(not line.email and not any(fault.code == "email_twice" for fault in line.faults) for line in lines)
    if nameless:
        return {"count": 0, "nameless": nameless, "people": [], "invited": []}
    listed = {line.email for line in lines} | {by.email}
    rows = Membership.objects.on(snapshot.today).filter(unit__in=snapshot.reach, until_day=None)
    emails = dict(rows.values_list("person_id", "person__email"))
    people = sorted(pk for pk, email in emails.items() if email not in listed)
    waiting = Invitation.objects.filter(unit__in=snapshot.reach, answered_at=None, withdrawn_at=None)
    invited = {pk: email for pk, email in waiting.values_list("pk", "email") if email not in listed}
    count = len({emails[pk] for pk in people} | set(invited.values()))
    return {"count": count, "nameless": 0, "people": people, "invited": sorted(invited)}


# -- what is applied in one transaction -------------------------------------------------------------------------------
def _chunks(found: StaffImport, last_day: date | None) -> list[list[Any]]:
    """Places in the file, about 250 at a time, each chunk with the lines of the managers whom it names; then who has
    no line."""
    lines: list[Mapping[str, Any]] = found.lines
    to_do = [place for place, line in enumerate(lines) if line["v"] in TO_DO]
    place_of = {lines[place]["e"]: place for place in to_do}
    done: set[int] = set()
    chunks: list[list[Any]] = []
    chunk: list[int] = []
    for place in to_do:
        waiting = [place]
        while waiting:
            each = waiting.pop()
            if each not in done:
                done.add(each)
                chunk.append(each)
                manager = place_of.get(lines[each].get("m", ""))
                waiting += [manager] if manager is not None else []
        if len(chunk) >= CHUNK:
            chunks.append(["lines", sorted(chunk)])
            chunk = []
    if chunk:
        chunks.append(["lines", sorted(chunk)])
    if last_day is not None:
        for kind in ("people", "invited"):
            keys = found.leavers.get(kind, [])
            chunks += [[kind, keys[start : start + CHUNK]] for start in range(0, len(keys), CHUNK)]
    return chunks
