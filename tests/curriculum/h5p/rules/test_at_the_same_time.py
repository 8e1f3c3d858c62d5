"""Several workers at once: whoever comes second finds what the first one has done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from academy.jobs import tasks
from curriculum.h5p import rules, storage
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Library, LibraryRevision, Package
from curriculum.h5p.rules import installing
from tests.factories import activities, h5p
from tests.factories.curriculum import make_site

from .conftest import everything

pytestmark = [pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> None:
    """All of them at the same moment, each on a connection of its own."""
    start, wrong = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=30)
            act()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


def chain(names: Sequence[str], patch: int) -> bytes:
    """A package of libraries that need each other in this order."""
    made: list[h5p.Lib] = []
    for name in names:
        made.append(h5p.library(f"H5P.{name}", patch=patch, depends=made[-1:], files={"a.js": f"/* {patch} */"}))
    return h5p.package(made[-1], libraries=made[:-1])


def waiting(count: int, data: Callable[[int], bytes]) -> list[Package]:
    """Packages of different activities whose libraries were allowed just now, so that workers are about to begin."""
    packages = [activities.upload(activities.activity(), data(number)) for number in range(count)]
    tasks.heartbeat()
    # Nobody is rung for: the work would be done in here, one after the other.
    with mock.patch("academy.jobs.rules.wake"):
        for package in packages:
            rules.allow_libraries(package=package, by=None, at=timezone.now())
    begun = Package.objects.filter(pk__in=[package.pk for package in packages])
    assert set(begun.values_list("state", flat=True)) == {PackageState.PROCESSING}
    return packages


def test_four_workers_that_install_the_same_libraries_all_end_well(private: Path) -> None:
    make_site()
    names = ("A", "B", "C", "D", "E")
    # Each has another patch, and names them in another order.
    packages = waiting(4, lambda number: chain(names[number:] + names[:number], patch=number))
    at_once(*[tasks.run_due] * 4)
    # A worker that found the shelf changed under it has looked again by itself; nobody had to come back.
    assert set(Package.objects.values_list("state", "is_current")) == {(PackageState.READY, True)}
    libraries = Library.objects.select_related("current")
    assert {(str(each), each.current.patch) for each in libraries if each.current} == {
        (f"H5P.{name} 1.0", 3) for name in names
    }
    for revision in LibraryRevision.objects.select_related("library"):
        assert storage.library_folder(revision).is_dir()
    # Whatever order they came in: each package needs what its libraries need as they are now.
    assert [package.needs.count() for package in packages] == [5] * 4
    assert list((private / "work").iterdir()) == []


def test_of_patches_that_come_at_once_the_highest_is_used_in_the_end(private: Path) -> None:
    make_site()
    activities.package(activities.activity(), chain("AB", patch=0))
    waiting(4, lambda number: chain("AB", patch=4 - number))
    shelve, together = installing._shelve, threading.Barrier(4)

    def shelve_together(*args: Any, **kwargs: Any) -> Any:
        # Only who does not wait for the others' rows meets them here.
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.2)
        return shelve(*args, **kwargs)

    with mock.patch.object(installing, "_shelve", shelve_together):
        at_once(*[tasks.run_due] * 4)
    assert set(Package.objects.values_list("state", flat=True)) == {PackageState.READY}
    assert set(Library.objects.values_list("current__patch", flat=True)) == {4}


def test_two_workers_with_one_package_make_one_of_it(private: Path) -> None:
    """A worker that was slow, not dead: its lease was over, and another took its package."""
    make_site()
    [package] = waiting(1, lambda number: chain("ABC", patch=0))
    at_once(*[lambda: rules.process(package.pk, allowed=True)] * 3)
    package.refresh_from_db()
    assert (package.state, package.is_current, LibraryRevision.objects.count()) == (PackageState.READY, True, 3)
    assert len({path.split("/")[1] for path in everything(private) if path.startswith("packages/")}) == 1
    assert list((private / "work").iterdir()) == []


def test_a_library_that_is_deleted_while_it_is_installed_is_looked_for_again(private: Path) -> None:
    make_site()
    [package] = waiting(1, lambda number: chain("AB", patch=0))
    lock, found = installing._lock, []

    def delete_one(*args: Any) -> Any:
        """As if an administrator's deletion of a row that was there had ended while we waited for it."""
        locked = lock(*args)
        if not found:
            Library.objects.filter(machine_name="H5P.A").delete()
            locked = {ref: library for ref, library in locked.items() if ref.machine_name != "H5P.A"}
        found.append(len(locked))
        return locked

    with mock.patch.object(installing, "_lock", delete_one):
        rules.process(package.pk, allowed=True)
    package.refresh_from_db()
    assert (package.state, package.findings, found) == (PackageState.READY, [], [1, 2])


def test_ten_uploads_at_once_get_ten_numbers(private: Path) -> None:
    make_site()
    to: Activity = activities.activity()
    tasks.heartbeat()
    at_once(*[lambda: activities.upload(to, chain("A", patch=0), now=False)] * 10)
    assert sorted(Package.objects.values_list("number", flat=True)) == list(range(1, 11))


def test_one_of_two_people_who_allow_at_once_is_told_that_it_is_done(private: Path) -> None:
    make_site()
    package = activities.upload(activities.activity(), chain("A", patch=0))
    tasks.heartbeat()
    said: list[str] = []

    def allow() -> None:
        try:
            rules.allow_libraries(package=package, by=None, at=timezone.now(), now=True)
            said.append("done")
        except rules.packages.OtherState:
            said.append("told")

    at_once(allow, allow)
    assert sorted(said) == ["done", "told"]
    assert Package.objects.get().state == PackageState.READY
