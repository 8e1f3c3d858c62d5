"""Begin to sign badges with a new key (OPERATING.md, "The key that signs badges")."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.badges.errors import KeyMissing
from courses.badges.rules import file_of, rotate


class Command(BaseCommand):
    """Retires the key that signs; its public half stays published, so nothing that it signed becomes invalid."""

    help = "Sign badges with a new key from now on. Badges that are already signed stay valid."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says which key went and which came."""
        try:
            old, new = rotate(at=timezone.now())
        except KeyMissing as error:
            raise CommandError(str(error)) from error
        if old is not None:
            self.stdout.write(f"{old.key_id} is retired. What it signed stays valid.")
        path = file_of(new.key_id)
        where = f"in {path}: back it up, readable by the academy alone" if path.exists() else "in ISSUER_KEY"
        self.stdout.write(f"{new.key_id} signs from now on. Its private half is {where}.")
