"""Looking through a package: what is in it, and every reason to refuse it. Pure: no database, nothing on disk.

Every file is read once, in the order of the archive: its checksum, how it begins, and its text if it is JSON that says
something here. Rules: shared/design/H5P.md, section 5, after H5PValidator of H5P core (h5p.classes.php).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import media
from .archive import Archive, Member, Source, ZipRefused, is_skipped, opened
from .enums import Need
from .findings import FindingCode, Findings
from .jsontext import JsonReader, JsonRefused
from .limits import Limits
from .manifest import LANGUAGE_FILE, LIBRARY_FOLDER, Manifest
from .report import BundledLibrary, LibraryRef, PackageReport, PackedFile
from .zips import Seekable, size_of

__all__ = ["missing_libraries", "read_package"]

_H5P_JSON, _CONTENT, _CONTENT_JSON = "h5p.json", "content", "content/content.json"
_LIBRARY_JSON, _SEMANTICS, _LANGUAGE = "library.json", "semantics.json", "language/"
_BLOCK = 1 << 18


@dataclass
class _Folder:
    """A folder at the top of the archive: its members, then what was read of them, by their path in the folder."""

    members: dict[str, Member] = field(default_factory=dict)
    files: dict[str, PackedFile] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def read_package(source: Source, limits: Limits, *, progress: Callable[[int], None] | None = None) -> PackageReport:
    """Look through a .h5p, a path or an open file, from beginning to end.

    `progress` is told the per cent that are done, each number once. Never raises for what is in the file: the report
    says it. Memory stays bounded by `limits`, whatever comes.
    """
    with opened(source) as file:
        findings = Findings(limits.findings)
        size = size_of(file)
        if size > limits.upload:
            findings.add(FindingCode.UPLOAD_TOO_LARGE, limit=limits.upload)
            return PackageReport(findings.all())
        reader = _Reader(file, limits, findings, progress or (lambda _: None))
        return reader.report(_sha256(file))


def missing_libraries(report: PackageReport, installed: Collection[LibraryRef]) -> tuple[LibraryRef, ...]:
    """The libraries that playing the package needs and that are neither in it nor installed, sorted.

    Preloaded and dynamic dependencies count, from h5p.json through all bundled libraries that these name; what only an
    editor needs does not, nor what a bundled library needs that nothing here asks for. An installed library is taken
    to be there with all that it needs.
    """
    bundled = {library.ref: library for library in report.libraries}
    waiting = [each.ref for each in report.dependencies if each.kind != Need.EDITOR]
    seen: set[LibraryRef] = set()
    missing = set()
    while waiting:
        ref = waiting.pop()
        if ref in seen:
            continue
        seen.add(ref)
        if ref in bundled:
            waiting += [each.ref for each in bundled[ref].dependencies if each.kind != Need.EDITOR]
        elif ref not in installed:
            missing.add(ref)
    return tuple(sorted(missing))


def _sha256(file: Seekable) -> str:
    total = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        total.update(block)
    return total.hexdigest()


class _Reader:
    """One reading of one package."""

    def __init__(self, file: Seekable, limits: Limits, findings: Findings, progress: Callable[[int], None]) -> None:
        self._limits = limits
        self._findings = findings
        self._progress = progress
        self._archive = Archive(file, limits, findings)
        self._json = JsonReader(limits)
        self._folders: defaultdict[str, _Folder] = defaultdict(_Folder)
        self._is_readable = not findings

    def report(self, sha256: str) -> PackageReport:
        if not self._is_readable:
            # Names and sizes are not to be trusted, so nothing is read.
            return PackageReport(self._findings.all(), sha256=sha256)
        used = self._sort_out()
        self._read(used)
        libraries = self._libraries()
        content = self._folders[_CONTENT]
        h5p_json = self._folders[""].values.get(_H5P_JSON)
        facts = self._h5p_json(h5p_json, libraries) if isinstance(h5p_json, dict) else {}
        return PackageReport(
            findings=self._findings.all(),
            content=content.values.get("content.json"),
            libraries=tuple(libraries[ref] for ref in sorted(libraries)),
            content_files=tuple(content.files.values()),
            unpacked=sum(member.size for member in used),
            sha256=sha256,
            **facts,
        )

    def _sort_out(self) -> list[Member]:
        """Which files H5P uses, sorted into their folders by name alone; what must be there and is not."""
        used = []
        for member in self._archive.members:
            top, slash, path = member.name.partition("/")
            # Beside h5p.json, core ignores what lies at the top.
            if is_skipped(member.name) or not (slash or member.name == _H5P_JSON):
                continue
            if not slash:
                top, path = "", member.name
            elif media.extension(path) not in (media.CONTENT if top == _CONTENT else media.LIBRARY):
                self._findings.add(FindingCode.EXTENSION, member.name, extension=media.extension(path))
                continue
            self._folders[top].members[path] = member
            used.append(member)
        names = {member.name for member in used}
        around = next((name for name in names if name.endswith(f"/{_H5P_JSON}")), "")
        if around and _H5P_JSON not in names:
            # Everything lies one folder too deep, so that no rule about places says anything.
            self._findings.add(FindingCode.IN_A_FOLDER, around)
            self._folders.clear()
            return []
        for name in (_H5P_JSON, _CONTENT_JSON):
            if name not in names:
                self._findings.add(FindingCode.MISSING_FILE, name)
        if len(self._library_folders()) > self._limits.libraries:
            self._findings.add(FindingCode.TOO_MANY_LIBRARIES, limit=self._limits.libraries)
        return used

    def _library_folders(self) -> dict[str, _Folder]:
        return {name: folder for name, folder in self._folders.items() if name not in ("", _CONTENT)}

    def _read(self, used: Iterable[Member]) -> None:
        """Every file once, in the order of the archive."""
        total = sum(member.size for member in used) or 1
        done = told = 0
        self._progress(0)
        for member in used:
            self._read_one(member)
            done += member.size
            if (percent := done * 100 // total) > told:
                told = percent
                self._progress(percent)

    def _read_one(self, member: Member) -> None:
        top, slash, path = member.name.partition("/")
        folder = self._folders[top if slash else ""]
        path = path if slash else member.name
        is_json = _is_read(top if slash else "", path)
        if is_json and member.size > self._limits.json_size:
            self._findings.add(FindingCode.JSON_TOO_LARGE, member.name)
            return
        total, beginning, kept = hashlib.sha256(), b"", bytearray()
        try:
            for piece in self._archive.pieces(member):
                total.update(piece)
                if len(beginning) < media.BEGINNING:
                    beginning += piece[: media.BEGINNING]
                if is_json:
                    kept += piece
        except ZipRefused as refused:
            self._findings.note(refused.finding)
            return
        folder.files[path] = PackedFile(path, member.name, member.size, total.hexdigest())
        if media.is_archive(beginning):
            self._findings.add(FindingCode.NESTED_ARCHIVE, member.name)
        elif not media.is_what_it_says(path, beginning):
            self._findings.add(FindingCode.OTHER_CONTENT, member.name, extension=media.extension(path))
        elif is_json:
            self._parse(folder, path, member.name, bytes(kept))

    def _parse(self, folder: _Folder, path: str, name: str, raw: bytes) -> None:
        is_kept = not path.startswith(_LANGUAGE)
        try:
            value = self._json.parse(raw, is_kept=is_kept)
        except JsonRefused as refused:
            self._findings.add(refused.code, name, **({"line": refused.line} if refused.line else {}))
            return
        kind: type = list if path == _SEMANTICS else dict
        # What is empty may be either: PHP writes an object without fields as a list.
        if not isinstance(value, kind) and not (value in ([], {}) and name != _H5P_JSON and path != _LIBRARY_JSON):
            self._findings.add(FindingCode.JSON_KIND, name)
        elif is_kept:
            folder.values[path] = value or kind()

    def _h5p_json(self, data: Mapping[str, Any], libraries: Mapping[LibraryRef, BundledLibrary]) -> dict[str, Any]:
        """What h5p.json says, as fields of the report."""
        manifest = Manifest(data, _H5P_JSON, self._findings)
        title, language, main = manifest.title(), manifest.language(), manifest.main_library()
        manifest.check_embed_types()
        manifest.check_optional()
        dependencies = manifest.dependencies()
        preloaded = [each.ref for each in dependencies if each.kind == Need.PRELOADED]
        if not data.get("preloadedDependencies"):
            self._findings.add(FindingCode.FIELD_MISSING, _H5P_JSON, field="preloadedDependencies")
        ref = next((each for each in preloaded if each.machine_name == main), None)
        if main and preloaded and ref is None:
            self._findings.add(FindingCode.MAIN_NOT_NAMED, _H5P_JSON, library=main)
        if ref is not None and ref in libraries and not libraries[ref].runnable:
            self._findings.add(FindingCode.MAIN_NOT_RUNNABLE, _H5P_JSON, library=str(ref))
        return {"title": title, "language": language, "main": ref, "h5p_json": data, "dependencies": dependencies}

    def _libraries(self) -> dict[LibraryRef, BundledLibrary]:
        """The bundled libraries with nothing wrong in their library.json."""
        libraries: dict[LibraryRef, BundledLibrary] = {}
        for name, folder in self._library_folders().items():
            if not LIBRARY_FOLDER.fullmatch(name):
                self._findings.add(FindingCode.LIBRARY_FOLDER, f"{name}/")
                continue
            if _LIBRARY_JSON not in folder.members:
                self._findings.add(FindingCode.MISSING_FILE, f"{name}/{_LIBRARY_JSON}")
            library = self._library(name, folder)
            if library is None:
                continue
            if library.ref in libraries:
                self._findings.add(FindingCode.LIBRARY_TWICE, f"{name}/{_LIBRARY_JSON}", library=str(library.ref))
            libraries[library.ref] = library
        return libraries

    def _library(self, name: str, folder: _Folder) -> BundledLibrary | None:
        data = folder.values.get(_LIBRARY_JSON)
        if data is None:
            return None
        file, before = f"{name}/{_LIBRARY_JSON}", len(self._findings)
        manifest = Manifest(data, file, self._findings)
        title, machine_name, runnable = manifest.title(), manifest.machine_name(), manifest.is_runnable()
        major, minor, patch = (manifest.number(f"{part}Version") for part in ("major", "minor", "patch"))
        core_api, dependencies = manifest.core_api(), manifest.dependencies()
        ref = LibraryRef(machine_name, major, minor)
        if machine_name and name not in (machine_name, ref.folder):
            self._findings.add(FindingCode.LIBRARY_FOLDER, f"{name}/", library=str(ref))
        for each, ending in (("preloadedJs", ".js"), ("preloadedCss", ".css")):
            for path in manifest.preloaded(each, ending):
                if path not in folder.members:
                    self._findings.add(FindingCode.LIBRARY_FILE_MISSING, file, path=path)
        for path in folder.members:
            if path.startswith(_LANGUAGE) and not LANGUAGE_FILE.fullmatch(path.removeprefix(_LANGUAGE)):
                self._findings.add(FindingCode.LANGUAGE_NAME, f"{name}/{path}")
        if len(self._findings) > before:
            return None
        files = tuple(folder.files[path] for path in sorted(folder.files))
        return BundledLibrary(
            ref, patch, title, runnable, core_api, dependencies, data, folder.values.get(_SEMANTICS), files,
            sha256=_over(files), size=sum(each.size for each in files),
        )  # fmt: skip


def _is_read(top: str, path: str) -> bool:
    """Whether a file's text says something here: the manifests, the parameters, a library's semantics and words."""
    if top in ("", _CONTENT):
        return path in (_H5P_JSON, "content.json")
    return path in (_LIBRARY_JSON, _SEMANTICS) or (path.startswith(_LANGUAGE) and media.extension(path) == "json")


def _over(files: Iterable[PackedFile]) -> str:
    """One checksum over sorted names and contents: the same files make the same one, in whatever archive."""
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.path}\0{file.size}\0{file.sha256}\n".encode())
    return total.hexdigest()
