"""What h5p.json and library.json must say: fields, patterns, references. As H5P core 1.28 checks them.

The patterns are those of H5PValidator in h5p.classes.php (`$h5pRequired`, `$h5pOptional`, `$libraryRequired`,
`$libraryOptional`). More is let pass than there where it does no harm: an optional field that is empty, text of several
lines (as Lumi does), empty lists. Fields that nobody here reads are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .enums import Need
from .findings import FindingCode, Findings
from .report import Dependency, LibraryRef

# The version of H5P core in h5p-standalone, which plays what is accepted here.
CORE_API = (1, 28)
LANGUAGE_FILE = re.compile(r"(-?[a-z]+){1,7}\.json", re.IGNORECASE | re.ASCII)
LIBRARY_FOLDER = re.compile(r"[\w\-.]{1,255}", re.ASCII)

_TITLE = re.compile(r".{1,255}", re.DOTALL)
_LANGUAGE = re.compile(r"[-a-zA-Z]{1,10}")
_MAIN_LIBRARY = re.compile(r"[$a-z_][0-9a-z_.$]{1,254}", re.IGNORECASE | re.ASCII)
_MACHINE_NAME = LIBRARY_FOLDER
_NUMBER = re.compile(r"[0-9]{1,5}")
_FLAG = re.compile(r"[01]")
_PATH_PART = re.compile(r"[\w\-\s.]+", re.ASCII)
_OPTIONAL = {
    "license": re.compile(
        r"CC BY|CC BY-SA|CC BY-ND|CC BY-NC|CC BY-NC-SA|CC BY-NC-ND|CC0 1\.0|GNU GPL|PD|ODC PDDL|CC PDM|U|C"
    ),
    # The later ones are what core's own editor offers for the public domain and the GPL.
    "licenseVersion": re.compile(r"1\.0|2\.0|2\.5|3\.0|4\.0|CC0 1\.0|CC PDM|v[123]"),
    "source": re.compile(r"https?://.+", re.DOTALL),
    "w": re.compile(r"[0-9]{1,4}"),
    "h": re.compile(r"[0-9]{1,4}"),
}
_EMBED_TYPES = ("iframe", "div")
_KINDS = {
    "preloadedDependencies": Need.PRELOADED,
    "dynamicDependencies": Need.DYNAMIC,
    "editorDependencies": Need.EDITOR,
}


class Manifest:
    """One of the two files, read field by field; what is wrong goes to the findings, under the file's name."""

    def __init__(self, data: Mapping[str, Any], file: str, findings: Findings) -> None:
        self.data = data
        self.file = file
        self._findings = findings

    def title(self) -> str:
        """1 to 255 characters."""
        return self._text("title", _TITLE)

    def language(self) -> str:
        """A code; "und" where the package is of no language."""
        return self._text("language", _LANGUAGE)

    def main_library(self) -> str:
        """Its machine name, without version."""
        return self._text("mainLibrary", _MAIN_LIBRARY)

    def machine_name(self) -> str:
        """The library's own."""
        return self._text("machineName", _MACHINE_NAME)

    def is_runnable(self) -> bool:
        """Whether content can be made of it."""
        return self._text("runnable", _FLAG) == "1"

    def number(self, name: str) -> int:
        """A part of a version: a number, or digits in quotes. 0 where it is neither, which is noted."""
        return int(self._text(name, _NUMBER) or 0)

    def check_optional(self) -> None:
        """What h5p.json may say besides."""
        for name, pattern in _OPTIONAL.items():
            value = self.data.get(name)
            if value not in (None, "") and not (_is_plain(value) and pattern.fullmatch(str(value))):
                self._findings.add(FindingCode.FIELD_INVALID, self.file, field=name)
        authors = self.data.get("authors") or []
        if not isinstance(authors, list) or not all(isinstance(author, dict) for author in authors):
            self._findings.add(FindingCode.FIELD_INVALID, self.file, field="authors")

    def check_embed_types(self) -> None:
        """A list of "iframe" and "div"; both are played the same here."""
        kinds = self.data.get("embedTypes")
        if kinds is None:
            self._findings.add(FindingCode.FIELD_MISSING, self.file, field="embedTypes")
        elif not isinstance(kinds, list) or any(kind not in _EMBED_TYPES for kind in kinds):
            self._findings.add(FindingCode.FIELD_INVALID, self.file, field="embedTypes")

    def core_api(self) -> tuple[int, int]:
        """The version of H5P core that a library needs; 1.0 where it does not say. Newer than ours is noted."""
        value = self.data.get("coreApi")
        if not value:
            return (1, 0)
        if not isinstance(value, dict):
            self._findings.add(FindingCode.FIELD_INVALID, self.file, field="coreApi")
            return (1, 0)
        asked = Manifest(value, self.file, self._findings)
        version = (asked.number("majorVersion"), asked.number("minorVersion"))
        if version > CORE_API:
            needs, has = (".".join(map(str, each)) for each in (version, CORE_API))
            self._findings.add(FindingCode.CORE_TOO_NEW, self.file, needs=needs, has=has)
        return version

    def dependencies(self) -> tuple[Dependency, ...]:
        """All three kinds, each library once in a kind, in the order in which they stand."""
        found: dict[Dependency, None] = {}
        for name, kind in _KINDS.items():
            for ref in self._references(name):
                found[Dependency(kind, ref)] = None
        return tuple(found)

    def _references(self, name: str) -> Iterable[LibraryRef]:
        for value in self._list(name):
            ref = reference(value)
            if ref is None:
                self._findings.add(FindingCode.FIELD_INVALID, self.file, field=name)
            else:
                yield ref

    def preloaded(self, name: str, ending: str) -> list[str]:
        """Paths of the scripts or styles that are loaded first, as paths in the library's folder.

        A backslash, a slash or "./" at the beginning are as good as nothing; ".." is not.
        """
        paths = []
        for value in self._list(name):
            path = value.get("path") if isinstance(value, dict) else None
            if not isinstance(path, str) or not path:
                self._findings.add(FindingCode.FIELD_INVALID, self.file, field=name)
                continue
            parts = path_in_folder(path).split("/")
            is_allowed = all(part != ".." and _PATH_PART.fullmatch(part) for part in parts)
            if not is_allowed or not parts[-1].lower().endswith(ending):
                self._findings.add(FindingCode.LIBRARY_PATH, self.file, path=path, field=name)
            else:
                paths.append("/".join(parts))
        return paths

    def _list(self, name: str) -> list[Any]:
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self._findings.add(FindingCode.FIELD_INVALID, self.file, field=name)
            return []
        return value

    def _text(self, name: str, pattern: re.Pattern[str]) -> str:
        """A required field as text (numbers are taken, as core does); nothing where it is wrong, which is noted."""
        value = self.data.get(name)
        if value is None:
            self._findings.add(FindingCode.FIELD_MISSING, self.file, field=name)
        elif not _is_plain(value) or not pattern.fullmatch(str(value)):
            self._findings.add(FindingCode.FIELD_INVALID, self.file, field=name)
        else:
            return str(value)
        return ""


def path_in_folder(path: str) -> str:
    """The file of its library that a path of preloadedJs or preloadedCss names, as `Manifest.preloaded` takes it."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def reference(value: Any) -> LibraryRef | None:
    """The library that an entry of a list of dependencies names, or None where it names none."""
    if not isinstance(value, dict):
        return None
    name, *version = (value.get(key) for key in ("machineName", "majorVersion", "minorVersion"))
    if not isinstance(name, str) or not _MACHINE_NAME.fullmatch(name):
        return None
    if not all(_is_plain(each) and _NUMBER.fullmatch(str(each)) for each in version):
        return None
    major, minor = (int(str(each)) for each in version)
    return LibraryRef(name, major, minor)


def _is_plain(value: Any) -> bool:
    """Text or a whole number: what core holds against its patterns."""
    return isinstance(value, str | int) and not isinstance(value, bool)
