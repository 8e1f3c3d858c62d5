"""An editor publishes what a course asks for, reads it as learners will, and looks at whom applying it would touch."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from . import path_world
from .serving import Server
from .signing_in import sign_in_to_cms

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
TITLE = f"Course {path_world.RULED}"
SENTENCE = "the lesson “Lesson 1.1” or the lesson “Lesson 1.2”."


def test_any_one_of_two_lessons_is_read_published_and_looked_at(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sign_in_to_cms(page, small_academy, path_world.EDITOR)

    finds_the_draft(page, small_academy)
    publishes_and_reads_the_sentence(page, small_academy)
    looks_at_whom_it_would_touch(page)


def finds_the_draft(page: Page, server: Server) -> None:
    """The rule of the draft stands in its blocks, and below them as learners will read it."""
    page.goto(f"{server.url}/cms/pages/search/?q={path_world.RULED}")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    rule = page.locator("[data-contentpath='rule']")
    expect(rule.locator("[data-contentpath='parts']")).to_contain_text("Lesson 1.2")
    expect(page.get_by_role("main")).to_contain_text(f"To complete it: {SENTENCE}")


def publishes_and_reads_the_sentence(page: Page, server: Server) -> None:
    """Below the rule it stands as learners read it, and so it stands on the course's own page."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    published = page.locator(".messages").filter(has_text="has been published")
    expect(published).to_be_visible()
    published.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("main")).to_contain_text(f"To complete it: {SENTENCE}")
    edited = page.url
    page.goto(f"{server.url}/en/courses/{path_world.RULED.lower()}/")
    expect(page.get_by_role("main")).to_contain_text(f"To complete it: {SENTENCE}")
    page.goto(edited)


def looks_at_whom_it_would_touch(page: Page) -> None:
    """One person was promised something else; nothing is done without a reason."""
    page.goto(page.url.replace("/pages/", "/completion-rule/").replace("/edit/", "/"))
    expect(page.get_by_role("row").nth(1)).to_contain_text(SENTENCE)
    page.get_by_role("link", name="Look at whom the newest version would touch").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("1 person under way holds an earlier version and would be asked for this one.")
    expect(main).to_contain_text("0 of them complete at once.")
    page.get_by_role("button", name="Apply to 1 person").click()
    expect(main).to_contain_text("This field is required.")
    expect(main).to_contain_text("1 person under way holds an earlier version")
