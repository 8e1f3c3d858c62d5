"""When something is due: the agreed day, moved by the days on which somebody was away. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Away:
    """Days on which somebody is away, both included; `until` None: until further notice."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether they are away on this day."""
        return self.since <= day and (self.until is None or day <= self.until)


def due_after(agreed: date | None, agreed_on: date, pauses: Iterable[Away]) -> date | None:
    """The day on which something is due that was agreed on day `agreed_on` to be due on day `agreed`.

    Each day away between the agreement and the due date moves it by a day; a moved date may reach into the next pause,
    which then moves it too. A pause without an end moves nothing yet: as long as it lasts nothing is due anyway
    (`is_away`), and its end says by how much. None stays None: without a date nothing is ever due.
    """
    if agreed is None:
        return None
    due = agreed
    for pause in sorted(pauses, key=lambda one: one.since):
        since = max(pause.since, agreed_on)
        if pause.until is None or pause.until < since or since > due:
            continue
        due += pause.until - since + DAY
    return due


def is_away(pauses: Iterable[Away], day: date) -> bool:
    """Whether one of the pauses covers the day."""
    return any(pause.covers(day) for pause in pauses)


def first_due(*, due_on: date | None, due_days: int | None, joined: date, assigned: date) -> date | None:
    """The day agreed for somebody who joined on a day and was assigned it on another.

    Either a fixed date, or so many days counted from joining; who was there already when it was assigned counts from
    the assignment. A fixed date that has passed for a later joiner is theirs all the same: the manager decides.
    """
    if due_on is not None:
        return due_on
    if due_days is not None:
        return max(joined, assigned) + timedelta(days=due_days)
    return None
