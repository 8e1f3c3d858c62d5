"""A row becomes what it says about a person, or faults that name the cell."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from academy.people.importing.columns import Column, find_columns, letter
from academy.people.importing.lines import Fault, Line, read_day, read_language, read_line
from academy.people.importing.words import FAULTS, said

COLUMNS = find_columns(["email", "name", "unit", "job", "manager", "from", "until", "language"])
GOOD = ["Jana@Town.example", "Jana", "Purchasing / Team North", "Inkoper", "", "1.3.2027", "", "Nederlands"]
JOBS = {"inkoper": "buyer", "buyer": "buyer"}


def line(**cells: str) -> Line:
    row: list[str | date] = list(GOOD)
    for name, value in cells.items():
        row[COLUMNS.places[Column(name)]] = value
    return read_line(7, row, COLUMNS, JOBS)


def test_a_good_line_is_kept_and_comes_back_as_it_was() -> None:
    found = line()
    assert (found.faults, found.email, found.unit, found.job) == (
        [],
        "jana@town.example",
        ("Purchasing", "Team North"),
        "buyer",
    )
    assert (found.from_day, found.language) == (date(2027, 3, 1), "nl")
    found.cells = []
    assert Line.from_dict(found.as_dict()) == found


@pytest.mark.parametrize(
    ("cells", "place", "code"),
    [
        ({"email": ""}, 0, "email_missing"),
        ({"email": "jana at town"}, 0, "no_address"),
        ({"name": "=HYPERLINK(1)"}, 1, "formula"),
        ({"name": "'+1"}, 1, "formula"),
        ({"name": "x" * 151}, 1, "too_long"),
        ({"unit": " / "}, 2, "unit_missing"),
        ({"unit": "x" * 201}, 2, "unit_long"),
        ({"unit": "/".join("abcdefghijk")}, 2, "unit_long"),
        ({"job": "Astronaut"}, 3, "job_unknown"),
        ({"manager": "the boss"}, 4, "no_address"),
        ({"from": "Frankrijk"}, 5, "no_date"),
        ({"until": "2026-02-30"}, 6, "no_date"),
        ({"until": "28.02.2027"}, 6, "until_first"),
        ({"language": "Klingon"}, 7, "language_unknown"),
    ],
)
def test_a_faulty_cell_is_named(cells: dict[str, str], place: int, code: str) -> None:
    found = line(**cells)
    assert ([(fault.place, fault.code) for fault in found.faults], found.verdict) == ([(place, code)], "refused")


def test_all_faults_of_a_line_are_told_in_the_order_of_its_cells() -> None:
    found = line(language="x", email="", job="x")
    assert [fault.place for fault in found.faults] == [0, 3, 7]
    assert found.as_dict()["c"][2] == "Purchasing / Team North"


def test_a_line_with_more_cells_than_the_first_one_is_refused() -> None:
    found = read_line(7, [*GOOD, "", "x"], COLUMNS, JOBS)
    assert found.faults == [Fault(8, "too_many")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("2027-03-01 00:00:00", date(2027, 3, 1)),
        ("1.3.2027", date(2027, 3, 1)),
        ("01/03/2027", date(2027, 3, 1)),
        ("01-03-2027", date(2027, 3, 1)),
        ("01.03/2027", None),
        ("1.3.27", None),
        ("0001-01-01", None),
        ("46082", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_languages_are_read_by_code_and_by_name() -> None:
    said_so = [read_language(text) for text in ("NL", "nl-BE", "fr_FR", "Deutsch", "Dutch", "Néerlandais", "Polski")]
    assert said_so == ["nl", "nl", "fr", "de", "nl", "nl", ""]


def test_columns_are_known_in_four_languages_and_others_are_told() -> None:
    found = find_columns(["E-Mail-Adresse", "Abteilung", "Salaris", "jusqu’au", "unité", "Fehler", ""])
    assert found.places == {Column.EMAIL: 0, Column.UNIT: 1, Column.UNTIL: 3}
    assert (found.unknown, found.twice, found.missing) == (((2, "Salaris"),), ((4, "unité"),), ())
    assert found.width == 6
    assert find_columns(["naam"]).missing == (Column.EMAIL, Column.UNIT)
    assert [letter(place) for place in (0, 25, 26, 59)] == ["A", "Z", "AA", "BH"]


def test_every_fault_says_what_to_do() -> None:
    with override("en"):
        assert said([4, "no_date", "Frankrijk", ""]) == "“Frankrijk” is no date; write it like 2027-03-01."
        assert [code for code in FAULTS if "{" in said([0, code, "x", "y"])] == []
