"""Everything that is derived from facts is what the facts say: after a thousand random lives, and for 100,000
enrolments in under a minute. On PostgreSQL.

`python -m tests.performance.progress` makes a database of its own. First people learn at random through the flows
(tests/courses/progress/histories.py; CI plays sixty lives), and after each step nothing may differ. Then 25,000 people
with four enrolments each are written straight into the tables, and rebuilt in one go. The controls are rows that are
spoilt: each must be found, and mended.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.performance import proofs

AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LESSONS = 12
COURSES = 3
LIMIT_SECONDS = 60.0
SPOILT = 5


def live(lives: int, seed: int) -> tuple[Counter[str], list[str]]:
    """So many random lives in one world: how often each step was taken, and what was found that should not be."""
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415  beside what needs Django to be set up
    from hypothesis import seed as seeded  # noqa: PLC0415  the same

    from tests.courses.progress.histories import (  # noqa: PLC0415  the same
        Life,
        World,
        histories,
        without_certificates,
    )
    from tests.factories.curriculum import make_site  # noqa: PLC0415  the same

    make_site()
    world, found = World(), []

    @seeded(seed)
    @settings(
        max_examples=lives, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(histories(20))
    def play(steps: Any) -> None:
        found.extend(Life(world).live(steps))

    with without_certificates():
        play()
    return world.done, found


class Crowd:
    """Many people with a path and its courses each, at all stages; rows are worked out here, not by what is proven."""

    def __init__(self, enrolments: int) -> None:
        from academy.people.models import User  # noqa: PLC0415  models need Django to be set up
        from curriculum.items.models import LearningItem  # noqa: PLC0415  the same

        count = max(1, enrolments // (COURSES + 1))
        User.objects.bulk_create(
            [User(email=f"crowd-{n}@demo.example", display_name=f"Crowd {n}") for n in range(count)], batch_size=5000
        )
        self.people = list(User.objects.filter(email__startswith="crowd-").order_by("pk").values_list("pk", flat=True))
        make = LearningItem.objects.create
        self.courses = []
        for n in range(COURSES):
            course = make(key=uuid4(), kind="course", code=f"R-{n}", title=f"Course {n}")
            lessons = [make(key=uuid4(), kind="lesson", title=f"Lesson {n}.{m}") for m in range(LESSONS)]
            self.courses.append((course, lessons, make(key=uuid4(), kind="quiz", title=f"Quiz {n}")))
        self.path = make(key=uuid4(), kind="path", code="R", title="Path")
        self.events: list[tuple[Any, ...]] = []
        self.rows: list[tuple[Any, ...]] = []
        self.enrolments: list[tuple[Any, ...]] = []
        random.seed(1)
        for person in self.people:
            self._live(person)

    def rule(self, nodes: list[dict[str, Any]]) -> dict[str, Any]:
        """A frozen rule that asks for all of these."""
        return {
            "version": 2, "since": None, "root": {"all": nodes}, "advised": [], "locks": {}, "valid_months": None,
        }  # fmt: skip

    def _live(self, person: int) -> None:
        ended = [self._take(person, n) for n in range(COURSES)]
        nodes = [{"kind": "course", "key": str(course.key)} for course, _lessons, _quiz in self.courses]
        done = max((at for at in ended if at), default=None) if all(ended) else None
        self._enrol(person, self.path, self.rule(nodes), done)

    def _take(self, person: int, n: int) -> datetime | None:
        """One course: some lessons, some of them taken back and done again, perhaps the quiz. When it was completed."""
        course, lessons, quiz = self.courses[n]
        done, at = random.choice([0, 3, 6, 9, LESSONS, LESSONS]), AT + timedelta(days=10 * n)
        nodes: list[dict[str, Any]] = [
            {"all": [{"kind": "lesson", "key": str(lesson.key)} for lesson in lessons], "of": str(course.key)},
            {"kind": "quiz", "key": str(quiz.key), "at": 70, "counts": "best", "attempts": 3},
        ]
        for lesson in lessons[:done]:
            at += timedelta(hours=1)
            self.events.append((person, lesson.pk, "completed", at, {}))
            if random.random() < 0.1:
                self.events.append((person, lesson.pk, "undone", at + timedelta(minutes=1), {}))
                at += timedelta(minutes=2)
                self.events.append((person, lesson.pk, "completed", at, {}))
            self.rows.append((person, lesson.pk, "completed", at, None))
        tries = random.choice([[], [40], [40, 80], [90]])
        for number, percent in enumerate(tries):
            at += timedelta(hours=1)
            data = {"percent": percent, "counts": "best", "attempt": f"{person}-{n}-{number}"}
            self.events.append((person, quiz.pk, "passed" if percent >= 70 else "failed", at, data))
        if tries:
            passed = tries[-1] >= 70
            row = ("completed", at, tries[-1]) if passed else ("in_progress", None, tries[-1])
            self.rows.append((person, quiz.pk, *row))
        ended = at if done == LESSONS and tries and tries[-1] >= 70 else None
        self._enrol(person, course, self.rule(nodes), ended)
        return ended

    def _enrol(self, person: int, item: Any, rule: dict[str, Any], ended: datetime | None) -> None:
        self.enrolments.append((person, item.pk, rule, ended))
        self.events.append((person, item.pk, "enrolled", AT, {"cycle": 1}))
        if ended:
            self.events.append((person, item.pk, "finished", ended, {"cycle": 1}))
        row = ("completed", ended, None) if ended else ("in_progress", None, None)
        self.rows.append((person, item.pk, *row))

    def write(self) -> None:
        """Into the tables, by COPY."""
        from django.db import connection  # noqa: PLC0415  as above
        from psycopg.types.json import Jsonb  # noqa: PLC0415  as above

        events = ((*row[:4], Jsonb(row[4])) for row in self.events)
        enrolled = ((p, i, Jsonb(rule), AT, end, Jsonb([]), 1, "full", 1) for p, i, rule, end in self.enrolments)
        tables: list[tuple[str, Iterator[tuple[Any, ...]]]] = [
            ("courses_learningevent (person_id, item_id, fact, at, data)", events),
            ("courses_itemprogress (person_id, item_id, standing, completed_at, percent)", iter(self.rows)),
            (
                "courses_enrolment (person_id, item_id, rule, started_at, completed_at, waived, cycle, route, "
                "rule_version)",
                enrolled,
            ),
        ]
        with connection.cursor() as cursor:
            for table, rows in tables:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute("ANALYZE")


def rebuild(repair: bool) -> tuple[str, float, list[str]]:
    """Seconds as they are told, seconds, and what differs."""
    from courses.progress.rebuilding import differences  # noqa: PLC0415  as above

    start, cpu = time.perf_counter(), time.process_time()
    found = list(differences(repair=repair, at=AT))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return f"{seconds:.1f} | {cpu:.1f}", seconds, found


def spoil() -> None:
    """Five rows are not what the facts say."""
    from courses.progress.models import ItemProgress  # noqa: PLC0415  as above

    every = ItemProgress.objects.filter(standing="completed", person__email__startswith="crowd-")
    chosen = list(every.order_by("pk").values_list("pk", flat=True)[:: max(1, every.count() // SPOILT)][:SPOILT])
    ItemProgress.objects.filter(pk__in=chosen[:2]).update(completed_at=AT)
    ItemProgress.objects.filter(pk__in=chosen[2:4]).update(standing="not_started")
    ItemProgress.objects.filter(pk__in=chosen[4:]).delete()


def measure(lives: int, enrolments: int) -> tuple[str, list[str]]:
    """The figures as tables, and what is not as it should be."""
    seed = random.randrange(10**6)
    done, wrong = live(lives, seed)
    told, seconds, found = rebuild(repair=False)
    wrong = wrong[:5] + found[:5]
    steps = ", ".join(f"{name} {count}" for name, count in done.most_common())
    lines = [
        "| people | facts | enrolments | seconds | of them at work itself | differences |",
        "|---|---|---|---|---|---|",
        f"| {lives} random lives | {_facts()} | {_enrolments()} | {told} | {len(wrong) or 'none'} |",
    ]
    crowd = Crowd(enrolments)
    crowd.write()
    told, seconds, found = rebuild(repair=False)
    wrong += found[:5]
    row = f"| {_facts()} | {_enrolments()}"
    lines.append(f"| and {len(crowd.people)} more {row} | {told} | {len(found) or 'none'} |")
    if enrolments >= 100_000 and seconds >= LIMIT_SECONDS:
        wrong.append(f"rebuilding took {seconds:.1f} s")
    spoil()
    told, _seconds, found = rebuild(repair=True)
    lines.append(f"| control: {SPOILT} rows spoilt {row} | {told} | {len(found)}, mended |")
    again = rebuild(repair=False)[2]
    if len(found) != SPOILT or again:
        wrong.append(f"of {SPOILT} spoilt rows {len(found)} were found, {len(again)} are left")
    return "\n".join(lines) + f"\n\nSteps taken, others were refused: {steps}. Seed {seed}.", wrong


def _facts() -> int:
    from courses.progress.models import LearningEvent  # noqa: PLC0415  as above

    return LearningEvent.objects.count()


def _enrolments() -> int:
    from courses.enrolments.models import Enrolment  # noqa: PLC0415  as above

    return Enrolment.objects.count()


def main() -> int:
    """Prove in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=1_000)
    parser.add_argument("--enrolments", type=int, default=100_000)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("progress", options.server) as machine:
        table, wrong = measure(options.lives, options.enrolments)
    return proofs.end(
        options,
        "Summaries rebuilt from facts",
        f"{machine}; `rebuild_progress` in one process. Random lives of at most 20 steps in two courses, a workshop "
        "and a path, and nothing differed after any step; then people with a path and three courses of 12 lessons "
        "and a quiz each, at all stages. What was spoilt must be found.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
