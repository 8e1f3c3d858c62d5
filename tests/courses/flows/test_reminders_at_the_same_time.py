"""Reminders while something else happens: nobody is reminded of what they complete, and two clocks tell it once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from academy.mail.models import Notice
from courses.assignments import emails, rules
from courses.flows import remind_duties, tell_duties
from tests.factories.teams import Team, assign, duty_of, make_item, make_team

pytestmark = pytest.mark.django_db(transaction=True)
EVE = datetime(2027, 3, 31, 5, tzinfo=UTC)


@pytest.fixture
def team() -> Team:
    """Four buyers with something due tomorrow."""
    team = make_team({"Buying": 4})
    assign(team, make_item(), due_on=date(2027, 4, 1))
    return team


def closing(story: Callable[[], Any]) -> Any:
    try:
        return story()
    finally:
        connection.close()


def reminders() -> int:
    return Notice.objects.filter(kind=emails.REMINDER).count()


@pytest.mark.parametrize("is_locked", [True, False])
def test_nobody_is_reminded_of_what_they_complete_at_this_moment(
    team: Team, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """On PostgreSQL who is held is passed over; without the lock, the control, they are told what is done."""
    person = team.people["Buying"][0]
    duty = duty_of(person)
    if not is_locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)
    inside, told = Event(), Event()

    def complete() -> None:
        with transaction.atomic():
            done = rules.note_completed(person_id=person.pk, completed={duty.item_id: EVE}, at=EVE)
            tell_duties.over(done, at=EVE)
            inside.set()
            # SQLite has one writer: there the reminders wait for us, and not we for them.
            told.wait(timeout=0.5 if connection.vendor == "sqlite" else 30)

    with ThreadPoolExecutor(1) as pool:
        completing = pool.submit(closing, complete)
        assert inside.wait(timeout=30)
        remind_duties.remind(at=EVE)
        told.set()
        completing.result()
    wrong = 0 if is_locked or connection.vendor == "sqlite" else 1
    assert (Notice.objects.filter(kind=emails.REMINDER, person=person).count(), reminders()) == (wrong, 3 + wrong)


def test_two_clocks_tell_each_step_once(team: Team) -> None:
    gate = Barrier(2)

    def remind() -> int:
        gate.wait(timeout=30)
        return remind_duties.remind(at=EVE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(closing, [remind, remind]))
    # What one held the other passed over: within the hour it is looked at again.
    remind_duties.remind(at=EVE)
    assert (reminders(), remind_duties.remind(at=EVE)) == (4, 0)
