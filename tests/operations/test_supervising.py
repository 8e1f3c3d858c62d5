"""Processes that run as one are looked after, and none stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from academy.management.supervising import AlreadyRunning, only_one

from .processes import PATIENCE, environment, running

# A supervisor of two small programs, each saying its number when it starts.
SCRIPT = """
import os, sys
from academy.management.supervising import Part, Supervisor
# All three write to one pipe: a line in one write, or two of them run into each other.
say = "import os, time; os.write(1, b'{{}} %d\\\\n' % os.getpid()); time.sleep({{}})"
server = [sys.executable, "-c", say.format("server", {serves})]
worker = [sys.executable, "-c", say.format("worker", {works})]
supervisor = Supervisor(
    [Part("web server", server, essential=True), Part("background worker", worker, essential=False)],
    dict(os.environ),
    lambda text: os.write(1, text.encode() + b"\\n"),
)
sys.exit(supervisor.run(is_up=lambda: True, when_up=lambda: os.write(1, b"open\\n")))
"""


def script(serves: float, works: float) -> tuple[str, str]:
    return "-c", SCRIPT.format(serves=serves, works=works)


def test_a_worker_that_fell_over_is_started_again() -> None:
    with running(*script(serves=600, works=0), env=environment()) as program:
        first = program.wait_for("worker ")
        program.wait_for("The background worker ended (exit code 0); starting it again in 2 s.")
        assert program.wait_for("worker ") != first
        assert program.stop() == 0


def test_a_server_that_cannot_start_ends_it_all() -> None:
    with running(*script(serves=0, works=600), env=environment()) as program:
        program.wait_for("The web server ended at once (exit code 0).")
        assert program.process.wait(timeout=PATIENCE) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_nothing_stays_behind_when_the_supervisor_is_killed() -> None:
    with running(*script(serves=600, works=600), env=environment()) as program:
        said = [program.wait_for("er "), program.wait_for("er ")]
        children = [int(line.split()[1]) for line in said]
        program.stop(signal.SIGKILL)
        for pid in children:
            # Waits for the end of a process that is not ours to wait for.
            subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], timeout=PATIENCE, check=True)
            assert not Path(f"/proc/{pid}").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "demo.lock"
    with only_one(lock):
        assert lock.read_text(encoding="ascii") == str(os.getpid())
        with pytest.raises(AlreadyRunning), only_one(lock):
            pass
    with only_one(lock):
        pass
