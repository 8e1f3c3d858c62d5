"""Installed H5P libraries in the admin: the list, going back to a patch, releasing, deleting; for administrators."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.people.enums import Role
from curriculum.h5p.models import Library, LibraryRevision, Package
from tests.factories import activities, h5p
from tests.factories.activities import activity
from tests.factories.people import grant, make_person, signed_in

from . import h5p_hands as hands
from .h5p_hands import LIBRARIES

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]


@pytest.fixture
def admin() -> Client:
    return hands.administrator()


def two_patches() -> Library:
    """H5P.Test 1.0 in the patches 1 and 2, each from an activity's file."""
    for patch in (1, 2):
        script = f"/* patch {patch} */"
        activities.package(activity(), h5p.package(h5p.library(patch=patch, files={"library.js": script})))
    return Library.objects.get()


def address(library: Library) -> str:
    """The page of one library."""
    return f"{LIBRARIES}{library.pk}/"


def rows(client: Client) -> list[list[str]]:
    """The table of installed libraries."""
    installed = BeautifulSoup(client.get(LIBRARIES).content, "html.parser").find_all("table", class_="listing")[-1]
    cells = [row.find_all(["th", "td"]) for row in installed.select("tbody tr")]
    return [[" ".join(cell.get_text(" ").split()) for cell in row] for row in cells]


def test_the_list_says_which_version_is_used_by_how_many(admin: Client) -> None:
    ladder = activity()
    main = h5p.library("H5P.Main", depends=[h5p.library(patch=4)])
    activities.package(ladder, h5p.package(main, libraries=[h5p.library(patch=4)]))
    activities.package(ladder, h5p.package(h5p.library(minor=1, patch=7)))

    assert rows(admin) == [
        ["Main H5P.Main", "1.0.0", "0", "1"],
        ["Test H5P.Test", "1.0.4", "0", "1"],
        ["Test H5P.Test", "1.1.7", "1", "1"],
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(admin: Client, count: int) -> None:
    source = activity()
    for number in range(count):
        library = Library.objects.create(machine_name=f"H5P.L{number}", major=1, minor=0, title="L")
        library.current = LibraryRevision.objects.create(
            library=library, patch=0, sha256="0" * 64, size=1, library_json={}
        )
        library.save()
        Package.objects.create(
            activity=source, locale=source.locale, number=number + 1, file_name="a.h5p", sha256="0" * 64, size=1,
            state="waiting",
        )  # fmt: skip
    admin.get(LIBRARIES)

    with CaptureQueriesContext(connection) as caught:
        assert len(rows(admin)) == count

    assert len(caught) == LIST_QUERIES


LIST_QUERIES = 7


def test_an_administrator_goes_back_to_a_patch_and_releases_it(admin: Client) -> None:
    library = two_patches()
    older = library.revisions.get(patch=1)

    asked = hands.text_of(admin.get(f"{address(library)}?revision={older.pk}"))
    back = admin.post(address(library), {"do": "back", "revision": str(older.pk)}, follow=True)
    library.refresh_from_db()
    after = (library.current, library.is_pinned, rows(admin))
    released = admin.post(address(library), {"do": "release"}, follow=True)
    library.refresh_from_db()

    # Nobody goes "back" to the highest: it is released.
    assert [each for each in hands.links_of(back) if "revision=" in each] == []

    assert "Go back to H5P.Test 1.0.1?" in asked
    assert after == (older, True, [["Test H5P.Test", "1.0.1 Held", "2", "2"]])
    assert hands.messages_of(back) == [
        "H5P.Test 1.0.1 is used from now on. Files with a higher patch do not replace it until you release it."
    ]
    assert (library.current.patch if library.current else None, library.is_pinned) == (2, False)
    assert hands.messages_of(released) == ["The highest patch is used again."]


@pytest.mark.parametrize("wanted", ["", "x", "0", "99999999999999999999"])
def test_a_patch_that_is_not_there_is_not_gone_back_to(admin: Client, wanted: str) -> None:
    library = two_patches()

    response = admin.post(address(library), {"do": "back", "revision": wanted}, follow=True)

    assert hands.messages_of(response) == ["The library has changed since this page was shown. Look at it again."]
    assert admin.get(f"{address(library)}?revision={wanted}").status_code == 200


def test_a_library_that_is_needed_is_not_deleted(admin: Client) -> None:
    library = two_patches()

    response = admin.post(address(library), {"do": "delete"}, follow=True)

    assert Library.objects.filter(pk=library.pk).exists()
    assert hands.messages_of(response) == ["It cannot be deleted: a file or another library needs it."]
    assert "?delete" not in hands.links_of(response)


def test_a_library_that_nothing_needs_is_deleted(admin: Client) -> None:
    library = Library.objects.create(machine_name="H5P.Old", major=1, minor=0, title="Old")

    asked = admin.get(f"{address(library)}?delete")
    response = admin.post(address(library), {"do": "delete"}, follow=True)

    assert "Delete H5P.Old 1.0 with all its patches?" in hands.text_of(asked)
    assert (Library.objects.count(), hands.messages_of(response)) == (0, ["“H5P.Old 1.0” is deleted."])


def test_the_page_of_a_library_says_who_needs_it_and_what_was_done(admin: Client) -> None:
    needed = h5p.library("H5P.Needed")
    ladder = activity(title="Ladder")
    activities.package(ladder, h5p.package(h5p.library("H5P.Main", depends=[needed]), libraries=[needed]))
    library = Library.objects.get(machine_name="H5P.Needed")

    page = hands.text_of(admin.get(address(library)))

    for said in ("x.h5p : Ladder", "Libraries that need it H5P.Main 1.0", "Patch 0 installed"):
        assert said in page


def test_nothing_else_is_done_with_a_library(admin: Client) -> None:
    assert admin.post(address(two_patches()), {"do": "install"}).status_code == 404
    assert admin.get(f"{LIBRARIES}0/").status_code == 404


# -- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["", "1/"])
def test_editors_do_not_see_libraries(page: str) -> None:
    two_patches()
    answer = hands.editor().get(f"{LIBRARIES}{page}")
    assert (answer.status_code, answer["Location"]) == (302, "/cms/")


def test_a_group_with_the_permission_may_and_so_may_platform_administrators() -> None:
    by_group, by_role = make_person(is_staff=True), make_person(is_staff=True)
    by_group.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "install_h5p_library"]))
    by_role.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    grant(by_role, Role.PLATFORM_ADMIN)

    assert [signed_in(person).get(LIBRARIES).status_code for person in (by_group, by_role)] == [200, 200]


def test_groups_can_be_given_the_permissions_in_the_admin(admin: Client) -> None:
    page = admin.get("/cms/groups/new/").content.decode()
    assert ["Can install, replace and remove H5P libraries" in page, "Can let scores count" in page] == [True, True]
