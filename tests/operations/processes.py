"""Starting our own programs as an operator would, and reading what they say."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds; far more than needed, on a machine that does other things too


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def environment(**changes: str) -> dict[str, str]:
    """What a program needs of ours, and nothing that the tests have set for themselves."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", "C_FORCE_ROOT": "1", **changes}


class Running:
    """A program that runs; its lines are read by a thread, so that it never waits for us."""

    def __init__(self, *command: str, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROJECT,
            env=dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, text: str) -> str:
        """The first new line that holds this text. Fails where the program ends or is silent before."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"silent for {PATIENCE} s, waiting for {text!r}:\n{''.join(self.said)}") from None
            if line is None:
                raise AssertionError(f"ended before it said {text!r}:\n{''.join(self.said)}")
            self.said.append(line)
            if text in line:
                return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        while not self._lines.empty():
            self.said.append(self._lines.get() or "")
        return code


@contextmanager
def running(*command: str, env: Mapping[str, str]) -> Iterator[Running]:
    """A program for as long as the block lasts."""
    program = Running(*command, env=env)
    try:
        yield program
    finally:
        program.stop()
