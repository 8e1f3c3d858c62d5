"""A real server for the browser: gunicorn on a copy of the loaded demo, with files of its own."""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from courses.badges.tokens import write_seed
from tests import databases
from tests.factories.badges import SEED

STATIC = databases.CACHE.parent / "test-static"
# Files have names by chance: those of a database on SQLite are not those of one on PostgreSQL.
MEDIA = databases.CACHE / ("demo-media" if databases.is_sqlite() else "demo-media-postgres")
SECONDS_TO_START = 60
# What fills a database signs badges, and the server that then runs on it goes on with the same key.
ISSUER_KEY = write_seed(SEED)


@dataclass(frozen=True)
class Server:
    """Where it answers, and where it keeps what it sends."""

    url: str
    data_dir: Path

    def mails_to(self, address: str) -> list[str]:
        """Words of the mails to this address, oldest first."""
        found = []
        for path in sorted((self.data_dir / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
            # Django's file backend writes one file for each sending, mails divided by a line of dashes.
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                message = email.message_from_bytes(part, policy=email.policy.default)
                if address in str(message["To"] or ""):
                    body = message.get_body(("plain",))
                    found.append(f"{message['Subject']}\n{body.get_content() if body else ''}")
        return found

    def code_for(self, address: str) -> str:
        """The code in the last mail to this address."""
        code = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b", self.mails_to(address)[-1].partition("\n")[2])
        assert code, "no code in the mail"
        return code[0]


def demo() -> str:
    """Name of the template with the whole demo academy; its pictures and documents are below MEDIA."""
    return databases.template("demo", load_demo, base=databases.empty())


def load_demo() -> None:
    """Fill the template database; pictures and documents go beside it, for the copies of later runs."""
    shutil.rmtree(MEDIA, ignore_errors=True)
    storages = {name: dict(value) for name, value in settings.STORAGES.items()}
    storages["private"]["OPTIONS"] = {"location": str(MEDIA / "private"), "base_url": None}
    places = {"MEDIA_ROOT": MEDIA / "media", "PRIVATE_ROOT": MEDIA / "private"}
    with override_settings(**places, STORAGES=storages, ISSUER_KEY=ISSUER_KEY):
        databases.load_demo()


def collect_static() -> Path:
    """The folder of static files, made once for their present state."""
    root = databases.PROJECT
    total = hashlib.sha256()
    for path in sorted(
        [
            *root.glob("academy/static/**/*"),
            *root.glob("requirements/*.txt"),
            *root.glob("build/fonts/*"),
            root / "package-lock.json",
        ]
    ):
        if path.is_file():
            total.update(path.as_posix().encode() + path.read_bytes())
    folder = STATIC / total.hexdigest()[:12]
    with databases.only_one("static"):
        if not folder.exists():
            shutil.rmtree(STATIC, ignore_errors=True)
            draft = STATIC / "draft"
            run("manage.py", "collectstatic", "--noinput", "--verbosity", "0", STATIC_ROOT=str(draft))
            draft.rename(folder)
    return folder


def run(*command: str, **environment: str) -> None:
    """A command of the project in the server's settings."""
    subprocess.run([sys.executable, *command], cwd=databases.PROJECT, env=_environment(environment), check=True)


def _environment(more: dict[str, str]) -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.browser.settings", "PYTHONUNBUFFERED": "1"} | more


@contextmanager
def serve(database: str, data_dir: Path) -> Iterator[Server]:
    """gunicorn on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if MEDIA.exists():
        shutil.copytree(MEDIA, data_dir, dirs_exist_ok=True)
    for part in ("media", "private", "cache", "mail", "queue/messages", "queue/control"):
        (data_dir / part).mkdir(parents=True, exist_ok=True)
    server = Server(f"http://127.0.0.1:{port}", data_dir)
    environment = {
        "DATA_DIR": str(data_dir),
        "BASE_URL": server.url,
        "STATIC_ROOT": str(collect_static()),
        "DATABASE_URL": database_url(database),
        "ISSUER_KEY": ISSUER_KEY,
    }
    log = data_dir / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "academy.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "1", "--threads", "4", "--no-control-socket", "--log-level", "warning"),
            ],
            cwd=databases.PROJECT,
            env=_environment(environment),
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(server.url, process, log)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def database_url(name: str) -> str:
    """The address of a database beside the one that tests use."""
    if databases.is_sqlite():
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health/live", timeout=5):  # noqa: S310  our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # a process of its own: there is nothing else to wait on
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-4000:]}")
