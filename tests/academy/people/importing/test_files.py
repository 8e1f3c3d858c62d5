"""What was uploaded becomes rows, whatever program made it; hostile archives are refused before they are unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date

import pytest

from academy.people.importing import files
from academy.people.importing.files import FileRefused, read
from tests.factories.staff_files import as_csv, as_xlsx

HEADER = ("email", "name")
ROWS = [["a@town.example", "Łódź"], ["b@town.example", "Zoë, the second"]]


def rows_of(content: bytes) -> list[tuple[int, list[files.Cell]]]:
    return read(io.BytesIO(content)).rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_every_program_says_the_same(encoding: str, delimiter: str) -> None:
    content = as_csv(ROWS, HEADER, encoding=encoding, delimiter=delimiter)
    assert rows_of(content) == [(2, ROWS[0]), (3, ROWS[1])]


def test_old_windows_letters_and_the_hint_of_excel_are_read() -> None:
    assert rows_of("sep=;\nemail;name\na@town.example;Zoë Fünf\n".encode("cp1252")) == [
        (3, ["a@town.example", "Zoë Fünf"])
    ]


def test_empty_lines_count_as_a_spreadsheet_counts_them() -> None:
    assert [number for number, _cells in rows_of(b"email\n\na@town.example\n,\nb@town.example\n")] == [3, 5]
    assert [number for number, _cells in rows_of(as_xlsx([[], ["a@town.example"]], HEADER))] == [3]


def test_a_workbook_keeps_its_dates_and_shows_its_formulas() -> None:
    content = as_xlsx([["a@town.example", date(2027, 3, 1)], ["=A2", 12.0], [" x\ny ", True]], HEADER)
    assert rows_of(content) == [
        (2, ["a@town.example", date(2027, 3, 1)]),
        (3, ["=A2", "12"]),
        (4, ["x y", "True"]),
    ]


def changed(content: bytes, *, part: str, value: bytes) -> bytes:
    """A workbook with one part in place of, or beside, its own."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(part, value)
    return target.getvalue()


def lying(content: bytes) -> bytes:
    """The same archive, whose directory says that its largest part is tiny."""
    found = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda entry: entry.file_size)
    at = found.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack("<H", found[at + 28 : at + 30])[0]
        if found[at + 46 : at + 46 + length].decode() == largest.filename:
            found[at + 24 : at + 28] = struct.pack("<L", 100)
        at = found.find(b"PK\x01\x02", at + 4)
    return bytes(found)


BOOK = as_xlsx(ROWS, HEADER)
HOSTILE = {
    "nothing": (b"", files.EMPTY),
    "a header alone": (b"email,unit\n", files.EMPTY),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", files.OTHER_KIND),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", files.OTHER_KIND),
    "a zip of anything": (b"PK\x03\x04 and so on", files.MACROS_OR_LOCKED),
    "half a workbook": (BOOK[:400], files.MACROS_OR_LOCKED),
    "macros": (changed(BOOK, part="xl/vbaProject.bin", value=b"x"), files.MACROS_OR_LOCKED),
    "too large": (b"a" * (files.MAX_BYTES + 1), files.TOO_LARGE),
    "too large inside": (
        changed(BOOK, part="xl/big.xml", value=b"x" * (files.MAX_UNPACKED + 1)),
        files.MACROS_OR_LOCKED,
    ),
    "a directory that lies": (lying(changed(BOOK, part="xl/styles.xml", value=b"x" * 200_000)), files.DAMAGED),
    "an entity": (
        changed(
            BOOK,
            part="xl/worksheets/sheet1.xml",
            value=b'<!DOCTYPE x [<!ENTITY e "e">]><worksheet><sheetData><row><c><v>&e;</v></c></row></sheetData>'
            b"</worksheet>",
        ),
        files.DAMAGED,
    ),
    "too many lines": (b"email\n" + b"a@town.example\n" * (files.MAX_ROWS + 1), files.TOO_MANY),
    "an open quotation mark": (b'email,name\n"a@town.example,x\n', files.DAMAGED),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_list_is_refused_with_words(kind: str) -> None:
    content, message = HOSTILE[kind]
    with pytest.raises(FileRefused) as refused:
        read(io.BytesIO(content))
    assert str(refused.value.message) == str(message)


def test_a_row_at_the_far_end_of_a_sheet_is_found() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>'
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>a@town.example</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    assert rows_of(changed(BOOK, part="xl/worksheets/sheet1.xml", value=sheet)) == [(1_048_576, ["a@town.example"])]
