"""`manage.py compile_messages`: .po to .mo without GNU gettext, for machines that have only Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_all(folders: list[Path]) -> list[Path]:
    """Compile each catalogue whose .mo is missing or older. Fuzzy entries stay out. Returns what was written."""
    written = []
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            draft = target.with_suffix(".draft")
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(target)
            written.append(target)
    return written


class Command(BaseCommand):
    """Compiles the message catalogues."""

    help = "Compile the message catalogues (.po to .mo) that changed; needs no gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_all([Path(folder) for folder in settings.LOCALE_PATHS]):
            self.stdout.write(f"Compiled {path.relative_to(settings.PROJECT_DIR)}")
