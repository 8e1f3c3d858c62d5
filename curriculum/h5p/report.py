"""What was found in a package: references to libraries, their facts, the files, and every reason for refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .enums import Need
from .findings import Finding


@dataclass(frozen=True, slots=True, order=True)
class LibraryRef:
    """What a dependency names, exactly: machine name, major and minor version."""

    machine_name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        """`H5P.MultiChoice-1.16`: as in the player's addresses and on our disk."""
        return f"{self.machine_name}-{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class Dependency:
    """That something needs a library, and when."""

    kind: Need
    ref: LibraryRef


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a library or of the content: `path` in its folder, `name` in the archive, bytes unpacked."""

    path: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BundledLibrary:
    """A library version that a package brings along. `sha256` is over names and contents of all its files."""

    ref: LibraryRef
    patch: int
    title: str
    runnable: bool
    core_api: tuple[int, int]
    dependencies: tuple[Dependency, ...]
    library_json: Mapping[str, Any] = field(hash=False)
    semantics: list[Any] | None = field(hash=False)
    files: tuple[PackedFile, ...]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PackageReport:
    """A package that was looked through. Where `is_fine` does not hold, the rest is what could be read.

    `content` are the parameters (content/content.json), `content_files` all files below content/, that one included;
    `unpacked` are the bytes of all files that H5P uses; `sha256` is that of the archive.
    """

    findings: tuple[Finding, ...]
    title: str = ""
    language: str = ""
    main: LibraryRef | None = None
    h5p_json: Mapping[str, Any] = field(default_factory=dict, hash=False)
    content: Any = field(default=None, hash=False)
    libraries: tuple[BundledLibrary, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    content_files: tuple[PackedFile, ...] = ()
    unpacked: int = 0
    sha256: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nothing speaks against it. That all libraries are there is asked apart: `missing_libraries`."""
        return not self.findings
