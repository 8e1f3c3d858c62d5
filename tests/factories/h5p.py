"""H5P packages for tests: real `.h5p` bytes, built from libraries that a test writes itself.

`package(library())` is a small one that every validator accepts and every player plays. `zipped` makes any zip, so
that hostile ones can be built member by member.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZipInfo

from django.core.files.uploadedfile import SimpleUploadedFile

# Says what it was given, so that a test can see that it is this one that plays.
SCRIPT = """
(function () {
  "use strict";
  var place = window, names = "%(name)s".split(".");
  names.slice(0, -1).forEach(function (name) { place = place[name] = place[name] || {}; });
  place[names[names.length - 1]] = function (params, id) {
    H5P.EventDispatcher.call(this);
    this.attach = function ($container) {
      $container.addClass("test-library").text(params.text || "");
      this.triggerXAPI("attempted");
    };
  };
}());
"""

CONTENT = {"text": "What a circular buyer asks first"}


@dataclass(frozen=True)
class Lib:
    """A library version: its reference, what stands in library.json, and all its files by their path in its folder."""

    name: str
    major: int
    minor: int
    patch: int
    library_json: Mapping[str, Any] = field(hash=False)
    files: Mapping[str, bytes] = field(hash=False)

    @property
    def folder(self) -> str:
        """`H5P.Test-1.0`."""
        return f"{self.name}-{self.major}.{self.minor}"

    @property
    def reference(self) -> dict[str, Any]:
        """As a dependency names it."""
        return {"machineName": self.name, "majorVersion": self.major, "minorVersion": self.minor}


def as_bytes(value: Any) -> bytes:
    """Bytes as they are, words in UTF-8, everything else as JSON."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A field that a test sets to None is left out."""
    return {name: value for name, value in fields.items() if value is not None}


def library(
    name: str = "H5P.Test",
    major: int = 1,
    minor: int = 0,
    patch: int = 0,
    *,
    files: Mapping[str, bytes | str] | None = None,
    depends: Sequence[Lib] = (),
    runnable: int = 1,
    core_api: tuple[int, int] = (1, 28),
    semantics: Any = None,
    **more: Any,
) -> Lib:
    """A library version. Without `files` it has a script that plays.

    Every `.js` and `.css` at the top of `files` is preloaded; `depends` are preloaded dependencies. `more` are further
    fields of library.json, or other values for those made here (`preloadedJs=[...]`); None leaves one out.
    """
    files = {"library.js": SCRIPT % {"name": name}} if files is None else files
    top = [path for path in files if "/" not in path]
    facts = {
        "title": name.rpartition(".")[2],
        "machineName": name,
        "majorVersion": major,
        "minorVersion": minor,
        "patchVersion": patch,
        "runnable": runnable,
        "coreApi": {"majorVersion": core_api[0], "minorVersion": core_api[1]},
        "preloadedJs": [{"path": path} for path in top if path.endswith(".js")] or None,
        "preloadedCss": [{"path": path} for path in top if path.endswith(".css")] or None,
        "preloadedDependencies": [each.reference for each in depends] or None,
    }
    library_json = without_none({**facts, **more})
    every = {"library.json": as_bytes(library_json)}
    if semantics is not None:
        every["semantics.json"] = as_bytes(semantics)
    every |= {path: as_bytes(content) for path, content in files.items()}
    return Lib(name, major, minor, patch, library_json, every)


def package(
    main: Lib,
    *,
    content: Any = CONTENT,
    media: Mapping[str, bytes] | None = None,
    libraries: Sequence[Lib] = (),
    title: str = "A test",
    language: str = "en",
    bundled: bool = True,
    **h5p_json: Any,
) -> bytes:
    """A package of this main library. The same arguments make the same bytes.

    `media` are files below `content/`, by their path there; `libraries` come along beside the main one (none at all
    with `bundled=False`); `h5p_json` are further fields of h5p.json, or other values for those made here, and None
    leaves one out.
    """
    facts = {
        "title": title,
        "language": language,
        "mainLibrary": main.name,
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [each.reference for each in (main, *libraries)],
    }
    return zipped(list(_members(main, content, media or {}, libraries if bundled else None, {**facts, **h5p_json})))


def _members(
    main: Lib, content: Any, media: Mapping[str, bytes], libraries: Sequence[Lib] | None, facts: Mapping[str, Any]
) -> Iterator[tuple[str, bytes]]:
    yield "h5p.json", as_bytes(without_none(facts))
    yield "content/content.json", as_bytes(content)
    for path, data in media.items():
        yield f"content/{path}", data
    for each in () if libraries is None else (main, *libraries):
        for path, data in each.files.items():
            yield f"{each.folder}/{path}", data


def zipped(members: Sequence[tuple[str | ZipInfo, bytes]]) -> bytes:
    """A zip of these members in this order, as they are: nothing is checked, and no clock is read."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members:
            archive.writestr(name if isinstance(name, ZipInfo) else member(name), data)
    return target.getvalue()


def member(name: str, *, mode: int = 0o100644, method: int = zipfile.ZIP_DEFLATED) -> ZipInfo:
    """The head of a member, with a Unix mode (0o120777 is a symbolic link)."""
    info = ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def uploaded(data: bytes, name: str = "x.h5p") -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile(name, data, content_type="application/zip")
