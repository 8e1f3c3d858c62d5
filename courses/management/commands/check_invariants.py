"""Look whether everything that must hold of dates and bookings does: every night, and after a restore."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.booking.invariants import check


class Command(BaseCommand):
    """`manage.py check_invariants`: exit code 0 where all holds, else 1 and a sentence for each thing."""

    help = "Checks seats, waiting lists, steps, times and mails of all dates against each other; changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each thing that does not hold."""
        found = check(at=timezone.now())
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} things do not hold.")
        if options["verbosity"] > 0:
            self.stdout.write("Everything holds.")
