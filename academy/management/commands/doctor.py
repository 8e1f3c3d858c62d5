"""`manage.py doctor`: looks at everything an academy needs and says in plain sentences how it stands."""

from __future__ import annotations

import os
import shutil
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import Tags, run_checks
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from wagtail.models import Site

from academy.jobs.models import Heartbeat
from academy.kernel.health import CHECKS
from academy.mail.enums import MailState
from academy.mail.models import OutgoingEmail
from academy.people.models import User
from academy.website.models import SiteSettings

WORKER_SILENT = timedelta(minutes=3)  # beat rings twice a minute
MAIL_WAITS = timedelta(minutes=15)
MB = 1024 * 1024
DISK_FULL, DISK_LOW = 200 * MB, 2048 * MB


@dataclass(frozen=True)
class Finding:
    """What was found about one thing: "ok", "look" (works, but see to it) or "fail"."""

    level: str
    thing: str
    sentence: str


Examine = Callable[[], Iterable[Finding]]


def ok(thing: str, sentence: str) -> Finding:
    """All is well."""
    return Finding("ok", thing, sentence)


def look(thing: str, sentence: str) -> Finding:
    """It works, but somebody should see to it."""
    return Finding("look", thing, sentence)


def fail(thing: str, sentence: str) -> Finding:
    """It does not work."""
    return Finding("fail", thing, sentence)


def examine_settings() -> Iterable[Finding]:
    """Django's own checks for deployment, and what they do not know."""
    kind = os.environ["DJANGO_SETTINGS_MODULE"].rpartition(".")[2]
    if settings.DEBUG:
        yield fail("Settings", "DEBUG is on: visitors would see source code and settings.")
    if kind != "production":
        yield look("Settings", f"These are the {kind} settings; for real use set DJANGO_SETTINGS_MODULE.")
    problems = run_checks(tags=[Tags.security], include_deployment_checks=kind == "production")
    for problem in problems:
        yield look("Settings", f"{problem.id}: {' '.join(problem.msg.split())}")
    if not problems and kind == "production":
        yield ok("Settings", f"complete and safe for {settings.BASE_URL}.")


def examine_database() -> Iterable[Finding]:
    """Reachable, how fast, which."""
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield fail("Database", f"cannot be reached ({type(error).__name__}): look at DATABASE_URL and at the server.")
        return
    spent = (time.perf_counter() - start) * 1000
    version = ".".join(str(part) for part in connection.get_database_version())
    yield ok("Database", f"{connection.display_name} {version} answers in {spent:.0f} ms.")
    if problem := CHECKS["migrations"]():
        yield fail("Migrations", f"{problem}.")
    else:
        yield ok("Migrations", "all applied.")


def examine_cache() -> Iterable[Finding]:
    """Keeps what it is given."""
    if problem := CHECKS["cache"]():
        yield fail("Cache", f"{problem}: look at REDIS_URL and at the Redis server.")
    else:
        yield ok("Cache", "keeps what it is given.")


def examine_worker() -> Iterable[Finding]:
    """Beat rings and a worker answers."""
    last = Heartbeat.objects.filter(name="worker").first()
    if last is None:
        yield fail("Worker", "was never seen: start the Celery worker and beat, or no mail goes out.")
        return
    silent = timezone.now() - last.at
    minutes = int(silent.total_seconds() // 60)
    if silent > WORKER_SILENT:
        yield fail("Worker", f"was last seen {minutes} minutes ago: look at the Celery worker and beat.")
    else:
        yield ok("Worker", f"was seen {int(silent.total_seconds())} seconds ago.")


def examine_mail(to: str = "") -> Iterable[Finding]:
    """The mail server lets us in; nothing waits too long. Sends one mail to `to` if given."""
    backend = get_connection()
    if isinstance(backend, SmtpBackend):
        where = f"{backend.host}:{backend.port}"
        try:
            backend.open()
            yield ok("Mail server", f"{where} lets the academy in.")
            if to:
                words = "This mail was sent by manage.py doctor: the academy's mail works."
                EmailMessage("The academy's mail works", words, to=[to], connection=backend).send()
                yield ok("Mail server", "took the test mail; look whether it arrives.")
        except (OSError, smtplib.SMTPException) as error:
            yield fail("Mail server", f"{where} cannot be used ({type(error).__name__}): look at EMAIL_URL.")
        finally:
            backend.close()
    else:
        yield look("Mail server", f"none: mail goes to {settings.EMAIL_BACKEND.rpartition('.')[0]}.")
    late = OutgoingEmail.objects.filter(state=MailState.QUEUED, created_at__lt=timezone.now() - MAIL_WAITS).count()
    failed = OutgoingEmail.objects.filter(state=MailState.FAILED).count()
    if late:
        yield look("Outbox", f"{late} mails wait for more than {int(MAIL_WAITS.total_seconds() // 60)} minutes.")
    if failed:
        yield look("Outbox", f"{failed} mails could not be delivered at all.")
    if not late and not failed:
        yield ok("Outbox", "no mail waits or failed.")


def examine_disk() -> Iterable[Finding]:
    """Room is left and our folders can be written."""
    for name, folder in (("Media", settings.MEDIA_ROOT), ("Private files", settings.PRIVATE_ROOT)):
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield fail(name, f"{folder} cannot be written ({error.strerror}).")
        else:
            yield ok(name, f"{folder} can be written.")
    free = shutil.disk_usage(settings.DATA_DIR).free
    sentence = f"{free // MB} MB are free on {settings.DATA_DIR}."
    yield fail("Disk", sentence) if free < DISK_FULL else (look if free < DISK_LOW else ok)("Disk", sentence)


def examine_files() -> Iterable[Finding]:
    """What set-up makes is there."""
    if "Manifest" in type(staticfiles_storage).__name__:
        if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
            yield ok("Static files", "collected.")
        else:
            yield fail("Static files", "not collected: run manage.py collectstatic.")
    catalogues = list(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"))
    missing = [path for path in catalogues if not path.with_suffix(".mo").is_file()]
    if missing:
        yield fail("Languages", "not compiled: run manage.py compile_messages.")
    else:
        yield ok("Languages", f"{len(catalogues) + 1} compiled.")


def examine_site() -> Iterable[Finding]:
    """What an administrator fills in once."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        yield fail("Site", "none yet: run manage.py load_content.")
    else:
        host = urlsplit(settings.BASE_URL).hostname
        if site.hostname != host:
            yield look("Site", f"is called {site.hostname} in the CMS, {host} in BASE_URL (CMS, Settings > Sites).")
        filled = SiteSettings.for_site(site)
        if not filled.operator or not filled.contact_email:
            yield look("Site", "operator and contact address are empty (CMS, Settings > Academy settings).")
    if not User.objects.filter(is_superuser=True, is_active=True).exists():
        yield look("People", "nobody looks after the academy yet: run manage.py first_steps.")
    if not settings.DEMO and User.objects.filter(email__endswith="@demo.example", is_active=True).exists():
        yield fail("People", "accounts of the demo are here, with a password that everybody knows: deactivate them.")


class Command(BaseCommand):
    """Examines the academy. Exit code 1 where something does not work."""

    help = "Say in plain sentences how settings, database, cache, worker, mail and disk stand."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail-to", default="", metavar="EMAIL", help="send a test mail to this address")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [*self._safely("Settings", examine_settings), *self._safely("Database", examine_database)]
        findings += self._safely("Cache", examine_cache)
        can_read = not any(found.level == "fail" and found.thing in ("Database", "Migrations") for found in findings)
        if can_read:
            findings += self._safely("Worker", examine_worker)
            findings += self._safely("Mail", lambda: examine_mail(options["mail_to"]))
        findings += self._safely("Disk", examine_disk) + self._safely("Files", examine_files)
        if can_read:
            findings += self._safely("Site", examine_site)
        for found in findings:
            self.stdout.write(f"{found.level:<5}{found.thing}: {found.sentence}")
        failed = sum(found.level == "fail" for found in findings)
        if failed:
            self.stdout.write(f"\n{failed} of {len(findings)} do not work.")
            sys.exit(1)
        self.stdout.write("\nThe academy works.")

    def _safely(self, thing: str, examine: Examine) -> list[Finding]:
        """A check that breaks is a finding too: the others are still made."""
        try:
            return list(examine())
        except Exception as error:  # whatever is broken on this machine, say so and go on
            return [fail(thing, f"could not be examined ({type(error).__name__}).")]
