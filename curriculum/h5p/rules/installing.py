"""The rows of a package that is unpacked: its libraries, what they need, and that it is played from now on.

One transaction. Two workers that install the same libraries wait for each other at the libraries' rows, which all take
in the order of their names; what the second one finds then is what it goes by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from curriculum.h5p import storage
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Library, LibraryNeed, LibraryRevision, Package, PackageLibrary
from curriculum.h5p.planning import TAKEN, Plan, graph, order, played, roots_of, shelf, verdict
from curriculum.h5p.report import BundledLibrary, LibraryRef, PackageReport
from curriculum.h5p.scoring import can_rescore, known_max

from .locking import lock_package
from .noting import READY, note_installed, note_package

MOST_POINTS = Decimal(10) ** 7


class _ChangedMeanwhile(Exception):
    """What is installed is not what it was when the files were unpacked."""


def install(
    package_id: int, plan: Plan, taken: Collection[BundledLibrary], facts: dict[str, Any], *, by: int | None
) -> bool:
    """Write the rows of a package whose files, and those of the libraries `taken`, are in their places.

    False if what is installed changed since the plan was made, so that something is missing: nothing is written then.
    True as well where the package is no longer to be installed: it was deleted, or another worker was faster.
    """
    try:
        with transaction.atomic():
            package = lock_package(package_id, PackageState.PROCESSING)
            if package is not None:
                _install(package, plan, taken, facts, by=by)
    except _ChangedMeanwhile:
        return False
    return True


def _install(
    package: Package, plan: Plan, taken: Collection[BundledLibrary], facts: dict[str, Any], *, by: int | None
) -> None:
    at, report = timezone.now(), plan.report
    libraries = _lock(report, taken)
    if any(each.ref not in libraries for each in taken):
        # Somebody deleted one, between our finding its row there and our waiting for it.
        raise _ChangedMeanwhile
    revisions, changed = _shelve(libraries, taken, by=by)
    note_installed(revisions, package, by=by, at=at)
    needed, missing = order(played(report.dependencies), graph().get)
    if missing or report.main not in needed:
        raise _ChangedMeanwhile
    ids = _ids(needed)
    PackageLibrary.objects.bulk_create(
        PackageLibrary(package=package, library_id=ids[ref], kind=kind, place=place)
        for place, (ref, kind) in enumerate(needed.items())
    )
    for name, value in facts.items():
        setattr(package, name, value)
    package.h5p_json = dict(report.h5p_json)
    package.plan = plan.as_json(leave_out=not taken)
    package.main_library_id = ids[report.main]
    package.can_rescore = can_rescore(str(report.main), report.content)
    package.known_max = _points(known_max(str(report.main), report.content))
    package.state, package.progress, package.findings, package.ready_at = PackageState.READY, 100, [], at
    package.is_current = _takes_the_place(package)
    package.save()
    note_package(package, READY, by=package.uploaded_by, at=at, used=package.is_current)
    renew(changed)


def _lock(report: PackageReport, taken: Iterable[BundledLibrary]) -> dict[LibraryRef, Library]:
    """Rows for all libraries that are taken, made if they are not there; these and what may be needed, locked."""
    Library.objects.bulk_create(
        [
            Library(
                machine_name=each.ref.machine_name,
                major=each.ref.major,
                minor=each.ref.minor,
                title=each.title,
                runnable=each.runnable,
            )
            for each in sorted(taken, key=lambda library: library.ref)
        ],
        ignore_conflicts=True,
    )
    names = {each.ref.machine_name for each in played(report.dependencies)}
    for library in taken:
        names |= {library.ref.machine_name, *(each.ref.machine_name for each in played(library.dependencies))}
    rows = Library.objects.select_for_update(no_key=True).filter(machine_name__in=names)
    rows = rows.order_by("machine_name", "major", "minor")
    return {LibraryRef(row.machine_name, row.major, row.minor): row for row in rows}


def _shelve(
    libraries: dict[LibraryRef, Library], taken: Iterable[BundledLibrary], *, by: int | None
) -> tuple[list[LibraryRevision], set[int]]:
    """Put these onto the shelf, apart from those that somebody else has put there meanwhile.

    Returns the new revisions, and the libraries (primary keys) whose patch in use now needs other libraries.
    """
    here = shelf([each.ref for each in taken])
    new = [each for each in taken if verdict(each, here.get(each.ref)) in TAKEN]
    revisions = []
    for each in new:
        revision = LibraryRevision(
            library=libraries[each.ref],
            patch=each.patch,
            sha256=each.sha256,
            size=each.size,
            library_json=dict(each.library_json),
            semantics=each.semantics,
            installed_by_id=by,
        )
        if not storage.library_folder(revision).is_dir():
            raise _ChangedMeanwhile
        revisions.append(revision)
    before = _needs_in_use([each.pk for each in libraries.values()]) if here else {}
    LibraryRevision.objects.bulk_create(revisions)
    LibraryNeed.objects.bulk_create(
        LibraryNeed(revision=revision, library=libraries[need.ref], kind=need.kind, place=place)
        for revision, each in zip(revisions, new, strict=True)
        for place, need in enumerate(each.dependencies)
        # What only an editor needs may not be here; nobody misses it.
        if need.ref in libraries
    )
    used = []
    for revision, each in zip(revisions, new, strict=True):
        library = revision.library
        if not library.is_pinned:
            library.current, library.title, library.runnable = revision, each.title, each.runnable
            used.append(library)
    Library.objects.bulk_update(used, ["current", "title", "runnable"])
    replaced = {
        library.pk for library in used if LibraryRef(library.machine_name, library.major, library.minor) in here
    }
    after = _needs_in_use(replaced) if replaced else {}
    return revisions, {pk for pk in replaced if before.get(pk) != after.get(pk)}


def _needs_in_use(libraries: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """What the patch in use of each library needs, in order. One query."""
    rows = LibraryNeed.objects.filter(revision__in=Library.objects.filter(pk__in=libraries).values("current"))
    found: dict[int, list[tuple[int, str]]] = {}
    for owner, needed, kind in rows.order_by("place").values_list("revision__library", "library", "kind"):
        found.setdefault(owner, []).append((needed, kind))
    return found


def renew(changed: Collection[int]) -> None:
    """Work out anew what packages need, where they use libraries (primary keys) that now need others themselves."""
    if not changed:
        return
    users = PackageLibrary.objects.filter(library__in=changed).values("package")
    packages = list(Package.objects.filter(pk__in=users).only("h5p_json").order_by("pk"))
    if not packages:
        return
    needs = graph()
    wanted = {package.pk: order(roots_of(package.h5p_json), needs.get)[0] for package in packages}
    ids = _ids({ref for refs in wanted.values() for ref in refs})
    PackageLibrary.objects.filter(package__in=wanted).delete()
    PackageLibrary.objects.bulk_create(
        PackageLibrary(package_id=pk, library_id=ids[ref], kind=kind, place=place)
        for pk, refs in wanted.items()
        for place, (ref, kind) in enumerate(refs.items())
    )


def _ids(refs: Collection[LibraryRef]) -> dict[LibraryRef, int]:
    names = {ref.machine_name for ref in refs}
    rows = Library.objects.filter(machine_name__in=names).values_list("machine_name", "major", "minor", "pk")
    return {LibraryRef(name, major, minor): pk for name, major, minor, pk in rows}


def _takes_the_place(package: Package) -> bool:
    """Make room for it as the one that is played; False where a newer file is played already."""
    played_now = Package.objects.filter(activity_id=package.activity_id, locale_id=package.locale_id, is_current=True)
    if played_now.filter(number__gt=package.number).exists():
        return False
    played_now.update(is_current=False)
    return True


def _points(points: Decimal | None) -> Decimal | None:
    """As its column holds it; None for what nobody scores."""
    if points is None or not 0 < points < MOST_POINTS:
        return None
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)
