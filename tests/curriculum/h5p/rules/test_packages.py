"""What people decide about packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.attempts.models import ActivityAttempt
from curriculum.h5p import rules
from curriculum.h5p.enums import PackageState
from curriculum.h5p.errors import InUse, OtherState
from curriculum.h5p.models import Activity, Library, Package
from curriculum.items.models import LearningItem
from tests.factories import activities, h5p

from .conftest import everything

pytestmark = pytest.mark.django_db
DATA = h5p.package(h5p.library())
OnCommit = Any


def play(package: Package, person: Any) -> None:
    """Somebody's attempt at it."""
    item = LearningItem.objects.get(key=package.activity.translation_key)
    ActivityAttempt.objects.create(person=person, activity=item, placement=item, package=package, number=1)


def test_an_older_file_can_be_played_again(activity: Activity, editor: Any) -> None:
    older, newer = (activities.package(activity, DATA) for _ in range(2))
    assert rules.use(package=older, by=editor, at=timezone.now()).is_current
    assert [Package.objects.get(pk=each.pk).is_current for each in (older, newer)] == [True, False]
    entry = ModelLogEntry.objects.for_instance(activity).get(action="h5p.use")
    assert (entry.user, entry.data["number"]) == (editor, 1)
    with pytest.raises(OtherState):
        rules.use(package=older, by=editor, at=timezone.now())


def test_a_file_that_is_not_ready_cannot_be_played(activity: Activity, editor: Any) -> None:
    waiting = activities.upload(activity, DATA, by=editor)
    with pytest.raises(OtherState):
        rules.use(package=waiting, by=editor, at=timezone.now())


def test_a_file_that_waits_can_be_thrown_away(
    activity: Activity, editor: Any, private: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    waiting = activities.upload(activity, DATA, by=editor)
    with django_capture_on_commit_callbacks(execute=True):
        rules.cancel(package=waiting, by=editor, at=timezone.now())
    assert (Package.objects.count(), everything(private)) == (0, set())
    with pytest.raises(OtherState):
        rules.cancel(package=waiting, by=editor, at=timezone.now())


def test_a_file_that_is_ready_is_not_cancelled(activity: Activity, editor: Any) -> None:
    with pytest.raises(OtherState):
        rules.cancel(package=activities.package(activity, DATA), by=editor, at=timezone.now())


def test_an_unused_file_is_deleted_with_what_lies_on_the_disk_and_its_libraries_stay(
    activity: Activity, editor: Any, private: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    older, newer = (activities.package(activity, DATA) for _ in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        rules.delete_package(package=older, by=editor, at=timezone.now())
    assert list(Package.objects.all()) == [newer]
    assert {path.split("/")[1].removesuffix(".h5p") for path in everything(private)} == {
        "H5P.Test-1.0",
        str(newer.public_id),
    }
    entry = ModelLogEntry.objects.for_instance(activity).get(action="h5p.delete")
    assert (entry.data["number"], entry.data["state"]) == (1, "ready")
    with pytest.raises(OtherState):
        rules.delete_package(package=older, by=editor, at=timezone.now())


@pytest.mark.parametrize("how", ["current", "attempted"])
def test_a_file_that_is_or_was_played_is_kept(activity: Activity, editor: Any, private: Path, how: str) -> None:
    package, _newer = (activities.package(activity, DATA) for _ in range(2))
    if how == "attempted":
        play(package, editor)
    else:
        rules.use(package=package, by=editor, at=timezone.now())
    there = everything(private)
    with pytest.raises(InUse):
        rules.delete_package(package=package, by=editor, at=timezone.now())
    assert (Package.objects.count(), everything(private)) == (2, there)
    assert not ModelLogEntry.objects.filter(action="h5p.delete").exists()


def test_a_refused_file_can_be_deleted(activity: Activity, editor: Any) -> None:
    refused = activities.upload(activity, h5p.package(h5p.library(), bundled=False), by=editor)
    assert refused.state == PackageState.REFUSED
    rules.delete_package(package=refused, by=editor, at=timezone.now())
    assert Package.objects.count() == 0


def test_an_activity_that_was_never_played_goes_with_its_files(
    activity: Activity, editor: Any, private: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    for language in ("en", "nl", "en"):
        activities.package(activity, DATA, language)
    with django_capture_on_commit_callbacks(execute=True):
        rules.delete_packages(activity=activity, by=editor, at=timezone.now())
        activity.delete()
    assert {path.split("/")[0] for path in everything(private)} == {"libraries"}
    assert (Package.objects.count(), Library.objects.count()) == (0, 1)


def test_an_activity_that_was_played_keeps_all_its_files(activity: Activity, editor: Any) -> None:
    packages = [activities.package(activity, DATA) for _ in range(2)]
    play(packages[1], editor)
    with pytest.raises(InUse):
        rules.delete_packages(activity=activity, by=editor, at=timezone.now())
    assert Package.objects.count() == 2
