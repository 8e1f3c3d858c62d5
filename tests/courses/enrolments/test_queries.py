"""Due dates and frozen rules, read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, due_state, rule_of
from curriculum.conditions.nodes import AllOf, Part

TODAY = date(2026, 2, 2)
THEN = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "completed_at", "expected"),
    [
        (None, None, Due.NONE),
        (-1, None, Due.OVERDUE),
        (0, None, Due.DUE_SOON),
        (28, None, Due.DUE_SOON),
        (29, None, Due.ON_TRACK),
        (-1, THEN, Due.COMPLETED),
        (None, THEN, Due.COMPLETED),
    ],
)
def test_a_due_date_lasts_until_its_day_is_over(days: int | None, completed_at: datetime | None, expected: Due) -> None:
    due_on = TODAY + timedelta(days=days) if days is not None else None
    assert due_state(due_on, completed_at, TODAY) == expected


def test_a_frozen_rule_is_read_as_it_was_written() -> None:
    lesson, quiz = UUID(int=1), UUID(int=2)
    parts = [
        {"kind": "lesson", "key": str(lesson)},
        {"kind": "quiz", "key": str(quiz), "at": 70, "counts": "last", "attempts": 3},
    ]
    enrolment = Enrolment(rule={"version": 1, "since": THEN.isoformat(), "all": parts}, started_at=THEN)
    rule = rule_of(enrolment)
    root = AllOf((Part("lesson", lesson), Part("quiz", quiz, 70, "last", 3)))
    assert rule == Rule(root, since=THEN, started_at=THEN)
    assert (rule.keys, rule.quiz) == ({lesson, quiz}, rule.parts[1])


def test_a_rule_of_the_future_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="unknown version"):
        rule_of(Enrolment(rule={"version": 3, "all": []}))
