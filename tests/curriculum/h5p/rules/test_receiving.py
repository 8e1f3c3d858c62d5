"""What can be seen at once is said at once; the rest is queued, or done here where nobody else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from wagtail.models import ModelLogEntry

from academy.jobs.models import Job
from curriculum.h5p import rules, storage
from curriculum.h5p.enums import PackageState
from curriculum.h5p.errors import UploadRefused
from curriculum.h5p.models import Activity, Package
from tests.factories import activities, h5p
from tests.factories.curriculum import locale_of

from .conftest import everything

pytestmark = pytest.mark.django_db
DATA = h5p.package(h5p.library())


def receive(activity: Activity, data: bytes, name: str = "x.h5p", by: Any = None, language: str = "en") -> Package:
    return rules.receive(
        activity=activity, locale=locale_of(language), file=h5p.uploaded(data, name), by=by, at=timezone.now()
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "The file is empty."), (b"PK" * 900, "no zip archive"), (DATA + b" " * 2000, "larger than")],
    ids=["empty", "no zip", "too large"],
)
def test_a_file_that_cannot_be_one_leaves_nothing(
    activity: Activity, private: Path, settings: Settings, data: bytes, words: str
) -> None:
    settings.H5P_LIMITS = {"upload": 2000}
    with pytest.raises(UploadRefused) as refused:
        receive(activity, data)
    assert words in refused.value.sentence
    assert (Package.objects.count(), Job.objects.count(), everything(private)) == (0, 0, set())


@pytest.mark.usefixtures("worker")
def test_where_a_worker_is_it_does_the_work(activity: Activity, private: Path, work: Callable[[], int]) -> None:
    package = receive(activity, DATA, r"C:\Users\Jana\Ladder.h5p")
    assert (package.state, package.file_name, package.number) == (PackageState.PROCESSING, "Ladder.h5p", 1)
    assert package.sha256 == rules.digest(storage.raw_file(package))
    assert (package.size, everything(private)) == (len(DATA), {f"uploads/{package.public_id}.h5p"})
    assert work() == 1
    package.refresh_from_db()
    assert (package.state, package.findings, package.progress) == (PackageState.WAITING, [], 100)


def test_where_no_worker_is_it_is_done_at_once(activity: Activity) -> None:
    package = receive(activity, DATA)
    assert (package.state, Job.objects.get().state) == (PackageState.WAITING, "done")


@pytest.mark.usefixtures("worker")
def test_what_is_done_here_is_no_workers_work_as_well(activity: Activity, work: Callable[[], int]) -> None:
    package = activities.upload(activity, DATA)
    assert (package.state, work()) == (PackageState.WAITING, 0)


def test_each_language_counts_its_own_files_and_they_belong_to_the_source(activity: Activity) -> None:
    translation = activity.copy_for_translation(locale_of("nl"))
    translation.save()
    packages = [receive(each, DATA, language=language) for each, language in ((activity, "en"), (translation, "nl"))]
    packages.append(receive(translation, DATA, language="nl"))
    assert [(each.activity_id, each.locale.language_code, each.number) for each in packages] == [
        (activity.pk, "en", 1),
        (activity.pk, "nl", 1),
        (activity.pk, "nl", 2),
    ]


@pytest.mark.one_database
def test_an_upload_stands_in_the_history_of_its_activity(activity: Activity, editor: Any) -> None:
    package = receive(activity, DATA, by=editor)
    entry = ModelLogEntry.objects.for_instance(activity).get(action="h5p.upload")
    assert (entry.user, entry.data["package"], entry.data["sha256"]) == (editor, package.pk, package.sha256)


@pytest.mark.one_database
def test_a_disk_that_takes_nothing_is_said_on_the_field(
    activity: Activity, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private.parent.mkdir()
    private.write_text("no folder")
    with pytest.raises(UploadRefused, match="could not keep the file"):
        receive(activity, DATA)
    assert Package.objects.count() == 0


@pytest.mark.one_database
def test_an_upload_whose_row_cannot_be_written_leaves_no_file(activity: Activity, private: Path) -> None:
    locale = locale_of("en")
    locale.pk = None
    with pytest.raises(ValueError, match="must be saved"):
        rules.receive(activity=activity, locale=locale, file=h5p.uploaded(DATA), by=None, at=timezone.now())
    assert everything(private) == set()
