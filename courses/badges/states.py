"""The bits of a status list, as the W3C's Bitstring Status List has them. Pure functions."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable

# The recommendation's minimum: one bit says nothing about whom it belongs to among so many.
SIZE = 131_072


def encode(indexes: Iterable[int]) -> str:
    """A list in which these bits are set: compressed, base64url, `u` in front. The same bits give the same text."""
    bits = bytearray(SIZE // 8)
    for index in indexes:
        if not 0 <= index < SIZE:
            raise ValueError(f"no place {index} in the list")
        bits[index // 8] |= 128 >> index % 8  # the first bit is the leftmost
    packed = gzip.compress(bytes(bits), compresslevel=9, mtime=0)
    # Byte 9 names the system that packed it, which differs between builds of zlib.
    return "u" + base64.urlsafe_b64encode(packed[:9] + b"\xff" + packed[10:]).decode().rstrip("=")


def is_set(encoded: str, index: int) -> bool:
    """Whether this bit of a list is set. Raises ValueError for what is no such list."""
    if not encoded.startswith("u") or not 0 <= index < SIZE:
        raise ValueError("no such list, or no such place in it")
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    try:
        bits = zlib.decompressobj(wbits=31).decompress(packed, SIZE // 8 + 1)
    except zlib.error as error:
        raise ValueError("no list: not compressed as one") from error
    if len(bits) != SIZE // 8:
        raise ValueError("a list of another length")
    return bool(bits[index // 8] & 128 >> index % 8)
