"""A stranger's zip: which of its members can be had, and why not. Reads names and headers, and content as a stream.

Nothing is unpacked here, and no name of a member is used as a path before `Archive` has let it pass. Rules and bounds:
shared/design/H5P.md, sections 5 and 7.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .findings import FindingCode, Findings
from .limits import Limits
from .zips import DEFLATED, STORED, Entry, Seekable, ZipRefused, data_start, entries, unpacked

__all__ = ["Archive", "Member", "Source", "ZipRefused", "is_skipped", "opened"]

Source = str | Path | Seekable

# No name of a file may hold these.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
# Most file systems take names of 255 bytes; ours get no ending.
_LONGEST_PART = 255
# DOS, NTFS, VFAT: there the attributes are Windows' own, and this one is a link.
_WINDOWS, _REPARSE_POINT = (0, 10, 11, 14), 0x400


@contextmanager
def opened(source: Source) -> Iterator[Seekable]:
    """The file to read from: opened here by its path, or somebody else's open file, which stays open."""
    if isinstance(source, str | Path):
        with open(source, "rb") as file:
            yield file
    else:
        yield source


def is_skipped(name: str) -> bool:
    """Whether H5P leaves this member alone: a part of its path begins with a dot or an underscore (core does so)."""
    return any(part.startswith((".", "_")) for part in name.split("/"))


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive that can be read: its name as it stands there, its size unpacked in bytes."""

    name: str
    size: int
    entry: Entry
    start: int


class Archive:
    """The members of a zip. Where `findings` got anything, there is something in it that nobody should read.

    `members` are the files, folders left out, in the order in which their data stand in the archive.
    """

    def __init__(self, file: Seekable, limits: Limits, findings: Findings) -> None:
        self._file, self._limits, self._findings = file, limits, findings
        self.members: tuple[Member, ...] = ()
        before = len(findings)
        try:
            named, directory = entries(file, limits.members)
        except ZipRefused as refused:
            findings.note(refused.finding)
            return
        for entry in named:
            self._check(entry)
        self._check_together(named)
        if len(findings) == before:
            # Only then are names and sizes such that looking further makes sense.
            self.members = self._located(named, directory)

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The content of a member, at most 64 KiB at a time. Raises ZipRefused for a member that is not as it says."""
        return unpacked(self._file, member.entry, member.start)

    def _check(self, entry: Entry) -> None:
        """What one member's entry in the directory says."""
        for code, limit in self._wrong_with_name(entry):
            self._findings.add(code, entry.name, **({"limit": limit} if limit else {}))
        for code, limit in self._wrong_with_data(entry):
            self._findings.add(code, entry.name, **({"limit": limit} if limit else {}))

    def _wrong_with_name(self, entry: Entry) -> Iterator[tuple[FindingCode, int]]:
        name, limits = entry.name, self._limits
        parts = name.removesuffix("/").split("/")
        if not entry.is_readable or CONTROL.search(name):
            yield FindingCode.BAD_NAME, 0
        if "\\" in name:
            yield FindingCode.BACKSLASH, 0
        if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
            yield FindingCode.OUTSIDE, 0
        elif "" in parts or "." in parts:
            yield FindingCode.BAD_NAME, 0
        if len(name) > limits.path_length or any(len(part.encode()) > _LONGEST_PART for part in parts):
            yield FindingCode.PATH_TOO_LONG, limits.path_length
        if len(parts) > limits.path_depth:
            yield FindingCode.PATH_TOO_DEEP, limits.path_depth

    def _wrong_with_data(self, entry: Entry) -> Iterator[tuple[FindingCode, int]]:
        limits = self._limits
        kind = stat.S_IFMT(entry.mode)
        is_link = kind == stat.S_IFLNK or entry.has_link
        if is_link or (entry.system in _WINDOWS and entry.attributes & _REPARSE_POINT):
            yield FindingCode.LINK, 0
        elif kind not in (0, stat.S_IFREG) and not (entry.is_folder and kind == stat.S_IFDIR):
            yield FindingCode.SPECIAL_FILE, 0
        if entry.is_encrypted:
            yield FindingCode.ENCRYPTED, 0
        elif entry.method not in (STORED, DEFLATED):
            yield FindingCode.METHOD, 0
        elif (entry.method == STORED and entry.size != entry.compressed) or (entry.is_folder and entry.size):
            yield FindingCode.DAMAGED, 0
        if entry.size > limits.file:
            yield FindingCode.FILE_TOO_LARGE, limits.file
        elif entry.size > limits.ratio_from and entry.size > limits.ratio * entry.compressed:
            yield FindingCode.BOMB, limits.ratio

    def _check_together(self, named: list[Entry]) -> None:
        """What the names and sizes of all members say: no two for one file, not more than is unpacked."""
        names: set[str] = set()
        folded: dict[str, str] = {}
        for entry in named:
            if entry.name in names:
                self._findings.add(FindingCode.DUPLICATE, entry.name)
                continue
            names.add(entry.name)
            other = folded.setdefault(_folded(entry.name.removesuffix("/")), entry.name)
            if other != entry.name:
                self._findings.add(FindingCode.COLLISION, entry.name, other=other)
        files = {_folded(entry.name): entry.name for entry in named if not entry.is_folder}
        for entry in named:
            # A file that others need as their folder.
            for above in _folders_above(_folded(entry.name.removesuffix("/"))):
                if above in files:
                    self._findings.add(FindingCode.COLLISION, entry.name, other=files[above])
        if sum(entry.size for entry in named) > self._limits.unpacked:
            self._findings.add(FindingCode.UNPACKED_TOO_LARGE, limit=self._limits.unpacked)

    def _located(self, named: list[Entry], directory: int) -> tuple[Member, ...]:
        """The members with the places of their data, which follow each other without gap from the first byte on."""
        members, end, slack = [], 0, 0
        for entry in sorted(named, key=lambda each: each.offset):
            if entry.offset < end:
                self._findings.add(FindingCode.OVERLAPPING, entry.name)
                continue
            if entry.offset > end + slack:
                self._findings.add(FindingCode.HIDDEN_DATA)
            try:
                start, slack = data_start(self._file, entry, directory)
            except ZipRefused as refused:
                self._findings.note(refused.finding)
                return ()
            end = start + entry.compressed
            if not entry.is_folder:
                members.append(Member(entry.name, entry.size, entry, start))
        if directory > end + slack:
            self._findings.add(FindingCode.HIDDEN_DATA)
        return tuple(members)


def _folded(name: str) -> str:
    """The name as file systems compare it that know neither case nor two spellings of one letter."""
    return unicodedata.normalize("NFC", name.casefold())


def _folders_above(name: str) -> Iterator[str]:
    at = name.find("/")
    while at >= 0:
        yield name[:at]
        at = name.find("/", at + 1)
