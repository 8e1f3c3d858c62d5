"""On which days somebody is reminded of what is due: 30, 7 and 1 days before, then once a week. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

BEFORE = (30, 7, 1)
FIRST_AFTER, EVERY = 1, 7
# Whoever was told so recently that it is due needs no reminder yet.
QUIET = timedelta(days=2)


@dataclass(frozen=True)
class Step:
    """A day on which to remind, and how many days were left by then: less than none where it is overdue."""

    day: date
    days: int

    @property
    def is_overdue(self) -> bool:
        """Whether the due date has passed by then."""
        return self.days < 0


def due_steps(due_on: date | None, agreed_on: date, today: date) -> list[Step]:
    """The steps reached by `today`, the latest last, of something due on a day that was agreed on another.

    Those before the agreement, and those too soon after it, are none: whoever was told of the date knows it. Without a
    date nothing is ever due.
    """
    if due_on is None:
        return []
    since = agreed_on + QUIET
    days = [*BEFORE, *range(-FIRST_AFTER, (due_on - today).days - 1, -EVERY)]
    steps = [Step(due_on - timedelta(days=left), left) for left in days]
    return [step for step in steps if since <= step.day <= today]


def latest_step(due_on: date | None, agreed_on: date, today: date) -> Step | None:
    """The step that holds today. After days on which nothing ran, those before it are not caught up on."""
    steps = due_steps(due_on, agreed_on, today)
    return steps[-1] if steps else None
