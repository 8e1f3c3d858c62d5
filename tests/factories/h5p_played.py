"""Packages that can be played, put down as installing would: rows and files, in few queries and without any check.

For tests of the player; how packages really come in is tested where it is done (curriculum.h5p.rules).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from curriculum.h5p import storage
from curriculum.h5p.enums import Need, PackageState
from curriculum.h5p.models import Activity, Library, LibraryNeed, LibraryRevision, Package, PackageLibrary
from curriculum.lessons.models import LessonPage

from .curriculum import locale_of, quickly
from .h5p import CONTENT, Lib, as_bytes

KINDS = {
    Need.PRELOADED: "preloadedDependencies",
    Need.DYNAMIC: "dynamicDependencies",
    Need.EDITOR: "editorDependencies",
}


@quickly
def make_activity(code: str = "ladder", *, language: str = "en", **fields: Any) -> Activity:
    """A published activity, in its source language."""
    values = {"title": f"Activity {code}", "about": "Put them in order.", **fields}
    return Activity.objects.create(code=code, locale=locale_of(language), **values)


def installed(lib: Lib) -> LibraryRevision:
    """The library as a revision that is current, with its files; what it needs must be there before it."""
    library, _made = Library.objects.get_or_create(
        machine_name=lib.name,
        major=lib.major,
        minor=lib.minor,
        defaults={"title": lib.library_json["title"], "runnable": bool(lib.library_json["runnable"])},
    )
    total = hashlib.sha256()
    for path, data in sorted(lib.files.items()):
        total.update(path.encode() + b"\0" + data)
    revision, is_new = LibraryRevision.objects.get_or_create(
        library=library,
        patch=lib.patch,
        sha256=total.hexdigest(),
        defaults={"size": sum(map(len, lib.files.values())), "library_json": dict(lib.library_json)},
    )
    library.current = revision
    library.save(update_fields=["current"])
    if is_new:
        write(storage.library_folder(revision), lib.files)
        for kind, name in KINDS.items():
            for place, needed in enumerate(lib.library_json.get(name) or []):
                other = Library.objects.get(
                    machine_name=needed["machineName"], major=needed["majorVersion"], minor=needed["minorVersion"]
                )
                LibraryNeed.objects.create(revision=revision, library=other, kind=kind, place=place)
    return revision


def ready_package(
    activity: Activity,
    main: Lib,
    *,
    libraries: Sequence[Lib] = (),
    content: Any = CONTENT,
    media: Mapping[str, bytes] | None = None,
    language: str = "en",
    **h5p_json: Any,
) -> Package:
    """A package of this activity that is played now. `libraries` are those it needs beside the main one, each behind
    those that it needs itself; its h5p.json names all of them, unless `h5p_json` says otherwise."""
    revisions = [installed(each) for each in (*libraries, main)]
    Package.objects.filter(activity=activity, locale=locale_of(language)).update(is_current=False)
    package = Package.objects.create(
        activity=activity,
        locale=locale_of(language),
        number=Package.objects.filter(activity=activity, locale=locale_of(language)).count() + 1,
        is_current=True,
        state=PackageState.READY,
        file_name=f"{activity.code}.h5p",
        sha256="0" * 64,
        size=1,
        title=activity.title,
        language=language,
        main_library=revisions[-1].library,
        h5p_json={
            "title": activity.title,
            "language": language,
            "mainLibrary": main.name,
            "preloadedDependencies": [each.reference for each in (*libraries, main)],
            **h5p_json,
        },
    )
    PackageLibrary.objects.bulk_create(
        PackageLibrary(package=package, library=revision.library, kind=Need.PRELOADED, place=place)
        for place, revision in enumerate(revisions)
    )
    write(storage.package_folder(package), {"content.json": as_bytes(content), **(media or {})})
    return package


@quickly
def put_into(lesson: LessonPage, *activities: Activity) -> LessonPage:
    """The activities at the end of a lesson's text, in all its languages."""
    pages = LessonPage.objects.filter(translation_key=lesson.translation_key)
    for page in sorted(pages, key=lambda page: page.pk != lesson.pk):
        for each in activities:
            page.body.append(("activity", {"activity": each}))
        page.activity_keys = [str(each.translation_key) for each in activities]
        page.save()
    lesson.refresh_from_db()
    return lesson


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Files by their paths below a folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
