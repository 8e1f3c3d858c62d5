"""Local time as people write it, and the instant that it means (architecture decision 13).

What was agreed is a day, a time on the wall, an IANA zone and, for the hour that comes twice in autumn, which of the
two. The instant in UTC is derived, so a change of a zone's rules moves the instant and never what was agreed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class TimeDoesNotExist(ValueError):
    """The clocks jump over this time on this day; `instead` is the first local time after the jump that does exist."""

    def __init__(self, instead: datetime) -> None:
        super().__init__(f"no such local time; the clocks go on at {instead:%H:%M}")
        self.instead = instead


def instant(day: date, start: time, zone: str, *, fold: int = 0) -> datetime:
    """The moment in UTC at which a clock on a wall in this IANA zone shows this day and time.

    `fold` 1 means the second of two such moments (the clocks were put back). Raises TimeDoesNotExist for a time that
    the clocks jump over: RFC 5545 lets programs guess there, and they guess differently.
    """
    local = datetime.combine(day, start, ZoneInfo(zone)).replace(fold=fold)
    found = local.astimezone(UTC)
    again = found.astimezone(local.tzinfo)
    if again.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise TimeDoesNotExist(_after_the_jump(local))
    return found


def comes_twice(day: date, start: time, zone: str) -> bool:
    """Whether clocks in this zone show this time twice on this day."""
    local = datetime.combine(day, start, ZoneInfo(zone))
    first, second = (local.replace(fold=fold) for fold in (0, 1))
    exists = first.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    return exists and first.utcoffset() != second.utcoffset()


def ends(starts_at: datetime, minutes: int) -> datetime:
    """The moment so many real minutes later, in UTC.

    Adding to a local time would be wall time: 1:30 and two hours is 3:30 on a night of three real hours.
    """
    return starts_at.astimezone(UTC) + timedelta(minutes=minutes)


def overlap(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> bool:
    """Whether two stretches of time share a moment; one that ends as the other begins does not."""
    return a_start < b_end and b_start < a_end


def _after_the_jump(local: datetime) -> datetime:
    """The first local time after the gap in which `local` lies, to the minute.

    Read with the offset from before the jump and with the one from after it, `local` lies on either side of the jump.
    """
    zone = local.tzinfo
    below, above = (local.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    after = above.astimezone(zone).utcoffset()
    while above - below > timedelta(minutes=1):
        middle = below + timedelta(minutes=(above - below) // timedelta(minutes=2))
        below, above = (below, middle) if middle.astimezone(zone).utcoffset() == after else (middle, above)
    return above.astimezone(zone)
