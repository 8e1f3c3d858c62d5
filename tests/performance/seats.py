"""Forty people want the last five seats at the same moment, round after round, on PostgreSQL: five have one each time.

`python -m tests.performance.seats` makes a database of its own. In the second variant ten who are there already leave
meanwhile. The control takes away lock and constraint and counts in Python: then there must be more than five, or the
measuring measures nothing. CI plays fewer rounds: tests/courses/booking/test_at_the_same_time.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Barrier
from time import monotonic
from typing import Any
from unittest import mock

from tests.performance import proofs

MANY = 40
SEATS = 5
LEAVING = 10
PATIENCE = 120  # seconds


@contextmanager
def crowd(many: int = MANY) -> Iterator[Callable[[list[Callable[[], Any]]], list[Any]]]:
    """So many threads, each with its connection for as long as the block lasts; what it gives plays stories at once."""
    from django.db import DatabaseError, connection, connections  # noqa: PLC0415  models need Django to be set up

    from courses.enrolments.errors import Refused  # noqa: PLC0415  the same

    def at_once(stories: list[Callable[[], Any]]) -> list[Any]:
        """What each got: an answer, or the reason why not."""
        gate = Barrier(len(stories))

        def one(story: Callable[[], Any]) -> Any:
            connection.ensure_connection()
            gate.wait(timeout=PATIENCE)
            try:
                return story()
            except (Refused, DatabaseError) as why:
                return type(why).__name__

        return list(pool.map(one, stories))

    # The bell would have each thread send everybody's mail; that they are sent is proved elsewhere.
    with ThreadPoolExecutor(many) as pool, mock.patch("academy.mail.rules.outbox.wake"):
        try:
            yield at_once
        finally:
            at_once([connections.close_all] * many)


@dataclass
class Played:
    """What came of some rounds."""

    seconds: float = 0
    booked: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def play(rounds: int, people: list[Any], *, leaving: int = 0, judge: bool = True, until: float | None = None) -> Played:
    """Rounds of forty at once: all book, or (`leaving`) so many who are there already cancel and the others book.

    No round begins after `until`, on the monotonic clock.
    """
    from courses.booking.models import Booking  # noqa: PLC0415  the same
    from courses.flows import book_seat, free_seat  # noqa: PLC0415  the same
    from tests.factories.booking import AT, book, make_date  # noqa: PLC0415  the same

    later = AT + timedelta(minutes=1)

    def cancel(one: Any) -> str:
        return free_seat.cancel(booking_id=one.public_id, by=one.person, at=later)[0].after

    def want(session: Any, one: Any) -> str:
        step = book_seat.book(
            session_id=session.public_id, person=one, mode="place", by=one, at=later, accepts_overlap=True
        )
        return step.after

    played = Played()
    begun = monotonic()
    with crowd(len(people)) as at_once:
        for number in range(rounds):
            if until is not None and monotonic() > until:
                break
            session = make_date(seats=SEATS, reason="again and again")
            there = [book(session, person) for person in people[:leaving]]
            stories = [partial(cancel, one) for one in there]
            stories += [partial(want, session, one) for one in people[leaving:]]
            # Who comes last in the list is not always who begins last.
            turned = number % len(stories)
            answers = at_once(stories[turned:] + stories[:turned])
            answers = answers[len(stories) - turned :] + answers[: len(stories) - turned]
            rows = list(Booking.objects.filter(session=session).order_by("arrival"))
            played.booked.append(sum(row.state == "booked" for row in rows))
            if judge:
                played.wrong += [f"round {number}: {what}" for what in judged(session, people, rows, answers, leaving)]
    played.seconds = monotonic() - begun
    return played


def judged(session: Any, people: list[Any], rows: list[Any], answers: list[Any], leaving: int) -> Iterator[str]:
    """What is not as it should be after a round."""
    from courses.booking.invariants import check  # noqa: PLC0415  the same
    from courses.booking.models import WorkshopSession  # noqa: PLC0415  the same
    from tests.factories.booking import AT  # noqa: PLC0415  the same

    live = [row.state for row in rows if row.state != "cancelled"]
    coming = len(people) - leaving
    if live != ["booked"] * SEATS + ["waiting"] * (coming - SEATS):
        yield f"in the order of arrival they are {live}"
    if [row.arrival for row in rows] != list(range(1, len(people) + 1)):
        yield f"the order of arrival has gaps: {[row.arrival for row in rows]}"
    states = {row.person_id: row.state for row in rows}
    if answers[:leaving] != ["cancelled"] * leaving:
        yield f"those who left were told {answers[:leaving]}"
    for person, answer in zip(people[leaving:], answers[leaving:], strict=True):
        # Who was told that they wait may have moved up since; nobody was told of a seat that they have not.
        if answer != states[person.pk] and (answer, states[person.pk]) != ("waiting", "booked"):
            yield f"somebody was told {answer} and is {states[person.pk]}"
    yield from check(at=AT + timedelta(hours=1), sessions=WorkshopSession.objects.filter(pk=session.pk))


def without_guard(stack: ExitStack) -> None:
    """No lock on the date, no constraint, and the seats counted in Python. Only in a database that is thrown away."""
    from django.db import connection  # noqa: PLC0415  the same

    from courses.booking.models import SeatPool, WorkshopSession  # noqa: PLC0415  the same
    from courses.booking.rules import booking, seats  # noqa: PLC0415  the same

    def unlocked(public_id: Any) -> Any:
        return WorkshopSession.objects.select_related("item").get(public_id=public_id)

    def counted(pool_id: int, more: int, extra: int) -> None:
        pool = SeatPool.objects.get(pk=pool_id)
        pool.taken += more
        pool.extra += extra
        pool.save()

    for module in (seats, booking):
        stack.enter_context(mock.patch.object(module, "lock_session", unlocked))
    stack.enter_context(mock.patch.object(seats, "_count", counted))
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "courses_seatpool" DROP CONSTRAINT "pool_never_overbooked"')


def measure(rounds: int, minutes: float | None) -> tuple[str, list[str]]:
    """The figures as a table, and what is not as it should be."""
    from tests.factories.curriculum import make_site  # noqa: PLC0415  the same
    from tests.factories.people import make_person  # noqa: PLC0415  the same

    make_site()
    people = [make_person() for _ in range(MANY)]
    begun, enough = monotonic(), 60 * minutes if minutes else float("inf")
    mixed = play(rounds // 5, people, leaving=LEAVING, until=begun + enough / 4)
    built = play(rounds - rounds // 5, people, until=begun + enough)
    with ExitStack() as stack:
        without_guard(stack)
        loose = play(5, people, judge=False)
    ways = [("as built", built), (f"as built, {LEAVING} leave meanwhile", mixed)]
    lines = [
        "| way | rounds | booked in a round | rounds in which anything was wrong | seconds a round |",
        "|---|---|---|---|---|",
    ]
    for name, one in ways:
        bad = len({line.partition(":")[0] for line in one.wrong})
        many = len(one.booked)
        lines.append(f"| {name} | {many} | {proofs.span(one.booked)} | {bad} | {one.seconds / many:.2f} |")
    many = len(loose.booked)
    lines.append(f"| control: no lock, no constraint, counted in Python | {many} | {proofs.span(loose.booked)} | | |")
    wrong = [*built.wrong[:20], *mixed.wrong[:20]]
    if set(built.booked + mixed.booked) != {SEATS}:
        wrong.append("more or fewer than five have a seat")
    if max(loose.booked) <= SEATS:
        wrong.append("the control that must fail does not")
    return "\n".join(lines), wrong


def main() -> int:
    """Play in a database of its own, print, judge, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--minutes", type=float, help="begin no round after so long, however many were played")
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("seats", options.server) as machine:
        table, wrong = measure(options.rounds, options.minutes)
    return proofs.end(
        options,
        f"{MANY} people and the last {SEATS} seats",
        f"{machine}; each round a new date, and {MANY} threads that begin at the same moment. After each round: the "
        f"first {SEATS} in the order of arrival are booked and the others wait, what each was told is so, and "
        "`check_invariants` finds nothing. The control must seat more.",
        table,
        wrong,
    )


if __name__ == "__main__":
    sys.exit(main())
