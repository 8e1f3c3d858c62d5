"""What administrators decide about installed libraries: go back to an earlier patch, and take one away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from curriculum.h5p import storage
from curriculum.h5p.access import may_install_libraries
from curriculum.h5p.errors import InUse, LibrariesNeeded, OtherState
from curriculum.h5p.models import Library, LibraryRevision

from .installing import renew
from .noting import DELETE, RELEASE, ROLL_BACK, note_library


@transaction.atomic
def roll_back(*, library: Library, revision: LibraryRevision, by: Any, at: datetime) -> Library:
    """Play all content with this patch from now on, whatever newer one a package brings, until `release`.

    Raises LibrariesNeeded for who may not, OtherState for the revision of another library, or where that is so already.
    """
    found = _locked(library, by)
    if revision.library_id != found.pk or (found.is_pinned and found.current_id == revision.pk):
        raise OtherState
    before = found.current
    _set_current(found, revision, is_pinned=True)
    note_library(found, ROLL_BACK, by=by, at=at, patch=revision.patch, before=before.patch if before else None)
    return found


@transaction.atomic
def release(*, library: Library, by: Any, at: datetime) -> Library:
    """Play content with the highest patch again, as the H5P format has it. Raises LibrariesNeeded; OtherState if that
    is so."""
    found = _locked(library, by)
    if not found.is_pinned:
        raise OtherState
    newest = found.revisions.order_by("-patch", "pk")[0]
    _set_current(found, newest, is_pinned=False)
    note_library(found, RELEASE, by=by, at=at, patch=newest.patch)
    return found


@transaction.atomic
def delete_library(*, library: Library, by: Any, at: datetime) -> None:
    """Take away a library with all its patches. Raises LibrariesNeeded, OtherState if it is gone, InUse while a package
    or another library needs it."""
    found = _locked(library, by)
    folders = [storage.library_folder(revision) for revision in found.revisions.select_related("library")]
    note_library(found, DELETE, by=by, at=at)
    Library.objects.filter(pk=found.pk).update(current=None)
    try:
        found.delete()
    except ProtectedError as error:
        raise InUse from error

    def drop() -> None:
        for folder in folders:
            storage.discard(folder)

    transaction.on_commit(drop)


def _locked(library: Library, by: Any) -> Library:
    if by is not None and not may_install_libraries(by):
        raise LibrariesNeeded
    rows = Library.objects.select_for_update(of=("self",), no_key=True).select_related("current")
    found = rows.filter(pk=library.pk).first()
    if found is None:
        raise OtherState
    return found


def _set_current(library: Library, revision: LibraryRevision, *, is_pinned: bool) -> None:
    facts = revision.library_json
    library.current, library.is_pinned = revision, is_pinned
    library.title = str(facts.get("title") or library.title)[:255]
    library.runnable = str(facts.get("runnable")) == "1"
    library.save()
    renew([library.pk])
