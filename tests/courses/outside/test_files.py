"""Which files are taken as evidence, whatever they are called."""

from __future__ import annotations

import io
import zipfile

import pytest

from academy.kernel.documents import DAMAGED, EMPTY, MAX_BYTES, DocumentRefused
from courses.outside.files import OTHER_KIND, check

from .files import pdf, picture, uploaded


def archive() -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.txt", "a")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (pdf(), "../Certificate (2).PDF", ("Certificate-2.pdf", "pdf")),
        (pdf(), "report.pdf.exe", ("report-pdf-exe.pdf", "pdf")),
        (picture("PNG"), "Foto.JPEG", ("Foto.png", "png")),
        (picture("JPEG"), "", ("document.jpg", "jpg")),
    ],
)
def test_the_content_decides(content: bytes, name: str, kept: tuple[str, str]) -> None:
    found = check(uploaded(content, name or "x")) if name else check(nameless(content))
    assert ((found.name, found.kind), found.content) == (kept, content)


def nameless(content: bytes) -> io.BytesIO:
    """A file whose sender gave it no name."""
    file = io.BytesIO(content)
    file.name = ""
    return file


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", EMPTY),
        (b"just words", OTHER_KIND),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", OTHER_KIND),
        (archive(), OTHER_KIND),
        (picture("GIF"), OTHER_KIND),
        (b"<html>%PDF-1.7 %%EOF", OTHER_KIND),
        (pdf()[:60], DAMAGED),
        (picture("PNG")[:40], DAMAGED),
        (b"\xff\xd8\xff" + bytes(50), DAMAGED),
    ],
)
def test_what_is_not_taken(content: bytes, why: object) -> None:
    with pytest.raises(DocumentRefused) as refused:
        check(uploaded(content))
    assert refused.value.message == why


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(DocumentRefused, match="larger than 10 MB"):
        check(uploaded(b"%PDF-1.7" + bytes(MAX_BYTES)))
