"""What the proofs of booking share: a database of their own, the machine's name, the place where figures go."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
RESULTS = PROJECT / "tests" / "proofs" / "RESULTS.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the server is, and whether figures are kept."""
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--write", action="store_true", help="add the figures to tests/proofs/RESULTS.md")


@contextmanager
def database(purpose: str, server: str, settings: str = "tests.performance.settings") -> Iterator[str]:
    """An empty migrated database on PostgreSQL for as long as the block lasts, Django set up. The machine's name."""
    name = f"academy_{purpose}_{os.getpid()}"
    os.environ.update(
        DJANGO_SETTINGS_MODULE=settings,
        DATABASE_URL=f"{server}/{name}",
        REDIS_URL=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/14"),
        CACHE_PREFIX=name,
        DATA_DIR=os.environ.get("DATA_DIR", str(PROJECT / "build" / "measure")),
        BASE_URL=os.environ.get("BASE_URL", "http://127.0.0.1"),
    )
    Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    import django  # noqa: PLC0415  settings come from the environment set above
    import psycopg  # noqa: PLC0415  the same

    with psycopg.connect(f"{server}/postgres", autocommit=True) as console:
        console.execute(f'CREATE DATABASE "{name}"')
        try:
            django.setup()
            from django.core.management import call_command  # noqa: PLC0415  the same
            from django.db import connection  # noqa: PLC0415  the same

            call_command("migrate", verbosity=0, interactive=False)
            yield (
                f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
                f"PostgreSQL {connection.pg_version // 10000}"
            )
            connection.close()
        finally:
            console.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def span(numbers: list[int]) -> str:
    """From the smallest to the largest."""
    return str(min(numbers)) if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)}"


def end(options: argparse.Namespace, title: str, text: str, table: str, wrong: list[str]) -> int:
    """Print the figures, say what is not as it should be, add the figures to the results. The exit code."""
    sys.stdout.write(f"{table}\n")
    for reason in wrong:
        sys.stderr.write(f"NOT AS IT SHOULD BE: {reason}\n")
    if options.write:
        day = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        had = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# What was measured\n"
        RESULTS.write_text(f"{had}\n## {title}, {day}\n\n{text}\n\n{table}\n", encoding="utf-8")
    return 1 if wrong else 0
