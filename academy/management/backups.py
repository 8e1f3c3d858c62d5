"""One file with all that an academy is: the database, media, private files; and the way back.

The file is a tar: manifest.json (when, which database, rows in each table), database.dump (PostgreSQL's custom format)
or database.sqlite3, media/..., private/... . It holds personal data: keep it as safe as the server itself.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

FORMAT = 1
DUMP, SQLITE = "database.dump", "database.sqlite3"


class BackupError(Exception):
    """A backup could not be made or put back; the message says why and what to do."""


def folders() -> dict[str, Path]:
    """The folders that go into a backup, by their name in it."""
    return {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}


def _tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database. Raises BackupError with the first line that it says."""
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is not installed: on Debian, apt-get install postgresql-client.")
    wanted = connection.settings_dict
    options = wanted.get("OPTIONS") or {}
    given = {
        "PGHOST": wanted["HOST"] or options.get("host"),
        "PGPORT": wanted["PORT"],
        "PGUSER": wanted["USER"],
        "PGPASSWORD": wanted["PASSWORD"],
        "PGDATABASE": wanted["NAME"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
    }
    # By the environment, so that no password stands in the list of processes.
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    done = subprocess.run(  # noqa: S603  a fixed program; the arguments are ours
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise BackupError(f"{name}: {said[0]}")


def count_rows() -> dict[str, int]:
    """Rows in each table of the database in use."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        return {name: _count(cursor, name) for name in names if not _is_search_index(name)}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table's own name, quoted
    return int(cursor.fetchone()[0])


def _is_search_index(table: str) -> bool:
    """SQLite's full-text index keeps shadow tables; they are rebuilt and say nothing about what is kept."""
    return "_fts" in table


@contextmanager
def _dumped(to: Path) -> Iterator[tuple[Path, dict[str, int]]]:
    """The database as a file in a folder, with the rows that it holds: both of the same moment."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = str(cursor.fetchone()[0])
            rows = count_rows()
            _tool("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={to / DUMP}")
        yield to / DUMP, rows
    else:
        target = to / SQLITE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        with closing(sqlite3.connect(target)) as copied:
            names = [name for (name,) in copied.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {
                name: int(copied.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608  its own name
                for name in sorted(names)
                if not _is_search_index(name) and not name.startswith("sqlite_")
            }
        yield target, rows


def make(target: Path) -> dict[str, Any]:
    """Write a backup to `target`, readable by its owner only. Returns its manifest. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already: a backup never overwrites another.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as work, _dumped(Path(work)) as (database, rows):
            manifest = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "database": connection.vendor,
                "rows": rows,
                "files": {name: sum(1 for _ in _files(folder)) for name, folder in folders().items()},
            }
            # The manifest stands first, so that `tar` shows it without reading gigabytes of film.
            with tarfile.open(draft, "w") as archive:
                text = json.dumps(manifest, indent=1).encode()
                head = tarfile.TarInfo("manifest.json")
                head.size = len(text)
                archive.addfile(head, io.BytesIO(text))
                archive.add(database, database.name)
                for name, folder in folders().items():
                    for path in _files(folder):
                        # The academy runs meanwhile: a file that was being unpacked may be at its place by now.
                        with suppress(FileNotFoundError):
                            archive.add(path, f"{name}/{path.relative_to(folder).as_posix()}", recursive=False)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    # Unlike rglob, walk passes over a folder that is moved or taken away while we look.
    for path in sorted(Path(here, name) for here, _folders, names in os.walk(folder) for name in names):
        if path.is_file() and not path.is_symlink():
            yield path


def read_manifest(source: Path) -> dict[str, Any]:
    """What a backup says about itself. Raises BackupError for what is none."""
    try:
        with tarfile.open(source, "r") as archive:
            file = archive.extractfile("manifest.json")
            manifest = json.loads(file.read()) if file else {}
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BackupError(f"{source} is not a backup of an academy ({type(error).__name__}).") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} has format {manifest.get('format')}, this academy reads {FORMAT}.")
    return dict(manifest)


def restore(source: Path, *, replace: bool) -> dict[str, tuple[int, int]]:
    """Put a backup back. Returns tables whose rows differ from the manifest: (expected, found); empty if all is well.

    Refuses to touch a database with tables unless `replace`; existing folders are then moved aside, not deleted.
    Raises BackupError.
    """
    manifest = read_manifest(source)
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest['database']}, this academy runs on {connection.vendor}: set DATABASE_URL to "
            "the same kind of database."
        )
    with connection.cursor() as cursor:
        occupied = bool(connection.introspection.table_names(cursor))
    if occupied and not replace:
        raise BackupError("The database is not empty: say --replace to lose what is in it.")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as work:
        with tarfile.open(source, "r") as archive:
            unpacked = _unpack(archive, Path(work))
        if connection.vendor == "postgresql":
            _restore_postgres(unpacked / DUMP, occupied=occupied)
        else:
            _restore_sqlite(unpacked / SQLITE)
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        for name, folder in folders().items():
            if folder.is_dir() and any(folder.iterdir()):
                folder.rename(folder.with_name(f"{folder.name}.before-restore-{stamp}"))
            elif folder.is_dir():
                folder.rmdir()
            (unpacked / name).mkdir(exist_ok=True)
            shutil.move(unpacked / name, folder)
    found = count_rows()
    expected: dict[str, int] = manifest["rows"]
    return {
        name: (expected.get(name, 0), found.get(name, 0))
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name, 0) != found.get(name, 0)
    }


def _unpack(archive: tarfile.TarFile, to: Path) -> Path:
    """Our own members only, as plain files: nothing in the archive can write elsewhere."""
    allowed = (*folders(), DUMP, SQLITE)
    for member in archive:
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts or path.parts[0] not in allowed:
            continue
        target = to.joinpath(*path.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        content: IO[bytes] | None = archive.extractfile(member)
        if content:
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
    return to


def _restore_postgres(dump: Path, *, occupied: bool) -> None:
    if occupied:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    connection.close()
    # The dump brings the schema itself only where it is not the standard one; one transaction: all or nothing.
    _tool(
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}",
        str(dump),
    )


def _restore_sqlite(copy: Path) -> None:
    name = str(connection.settings_dict["NAME"])
    connection.close()
    for suffix in ("-wal", "-shm"):
        Path(name + suffix).unlink(missing_ok=True)
    shutil.move(copy, name)
