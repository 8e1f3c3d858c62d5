"""No violation and no sideways scrolling on the pages of paths, certificates and support that need something to show.

Those that the demo shows as they are stand in test_accessibility.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from . import path_world
from .hands import Mouse, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]


def looks(page: Page, name: str) -> list[str]:
    """What is wrong with the page, which is then as wide as before."""
    found = wrong_with(page, name)
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


@pytest.fixture
def person(small_academy: Server, window: Window) -> Person:
    """Somebody at an empty page."""
    return Person(Mouse(window().new_page()), small_academy.url)


def test_pages_of_who_takes_a_path(small_academy: Server, person: Person) -> None:
    page = person.page
    sign_in(page, small_academy, path_world.READER)
    person.opens(path_world.PATH)
    person.sees("1 of 2 steps done")
    found = looks(page, "path, half done")
    person.opens("/en/learning/outside/new/")
    person.presses("Report it")
    expect(page.get_by_role("alert")).to_be_visible()
    found += looks(page, "report a training, empty")
    person.opens("/en/certificates/")
    person.follows("Course CPA-1")
    person.stands_at("Check a certificate")
    found += looks(page, "certificate")
    assert found == []


def test_pages_of_who_still_has_to_say_how_they_are_called(small_academy: Server, person: Person) -> None:
    page = person.page
    sign_in(page, small_academy, path_world.UNSEEN)
    person.opens("/de/courses/cpa-1/module-1/lesson-1-1/")
    expect(page.locator("#confirm-name")).to_be_visible()
    found = looks(page, "lesson with the question for the name, German")
    person.opens("/en/certificates/name/")
    person.fills("Your name on the certificate", " ")
    person.presses("Confirm and issue")
    expect(page.get_by_role("alert")).to_be_visible()
    found += looks(page, "name, empty")
    assert found == []


def test_pages_of_who_checks_a_file(person: Person) -> None:
    page = person.page
    person.opens("/c/file/")
    page.get_by_label("The file").set_input_files(
        {"name": "holiday.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing else"}
    )
    person.presses("Check")
    expect(page.get_by_role("status")).to_contain_text("There is no certificate of ours in this file.")
    found = looks(page, "a file that is not ours")
    person.opens("/c/abcdefghijklmnopqrstuvwxyz/")
    expect(page.get_by_role("alert")).to_be_visible()
    found += looks(page, "a code that is unknown")
    assert found == []


def test_pages_of_an_administrator(small_academy: Server, person: Person) -> None:
    page = person.page
    sign_in(page, small_academy, path_world.ADMINISTRATOR)
    person.opens("/en/support/")
    person.fills("Part of a name or of an e-mail address", "tom")
    person.presses("Find")
    name = path_world.NAMES[path_world.READER]
    person.follows(name)
    person.stands_at(name)
    found = looks(page, "somebody in need of support")
    person.follows("Correct progress")
    person.presses("See what will follow")
    expect(page.get_by_role("alert")).to_be_visible()
    found += looks(page, "correct progress, empty")
    person.follows(name, within=page.get_by_role("navigation", name="Breadcrumb"))
    person.stands_at(name)
    person.follows("See what this person sees")
    person.sees(f"You see the page of {name}.")
    found += looks(page, "what this person sees")
    person.opens("/en/certificates/manage/")
    person.follows(name)
    person.stands_at("Course CPA-1")
    person.sees("Its holder asks for a correction")
    found += looks(page, "a certificate to be corrected")
    assert found == []


def test_pages_of_who_answers_reports_of_training(small_academy: Server, person: Person) -> None:
    page = person.page
    sign_in(page, small_academy, path_world.MANAGER)
    person.opens("/en/team/outside/")
    person.sees(path_world.WAITING)
    found = looks(page, "reports to answer")
    person.follows(re.compile("^Answer"))
    person.stands_at(path_world.WAITING)
    person.presses("Do not accept")
    expect(page.get_by_role("alert")).to_be_visible()
    found += looks(page, "a report, refused without a reason")
    assert found == []
