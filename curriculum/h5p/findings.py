"""Why a package is refused: codes and the facts beside them. Kept as JSON; `words.sentence` says them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# What no database and no page should get from a stranger's file name: control characters and halves of a pair.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SHOWN = 200


class FindingCode(StrEnum):
    """What can be wrong. The value is what is kept."""

    # The archive
    NOT_A_ZIP = "not_a_zip"
    CUT_SHORT = "cut_short"
    SPLIT = "split"
    HIDDEN_DATA = "hidden_data"
    DAMAGED = "damaged"
    OVERLAPPING = "overlapping"
    UPLOAD_TOO_LARGE = "upload_too_large"
    UNPACKED_TOO_LARGE = "unpacked_too_large"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_FILES = "too_many_files"
    BOMB = "bomb"
    OUTSIDE = "outside"
    BACKSLASH = "backslash"
    BAD_NAME = "bad_name"
    PATH_TOO_LONG = "path_too_long"
    PATH_TOO_DEEP = "path_too_deep"
    LINK = "link"
    SPECIAL_FILE = "special_file"
    DUPLICATE = "duplicate"
    COLLISION = "collision"
    ENCRYPTED = "encrypted"
    METHOD = "method"
    NESTED_ARCHIVE = "nested_archive"
    # The files in it
    MISSING_FILE = "missing_file"
    IN_A_FOLDER = "in_a_folder"
    EXTENSION = "extension"
    OTHER_CONTENT = "other_content"
    JSON_INVALID = "json_invalid"
    JSON_ENCODING = "json_encoding"
    JSON_CHARACTERS = "json_characters"
    JSON_NOT_FINITE = "json_not_finite"
    JSON_TOO_DEEP = "json_too_deep"
    JSON_TOO_LARGE = "json_too_large"
    JSON_KIND = "json_kind"
    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    # Libraries
    MAIN_NOT_NAMED = "main_not_named"
    MAIN_NOT_RUNNABLE = "main_not_runnable"
    CORE_TOO_NEW = "core_too_new"
    TOO_MANY_LIBRARIES = "too_many_libraries"
    LIBRARY_FOLDER = "library_folder"
    LIBRARY_TWICE = "library_twice"
    LIBRARY_FILE_MISSING = "library_file_missing"
    LIBRARY_PATH = "library_path"
    LANGUAGE_NAME = "language_name"
    LIBRARY_MISSING = "library_missing"
    # Our own troubles
    NO_ROOM = "no_room"
    DISK = "disk"
    GIVEN_UP = "given_up"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `file` is its name in the archive as it can be shown, `detail` what the sentence needs besides."""

    code: FindingCode
    file: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, Any]:
        """For a JSON field."""
        return {"code": str(self.code), "file": self.file, "detail": dict(self.detail)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Finding:
        """What `as_dict` made. Raises ValueError for a code that there is no more."""
        return cls(FindingCode(kept["code"]), str(kept.get("file", "")), dict(kept.get("detail", {})))


def shown(text: str) -> str:
    """A stranger's text as it may stand in a page and in the database: no control characters, not without end."""
    clean = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= SHOWN else f"{clean[: SHOWN - 1]}…"


class Findings:
    """Collects reasons, each once, as many as anybody reads."""

    def __init__(self, most: int) -> None:
        self._found: dict[tuple[FindingCode, str, tuple[tuple[str, str | int], ...]], Finding] = {}
        self._most = most

    def add(self, code: FindingCode, file: str = "", /, **detail: str | int) -> None:
        """Note it, unless it is noted already or there are enough."""
        facts = {name: shown(value) if isinstance(value, str) else value for name, value in detail.items()}
        self.note(Finding(code, shown(file), facts))

    def note(self, finding: Finding) -> None:
        """The same, for one that is made already."""
        if len(self._found) < self._most:
            self._found.setdefault((finding.code, finding.file, tuple(finding.detail.items())), finding)

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def all(self) -> tuple[Finding, ...]:
        """In the order in which they were found."""
        return tuple(self._found.values())
