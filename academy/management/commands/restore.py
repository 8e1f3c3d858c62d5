"""`manage.py restore FILE`: puts a backup back and compares what arrived with what was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from academy.management import backups


class Command(BaseCommand):
    """Puts a backup back. Stop web server and worker first."""

    help = "Put a backup back into an empty database (or, with --replace, instead of what is there)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            different = backups.restore(options["file"], replace=options["replace"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        for table, (expected, found) in different.items():
            self.stderr.write(f"{table}: {found} rows, {expected} were saved")
        if different:
            raise CommandError("The database does not hold what was saved.")
        cache.clear()
        # A backup of an older version gets the tables of this one; of the same version, nothing happens.
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("All rows are back. Start the academy, then run manage.py doctor.")
