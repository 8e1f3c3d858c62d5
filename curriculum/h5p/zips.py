"""The zip format as its specification has it (APPNOTE 6.3), read strictly: one file, one way to read it.

Python's zipfile holds the whole directory in memory before anybody can count it, takes the last of two directories,
and does not look whether a member's own header says the same. Programs that disagree about what is in a file are what
an attacker needs, so nothing is guessed here: what is not as every program writes it is refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .findings import Finding, FindingCode, shown

_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_SIGNATURE_END, _SIGNATURE_END64_PLACE, _SIGNATURE_END64 = b"PK\5\6", b"PK\6\7", b"PK\6\6"
_SIGNATURE_CENTRAL, SIGNATURE_LOCAL = b"PK\1\2", b"PK\3\4"
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF

_FLAG_DESCRIPTOR, _FLAG_UTF8 = 1 << 3, 1 << 11
_FLAGS_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
STORED, DEFLATED, _AES = 0, 8, 99
# After the data of a member that was written as a stream: signature, checksum, two sizes of 8 bytes.
_LONGEST_DESCRIPTOR = 24

_EXTRA_ZIP64, _EXTRA_UNIX, _EXTRA_ASI_UNIX, _EXTRA_UNICODE_PATH = 0x0001, 0x000D, 0x756E, 0x7075
# Times and owners; what follows is the target of a link, or a device's numbers.
_EXTRA_UNIX_LENGTH, _ASI_SIZE_AT = 12, 6
# Longer names are refused by every limit, and five thousand of 64 KiB would fill the memory.
_KEPT_NAME = 1024


class Seekable(Protocol):
    """A file that is open for reading bytes: what `open` gives, or an upload of Django's."""

    def read(self, size: int = ..., /) -> bytes: ...

    def seek(self, offset: int, whence: int = ..., /) -> int: ...


class ZipRefused(ValueError):
    """The archive as a whole, or one member of it, cannot be read. `finding` says why."""

    def __init__(self, code: FindingCode, file: str = "", /, **detail: str | int) -> None:
        super().__init__(f"{code} {shown(file)}")
        self.finding = Finding(code, shown(file), detail)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of a member. `raw` is its name as it stands there, `name` the same as text."""

    raw: bytes
    name: str
    is_readable: bool
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    offset: int
    mode: int
    attributes: int
    system: int
    has_link: bool

    @property
    def is_encrypted(self) -> bool:
        """By a flag or by its method."""
        return bool(self.flags & _FLAGS_ENCRYPTED) or self.method == _AES

    @property
    def is_folder(self) -> bool:
        """A folder's own entry, which holds nothing."""
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class _Directory:
    offset: int
    size: int
    count: int


def size_of(file: Seekable) -> int:
    """How long it is, in bytes."""
    return file.seek(0, 2)


def is_zip(file: Seekable) -> bool:
    """Whether it begins as a zip and ends as one. Reads at most 64 KiB; for a form, before the work in the background.

    The file stands at its beginning afterwards.
    """
    try:
        file.seek(0)
        if file.read(len(SIGNATURE_LOCAL)) != SIGNATURE_LOCAL:
            return False
        _directory(file, size_of(file))
    except ZipRefused:
        return False
    finally:
        file.seek(0)
    return True


def entries(file: Seekable, most: int) -> tuple[list[Entry], int]:
    """All members that the directory names, and where the directory begins.

    Raises ZipRefused for a file that is no zip, is not whole, or names more than `most`.
    """
    found = _directory(file, size_of(file))
    if found.count > most:
        raise ZipRefused(FindingCode.TOO_MANY_FILES, limit=most)
    file.seek(found.offset)
    left, named = found.size, []
    for _ in range(found.count):
        entry, length = _entry(file, left)
        left -= length
        named.append(entry)
    if left:
        raise ZipRefused(FindingCode.DAMAGED)
    return named, found.offset


def _directory(file: Seekable, size: int) -> _Directory:
    """Where the last record of the file says that the directory is; no byte may be left over at either end of it."""
    length = min(size, _END.size + _LONGEST_COMMENT)
    file.seek(size - length)
    tail = file.read(length)
    at = tail.rfind(_SIGNATURE_END)
    if at < 0 or len(tail) - at < _END.size:
        file.seek(0)
        begins = file.read(len(SIGNATURE_LOCAL)) == SIGNATURE_LOCAL
        raise ZipRefused(FindingCode.CUT_SHORT if begins else FindingCode.NOT_A_ZIP)
    _, disk, first_disk, here, count, directory_size, offset, comment = _END.unpack_from(tail, at)
    rest = len(tail) - at - _END.size - comment
    if rest:
        raise ZipRefused(FindingCode.HIDDEN_DATA if rest > 0 else FindingCode.CUT_SHORT)
    end = size - length + at
    small = (disk, first_disk, here, count, directory_size, offset)
    big = _zip64(file, end)
    if big is not None:
        end, wide = big
        full = (_FULL_16,) * 4 + (_FULL_32,) * 2
        if any(one not in (other, most) for one, other, most in zip(small, wide, full, strict=True)):
            raise ZipRefused(FindingCode.HIDDEN_DATA)
        disk, first_disk, here, count, directory_size, offset = wide
    if disk or first_disk or here != count:
        raise ZipRefused(FindingCode.SPLIT)
    if offset + directory_size != end:
        raise ZipRefused(FindingCode.CUT_SHORT if offset + directory_size > end else FindingCode.HIDDEN_DATA)
    return _Directory(offset, directory_size, count)


def _zip64(file: Seekable, end: int) -> tuple[int, tuple[int, int, int, int, int, int]] | None:
    """The large form of the last record, if there is one: where it begins and the same six numbers."""
    at = end - _END64_PLACE.size
    if at < 0:
        return None
    file.seek(at)
    signature, disk, offset, disks = _END64_PLACE.unpack(file.read(_END64_PLACE.size))
    if signature != _SIGNATURE_END64_PLACE:
        return None
    if disk or disks > 1:
        raise ZipRefused(FindingCode.SPLIT)
    if offset + _END64.size > at:
        raise ZipRefused(FindingCode.DAMAGED)
    file.seek(offset)
    signature, length, _, _, this, first, here, count, size, start = _END64.unpack(file.read(_END64.size))
    # The length counts what follows it.
    if signature != _SIGNATURE_END64 or offset + length + 12 != at:
        raise ZipRefused(FindingCode.DAMAGED)
    return offset, (this, first, here, count, size, start)


def _entry(file: Seekable, left: int) -> tuple[Entry, int]:
    """The next member that the directory names, and how many bytes that took."""
    head = file.read(_CENTRAL.size) if left >= _CENTRAL.size else b""
    if len(head) < _CENTRAL.size or not head.startswith(_SIGNATURE_CENTRAL):
        raise ZipRefused(FindingCode.DAMAGED)
    (
        _, made, _, flags, method, _, _, crc, compressed, size,
        name_length, extra_length, comment_length, disk, _, attributes, offset,
    ) = _CENTRAL.unpack(head)  # fmt: skip
    length = _CENTRAL.size + name_length + extra_length + comment_length
    if length > left:
        raise ZipRefused(FindingCode.DAMAGED)
    raw, extra = file.read(name_length), file.read(extra_length)
    file.seek(comment_length, 1)
    name, is_readable = _decoded(raw, flags)
    has_link, wide = False, b""
    for kind, data in _extras(extra):
        if kind == _EXTRA_ZIP64:
            if wide:
                raise ZipRefused(FindingCode.DAMAGED, name)
            wide = data
        elif kind == _EXTRA_UNIX:
            has_link |= len(data) > _EXTRA_UNIX_LENGTH
        elif kind == _EXTRA_ASI_UNIX:
            has_link |= any(data[_ASI_SIZE_AT : _ASI_SIZE_AT + 4])
        elif kind == _EXTRA_UNICODE_PATH:
            # Five bytes before it: a version, and the checksum of the name that it stands for.
            is_readable &= data[5:] == name.encode("utf-8", "surrogatepass")
    size, compressed, offset, disk = _widened(name, wide, (size, compressed, offset, disk))
    if disk:
        raise ZipRefused(FindingCode.SPLIT, name)
    entry = Entry(
        raw[:_KEPT_NAME], name[:_KEPT_NAME], is_readable, flags, method, crc, compressed, size, offset,
        mode=attributes >> 16, attributes=attributes & 0xFFFF, system=made >> 8, has_link=has_link,
    )  # fmt: skip
    return entry, length


def _decoded(raw: bytes, flags: int) -> tuple[str, bool]:
    """The name as text, and whether it could be read: UTF-8, which many write without saying so, else code page 437."""
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return raw.decode("cp437"), not flags & _FLAG_UTF8


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The further fields of a header. Some programs pad them, so what remains at the end is let be."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        data = extra[at + 4 : at + 4 + length]
        if len(data) < length:
            return
        yield kind, data
        at += 4 + length


def _widened(name: str, wide: bytes, numbers: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Sizes, place and disk, each taken from the field for large archives where the small one is full."""
    result, at = [], 0
    for number, full, code in zip(numbers, (_FULL_32, _FULL_32, _FULL_32, _FULL_16), "QQQL", strict=True):
        if number != full:
            result.append(number)
            continue
        length = struct.calcsize(f"<{code}")
        if at + length > len(wide):
            raise ZipRefused(FindingCode.DAMAGED, name)
        result.append(struct.unpack_from(f"<{code}", wide, at)[0])
        at += length
    size, compressed, offset, disk = result
    return size, compressed, offset, disk


def data_start(file: Seekable, entry: Entry, directory: int) -> tuple[int, int]:
    """Where a member's data begin, and how many bytes may follow them that belong to it.

    Raises ZipRefused where the member's own header does not say what the directory says.
    """
    head = b""
    if entry.offset + _LOCAL.size <= directory:
        file.seek(entry.offset)
        head = file.read(_LOCAL.size)
    if not head.startswith(SIGNATURE_LOCAL):
        raise ZipRefused(FindingCode.DAMAGED, entry.name)
    _, _, flags, method, _, _, crc, compressed, size, name_length, extra_length = _LOCAL.unpack(head)
    start = entry.offset + _LOCAL.size + name_length + extra_length
    says = [
        file.read(min(name_length, _KEPT_NAME)) == entry.raw,
        method == entry.method,
        not (flags ^ entry.flags) & _FLAGS_ENCRYPTED,
        start + entry.compressed <= directory,
    ]
    if not flags & _FLAG_DESCRIPTOR:
        says += [crc == entry.crc, compressed in (entry.compressed, _FULL_32), size in (entry.size, _FULL_32)]
    if not all(says):
        raise ZipRefused(FindingCode.DAMAGED, entry.name)
    return start, _LONGEST_DESCRIPTOR if flags & _FLAG_DESCRIPTOR else 0


def unpacked(file: Seekable, entry: Entry, start: int, block: int = 1 << 16) -> Iterator[bytes]:
    """A member's content, piece by piece, counted and summed.

    Raises ZipRefused as soon as there is more than the directory says, and at the end where there is less, where the
    checksum is another, or where the compressed data do not end with the member.
    """
    total = crc = 0
    for piece in (
        _inflated(file, entry, start, block) if entry.method == DEFLATED else _stored(file, entry, start, block)
    ):
        total += len(piece)
        if total > entry.size:
            raise ZipRefused(FindingCode.DAMAGED, entry.name)
        crc = zlib.crc32(piece, crc)
        yield piece
    if total != entry.size or crc != entry.crc:
        raise ZipRefused(FindingCode.DAMAGED, entry.name)


def _stored(file: Seekable, entry: Entry, start: int, block: int) -> Iterator[bytes]:
    for at in range(0, entry.compressed, block):
        file.seek(start + at)
        yield file.read(min(block, entry.compressed - at))


def _inflated(file: Seekable, entry: Entry, start: int, block: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for data in _stored(file, entry, start, block):
            if stream.eof:
                raise ZipRefused(FindingCode.DAMAGED, entry.name)
            piece = stream.decompress(data, block)
            while piece:
                yield piece
                piece = stream.decompress(stream.unconsumed_tail, block)
    except zlib.error as error:
        raise ZipRefused(FindingCode.DAMAGED, entry.name) from error
    if not stream.eof or stream.unused_data:
        raise ZipRefused(FindingCode.DAMAGED, entry.name)
