"""`manage.py update_messages`: collects what code and templates ask for into the catalogues."""

from __future__ import annotations

from typing import Any

import polib
from django.core.management.base import BaseCommand

from academy.kernel.messages import merge
from academy.management.catalogues import PLURALS, catalogue_path, languages, wanted


class Command(BaseCommand):
    """Collects messages."""

    help = "Bring the message catalogues up to date with code and templates; translations are kept."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        messages = wanted()
        for language in languages():
            path = catalogue_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue = polib.pofile(str(path), wrapwidth=110) if path.is_file() else polib.POFile(wrapwidth=110)
            # No dates and no names in the head: the same messages give the same file.
            catalogue.metadata = {
                "Project-Id-Version": "Circular Procurement Academy",
                "Language": language,
                "MIME-Version": "1.0",
                "Content-Type": "text/plain; charset=UTF-8",
                "Content-Transfer-Encoding": "8bit",
                "Plural-Forms": PLURALS[language],
            }
            new, gone = merge(catalogue, messages)
            catalogue.save(str(path))
            self.stdout.write(f"{language}: {len(messages)} messages, {new} new, {gone} no longer asked for")
