"""A backup brings everything back: rows, media, private files."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from pytest_django.fixtures import Settings

from academy.management import backups
from academy.people.models import Organisation, User
from academy.website.models import AcademyDocument
from tests import databases
from tests.factories.curriculum import Course


@pytest.fixture
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PRIVATE_ROOT = tmp_path / "private"
    (tmp_path / "private" / "certificates").mkdir(parents=True)
    (tmp_path / "private" / "certificates" / "a.pdf").write_bytes(b"%PDF")


def fill() -> None:
    User.objects.create_user("łukasz@town.eu", display_name="Łukasz Ősz Ђорђевић Αθηνά")
    Organisation.objects.create(name="Town", slug="town")
    AcademyDocument(title="Film").file.save("film.webm", ContentFile(b"film" * 1000))


def lose_everything() -> None:
    """An empty database in place of ours, as on a new server."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        databases._postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
        databases._postgres(f'CREATE DATABASE "{name}"')


@pytest.mark.slow
@pytest.mark.usefixtures("_folders")
@pytest.mark.django_db(transaction=True)
def test_all_rows_and_files_come_back_on_an_empty_server(academy: Course, tmp_path: Path, settings: Settings) -> None:
    fill()
    before = backups.count_rows()
    archive = tmp_path / "backup.tar"
    manifest = backups.make(archive)
    lose_everything()
    (Path(settings.MEDIA_ROOT) / "documents" / "film.webm").unlink()
    assert backups.restore(archive, replace=False) == {}
    assert (backups.count_rows(), manifest["files"]) == (before, {"media": 1, "private": 1})
    assert User.objects.get(email="łukasz@town.eu").display_name == "Łukasz Ősz Ђорђевић Αθηνά"
    assert (Path(settings.MEDIA_ROOT) / "documents" / "film.webm").read_bytes() == b"film" * 1000
    assert (settings.PRIVATE_ROOT / "certificates" / "a.pdf").read_bytes() == b"%PDF"
    # Sequences came along: what is made next collides with nothing.
    Organisation.objects.create(name="Second", slug="second")


@pytest.mark.slow
@pytest.mark.usefixtures("_folders")
@pytest.mark.django_db(transaction=True)
def test_what_is_there_is_replaced_only_when_told_to(tmp_path: Path, settings: Settings) -> None:
    fill()
    archive = tmp_path / "backup.tar"
    backups.make(archive)
    User.objects.create_user("later@town.eu")
    with pytest.raises(backups.BackupError, match="not empty: say --replace"):
        backups.restore(archive, replace=False)
    assert User.objects.count() == 2
    assert backups.restore(archive, replace=True) == {}
    assert list(User.objects.values_list("email", flat=True)) == ["łukasz@town.eu"]
    [aside] = tmp_path.glob("private.before-restore-*")
    assert (aside / "certificates" / "a.pdf").is_file()


@pytest.mark.usefixtures("_folders")
@pytest.mark.django_db(transaction=True)
def test_a_backup_is_private_and_never_overwrites_another(tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    backups.make(archive)
    assert archive.stat().st_mode & 0o777 == 0o600
    with pytest.raises(backups.BackupError, match="never overwrites"):
        backups.make(archive)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_refuses_what_is_no_backup(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.tar"
    wrong.write_bytes(b"nothing")
    with pytest.raises(backups.BackupError, match="is not a backup of an academy"):
        backups.read_manifest(wrong)


def test_nothing_in_an_archive_can_write_elsewhere(tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar"
    with tarfile.open(archive, "w") as made:
        for name in ("../outside", "/srv/outside", "media/../../outside", "etc/passwd", "media/good.txt"):
            member = tarfile.TarInfo(name)
            member.size = 2
            made.addfile(member, io.BytesIO(b"hi"))
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(link)
    target = tmp_path / "inside" / "deep"
    target.mkdir(parents=True)
    with tarfile.open(archive) as evil:
        backups._unpack(evil, target)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        "evil.tar",
        "inside/deep/media/good.txt",
    ]


@pytest.mark.usefixtures("_folders")
@pytest.mark.django_db(transaction=True)
def test_the_manifest_stands_first_and_names_no_person(tmp_path: Path) -> None:
    fill()
    backups.make(tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as archive:
        first = archive.next()
        assert first is not None
        file = archive.extractfile(first)
        assert file is not None
        text = file.read().decode()
    assert (first.name, json.loads(text)["database"], "@" in text) == ("manifest.json", connection.vendor, False)


@pytest.mark.usefixtures("_folders")
@pytest.mark.one_database
def test_a_folder_that_moves_while_files_are_looked_for_is_no_reason_to_fail(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being unpacked comes to its place by a rename."""
    work = settings.PRIVATE_ROOT / "h5p" / "work"
    (work / "one").mkdir(parents=True)
    (work / "one" / "content.json").write_text("{}")
    scandir = os.scandir

    def moved(path: Any) -> Any:
        if Path(path) == work / "one":
            Path(path).rename(settings.PRIVATE_ROOT / "h5p" / "one")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", moved)
    assert [path.name for path in backups._files(settings.PRIVATE_ROOT)] == ["a.pdf"]
