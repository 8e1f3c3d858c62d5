"""The demo starts quickly, keeps its data, and never runs twice on one folder."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from academy.kernel.mailbox import MailboxBackend
from academy.management.commands.demo import INPUTS, STATE, current_state, fingerprint
from tests import databases

from .processes import PROJECT, environment, free_port, running

pytestmark = pytest.mark.skipif(not databases.is_sqlite(), reason="the demo runs on SQLite, whatever the tests run on")
START = ("manage.py", "demo")
WELCOME = "The academy is open: http://localhost:"


@pytest.fixture
def prepared(tmp_path: Path, django_db_setup: None) -> Callable[[str], dict[str, str]]:
    """Makes a folder in which nothing is left to prepare but static files; returns the environment to start with."""

    def prepare(name: str) -> dict[str, str]:
        folder = tmp_path / name
        folder.mkdir()
        template = databases.CACHE / f"academy_empty_{databases.digest('empty')}.sqlite3"
        shutil.copyfile(template, folder / "academy.sqlite3")
        state = current_state(PROJECT)
        del state["static"]
        (folder / STATE).write_text(json.dumps(state), encoding="utf-8")
        return environment(DJANGO_SETTINGS_MODULE="academy.settings.demo", DATA_DIR=str(folder), PORT=str(free_port()))

    return prepare


def alive(env: dict[str, str]) -> int:
    with urlopen(f"http://127.0.0.1:{env['PORT']}/health/ready", timeout=10) as answer:
        return int(answer.status)


@pytest.mark.slow
def test_starts_refuses_a_second_start_stops_and_starts_again(prepared: Callable[[str], dict[str, str]]) -> None:
    env = prepared("first")
    with running(*START, env=env) as demo:
        demo.wait_for(WELCOME + env["PORT"])
        demo.wait_for("learner@demo.example")
        assert alive(env) == 200
        second = subprocess.run(
            [sys.executable, *START],
            cwd=PROJECT, env=env | {"PORT": str(free_port())}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (second.returncode, "A demo is running on" in second.stderr) == (1, True)
        assert demo.stop(signal.SIGINT) == 0
    assert any("Stopped; the data stays where it is." in line for line in demo.said)
    with running(*START, env=env) as again:
        again.wait_for(WELCOME + env["PORT"])
        assert not any("Collecting" in line or "Preparing" in line for line in again.said)
        assert again.stop(signal.SIGTERM) == 0


@pytest.mark.slow
def test_two_run_side_by_side(prepared: Callable[[str], dict[str, str]]) -> None:
    one, two = prepared("one"), prepared("two")
    with running(*START, env=one) as left, running(*START, env=two) as right:
        left.wait_for(WELCOME + one["PORT"])
        right.wait_for(WELCOME + two["PORT"])
        assert [alive(one), alive(two)] == [200, 200]


@pytest.mark.slow
def test_says_when_the_port_is_taken(prepared: Callable[[str], dict[str, str]], live_server: object) -> None:
    env = prepared("one") | {"PORT": str(live_server.thread.port)}  # type: ignore[attr-defined]  # untyped
    done = subprocess.run([sys.executable, *START], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(" of ")[0]) == (1, f"CommandError: Port {env['PORT']}")


def test_is_for_the_demo_settings_alone() -> None:
    done = subprocess.run(
        [sys.executable, *START],
        cwd=PROJECT, env=environment(DJANGO_SETTINGS_MODULE="academy.settings.dev"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "CommandError: This is for the demo settings alone: start it with `make demo`.",
    )


def test_a_changed_file_is_noticed_and_a_touched_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "lesson.md"
    file.write_text("one", encoding="utf-8")
    first = fingerprint(tmp_path, ["*.md"])
    file.touch()
    touched = fingerprint(tmp_path, ["*.md"])
    file.write_text("two", encoding="utf-8")
    changed = fingerprint(tmp_path, ["*.md"])
    assert (touched == first, changed == first) == (True, False)


@pytest.mark.parametrize("step", sorted(INPUTS))
def test_every_step_has_an_input_that_exists(step: str) -> None:
    assert any(True for pattern in INPUTS[step] for _ in PROJECT.glob(pattern))


def test_mail_is_kept_whole_and_shown(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MAILBOX_DIR = tmp_path / "mail"
    mail = EmailMessage("Your code", "It is 123456.\n", "academy@demo.example", ["learner@demo.example"])
    mail.attach("workshop.ics", "BEGIN:VCALENDAR", "text/calendar")
    assert MailboxBackend().send_messages([mail]) == 1
    [kept] = (tmp_path / "mail").glob("*.eml")
    assert b"Subject: Your code" in kept.read_bytes()
    shown = capsys.readouterr().out.splitlines()
    assert shown[1:-1] == [
        "Mail to learner@demo.example",
        "Subject: Your code",
        "",
        "It is 123456.",
        "Attached: workshop.ics",
    ]
