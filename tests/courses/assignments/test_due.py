"""A due date waits for who is away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assignments.due import Away, due_after, first_due, is_away

AGREED_ON = date(2027, 2, 1)
DUE = date(2027, 3, 1)
DAYS = st.integers(-60, 200).map(lambda number: AGREED_ON + timedelta(days=number))


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], DUE),
        ([Away(date(2027, 2, 10), date(2027, 2, 19))], date(2027, 3, 11)),
        # Begun before it was agreed: only the days since count.
        ([Away(date(2027, 1, 1), date(2027, 2, 2))], date(2027, 3, 3)),
        ([Away(date(2027, 1, 1), date(2027, 1, 31))], DUE),
        ([Away(date(2027, 3, 2), date(2027, 3, 20))], DUE),
        # The moved date reaches into the next pause.
        ([Away(date(2027, 3, 2), date(2027, 3, 3)), Away(date(2027, 2, 10), date(2027, 2, 12))], date(2027, 3, 6)),
        ([Away(date(2027, 2, 10))], DUE),
    ],
)
def test_each_day_away_moves_it_by_a_day(pauses: list[Away], due: date) -> None:
    assert due_after(DUE, AGREED_ON, pauses) == due
    assert due_after(None, AGREED_ON, pauses) is None


@given(st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4), DAYS)
def test_the_days_left_at_work_are_never_fewer_than_agreed(spans: list[tuple[date, int]], agreed: date) -> None:
    pauses: list[Away] = []
    for since, length in sorted(spans):
        if not pauses or since > (pauses[-1].until or since):
            pauses.append(Away(since, since + timedelta(days=length)))
    due = due_after(agreed, AGREED_ON, pauses)
    assert due is not None

    def at_work(until: date, away: list[Away]) -> int:
        days = (AGREED_ON + timedelta(days=number) for number in range((until - AGREED_ON).days + 1))
        return sum(not is_away(away, day) for day in days)

    assert at_work(due, pauses) == at_work(agreed, []) if agreed >= AGREED_ON else due == agreed


def test_a_relative_date_counts_from_joining_or_from_the_assignment_whichever_is_later() -> None:
    joined, assigned = date(2027, 4, 1), date(2027, 2, 1)
    dates = [
        first_due(due_on=None, due_days=90, joined=joined, assigned=assigned),
        first_due(due_on=None, due_days=90, joined=assigned, assigned=joined),
        first_due(due_on=DUE, due_days=None, joined=joined, assigned=assigned),
        first_due(due_on=None, due_days=None, joined=joined, assigned=assigned),
    ]
    assert dates == [date(2027, 6, 30), date(2027, 6, 30), DUE, None]
