"""`manage.py check_messages`: fails where a text of the interface is missing in a language."""

from __future__ import annotations

from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError

from academy.kernel.messages import problems
from academy.management.catalogues import allowed_equal, catalogue_path, languages, wanted

SHOWN = 40


class Command(BaseCommand):
    """Checks the message catalogues against code and templates."""

    help = "Fail where a message is missing, fuzzy, equal to English (but for locale/allow-equal.txt) or ill-formed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        messages = wanted()
        total = 0
        for language in languages():
            path = catalogue_path(language)
            catalogue = polib.pofile(str(path)) if path.is_file() else polib.POFile()
            found = problems(catalogue, messages, allowed_equal(language))
            total += len(found)
            for problem in found[:SHOWN]:
                self.stderr.write(f"{language}: {problem}")
            if len(found) > SHOWN:
                self.stderr.write(f"{language}: and {len(found) - SHOWN} more")
        if total:
            raise CommandError(f"{total} problems in the message catalogues; `make messages` collects new texts.")
        self.stdout.write(f"{len(messages)} messages, complete in {', '.join(languages())}.")
