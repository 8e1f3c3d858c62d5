"""What a page costs: server CPU milliseconds a request, and requests a second, on PostgreSQL and Redis.

`python -m tests.performance.measure` starts gunicorn (two sync workers, as OPERATING.md has it) on a database with the
whole demo academy, asks for each page many times over kept-alive connections, and reads the workers' CPU time from
/proc. CPU is the figure to trust on a shared machine; the ratio to the view that only reads request.user is the one to
keep. `--requests 20` is the small round that CI runs.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parent.parent.parent
RESULTS = PROJECT / "tests" / "proofs" / "RESULTS.md"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Row:
    """One page's figures."""

    name: str
    cpu_ms: float
    per_second: float
    bytes: int


class Server:
    """gunicorn on a free port, its workers' CPU time at hand."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "academy.wsgi:application", "--workers", "2", "--no-control-socket",
                "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning", "--keep-alive", "30",
            ],
            cwd=PROJECT,
            env=environment,
        )  # fmt: skip
        for _ in range(600):
            try:
                self.get("/health/live")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("gunicorn did not start")

    def get(self, path: str, cookie: str = "") -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    def cpu(self) -> float:
        """CPU seconds of all workers so far."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        total = 0
        for pid in children:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def measure(server: Server, name: str, path: str, *, cookie: str, requests: int, post: dict[str, str] | None = None,
            expect: tuple[int, ...] = (200,), repeat: bool = True) -> Row:  # fmt: skip
    """Ask `requests` times on 4 connections and say what one request cost."""
    threads, size = 4, 0
    errors: list[str] = []

    def ask(count: int) -> None:
        nonlocal size
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Cookie": cookie, "Accept-Encoding": "identity"}
        body = None
        if post is not None:
            body = urlencode(post)
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        for _ in range(count):
            connection.request("POST" if post is not None else "GET", path, body=body, headers=headers)
            response = connection.getresponse()
            size = len(response.read())
            if response.status not in expect:
                errors.append(f"{name}: {response.status}")
        connection.close()

    if repeat:
        ask(4)  # warm
    before, start = server.cpu(), time.perf_counter()
    crowd = [threading.Thread(target=ask, args=(max(1, requests // threads),)) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    done = max(1, requests // threads) * threads
    seconds, cpu = time.perf_counter() - start, server.cpu() - before
    if errors:
        raise RuntimeError("; ".join(sorted(set(errors))))
    return Row(name, cpu * 1000 / done, done / seconds, size)


def prepare() -> dict[str, str]:
    """A database with the demo academy and one learner in the middle of it; returns what the requests need."""
    import django  # noqa: PLC0415  settings come from the environment that main() sets

    django.setup()
    from tests.performance.learner import prepare_learner  # noqa: PLC0415  models need Django to be set up

    return prepare_learner()


def main() -> int:
    """Measure, print, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--database", default="postgres://postgres@127.0.0.1:5432/academy_measure")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/14")
    parser.add_argument("--write", action="store_true", help="add the figures to tests/proofs/RESULTS.md")
    options = parser.parse_args()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.performance.settings",
        DATABASE_URL=options.database,
        REDIS_URL=options.redis,
        CACHE_PREFIX="measure",
        DATA_DIR=os.environ.get("DATA_DIR", str(PROJECT / "build" / "measure")),
        BASE_URL="http://127.0.0.1",
    )
    Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    things = prepare()
    server = Server(dict(os.environ))
    try:
        signed_in = things["cookie"]
        pages = [
            ("only request.user", "/_measure/user", signed_in),
            ("lesson, signed in", things["lesson"], signed_in),
            ("lesson, stranger", things["lesson"], ""),
            ("course page, signed in", things["course"], signed_in),
            ("course page, stranger", things["course"], ""),
            ("catalogue, signed in", things["catalogue"], signed_in),
            ("my learning", things["learning"], signed_in),
        ]
        rows = [measure(server, name, path, cookie=cookie, requests=options.requests) for name, path, cookie in pages]
        # A form's proof of origin stands in the page; the cookie of the same name goes with it.
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', server.get(things["lesson"], signed_in)[1])
        form = {"csrfmiddlewaretoken": token[1].decode() if token else ""}
        rows.append(
            measure(
                server,
                "mark as done",
                things["done"],
                cookie=signed_in,
                requests=options.requests,
                post=form,
                expect=(302,),
            )
        )
        rows.append(
            measure(
                server,
                "quiz: save an answer",
                things["question"],
                cookie=signed_in,
                requests=options.requests,
                post=form | {"choice": things["choice"]},
                expect=(302, 200),
            )
        )
    finally:
        server.stop()
    base = rows[0].cpu_ms or 0.01
    lines = ["| page | CPU ms a request | times the yardstick | requests a second | kB |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.cpu_ms:.1f} | {row.cpu_ms / base:.1f} | {row.per_second:.0f} | {row.bytes / 1000:.0f} |"
        for row in rows
    ]
    table = "\n".join(lines)
    print(table)
    if options.write:
        day = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# What was measured\n"
        RESULTS.write_text(
            f"{text}\n## Cost of a page, {day}\n\n{machine}; gunicorn, 2 sync workers; PostgreSQL and Redis on "
            f"the same machine; {options.requests} requests a page on 4 connections.\n\n{table}\n",
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
