"""Twenty hand-ins of one attempt at the same moment, round after round, on PostgreSQL: one is accepted each time.

`python -m tests.performance.submits` makes a database of its own. The control takes away lock and guard: then more than
one is accepted, or the measuring measures nothing. CI plays one round on both databases:
tests/courses/flows/test_at_the_same_time.py.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from unittest import mock

PROJECT = Path(__file__).resolve().parent.parent.parent
RESULTS = PROJECT / "tests" / "proofs" / "RESULTS.md"
MANY = 20


def play(rounds: int, made: Any) -> tuple[list[int], list[int], list[int]]:
    """For each round how many hand-ins were accepted, how many facts and how many certificates there are."""
    from django.db import connection, connections  # noqa: PLC0415  models need Django to be set up

    from courses.certificates.models import Certificate  # noqa: PLC0415
    from courses.enrolments.errors import Refused  # noqa: PLC0415
    from courses.progress.models import LearningEvent  # noqa: PLC0415
    from tests.factories import courses as learning  # noqa: PLC0415

    accepted, facts, certificates = [], [], []
    for _ in range(rounds):
        person = learning.make_learner(made)
        learning.finish_lessons(person, made)
        attempt = learning.begin_quiz(person, made)
        learning.answer(person, attempt, [True] * len(attempt.frozen["digests"]))
        gate = Barrier(MANY)

        def hand_in(_: int, person: Any = person, attempt: Any = attempt, gate: Barrier = gate) -> bool:
            try:
                connection.ensure_connection()
                gate.wait(timeout=60)
                learning.hand_in(person, attempt)
            except Refused:
                return False
            except Exception as error:
                # Only the control gets here: what the guard kept from happening meets a constraint instead.
                return type(error).__name__ != "IntegrityError"
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(MANY) as pool:
            accepted.append(sum(pool.map(hand_in, range(MANY))))
        facts.append(LearningEvent.objects.filter(person=person, fact="passed").count())
        certificates.append(Certificate.objects.filter(person=person).count())
    return accepted, facts, certificates


def without_guard(stack: ExitStack) -> None:
    """No lock on the person or the attempt, and no condition on the update."""
    from courses.attempts.models import QuizAttempt  # noqa: PLC0415
    from courses.attempts.rules import submitting  # noqa: PLC0415
    from courses.progress import rules as progress  # noqa: PLC0415

    def unlocked(person: Any, public_id: Any) -> Any:
        return QuizAttempt.objects.select_related("enrolment", "quiz", "placement").get(public_id=public_id)

    class Unconditional:
        objects = mock.Mock(filter=lambda pk, **_: QuizAttempt.objects.filter(pk=pk))

    stack.enter_context(mock.patch.object(submitting, "lock_learner"))
    stack.enter_context(mock.patch.object(submitting, "locked", unlocked))
    stack.enter_context(mock.patch.object(submitting, "QuizAttempt", Unconditional))
    stack.enter_context(mock.patch.object(progress.enrolment_rules, "lock_learner"))


def measure(rounds: int, control_rounds: int) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from tests.factories.curriculum import make_course, make_site  # noqa: PLC0415

    make_site()
    made = make_course()
    accepted, facts, certificates = play(rounds, made)
    with ExitStack() as stack:
        without_guard(stack)
        loose, loose_facts, _ = play(control_rounds, made)
    lines = [
        "| way | rounds | accepted in a round | facts in a round | certificates in a round |",
        "|---|---|---|---|---|",
        f"| as built | {rounds} | {span(accepted)} | {span(facts)} | {span(certificates)} |",
        f"| control: no lock, no guard | {control_rounds} | {span(loose)} | {span(loose_facts)} | |",
    ]
    wrong = []
    if set(accepted) != {1} or set(facts) != {1} or set(certificates) != {1}:
        wrong.append("more or less than one hand-in was accepted")
    if max(loose) <= 1 and max(loose_facts) <= 1:
        wrong.append("the control that must fail does not")
    return "\n".join(lines), wrong


def span(numbers: list[int]) -> str:
    """From the smallest to the largest."""
    return str(min(numbers)) if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)}"


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--write", action="store_true", help="add the figures to tests/proofs/RESULTS.md")
    options = parser.parse_args()
    name = f"academy_submits_{os.getpid()}"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.performance.settings",
        DATABASE_URL=f"{options.server}/{name}",
        REDIS_URL=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/14"),
        CACHE_PREFIX=name,
        DATA_DIR=os.environ.get("DATA_DIR", str(PROJECT / "build" / "measure")),
        BASE_URL="http://127.0.0.1",
    )
    Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    import django  # noqa: PLC0415  settings come from the environment set above
    import psycopg  # noqa: PLC0415

    with psycopg.connect(f"{options.server}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            django.setup()
            from django.core.management import call_command  # noqa: PLC0415  the same
            from django.db import connection  # noqa: PLC0415

            call_command("migrate", verbosity=0, interactive=False)
            table, wrong = measure(options.rounds, max(5, options.rounds // 10))
            version = f"PostgreSQL {connection.pg_version // 10000}"
            connection.close()
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    sys.stdout.write(f"{table}\n")
    for reason in wrong:
        sys.stderr.write(f"NOT AS IT SHOULD BE: {reason}\n")
    if options.write:
        write(version, table)
    return 1 if wrong else 0


def write(version: str, table: str) -> None:
    """Add the figures to the results."""
    day = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {version}"
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# What was measured\n"
    RESULTS.write_text(
        f"{text}\n## Twenty hand-ins of one attempt at once, {day}\n\n{machine}; each round a new learner who has done "
        f"all lessons, and {MANY} threads that begin at the same moment. The control must accept more than one.\n\n"
        f"{table}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
