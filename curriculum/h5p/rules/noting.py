"""What is written into Wagtail's log: about packages under their activity, about libraries under themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from curriculum.h5p.models import Library, LibraryRevision, Package

UPLOAD, READY, REFUSED = "h5p.upload", "h5p.ready", "h5p.refused"
ALLOW, INSTALL = "h5p.allow_libraries", "h5p.install"
USE, DELETE = "h5p.use", "h5p.delete"
ROLL_BACK, RELEASE = "h5p.roll_back", "h5p.release"


def note_package(package: Package, action: str, *, by: Any, at: datetime, **data: Any) -> None:
    """An act on a package, in the history of its activity; `data` beside which package it was."""
    which = {"package": package.pk, "number": package.number, "locale": package.locale_id, "file": package.file_name}
    log(instance=package.activity, action=action, user=by, timestamp=at, data=which | data)


def note_library(library: Library, action: str, *, by: Any, at: datetime, **data: Any) -> None:
    """An act on a library, in its history."""
    log(instance=library, action=action, user=by, timestamp=at, data={"library": str(library)} | data)


def note_installed(revisions: Iterable[LibraryRevision], package: Package, *, by: int | None, at: datetime) -> None:
    """All these revisions came with a package, allowed by the person with this primary key. One query."""
    kind, act = ContentType.objects.get_for_model(Library), uuid4()
    # Wagtail's log checks and writes one row at a time, and there can be a hundred.
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(revision.library_id),
            label=str(revision.library),
            action=INSTALL,
            user_id=by,
            timestamp=at,
            uuid=act,
            data={
                "library": str(revision.library),
                "patch": revision.patch,
                "sha256": revision.sha256,
                "package": package.pk,
                "used": revision.library.current_id == revision.pk,
            },
        )
        for revision in revisions
    )
