"""An administrator finds somebody, sees what they see, and corrects a lesson with a reason; the person reads of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from . import path_world
from .hands import Mouse, Person
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
NAME = path_world.NAMES[path_world.HELPED]
REASON = "The button did not work on her phone."


def test_a_lesson_is_corrected_with_a_reason_that_the_person_reads(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, small_academy, path_world.ADMINISTRATOR)
    administrator = Person(Mouse(page), small_academy.url)

    finds_the_person(administrator)
    sees_what_they_see(administrator)
    corrects_the_lesson(administrator)

    own = window().new_page()
    sign_in(own, small_academy, path_world.HELPED)
    own.goto(f"{small_academy.url}/en/settings/data/")
    expect(own.get_by_role("main")).to_contain_text(REASON)


def finds_the_person(administrator: Person) -> None:
    """By a part of the name, which stands in no address."""
    administrator.opens("/en/support/")
    administrator.stands_at("Support")
    administrator.fills("Part of a name or of an e-mail address", "ida be")
    administrator.presses("Find")
    administrator.follows(NAME)
    administrator.stands_at(NAME)
    assert "ida" not in administrator.page.url


def sees_what_they_see(administrator: Person) -> None:
    """Their page in their language, with nothing that does anything."""
    page = administrator.page
    administrator.follows("See what this person sees")
    administrator.sees(f"You see the page of {NAME}.")
    shown = page.get_by_role("main").locator("div[lang=nl]")
    expect(shown).to_contain_text("Course CPA-6 [nl]")
    # The words of links are there; where they lead is not.
    expect(shown.locator("a").first).to_be_visible()
    for what in ("a[href]", "form", "button:enabled", "input:enabled", "[hx-post]", "script"):
        expect(shown.locator(what)).to_have_count(0)
    administrator.follows("Back")
    administrator.stands_at(NAME)


def corrects_the_lesson(administrator: Person) -> None:
    """What will follow is told first; afterwards it stands on the person's page with the reason."""
    page = administrator.page
    administrator.follows("Correct progress")
    administrator.stands_at("Correct progress")
    page.get_by_label("What to correct").select_option(label="Lesson 1.2")
    administrator.ticks("Done")
    administrator.fills("Reason", REASON)
    administrator.presses("See what will follow")
    administrator.stands_at("What will follow")
    administrator.sees("“Lesson 1.2” counts as done.")
    administrator.presses("Correct it")
    administrator.stands_at(NAME)
    administrator.sees("The progress is corrected.")
    expect(page.get_by_role("region", name="What was noted").get_by_role("row", name="Lesson 1.2")).to_contain_text(
        "corrected"
    )
    expect(page.get_by_role("region", name="What support did")).to_contain_text(REASON)
