"""Files of the player: which path names which, and as what it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from curriculum.h5p.serving import BYTES, NoSuchFile, Served, content_file, library_file

pytestmark = pytest.mark.one_database

FOLDER, STAMP = "H5P.Test-1.0", "3-0123456789ab"


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> Path:
    """A library with a script, beside it what nobody may have."""
    settings.PRIVATE_ROOT = tmp_path
    library = tmp_path / "h5p" / "libraries" / FOLDER / STAMP
    (library / "scripts").mkdir(parents=True)
    (library / "scripts" / "main.js").write_text("1;")
    (library / ".hidden.js").write_text("1;")
    (tmp_path / "secret.txt").write_text("secret")
    (library / "link.txt").symlink_to(tmp_path / "secret.txt")
    (library / "inside.js").symlink_to(library / "scripts" / "main.js")
    (library / "away").symlink_to(tmp_path)
    return library


def test_a_file_of_a_library_is_found(files: Path) -> None:
    found = library_file(FOLDER, STAMP, "scripts/main.js")
    assert found == Served(files / "scripts" / "main.js", "text/javascript; charset=utf-8", attachment=False)


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "..", "scripts", "scripts/", "nothing.js", "/scripts/main.js", "scripts//main.js", "./scripts/main.js",
        "../3-0123456789ab/scripts/main.js", "scripts/../scripts/main.js", "../../../../secret.txt", "away/secret.txt",
        "link.txt", ".hidden.js", "scripts\\main.js", "..\\..\\secret.txt", "scripts/main.js\0", "scripts/\0/main.js",
        "scripts/main.js\n", "%2e%2e/secret.txt", pytest.param("x" * 5000, id="too long"),
    ],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(files: Path, path: str) -> None:
    with pytest.raises(NoSuchFile):
        library_file(FOLDER, STAMP, path)


@pytest.mark.parametrize(
    "name", ["two words.png", "two\xa0words.png", "soft\xadhyphen.png", "r\u00e9sum\u00e9.png", "\u202a.png"], ids=ascii
)
def test_every_name_that_an_archive_may_have_is_found(files: Path, name: str) -> None:
    (files / name).write_bytes(b"")
    assert library_file(FOLDER, STAMP, name).path == files / name


def test_a_link_within_the_folder_is_harmless(files: Path) -> None:
    assert library_file(FOLDER, STAMP, "inside.js").path == files / "scripts" / "main.js"


@pytest.mark.parametrize(
    ("folder", "stamp"),
    [
        ("..", STAMP), (".", STAMP), ("H5P.Test", STAMP), ("H5P.Test-1.0/..", STAMP),
        ("../libraries/H5P.Test-1.0", STAMP), ("H5P.Test-1.0\n", STAMP), ("H5P.Tést-1.0", STAMP),
        ("H5P.Test-1.1", STAMP), (FOLDER, ""), (FOLDER, ".."), (FOLDER, "3"), (FOLDER, "3-0123456789aB"),
        (FOLDER, "3-0123456789ab/.."), (FOLDER, "3-0123456789ac"),
    ],
)  # fmt: skip
def test_a_library_is_named_exactly(files: Path, folder: str, stamp: str) -> None:
    with pytest.raises(NoSuchFile):
        library_file(folder, stamp, "scripts/main.js")


@pytest.mark.parametrize(
    ("name", "of_library", "of_content"),
    [
        ("a.js", "text/javascript; charset=utf-8", None),
        ("a.css", "text/css; charset=utf-8", None),
        ("a.svg", "image/svg+xml", None),
        ("a.PNG", "image/png", "image/png"),
        ("a.json", "application/json", "application/json"),
        ("a.woff2", "font/woff2", "font/woff2"),
        ("a.webm", "video/webm", "video/webm"),
        ("a.m4a", "audio/mp4", "audio/mp4"),
        ("a.vtt", "text/vtt; charset=utf-8", "text/vtt; charset=utf-8"),
        ("a.html", None, None),
        ("a.htm", None, None),
        ("a.xhtml", None, None),
        ("a.xml", None, None),
        ("a.swf", None, None),
        ("a.pdf", None, None),
        ("a.js.html", None, None),
        ("a.mjs", None, None),
        ("a", None, None),
    ],
)
def test_only_known_kinds_are_shown_and_run(
    files: Path, name: str, of_library: str | None, of_content: str | None
) -> None:
    (files / name).write_text("x")
    expected = [Served(files / name, kind or BYTES, attachment=kind is None) for kind in (of_library, of_content)]
    assert [library_file(FOLDER, STAMP, name), content_file(files, name)] == expected


def test_a_package_without_files_has_none(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        content_file(tmp_path / "nothing", "content.json")
