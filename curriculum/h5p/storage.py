"""Where files of packages and libraries lie: below PRIVATE_ROOT, never served from there without being asked.

    h5p/libraries/<Name-M.m>/<patch>-<sha12>/...   a revision's files, named by their content: written once
    h5p/packages/<public_id>/...                   what a package had below content/, content.json among it
    h5p/uploads/<public_id>.h5p                    the file as it was uploaded
    h5p/work/<random>/...                          being unpacked

What is unpacked comes to its place by one rename, so that a folder there is whole. Rows are written afterwards: what a
crash leaves is a folder that no row names. The next try uses it, or `sweep` takes it away after a day.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings

from .enums import PackageState
from .models import LibraryRevision, Package

KEPT = timedelta(days=1)
CONTENT_JSON = "content.json"
# Parsed, JSON takes some ten times its size.
SMALL = 256 * 1024


class Chunked(Protocol):
    """What Django gives for an uploaded file."""

    def chunks(self) -> Iterable[bytes]: ...


def root() -> Path:
    """The folder of everything here."""
    return Path(settings.PRIVATE_ROOT) / "h5p"


def library_folder(revision: LibraryRevision) -> Path:
    """The files of a revision; its library should be loaded."""
    return stamped_folder(revision.library.folder, revision.stamp)


def stamped_folder(folder: str, stamp: str) -> Path:
    """The same by the library's folder ("H5P.MultiChoice-1.16") and the revision's stamp."""
    return root() / "libraries" / folder / stamp


def package_folder(package: Package) -> Path:
    """The files that a package's content consists of, by the paths that content.json names."""
    return root() / "packages" / str(package.public_id)


def raw_file(package: Package) -> Path:
    """The file as it was uploaded; it is kept for packages that can be played or wait to be."""
    return root() / "uploads" / f"{package.public_id}.h5p"


def read_params(package: Package) -> Any:
    """The parameters of a package that is ready: content.json, parsed. They never change, and are not to be changed.

    Small ones stay in memory. Raises OSError where the file is not there.
    """
    path = package_folder(package) / CONTENT_JSON
    return _kept_params(str(path)) if path.stat().st_size <= SMALL else _params(path)


def _params(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


@lru_cache(maxsize=16)
def _kept_params(path: str) -> Any:
    return _params(Path(path))


# -- writing ----------------------------------------------------------------------------------------------------------
@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder of one's own for as long as the block lasts. After a kill it stays, until it is swept."""
    folder = root() / "work" / uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_upload(file: Chunked, package: Package) -> tuple[str, int]:
    """Write an uploaded file to its place, whole or not at all; its SHA-256 and its size in bytes. Raises OSError."""
    total, size = hashlib.sha256(), 0
    target = raw_file(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    with work_folder() as folder:
        draft = folder / target.name
        with draft.open("xb") as out:
            for chunk in file.chunks():
                total.update(chunk)
                size += len(chunk)
                out.write(chunk)
        draft.rename(target)
    return total.hexdigest(), size


def is_whole(folder: Path, sizes: Mapping[str, int]) -> bool:
    """Whether a folder holds exactly these files (paths in it) with these sizes, so that it can be used as it is."""
    found = {}
    for here, _folders, names in os.walk(folder):
        for name in names:
            path = Path(here, name)
            found[path.relative_to(folder).as_posix()] = path.lstat().st_size
    return found == dict(sizes)


def place(draft: Path, target: Path) -> None:
    """Put a folder that is whole to its place, in the stead of one that is not. If another was faster, theirs stays.

    The target's name says what is in it, so that one is as good as the other. Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        draft.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def reuse(target: Path, sizes: Mapping[str, int]) -> bool:
    """Whether what is to be unpacked lies at its place already. What is there and not whole is taken away."""
    if not target.is_dir():
        return False
    if is_whole(target, sizes):
        # No row may name it yet: from now on it is young, so that nobody sweeps it.
        os.utime(target)
        return True
    discard(target)
    return False


def discard(path: Path) -> None:
    """Take a file or folder away; nobody sees half a folder meanwhile. Nothing happens if it is not there."""
    if path.is_file():
        path.unlink(missing_ok=True)
    elif path.is_dir():
        with work_folder() as folder:
            try:
                path.rename(folder / path.name)
            except FileNotFoundError:
                return


def drop_package_files(package: Package) -> None:
    """Take away all files of a package."""
    discard(raw_file(package))
    discard(package_folder(package))


# -- sweeping ---------------------------------------------------------------------------------------------------------
def sweep(*, at: datetime) -> int:
    """Take away what no row names and what is older than a day: remains of crashes. How many files and folders."""
    before = (at - KEPT).timestamp()
    packages, revisions = _named()
    swept = 0
    for path in _below("work"):
        # Files in it may be young while the folder itself is not; nothing works on one package for a day.
        swept += _sweep(path, before)
    for part in ("packages", "uploads"):
        for path in _below(part):
            if path.stem not in packages:
                swept += _sweep(path, before)
    for folder in _below("libraries"):
        for path in sorted(folder.iterdir()):
            if (folder.name, path.name) not in revisions:
                swept += _sweep(path, before)
        if not any(folder.iterdir()):
            _remove_empty(folder)
    return swept


def _named() -> tuple[set[str], set[tuple[str, str]]]:
    """What rows name: packages by their public id, revisions by folder and stamp. Two queries."""
    # Of a refused one nothing is kept but the row.
    rows = Package.objects.exclude(state=PackageState.REFUSED)
    packages = {str(public_id) for public_id in rows.values_list("public_id", flat=True)}
    revisions = LibraryRevision.objects.select_related("library").only("patch", "sha256", "library")
    return packages, {(each.library.folder, each.stamp) for each in revisions}


def _below(part: str) -> list[Path]:
    folder = root() / part
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _sweep(path: Path, before: float) -> bool:
    """Take it away if it is old; True if it was."""
    try:
        if path.lstat().st_mtime >= before:
            return False
        with work_folder() as folder:
            aside = path.rename(folder / path.name)
            if aside.lstat().st_mtime >= before:
                # Somebody found a use for it (`reuse`) after we had looked.
                place(aside, path)
                return False
    except FileNotFoundError:
        return False
    return True


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # Something came into it just now.
        return
