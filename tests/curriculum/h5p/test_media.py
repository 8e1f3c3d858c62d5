"""How files begin."""

from __future__ import annotations

import io
import wave

import pytest
from PIL import Image

from curriculum.h5p.media import CONTENT, LIBRARY, extension, is_archive, is_what_it_says


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (3, 3)).save(target, kind)
    return target.getvalue()


def sound() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(20))
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("name", ["a.png", "a.JPG", "a.tiff"])
def test_pictures_are_pictures_of_whatever_kind(kind: str, name: str) -> None:
    assert is_what_it_says(name, picture(kind))
    assert not is_what_it_says("a.mp4", picture(kind))


@pytest.mark.parametrize(
    "beginning",
    [
        sound(), b"\0\0\0\x20ftypisom" + bytes(20), b"\x1aE\xdf\xa3" + bytes(20), b"OggS" + bytes(20),
        b"ID3" + bytes(20), b"\xff\xfb\x90\x00", bytes(700) + b"\xff\xf3\x90", b"\0\0\0\x08wide",
    ],
    ids=["wav", "mp4", "webm", "ogg", "mp3 with tags", "mp3", "mp3 after zeros", "old film"],
)  # fmt: skip
def test_sound_and_film_are_such(beginning: bytes) -> None:
    for name in ("a.mp3", "a.mp4", "a.webm", "a.wav", "a.m4a", "a.ogg"):
        assert is_what_it_says(name, beginning)
    assert not is_what_it_says("a.png", beginning)


@pytest.mark.parametrize(
    "beginning", [b"<html>", b"  <svg/>", b"MZ", b"%PDF-1.7", b"alert(1)", b"RIFF\0\0\0\0ACON", bytes(50), b"\xff"]
)
def test_anything_else_is_neither(beginning: bytes) -> None:
    for name in ("a.png", "a.jpg", "a.gif", "a.mp3", "a.mp4"):
        assert not is_what_it_says(name, beginning)


def test_what_has_no_beginning_of_its_own_is_not_looked_at() -> None:
    assert all(is_what_it_says(f"a.{name}", b"<html>") for name in ("txt", "js", "svg", "woff2", "json", "vtt"))
    assert is_what_it_says("a.png", b"")


def test_archives_are_known_by_how_they_begin() -> None:
    archives = [b"PK\3\4x", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", bytes(257) + b"ustar\0", b"Rar!\x1a\x07\x01\0"]
    others = [b"", b"PKxx", b'{"a": 1}', picture("PNG"), sound(), b"wOF2"]
    assert [is_archive(each) for each in archives + others] == [True] * 6 + [False] * 6


@pytest.mark.parametrize(
    ("name", "expected"), [("a/b.c/d", ""), ("a/b.JPG", "jpg"), ("a.tar.gz", "gz"), ("a.", ""), ("a", "")]
)
def test_the_ending_is_that_of_the_file(name: str, expected: str) -> None:
    assert extension(name) == expected


def test_no_page_and_no_program_is_in_either_list() -> None:
    assert not {"html", "htm", "xhtml", "xml", "swf", "php", "exe", "zip", "h5p", ""} & (CONTENT | LIBRARY)
    assert not {"svg", "js", "css"} & CONTENT
