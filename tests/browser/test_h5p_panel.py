"""An editor makes an activity: uploads its file, reads what it holds, lets its libraries in, tries it as a learner."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.factories import h5p, h5p_types

from . import path_world
from .looking import scroll_beyond, wrong_with
from .serving import Server
from .signing_in import sign_in_to_cms

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
# As its author exported it: with a library that is not here yet.
SORTER = h5p.library("H5P.Sorter", major=1, minor=2, patch=5, title="Sorter", depends=[h5p_types.QUESTION])
FIRST = h5p.package(SORTER, libraries=[h5p_types.QUESTION], content={"text": "Sort it"}, title="What goes where?")
SECOND = h5p_types.questions(title="True or false?")


def test_a_file_is_read_about_allowed_tried_and_replaced(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sign_in_to_cms(page, small_academy, path_world.EDITOR)

    makes_an_activity(page, small_academy)
    sends_what_is_no_package(page)
    reads_what_a_file_would_install_and_allows_it(page)
    replaces_it_and_tries_the_new_one(page)
    goes_back_to_the_first(page)
    looks_at_the_libraries(page, small_academy)


def makes_an_activity(page: Page, server: Server) -> None:
    """A draft with a title; its files come next."""
    page.goto(f"{server.url}/cms/snippets/curriculum/activity/add/")
    page.locator("[name=title]").fill("Made by Eva")
    page.locator("[name=code]").fill("made-by-eva")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Upload a file").first.click()
    expect(page.get_by_role("heading", name="Nederlands")).to_be_visible()
    assert_well_made(page)
    page.get_by_role("link", name="Upload a file (English)").click()


def sends_what_is_no_package(page: Page) -> None:
    """What is wrong is said at the field, before anything is kept."""
    assert_well_made(page)
    page.get_by_label("H5P file").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Notes"})
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("main")).to_contain_text("This is not an H5P package: it is no zip archive.")


def reads_what_a_file_would_install_and_allows_it(page: Page) -> None:
    """Nothing is installed before that is said."""
    upload(page, "first.h5p", FIRST)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Nothing is installed yet.")
    expect(main.get_by_role("row", name=re.compile("Sorter.*1.2.5.*New"))).to_be_visible()
    assert_well_made(page)
    page.get_by_role("button", name="Allow these libraries").click()
    expect(main).to_contain_text("This is the file that learners get.")
    page.get_by_role("link", name="All files of the activity").click()


def replaces_it_and_tries_the_new_one(page: Page) -> None:
    """The new one is played by the script and in the frame that learners get; nothing is recorded."""
    page.get_by_role("link", name="Replace the file (English)").click()
    upload(page, "second.h5p", SECOND)
    if page.get_by_role("button", name="Allow these libraries").is_visible():
        page.get_by_role("button", name="Allow these libraries").click()
    page.get_by_role("link", name="Preview as learner").click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    player = page.locator("[data-activity]").frame_locator("iframe")
    player.get_by_role("button", name="False", exact=True).click()
    player.get_by_role("button", name="Next", exact=True).click()
    expect(player.get_by_text(re.compile("Need comes before"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("This is a preview: nothing is recorded.")
    assert sent == []
    assert wrong_with(page, "preview") == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Back to the files").click()


def goes_back_to_the_first(page: Page) -> None:
    """Both files stay; one of them is played."""
    assert_well_made(page)
    page.get_by_role("button", name="Use again first.h5p (1)").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Learners get this file from now on.")
    expect(main).to_contain_text("This is the file that learners get.")


def looks_at_the_libraries(page: Page, server: Server) -> None:
    """What is installed, and one of them with its patches and what was done with it."""
    page.goto(f"{server.url}/cms/h5p/libraries/")
    assert_well_made(page)
    page.get_by_role("link", name="Sorter", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Patch 5 installed (Eva Editor)")
    assert_well_made(page)


def upload(page: Page, name: str, data: bytes) -> None:
    """Choose a file and send it."""
    page.get_by_label("H5P file").set_input_files({"name": name, "mimeType": "application/zip", "buffer": data})
    page.get_by_role("button", name="Upload and check").click()


def assert_well_made(page: Page) -> None:
    """What is ours of a page of the admin has no fault that axe-core finds, and fits a phone."""
    page.wait_for_load_state()
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, context="main .nice-padding").response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        assert scroll_beyond(page) == 0, page.url
    page.set_viewport_size({"width": 1440, "height": 900})
