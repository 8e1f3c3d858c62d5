"""Zips that lie: written byte by byte, so that every field can say what it likes."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tests.factories.h5p import library, package

MIB = 1024 * 1024


@dataclass(frozen=True)
class Lie:
    """A member. `data` stand in the archive as they are; what is None is told as it is."""

    name: str | bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0x800
    crc: int | None = None
    size: int | None = None
    compressed: int | None = None
    mode: int = 0o100644
    attributes: int = 0
    system: int = 3
    extra: bytes = b""
    disk: int = 0
    local_name: str | bytes | None = None
    local_crc: int | None = None
    local_size: int | None = None
    local_compressed: int | None = None
    local_flags: int | None = None
    local_method: int | None = None
    # Uses the bytes of the member with this number instead of its own.
    at_member: int | None = None
    gap: bytes = b""


def as_name(name: str | bytes) -> bytes:
    return name if isinstance(name, bytes) else name.encode()


def told(lie: int | None, truth: int) -> int:
    return truth if lie is None else lie


def raw_zip(
    members: Sequence[Lie],
    *,
    before: bytes = b"",
    gap: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    directory_size: int | None = None,
    wide: bytes | None = None,
) -> bytes:
    """These members, with bytes before, before the directory and after it all. `wide` are large-archive records."""
    out = bytearray(before)
    central = bytearray()
    places: list[int] = []
    for lie in members:
        name = as_name(lie.name)
        crc = told(lie.crc, zlib.crc32(lie.data))
        size, compressed = told(lie.size, len(lie.data)), told(lie.compressed, len(lie.data))
        out += lie.gap
        place = len(out) if lie.at_member is None else places[lie.at_member]
        places.append(place)
        if lie.at_member is None:
            local = name if lie.local_name is None else as_name(lie.local_name)
            out += struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, told(lie.local_flags, lie.flags), told(lie.local_method, lie.method),
                0, 0x21, told(lie.local_crc, crc), told(lie.local_compressed, compressed), told(lie.local_size, size),
                len(local), 0,
            ) + local + lie.data  # fmt: skip
        central += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", lie.system << 8 | 20, 20, lie.flags, lie.method, 0, 0x21, crc, compressed, size,
            len(name), len(lie.extra), 0, lie.disk, 0, lie.mode << 16 | lie.attributes, place,
        ) + name + lie.extra  # fmt: skip
    out += gap
    start = len(out)
    out += central
    number, length = told(count, len(members)), told(directory_size, len(central))
    if wide is not None:
        out += wide
    out += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, length, start, len(comment)) + comment + after
    return bytes(out)


def honest() -> list[Lie]:
    """The members of a small package with nothing wrong in it."""
    with zipfile.ZipFile(io.BytesIO(package(library()))) as archive:
        return [Lie(name, archive.read(name)) for name in archive.namelist()]


def package_with(*lies: Lie) -> bytes:
    """That package with these members behind its own."""
    return raw_zip([*honest(), *lies])


def extra(kind: int, data: bytes) -> bytes:
    """A further field of a header."""
    return struct.pack("<2H", kind, len(data)) + data


def deflated(data: bytes, *, is_bomb: bool = True) -> bytes:
    """Compressed as zip does it; badly, so that the ratio raises no suspicion, with `is_bomb=False`."""
    strategy = zlib.Z_DEFAULT_STRATEGY if is_bomb else zlib.Z_HUFFMAN_ONLY
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=strategy)
    return stream.compress(data) + stream.flush()


def packed(name: str, data: bytes) -> Lie:
    """An honest member, compressed, whose ratio raises no suspicion."""
    return Lie(name, deflated(data, is_bomb=False), method=8, size=len(data), crc=zlib.crc32(data))


@functools.cache
def zeros(mib: int) -> tuple[bytes, int]:
    """So many MiB of zeros compressed, made without ever holding them; and their checksum."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = stream.compress(bytes(MIB)) + stream.flush(zlib.Z_FULL_FLUSH)
    again = stream.compress(bytes(MIB)) + stream.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(mib):
        crc = zlib.crc32(bytes(MIB), crc)
    return first + again * (mib - 1) + stream.flush(), crc


def bomb(name: str = "content/bomb.txt", mib: int = 300, size: int | None = None) -> Lie:
    """A member that grows to so many MiB; `size` is what it says of itself instead."""
    data, crc = zeros(mib)
    return Lie(name, data, method=8, crc=crc, size=mib * MIB if size is None else size)
