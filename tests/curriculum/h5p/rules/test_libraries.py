"""What administrators decide about libraries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from curriculum.h5p import rules
from curriculum.h5p.enums import PackageState, Verdict
from curriculum.h5p.errors import InUse, LibrariesNeeded, OtherState
from curriculum.h5p.models import Activity, Library, LibraryRevision, Package, PackageLibrary
from tests.factories import activities, h5p

from .conftest import everything

pytestmark = pytest.mark.django_db
OnCommit = Any


def patch_of(number: int, **more: Any) -> bytes:
    """A package with this patch of the library."""
    return h5p.package(h5p.library(patch=number, title=f"Title {number}", files={"a.js": f"/* {number} */"}, **more))


@pytest.fixture
def patches(activity: Activity) -> Library:
    """Patches 1 and 2 are here, 2 is used."""
    for number in (1, 2):
        activities.package(activity, patch_of(number))
    return Library.objects.get()


def revision(patch: int) -> LibraryRevision:
    return LibraryRevision.objects.get(patch=patch)


def standing() -> tuple[int | None, str, bool]:
    library = Library.objects.select_related("current").get()
    return (library.current and library.current.patch, library.title, library.is_pinned)


def test_going_back_holds_for_all_content_until_it_is_taken_away(patches: Library, installer: Any) -> None:
    rules.roll_back(library=patches, revision=revision(1), by=installer, at=timezone.now())
    assert standing() == (1, "Title 1", True)
    rules.release(library=patches, by=installer, at=timezone.now())
    assert standing() == (2, "Title 2", False)
    entries = ModelLogEntry.objects.for_instance(patches).exclude(action="h5p.install").order_by("pk")
    assert [(entry.action, entry.user, entry.data["patch"]) for entry in entries] == [
        ("h5p.roll_back", installer, 1),
        ("h5p.release", installer, 2),
    ]


def test_a_newer_patch_does_not_take_the_place_of_one_that_somebody_went_back_to(
    patches: Library, installer: Any
) -> None:
    rules.roll_back(library=patches, revision=revision(1), by=installer, at=timezone.now())
    package = activities.package(activities.activity(), patch_of(3))
    [planned] = package.plan["libraries"]
    assert (planned["verdict"], planned["installed"], planned["pinned"], planned["taken"]) == (
        Verdict.UPGRADE, 1, True, True,
    )  # fmt: skip
    assert standing() == (1, "Title 1", True)
    # A patch that was gone back from is known, and nothing has to be allowed for it.
    assert activities.upload(activities.activity(), patch_of(2)).state == PackageState.READY
    rules.release(library=patches, by=installer, at=timezone.now())
    assert standing() == (3, "Title 3", False)


def test_going_back_also_goes_back_in_what_is_needed(activity: Activity) -> None:
    old = activities.package(activity, patch_of(1))
    part = h5p.library("H5P.Part", runnable=0)
    newer = h5p.library(patch=2, depends=[part])
    activities.package(activity, h5p.package(newer, libraries=[part]))
    library = Library.objects.get(machine_name="H5P.Test")

    def needed() -> list[str]:
        rows = PackageLibrary.objects.filter(package=old).order_by("place").select_related("library")
        return [each.library.machine_name for each in rows]

    seen = [needed()]
    rules.roll_back(library=library, revision=library.revisions.get(patch=1), by=None, at=timezone.now())
    seen.append(needed())
    rules.release(library=library, by=None, at=timezone.now())
    seen.append(needed())
    assert seen == [["H5P.Part", "H5P.Test"], ["H5P.Test"], ["H5P.Part", "H5P.Test"]]


@pytest.mark.parametrize(
    "act",
    [
        lambda library, by: rules.roll_back(library=library, revision=revision(1), by=by, at=timezone.now()),
        lambda library, by: rules.release(library=library, by=by, at=timezone.now()),
        lambda library, by: rules.delete_library(library=library, by=by, at=timezone.now()),
    ],
    ids=["roll back", "release", "delete"],
)
def test_only_who_may_install_libraries_decides_about_them(
    patches: Library, editor: Any, act: Callable[[Library, Any], Any]
) -> None:
    with pytest.raises(LibrariesNeeded):
        act(patches, editor)
    assert standing() == (2, "Title 2", False)


def test_what_is_so_already_is_said(patches: Library) -> None:
    with pytest.raises(OtherState):
        rules.release(library=patches, by=None, at=timezone.now())
    rules.roll_back(library=patches, revision=revision(1), by=None, at=timezone.now())
    with pytest.raises(OtherState):
        rules.roll_back(library=patches, revision=revision(1), by=None, at=timezone.now())


def test_one_library_does_not_go_back_to_a_patch_of_another(patches: Library) -> None:
    activities.package(activities.activity(), h5p.package(h5p.library("H5P.Other", patch=7)))
    with pytest.raises(OtherState):
        rules.roll_back(library=patches, revision=revision(7), by=None, at=timezone.now())


def test_a_library_that_is_needed_stays_with_its_files(activity: Activity, private: Path) -> None:
    part = h5p.library("H5P.Part", runnable=0)
    activities.package(activity, h5p.package(h5p.library(depends=[part]), libraries=[part]))
    there = everything(private)
    for library in Library.objects.all():
        with pytest.raises(InUse):
            rules.delete_library(library=library, by=None, at=timezone.now())
    assert everything(private) == there
    assert not Library.objects.filter(current=None).exists()


def test_an_unused_library_goes_with_all_its_patches(
    patches: Library, installer: Any, private: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    Package.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        rules.delete_library(library=patches, by=installer, at=timezone.now())
    assert (Library.objects.count(), LibraryRevision.objects.count()) == (0, 0)
    assert not [path for path in everything(private) if path.startswith("libraries/")]
    with pytest.raises(OtherState):
        rules.delete_library(library=patches, by=installer, at=timezone.now())
