"""Keeps a few processes running as one: the demo's web server and its worker."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

PATIENCE = 15.0  # seconds that a process gets to finish what it does
PATIENCE_TO_START = 120.0  # seconds until all parts must answer, on a slow and busy machine
QUICK_DEATH = 5.0  # seconds: who dies sooner than this would die again
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class AlreadyRunning(Exception):
    """Another process holds the lock."""


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[IO[str]]:
    """Hold a lock file as long as this process lives, however it ends. Raises AlreadyRunning."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file


def _die_with_parent() -> None:
    """In the child, on Linux: even when the supervisor is killed outright, nothing stays behind and holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Part:
    """One process of several: how it is started, and what runs now."""

    name: str
    command: list[str]
    essential: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    failures: int = 0

    def start(self, environment: dict[str, str]) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which stops all in order."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  the command is ours
            self.command,
            env=environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


@dataclass
class Supervisor:
    """Starts parts, restarts those that fall over, stops all when told to."""

    parts: list[Part]
    environment: dict[str, str]
    say: Callable[[str], None]
    stopping: bool = field(default=False, init=False)

    def run(self, *, is_up: Callable[[], bool], when_up: Callable[[], None]) -> int:
        """Run until SIGINT or SIGTERM (returns 0) or until an essential part cannot start (returns 1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        for part in self.parts:
            part.start(self.environment)
        announced, code = False, 0
        deadline = time.monotonic() + PATIENCE_TO_START
        while not self.stopping:
            if not announced and is_up():
                announced = True
                when_up()
            if not announced and time.monotonic() > deadline:
                self.say(f"Nothing answers after {PATIENCE_TO_START:.0f} s.")
                code = 1
                break
            if not self._look_after():
                code = 1
                break
            time.sleep(0.1 if not announced else 0.5)
        self._stop_all()
        return code

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after(self) -> bool:
        """Restart what fell over, after a while. False: an essential part dies as soon as it starts."""
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.next_start:
                    part.start(self.environment)
                continue
            if part.process.poll() is None:
                continue
            quick = now - part.started < QUICK_DEATH
            part.failures = part.failures + 1 if quick else 1
            if part.essential and quick:
                self.say(f"The {part.name} ended at once (exit code {part.process.returncode}).")
                return False
            wait = min(30, 2**part.failures)
            self.say(f"The {part.name} ended (exit code {part.process.returncode}); starting it again in {wait} s.")
            part.process, part.next_start = None, now + wait
        return True

    def _stop_all(self) -> None:
        running = [part.process for part in self.parts if part.process and part.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
