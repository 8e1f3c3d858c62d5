"""Loads the content files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from curriculum.loading.files import CONTENT_DIR
from curriculum.loading.rules import check, load


class Command(BaseCommand):
    """Brings the content files into the CMS; safe to run again (curriculum/content/README.md)."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Which folder, and whether to look only."""
        parser.add_argument("--path", type=Path, default=CONTENT_DIR, help="Folder to load (default: the academy's).")
        parser.add_argument("--check", action="store_true", help="Only say what is wrong with the files.")

    def handle(self, *args: Any, path: Path, check: bool = False, **options: Any) -> None:
        """Load, and say what was done in plain sentences."""
        if check:
            self.refuse(only_check(path))
            self.stdout.write("All files are well-formed and parallel.")
            return
        report = load(path, by=None, at=timezone.now())
        self.stdout.write(
            f"{len(report.made)} texts loaded, {len(report.renewed)} renewed, {len(report.unchanged)} unchanged, "
            f"{len(report.left_alone)} left alone."
        )
        for line in report.left_alone:
            self.stdout.write(f"  left alone: {line}")
        self.refuse(report.problems)

    def refuse(self, problems: list[str]) -> None:
        """End with an error if there are problems."""
        if problems:
            raise CommandError("\n".join(["These files need a correction:", *problems]))


only_check = check  # the option of the command has the same name
