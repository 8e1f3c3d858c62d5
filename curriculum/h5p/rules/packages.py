"""What people decide about packages: let their libraries in, play an older one, throw one away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from curriculum.h5p import storage
from curriculum.h5p.access import may_install_libraries
from curriculum.h5p.enums import PackageState
from curriculum.h5p.errors import InUse, LibrariesNeeded, OtherState
from curriculum.h5p.models import Activity, Package

from .locking import lock_package
from .noting import ALLOW, DELETE, USE, note_package
from .processing import begin, go_on


def allow_libraries(*, package: Package, by: Any, at: datetime, now: bool = False) -> Package:
    """Install what a waiting package brings, and the package itself: in the background, or here (see `receive`).

    `by` None is the machine itself. Raises LibrariesNeeded for who may not install libraries, OtherState for a package
    that does not wait.
    """
    if by is not None and not may_install_libraries(by):
        raise LibrariesNeeded
    with transaction.atomic():
        waiting = _locked(package, PackageState.WAITING)
        waiting.state, waiting.progress = PackageState.PROCESSING, 0
        waiting.save()
        names = [f"{each['name']} {each['major']}.{each['minor']}.{each['patch']}" for each in _taken(waiting)]
        note_package(waiting, ALLOW, by=by, at=at, libraries=names)
        job = begin(waiting, at=at, now=now, allowed=True, by=by)
    return go_on(waiting, job)


@transaction.atomic
def use(*, package: Package, by: Any, at: datetime) -> Package:
    """Play this package from now on. Raises OtherState for one that is not ready, or is the one that is played."""
    ready = _locked(package, PackageState.READY)
    if ready.is_current:
        raise OtherState
    Package.objects.filter(activity_id=ready.activity_id, locale_id=ready.locale_id, is_current=True).update(
        is_current=False
    )
    ready.is_current = True
    ready.save()
    note_package(ready, USE, by=by, at=at)
    return ready


@transaction.atomic
def cancel(*, package: Package, by: Any, at: datetime) -> None:
    """Throw away a package that waits for its libraries to be allowed. Raises OtherState for any other."""
    _delete(_locked(package, PackageState.WAITING), by=by, at=at)


@transaction.atomic
def delete_package(*, package: Package, by: Any, at: datetime) -> None:
    """Throw away a package with its files. Raises InUse for one that is played, or was; OtherState if it is gone."""
    found = _locked(package)
    if found.is_current:
        raise InUse
    _delete(found, by=by, at=at)


@transaction.atomic
def delete_packages(*, activity: Activity, by: Any, at: datetime) -> None:
    """Throw away all packages of an activity (a source) that is to be deleted. Raises InUse if one was ever played."""
    for package in Package.objects.filter(activity=activity).order_by("pk"):
        _delete(_locked(package), by=by, at=at)


def _taken(package: Package) -> list[dict[str, Any]]:
    return [each for each in package.plan.get("libraries", []) if each.get("taken")]


def _locked(package: Package, *states: PackageState) -> Package:
    found = lock_package(package.pk, *states)
    if found is None:
        raise OtherState
    return found


def _delete(package: Package, *, by: Any, at: datetime) -> None:
    note_package(package, DELETE, by=by, at=at, state=str(package.state))
    # Without its primary key, which the deletion takes away.
    files = Package(public_id=package.public_id)
    try:
        package.delete()
    except ProtectedError as error:
        raise InUse from error
    transaction.on_commit(lambda: storage.drop_package_files(files))
