"""Files of join times: as the video tools write them in four languages, and as nobody should send them."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.booking import reading
from courses.booking.errors import FileUnread
from courses.booking.reading import Around, Listed, Stay, match, minutes_there, plain_name, read

# Ten to one in Berlin, on a day whose number could be a month as well.
AROUND = Around(datetime(2027, 2, 9, 9, tzinfo=UTC), datetime(2027, 2, 9, 12, tzinfo=UTC), "Europe/Berlin")
JANA = Listed(1, "Jana Albers", "jana@town.example")
INES = Listed(2, "Inês Costa", "ines@town.example")
LUC = Listed(3, "Luc Duval", "")

TEAMS = """1. Summary
Meeting title\tLife-cycle costing lab
Attended participants\t3
Start time\t2/9/27, 9:55:00 AM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Jana Albers\t2/9/27, 9:58:10 AM\t2/9/27, 1:00:00 PM\t2h\tjana@town.example\tjana@town.example\tPresenter

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Jana Albers\t2/9/27, 10:00:00\N{NARROW NO-BREAK SPACE}AM\t2/9/27, 11:00:00 AM\t1h\tJANA@town.example\tPresenter
Jana Albers\t2/9/27, 12:00:00 PM\t2/9/27, 1:00:00 PM\t1h\tjana@town.example\tPresenter
Inês Costa (Guest)\t2/9/27, 10:30:00 AM\t2/9/27, 1:05:00 PM\t2h\t\tAttendee
"""
ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 456,Life-cycle costing lab,02/09/2027 09:50:00 AM,02/09/2027 01:10:00 PM,host@tool.example,200,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Jana Albers (JA),jana@town.example,02/09/2027 10:00:00 AM,02/09/2027 12:00:00 PM,120,No,Yes
"Costa, Ines",,02/09/2027 10:30:00 AM,02/09/2027 01:00:00 PM,150,Yes,Yes
"""
BBB = """Name,Moderator,Activity Score,Talk time,Join,Left,Duration
Jana Albers,Yes,10,00:10:00,2027-02-09T09:00:00Z,2027-02-09T11:00:00Z,02:00:00
Ines Costa,No,3,00:00:00,2027-02-09T09:30:00Z,2027-02-09T12:00:00Z,02:30:00
"""
DUTCH = """Naam;E-mailadres;Deelnametijd;Vertrektijd
Jana Albers;jana@town.example;09-02-2027 10:00;09-02-2027 12:00
Inês Costa;;9-2-2027 10:30:00;9-2-2027 13:00:00
"""
GERMAN = """Vollständiger Name;E-Mail-Adresse;Beitrittszeit;Austrittszeit
Albers, Jana;JANA@TOWN.EXAMPLE;09.02.2027 10:00;09.02.2027 12:00
COSTA Inês;;09.02.27 10:30;
"""
FRENCH = """Nom complet,Adresse e-mail,Heure d'arrivée,Heure de départ
Jana Albers,jana@town.example,09/02/2027 10h00,09/02/2027 12h00
Inès Costa,,09/02/2027 10h30,09/02/2027 13h00
"""


@pytest.mark.parametrize(
    "text", [TEAMS, ZOOM, BBB, DUTCH, GERMAN, FRENCH], ids=["teams", "zoom", "bbb", "nl", "de", "fr"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_tools_tables_are_read_in_any_encoding(text: str, encoding: str) -> None:
    content = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}").encode(encoding)
    found = match(read(content, AROUND), [JANA, INES, LUC], AROUND)
    assert (found.minutes, found.unmatched) == ({1: 120.0, 2: 150.0}, [])


def test_stays_that_overlap_count_once_and_only_what_lies_in_the_meeting() -> None:
    def stay(begin: int, end: int) -> Stay:
        return Stay("", "", AROUND.starts_at + timedelta(minutes=begin), AROUND.starts_at + timedelta(minutes=end))

    assert minutes_there([stay(-30, 20), stay(10, 40), stay(15, 18), stay(100, 999)], AROUND) == 40 + 80
    assert minutes_there([stay(-30, -10), stay(200, 300)], AROUND) == 0


@given(st.lists(st.tuples(st.integers(-60, 240), st.integers(0, 240)), max_size=8))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_minutes_agree_with_counting_them_one_by_one(spans: list[tuple[int, int]]) -> None:
    stays = [
        Stay("", "", AROUND.starts_at + timedelta(minutes=a), AROUND.starts_at + timedelta(minutes=a + n))
        for a, n in spans
    ]
    counted = {minute for a, n in spans for minute in range(a, a + n)} & set(range(180))
    assert minutes_there(stays, AROUND) == len(counted)


def test_the_address_wins_over_the_name_and_a_name_that_two_have_matches_nobody() -> None:
    two = [Listed(1, "Jana Albers", "a@town.example"), Listed(2, "Albers, Jana", "b@town.example")]
    begins, ends = AROUND.starts_at, AROUND.ends_at
    stays = [
        Stay("Somebody Else", "B@town.example", begins, ends),
        Stay("Jana Albers", "", begins, begins + timedelta(minutes=7)),
        Stay("", "c@town.example", begins - timedelta(hours=2), begins - timedelta(hours=1)),
        Stay("()", "", begins, ends),
    ]
    found = match(stays, [*two, Listed(3, "", "")], AROUND)
    assert (found.minutes, found.unmatched) == (
        {2: 180.0},
        [("()", 180.0), ("Jana Albers", 7.0), ("c@town.example", 0.0)],
    )


def test_names_are_compared_without_accents_order_and_remarks() -> None:
    names = ("Łukasz Ősz", "ősz, łukasz (extern)", "OSZ ŁUKASZ [Guest]")
    assert len({plain_name(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("2027-02-09 10:30:00", 150.0),
        ("2027-02-09T10:30:00.250+01:00", 150.0),
        ("2027-02-09 09:30 UTC", 150.0),
        ("02/09/2027 10:30 a.m.", 150.0),
        ("09/02/2027, 10:30", 150.0),
        ("10:30", 150.0),
        ("10:30:00 AM", 150.0),
        ("2/9/27 12:00 PM", 60.0),
    ],
)
def test_notations_of_one_instant(cell: str, minutes: float) -> None:
    content = f'Name;Join;Leave\nAna;"{cell}";\n'.encode()
    assert minutes_there(read(content, AROUND), AROUND) == minutes


def row(joined: str, left: str = "2027-02-09 11:00") -> bytes:
    """A file with a person and these times."""
    return f"Name,Join,Leave\nAna,{joined},{left}\n".encode()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", "The file is empty."),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is not a text file."),
    "xlsx": (b"PK\x03\x04\x14\x00\x06\x00" + b"x" * 99, "This is not a text file."),
    "noise": (random.Random(1).randbytes(5000), "This is not a text file."),
    "half utf-16": (b"\xff\xfeN\x00a", "This is not a text file."),
    "zeros": (b"Name,Join,Leave\n\0\0\0", "This is not a text file."),
    "huge": (b"a," * 600_000, "The file is larger than 1 MB."),
    "100k rows": (b"Name,Join,Leave\n" + b"A,1,2\n" * 100_000, "The file has more than 20,000 lines."),
    "100k lines without a table": (b"a;b\n" * 100_000, "The file has more than 20,000 lines."),
    "one line of commas": (b"," * 1_000_000, "one field has no end."),
    "no headings": (b"Ana,10:00,11:00\n", "No headings were found."),
    "headings alone": (b"Name,Join,Leave\n", "nobody stands below them."),
    "no end of a quotation": (b'Name,Join,Leave\n"' + b"A,1\n" * 50_000, "one field has no end."),
    "a formula": (row("=cmd|' /C calc'!A0"), "Line 2: “=cmd|' /C calc'!A0” is no date and time."),
    "no such day": (row("2027-02-30 10:00"), "Line 2: “2027-02-30 10:00” is no date and time."),
    "no such month": (row("31/13/2027 10:00"), "is no date and time."),
    "no such hour": (row("2027-02-09 25:00"), "is no date and time."),
    "no such half": (row("2027-02-09 13:00 pm"), "is no date and time."),
    "no such zone": (row("2027-02-09 10:00+99:99"), "is no date and time."),
    "the year one": (row("0001-01-01 00:00"), "is no date and time."),
    "the year 9999": (row("9999-12-31 23:59"), "is no date and time."),
    "nothing": (row("", "2027-02-09 11:00"), "Line 2: “” is no date and time."),
    "backwards": (row("2027-02-09 12:00"), "Line 2: the time of leaving lies before that of joining."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_refused_in_words_and_quickly(name: str) -> None:
    content, said = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(FileUnread) as refused:
        read(content, AROUND)
    assert said in str(refused.value)
    assert time.process_time() - began < 5


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"Name,Join,Leave\n{text}".encode()))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_whatever_comes_it_is_read_or_refused(content: bytes) -> None:
    try:
        found: Any = read(content, AROUND)
    except FileUnread:
        return
    assert all(isinstance(stay, Stay) for stay in found)


def test_totals_and_lines_without_times_are_passed_over() -> None:
    content = b"Name,Email,Join,Leave\nAna,ana@x.example,10:00,11:00\nTotal,3,,\n,,,\nBea,,,\n"
    assert [stay.name for stay in reading.read(content, AROUND)] == ["Ana"]
