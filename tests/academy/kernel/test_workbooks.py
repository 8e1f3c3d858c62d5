from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from academy.kernel.workbooks import as_xlsx


def read(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "#N/A", "Łódź", "1", "2027-03-01", "\t=1"])
def test_a_text_stays_the_text_that_it_is(text: str) -> None:
    assert read(as_xlsx("People", ["Person"], [[text]])) == [[("Person", "s")], [(text, "s")]]


def test_numbers_days_and_moments_are_what_they_are() -> None:
    with timezone.override("Europe/Brussels"):
        found = read(
            as_xlsx("x", ["a", "b", "c", "d"], [[3, date(2027, 3, 1), datetime(2027, 3, 1, 9, tzinfo=UTC), None]])
        )

    assert found[1] == [
        (3, "n"),
        (datetime(2027, 3, 1), "d"),  # noqa: DTZ001  a spreadsheet has no zones
        (datetime(2027, 3, 1, 10), "d"),  # noqa: DTZ001  the same
        (None, "n"),
    ]


def test_what_xml_cannot_hold_is_left_out_and_a_name_that_excel_refuses_is_mended() -> None:
    book = load_workbook(io.BytesIO(as_xlsx("Team: [A/B]?" + "x" * 40, ["a"], [["bell\x07"]])))

    assert [(sheet.title, sheet["A2"].value) for sheet in book] == [("Team   A B  " + "x" * 19, "bell")]


def test_the_same_table_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["Ann", date(2027, 3, 1)]]
    first = as_xlsx("People", ["Person", "Due"], rows)
    monkeypatch.setattr("zipfile.time.time", lambda: 2_000_000_000.0)

    assert as_xlsx("People", ["Person", "Due"], rows) == first
