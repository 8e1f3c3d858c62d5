"""The files of an activity in the admin: upload, report, allowing libraries, using again, deleting, the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from academy.jobs.models import Heartbeat
from courses.attempts.models import ActivityAttempt
from curriculum.h5p.enums import PackageState
from curriculum.h5p.models import Activity, Library, Package
from curriculum.items.models import LearningItem
from tests.factories import activities, h5p
from tests.factories.activities import activity
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

from . import h5p_hands as hands
from .h5p_hands import files_url, package_url, upload
from .test_snippets import problems

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
OLD, NEW = h5p.library(patch=1), h5p.library(patch=2, files={"library.js": "/* newer */"})


@pytest.fixture
def editor() -> Client:
    return hands.editor()


@pytest.fixture
def ladder() -> Activity:
    return activity(code="ladder", title="Ladder")


def latest(source: Activity) -> Package:
    """The file that came last."""
    return Package.objects.filter(activity=source).latest("pk")


# -- upload -----------------------------------------------------------------------------------------------------------
def test_a_file_whose_libraries_are_here_is_played_at_once(editor: Client, ladder: Activity) -> None:
    first = activities.package(ladder)

    response = upload(editor, ladder, h5p.package(h5p.library(), title="The second one"), name="second.h5p")

    second = latest(ladder)
    assert (response.status_code, response["Location"]) == (302, package_url(second))
    assert (second.number, second.state, second.is_current, second.file_name) == (2, "ready", True, "second.h5p")
    first.refresh_from_db()
    assert (first.state, first.is_current) == ("ready", False)
    assert "This is the file that learners get." in hands.text_of(editor.get(package_url(second)))


def test_files_of_two_languages_stand_side_by_side(editor: Client, ladder: Activity) -> None:
    activities.package(ladder)

    upload(editor, ladder, h5p.package(h5p.library(), title="Twee"), language="nl")

    played = Package.objects.filter(activity=ladder, is_current=True).order_by("pk")
    assert [(each.locale.language_code, each.number, each.title) for each in played] == [
        ("en", 1, "A test"),
        ("nl", 1, "Twee"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not a zip at all", "This is not an H5P package: it is no zip archive."),
        (b"", "The file is empty."),
        (None, "Choose a file."),
        (b"PK" + b"\0" * 2000, "The file is larger than 1.0 KB."),
    ],
    ids=["no-zip", "empty", "none", "too-large"],
)
def test_what_is_no_package_is_refused_on_the_field(
    editor: Client, ladder: Activity, settings: Settings, content: bytes | None, why: str
) -> None:
    settings.H5P_LIMITS = {"upload": 1024}
    data = {} if content is None else {"file": h5p.uploaded(content)}

    response = editor.post(f"{files_url(ladder)}upload/en/", data)

    assert (response.status_code, problems(response), Package.objects.count()) == (422, [why], 0)


def test_the_form_takes_packages_and_says_how_large(editor: Client, ladder: Activity) -> None:
    page = BeautifulSoup(editor.get(f"{files_url(ladder)}upload/en/").content, "html.parser")
    field = page.find("input", attrs={"name": "file"})
    assert field is not None
    assert field.get("accept") == ".h5p,.zip"
    assert "Up to 128.0\N{NO-BREAK SPACE}MB." in page.get_text()


@pytest.mark.parametrize("address", ["/cms/h5p/activities/0/", "/cms/h5p/activities/0/upload/en/"])
def test_an_activity_that_is_not_there_has_no_files(editor: Client, address: str) -> None:
    assert editor.get(address).status_code == 404


def test_a_language_that_the_site_does_not_have_has_no_files(editor: Client, ladder: Activity) -> None:
    assert editor.get(f"{files_url(ladder)}upload/xx/").status_code == 404


def test_a_package_that_is_not_there_has_no_pages(editor: Client) -> None:
    wanted = Package(public_id=uuid4())
    addresses = [package_url(wanted), *(package_url(wanted, page) for page in ("delete", "preview", "play"))]
    assert [editor.get(address).status_code for address in addresses] == [404] * 4


# -- the report -------------------------------------------------------------------------------------------------------
def test_the_report_says_what_is_in_a_file_and_what_it_would_install(ladder: Activity) -> None:
    editor, media = hands.editor(), {"images/a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}
    activities.package(activity(), h5p.package(OLD))
    other = h5p.library("H5P.Other", major=3, minor=1)

    upload(editor, ladder, h5p.package(NEW, title="Six ways out", media=media, libraries=[other]))

    package = latest(ladder)
    page = hands.text_of(editor.get(package_url(package)))
    assert package.state == PackageState.WAITING
    for said in (
        "Nothing is installed yet. An administrator has to allow these libraries.",
        "Title Six ways out Type Test 1.0",
        "2 files",
        "(1 json, 1 png)",
        "Other H5P.Other 3.1.0 not yet New",
        "Test H5P.Test 1.0.2 1.0.1 Would replace an older patch, for all activities",
    ):
        assert said in page
    assert "do=allow" not in hands.links_of(editor.get(package_url(package)))


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "Nederlands"), ("xx", "xx"), ("en", ""), ("und", "")],
    ids=["known", "unknown", "same", "none"],
)
def test_the_report_says_when_a_file_names_another_language(
    editor: Client, ladder: Activity, language: str, said: str
) -> None:
    upload(editor, ladder, h5p.package(h5p.library(), language=language))
    facts = hands.main_of(editor.get(package_url(latest(ladder)))).select("dt")
    found = [each.find_next("dd") for each in facts if each.get_text() == "Language of the file itself"]
    assert [each.get_text() for each in found if each is not None] == ([said] if said else [])


def test_a_refused_file_names_each_reason_with_its_file(editor: Client, ladder: Activity) -> None:
    broken = h5p.package(h5p.library(), media={"shell.php": b"<?php", "notes.exe": b"MZ"})

    upload(editor, ladder, broken)

    response = editor.get(package_url(latest(ladder)))
    reasons = [each.get_text() for each in hands.main_of(response).select(".academy-reasons li")]
    assert len(reasons) == 2
    assert all(any(name in reason for reason in reasons) for name in ("content/shell.php", "content/notes.exe"))
    assert "The file was refused, and nothing of it was installed." in hands.text_of(response)
    assert f"{files_url(ladder)}upload/en/" in hands.links_of(response)


def test_a_missing_library_is_named(editor: Client, ladder: Activity) -> None:
    activities.package(activity())
    needed = h5p.library("H5P.Needed", major=4, minor=2)

    upload(editor, ladder, h5p.package(h5p.library("H5P.New", depends=[needed])))

    report = hands.text_of(editor.get(package_url(latest(ladder))))
    assert "H5P.Needed 4.2" in report
    # What came with it did not get here.
    assert "that is here already" not in report


def test_what_a_stranger_wrote_into_a_file_is_text(editor: Client, ladder: Activity) -> None:
    evil = "<img src=x onerror=alert(1)>"
    upload(editor, ladder, h5p.package(h5p.library(title=evil), title=evil))
    package = latest(ladder)
    Package.objects.filter(pk=package.pk).update(file_name=evil)

    pages = [package_url(package), package_url(package, "delete"), files_url(ladder), hands.ACTIVITIES]
    pages.append(f"{hands.ACTIVITIES}edit/{ladder.pk}/")

    assert [address for address in pages if evil.encode() in editor.get(address).content] == []


def test_while_a_file_is_checked_the_page_looks_again_by_itself(editor: Client, ladder: Activity) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    upload(editor, ladder, h5p.package(h5p.library()))
    package = latest(ladder)
    Package.objects.filter(pk=package.pk).update(progress=40)

    working = editor.get(package_url(package))
    Package.objects.filter(pk=package.pk).update(state=PackageState.REFUSED)
    done = editor.get(package_url(package))

    assert "The file is being checked and unpacked." in hands.text_of(working)
    bar = hands.main_of(working).select_one("#h5p-progress progress")
    assert bar is not None
    assert bar["value"] == "40"
    assert ["h5p-report" in each.content.decode() for each in (working, done)] == [True, False]
    assert not any("delete" in link for link in hands.links_of(working))


# -- libraries --------------------------------------------------------------------------------------------------------
def test_an_administrator_sees_the_report_before_anything_is_installed(ladder: Activity) -> None:
    admin = hands.administrator()
    upload(admin, ladder, h5p.package(h5p.library()))
    package = latest(ladder)
    before = (package.state, Library.objects.count())

    assert "do=allow" in hands.links_of(admin.get(package_url(package)))
    response = admin.post(package_url(package), {"do": "allow"}, follow=True)

    package.refresh_from_db()
    assert (before, package.state, package.is_current) == (("waiting", 0), "ready", True)
    assert hands.messages_of(response) == ["The libraries are allowed."]


def test_an_administrator_finds_what_an_editor_s_file_waits_for(editor: Client, ladder: Activity) -> None:
    upload(editor, ladder, h5p.package(h5p.library()))
    package, admin = latest(ladder), hands.administrator()

    pages = [admin.get("/cms/"), admin.get(hands.LIBRARIES), editor.get("/cms/")]

    assert [package_url(package) in page.content.decode() for page in pages] == [True, True, False]


def test_an_editor_cannot_allow_libraries(editor: Client, ladder: Activity) -> None:
    upload(editor, ladder, h5p.package(h5p.library()))
    package = latest(ladder)

    response = editor.post(package_url(package), {"do": "allow"}, follow=True)

    package.refresh_from_db()
    assert (package.state, Library.objects.count()) == ("waiting", 0)
    assert hands.messages_of(response) == ["Only somebody who may install H5P libraries can allow them."]


def test_two_clicks_allow_once(ladder: Activity) -> None:
    admin = hands.administrator()
    upload(admin, ladder, h5p.package(h5p.library()))
    address = package_url(latest(ladder))
    admin.post(address, {"do": "allow"}, follow=True)

    again = admin.post(address, {"do": "allow"}, follow=True)

    assert hands.messages_of(again) == ["The file has changed since this page was shown. Look at it again."]


# -- using again, deleting --------------------------------------------------------------------------------------------
def test_an_older_file_is_used_again(editor: Client, ladder: Activity) -> None:
    first, second = activities.package(ladder), activities.package(ladder)

    response = editor.post(package_url(first), {"do": "use"}, follow=True)

    assert list(Package.objects.filter(is_current=True)) == [first]
    assert hands.messages_of(response) == ["Learners get this file from now on. Results so far stay as they are."]
    assert "do=use" in hands.links_of(editor.get(package_url(second)))


def test_nothing_else_is_done_with_a_file(editor: Client, ladder: Activity) -> None:
    assert editor.post(package_url(activities.package(ladder)), {"do": "publish"}).status_code == 404


def test_a_file_is_deleted_after_a_question(editor: Client, ladder: Activity) -> None:
    first, second = activities.package(ladder), activities.package(ladder)

    asked = hands.text_of(editor.get(package_url(first, "delete")))
    response = editor.post(package_url(first, "delete"), follow=True)

    assert "Delete “x.h5p”, number 1 of “Ladder” in English? It cannot be brought back." in asked
    assert list(Package.objects.all()) == [second]
    assert hands.messages_of(response) == ["“x.h5p” is deleted."]


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_file_that_is_not_used_is_thrown_away(editor: Client, ladder: Activity, state: str) -> None:
    upload(editor, ladder, h5p.package(h5p.library()) if state == "waiting" else h5p.zipped([("a.txt", b"a")]))
    package = latest(ladder)

    editor.post(package_url(package, "delete"))

    assert (package.state, Package.objects.count()) == (state, 0)


@pytest.mark.parametrize("used", ["played", "worked with"])
def test_a_file_that_is_used_is_kept(editor: Client, ladder: Activity, used: str) -> None:
    first = activities.package(ladder)
    if used == "worked with":
        activities.package(ladder)
        lesson = make_course(languages=("en",)).lessons[0]
        items = {item.key: item for item in LearningItem.objects.all()}
        ActivityAttempt.objects.create(
            person=make_person(),
            activity=items[ladder.translation_key],
            placement=items[lesson.translation_key],
            package=first,
            number=1,
        )

    response = editor.post(package_url(first, "delete"), follow=True)

    assert Package.objects.filter(pk=first.pk).exists()
    assert hands.messages_of(response) == ["It is kept: learners worked with it, or it is the file that is played."]


# -- the list of files ------------------------------------------------------------------------------------------------
def test_the_files_are_listed_by_language_with_what_can_be_done(editor: Client, ladder: Activity) -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.get_current_timezone())
    first, second = activities.package(ladder, at=at), activities.package(ladder, at=at)
    upload(editor, ladder, h5p.package(h5p.library("H5P.More")), language="nl")
    waiting = latest(ladder)

    response = editor.get(files_url(ladder))

    assert hands.links_of(response) == [
        package_url(second, "preview"),
        f"{files_url(ladder)}upload/en/",
        package_url(first, "preview"),
        package_url(first, "delete"),
        f"{files_url(ladder)}upload/nl/",
        package_url(waiting, "delete"),
        f"{files_url(ladder)}upload/de/",
        f"{files_url(ladder)}upload/fr/",
        f"{hands.ACTIVITIES}edit/{ladder.pk}/",
        "do=use",
    ]
    page = hands.text_of(response)
    assert "Played now x.h5p" in page
    assert "They cannot be checked: they are what the player says." in page
    assert "Waits for its libraries to be allowed" in page
    assert "There is no file yet. Readers of this language get the one of another language." in page


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_of_files_asks_as_often_for_many_as_for_one(editor: Client, ladder: Activity, count: int) -> None:
    people = [make_person() for _ in range(count)]
    for number, person in enumerate(people, start=1):
        Package.objects.create(
            activity=ladder, locale=ladder.locale, number=number, file_name="a.h5p", sha256="0" * 64, size=1,
            state="refused", uploaded_by=person,
        )  # fmt: skip
    editor.get(files_url(ladder))

    with CaptureQueriesContext(connection) as caught:
        editor.get(files_url(ladder))

    assert len(caught) == FILES_QUERIES


FILES_QUERIES = 19


# -- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["", "delete/", "preview/", "play/"])
def test_who_may_not_change_activities_sees_no_file(ladder: Activity, page: str) -> None:
    package = activities.package(ladder)
    person, address = make_person(is_staff=True), f"/cms/h5p/packages/{package.public_id}/{page}"
    # Somebody else's work in the same admin.
    names = ["access_admin", "view_activity", "change_quiz"]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))

    answers = [client.get(address)["Location"] for client in (signed_in(person), Client())]

    assert answers == ["/cms/", f"/en/account/login/?next={address}"]


def test_translators_bring_the_files_of_their_language(ladder: Activity) -> None:
    activities.package(ladder)

    upload(hands.translator(), ladder, h5p.package(h5p.library()), language="fr")

    assert latest(ladder).locale.language_code == "fr"


# -- the log ----------------------------------------------------------------------------------------------------------
def test_the_history_of_an_activity_says_what_was_done_with_its_files(ladder: Activity) -> None:
    admin = hands.administrator()
    upload(admin, ladder, h5p.package(h5p.library()), name="first.h5p")
    first = latest(ladder)
    admin.post(package_url(first), {"do": "allow"})
    upload(admin, ladder, h5p.package(h5p.library()), name="second.h5p")
    admin.post(package_url(first), {"do": "use"})
    admin.post(package_url(latest(ladder), "delete"))

    page: Any = hands.text_of(admin.get(f"{hands.ACTIVITIES}history/{ladder.pk}/"))

    for said in (
        "File 1 uploaded: first.h5p",
        "Libraries of file 1 allowed: H5P.Test 1.0.0",
        "File 1 is ready: first.h5p",
        "File 2 uploaded: second.h5p",
        "File 1 is played again: first.h5p",
        "File 2 deleted: second.h5p",
        "Ada Admin",
    ):
        assert said in page
