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


@dataclass(frozen=True)
class Ask:
    """One request: address, cookie, and what is posted if anything."""

    path: str
    cookie: str = ""
    post: dict[str, str] | None = None


def measure(server: Server, name: str, asks: list[Ask], expect: tuple[int, ...] = (200,)) -> Row:
    """Ask for each of these on 4 connections and say what one request cost."""
    threads, size = 4, 0
    errors: set[str] = set()

    def ask(mine: list[Ask]) -> None:
        nonlocal size
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for one in mine:
            headers = {"Cookie": one.cookie} if one.cookie else {}
            body = None
            if one.post is not None:
                body = urlencode(one.post)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST" if body is not None else "GET", one.path, body=body, headers=headers)
            response = connection.getresponse()
            size = len(response.read())
            if response.status not in expect:
                errors.add(f"{name}: {response.status} {response.headers.get('Location', '')}")
        connection.close()

    before, start = server.cpu(), time.perf_counter()
    crowd = [threading.Thread(target=ask, args=(asks[number::threads],)) for number in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    seconds, cpu = time.perf_counter() - start, server.cpu() - before
    if errors:
        raise RuntimeError("; ".join(sorted(errors)))
    return Row(name, cpu * 1000 / len(asks), len(asks) / seconds, size)


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
    import django  # noqa: PLC0415  settings come from the environment set above

    django.setup()
    from tests.performance import learner  # noqa: PLC0415  models need Django to be set up

    count = options.requests
    learner.prepare_database()
    many = learner.prepare_learners(max(8, count // 8))
    one = many[0]
    form = {"csrfmiddlewaretoken": learner.TOKEN}
    server = Server(dict(os.environ))
    try:
        pages = {
            "only request.user": Ask("/_measure/user", one.cookie),
            "lesson, signed in": Ask(one.lesson, one.cookie),
            "lesson, stranger": Ask(one.lesson),
            "course page, signed in": Ask(one.course, one.cookie),
            "course page, stranger": Ask(one.course),
            "catalogue, signed in": Ask(one.catalogue, one.cookie),
            "my learning": Ask(one.learning, one.cookie),
            "mark as done": Ask(one.done, one.cookie, form),
            "quiz: save an answer": Ask(one.question, one.cookie, form | {"choice": "1"}),
        }
        rows = []
        for name, ask in pages.items():
            measure(server, name, [ask] * 8, (200, 302))  # warm
            rows.append(measure(server, name, [ask] * count, (302,) if ask.post else (200,)))
        hand_in = [Ask(each.check, each.cookie, form | {"certificate_name": "Measured Learner"}) for each in many]
        rows.append(measure(server, "quiz: hand in", hand_in, (302,)))
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
