"""Hostile archives: each is refused for its own reason and under the file's name, and nothing is written."""

from __future__ import annotations

import dataclasses
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curriculum.h5p.archive import Archive, ZipRefused, is_skipped
from curriculum.h5p.findings import Findings
from curriculum.h5p.reading import read_package
from curriculum.h5p.unpacking import unpack_content, unpacker
from curriculum.h5p.zips import is_zip
from tests.factories.h5p import library, member, package, zipped
from tests.factories.h5p_hostile import MIB, Lie, bomb, deflated, extra, honest, package_with, raw_zip

from .looking import LIMITS, found

TEXT = "content/a.txt"
UNICODE_PATH = extra(0x7075, struct.pack("<BL", 1, zlib.crc32(TEXT.encode())) + b"content/b.txt")


MEMBERS: dict[str, tuple[Lie, str, dict[str, Any]]] = {
    "up and out": (Lie("../out.txt"), "outside", {}),
    "up and out of content": (Lie("content/../../out.txt"), "outside", {}),
    "up and out, hidden from core by its dot": (Lie("_x/../../out.txt"), "outside", {}),
    "absolute": (Lie("/etc/passwd.txt"), "outside", {}),
    "drive": (Lie("C:/out.txt"), "outside", {}),
    "drive without a root": (Lie("c:out.txt"), "outside", {}),
    "backslash": (Lie("content\\a.txt"), "backslash", {}),
    "no name for a folder": (Lie("content//a.txt"), "bad_name", {}),
    "this folder": (Lie("./h5p.json"), "bad_name", {}),
    "no name": (Lie(""), "bad_name", {}),
    "new line": (Lie("content/a\nb.txt"), "bad_name", {}),
    "NUL": (Lie("content/a.txt\0.png"), "bad_name", {}),
    "not the UTF-8 that it claims": (Lie(b"content/\xff.txt"), "bad_name", {}),
    "two names": (Lie(TEXT, extra=UNICODE_PATH), "bad_name", {}),
    "too long": (Lie(f"content/{'x' * 200}.txt"), "path_too_long", {"limit": 200}),
    "too long for a disk": (Lie(f"content/{'漢' * 90}.txt"), "path_too_long", {"limit": 200}),
    "too deep": (Lie(f"content/{'x/' * 11}a.txt"), "path_too_deep", {"limit": 12}),
    "symbolic link": (Lie(TEXT, b"/etc/passwd", mode=0o120777), "link", {}),
    "symbolic link to a folder": (Lie("content/a/", mode=0o120777), "link", {}),
    "symbolic link, said to come from Windows": (Lie(TEXT, b"x", mode=0o120777, system=0), "link", {}),
    "Windows link": (Lie(TEXT, b"x", system=0, mode=0, attributes=0x400), "link", {}),
    "hard link in the field of PKWARE": (Lie(TEXT, extra=extra(0x000D, bytes(12) + b"h5p.json")), "link", {}),
    "link in the field of ASi": (Lie(TEXT, extra=extra(0x756E, bytes(6) + b"\x08\0\0\0" + bytes(4))), "link", {}),
    "device": (Lie(TEXT, mode=0o020644), "special_file", {}),
    "pipe": (Lie(TEXT, mode=0o010644), "special_file", {}),
    "folder's mode on a file": (Lie(TEXT, mode=0o040755), "special_file", {}),
    "encrypted": (Lie(TEXT, flags=0x801), "encrypted", {}),
    "strongly encrypted": (Lie(TEXT, flags=0x841), "encrypted", {}),
    "AES": (Lie(TEXT, method=99), "encrypted", {}),
    "bzip2": (Lie(TEXT, method=12), "method", {}),
    "LZMA": (Lie(TEXT, method=14), "method", {}),
    "bomb": (bomb(mib=3), "bomb", {"limit": 200}),
    "says it is too large": (Lie(TEXT, size=200 * MIB, method=8), "file_too_large", {"limit": 128 * MIB}),
    "folder that holds something": (Lie("content/a/", b"x", mode=0), "damaged", {}),
    "stored, of two sizes": (Lie(TEXT, b"xx", size=1), "damaged", {}),
    "stored, of two sizes, where nobody reads it": (Lie("_x/a.txt", b"xx", size=1), "damaged", {}),
    "says less than it holds": (Lie(TEXT, deflated(b"x" * 99), method=8, crc=zlib.crc32(b"x"), size=1), "damaged", {}),
    "says more than it holds": (Lie(TEXT, deflated(b"x"), method=8, crc=zlib.crc32(b"x"), size=99), "damaged", {}),
    "another checksum": (Lie(TEXT, b"x", crc=1), "damaged", {}),
    "not compressed at all": (Lie(TEXT, b"no deflate", method=8, size=9), "damaged", {}),
    "compressed data that never end": (
        Lie(TEXT, deflated(b"xyz")[:-1], method=8, crc=zlib.crc32(b"xyz"), size=3), "damaged", {},
    ),
    "more behind the compressed data": (
        Lie(TEXT, deflated(b"xyz") + b"more", method=8, crc=zlib.crc32(b"xyz"), size=3), "damaged", {},
    ),
    "two sizes": (Lie(TEXT, b"x", local_size=7), "damaged", {}),
    "two sizes compressed": (Lie(TEXT, b"x", local_compressed=7), "damaged", {}),
    "encrypted by its own header alone": (Lie(TEXT, b"x", local_flags=0x801), "damaged", {}),
    "reaches into the directory, where nobody reads it": (Lie("_x/a.txt", b"x", size=50, compressed=50), "damaged", {}),
    "two checksums": (Lie(TEXT, b"x", local_crc=7), "damaged", {}),
    "two methods": (Lie(TEXT, b"x", local_method=8), "damaged", {}),
    "another name in its own header": (Lie(TEXT, b"x", local_name="content/b.txt"), "damaged", {}),
    "large without the field for it": (Lie(TEXT, b"x", size=0xFFFFFFFF), "damaged", {}),
    "two fields for large sizes": (Lie(TEXT, b"x", extra=extra(1, bytes(8)) * 2), "damaged", {}),
    "other disk": (Lie(TEXT, b"x", disk=1), "split", {}),
    "member in another's bytes": (Lie(TEXT, at_member=0), "overlapping", {}),
    "nested zip": (Lie("content/inner.txt", package(library())), "nested_archive", {}),
    "nested gzip": (Lie("content/inner.png", b"\x1f\x8b\x08" + bytes(30)), "nested_archive", {}),
    "nested tar": (Lie("content/inner.txt", bytes(257) + b"ustar" + bytes(250)), "nested_archive", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", MEMBERS)
def test_a_hostile_member_is_refused_by_name_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    lie, code, detail = MEMBERS[name]
    file = tmp_path / "x.h5p"
    file.write_bytes(package_with(lie))
    report = read_package(file, LIMITS)
    shown = lie.name.decode("cp437") if isinstance(lie.name, bytes) else lie.name
    shown = shown.replace("\n", "\ufffd").replace("\0", "\ufffd")
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    assert [(str(each.code), each.file, each.detail) for each in report.findings] == [(code, shown, detail)]
    assert [each.name for each in tmp_path.iterdir()] == ["x.h5p"]


def test_the_same_package_without_them_is_fine() -> None:
    assert found(raw_zip(honest())) == []


def pair(first: str, second: str) -> bytes:
    return package_with(Lie(first, b"1"), Lie(second, b"2"))


TOGETHER: dict[str, tuple[bytes, list[tuple[str, str, dict[str, Any]]]]] = {
    "twice": (pair(TEXT, TEXT), [("duplicate", TEXT, {})]),
    "case": (pair(TEXT, "content/A.txt"), [("collision", "content/A.txt", {"other": TEXT})]),
    "case of a folder's file": (pair(TEXT, "Content/a.txt"), [("collision", "Content/a.txt", {"other": TEXT})]),
    "sharp s": (
        pair("content/straße.txt", "content/STRASSE.txt"),
        [("collision", "content/STRASSE.txt", {"other": "content/straße.txt"})],
    ),
    "two spellings of é": (
        pair("content/é.txt", "content/e\u0301.txt"),
        [("collision", "content/e\u0301.txt", {"other": "content/é.txt"})],
    ),
    "a file that is a folder": (
        pair("content/a.txt", "content/a.txt/b.txt"),
        [("collision", "content/a.txt/b.txt", {"other": TEXT})],
    ),
    "a folder's entry and a file": (
        package_with(Lie("content/b/"), Lie("content/b", b"2")),
        [("collision", "content/b", {"other": "content/b/"})],
    ),
    "no zip": (b"<html>" * 99, [("not_a_zip", "", {})]),
    "empty": (b"", [("not_a_zip", "", {})]),
    "cut off": (raw_zip(honest())[:-40], [("cut_short", "", {})]),
    "cut off within the last record": (raw_zip(honest())[:-5], [("cut_short", "", {})]),
    "beginning lost": (raw_zip(honest())[100:], [("cut_short", "", {})]),
    "something before": (raw_zip(honest(), before=b"GIF89a"), [("hidden_data", "", {})]),
    "something behind": (raw_zip(honest(), after=b"<script>"), [("hidden_data", "", {})]),
    "another zip behind": (raw_zip(honest()) + raw_zip(honest()), [("hidden_data", "", {})]),
    "another zip before": (raw_zip(honest(), before=raw_zip([Lie(TEXT)])), [("hidden_data", "", {})]),
    "another zip in the comment": (
        raw_zip(honest(), comment=raw_zip([Lie(TEXT)])), [("hidden_data", "", {})],
    ),
    "a member that no directory names": (
        package_with(Lie(TEXT, b"x", gap=raw_zip([Lie("content/hidden.txt", b"x")])[:60])), [("hidden_data", "", {})],
    ),
    "data before the directory": (raw_zip(honest(), gap=b"x" * 30), [("hidden_data", "", {})]),
    "more members than counted": (raw_zip(honest(), count=2), [("damaged", "", {})]),
    "fewer members than counted": (raw_zip(honest(), count=9), [("damaged", "", {})]),
    "shorter directory than it is": (raw_zip(honest(), directory_size=60), [("hidden_data", "", {})]),
    "longer directory than it is": (raw_zip(honest(), directory_size=6000), [("cut_short", "", {})]),
    "large records that are none": (
        raw_zip(honest(), wide=struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)), [("damaged", "", {})],
    ),
    "large records beyond the file": (
        raw_zip(honest(), wide=struct.pack("<4sLQL", b"PK\6\7", 0, 1 << 62, 1)), [("damaged", "", {})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_an_archive_that_can_be_read_in_two_ways_is_refused(name: str) -> None:
    data, expected = TOGETHER[name]
    assert found(data) == expected


@pytest.mark.parametrize(
    ("length", "disk", "disks", "more", "codes"),
    [
        (44, 0, 1, 0, []),
        (44, 0, 1, 1, ["hidden_data"]),
        (44, 1, 1, 0, ["split"]),
        (44, 0, 2, 0, ["split"]),
        (45, 0, 1, 0, ["damaged"]),
    ],
    ids=["the truth", "another count", "another disk", "two disks", "another length"],
)
def test_large_records_are_held_against_the_small_ones(
    length: int, disk: int, disks: int, more: int, codes: list[str]
) -> None:
    whole = raw_zip(honest())
    count, size, offset = struct.unpack_from("<HLL", whole, len(whole) - 12)
    number = count + more
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", length, 45, 45, 0, 0, number, number, size, offset)
    place = struct.pack("<4sLQL", b"PK\6\7", disk, offset + size, disks)
    assert [code for code, _, _ in found(raw_zip(honest(), wide=record + place))] == codes


@pytest.mark.parametrize("at", [4, 6, 8])
def test_one_part_of_several_is_refused(at: int) -> None:
    """The number of the disk, of the directory's disk, and how many members are on this one."""
    data = bytearray(raw_zip(honest()))
    data[len(data) - 22 + at] += 1
    assert found(bytes(data)) == [("split", "", {})]


def test_what_is_too_much_together_is_refused() -> None:
    data = package_with(*(Lie(f"content/{number}.txt", b"x" * 100) for number in range(20)))
    size = sum(len(each.data) for each in honest()) + 2000
    assert found(data, dataclasses.replace(LIMITS, members=24, unpacked=size, upload=len(data))) == []
    assert found(data, dataclasses.replace(LIMITS, members=23)) == [("too_many_files", "", {"limit": 23})]
    assert found(data, dataclasses.replace(LIMITS, unpacked=size - 1)) == [
        ("unpacked_too_large", "", {"limit": size - 1})
    ]
    small = dataclasses.replace(LIMITS, upload=len(data) - 1)
    assert found(data, small) == [("upload_too_large", "", {"limit": len(data) - 1})]


def test_five_thousand_and_one_members_are_refused_before_any_is_read() -> None:
    data = raw_zip([Lie(f"content/{number}.txt") for number in range(5_001)])
    assert found(data) == [("too_many_files", "", {"limit": 5_000})]


def test_no_more_is_unpacked_than_a_member_says_of_itself() -> None:
    findings = Findings(9)
    archive = Archive(io.BytesIO(raw_zip([bomb(mib=3, size=MIB)])), dataclasses.replace(LIMITS, ratio=9999), findings)
    got: list[bytes] = []
    with pytest.raises(ZipRefused, match="damaged"):
        got.extend(archive.pieces(archive.members[0]))
    assert (findings.all(), sum(map(len, got))) == ((), MIB)


def test_reading_stops_where_the_compressed_data_end() -> None:
    class Counting(io.BytesIO):
        done = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.done += len(data)
            return data

    lie = Lie(TEXT, deflated(b"xyz") + bytes(4 * MIB), method=8, crc=zlib.crc32(b"xyz"), size=3)
    file = Counting(raw_zip([lie]))
    archive = Archive(file, LIMITS, Findings(9))
    file.done = 0
    with pytest.raises(ZipRefused, match="damaged"):
        list(archive.pieces(archive.members[0]))
    assert file.done < MIB


@settings(max_examples=50, deadline=None)
@given(at=st.integers(0, 5_000), new=st.binary(max_size=8), gone=st.integers(0, 40))
def test_whatever_happened_to_a_file_there_is_a_report(at: int, new: bytes, gone: int) -> None:
    data = package(library(), media={"a.txt": b"a"})
    at %= len(data)
    report = read_package(io.BytesIO(data[:at] + new + data[at + gone :]), LIMITS)
    assert report.is_fine == (not report.findings)


def test_every_reason_is_told_but_not_more_than_anybody_reads() -> None:
    both = package_with(Lie("../a.txt"), Lie(TEXT, mode=0o120777))
    assert found(both) == [("outside", "../a.txt", {}), ("link", TEXT, {})]
    many = package_with(*(Lie(f"../{number}.txt") for number in range(99)))
    assert len(found(many)) == 50


@pytest.mark.parametrize(
    ("settings", "is_stream"), [({}, False), ({"compression": zipfile.ZIP_DEFLATED}, False), ({}, True)]
)
def test_what_programs_write_is_read(settings: dict[str, Any], is_stream: bool) -> None:
    """Stored, compressed, and as a stream, where sizes follow the data."""

    class Stream(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return target.write(data)

    target = io.BytesIO()
    with zipfile.ZipFile(Stream() if is_stream else target, "w", **settings) as archive:
        archive.writestr("content/", b"")
        for each in honest():
            archive.writestr(str(each.name), each.data)
        archive.writestr("content/été.txt", "é")
    report = read_package(target, LIMITS)
    assert (report.is_fine, [file.path for file in report.content_files]) == (True, ["content.json", "été.txt"])


def test_large_sizes_are_read_where_the_archive_has_them() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each in honest():
            with archive.open(str(each.name), "w", force_zip64=True) as file:
                file.write(each.data)
    assert found(target.getvalue()) == []


def test_names_in_the_old_code_page_are_read_as_what_they_mean() -> None:
    names = [member.name for member in Archive(
        io.BytesIO(raw_zip([Lie(b"content/\x82.txt", flags=0), Lie("content/ö.txt", flags=0)])), LIMITS, Findings(9)
    ).members]  # fmt: skip
    assert names == ["content/é.txt", "content/ö.txt"]


def test_a_comment_does_no_harm() -> None:
    assert found(raw_zip(honest(), comment=b"Made with love")) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [(package(library()), True), (b"PK\3\4" + bytes(99), False), (b"", False), (b"GIF89a" + package(library()), False)],
    ids=["package", "only begins so", "empty", "only ends so"],
)
def test_a_form_can_tell_a_zip_at_once(data: bytes, expected: bool) -> None:
    file = io.BytesIO(data)
    file.seek(len(data) // 2)
    assert (is_zip(file), file.tell()) == (expected, 0)


def test_what_core_skips_is_skipped() -> None:
    names = ["__MACOSX/content/a.txt", ".DS_Store", "content/.hidden/a.txt", "H5P.A-1.0/_notes.md", "content/a_b.c.txt"]
    assert [is_skipped(name) for name in names] == [True, True, True, True, False]


NAMES = st.lists(
    st.sampled_from(
        ["content", "..", ".", "", "a.txt", "A.TXT", "_x", "C:", "\\", "H5P.A-1.0", "ä.txt", "\0", "~", "é"]
    )
    | st.text(max_size=8),
    min_size=1,
    max_size=6,
).map("/".join)


@settings(max_examples=25, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=5))
@example(names=["content/../../out.txt"])
@example(names=["content/a.txt", "content/b/c.txt"])
def test_whatever_the_names_nothing_leaves_its_folder(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is accepted stands in the zip under that very name; what is unpacked lies below the folder."""
    data = package_with(*(Lie(name, b"x") for name in names))
    report = read_package(io.BytesIO(data), LIMITS)
    home = tmp_path_factory.mktemp("home")
    folder = home / "folder"
    folder.mkdir()
    written = set()
    if report.is_fine:
        unpack_content(io.BytesIO(data), report, folder, limits=LIMITS)
        written = {f"content/{each.relative_to(folder)}" for each in folder.rglob("*") if each.is_file()}
    assert list(home.iterdir()) == [folder]
    assert written <= {str(each.name) for each in honest()} | set(names)
    assert written == ({each.name for each in report.content_files} if report.is_fine else set())


def test_unpacking_refuses_what_reading_refuses() -> None:
    with (
        pytest.raises(ZipRefused, match=r"outside \.\./out\.txt"),
        unpacker(io.BytesIO(package_with(Lie("../out.txt"))), LIMITS),
    ):
        pass


def test_links_made_with_a_common_program_are_refused() -> None:
    link = member("content/a.txt", mode=0o120777)
    assert found(zipped([(link, b"/etc/passwd")]))[0] == ("link", TEXT, {})
