"""Ten browsers send fifty statements each, over HTTP, each statement twice at about the same moment: none is lost, none
is kept twice, every tenth ends an attempt exactly once.

`python -m tests.performance.statements` makes a database of its own on PostgreSQL. The control takes away lock, look
and constraint: then there must be more, or the measuring measures nothing. CI plays less on both databases:
tests/courses/web/test_activities_at_once.py.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Barrier, Thread
from time import monotonic
from typing import Any
from unittest import mock
from uuid import UUID, uuid5

from tests.performance import proofs

BROWSERS = 10
EACH = 50
ENDS = 10  # every tenth statement ends an attempt
PATIENCE = 120  # seconds
TOKEN = "c" * 32
NAMES = UUID("2f0c4f4e-9a53-4b5e-8d3c-6f0d1f2e3a4b")


@dataclass(frozen=True)
class Browser:
    """Where it sends to, as whom, and by which name the attempt goes."""

    address: str
    headers: dict[str, str]
    attempt: UUID


@dataclass
class Sent:
    """What came of it: by statement the statuses, and what is kept."""

    statuses: dict[UUID, list[int]] = field(default_factory=dict)
    kept: int = 0
    finished: int = 0
    facts: int = 0
    seconds: float = 0


@contextmanager
def served() -> Iterator[int]:
    """The site on a free port, a thread for each connection, until the block ends."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415  needs Django to be set up
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415  the same

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Nobody reads it."""

    # What is known already is refused, five hundred times.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = False  # so that closing it waits for their connections to the database
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def browser(person: Any, made: Any) -> Browser:
    """A browser in which the person is signed in and has opened the activity."""
    from django.conf import settings  # noqa: PLC0415  the same
    from django.urls import reverse  # noqa: PLC0415  the same

    from tests.courses.playing import begin  # noqa: PLC0415  the same
    from tests.performance.learner import session_of  # noqa: PLC0415  the same

    attempt = begin(person, made).attempt
    cookies = {settings.SESSION_COOKIE_NAME: session_of(person), settings.CSRF_COOKIE_NAME: TOKEN}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/json",
    }
    return Browser(reverse("activity_statements", args=[attempt.public_id]), headers, attempt.public_id)


def play(browsers: list[Browser], each: int, ends: int = ENDS) -> Sent:
    """All send at once, each over two connections: the same statements in the same order."""
    from tests.courses.playing import body, statement  # noqa: PLC0415  the same

    sent = Sent()
    stories: list[list[tuple[UUID, bytes]]] = []
    for number, one in enumerate(browsers):
        posts = []
        for n in range(1, each + 1):
            name = uuid5(NAMES, f"{one.attempt}:{number}:{n}")
            verb = "completed" if n % ends == 0 else "interacted"
            posts.append((name, body(statement(one.attempt, verb), name)))
        stories += [posts, posts]
    gate = Barrier(len(stories))
    begun = monotonic()
    with served() as port, ThreadPoolExecutor(len(stories)) as pool:

        def send(number: int) -> list[tuple[UUID, int]]:
            one, found = browsers[number // 2], []
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            gate.wait(timeout=PATIENCE)
            for name, posted in stories[number]:
                connection.request("POST", one.address, posted, one.headers)
                response = connection.getresponse()
                response.read()
                found.append((name, response.status))
            connection.close()
            return found

        for answers in pool.map(send, range(len(stories))):
            for name, status in answers:
                sent.statuses.setdefault(name, []).append(status)
    sent.seconds = monotonic() - begun
    count(sent)
    return sent


def count(sent: Sent) -> None:
    """What is kept of all that was sent."""
    from courses.attempts.models import ActivityAttempt, ActivityStatement  # noqa: PLC0415  the same
    from courses.progress.models import LearningEvent  # noqa: PLC0415  the same

    rows = ActivityStatement.objects.filter(statement_id__in=sent.statuses)
    sent.kept = rows.count()
    attempts = {row.attempt_id for row in rows.only("attempt_id")}
    finished = ActivityAttempt.objects.filter(pk__in=attempts, finished_at__isnull=False)
    sent.finished = finished.count()
    people = set(ActivityAttempt.objects.filter(pk__in=attempts).values_list("person", flat=True))
    sent.facts = LearningEvent.objects.filter(person__in=people, fact="completed").count()


def judged(sent: Sent, browsers: int, each: int, people: int, ends: int = ENDS) -> list[str]:
    """What is not as it should be."""
    wrong = []
    answers = Counter(tuple(sorted(each)) for each in sent.statuses.values())
    if answers != {(201, 409): browsers * each}:
        wrong.append(f"answers to the two of each statement: {dict(answers)}")
    if sent.kept != browsers * each:
        wrong.append(f"{sent.kept} kept of {browsers * each}")
    if sent.finished != browsers * (each // ends):
        wrong.append(f"{sent.finished} attempts ended by {browsers * (each // ends)} statements")
    if sent.facts != people:
        wrong.append(f"{sent.facts} facts of {people} people")
    return wrong


@contextmanager
def as_fast_as_they_can() -> Iterator[None]:
    """One person in ten browsers sends more in a minute than is allowed: here it may."""
    with mock.patch("courses.attempts.rules.activities.MOST_IN_A_MINUTE", 10**6):
        yield


def without_guard(stack: ExitStack) -> None:
    """No lock on the learner, no look beforehand, no constraint. Only in a database that is thrown away."""
    from django.db import connection  # noqa: PLC0415  the same

    from courses.attempts.models import ActivityAttempt, ActivityStatement  # noqa: PLC0415  the same
    from courses.attempts.rules import activities  # noqa: PLC0415  the same
    from courses.flows import play_activity  # noqa: PLC0415  the same

    real: Callable[..., Any] = activities.with_statement

    def blind(rows: Any, **named: Any) -> Any:
        return real(rows, **named | {"statement_id": NAMES})

    stack.enter_context(mock.patch.object(activities, "with_statement", blind))
    stack.enter_context(mock.patch.object(play_activity, "lock_learner"))
    with connection.cursor() as cursor:
        for model in (ActivityStatement, ActivityAttempt):
            table = model._meta.db_table
            for name, about in connection.introspection.get_constraints(cursor, table).items():
                if about["unique"] and not about["primary_key"] and about["columns"] != ["public_id"]:
                    kind = "INDEX" if "open_once" in name else f'TABLE "{table}" DROP CONSTRAINT'
                    cursor.execute(f'{"DROP" if kind == "INDEX" else "ALTER"} {kind} "{name}"')


def measure() -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from tests.courses.playing import played  # noqa: PLC0415  the same
    from tests.factories import courses as learning  # noqa: PLC0415  the same
    from tests.factories.curriculum import make_site  # noqa: PLC0415  the same

    make_site()
    made = played("H5P.Unheard", {})
    lines = [
        "| way | statements | kept | attempts ended | facts | seconds |",
        "|---|---|---|---|---|---|",
    ]
    wrong: list[str] = []

    def line(way: str, sent: Sent) -> None:
        lines.append(
            f"| {way} | {len(sent.statuses)} | {sent.kept} | {sent.finished} | {sent.facts} | {sent.seconds:.1f} |"
        )

    many = [learning.make_learner(made.course) for _ in range(BROWSERS)]
    sent = play([browser(person, made) for person in many], EACH)
    line(f"{BROWSERS} people, a browser each", sent)
    wrong += judged(sent, BROWSERS, EACH, people=BROWSERS)
    with as_fast_as_they_can():
        one = learning.make_learner(made.course)
        sent = play([browser(one, made) for _ in range(BROWSERS)], EACH)
        line(f"one person, {BROWSERS} browsers", sent)
        wrong += judged(sent, BROWSERS, EACH, people=1)
        with ExitStack() as stack:
            other = learning.make_learner(made.course)
            browsers = [browser(other, made) for _ in range(BROWSERS)]
            without_guard(stack)
            loose = play(browsers, EACH)
        line(f"control: one person, {BROWSERS} browsers, no lock, no look, no constraint", loose)
    if loose.kept <= BROWSERS * EACH:
        wrong.append("the control that must keep more does not")
    return "\n".join(lines), wrong


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("statements", options.server) as machine:
        table, wrong = measure()
    return proofs.end(
        options,
        f"{BROWSERS} browsers and {EACH} statements each",
        f"{machine}; over HTTP, each statement over two connections at about the same moment, every {ENDS}th ends an "
        "attempt. Of the two one is kept (201) and one is known (409); the activity is done once. The control must "
        "keep more.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
