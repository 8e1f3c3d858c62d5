"""Looking through packages in tests: what was found, and the usual package with one thing changed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from curriculum.h5p.limits import Limits
from curriculum.h5p.reading import read_package
from curriculum.h5p.report import LibraryRef, PackageReport
from tests.factories.h5p import as_bytes, library, package, zipped

LIMITS = Limits()
TEST = LibraryRef("H5P.Test", 1, 0)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
H5P_JSON, CONTENT_JSON = "h5p.json", "content/content.json"
LIBRARY_JSON = "H5P.Test-1.0/library.json"


def read(data: bytes, limits: Limits = LIMITS) -> PackageReport:
    return read_package(io.BytesIO(data), limits)


def found(data: bytes, limits: Limits = LIMITS) -> list[tuple[str, str, dict[str, Any]]]:
    """Code, file and detail of every reason."""
    return [(str(each.code), each.file, dict(each.detail)) for each in read(data, limits).findings]


def lib(files: Mapping[str, bytes | str] | None = None, **more: Any) -> bytes:
    """A package whose library is made so."""
    return package(library(files=files, **more))


def with_files(**files: bytes | str) -> dict[str, bytes | str]:
    """The usual script and these, dots and slashes in names written as in Python they cannot be."""
    return {"library.js": ";", **{name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}}


def replaced(name: str, data: bytes | None) -> bytes:
    """The usual package with another file of that name, or without it."""
    main = library(semantics=[], files={"library.js": ";", "language/nl.json": '{"semantics": []}'})
    members = {H5P_JSON: b"", CONTENT_JSON: b'{"a": 1}'}
    members |= {f"{main.folder}/{path}": text for path, text in main.files.items()}
    members[H5P_JSON] = as_bytes(dict(read(package(main)).h5p_json))
    members[name] = data or b""
    return zipped([(each, text) for each, text in members.items() if each != name or data is not None])
