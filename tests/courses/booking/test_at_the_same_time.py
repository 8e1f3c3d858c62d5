"""At the same moment: the last seats, a seat that frees, two trainers who move one date."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from academy.mail.models import OutgoingEmail
from courses.booking.invariants import check
from courses.booking.models import Booking, SeatPool, SessionChange
from courses.booking.rules import seats
from courses.flows import plan_date
from tests import databases
from tests.factories.booking import AT, DAY, fill_up, make_date, plan
from tests.factories.curriculum import make_site
from tests.factories.people import make_person
from tests.performance.seats import LEAVING, MANY, SEATS, crowd, play, without_guard

pytestmark = pytest.mark.django_db(transaction=True)


def people(many: int) -> list[Any]:
    """So many people, committed, on a site."""
    make_site()
    return [make_person() for _ in range(many)]


@pytest.mark.slow
@pytest.mark.parametrize(("leaving", "rounds"), [(0, 20), (LEAVING, 5)], ids=["all book", "some leave meanwhile"])
@pytest.mark.postgres
@pytest.mark.skipif(databases.is_sqlite(), reason="SQLite has one writer at a time: there is no race to be played")
def test_forty_want_the_last_five_seats(leaving: int, rounds: int) -> None:
    played = play(rounds, people(MANY), leaving=leaving)
    assert (played.wrong, played.booked) == ([], [SEATS] * rounds)


@pytest.mark.postgres
@pytest.mark.skipif(databases.is_sqlite(), reason="SQLite has one writer at a time: there is no race to be played")
def test_without_lock_and_constraint_there_would_be_more() -> None:
    """The control: whatever keeps five from becoming six is what was taken away here."""
    with ExitStack() as stack:
        made = people(MANY)
        without_guard(stack)
        played = play(2, made, judge=False)
    assert max(played.booked) > SEATS


def test_the_constraint_alone_lets_no_more_in_than_there_are_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    """No lock, and a look beforehand that finds every seat free: the database still refuses the sixth."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)
    monkeypatch.setattr(SeatPool, "free", property(lambda pool: pool.capacity))
    monkeypatch.setattr(seats, "_somebody_waits", lambda pool: False)
    played = play(1, people(12), judge=False)
    assert played.booked == [SEATS]
    assert (SeatPool.objects.get().taken, Booking.objects.filter(state="waiting").count()) == (SEATS, 12 - SEATS)


def test_two_trainers_move_one_date_at_once_and_the_second_decides_again() -> None:
    make_site()
    trainers = [make_person(), make_person()]
    session = make_date(trainers=trainers)
    bookings = fill_up(session, 3)
    shown = session.revision
    later = AT + timedelta(hours=1)

    def mover(number: int) -> Callable[[], Any]:
        moved = plan(trainers=trainers, day=DAY + timedelta(days=1 + number))
        moved = replace(moved, meetings=tuple(replace(meeting, number=1) for meeting in moved.meetings))
        return lambda: plan_date.change(
            public_id=session.public_id, plan=moved, revision=shown, by=trainers[number], at=later
        )[1]

    with crowd(2) as at_once:
        answers = at_once([mover(0), mover(1)])
    assert sorted(answers, key=str) == [len(bookings), "ChangedMeanwhile"]
    session.refresh_from_db()
    assert session.starts_at is not None
    assert session.starts_at.date() == DAY + timedelta(days=1 + answers.index(len(bookings)))
    assert SessionChange.objects.filter(session=session, what="moved").count() == 1
    keys = OutgoingEmail.objects.filter(kind="booking/moved").values_list("key", flat=True)
    assert [sum(key.startswith(f"booking:{one.pk}:moved:") for key in keys) for one in bookings] == [1, 1, 1]
    assert check(at=later) == []
