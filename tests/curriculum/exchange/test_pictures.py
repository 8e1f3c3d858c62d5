"""Pictures of question files."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from curriculum.exchange import pictures
from curriculum.exchange.errors import ItemRefused
from curriculum.exchange.pictures import PictureReader, decoded

from .strategies import picture_file


def why(content: bytes) -> str:
    """Why a picture is not taken."""
    with pytest.raises(ItemRefused) as refused:
        PictureReader().read("a.png", content, "A")
    return str(refused.value.reason)


def huge(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be very large."""
    file = io.BytesIO(picture_file())
    content = bytearray(file.getvalue())
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")])
def test_the_kind_comes_from_the_content_and_not_from_the_name(kind: str, ending: str) -> None:
    content = picture_file(kind=kind)
    read = PictureReader().read("folder/My step.exe", content, " Two \n steps ")
    assert (read.name, read.alt, read.content) == (f"My step.{ending}", "Two steps", content)


def test_what_is_no_picture_is_refused() -> None:
    assert why(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "Its picture is an SVG drawing; save it as PNG."
    assert why(b"<?xml version='1.0'?><svg/>") == "Its picture is an SVG drawing; save it as PNG."
    assert why(b"MZ") == "Its picture is no PNG, JPEG, GIF or WebP."
    bitmap = io.BytesIO()
    Image.new("RGB", (2, 2)).save(bitmap, "BMP")
    assert why(bitmap.getvalue()) == "Its picture is no PNG, JPEG, GIF or WebP."
    assert why(picture_file(size=(200, 200))[:100]) == "Its picture cannot be read."
    assert why(b"\x89PNG" + b"\0" * (5 * 1024 * 1024)) == "Its picture is larger than 5 MB."


def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    assert why(huge(60_000, 60_000)) == "Its picture has more than 40 million pixels."
    assert why(huge(8_000, 6_000)) == "Its picture has more than 40 million pixels."


def test_pictures_of_one_file_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS_OF_FILE", 10)
    reader = PictureReader()
    reader.read("a", picture_file(), "a")
    with pytest.raises(ItemRefused) as refused:
        reader.read("b", picture_file(), "b")
    assert str(refused.value.reason) == "The pictures of this file are too large together; split the file."


def test_base64_is_decoded_with_line_breaks_and_refused_when_damaged() -> None:
    assert decoded("aGVs\n  bG8=") == b"hello"
    with pytest.raises(ItemRefused):
        decoded("aGVsb")
    with pytest.raises(ItemRefused):
        decoded("é")
