"""Checking and unpacking a larger package works: a small round of what `make prove` runs whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.performance.packages import check_and_unpack, install, large, opened_again


def test_a_package_of_seven_libraries_is_checked_and_unpacked(tmp_path: Path) -> None:
    file, folder = tmp_path / "large.h5p", tmp_path / "folder"
    folder.mkdir()
    data = large(7, 70, 70_000)
    file.write_bytes(data)
    assert large(7, 70, 70_000) == data
    check_and_unpack(file, folder)
    assert sorted(each.name for each in folder.iterdir()) == [f"H5P.Large{number}-1.0" for number in range(7)] + [
        "content"
    ]
    assert len([each for each in folder.rglob("*") if each.is_file()]) == 7 * 10 + 2
    assert opened_again(file, 5) > 0


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_a_package_of_seven_libraries_is_uploaded_allowed_and_installed(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path
    _reported, _installed, queries = install(large(7, 70, 70_000, name="Installed"))
    assert len(list((tmp_path / "h5p" / "libraries").iterdir())) == 7
    # As many as for seventy.
    assert queries < 80
