"""What the player's page needs to play a package: scripts and style sheets in load order, and H5PIntegration.

Libraries are read as they are installed now, not as they were when the package came: a higher patch plays everywhere,
and may need others than the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from . import storage
from .enums import Need
from .manifest import path_in_folder
from .models import Library, LibraryNeed, LibraryRevision, Package
from .wording import player_words

# Seconds after which H5P asks content for its state; the frame asks sooner when somebody does something.
SAVES_EVERY = 10

Reference = tuple[str, int, int]


class CannotPlay(LookupError):
    """The package is not ready, or one of its libraries is gone."""


@dataclass(frozen=True)
class Player:
    """A package to be played. Scripts and style sheets are paths below the address of libraries, in load order;
    `integration` is the object that H5P core reads."""

    title: str
    language: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    integration: dict[str, Any]

    @property
    def content_id(self) -> str:
        """By which core knows the content."""
        return next(iter(self.integration["contents"])).removeprefix("cid-")


def player(package: Package, *, libraries: str, content: str, keeps: bool) -> Player:
    """All that a page needs to play this package. Three queries, if its locale and main library are loaded.

    `libraries` and `content` are addresses without a slash at the end: below the first stand the libraries, below the
    second the package's own files. `keeps` is whether somebody's work is kept. Raises CannotPlay.
    """
    main = package.main_library
    if not package.is_ready or main is None:
        raise CannotPlay(str(package))
    installed = _installed(package, main)
    order = load_order(_references(package, main), installed)
    if not any(each.library.pk == main.pk for each in order):
        raise CannotPlay(str(package))
    try:
        params = storage.read_params(package)
    except OSError as error:
        raise CannotPlay(str(package)) from error
    language = package.locale.language_code
    shown: dict[str, Any] = {
        "library": f"{main.machine_name} {main.major}.{main.minor}",
        "jsonContent": json.dumps(params, ensure_ascii=False),
        "fullScreen": 0,  # the page round the frame has a button for it, for all types
        "exportUrl": "",
        "embedCode": "",
        "resizeCode": "",
        "url": f"{settings.BASE_URL}/h5p/p/{package.public_id}",
        "contentUrl": content,
        "title": package.title,
        "displayOptions": dict.fromkeys(("frame", "export", "embed", "copyright", "icon", "copy"), False),
        "metadata": _metadata(package),
        "contentUserData": {},
        "styles": [],
        "scripts": [],
    }
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        words = player_words()
    scripts, styles = _files(order, "preloadedJs"), _files(order, "preloadedCss")
    integration = {
        "baseUrl": settings.BASE_URL,
        "siteUrl": settings.BASE_URL,
        "url": "/h5p",
        "urlLibraries": libraries,
        "libraryDirectories": {each.library.folder: _folder(each) for each in installed.values()},
        "libraryConfig": {},
        "postUserStatistics": False,
        "reportingIsEnabled": keeps,
        "saveFreq": SAVES_EVERY if keeps else False,
        "ajax": {"setFinished": "", "contentUserData": ""},
        "ajaxPath": "",
        "l10n": {"H5P": words},
        "hubIsEnabled": False,
        "loadedJs": [f"{libraries}/{path}" for path in scripts],
        "loadedCss": [f"{libraries}/{path}" for path in styles],
        "core": {"scripts": [], "styles": []},
        "contents": {f"cid-{package.pk}": shown},
    }
    if keeps:
        # Only that there is somebody: the server puts in who.
        integration["user"] = {"name": "Learner", "mail": "learner@academy.invalid", "id": 0}
    return Player(package.title, language, scripts, styles, integration)


def find(public_id: UUID) -> Package | None:
    """A package by the name in a token, with what `player` reads. One query."""
    return Package.objects.select_related("activity", "locale", "main_library").filter(public_id=public_id).first()


def load_order(wanted: Iterable[Reference], installed: Mapping[Reference, LibraryRevision]) -> list[LibraryRevision]:
    """What has to be loaded for these libraries, each behind those that it needs: H5P core's own order
    (findLibraryDependencies in h5p.classes.php: depth first, and of a machine name the version that is met first).

    Only preloaded needs count: the others are for editing, or are named by the package where its content uses them.
    """
    order: list[LibraryRevision] = []
    met: set[str] = set()

    def load(reference: Reference) -> None:
        revision = installed.get(reference)
        if revision is None or reference[0] in met:
            return
        met.add(reference[0])
        for need in _preloaded(revision.library_json):
            load(need)
        order.append(revision)

    for reference in wanted:
        load(reference)
    return order


def _installed(package: Package, main: Library) -> dict[Reference, LibraryRevision]:
    """The libraries that the package can need, as they are now. Three queries; more where a patch brought new needs."""
    found: dict[Reference, LibraryRevision] = {}
    wanted = {main.pk, *package.needs.values_list("library_id", flat=True)}
    seen: set[int] = set()
    while wanted:
        seen |= wanted
        rows = Library.objects.filter(pk__in=wanted).select_related("current")
        revisions = [row.current for row in rows if row.current is not None]
        for row in rows:
            if row.current is not None:
                row.current.library = row
                found[row.machine_name, row.major, row.minor] = row.current
        needs = LibraryNeed.objects.filter(revision__in=revisions).exclude(kind=Need.EDITOR)
        wanted = set(needs.exclude(library__in=seen).values_list("library_id", flat=True))
    return found


def _references(package: Package, main: Library) -> list[Reference]:
    """What h5p.json says is to be loaded, in its order, and the main library."""
    named = [*_preloaded(package.h5p_json), (main.machine_name, main.major, main.minor)]
    return list(dict.fromkeys(named))


def _preloaded(described: Mapping[str, Any]) -> list[Reference]:
    """The preloaded dependencies of a library.json or h5p.json; numbers may be written as words in both."""
    return [
        (str(each["machineName"]), int(each["majorVersion"]), int(each["minorVersion"]))
        for each in described.get("preloadedDependencies") or []
    ]


def _files(order: Iterable[LibraryRevision], kind: str) -> tuple[str, ...]:
    """Paths of all scripts or style sheets, in load order."""
    return tuple(
        f"{_folder(revision)}/{quote(path_in_folder(str(each['path'])))}"
        for revision in order
        for each in revision.library_json.get(kind) or []
    )


def _folder(revision: LibraryRevision) -> str:
    return quote(f"{revision.library.folder}/{revision.stamp}")


def _metadata(package: Package) -> dict[str, Any]:
    """What content may show of itself; fields of h5p.json, as core passes them on."""
    names = ("license", "licenseVersion", "licenseExtras", "source", "authors", "yearFrom", "yearTo", "defaultLanguage")
    known = {name: package.h5p_json[name] for name in names if package.h5p_json.get(name)}
    return {"title": package.title, "license": "U", **known}
