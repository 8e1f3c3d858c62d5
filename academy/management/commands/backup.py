"""`manage.py backup FILE`: database, media and private files in one file, while the academy runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from academy.management import backups


class Command(BaseCommand):
    """Makes a backup."""

    help = "Write database, media and private files into one tar file; the academy may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it, such as /var/backups/academy/2027-02-09.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.make(options["file"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["rows"].values()), sum(manifest["files"].values())
        size = options["file"].stat().st_size / 1_000_000
        self.stdout.write(f"{options['file']}: {rows} rows, {files} files, {size:.1f} MB. It holds personal data.")
