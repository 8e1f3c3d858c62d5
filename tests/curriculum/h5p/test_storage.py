"""Files come to their place whole; what no row names goes after a day."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from curriculum.h5p import storage
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import LibraryRevision, Package
from tests.factories import activities, h5p
from tests.factories.curriculum import Site

pytestmark = pytest.mark.one_database
OLD = timezone.now() - timedelta(days=2)


def age(path: Path) -> Path:
    """Make it two days old."""
    os.utime(path, (OLD.timestamp(),) * 2)
    return path


def folder(path: Path, **files: str) -> Path:
    """A folder with these files."""
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text)
    return path


def left(private: Path) -> list[str]:
    return sorted(path.relative_to(private).as_posix() for path in private.rglob("*") if path.is_file())


# -- coming to a place ------------------------------------------------------------------------------------------------
def test_a_folder_of_ones_own_goes_away_also_after_a_mistake(private: Path) -> None:
    with suppress(ValueError), storage.work_folder() as work:
        (work / "a").write_text("a")
        raise ValueError
    assert list((private / "work").iterdir()) == []


def test_what_is_whole_and_there_is_used_and_is_young_from_then_on(private: Path) -> None:
    target = age(folder(private / "libraries" / "A-1.0" / "0-a", x="1", y="22"))
    assert storage.reuse(target, {"x": 1, "y": 2})
    assert target.stat().st_mtime > OLD.timestamp() + 60


@pytest.mark.parametrize("sizes", [{"x": 1}, {"x": 1, "y": 1}, {"x": 1, "y": 2, "z": 0}])
def test_what_is_not_whole_is_taken_away(private: Path, sizes: dict[str, int]) -> None:
    target = folder(private / "libraries" / "A-1.0" / "0-a", x="1", y="22")
    assert not storage.reuse(target, sizes)
    assert (target.exists(), left(private)) == (False, [])


def test_of_two_who_put_the_same_to_its_place_the_first_stays(private: Path) -> None:
    target = private / "packages" / "one"
    for number in (1, 2):
        storage.place(folder(private / "work" / str(number), x=str(number)), target)
    assert (target / "x").read_text() == "1"


def test_a_place_that_cannot_be_had_is_said(private: Path) -> None:
    target = private / "packages" / "one"
    target.parent.mkdir(parents=True)
    target.write_text("a file")
    with pytest.raises(OSError, match="directory"):
        storage.place(folder(private / "work" / "1", x="1"), target)


def test_what_is_gone_already_can_be_taken_away(private: Path) -> None:
    storage.discard(private / "packages" / "one")
    assert left(private) == []


# -- parameters -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("size", [10, storage.SMALL])
def test_parameters_are_read_from_the_file_with_or_without_a_mark_at_its_beginning(
    site: Site, private: Path, size: int
) -> None:
    content = {"text": "ä" * size}
    data = b"\xef\xbb\xbf" + json.dumps(content, ensure_ascii=False).encode()
    package = activities.package(activities.activity(), h5p.package(h5p.library(), content=data))
    assert storage.read_params(package) == content
    storage.discard(storage.package_folder(package))
    with pytest.raises(FileNotFoundError):
        storage.read_params(package)


# -- sweeping ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_remains_of_crashes_go_after_a_day_and_nothing_that_a_row_names(site: Site, private: Path) -> None:
    package = activities.package(activities.activity())
    [revision] = LibraryRevision.objects.select_related("library")
    kept = left(private)
    for path in (storage.library_folder(revision), storage.package_folder(package), storage.raw_file(package)):
        age(path)
    young = [
        folder(private / "work" / "young", x="1"),
        folder(private / "packages" / "young", x="1"),
        folder(private / "libraries" / "H5P.Test-1.0" / "9-young", x="1"),
    ]
    age(folder(private / "work" / "old", x="1"))
    age(folder(private / "packages" / "old", x="1"))
    age(folder(private / "libraries" / "H5P.Test-1.0" / "9-old", x="1"))
    age(folder(private / "libraries" / "H5P.Gone-1.0" / "0-old", x="1"))
    raw = private / "uploads" / "old.h5p"
    raw.write_text("raw")
    age(raw)
    assert storage.sweep(at=timezone.now()) == 5
    assert left(private) == sorted([*kept, *(f"{path.relative_to(private)}/x" for path in young)])
    assert not (private / "libraries" / "H5P.Gone-1.0").exists()
    assert storage.sweep(at=timezone.now()) == 0


@pytest.mark.django_db
def test_of_a_refused_package_nothing_is_kept(site: Site, private: Path) -> None:
    package = activities.package(activities.activity())
    Package.objects.update(state=PackageState.REFUSED, is_current=False)
    for path in (storage.package_folder(package), storage.raw_file(package)):
        age(path)
    assert storage.sweep(at=timezone.now()) == 2


@pytest.mark.django_db
def test_what_somebody_found_a_use_for_at_the_last_moment_comes_back(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = age(folder(private / "libraries" / "A-1.0" / "0-a", x="1"))
    work_folder = storage.work_folder

    def used_meanwhile() -> object:
        assert storage.reuse(target, {"x": 1})
        return work_folder()

    monkeypatch.setattr(storage, "work_folder", used_meanwhile)
    assert (storage.sweep(at=timezone.now()), left(private)) == (0, ["libraries/A-1.0/0-a/x"])


@pytest.mark.django_db
def test_an_academy_without_packages_has_nothing_to_sweep(private: Path) -> None:
    assert storage.sweep(at=timezone.now()) == 0
