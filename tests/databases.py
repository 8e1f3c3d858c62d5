"""Test databases from templates (architecture decision 17).

Migrating an empty database costs half a minute, loading the demo content more. Both are done once, kept under build/
(SQLite) or in the server (PostgreSQL) by the digest of what they were made from, and copied for each test process.
tests/prepare.py makes them beforehand, while something else is at work that leaves a core free.
"""

from __future__ import annotations

import fcntl
import functools
import gc
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
DAY = 24 * 3600
CACHE = PROJECT / "build" / "test-databases"
MADE_FROM = {
    # Migrating makes the permission to publish of what is registered as a snippet.
    "empty": ["requirements/prod.txt", "*/migrations/*.py", "*/panel/snippets.py"],
    # What is loaded depends on the code that loads it.
    "demo": [
        "requirements/prod.txt",
        "academy/**/*.py",
        "curriculum/**/*.py",
        "courses/**/*.py",
        "curriculum/content/**/*",
        "curriculum/h5p/types/**/*",
    ],
}


@functools.cache
def digest(kind: str) -> str:
    """First 12 hex digits of the SHA-256 of everything that a template of this kind is made from."""
    total = hashlib.sha256(settings.DATABASES["default"]["ENGINE"].encode())
    for pattern in MADE_FROM[kind]:
        for path in sorted(PROJECT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Test processes wait for each other while one of them makes a template."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_sqlite() -> bool:
    """Whether the tests run on SQLite."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def use(name: str) -> None:
    """Point Django's default connection at this database (a file's path on SQLite)."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def template(kind: str, fill: Callable[[], None], base: str = "") -> str:
    """Name of the template database of this kind, made by `fill` if it is not there yet.

    `fill` gets an empty database, or a copy of the template `base`.
    """
    name = f"academy_{kind}_{digest(kind)}"
    with only_one(kind if is_sqlite() else f"{kind}-postgres"):
        if is_sqlite():
            path = CACHE / f"{name}.sqlite3"
            if not path.exists():
                draft = path.with_suffix(".draft")
                for old in CACHE.glob(f"academy_{kind}_*"):
                    # A younger one may be another run's, on another state of the code.
                    if time.time() - old.stat().st_mtime > DAY:
                        old.unlink(missing_ok=True)
                copy(base, str(draft)) if base else use(str(draft))
                fill()
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                draft.rename(path)
            return str(path)
        if not _postgres("SELECT 1 FROM pg_database WHERE datname = %s", name):
            for (old,) in _postgres("SELECT datname FROM pg_database WHERE datname LIKE %s", f"academy_{kind}_%"):
                _postgres(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            draft_name = f"{name}_draft"
            _postgres(f'DROP DATABASE IF EXISTS "{draft_name}" WITH (FORCE)')
            if base:
                copy(base, draft_name)
            else:
                _postgres(f'CREATE DATABASE "{draft_name}"')
                use(draft_name)
            fill()
            connection.close()
            _postgres(f'ALTER DATABASE "{draft_name}" RENAME TO "{name}"')
        return name


def copy(source: str, target: str) -> None:
    """Make `target` a fresh copy of the template and use it. Milliseconds on SQLite, about 0.2 s on PostgreSQL."""
    connection.close()
    if is_sqlite():
        for suffix in ("", "-wal", "-shm"):
            Path(target + suffix).unlink(missing_ok=True)
        shutil.copyfile(source, target)
    else:
        _postgres(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        _postgres(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    use(target)


def replace(source: str) -> None:
    """Put a fresh copy of the template in the place of the database in use.

    On SQLite under a name of its own each time. A thread of a live server may still be closing its connection to the
    copy before; closing writes the journal back, which takes a while, and then deletes it *by name*. Under the same
    name that would be the new copy's journal, and the next connection would meet a "disk I/O error".
    """
    before = str(connection.settings_dict["NAME"])
    if not is_sqlite():
        copy(source, before)
        return
    stem, _, number = before.removesuffix(".sqlite3").partition(".copy")
    copy(source, f"{stem}.copy{int(number or 0) + 1}.sqlite3")
    for suffix in ("", "-wal", "-shm"):
        Path(before + suffix).unlink(missing_ok=True)


def drop(target: str) -> None:
    """Take the copy away."""
    connection.close()
    if is_sqlite():
        for suffix in ("", "-wal", "-shm"):
            Path(target + suffix).unlink(missing_ok=True)
    else:
        _postgres(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')


def empty() -> str:
    """Name of the template with tables and what migrations put into them."""
    return template("empty", migrate)


def migrate() -> None:
    """Fill an empty database with tables and what migrations put into them."""
    # Migrating makes and drops some ten thousand model classes; looking for garbage among them is a third of its time.
    gc.disable()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        gc.enable()
        gc.collect()


def load_demo() -> None:
    """Fill a migrated database with the whole demo academy."""
    call_command("load_content", verbosity=0)
    call_command("load_demo", "--force", verbosity=0)


def _postgres(statement: str, *values: str) -> list[tuple[str]]:
    """One statement on the server's own database, outside a transaction; rows if there are any."""
    import psycopg  # noqa: PLC0415  only where the tests run on PostgreSQL

    wanted = connection.settings_dict
    with psycopg.connect(
        host=wanted["HOST"] or None,
        port=wanted["PORT"] or None,
        user=wanted["USER"] or None,
        password=wanted["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        cursor = server.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
