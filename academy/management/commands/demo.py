"""`manage.py demo`: prepares the demo academy where something changed, then serves it with its worker."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from academy.kernel.mailbox import MailboxBackend
from academy.mail.tasks import deliver_due
from academy.management.supervising import AlreadyRunning, Part, Supervisor, only_one

ACCOUNTS = {
    "learner": "learns, reads German",
    "trainer": "gives workshops",
    "manager": "looks after a team",
    "editor": "writes courses (CMS)",
    "translator": "translates courses (CMS)",
    "programme": "sees figures over all organisations",
    "admin": "looks after the academy (CMS)",
}
OURS = ("academy", "curriculum", "courses")


def fingerprint(project: Path, patterns: Iterable[str]) -> str:
    """SHA-256 over names and contents of all files that match: the same on every machine, whatever the clock says."""
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(project.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(project).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


MIGRATIONS = ["requirements/prod.txt", *(f"{package}/migrations/*.py" for package in OURS)]
STATIC = [
    "requirements/prod.txt",
    "package-lock.json",
    "build/fonts/*",
    *(f"{package}/static/**/*" for package in OURS),
]
CONTENT = [
    "curriculum/content/**/*",
    "curriculum/loading/*.py",
    "curriculum/management/commands/load_content.py",
    "*/migrations/*.py",
]
CAST = ["courses/management/commands/load_demo.py", "courses/management/demo/*.py"]
INPUTS = {"static": STATIC, "migrate": MIGRATIONS, "content": CONTENT, "cast": CAST}
STATE = "demo-state.json"


def current_state(project: Path) -> dict[str, str]:
    """What a folder's state file says when nothing is left to prepare: the fingerprint of each step's input."""
    return {name: fingerprint(project, patterns) for name, patterns in INPUTS.items()}


class Command(BaseCommand):
    """Prepares and serves the demo."""

    help = "Prepare the demo academy and serve it with its background worker (use `make demo`)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="prepare only, do not serve")
        parser.add_argument("--reset", action="store_true", help="forget all data of the demo first")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is for the demo settings alone: start it with `make demo`.")
        self.data = Path(settings.DATA_DIR)
        self.project = Path(settings.PROJECT_DIR)
        try:
            with only_one(self.data / "demo.lock"):
                code = self._run(reset=options["reset"], serve=not options["prepare"])
        except AlreadyRunning:
            raise CommandError(
                f"A demo is running on {self.data} already: stop it first, or give this one a folder and a port of its "
                f"own, such as DATA_DIR=/tmp/second PORT={settings.PORT + 1} make demo."
            ) from None
        sys.exit(code)

    def _run(self, *, reset: bool, serve: bool) -> int:
        if reset:
            self._reset()
        if serve:
            self._refuse_taken_port()
        self._prepare()
        if not serve:
            return 0
        connections.close_all()
        bind = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        supervisor = Supervisor(
            [self._server(bind), self._worker()],
            {**os.environ, "DJANGO_SETTINGS_MODULE": "academy.settings.demo", "PYTHONUNBUFFERED": "1"},
            self._say,
        )
        code = supervisor.run(is_up=self._is_up, when_up=self._welcome)
        self._say("Stopped; the data stays where it is." if code == 0 else "The demo could not start.")
        return code

    # -- preparing ----------------------------------------------------------------------------------------------------
    def _reset(self) -> None:
        """Forget what the demo wrote, and only that: DATA_DIR may hold other things of its owner."""
        connections.close_all()
        for name in ("academy.sqlite3", "academy.sqlite3-wal", "academy.sqlite3-shm", STATE):
            (self.data / name).unlink(missing_ok=True)
        for name in ("media", "private", "cache", "mail", "queue"):
            shutil.rmtree(self.data / name, ignore_errors=True)
        for name in ("media", "private", "cache", "mail", "queue/messages", "queue/control"):
            (self.data / name).mkdir(parents=True, exist_ok=True)
        self._say("The demo's data is gone.")

    def _prepare(self) -> None:
        """Do the steps whose input changed since they were last done here; a quick look where none has."""
        kept = self.data / STATE
        state: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
        if not (self.data / "academy.sqlite3").is_file():
            state = {"static": state.get("static", "")}
        if not (self.data / "static" / "staticfiles.json").is_file():
            state.pop("static", None)
        wanted = current_state(self.project)
        MailboxBackend.prints = False
        steps: list[tuple[str, str, Callable[[], None]]] = [
            ("static", "Collecting style sheets, scripts and type", self._collect),
            ("migrate", "Preparing the database", self._migrate),
            ("content", "Loading courses in four languages", partial(self._call, "load_content")),
            ("cast", "Loading the demo's people", self._load_people),
        ]
        for name, words, do in steps:
            if state.get(name) == wanted[name]:
                continue
            self._say(f"{words} …")
            start = time.monotonic()
            do()
            state[name] = wanted[name]
            # Written after each step: who stops in the middle goes on from there.
            draft = kept.with_suffix(".draft")
            draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
            draft.replace(kept)
            self._say(f"  done in {time.monotonic() - start:.0f} s")

    def _migrate(self) -> None:
        call_command("migrate", verbosity=0)

    def _collect(self) -> None:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)

    def _load_people(self) -> None:
        self._call("load_demo")
        # Into the mailbox at once and in silence: a hundred mails on the screen would bury the lines that say where to
        # go. What is not due yet is the worker's.
        while deliver_due():
            pass

    def _call(self, name: str) -> None:
        if name in get_commands():
            call_command(name, verbosity=0)
        else:
            self._say(f"  (manage.py {name} is not there, nothing loaded)")

    # -- serving ------------------------------------------------------------------------------------------------------
    def _refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((settings.HOST, settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} of {settings.HOST} cannot be used ({error.strerror}): choose another one, "
                    f"such as PORT={settings.PORT + 1} make demo."
                ) from None

    def _server(self, bind: str) -> Part:
        gunicorn = [
            sys.executable, "-m", "gunicorn", "academy.wsgi:application",
            "--bind", f"{bind}:{settings.PORT}",
            "--workers", "2", "--worker-class", "gthread", "--threads", "4",
            # Imported once, before the fork: half the time and memory of two workers that import on their own.
            "--preload",
            "--no-control-socket",  # it would be shared by all gunicorns of this person (STACK.md, pitfall 19)
            "--log-level", "warning", "--graceful-timeout", "5", "--worker-tmp-dir", str(self.data),
        ]  # fmt: skip
        return Part("web server", gunicorn, essential=True)

    def _worker(self) -> Part:
        celery = [
            # Root in a container of one's own is usual for a demo.
            sys.executable, "-W", "ignore:You're running the worker with superuser",
            "-m", "celery", "--quiet", "-A", "academy.celery", "worker", "-P", "threads", "-c", "2", "-B",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip
        return Part("background worker", celery, essential=False)

    def _is_up(self) -> bool:
        host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104  compared, not bound
        address = f"[{host}]" if ":" in host else host
        try:
            with urlopen(f"http://{address}:{settings.PORT}/health/live", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def _welcome(self) -> None:
        lines = [
            "",
            f"The academy is open: http://localhost:{settings.PORT}/",
            "",
            *(f"  {name + '@demo.example':<26}{what}" for name, what in ACCOUNTS.items()),
            "",
            f"Password of all: {settings.DEMO_PASSWORD}",
            f"Mail is shown here and kept in {settings.MAILBOX_DIR}. Ctrl-C stops; the data stays in {self.data}.",
        ]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
