"""Calendar files as two parsers read them back: the same instants, one entry for each UID, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.kernel.clock import ends, instant
from academy.kernel.ical import CANCEL, REQUEST, Event, Party, calendar

STAMP = datetime(2026, 2, 2, 9, 0, 0, 5, tzinfo=UTC)
EVENT = Event(
    uid="7d1c-1@academy.example",
    title="Functional question clinic",
    sequence=3,
    stamp=STAMP,
    starts_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
    minutes=240,
    place="2.14, Town hall, Lindenmark",
    url="https://academy.example/en/dates/7d1c/",
    text="Ring; the lift is left, behind the door\nSecond line",
    organizer=Party("academy@demo.example", "Circular Procurement Academy"),
    attendee=Party("ana@example.org", 'Ana "the" O\'Neill; Dr.'),
)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
# Starts whose two hours lie across a change of clocks, and the instants that they mean.
STARTS = [
    ("Europe/Berlin", SPRING, time(1, 30), 0, "2026-03-29T00:30"),
    ("Europe/Lisbon", SPRING, time(0, 30), 0, "2026-03-29T00:30"),
    ("Europe/Athens", SPRING, time(2, 30), 0, "2026-03-29T00:30"),
    ("Atlantic/Azores", SPRING - timedelta(days=1), time(23, 30), 0, "2026-03-29T00:30"),
    ("Europe/Berlin", AUTUMN, time(1, 30), 0, "2026-10-24T23:30"),
    ("Europe/Lisbon", AUTUMN, time(0, 30), 0, "2026-10-24T23:30"),
    ("Europe/Athens", AUTUMN, time(2, 30), 0, "2026-10-24T23:30"),
    ("Atlantic/Azores", AUTUMN - timedelta(days=1), time(23, 30), 0, "2026-10-24T23:30"),
    *(
        (zone, AUTUMN, time(hour, 30), fold, f"2026-10-25T0{fold}:30")
        for zone, hour in (("Europe/Berlin", 2), ("Europe/Lisbon", 1), ("Europe/Athens", 3), ("Atlantic/Azores", 0))
        for fold in (0, 1)
    ),
]


def by_icalendar(file: bytes) -> tuple[datetime, datetime]:
    [entry] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return entry.decoded("dtstart").astimezone(UTC), entry.decoded("dtend").astimezone(UTC)


def by_vobject(file: bytes) -> tuple[datetime, datetime]:
    entry: Any = vobject.readOne(file.decode()).vevent
    return entry.dtstart.value.astimezone(UTC), entry.dtend.value.astimezone(UTC)


@pytest.mark.parametrize(("zone", "day", "start", "fold", "expected"), STARTS)
def test_both_parsers_read_the_instants_that_were_meant(
    zone: str, day: date, start: time, fold: int, expected: str
) -> None:
    starts_at = instant(day, start, zone, fold=fold)
    assert starts_at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    file = calendar([replace(EVENT, starts_at=starts_at, minutes=120)], method=REQUEST)
    meant = (starts_at, starts_at + timedelta(minutes=120))
    assert (by_icalendar(file), by_vobject(file)) == (meant, meant)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(1, 60 * 30),
)
def test_any_instant_survives_the_file(starts_at: datetime, minutes: int) -> None:
    file = calendar([replace(EVENT, starts_at=starts_at, minutes=minutes)])
    meant = (starts_at, ends(starts_at, minutes))
    assert (by_icalendar(file), by_vobject(file)) == (meant, meant)


def test_an_entry_says_who_invites_whom_and_needs_no_answer() -> None:
    file = calendar([EVENT], method=REQUEST, language="en")
    found = icalendar.Calendar.from_ical(file)
    [entry] = found.walk("VEVENT")
    assert found["method"] == REQUEST
    assert "METHOD" not in entry, "inside the entry Outlook and others do not look for it"
    assert (entry["uid"], entry["sequence"], entry["status"]) == (EVENT.uid, 3, "CONFIRMED")
    assert entry["organizer"] == "mailto:academy@demo.example"
    assert entry["attendee"] == "mailto:ana@example.org"
    answers = {name: entry["attendee"].params[name] for name in ("PARTSTAT", "RSVP", "ROLE", "CUTYPE")}
    assert answers == {
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
        "ROLE": "REQ-PARTICIPANT",
        "CUTYPE": "INDIVIDUAL",
    }
    assert entry["description"] == EVENT.text
    assert entry["dtstamp"].dt == STAMP.replace(microsecond=0)


def test_a_cancelled_entry_keeps_its_uid_and_says_so_twice() -> None:
    file = calendar([replace(EVENT, is_cancelled=True, sequence=4)], method=CANCEL)
    found: Any = vobject.readOne(file.decode())
    assert (found.method.value, found.vevent.status.value) == (CANCEL, "CANCELLED")
    assert (found.vevent.uid.value, found.vevent.sequence.value) == (EVENT.uid, "4")


def test_lines_end_and_fold_as_the_format_wants() -> None:
    long = replace(EVENT, title="Überlänge " * 30, place="Größe, größer, am größten " * 8)
    file = calendar([long], method=REQUEST)
    lines = file.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # never folded within a letter
    assert icalendar.Calendar.from_ical(file).walk("VEVENT")[0]["summary"] == long.title


def test_words_cannot_break_out_of_their_line() -> None:
    sly = replace(
        EVENT,
        title="x\r\nATTENDEE:mailto:all@example.org\r\nEND:VEVENT",
        place="y\nURL:https://bad.example",
        attendee=Party("ana@example.org", 'Ana"\r\nBEGIN:VALARM'),
    )
    [entry] = icalendar.Calendar.from_ical(calendar([sly])).walk("VEVENT")
    assert entry["attendee"] == "mailto:ana@example.org"
    assert entry["url"] == EVENT.url
    assert not entry.subcomponents


def test_the_same_events_are_the_same_bytes() -> None:
    assert calendar([EVENT], uid="a", name="Mine", refresh=True) == calendar(
        [EVENT], uid="a", name="Mine", refresh=True
    )


def test_a_feed_has_a_name_and_no_method_and_asks_to_be_fetched_again() -> None:
    file = calendar([EVENT], uid="feed-1", name="My workshops", refresh=True).decode()
    assert "METHOD" not in file
    for line in ("UID:feed-1", "NAME:My workshops", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert f"\r\n{line}\r\n" in file


def test_what_has_no_time_is_a_day_that_keeps_nobody_busy() -> None:
    due = Event(uid="due-1@academy.example", title="Due", sequence=0, stamp=STAMP, day=date(2026, 5, 1))
    [entry] = icalendar.Calendar.from_ical(calendar([due])).walk("VEVENT")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 5, 1), date(2026, 5, 2))
    assert entry["transp"] == "TRANSPARENT"
