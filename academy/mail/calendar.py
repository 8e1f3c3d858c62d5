"""On which day, and at which hour, somebody may be written to: in the time of their own zone.

Everything is keyed by the local calendar day, so a night on which the clocks change neither repeats nor skips a mail.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .enums import Rhythm

MORNING, EVENING = time(7), time(20)
# So long news wait for the next ones of the same thing.
SETTLE = timedelta(minutes=10)
# Longer than this they do not, however fast others follow.
SETTLED = timedelta(hours=1)
# Nowhere is the day further on than this.
FURTHEST = timedelta(hours=14)


def local(at: datetime, zone: str) -> datetime:
    """The moment on the wall clock of an IANA zone."""
    return at.astimezone(ZoneInfo(zone))


def first_day(rhythm: Rhythm, at: datetime, zone: str) -> date | None:
    """The local day from which news of this moment wait to be mailed; None where they are not mailed."""
    now = local(at, zone)
    today = now.date()
    if rhythm == Rhythm.OFF:
        return None
    if rhythm == Rhythm.NOW:
        return today
    next_morning = today if now.time() < MORNING else today + timedelta(days=1)
    if rhythm == Rhythm.DAILY:
        return next_morning
    return next_morning + timedelta(days=-next_morning.weekday() % 7)


def is_day(at: datetime, zone: str) -> bool:
    """Whether it is an hour at which people want to be written to: 7 to 20 o'clock in their zone."""
    return MORNING <= local(at, zone).time() < EVENING
