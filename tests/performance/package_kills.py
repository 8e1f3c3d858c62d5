"""Workers killed at any moment while they check, unpack and install an H5P package, and who goes on. PostgreSQL.

`python -m tests.performance.package_kills` makes a database of its own. Each round uploads a package with libraries
that are new, kills the worker (a process of its own) with SIGKILL at random moments until one comes to the end, and
looks: the package is played, its files and those of all libraries are whole, and after sweeping no other file is left.
Once the lease is waited for, as it is in production. Two controls must fail: unpacking into the final place leaves half
a library, and the usual lease of jobs holds the package for minutes.
CI plays each named point once, and a few random moments: tests/operations/test_packages_after_kill.py.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from tests.performance import proofs

# Where academy/kernel/crash.py can kill: after looking through, in a library, after its rename, before and after rows.
POINTS = ("h5p_looked", "h5p_unpacking", "h5p_placed", "h5p_unpacked", "h5p_installed")
ROUNDS = 40
LIBRARIES = 12
# From a kill to the next worker: lease and beat's rhythm, and the work itself.
ENOUGH = 60
BEAT = 30


def large(number: int) -> bytes:
    """A package whose libraries nobody has seen: some 300 files, half a second's work."""
    from tests.factories.h5p import library, package  # noqa: PLC0415  needs the settings of the environment

    chance, made = random.Random(number), []
    for place in range(LIBRARIES):
        files = {f"scripts/{name}.js": f"/* {chance.randbytes(9_000).hex()} */" for name in range(25)}
        made.append(
            library(
                f"H5P.Kill{number}L{place}",
                files=files,
                preloadedJs=[{"path": "scripts/0.js"}],
                depends=made[-1:],
            )
        )
    return package(made[-1], libraries=made[:-1], media={f"images/{name}.txt": b"x" * 2_000 for name in range(20)})


def queued(number: int) -> Any:
    """An uploaded package whose libraries were allowed, so that the work can begin."""
    from django.utils import timezone  # noqa: PLC0415  models need Django to be set up

    from academy.jobs import tasks  # noqa: PLC0415  the same
    from curriculum.h5p import rules  # noqa: PLC0415  the same
    from curriculum.h5p.enums import PackageState  # noqa: PLC0415  the same
    from tests.factories import activities  # noqa: PLC0415  the same

    tasks.heartbeat()
    package = activities.upload(activities.activity(), large(number))
    if package.state != PackageState.WAITING:
        raise RuntimeError(f"the package is {package.state}: {package.findings}")
    # Nobody is rung for: tests would do the work in here.
    with mock.patch("academy.jobs.rules.wake"):
        return rules.allow_libraries(package=package, by=None, at=timezone.now())


def worker(kill_after: float | None = None, point: str = "", *changes: Callable[[], Any]) -> int:
    """A process that does what is queued; killed after so many seconds, or at a named point. Its exit code.

    `changes` give what is patched in it, for controls. Forked, since what is to be killed at random moments must not
    spend most of them on starting.
    """
    from django.db import connections  # noqa: PLC0415  the same

    connections.close_all()
    child = os.fork()
    if child == 0:
        _work(point, changes)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _work(point: str, changes: tuple[Callable[[], Any], ...]) -> None:
    from django.conf import settings  # noqa: PLC0415  the same

    from academy.jobs.tasks import run_due  # noqa: PLC0415  the same

    try:
        settings.CRASH_AT = point
        with ExitStack() as stack:
            for change in changes:
                stack.enter_context(change())
            run_due()
        os._exit(0)
    except BaseException:
        # Nothing of the parent (pytest, its fixtures, its files) may run a second time in here.
        os._exit(1)


def lease_is_over() -> None:
    """As if the time had passed."""
    from academy.jobs.models import Job  # noqa: PLC0415  the same

    Job.objects.exclude(leased_until=None).update(leased_until="2026-01-01T00:00Z")


def remains() -> list[str]:
    """What is not as it should be: half a package, half a library, files that no row names, work that is stuck."""
    from django.utils import timezone  # noqa: PLC0415  the same

    from curriculum.h5p import storage  # noqa: PLC0415  the same
    from curriculum.h5p.enums import PackageState  # noqa: PLC0415  the same
    from curriculum.h5p.limits import limits  # noqa: PLC0415  the same
    from curriculum.h5p.models import LibraryRevision, Package  # noqa: PLC0415  the same
    from curriculum.h5p.reading import read_package  # noqa: PLC0415  the same

    wrong = []
    named = set()
    revisions = {(each.library.folder, each.sha256): each for each in LibraryRevision.objects.select_related("library")}
    for package in Package.objects.all():
        if package.state != PackageState.READY or not package.is_current:
            wrong.append(f"{package} is {package.state}")
            continue
        report = read_package(storage.raw_file(package), limits())
        folders = [(storage.package_folder(package), report.content_files)]
        for library in report.libraries:
            revision = revisions.get((library.ref.folder, library.sha256))
            if revision is None:
                wrong.append(f"{library.ref} is not installed")
            else:
                folders.append((storage.library_folder(revision), library.files))
        for folder, files in folders:
            if not storage.is_whole(folder, {file.path: file.size for file in files}):
                wrong.append(f"{folder.name} is not whole")
            named |= {folder / file.path for file in files}
        named.add(storage.raw_file(package))
    storage.sweep(at=timezone.now() + timedelta(days=2))
    lost = {path for path in storage.root().rglob("*") if path.is_file()} - named
    return wrong + [f"{len(lost)} files are left that nobody names"] * bool(lost)


def killed_at_random(number: int, seconds: float, chance: random.Random) -> int:
    """One package, and workers that are killed until one comes to the end; how many were."""
    queued(number)
    kills = 0
    # After five kills in a row a package is refused, as it should be.
    while kills < 4 and worker(kill_after=chance.uniform(0, seconds)) == -signal.SIGKILL:
        kills += 1
        lease_is_over()
    worker()
    return kills


def undisturbed(number: int) -> float:
    """Seconds that the work takes if nobody kills."""
    queued(number)
    begun = time.monotonic()
    if worker():
        raise RuntimeError("the worker did not come to the end")
    return time.monotonic() - begun


def held_up(number: int) -> float:
    """Seconds from a kill in the middle until the package is played; nobody touches the lease. A worker comes when
    beat rings, which may just have been."""
    from curriculum.h5p.enums import PackageState  # noqa: PLC0415  the same
    from curriculum.h5p.models import Package  # noqa: PLC0415  the same

    package = queued(number)
    worker(None, "h5p_unpacking")
    begun = time.monotonic()
    while Package.objects.get(pk=package.pk).state != PackageState.READY and time.monotonic() < begun + 3 * BEAT:
        time.sleep(BEAT)
        worker()
    return time.monotonic() - begun


def in_place() -> Any:
    """The control: files are written where they will lie, and what lies there is taken to be whole."""
    from curriculum.h5p import storage  # noqa: PLC0415  the same
    from curriculum.h5p.rules import processing  # noqa: PLC0415  the same

    def unpack_one(archive: Any, files: Any, target: Path, draft: Path, progress: Any) -> None:
        if not target.is_dir():
            target.mkdir(parents=True)
            archive.unpack(files, target, progress)

    stack = ExitStack()
    stack.enter_context(mock.patch.object(processing, "_unpack_one", unpack_one))
    stack.enter_context(mock.patch.object(storage, "reuse", lambda target, sizes: target.is_dir()))
    return stack


def dies_half_way() -> Any:
    """Killed in the middle of a library, at the first report of progress behind two thirds."""
    from curriculum.h5p.rules import processing  # noqa: PLC0415  the same

    def at(self: Any, percent: int) -> None:
        if percent > 66:
            os.kill(os.getpid(), signal.SIGKILL)

    return mock.patch.object(processing._Steps, "at", at)


def usual_lease() -> Any:
    """The control: the lease of all other jobs."""
    from academy.jobs import registry  # noqa: PLC0415  the same
    from curriculum.h5p import rules  # noqa: PLC0415  the same

    return mock.patch.dict(registry._registered, {rules.KIND: registry.Terms(rules.process)})


def seconds_held() -> float:
    """How long the one job that was begun is still its dead worker's."""
    from django.utils import timezone  # noqa: PLC0415  the same

    from academy.jobs.models import Job  # noqa: PLC0415  the same

    [until] = Job.objects.filter(state="queued").values_list("leased_until", flat=True)
    return (until - timezone.now()).total_seconds() if until else 0.0


def measure(rounds: int) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from curriculum.h5p.models import Package  # noqa: PLC0415  the same
    from tests.factories.curriculum import make_site  # noqa: PLC0415  the same

    make_site()
    wrong: list[str] = []
    chance, seconds = random.Random(8), undisturbed(0)
    lines = ["| killed | packages | kills | played and whole | longest stuck, s |", "|---|---|---|---|---|"]
    for name in POINTS:
        queued(Package.objects.count())
        if worker(None, name) != -signal.SIGKILL:
            wrong.append(f"nobody was killed at {name}")
        lease_is_over()
        worker()
    found = remains()
    wrong += found
    lines.append(f"| at each of {len(POINTS)} points | {len(POINTS)} | {len(POINTS)} | {'no' if found else 'yes'} | |")
    kills = sum(killed_at_random(100 + number, seconds, chance) for number in range(rounds))
    found = remains()
    wrong += found
    lines.append(f"| at random moments | {rounds} | {kills} | {'no' if found else 'yes'} | |")
    if kills < rounds / 2:
        wrong.append(f"only {kills} kills in {rounds} rounds: that shows nothing")
    waited = held_up(1_000)
    found = remains()
    wrong += found
    lines.append(f"| lease waited for | 1 | 1 | {'no' if found else 'yes'} | {waited:.0f} |")
    if waited > ENOUGH:
        wrong.append(f"a package was stuck for {waited:.0f} s")
    queued(1_001)
    worker(None, "h5p_unpacking", usual_lease)
    held = seconds_held()
    lines.append(f"| control: the usual lease | 1 | 1 | | {held:.0f} |")
    if held < ENOUGH:
        wrong.append("the usual lease ends soon enough: the control does not fail")
    lease_is_over()
    worker()
    queued(1_002)
    worker(None, "", in_place, dies_half_way)
    lease_is_over()
    worker(None, "", in_place)
    found = remains()
    lines.append(f"| control: unpacked in its place | 1 | 1 | {'no' if found else 'yes'} | |")
    if not any("not whole" in each for each in found):
        wrong.append("unpacking in place leaves nothing half: the control does not fail")
    return "\n".join(lines), wrong


def main() -> int:
    """Kill, look, print, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        with proofs.database("package_kills", options.server) as machine:
            table, wrong = measure(options.rounds)
    return proofs.end(
        options,
        "H5P packages after a kill",
        f"{machine}; a package with 12 new libraries and 320 files. Its worker, a process of its own, is killed with "
        "SIGKILL and another one goes on, up to four times each. In the end each package must be played, each folder "
        "whole, and after sweeping no other file left; with the lease of production nothing may be stuck for more than "
        f"{ENOUGH} s. Both controls must fail.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
