"""On which days somebody is reminded: the ladder as a table, and against any order of days on which something ran."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.assignments.ladder import QUIET, Step, due_steps, latest_step

DUE = date(2027, 4, 1)
LONG_BEFORE = date(2026, 12, 1)
DAY = timedelta(days=1)


def run(agreed_on: date, days: list[date]) -> list[tuple[date, int]]:
    """What a clock that ran on these days tells, and when: the step that holds, each once."""
    told: dict[int, date] = {}
    for today in days:
        step = latest_step(DUE, agreed_on, today)
        if step is not None:
            told.setdefault(step.days, today)
    return [(day, left) for left, day in told.items()]


def test_thirty_seven_and_one_days_before_then_weekly() -> None:
    told = run(LONG_BEFORE, [DUE + DAY * shift for shift in range(-60, 24)])
    assert told == [(DUE - DAY * left, left) for left in (30, 7, 1, -1, -8, -15, -22)]


def test_who_was_told_of_the_date_needs_no_reminder_for_two_days() -> None:
    days = [DUE + DAY * shift for shift in range(-60, 3)]
    assert [left for _day, left in run(DUE - DAY * 7, days)] == [1, -1]
    assert [left for _day, left in run(DUE - DAY * 8, days)] == [1, -1]
    assert [left for _day, left in run(DUE - DAY * 9, days)] == [7, 1, -1]
    assert [left for _day, left in run(DUE - DAY * 2, days)] == [-1]


def test_without_a_date_nothing_is_due() -> None:
    assert due_steps(None, LONG_BEFORE, DUE) == []


@given(st.integers(-90, 40), st.lists(st.integers(-90, 60), unique=True).map(sorted))
def test_whatever_days_are_missed_each_step_is_told_once_and_the_latest_alone(agreed: int, ran: list[int]) -> None:
    agreed_on, days = DUE + DAY * agreed, [DUE + DAY * shift for shift in ran]
    told = run(agreed_on, days)
    every = run(agreed_on, [DUE + DAY * shift for shift in range(-95, 61)])
    assert every == [(DUE - DAY * left, left) for _day, left in every]
    assert all(day - agreed_on >= QUIET for day, _left in every)
    # On each day that ran the last step that was reached by then, unless it was told before.
    expected: list[tuple[date, int]] = []
    for today in days:
        reached = [left for day, left in every if day <= today]
        if reached and reached[-1] not in [left for _day, left in expected]:
            expected.append((today, reached[-1]))
    assert told == expected
    assert due_steps(DUE, agreed_on, DUE + DAY * 60) == [Step(day, left) for day, left in every]
