"""`manage.py build_h5p`: a package for each language of each activity, and no others."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ACTIVITY = """
code: {code}
type: {type}
title: {{en: Two desks, nl: Twee bureaus}}
"""


def activity(folder: Path, code: str = "desks", kind: str = "H5P.CircularLadder", languages: str = "en nl") -> None:
    """The source of an activity, with content that says nothing much."""
    place = folder / code
    place.mkdir(parents=True)
    (place / "activity.yaml").write_text(ACTIVITY.format(code=code, type=kind))
    for language in languages.split():
        (place / f"content.{language}.json").write_text(json.dumps({"task": "", "rungs": [], "purchases": []}))


def build(source: Path, target: Path) -> str:
    """Run the command; what it says."""
    said = StringIO()
    call_command("build_h5p", path=source, to=target, stdout=said)
    return said.getvalue()


def test_one_package_for_each_language(tmp_path: Path) -> None:
    activity(tmp_path / "from")
    lines = build(tmp_path / "from", tmp_path / "to").splitlines()
    assert [line.split()[-1] for line in lines] == ["desks.en.h5p", "desks.nl.h5p"]
    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["desks.en.h5p", "desks.nl.h5p"]


def test_what_no_activity_asks_for_goes(tmp_path: Path) -> None:
    activity(tmp_path / "from", languages="en")
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "chairs.en.h5p").touch()
    build(tmp_path / "from", tmp_path / "to")
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["desks.en.h5p"]


@pytest.mark.parametrize(
    ("kind", "languages", "reason"),
    [
        ("H5P.Unwritten", "en", r"desks/activity\.yaml: No content type H5P\.Unwritten"),
        ("H5P.CircularLadder", "en fr", r"desks/activity\.yaml: no title in fr, but there is content\.fr\.json"),
    ],
    ids=["type", "title"],
)
def test_what_is_missing_is_named_with_its_file(tmp_path: Path, kind: str, languages: str, reason: str) -> None:
    activity(tmp_path / "from", kind=kind, languages=languages)
    with pytest.raises(CommandError, match=reason):
        build(tmp_path / "from", tmp_path / "to")
