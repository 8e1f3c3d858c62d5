"""Taking a file: what can be seen at once is said at once, the rest is work for the background."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Locale

from curriculum.h5p import storage
from curriculum.h5p.enums import PackageState
from curriculum.h5p.errors import UploadRefused
from curriculum.h5p.findings import Finding, FindingCode, shown
from curriculum.h5p.limits import limits
from curriculum.h5p.models import Activity, Package
from curriculum.h5p.queries import source_of
from curriculum.h5p.words import sentence
from curriculum.h5p.zips import Seekable, is_zip

from .locking import lock_activity
from .noting import UPLOAD, note_package
from .processing import begin, go_on

LONGEST_NAME = 200


class Upload(storage.Chunked, Seekable, Protocol):
    """What a form gives: Django's File."""

    name: str | None
    size: int


def receive(*, activity: Activity, locale: Locale, file: Any, by: Any, at: datetime, now: bool = False) -> Package:
    """Take a .h5p file (an `Upload`) for an activity in a language: it is kept, and checked in the background.

    Where no worker was heard of lately, or with `now`, that is done before this returns; so do not call it inside of a
    long transaction. The package then is READY, WAITING or REFUSED, else PROCESSING. `by` None is the machine itself,
    loading its own content. Raises UploadRefused, with a sentence for the field, for a file that is too large, empty
    or no zip, and for one that could not be kept.
    """
    _look_at(file)
    package = Package(
        public_id=uuid4(),
        activity=source_of(activity.translation_key) or activity,
        locale=locale,
        file_name=_name_of(file),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        package.sha256, package.size = storage.keep_upload(file, package)
    except OSError as error:
        raise UploadRefused(_("The academy could not keep the file. Try again later.")) from error
    try:
        with transaction.atomic():
            job = _add(package, by=by, at=at, now=now)
    except BaseException:
        storage.discard(storage.raw_file(package))
        raise
    return go_on(package, job)


def digest(file: Path) -> str:
    """The SHA-256 of a file, as `Package.sha256` has it. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _look_at(file: Any) -> None:
    if not file.size:
        raise UploadRefused(_("The file is empty."))
    most = limits().upload
    if file.size > most:
        raise UploadRefused(sentence(Finding(FindingCode.UPLOAD_TOO_LARGE, detail={"limit": most})))
    if not is_zip(file):
        raise UploadRefused(sentence(Finding(FindingCode.NOT_A_ZIP)))


def _name_of(file: Any) -> str:
    """The last part of its name, as it can be shown."""
    name = shown(PurePosixPath(str(file.name or "").replace("\\", "/")).name)
    return name[:LONGEST_NAME] or "package.h5p"


def _add(package: Package, *, by: Any, at: datetime, now: bool) -> Any:
    # Two uploads at once get two numbers: they wait for each other here.
    lock_activity(package.activity_id)
    before = Package.objects.filter(activity_id=package.activity_id, locale=package.locale)
    package.number = (before.aggregate(last=Max("number"))["last"] or 0) + 1
    package.state = PackageState.PROCESSING
    package.save(force_insert=True)
    note_package(package, UPLOAD, by=by, at=at, sha256=package.sha256, size=package.size)
    return begin(package, at=at, now=now)
