"""What using a package would do: which of its libraries would be installed, and whether all that it needs is there.

`order` walks through the needs as H5P core does (findLibraryDependencies in h5p.classes.php): what a library needs
comes before it. Working out is pure; `shelf` and `graph` read what is installed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from django.db.models import F

from .enums import Need, Verdict
from .manifest import reference
from .models import Library, LibraryNeed, LibraryRevision
from .report import BundledLibrary, Dependency, LibraryRef, PackageReport

PLAYED = (Need.PRELOADED, Need.DYNAMIC)
TAKEN = (Verdict.INSTALL, Verdict.UPGRADE)
# So many missing libraries are named.
NAMED = 50
# What each library needs to be played; None for one that is not there.
Graph = Callable[[LibraryRef], Sequence[Dependency] | None]


@dataclass(frozen=True)
class Installed:
    """A library that is here: the patch that is used, and the checksums of all patches that are kept."""

    pk: int
    title: str
    patch: int
    is_pinned: bool
    kept: Mapping[int, frozenset[str]] = field(default_factory=dict)


Shelf = Mapping[LibraryRef, Installed]


def shelf(refs: Collection[LibraryRef]) -> dict[LibraryRef, Installed]:
    """Those of these libraries that are installed. Two queries."""
    names = {ref.machine_name for ref in refs}
    rows = Library.objects.filter(machine_name__in=names).exclude(current=None)
    wanted = {
        row["pk"]: row
        for row in rows.values("pk", "machine_name", "major", "minor", "title", "is_pinned", "current__patch")
        if LibraryRef(row["machine_name"], row["major"], row["minor"]) in refs
    }
    kept: dict[int, dict[int, set[str]]] = {}
    revisions = LibraryRevision.objects.filter(library_id__in=wanted).values_list("library_id", "patch", "sha256")
    for library, patch, sha256 in revisions:
        kept.setdefault(library, {}).setdefault(patch, set()).add(sha256)
    return {
        LibraryRef(row["machine_name"], row["major"], row["minor"]): Installed(
            pk,
            row["title"],
            row["current__patch"],
            row["is_pinned"],
            {patch: frozenset(found) for patch, found in kept[pk].items()},
        )
        for pk, row in wanted.items()
    }


def graph() -> dict[LibraryRef, list[Dependency]]:
    """What every installed library needs in the patch that is used. Two queries, however many there are."""
    refs = {
        pk: LibraryRef(name, major, minor)
        for pk, name, major, minor in Library.objects.exclude(current=None).values_list(
            "pk", "machine_name", "major", "minor"
        )
    }
    found: dict[LibraryRef, list[Dependency]] = {ref: [] for ref in refs.values()}
    needs = LibraryNeed.objects.filter(revision__library__current=F("revision"), kind__in=PLAYED)
    for library, needed, kind in needs.order_by("place").values_list("revision__library", "library", "kind"):
        if library in refs and needed in refs:
            found[refs[library]].append(Dependency(Need(kind), refs[needed]))
    return found


def order(roots: Iterable[Dependency], needs: Graph) -> tuple[dict[LibraryRef, Need], set[LibraryRef]]:
    """All libraries that are needed, each after what it needs itself, with when; and those that are not there.

    A library that is needed always and on demand is needed always. Circles are cut where they close.
    """
    roots = tuple(roots)
    found: dict[LibraryRef, Need] = {}
    missing: set[LibraryRef] = set()
    _walk([each.ref for each in roots if each.kind == Need.PRELOADED], (Need.PRELOADED,), needs, found, missing)
    on_demand = [*(each for ref in found for each in needs(ref) or ()), *roots]
    _walk([each.ref for each in on_demand if each.kind == Need.DYNAMIC], PLAYED, needs, found, missing)
    return found, missing


def _walk(
    refs: Sequence[LibraryRef],
    kinds: Collection[Need],
    needs: Graph,
    found: dict[LibraryRef, Need],
    missing: set[LibraryRef],
) -> None:
    """Add these and what they need in these ways. By hand and not by recursion: strangers say how deep it goes."""
    waiting = [(ref, False) for ref in reversed(refs)]
    entered: set[LibraryRef] = set()
    while waiting:
        ref, is_left = waiting.pop()
        if is_left:
            found[ref] = Need.DYNAMIC if Need.DYNAMIC in kinds else Need.PRELOADED
        elif ref not in entered and ref not in found:
            entered.add(ref)
            own = needs(ref)
            if own is None:
                missing.add(ref)
            else:
                waiting.append((ref, True))
                waiting += [(each.ref, False) for each in reversed(own) if each.kind in kinds]


@dataclass(frozen=True)
class Planned:
    """What would be done with one library of a package. `is_taken`: it would come onto the shelf."""

    library: BundledLibrary
    verdict: Verdict
    installed: int | None
    is_pinned: bool
    is_taken: bool


@dataclass(frozen=True)
class Plan:
    """What using a package would do, as the shelf is now."""

    report: PackageReport
    libraries: tuple[Planned, ...]
    missing: tuple[LibraryRef, ...]
    plays_as_is: bool

    @cached_property
    def taken(self) -> tuple[BundledLibrary, ...]:
        """The libraries that would be installed, or kept as a newer patch."""
        return tuple(each.library for each in self.libraries if each.is_taken)

    def as_json(self, *, leave_out: bool = False) -> dict[str, Any]:
        """For `Package.plan`; `leave_out`: nothing is taken, since the content plays with what is here.

        `libraries` in the order of their names, each with `verdict` (a Verdict), `installed` (the patch that is used
        now, or None), `pinned` (an administrator went back to that one, so a newer patch is kept but not used) and
        `taken` (whether it came, or would come, onto the shelf); `main`: the one that is played; `missing`: libraries
        that are nowhere; `contents`: `files`, `bytes` and `types` (files by extension) of the content.
        """
        return {
            "libraries": [
                {
                    "name": each.library.ref.machine_name,
                    "major": each.library.ref.major,
                    "minor": each.library.ref.minor,
                    "patch": each.library.patch,
                    "title": each.library.title,
                    "verdict": str(each.verdict),
                    "installed": each.installed,
                    "pinned": each.is_pinned,
                    "taken": each.is_taken and not leave_out,
                }
                for each in self.libraries
            ],
            "main": str(self.report.main or ""),
            "missing": [str(ref) for ref in self.missing[:NAMED]],
            "contents": _contents(self.report),
        }


def plan_of(report: PackageReport) -> Plan:
    """What using this package would do. The report must be fine. Four queries."""
    bundled = {library.ref: library for library in report.libraries}
    here = shelf(bundled.keys())
    installed = graph()
    verdicts = {ref: verdict(library, here.get(ref)) for ref, library in bundled.items()}

    taken = _working(bundled, {ref for ref, said in verdicts.items() if said in TAKEN}, installed)
    # A patch that is kept beside the pinned one changes nothing yet.
    kept_only = {ref for ref, own in here.items() if own.is_pinned}
    used = taken - kept_only

    def afterwards(ref: LibraryRef) -> Sequence[Dependency] | None:
        return played(bundled[ref].dependencies) if ref in used else installed.get(ref)

    def if_all_came(ref: LibraryRef) -> Sequence[Dependency] | None:
        return played(bundled[ref].dependencies) if ref in bundled and ref not in here else afterwards(ref)

    roots = played(report.dependencies)
    # What is named is not what cannot work, but what it lacks.
    missing = order(roots, if_all_came)[1] if order(roots, afterwards)[1] else set()
    planned = []
    for ref, library in bundled.items():
        own = here.get(ref)
        planned.append(Planned(library, verdicts[ref], own.patch if own else None, ref in kept_only, ref in taken))
    return Plan(report, tuple(planned), tuple(sorted(missing)), plays_as_is=not order(roots, installed.get)[1])


def _working(
    bundled: Mapping[LibraryRef, BundledLibrary], wanted: Collection[LibraryRef], installed: Collection[LibraryRef]
) -> frozenset[LibraryRef]:
    """Those of the wanted that find all that they need, here or beside them. The rest stays out, even if this content
    does not need it: other content may."""
    working, lost = set(wanted), []
    needed_by: defaultdict[LibraryRef, list[LibraryRef]] = defaultdict(list)
    for ref in wanted:
        for each in played(bundled[ref].dependencies):
            needed_by[each.ref].append(ref)
            if each.ref not in working and each.ref not in installed:
                lost.append(ref)
    while lost:
        ref = lost.pop()
        if ref in working:
            working.discard(ref)
            # Of one that is here in an older patch, that patch remains.
            lost += [] if ref in installed else needed_by[ref]
    return frozenset(working)


def verdict(library: BundledLibrary, installed: Installed | None) -> Verdict:
    """What the shelf says to a library that a package brings: a patch that is known is never taken a second time."""
    if installed is None:
        return Verdict.INSTALL
    known = installed.kept.get(library.patch)
    if library.patch < installed.patch:
        return Verdict.OLDER
    if known is not None:
        return Verdict.SAME if library.sha256 in known else Verdict.CHANGED
    return Verdict.UPGRADE if library.patch > max(installed.kept) else Verdict.OLDER


def played(dependencies: Iterable[Dependency]) -> tuple[Dependency, ...]:
    """Those that playing needs, not only editing."""
    return tuple(each for each in dependencies if each.kind in PLAYED)


def roots_of(h5p_json: Mapping[str, Any]) -> tuple[Dependency, ...]:
    """The libraries that a kept h5p.json asks for. It was checked when it was taken."""
    return tuple(
        Dependency(kind, ref)
        for kind in PLAYED
        for ref in map(reference, h5p_json.get(f"{kind}Dependencies") or ())
        if ref is not None
    )


def _contents(report: PackageReport) -> dict[str, Any]:
    types = Counter(PurePosixPath(file.path).suffix.lstrip(".").lower() for file in report.content_files)
    return {
        "files": len(report.content_files),
        "bytes": sum(file.size for file in report.content_files),
        "types": dict(sorted(types.items())),
    }
