"""A list of staff with 5,000 people and 37 faulty lines: checked, applied in the background, sent again.

`python -m tests.performance.imports` takes a database of its own on PostgreSQL, then one on SQLite. The dry run must
name exactly the 37 lines, each with its cell; the worker must have applied the rest within a minute, while another
connection sees how far it is; the same list must then change nothing, in any table. The control invites people one by
one, and 5,000 of that must take longer than a minute, or the measuring measures nothing.
CI brings in 200 (test_imports.py), is interrupted once, and judges no seconds.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.performance import proofs

LIMIT_SECONDS = 60
PEOPLE, UNITS, FAULTY = 5_000, 400, 37
CONTROL = 100


def make_town() -> tuple[Any, Any]:
    """An organisation and who administers it."""
    from academy.people.enums import Role  # noqa: PLC0415  models need Django to be set up
    from tests.factories.people import grant, make_organisation, make_person  # noqa: PLC0415  the same
    from tests.factories.staff_files import make_job  # noqa: PLC0415  the same

    make_job()
    town = make_organisation()
    admin = make_person()
    grant(admin, Role.ORGANISATION_ADMIN, town.units.get(parent=None))
    return town, admin


def faulty_lines(people: int, units: int, count: int) -> list[int]:
    """So many lines, none of a manager (these come first), always the same ones."""
    return sorted(random.Random(6).sample(range(units + 2, people + 2), count))


def cells_named(found: Any) -> dict[int, str]:
    """Which column the dry run names for which line."""
    from academy.people.importing.queries import wrong_cells  # noqa: PLC0415  the same

    return {wrong.line: wrong.column for wrong in wrong_cells(found)}


def tables() -> dict[str, int]:
    """How many rows each table has that a list writes to."""
    from academy import models  # noqa: PLC0415  the same

    names = (
        "User",
        "Unit",
        "UnitVersion",
        "Membership",
        "RoleGrant",
        "Invitation",
        "StaffEvent",
        "OutgoingEmail",
        "Notice",
    )
    return {name: getattr(models, name).objects.count() for name in names}


def check(town: Any, admin: Any, rows: list[list[str]]) -> Any:
    """The dry run, of a workbook."""
    from django.utils import timezone  # noqa: PLC0415  the same

    from academy.people.importing import rules  # noqa: PLC0415  the same
    from tests.factories.staff_files import as_xlsx  # noqa: PLC0415  the same

    file = io.BytesIO(as_xlsx(rows))
    return rules.check(organisation=town, file=file, file_name="staff.xlsx", by=admin, at=timezone.now())


def start(found: Any, admin: Any) -> None:
    """The button."""
    from django.utils import timezone  # noqa: PLC0415  the same

    from academy.people.importing import rules  # noqa: PLC0415  the same

    rules.start(staff_import=found, last_day=None, by=admin, at=timezone.now())


def run(people: int = PEOPLE, units: int = UNITS, faulty: int = FAULTY) -> dict[str, Any]:
    """Everything once on the database that is set up: seconds, and what is not as it should be."""
    from django.db import connection  # noqa: PLC0415  the same

    from academy.jobs.tasks import run_due  # noqa: PLC0415  the same
    from academy.people.models import StaffImport  # noqa: PLC0415  the same
    from tests.factories.staff_files import many  # noqa: PLC0415  the same

    town, admin = make_town()
    rows, places = many(people, units, faulty_lines(people, units, faulty))
    wrong = []
    begun = monotonic()
    found = check(town, admin, rows)
    checked = monotonic() - begun
    if cells_named(found) != places or found.counts["refused"] != faulty:
        wrong.append(f"the dry run names {found.counts['refused']} lines, or other cells")
    if tables()["User"] != 1:
        wrong.append("the dry run wrote something")
    seen: set[int] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.add(StaffImport.objects.get(pk=found.pk).percent)
            sleep(0.2)
        connection.close()

    start(found, admin)
    watcher = threading.Thread(target=look)
    watcher.start()
    begun = monotonic()
    run_due()
    applied = monotonic() - begun
    over.set()
    watcher.join()
    found.refresh_from_db()
    if (found.state, found.done) != ("done", {"new": people - faulty}):
        wrong.append(f"applied: {found.state}, {found.done}")
    # Each has one open membership and one invitation, each unit its manager.
    there = tables()
    expected = {"User": people - faulty + 1, "Membership": people - faulty, "Invitation": people - faulty}
    expected |= {"RoleGrant": units + 1, "OutgoingEmail": people - faulty}
    if any(there[name] != count for name, count in expected.items()):
        wrong.append(f"rows: {there}")
    again = check(town, admin, rows)
    if (again.counts["new"], again.counts["change"], again.counts["same"]) != (0, 0, people - faulty):
        wrong.append(f"the second dry run: {again.counts}")
    start(again, admin)
    run_due()
    if tables() != there:
        wrong.append(f"the second run wrote: {tables()}")
    return {
        "checked": checked,
        "applied": applied,
        "steps": len(seen),
        "each_alone": one_by_one(town, admin),
        "wrong": wrong,
    }


def one_by_one(town: Any, admin: Any) -> float:
    """The control: the seconds that inviting one person takes."""
    from django.utils import timezone  # noqa: PLC0415  the same

    from academy.people import joining  # noqa: PLC0415  the same

    root = town.units.get(parent=None)
    begun = monotonic()
    for number in range(CONTROL):
        joining.invite(unit=root, emails=[f"alone{number}@town.example"], by=admin, at=timezone.now())
    return (monotonic() - begun) / CONTROL


def on_sqlite() -> dict[str, Any]:
    """The same in a process of its own, for Django knows one database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{Path(folder) / 'proof.sqlite3'}"}
        code = (
            "import django, json, sys; django.setup();"
            "from django.core.management import call_command; call_command('migrate', verbosity=0);"
            "from tests.performance import imports; sys.stdout.write(json.dumps(imports.run()))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=proofs.PROJECT, env=environment, capture_output=True, check=True
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Bring in, judge, print, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("imports", options.server) as machine:
        found = {"PostgreSQL": run()}
    found["SQLite"] = on_sqlite()
    lines = [
        "| database | lines | dry run, s | applied, s | stages seen meanwhile | control: one by one, s for as many |",
        "|---|---|---|---|---|---|",
    ]
    wrong = []
    for name, one in found.items():
        alone = one["each_alone"] * PEOPLE
        lines.append(
            f"| {name} | {PEOPLE} | {one['checked']:.1f} | {one['applied']:.1f} | {one['steps']} | {alone:.0f} |"
        )
        wrong += [f"{name}: {reason}" for reason in one["wrong"]]
        if one["applied"] >= LIMIT_SECONDS:
            wrong.append(f"{name}: applying takes {one['applied']:.1f} s")
        if alone < LIMIT_SECONDS:
            wrong.append(f"{name}: one by one takes only {alone:.1f} s")
    text = (
        f"{machine}; one worker; an XLSX with {PEOPLE} people in {UNITS} units, each led by one, {FAULTY} lines "
        "faulty in ten ways. The dry run names exactly these, each with its cell; everybody else gets an account, a "
        "membership, an invitation and a mail; the same list again changes no row. It must take less than "
        f"{LIMIT_SECONDS} s, which inviting as many one by one must not."
    )
    return proofs.end(options, "A list of staff brought in", text, "\n".join(lines), wrong)


if __name__ == "__main__":
    sys.exit(main())
