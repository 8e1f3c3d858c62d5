"""From an upload to a package that is played, or to the reasons why not."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.jobs import tasks
from academy.jobs.errors import LeaseLost
from academy.jobs.models import Job
from curriculum.h5p import rules, storage
from curriculum.h5p.enums import PackageState, Verdict
from curriculum.h5p.errors import LibrariesNeeded, OtherState
from curriculum.h5p.models import Activity, Library, LibraryRevision, Package, PackageLibrary
from curriculum.h5p.rules import processing
from tests.factories import activities, h5p

from .conftest import everything

pytestmark = pytest.mark.django_db
OnCommit = Any


def library(patch: int = 0, minor: int = 0, **more: Any) -> h5p.Lib:
    """One whose files say which patch it is."""
    return h5p.library(minor=minor, patch=patch, files={"library.js": f"/* {patch} */"}, **more)


def allow(package: Package, by: Any = None) -> Package:
    return rules.allow_libraries(package=package, by=by, at=timezone.now(), now=True)


def verdicts(package: Package) -> list[tuple[str, int, int | None, bool]]:
    return [(each["verdict"], each["patch"], each["installed"], each["taken"]) for each in package.plan["libraries"]]


def codes(package: Package) -> list[str]:
    return [each["code"] for each in package.findings]


# -- to the end -------------------------------------------------------------------------------------------------------
def test_a_package_with_its_library_comes_to_be_played(activity: Activity, private: Path, installer: Any) -> None:
    data = h5p.package(library(3), media={"images/a.png": b"\x89PNG\r\n\x1a\n"}, title="A ladder", language="nl")
    waiting = activities.upload(activity, data, by=installer)
    before = (waiting.state, verdicts(waiting), Library.objects.count(), everything(private))
    assert before == (
        PackageState.WAITING,
        [(Verdict.INSTALL, 3, None, True)],
        0,
        {f"uploads/{waiting.public_id}.h5p"},
    )
    package = allow(waiting, installer)
    [revision] = LibraryRevision.objects.select_related("library__current")
    assert (package.state, package.is_current, package.progress) == (PackageState.READY, True, 100)
    assert (package.title, package.language, package.main_library) == ("A ladder", "nl", revision.library)
    assert (package.plan["contents"], package.unpacked) == (
        {"files": 2, "bytes": 52, "types": {"json": 1, "png": 1}},
        52,
    )
    assert (revision.library.current, revision.installed_by, revision.library.title) == (revision, installer, "Test")
    assert everything(private) == {
        f"uploads/{package.public_id}.h5p",
        f"packages/{package.public_id}/content.json",
        f"packages/{package.public_id}/images/a.png",
        f"libraries/H5P.Test-1.0/{revision.stamp}/library.json",
        f"libraries/H5P.Test-1.0/{revision.stamp}/library.js",
    }
    assert storage.read_params(package) == h5p.CONTENT
    assert [path.name for path in (private / "work").iterdir()] == []


@pytest.mark.one_database
def test_every_act_is_in_the_history_of_activity_and_library(activity: Activity, installer: Any) -> None:
    allow(activities.upload(activity, h5p.package(library(3)), by=installer), installer)
    entries = ModelLogEntry.objects.for_instance(activity).filter(action__startswith="h5p.").order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("h5p.upload", installer),
        ("h5p.allow_libraries", installer),
        ("h5p.ready", installer),
    ]
    entry = ModelLogEntry.objects.for_instance(Library.objects.get()).get()
    assert (entry.action, entry.user, entry.data["patch"], entry.data["used"]) == ("h5p.install", installer, 3, True)


def test_a_package_of_our_own_type_is_scored_again(activity: Activity) -> None:
    content = {
        "task": "Where?",
        "rungs": [{"code": "R0", "label": "Refuse"}, {"code": "R1", "label": "Rethink"}],
        "purchases": [{"text": f"Purchase {number}", "rung": "R0", "feedback": ""} for number in range(3)],
        "behaviour": {"enableRetry": True, "enableSolutionsButton": True},
        "l10n": {},
    }
    package = activities.package(activity, h5p.package(h5p.library("H5P.CircularLadder"), content=content))
    assert (package.can_rescore, package.known_max) == (True, 3)


# -- refused ----------------------------------------------------------------------------------------------------------
def test_a_package_that_is_not_fine_is_refused_and_nothing_is_kept_of_it(
    activity: Activity, private: Path, editor: Any, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        package = activities.upload(activity, h5p.package(library(), media={"../evil.json": b"{}"}), by=editor)
    assert (package.state, codes(package), package.progress) == (PackageState.REFUSED, ["outside"], 100)
    assert (everything(private), Library.objects.count()) == (set(), 0)
    entry = ModelLogEntry.objects.for_instance(activity).get(action="h5p.refused")
    assert entry.data["findings"] == ["outside"]


def test_a_library_that_is_nowhere_is_named(
    activity: Activity, private: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    needed = h5p.library("H5P.Needed", minor=4)
    with django_capture_on_commit_callbacks(execute=True):
        package = activities.upload(activity, h5p.package(library(depends=[needed])))
    assert (package.state, package.findings, package.plan["missing"]) == (
        PackageState.REFUSED,
        [{"code": "library_missing", "file": "", "detail": {"library": "H5P.Needed 1.4"}}],
        ["H5P.Needed 1.4"],
    )
    assert everything(private) == set()


def test_a_main_library_that_is_here_and_cannot_be_played_is_refused(activity: Activity) -> None:
    part = h5p.library("H5P.Part", runnable=0)
    activities.package(activity, h5p.package(library(depends=[part]), libraries=[part]))
    package = activities.upload(activity, h5p.package(part, bundled=False))
    assert (package.state, codes(package)) == (PackageState.REFUSED, ["main_not_runnable"])


# -- who may install --------------------------------------------------------------------------------------------------
def test_without_the_permission_a_package_waits_for_somebody_who_has_it(
    activity: Activity, editor: Any, installer: Any
) -> None:
    package = activities.upload(activity, h5p.package(library()), by=editor)
    with pytest.raises(LibrariesNeeded):
        allow(package, editor)
    package.refresh_from_db()
    assert (package.state, Library.objects.count()) == (PackageState.WAITING, 0)
    assert allow(package, installer).state == PackageState.READY
    with pytest.raises(OtherState):
        allow(package, installer)


@pytest.mark.parametrize("bundled", [True, False])
def test_without_the_permission_a_package_is_taken_when_all_its_libraries_are_here(
    activity: Activity, editor: Any, bundled: bool
) -> None:
    part = h5p.library("H5P.Part", runnable=0)
    main = library(depends=[part])
    activities.package(activity, h5p.package(main, libraries=[part]))
    package = activities.upload(activity, h5p.package(main, libraries=[part], bundled=bundled), by=editor)
    assert (package.state, package.is_current, LibraryRevision.objects.count()) == (PackageState.READY, True, 2)
    assert [need.library.machine_name for need in package.needs.order_by("place")] == ["H5P.Part", "H5P.Test"]


def test_without_the_permission_a_newer_patch_is_left_out_and_the_one_that_is_here_plays(
    activity: Activity, editor: Any, private: Path
) -> None:
    activities.package(activity, h5p.package(library(1)))
    package = activities.upload(activity, h5p.package(library(2)), by=editor)
    assert (package.state, verdicts(package)) == (PackageState.READY, [(Verdict.UPGRADE, 2, 1, False)])
    assert LibraryRevision.objects.get().patch == 1
    assert len(list((private / "libraries" / "H5P.Test-1.0").iterdir())) == 1


def test_with_the_permission_a_newer_patch_is_reported_first(activity: Activity, installer: Any) -> None:
    activities.package(activity, h5p.package(library(1)))
    waiting = activities.upload(activity, h5p.package(library(2)), by=installer)
    assert (waiting.state, verdicts(waiting)) == (PackageState.WAITING, [(Verdict.UPGRADE, 2, 1, True)])


def test_a_library_that_nothing_here_needs_and_that_would_not_work_stays_out(activity: Activity) -> None:
    tool = h5p.library("H5PEditor.Tool", runnable=0, depends=[h5p.library("H5PEditor.Core")])
    package = activities.package(
        activity, h5p.package(library(), libraries=[tool], preloadedDependencies=[library().reference])
    )
    assert [each["name"] for each in package.plan["libraries"] if each["taken"]] == ["H5P.Test"]
    assert list(Library.objects.values_list("machine_name", flat=True)) == ["H5P.Test"]


# -- patches and minors -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("patches", [(1, 2), (2, 1)])
def test_of_two_patches_the_higher_is_used_for_all_content(activity: Activity, patches: tuple[int, int]) -> None:
    packages = [
        activities.package(each, h5p.package(library(patch)))
        for each, patch in zip((activity, activities.activity()), patches, strict=True)
    ]
    [kept] = Library.objects.all()
    assert kept.current
    assert kept.current.patch == 2
    assert {each.main_library for each in packages} == {kept}
    assert sorted(kept.revisions.values_list("patch", flat=True)) == ([1, 2] if patches == (1, 2) else [2])
    assert verdicts(packages[1])[0][0] == (Verdict.UPGRADE if patches == (1, 2) else Verdict.OLDER)


def test_the_same_number_with_other_content_is_not_installed_and_said(activity: Activity) -> None:
    activities.package(activity, h5p.package(library(1)))
    other = h5p.library(patch=1, files={"library.js": "/* not the same */"})
    package = activities.package(activity, h5p.package(other))
    assert verdicts(package) == [(Verdict.CHANGED, 1, 1, False)]
    assert LibraryRevision.objects.count() == 1


def test_two_minors_live_side_by_side(activity: Activity) -> None:
    packages = [activities.package(activity, h5p.package(library(minor=minor))) for minor in (0, 1)]
    assert [str(each.main_library) for each in packages] == ["H5P.Test 1.0", "H5P.Test 1.1"]


def test_a_patch_that_needs_another_library_brings_it_to_all_content(activity: Activity) -> None:
    old = activities.package(activity, h5p.package(library(1)))
    part = h5p.library("H5P.Part", runnable=0)
    activities.package(activities.activity(), h5p.package(library(2, depends=[part]), libraries=[part]))
    needs = PackageLibrary.objects.filter(package=old).order_by("place")
    assert [(str(need.library), need.kind) for need in needs] == [
        ("H5P.Part 1.0", "preloaded"),
        ("H5P.Test 1.0", "preloaded"),
    ]


# -- replacing --------------------------------------------------------------------------------------------------------
def test_a_new_file_takes_the_place_of_the_one_before_in_its_language_alone(activity: Activity) -> None:
    data = h5p.package(library())
    packages = [activities.package(activity, data, language) for language in ("en", "nl", "en")]
    assert [Package.objects.get(pk=each.pk).is_current for each in packages] == [False, True, True]


@pytest.mark.usefixtures("worker")
def test_an_older_file_that_is_ready_later_does_not_take_the_place_of_a_newer_one(activity: Activity) -> None:
    activities.package(activity, h5p.package(library()))
    slow, fast = (activities.upload(activity, h5p.package(library()), now=False) for _ in range(2))
    for each in (fast, slow):
        rules.process(each.pk)
    assert [Package.objects.get(pk=each.pk).is_current for each in (slow, fast)] == [False, True]
    assert Package.objects.filter(is_current=True).count() == 1


# -- troubles ---------------------------------------------------------------------------------------------------------
def disk_is_full(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("worker")
def test_a_full_disk_is_tried_again_and_then_said(
    activity: Activity, private: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[], int],
    django_capture_on_commit_callbacks: OnCommit,
) -> None:  # fmt: skip
    activities.package(activity, h5p.package(library()))
    package = activities.upload(activity, h5p.package(library()), now=False)
    monkeypatch.setattr(processing.storage, "place", disk_is_full)
    assert work() == 0
    package.refresh_from_db()
    assert (package.state, codes(package)) == (PackageState.PROCESSING, ["no_room"])
    assert [path.name for path in (private / "work").iterdir()] == []
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(tasks.MAX_ATTEMPTS - 1):
            work()
    package.refresh_from_db()
    assert (package.state, codes(package), work()) == (PackageState.REFUSED, ["no_room"], 0)
    assert not storage.raw_file(package).exists()


@pytest.mark.usefixtures("worker")
def test_a_disk_that_has_room_again_ends_well(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]
) -> None:
    activities.package(activity, h5p.package(library()))
    package = activities.upload(activity, h5p.package(library()), now=False)
    with monkeypatch.context() as patch:
        patch.setattr(processing.storage, "place", disk_is_full)
        work()
    assert work() == 1
    package.refresh_from_db()
    assert (package.state, package.findings) == (PackageState.READY, [])


def test_where_no_worker_would_try_again_a_failure_is_final(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    activities.package(activity, h5p.package(library()))
    monkeypatch.setattr(processing.storage, "place", disk_is_full)
    package = activities.upload(activity, h5p.package(library()))
    assert (package.state, codes(package)) == (PackageState.REFUSED, ["no_room"])


@pytest.mark.usefixtures("worker")
def test_a_package_that_kills_each_worker_is_refused_in_the_end(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]
) -> None:
    package = activities.upload(activity, h5p.package(library()), now=False)

    def die(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(processing, "read_package", die)
    for _ in range(tasks.MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            work()
        Job.objects.update(leased_until=timezone.now())
    assert work() == 0
    package.refresh_from_db()
    assert (package.state, codes(package)) == (PackageState.REFUSED, ["given_up"])


def test_a_file_that_our_code_stumbles_over_is_refused_without_its_words_in_the_log(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*args: Any, **kwargs: Any) -> None:
        raise ValueError("jana@example.org")

    monkeypatch.setattr(processing, "plan_of", stumble)
    package = activities.upload(activity, h5p.package(library()))
    assert (package.state, codes(package)) == (PackageState.REFUSED, ["not_understood"])
    assert "stumble" in str([record.__dict__ for record in caplog.records])
    assert "jana" not in str([record.__dict__ for record in caplog.records])


@pytest.mark.usefixtures("worker")
def test_a_worker_that_lost_its_lease_stops_and_the_next_one_ends_the_work(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, work: Callable[[], int]
) -> None:
    activities.package(activity, h5p.package(library()))
    package = activities.upload(activity, h5p.package(library()), now=False)
    states = []

    def taken_over(percent: int | None = None) -> bool:
        if not states:
            states.append(Package.objects.get(pk=package.pk).state)
            Job.objects.update(leased_until=None)
            raise LeaseLost
        return True

    monkeypatch.setattr(processing, "still_working", taken_over)
    assert work() == 1
    package.refresh_from_db()
    assert (states, package.state) == ([PackageState.PROCESSING], PackageState.READY)


def test_a_package_that_is_deleted_while_it_is_unpacked_leaves_no_file(
    activity: Activity, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activities.package(activity, h5p.package(library()))
    there = everything(private)
    install = processing.install

    def deleted_meanwhile(package_id: int, *args: Any, **kwargs: Any) -> bool:
        Package.objects.get(pk=package_id).delete()
        return install(package_id, *args, **kwargs)

    monkeypatch.setattr(processing, "install", deleted_meanwhile)
    with pytest.raises(Package.DoesNotExist):
        activities.upload(activity, h5p.package(library()))
    assert (everything(private), Package.objects.count()) == (there, 1)


def test_what_is_taken_away_between_looking_and_installing_is_looked_at_again(
    activity: Activity, monkeypatch: pytest.MonkeyPatch, editor: Any
) -> None:
    """The package plays with a library that is here, and is gone when it comes to it: then it has to wait."""
    first = activities.package(activity, h5p.package(library()))
    install = processing.install

    def library_deleted_meanwhile(package_id: int, *args: Any, **kwargs: Any) -> bool:
        Package.objects.filter(pk=first.pk).delete()
        for each in Library.objects.all():
            rules.delete_library(library=each, by=None, at=timezone.now())
        return install(package_id, *args, **kwargs)

    monkeypatch.setattr(processing, "install", library_deleted_meanwhile)
    package = activities.upload(activity, h5p.package(library()), by=editor)
    assert (package.state, verdicts(package)) == (PackageState.WAITING, [(Verdict.INSTALL, 0, None, True)])


@pytest.mark.one_database
def test_a_folder_that_a_crash_left_whole_is_used_and_one_that_is_not_is_made_again(
    activity: Activity, private: Path
) -> None:
    package = activities.package(activity, h5p.package(library()))
    revision = LibraryRevision.objects.get()
    files = storage.library_folder(revision)
    for again, kept in ((False, True), (True, False)):
        package.delete()
        Library.objects.update(current=None)
        LibraryRevision.objects.all().delete()
        Library.objects.all().delete()
        (files / "library.js").write_text("/* x */" if not again else "")
        package = activities.package(activity, h5p.package(library()))
        assert ((files / "library.js").read_text() == "/* x */") is kept


@pytest.mark.one_database
def test_progress_is_written_at_most_once_a_second(activity: Activity, monkeypatch: pytest.MonkeyPatch) -> None:
    package = activities.package(activity, h5p.package(library()))
    Package.objects.update(state=PackageState.PROCESSING, is_current=False)
    clock = [100.0]
    monkeypatch.setattr(processing, "monotonic", lambda: clock[0])
    steps, seen = processing._Steps(package.pk), []
    for percent in range(0, 100, 10):
        steps.at(percent)
        clock[0] += 0.4
        seen.append(Package.objects.get(pk=package.pk).progress)
    assert seen == [0, 0, 0, 30, 30, 30, 60, 60, 60, 90]


# -- queries ----------------------------------------------------------------------------------------------------------
def many(count: int, patch: int = 0) -> bytes:
    """A package with so many libraries, each needing all before it."""
    made: list[h5p.Lib] = []
    for number in range(count):
        made.append(h5p.library(f"H5P.Lib{number}", patch=patch, depends=made[-5:]))
    return h5p.package(made[-1], libraries=made[:-1])


def test_installing_costs_as_many_queries_for_seventy_libraries_as_for_three(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "_TURN", 1000.0)
    # What is cached for the process, and what the search index and others do once, is not counted.
    activities.package(activities.activity(), many(1))
    counted = []
    for libraries, patch in ((3, 1), (70, 2), (70, 3)):
        package = activities.upload(activity, many(libraries, patch))
        Package.objects.filter(pk=package.pk).update(state=PackageState.PROCESSING)
        with CaptureQueriesContext(connection) as queries:
            rules.process(package.pk, allowed=True)
        package.refresh_from_db()
        assert (package.state, package.needs.count()) == (PackageState.READY, libraries)
        counted.append(len(queries))
    assert {each.current.patch for each in Library.objects.select_related("current") if each.current} == {3}
    # SQLite takes a thousand values at once, so that the needs of seventy come in two portions.
    assert (max(counted) <= 32, max(counted) - min(counted) <= 1) == (True, True), counted
