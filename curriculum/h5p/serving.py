"""Which file an address of the player names, and as what it is sent. No database, no HTTP.

Uploaded names are never trusted: a path is looked up below its folder, and what it leads to must lie there too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import storage
from .archive import CONTROL

# What is sent to be shown or run, by the ending of its name. Everything else is sent to be saved, as mere bytes.
_FOR_ALL = {
    "json": "application/json",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt; charset=utf-8",
    "webvtt": "text/vtt; charset=utf-8",
    "gltf": "model/gltf+json",
    "glb": "model/gltf-binary",
    "txt": "text/plain; charset=utf-8",
}
# Of libraries alone (H5P's own division): scripts, style sheets and drawings, which can hold scripts.
_FOR_LIBRARIES = _FOR_ALL | {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
BYTES = "application/octet-stream"
# As `Library.folder` and `LibraryRevision.stamp` are written.
_FOLDER = re.compile(r"[\w$][\w\-.$]{0,254}-\d{1,5}\.\d{1,5}", re.ASCII)
_STAMP = re.compile(r"\d{1,10}-[0-9a-f]{12}", re.ASCII)


class NoSuchFile(LookupError):
    """Nothing that may be sent has this address."""


@dataclass(frozen=True)
class Served:
    """A file to send: where it lies, its content type, and whether it is only to be saved."""

    path: Path
    content_type: str
    attachment: bool


def library_file(folder: str, stamp: str, path: str) -> Served:
    """A file of an installed library. Raises NoSuchFile."""
    if not _FOLDER.fullmatch(folder) or not _STAMP.fullmatch(stamp):
        raise NoSuchFile(folder)
    return _served(storage.stamped_folder(folder, stamp), path, _FOR_LIBRARIES)


def content_file(root: Path, path: str) -> Served:
    """A file of a package's content, below `root` (storage.package_folder). Raises NoSuchFile."""
    return _served(root, path, _FOR_ALL)


def _served(root: Path, path: str, types: dict[str, str]) -> Served:
    found = _below(root, path)
    content_type = types.get(found.suffix[1:].lower())
    return Served(found, content_type or BYTES, attachment=content_type is None)


def _below(root: Path, path: str) -> Path:
    """The file that a path names below a folder. Raises NoSuchFile for one that is not there, or not plainly there."""
    parts = path.split("/")
    if any(not part or part.startswith(".") or "\\" in part or CONTROL.search(part) for part in parts):
        raise NoSuchFile(path)
    try:
        found = root.joinpath(PurePosixPath(*parts)).resolve(strict=True)
        inside = found.is_relative_to(root.resolve(strict=True)) and found.is_file()
    except (OSError, ValueError) as error:
        raise NoSuchFile(path) from error
    if not inside:
        raise NoSuchFile(path)
    return found
