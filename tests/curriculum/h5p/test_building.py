"""Our own packages: the same bytes from the same files, and no word of the interface missing."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from curriculum.h5p.building import build_package, type_folder, with_words

SEMANTICS = [
    {"name": "text", "type": "text", "label": "Text"},
    {
        "name": "l10n",
        "type": "group",
        "common": True,
        "fields": [
            {"name": "check", "type": "text", "default": "Check"},
            {"name": "retry", "type": "text", "default": "Try again"},
        ],
    },
]
DUTCH = {"semantics": [{"label": "Tekst"}, {"fields": [{"default": "Nakijken"}, {"default": "Opnieuw"}]}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content type with two words of its own, in English and Dutch."""
    return content_type(tmp_path, "H5P.Own", 1, 2)


def content_type(types: Path, name: str, major: int, minor: int) -> Path:
    """The source of a content type."""
    folder = types / f"{name}-{major}.{minor}"
    (folder / "language").mkdir(parents=True)
    library = {"machineName": name, "majorVersion": major, "minorVersion": minor, "patchVersion": 7, "title": "Own"}
    (folder / "library.json").write_text(json.dumps(library))
    (folder / "semantics.json").write_text(json.dumps(SEMANTICS))
    (folder / "language" / "nl.json").write_text(json.dumps(DUTCH))
    return folder


def members(package: bytes) -> dict[str, Any]:
    """The JSON files of a package by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_a_package_holds_the_content_and_the_type(folder: Path) -> None:
    built = members(build_package(folder, {"text": "Wat?"}, title="Een vraag", language="nl"))
    assert list(built) == [
        "h5p.json",
        "content/content.json",
        "H5P.Own-1.2/language/nl.json",
        "H5P.Own-1.2/library.json",
        "H5P.Own-1.2/semantics.json",
    ]
    assert built["h5p.json"] == {
        "title": "Een vraag",
        "language": "nl",
        "defaultLanguage": "nl",
        "mainLibrary": "H5P.Own",
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [{"machineName": "H5P.Own", "majorVersion": 1, "minorVersion": 2}],
    }
    assert built["content/content.json"] == {"text": "Wat?", "l10n": {"check": "Nakijken", "retry": "Opnieuw"}}


def test_the_same_files_make_the_same_bytes_whenever_they_were_written(folder: Path) -> None:
    first = build_package(folder, {"text": "What?"}, title="A question", language="en")
    library = folder / "library.json"
    library.chmod(0o600)
    library.write_text(library.read_text())
    assert build_package(folder, {"text": "What?"}, title="A question", language="en") == first


@pytest.mark.parametrize(
    ("language", "own", "words"),
    [
        ("nl", {}, {"check": "Nakijken", "retry": "Opnieuw"}),
        ("nl", {"check": "Kijk"}, {"check": "Kijk", "retry": "Opnieuw"}),
        ("fi", {}, {"check": "Check", "retry": "Try again"}),
    ],
    ids=["of the language", "its own first", "English where there are none"],
)
def test_words_that_the_content_leaves_out(
    folder: Path, language: str, own: dict[str, str], words: dict[str, str]
) -> None:
    assert with_words(folder, {"text": "?", "l10n": own}, language) == {"text": "?", "l10n": words}


def test_the_highest_version_of_a_type_is_taken(tmp_path: Path) -> None:
    folders = [content_type(tmp_path, "H5P.Own", major, minor) for major, minor in ((1, 9), (1, 10), (1, 2))]
    assert type_folder("H5P.Own", tmp_path) == folders[1]


def test_a_type_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"No content type H5P\.Own in"):
        type_folder("H5P.Own", tmp_path)
