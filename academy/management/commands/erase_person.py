"""Erase a person: an answer to a request for erasure."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from academy.people import registry
from academy.people.errors import LastAdministrator
from academy.people.queries import find_person
from academy.people.rules import erase_person


class Command(BaseCommand):
    """manage.py erase_person jana@town.eu --yes"""

    help = "Erase a person by the privacy registry. Without --yes it only says what would be done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom."""
        parser.add_argument("person", help="E-mail address or public id")
        parser.add_argument("--yes", action="store_true", help="Do it; it cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is erased and kept; erase."""
        person = find_person(options["person"])
        if person is None:
            raise CommandError("There is no such person.")
        for entry in registry.entries():
            if entry.erase is not None:
                self.stdout.write(f"erased: {entry.what}")
            if entry.keep_reason:
                self.stdout.write(f"kept:   {entry.what}: {entry.keep_reason} ({entry.until})")
        if not options["yes"]:
            self.stdout.write("Nothing was done. Add --yes to erase for good.")
            return
        try:
            erase_person(person=person, by=None, at=timezone.now())
        except LastAdministrator:
            raise CommandError("Nobody else administrates the academy. Give somebody else that right first.") from None
        self.stdout.write("The person is erased. Backups still hold them until they are overwritten.")
