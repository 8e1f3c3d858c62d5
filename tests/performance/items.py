"""The item report over fifty thousand attempts, on PostgreSQL: seconds, queries, plan; and what it would be without.

`python -m tests.performance.items` makes a database of its own with two quizzes of ten questions (all kinds that are
graded at once) and so many handed-in attempts at each, some answers left out, reads the report several times, and then
takes away what makes it quick. That has to show, or the measuring measures nothing. `--attempts 500` is the small round
that CI runs; seconds are not judged there.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from itertools import permutations, product
from pathlib import Path
from typing import Any
from uuid import uuid4

PROJECT = Path(__file__).resolve().parent.parent.parent
RESULTS = PROJECT / "tests" / "proofs" / "RESULTS.md"
KINDS = ["single"] * 4 + ["multiple", "true_false", "ordering", "matching", "numeric", "short_text"]
PEOPLE_PER_ATTEMPT = 2
LIMIT_SECONDS = 1.0

ANSWERS = """
INSERT INTO courses_answer (attempt_id, number, question_id, value, saved_at, seconds, points)
SELECT asked.id, form.number, form.question_id, form.value, now(), (20 * exp(random() * 2))::int, form.points
FROM (
    SELECT attempt.id, counts.number,
        CASE WHEN random() < 0.3 + 0.6 * attempt.skill THEN 0 ELSE floor(random() * counts.n)::int END AS k
    FROM (SELECT id, random() AS skill FROM courses_quizattempt WHERE quiz_id = %(quiz)s OFFSET 0) attempt
    CROSS JOIN (SELECT number, count(*) AS n FROM measured_form GROUP BY number) counts
    WHERE random() > 0.02 OFFSET 0
) asked JOIN measured_form form ON form.number = asked.number AND form.k = asked.k
"""
UNANSWERED = """
INSERT INTO courses_unanswered (attempt_id, number, question_id)
SELECT attempt.id, form.number, form.question_id
FROM courses_quizattempt attempt CROSS JOIN (SELECT DISTINCT number, question_id FROM measured_form) form
WHERE attempt.quiz_id = %(quiz)s AND NOT EXISTS (
    SELECT 1 FROM courses_answer answer WHERE answer.attempt_id = attempt.id AND answer.number = form.number)
"""
ATTEMPTS = """
INSERT INTO courses_quizattempt (public_id, person_id, quiz_id, placement_id, purpose, number, frozen, state,
    started_at, extensions, by_clock, submitted_at, points, full_points, passed)
SELECT gen_random_uuid(), %(first)s + n %% %(people)s, %(quiz)s, %(quiz)s, 'counts', 1, %(frozen)s, 'submitted', now(),
    0, false, now(), 0, 10, false
FROM generate_series(1, %(count)s) n
"""
POINTS = """
UPDATE courses_quizattempt attempt SET points = total.points, passed = total.points >= 7
FROM (SELECT attempt_id, sum(points) AS points FROM courses_answer GROUP BY 1) total WHERE total.attempt_id = attempt.id
"""


def question(kind: str) -> dict[str, Any]:
    """A frozen question of a kind, with words in four languages."""
    count = {"true_false": 2, "ordering": 5}.get(kind, 4)
    options = []
    for place in range(count):
        option = {"id": uuid4().hex[:16], "correct": place == 0, "share": None, "place": place}
        option |= {
            "text": words(f"Option {place}"),
            "feedback": words("Because."),
            "number": str(place),
            "tolerance": "0",
        }
        options.append(option | {"match": {"id": uuid4().hex[:16], "text": words(f"Side {place}")}, "words": ["w"]})
    texts = {name: words(name) for name in ("text", "feedback", "feedback_right", "feedback_wrong")}
    base = {"format": 2, "key": str(uuid4()), "kind": kind, "points": 1, "must_pass": False, "language": "en"}
    return base | texts | {"stem": None, "image": None, "alt": {}, "unit": {}, "read_again": None, "options": options}


def words(text: str) -> dict[str, str]:
    """A text of usual length in four languages."""
    return dict.fromkeys(("en", "nl", "de", "fr"), text + " of a question as long as they are" * 2)


def answers_to(content: dict[str, Any]) -> list[Any]:
    """Answers that people could give; the right one first."""
    ids = [option["id"] for option in content["options"]]
    sides = [option["match"]["id"] for option in content["options"]]
    if content["kind"] == "ordering":
        return [dict(zip(ids, order, strict=True)) for order in permutations(range(1, 6))]
    if content["kind"] == "matching":
        right = dict(zip(ids, sides, strict=True))
        return [right, *(dict(zip(ids, chosen, strict=True)) for chosen in product(sides, repeat=4))]
    if content["kind"] == "numeric":
        return [{"typed": str(n), "number": str(n)} for n in range(300)]
    if content["kind"] == "short_text":
        return [{"text": f"materials passport {n}"} for n in range(1000)]
    if content["kind"] == "multiple":
        ticks = [sorted(name for name, is_on in zip(ids, on, strict=True) if is_on) for on in product((1, 0), repeat=4)]
        return [sorted(ids[:1]), *(each for each in ticks if each)]
    return [[name] for name in ids]


def fill(attempts: int) -> Any:
    """Two quizzes with so many attempts each; the key of one of them."""
    from django.db import connection  # noqa: PLC0415  models need Django to be set up
    from psycopg.types.json import Jsonb  # noqa: PLC0415  as above

    from academy.people.models import User  # noqa: PLC0415  as above
    from courses.attempts.models import FrozenQuestion  # noqa: PLC0415  as above
    from curriculum.items.models import LearningItem  # noqa: PLC0415  as above
    from curriculum.quizzes.freezing import digest  # noqa: PLC0415  as above

    random.seed(1)
    count = max(5, attempts // PEOPLE_PER_ATTEMPT)
    User.objects.bulk_create(
        [User(email=f"measured-{n}@demo.example", display_name=f"Measured {n}") for n in range(count)]
    )
    first = User.objects.filter(email__startswith="measured-").order_by("pk").values_list("pk", flat=True)[0]
    quizzes = [LearningItem.objects.create(key=uuid4(), kind="quiz", title=f"Quiz {n}", code=f"q{n}") for n in (1, 2)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE measured_form (question_id bigint, number int, k int, value jsonb, points numeric(6, 2))"
        )
        for quiz in quizzes:
            contents = [question(kind) for kind in KINDS]
            rows = FrozenQuestion.objects.bulk_create([FrozenQuestion(digest=digest(c), content=c) for c in contents])
            cursor.execute("TRUNCATE measured_form")
            cursor.executemany(
                "INSERT INTO measured_form VALUES (%s, %s, %s, %s, %s)",
                [
                    (row.pk, number, k, Jsonb(value), int(k == 0))
                    for number, row in enumerate(rows, 1)
                    for k, value in enumerate(answers_to(row.content))
                ],
            )
            frozen = {"format": 2, "pass_mark": 70, "counts": "best", "attempts": 3, "language": "en"}
            bands = [{"from": at, "text": words("Band"), "read_again": str(uuid4())} for at in (0, 50, 70)]
            frozen |= {"titles": words("Quiz"), "bands": bands, "digests": [row.digest for row in rows]}
            values = {"quiz": quiz.pk, "count": attempts, "people": count, "first": first, "frozen": Jsonb(frozen)}
            cursor.execute(ATTEMPTS, values)
            cursor.execute("ANALYZE measured_form")
            cursor.execute(ANSWERS, values)
            cursor.execute("ANALYZE courses_answer")
            cursor.execute(UNANSWERED, values)
        cursor.execute(POINTS)
        cursor.execute("VACUUM FULL courses_quizattempt")
        cursor.execute("VACUUM ANALYZE")
    return quizzes[0].key


def timed(key: Any, times: int) -> tuple[list[float], int, str]:
    """Seconds of each reading, how many queries one takes, and the plan of the largest."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from courses.attempts.queries import item_report  # noqa: PLC0415

    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        report = item_report(key, "en")
        seconds.append(time.perf_counter() - start)
    assert report is not None
    assert len(report.items) == len(KINDS)
    with CaptureQueriesContext(connection) as captured:
        item_report(key, "en")
    (sql,) = [query["sql"] for query in captured.captured_queries if "LN(" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return seconds, len(captured.captured_queries), "\n".join(row[0] for row in cursor.fetchall())


def read_one_by_one(key: Any) -> float:
    """Seconds of the way not taken: every answer read, and added up in Python."""
    from courses.attempts.models import Answer  # noqa: PLC0415

    start = time.perf_counter()
    seen: dict[tuple[int, str], list[Any]] = {}
    mine = Answer.objects.filter(attempt__quiz__key=key, attempt__state="submitted", attempt__purpose="counts")
    rows = mine.order_by().values_list("question_id", "value", "points", "seconds", "attempt__points")
    for question_id, value, points, spent, total in rows.iterator(chunk_size=5000):
        sums = seen.setdefault((question_id, str(value)), [0, 0, 0, 0])
        sums[0] += 1
        sums[1] += points
        sums[2] += total
        sums[3] += spent
    return time.perf_counter() - start


def without(key: Any, times: int) -> tuple[list[float], str]:
    """The same without index and statistics."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX attempt_reported")
        cursor.execute("DROP STATISTICS courses_answer_given")
        cursor.execute("ANALYZE courses_answer")
    seconds, _queries, plan = timed(key, times)
    return seconds, plan


def measure(attempts: int, times: int) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be (seconds left aside for small numbers)."""
    key = fill(attempts)
    seconds, queries, plan = timed(key, times)
    naive = read_one_by_one(key)
    bare, bare_plan = without(key, times)
    lines = [
        "| way | median seconds | slowest | queries | plan |",
        "|---|---|---|---|---|",
        f"| as built | {statistics.median(seconds):.2f} | {max(seconds):.2f} | {queries} | {shape(plan)} |",
        f"| control: without index and statistics | {statistics.median(bare):.2f} | {max(bare):.2f} | {queries} "
        f"| {shape(bare_plan)} |",
        f"| control: every answer read | {naive:.2f} | {naive:.2f} | 1 | |",
    ]
    wrong = []
    if attempts >= 50_000:
        if statistics.median(seconds) >= LIMIT_SECONDS:
            wrong.append(f"the report takes {statistics.median(seconds):.2f} s")
        if "attempt_reported" not in plan or "HashAggregate" not in plan:
            wrong.append(f"the report is planned otherwise:\n{plan}")
        if naive < LIMIT_SECONDS:
            wrong.append(f"the control that must fail takes only {naive:.2f} s")
        if "HashAggregate" in bare_plan or statistics.median(bare) <= statistics.median(seconds):
            wrong.append(f"index and statistics change nothing:\n{bare_plan}")
    return "\n".join(lines), wrong


def shape(plan: str) -> str:
    """What matters of a plan, in words."""
    found = "index of attempts" if "attempt_reported" in plan else "all attempts read"
    return f"{found}, {'groups by hash' if 'HashAggregate' in plan else 'half a million rows sorted'}"


def main() -> int:
    """Measure in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=50_000)
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--write", action="store_true", help="add the figures to tests/proofs/RESULTS.md")
    options = parser.parse_args()
    name = f"academy_items_{os.getpid()}"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.performance.settings",
        DATABASE_URL=f"{options.server}/{name}",
        REDIS_URL=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/14"),
        CACHE_PREFIX="measure-items",
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
            table, wrong = measure(options.attempts, times=7)
            version = f"PostgreSQL {connection.pg_version // 10000}"
            connection.close()
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    sys.stdout.write(f"{table}\n")
    for reason in wrong:
        sys.stderr.write(f"NOT AS IT SHOULD BE: {reason}\n")
    if options.write:
        write(options.attempts, version, table)
    return 1 if wrong else 0


def write(attempts: int, version: str, table: str) -> None:
    """Add the figures to the results."""
    day = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {version}"
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# What was measured\n"
    RESULTS.write_text(
        f"{text}\n## Item report, {day}\n\n{machine}, its usual settings; a quiz of ten questions with {attempts:,} "
        f"attempts ({attempts * len(KINDS):,} answers asked for), as many of another quiz beside it; 7 readings after "
        f"another. The first control must take longer and be planned otherwise, the second must take more than "
        f"{LIMIT_SECONDS:.0f} s.\n\n{table}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
