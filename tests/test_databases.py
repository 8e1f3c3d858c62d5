"""Each test begins with a database of its own, whoever is still at work on the one before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import connection, connections

from academy.people.models import Organisation
from tests import databases


def _delete_the_journal_of(database: str) -> None:
    """What SQLite does at the end of closing the last connection: it deletes both files by their names."""
    for suffix in ("-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_closes_late_takes_nothing_from_the_next_database() -> None:
    before = str(connection.settings_dict["NAME"])
    connection.close()
    databases.replace(databases.empty())
    now = str(connection.settings_dict["NAME"])
    Organisation.objects.create(name="Gemeente Voorbeeldstad")
    _delete_the_journal_of(before)
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT name FROM academy_organisation")
        assert (cursor.fetchall(), before == now) == ([("Gemeente Voorbeeldstad",)], False)
    other.close()


@pytest.mark.one_database
def test_a_journal_deleted_by_name_is_what_sqlite_calls_a_disk_error(tmp_path: Path) -> None:
    """The control: this is what happens where the copy has the name of the one before."""
    path = str(tmp_path / "same.sqlite3")
    mine = sqlite3.connect(path)
    mine.execute("PRAGMA journal_mode=WAL")
    mine.execute("CREATE TABLE facts (name TEXT)")
    mine.commit()
    _delete_the_journal_of(path)
    other = sqlite3.connect(path)
    with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
        other.execute("SELECT name FROM facts").fetchall()
    other.close()
    mine.close()
