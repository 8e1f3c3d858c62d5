"""The work on an uploaded package: look through it, say what it would do, unpack it. It can be killed anywhere.

Everything is unpacked beside its place and comes there by a rename; rows follow in one transaction (installing.py). So
whoever goes on after a kill finds the package as it was, and does it from the beginning.
"""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from academy.jobs.errors import LeaseLost
from academy.jobs.models import Job
from academy.jobs.rules import enqueue
from academy.jobs.tasks import is_worker_alive, run, still_working, take
from academy.kernel.crash import point
from curriculum.h5p import storage
from curriculum.h5p.access import may_install_libraries
from curriculum.h5p.enums import PackageState
from curriculum.h5p.findings import Finding, FindingCode
from curriculum.h5p.limits import Limits, limits
from curriculum.h5p.models import Library, LibraryRevision, Package
from curriculum.h5p.planning import NAMED, Plan, plan_of
from curriculum.h5p.reading import read_package
from curriculum.h5p.report import BundledLibrary, PackageReport, PackedFile
from curriculum.h5p.unpacking import Unpacker, unpacker
from curriculum.h5p.zips import ZipRefused

from .installing import install
from .locking import lock_package
from .noting import REFUSED, note_package

logger = logging.getLogger("academy.h5p")

KIND = "h5p.process"
# So long a package is one worker's before it has to say that it goes on. With beat's 30 s, somebody else goes on within
# a minute of a kill.
LEASE = timedelta(seconds=20)
# Between looking and installing, somebody may have changed what is installed: then we look again, not for ever.
TRIES = 3
# Of what is to be done: looking through is the first half.
LOOKED, UNPACKED = 50, 95
_TURN = 1.0  # seconds between two notes of progress
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def begin(package: Package, *, at: datetime, now: bool = False, allowed: bool = False, by: Any = None) -> Job | None:
    """Queue the work on a package, in the transaction that makes it needed; the job, if it is to be done here.

    That is so with `now`, and where no worker was heard of lately. Whoever gets a job calls `go_on` after the commit.
    """
    payload = {"package_id": package.pk, "allowed": allowed, "by": by.pk if by else None}
    job = enqueue(key=f"{KIND}:{package.pk}", kind=KIND, payload=payload)
    # Taken before anybody can see it: a worker that comes back at this moment leaves it to us.
    return take(job) if now or not is_worker_alive(at) else None


def go_on(package: Package, job: Job | None) -> Package:
    """Do the work here if it is ours. The package as it stands then."""
    if job is not None and not run(job) and not is_worker_alive(timezone.now()):
        # It failed, and nobody will try again.
        give_up(package.pk)
    return Package.objects.select_related("activity", "main_library").get(pk=package.pk)


def process(package_id: int, allowed: bool = False, by: int | None = None) -> None:
    """The job: bring a package that is being checked to its next state. Nothing happens to one in another state.

    `allowed`: somebody (the person with the primary key `by`, or the machine) has allowed its libraries. Raises OSError
    and DatabaseError, which may pass: the job is tried again, and the package says why it is not done yet.
    """
    rows = Package.objects.select_related("activity", "uploaded_by")
    package = rows.filter(pk=package_id, state=PackageState.PROCESSING).first()
    if package is None:
        return
    try:
        for _ in range(TRIES):
            if _go_through(package, allowed=allowed, by=by):
                return
        raise DatabaseError("what is installed changes all the time")
    except (LeaseLost, DatabaseError):
        raise
    except OSError as error:
        # Shown while it waits for the next try.
        code = FindingCode.NO_ROOM if error.errno in _NO_ROOM else FindingCode.DISK
        _here(package_id).update(findings=[Finding(code).as_dict()])
        raise
    except ZipRefused as error:
        refuse(package_id, [error.finding])
    except Exception as error:  # whatever a stranger's file makes of our code: that file's end, and ours to mend
        place = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__} at {place.name}:{place.lineno}"
        logger.error("package not understood", extra={"event": {"package": package_id, "error": text}})
        refuse(package_id, [Finding(FindingCode.NOT_UNDERSTOOD)])


def give_up(package_id: int, allowed: bool = False, by: int | None = None) -> None:
    """The work failed for good, or killed its worker too often: the package is refused, and says why."""
    kept = _here(package_id).values_list("findings", flat=True).first()
    if kept is not None:
        refuse(package_id, [Finding.from_dict(each) for each in kept] or [Finding(FindingCode.GIVEN_UP)])


@transaction.atomic
def refuse(package_id: int, findings: Iterable[Finding], plan: Plan | None = None, **facts: Any) -> None:
    """The package cannot be used. The row stays, with the reasons; nothing is kept of the file."""
    package = lock_package(package_id, PackageState.PROCESSING)
    if package is None:
        return
    package.state, package.progress = PackageState.REFUSED, 100
    package.findings = [finding.as_dict() for finding in findings]
    package.plan = plan.as_json(leave_out=True) if plan else {}
    _set(package, facts)
    package.save()
    codes = sorted({str(each["code"]) for each in package.findings})
    note_package(package, REFUSED, by=package.uploaded_by, at=timezone.now(), findings=codes)
    transaction.on_commit(lambda: storage.drop_package_files(package))


@transaction.atomic
def _wait(package_id: int, plan: Plan, facts: dict[str, Any]) -> None:
    """Libraries would be installed, and somebody has to allow that first."""
    package = lock_package(package_id, PackageState.PROCESSING)
    if package is None:
        return
    package.state, package.progress, package.findings = PackageState.WAITING, 100, []
    package.plan = plan.as_json()
    _set(package, facts)
    package.save()


def _go_through(package: Package, *, allowed: bool, by: int | None) -> bool:
    """One go at it; False if what is installed changed meanwhile, so that it has to be looked at again."""
    raw, bounds, steps = storage.raw_file(package), limits(), _Steps(package.pk)
    report = read_package(raw, bounds, progress=lambda percent: steps.at(percent * LOOKED // 100))
    point("h5p_looked")
    facts: dict[str, Any] = {"title": report.title, "language": report.language, "unpacked": _content_size(report)}
    if not report.is_fine:
        refuse(package.pk, report.findings, **facts)
        return True
    plan = plan_of(report)
    reasons = [Finding(FindingCode.LIBRARY_MISSING, detail={"library": str(ref)}) for ref in plan.missing[:NAMED]]
    if not reasons and not _is_runnable(report):
        reasons = [Finding(FindingCode.MAIN_NOT_RUNNABLE, "h5p.json", {"library": str(report.main)})]
    if reasons:
        refuse(package.pk, reasons, plan, **facts)
        return True
    # Who may not install can use what is here: what the package brings is left out then, as H5P core does.
    may = package.uploaded_by is None or may_install_libraries(package.uploaded_by)
    if plan.taken and not allowed and (may or not plan.plays_as_is):
        _wait(package.pk, plan, facts)
        return True
    taken = plan.taken if allowed else ()
    _unpack(package, raw, report, taken, bounds, steps)
    point("h5p_unpacked")
    done = install(package.pk, plan, taken, facts, by=by)
    point("h5p_installed")
    if not Package.objects.filter(pk=package.pk).exists():
        # Deleted while it was unpacked: whoever did that did not see these files.
        storage.drop_package_files(package)
    return done


def _unpack(
    package: Package, raw: Path, report: PackageReport, taken: Iterable[BundledLibrary], bounds: Limits, steps: _Steps
) -> None:
    """Bring the files of these libraries, and the content's, to their places."""
    parts = [
        (storage.stamped_folder(each.ref.folder, stamp_of(each)), each.files, f"library-{number}")
        for number, each in enumerate(taken)
    ]
    parts.append((storage.package_folder(package), report.content_files, "content"))
    total, done = sum(file.size for _, files, _ in parts for file in files) or 1, 0
    with storage.work_folder() as work, unpacker(raw, bounds) as archive:
        for target, files, name in parts:
            size = sum(file.size for file in files)
            _unpack_one(archive, files, target, work / name, steps.part(done, size, total))
            done += size
            point("h5p_placed")


def _unpack_one(
    archive: Unpacker, files: tuple[PackedFile, ...], target: Path, draft: Path, progress: Callable[[int], None]
) -> None:
    if storage.reuse(target, {file.path: file.size for file in files}):
        return
    draft.mkdir()
    archive.unpack(files, draft, progress)
    point("h5p_unpacking")
    storage.place(draft, target)


def stamp_of(library: BundledLibrary) -> str:
    """The name of the folder of its files, below the library's."""
    return LibraryRevision(patch=library.patch, sha256=library.sha256).stamp


def _is_runnable(report: PackageReport) -> bool:
    """Whether the main library can be played by itself. Of one that is bundled, that was looked at."""
    if report.main is None or any(library.ref == report.main for library in report.libraries):
        return True
    ref = report.main
    return Library.objects.filter(
        machine_name=ref.machine_name, major=ref.major, minor=ref.minor, runnable=True
    ).exists()


def _content_size(report: PackageReport) -> int:
    return sum(file.size for file in report.content_files)


def _here(package_id: int) -> Any:
    return Package.objects.filter(pk=package_id, state=PackageState.PROCESSING)


def _set(package: Package, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(package, name, value)


class _Steps:
    """Says how far the work on a package is, at most once a second, and that its worker is alive."""

    def __init__(self, package_id: int) -> None:
        self._package_id = package_id
        self._next = monotonic()

    def at(self, percent: int) -> None:
        """So far it is. Raises LeaseLost where another worker has the package by now."""
        still_working(percent)
        if monotonic() < self._next:
            return
        self._next = monotonic() + _TURN
        _here(self._package_id).update(progress=percent)

    def part(self, before: int, size: int, total: int) -> Callable[[int], None]:
        """For one of several things to unpack: `size` of `total` bytes, after `before`; told its own per cent."""

        def tell(percent: int) -> None:
            self.at(LOOKED + (UNPACKED - LOOKED) * (before + size * percent // 100) // total)

        return tell
