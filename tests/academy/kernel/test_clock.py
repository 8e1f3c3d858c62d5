"""Local times mean one instant: in summer and winter, in the hour that comes twice and in the one that is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.kernel.clock import TimeDoesNotExist, comes_twice, ends, instant, overlap

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
# The hours that clocks in a zone leave out in spring and show twice in autumn, both at 1 o'clock UTC.
ZONES = {"Europe/Berlin": (2, 2), "Europe/Lisbon": (1, 1), "Europe/Athens": (3, 3), "Atlantic/Azores": (0, 0)}
zones = pytest.mark.parametrize("zone", list(ZONES))


@zones
def test_a_time_that_clocks_jump_over_is_refused_with_the_first_one_after_it(zone: str) -> None:
    left_out, _ = ZONES[zone]
    for minute in (0, 1, 30, 59):
        for fold in (0, 1):
            with pytest.raises(TimeDoesNotExist) as caught:
                instant(SPRING, time(left_out, minute), zone, fold=fold)
            instead = caught.value.instead
            assert (instead.date(), instead.time()) == (SPRING, time(left_out + 1))
            assert instead.astimezone(UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)
            assert instant(instead.date(), instead.time(), zone) == instead


@zones
def test_times_around_the_jump_mean_instants_an_hour_apart(zone: str) -> None:
    left_out, _ = ZONES[zone]
    day = SPRING if left_out else SPRING - timedelta(days=1)
    before = instant(day, time((left_out - 1) % 24, 59), zone)
    after = instant(SPRING, time(left_out + 1, 0), zone)
    assert (before, after) == (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC))


@zones
def test_the_hour_that_comes_twice_has_two_instants(zone: str) -> None:
    _, twice = ZONES[zone]
    first, second = (instant(AUTUMN, time(twice, 30), zone, fold=fold) for fold in (0, 1))
    assert (first, second) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert comes_twice(AUTUMN, time(twice, 30), zone)
    assert not comes_twice(AUTUMN, time(twice + 1, 0), zone)
    assert not comes_twice(SPRING, time(ZONES[zone][0], 30), zone), "a time that is left out comes never"


def test_an_end_lies_so_many_real_minutes_later() -> None:
    start = instant(AUTUMN, time(1, 30), "Europe/Berlin")
    assert ends(start, 120) == instant(AUTUMN, time(2, 30), "Europe/Berlin", fold=1)


def test_a_whole_day_that_was_left_out_is_refused_too() -> None:
    with pytest.raises(TimeDoesNotExist) as caught:
        instant(date(2011, 12, 30), time(10), "Pacific/Apia")
    assert (caught.value.instead.date(), caught.value.instead.time()) == (date(2011, 12, 31), time(0))


def test_what_ends_as_the_other_begins_does_not_overlap() -> None:
    ten, eleven, twelve = (datetime(2026, 3, 10, hour, tzinfo=UTC) for hour in (10, 11, 12))
    assert not overlap(ten, eleven, eleven, twelve)
    assert overlap(ten, twelve, eleven, twelve)
    assert overlap(ten, twelve, ten, eleven)


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.times(),
    st.sampled_from([*ZONES, "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"]),
    st.integers(0, 1),
)
def test_every_time_is_an_instant_that_shows_it_or_is_refused_with_one_that_exists(
    day: date, start: time, zone: str, fold: int
) -> None:
    start = start.replace(second=0, microsecond=0, fold=0)
    try:
        found = instant(day, start, zone, fold=fold)
    except TimeDoesNotExist as refused:
        instead = refused.instead
        assert (instead.date(), instead.time()) > (day, start)
        assert instant(instead.date(), instead.time(), zone) == instead
    else:
        assert found.tzinfo is UTC
        shown = found.astimezone(ZoneInfo(zone))
        assert (shown.date(), shown.time().replace(fold=0)) == (day, start)
