"""`manage.py load_demo`: the demo's people and what they have done, dates counted from the first load."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from academy.people.models import User
from courses.certificates.models import Certificate
from courses.management.demo import cast, dates, editing, learning, neighbours, paths, people, playing, teams

# Known to everybody: only the demo settings have it, and only there (or by --force, in tests) is it ever set.
PASSWORD = "circular-demo"  # noqa: S105  the demo's, written in its README


class Command(BaseCommand):
    """Brings the cast in; run again, it adds what is missing and changes nothing else."""

    help = "Load the demo academy's fictitious people and what they have learnt so far."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also outside the demo settings (known passwords!)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not options["force"]:
            raise CommandError(
                "The demo's people all have the same known password, so they are loaded by the demo settings alone "
                "(`make demo`). --force loads them all the same: never do that where others can reach the site."
            )
        now = first_load()
        everybody = people.load(now, PASSWORD)
        outline = learning.course()
        if outline is None:
            self.stdout.write(f"{len(everybody)} people. {cast.COURSE} is not there yet: run load_content, then this.")
            return
        today = now.astimezone(ZoneInfo(cast.ZONE)).date()
        teams.required(everybody, now)
        learning.load(everybody, outline, now)
        playing.load(everybody, outline, now)
        paths.load(everybody, outline, now)
        teams.load(everybody, now)
        neighbours.load(everybody, outline, now)
        dates.load(everybody, now, today)
        editing.load(everybody, outline, now, today)
        teams.read_news(now)
        if options["verbosity"] > 0:
            self.stdout.write(f"{len(everybody)} people of {cast.TOWN}. Certificates to look at:")
            for certificate in Certificate.objects.order_by("pk"):
                self.stdout.write(f"  {certificate.status:<9} {certificate.frozen['check_url']}")


def first_load() -> datetime:
    """The moment from which all days of the demo count: when its first account was made."""
    first = User.objects.filter(email=cast.ACCOUNTS[0].email).values_list("date_joined", flat=True).first()
    return first + cast.SINCE_FIRST if first else timezone.now()
