"""Write everything that is kept about a person into an archive: an answer to a request for access."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from academy.people.document import export_archive
from academy.people.queries import find_person


class Command(BaseCommand):
    """manage.py export_person jana@town.eu jana.zip"""

    help = "Write everything that is kept about a person into a ZIP archive."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and where to."""
        parser.add_argument("person", help="E-mail address or public id")
        parser.add_argument("file", type=Path, help="The archive to write; it must not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive, readable by its owner alone."""
        person = find_person(options["person"])
        if person is None:
            raise CommandError("There is no such person.")
        target: Path = options["file"]
        try:
            target.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise CommandError(f"{target} exists already.") from None
        target.write_bytes(export_archive(person, timezone.now()))
        self.stdout.write(f"Written to {target}. It holds personal data: hand it over safely and delete it.")
