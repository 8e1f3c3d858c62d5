"""Tables for spreadsheets."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from academy.kernel.spreadsheet import as_csv, cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "  =1", "\uff1d1", "\r=1"])
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "kept"), [("1+1", "1+1"), (-5, -5), (None, ""), ("Été", "Été")])
def test_everything_else_stays(value: object, kept: object) -> None:
    assert cell(value) == kept


def test_excel_reads_every_letter_and_every_column() -> None:
    with override("en"):
        assert as_csv([["a", 'b "c"'], [1, "é"]]) == b'\xef\xbb\xbfa,"b ""c"""\r\n1,\xc3\xa9\r\n'
    with override("de"):
        assert as_csv([["a", "b;c"]]) == b'\xef\xbb\xbfa;"b;c"\r\n'
