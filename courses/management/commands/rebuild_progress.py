"""Derive all summaries of progress from the facts once more, and say what differs (architecture rule 3)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.progress.rebuilding import differences


class Command(BaseCommand):
    """`manage.py rebuild_progress` repairs; `--check` only looks and fails if there is anything to repair."""

    help = "Rebuilds the summaries of progress from the learning events and reports differences (there should be none)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: change nothing, fail on a difference."""
        parser.add_argument("--check", action="store_true", help="Change nothing; fail if anything differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each difference."""
        with transaction.atomic():
            found = list(differences(repair=not options["check"], at=timezone.now()))
        for line in found:
            self.stdout.write(line)
        if not found:
            self.stdout.write("No differences: the summaries say what the facts say.")
        elif options["check"]:
            raise CommandError(f"{len(found)} differences")
