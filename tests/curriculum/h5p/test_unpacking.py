"""What was let pass is written as it is; what has changed since leaves nothing."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from curriculum.h5p.archive import ZipRefused
from curriculum.h5p.limits import Limits, limits
from curriculum.h5p.reading import read_package
from curriculum.h5p.report import PackageReport
from curriculum.h5p.unpacking import unpack_content, unpack_library, unpacker
from tests.factories.h5p import library, package

LIMITS = Limits()
MAIN = library(files={"scripts/a.js": ";", "language/nl.json": "{}"}, preloadedJs=[{"path": "scripts/a.js"}])
MEDIA = {"images/ä.txt": b"picture", "b.txt": b"x" * 300_000}


@pytest.fixture
def data() -> bytes:
    return package(MAIN, content={"a": 1}, media=MEDIA)


@pytest.fixture
def report(data: bytes) -> PackageReport:
    return read_package(io.BytesIO(data), LIMITS)


def tree(folder: Path) -> dict[str, bytes]:
    """All files below it."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_content_is_written_without_its_folder(data: bytes, report: PackageReport, tmp_path: Path) -> None:
    told: list[int] = []
    unpack_content(io.BytesIO(data), report, tmp_path, limits=LIMITS, progress=told.append)
    assert tree(tmp_path) == {"content.json": b'{"a": 1}', **MEDIA}
    assert (told[-1], told == sorted(told)) == (100, True)


def test_a_library_is_written_without_its_folder(data: bytes, report: PackageReport, tmp_path: Path) -> None:
    unpack_library(io.BytesIO(data), report.libraries[0], tmp_path, limits=LIMITS)
    assert tree(tmp_path) == MAIN.files


def test_one_archive_serves_for_all(data: bytes, report: PackageReport, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "content").mkdir()
    with unpacker(io.BytesIO(data), LIMITS) as ready:
        unpack_library(ready, report.libraries[0], tmp_path / "library", limits=LIMITS)
        unpack_content(ready, report, tmp_path / "content", limits=LIMITS)
    assert (len(tree(tmp_path / "library")), len(tree(tmp_path / "content"))) == (3, 3)


@pytest.mark.parametrize(
    "media", [{**MEDIA, "b.txt": b"y" * 300_000}, {**MEDIA, "b.txt": b"x"}, {"images/ä.txt": b"picture"}, {}]
)
def test_another_archive_than_the_one_that_was_read_leaves_nothing(
    media: dict[str, bytes], report: PackageReport, tmp_path: Path
) -> None:
    with pytest.raises(ZipRefused, match="damaged"):
        unpack_content(io.BytesIO(package(MAIN, content={"a": 1}, media=media)), report, tmp_path, limits=LIMITS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["../out.txt", "images/../../out.txt", "{outside}/out.txt"])
def test_a_report_that_was_tampered_with_does_not_lead_outside(
    path: str, data: bytes, report: PackageReport, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    files = tuple(dataclasses.replace(each, path=path.format(outside=tmp_path)) for each in report.content_files)
    with pytest.raises(ZipRefused, match="damaged"):
        unpack_content(io.BytesIO(data), dataclasses.replace(report, content_files=files), folder, limits=LIMITS)
    assert tree(tmp_path) == {}


def test_a_folder_with_something_in_it_is_left_as_it_is(data: bytes, report: PackageReport, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "b.txt").symlink_to(outside)
    with pytest.raises(FileExistsError):
        unpack_content(io.BytesIO(data), report, folder, limits=LIMITS)
    assert (outside.read_text(), [each.name for each in folder.iterdir()]) == ("mine", ["b.txt"])


def test_a_full_disk_leaves_nothing(data: bytes, report: PackageReport, tmp_path: Path) -> None:
    def full(percent: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        unpack_content(io.BytesIO(data), report, tmp_path, limits=LIMITS, progress=full)
    assert list(tmp_path.iterdir()) == []


def test_an_installation_can_have_bounds_of_its_own(settings: Settings) -> None:
    assert limits() == LIMITS
    settings.H5P_LIMITS = {"libraries": 3}
    assert limits() == dataclasses.replace(LIMITS, libraries=3)
