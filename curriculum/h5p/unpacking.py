"""Writing what `read_package` let pass into a folder. Names come from the report alone, sizes are counted again."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from .archive import Archive, Member, Source, ZipRefused, opened
from .findings import FindingCode, Findings
from .limits import Limits
from .report import BundledLibrary, PackageReport, PackedFile

__all__ = ["Unpacker", "unpack_content", "unpack_library", "unpacker"]

Progress = Callable[[int], None]


class Unpacker:
    """An archive that is open for unpacking: its directory is read once, however many libraries are taken out."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members: dict[str, Member] = {member.name: member for member in archive.members}

    def unpack(self, files: Iterable[PackedFile], to: Path, progress: Progress | None = None) -> None:
        """Write these files into an empty folder that is there.

        Raises ZipRefused where the archive is another than the report was made from, OSError where the disk says so:
        then the folder is empty again. Raises FileExistsError, and writes nothing, where it was not empty before.
        """
        if any(to.iterdir()):
            raise FileExistsError(to)
        files = tuple(files)
        total, done = sum(file.size for file in files) or 1, 0
        made = {to}
        try:
            for file in files:
                self._write(file, to, made)
                done += file.size
                if progress is not None:
                    progress(done * 100 // total)
        except BaseException:
            _empty(to)
            raise

    def _write(self, file: PackedFile, to: Path, made: set[Path]) -> None:
        """One file. All folders between it and `to` are `made` here, so none of them is a link."""
        member = self._members.get(file.name)
        path = PurePosixPath(file.path)
        if member is None or member.size != file.size or path.is_absolute() or ".." in path.parts:
            raise ZipRefused(FindingCode.DAMAGED, file.name)
        target = to / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        total = hashlib.sha256()
        # "x": never over a file that is there, nor through a link.
        with open(target, "xb") as out:
            for piece in self._archive.pieces(member):
                total.update(piece)
                out.write(piece)
        if total.hexdigest() != file.sha256:
            raise ZipRefused(FindingCode.DAMAGED, file.name)


@contextmanager
def unpacker(source: Source, limits: Limits) -> Iterator[Unpacker]:
    """The archive, checked as a whole once more. Raises ZipRefused with the first reason if it is not fine."""
    with opened(source) as file:
        findings = Findings(limits.findings)
        archive = Archive(file, limits, findings)
        for finding in findings.all():
            raise ZipRefused(finding.code, finding.file, **finding.detail)
        yield Unpacker(archive)


def unpack_library(source: Source | Unpacker, library: BundledLibrary, to: Path, *, limits: Limits) -> None:
    """Write a library's files into an empty folder, its own folder's name cut off. Raises as `Unpacker.unpack` does."""
    with _ready(source, limits) as ready:
        ready.unpack(library.files, to)


def unpack_content(
    source: Source | Unpacker, report: PackageReport, to: Path, *, limits: Limits, progress: Progress | None = None
) -> None:
    """Write the content's files into an empty folder, `content/` cut off; `progress` is told per cent."""
    with _ready(source, limits) as ready:
        ready.unpack(report.content_files, to, progress)


@contextmanager
def _ready(source: Source | Unpacker, limits: Limits) -> Iterator[Unpacker]:
    if isinstance(source, Unpacker):
        yield source
    else:
        with unpacker(source, limits) as opened_now:
            yield opened_now


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
