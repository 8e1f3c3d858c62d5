"""Small moments of a learner's day: what is said, where the focus goes after a partial update, what is never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .hands import Mouse, Person
from .serving import Server
from .signing_in import sign_up
from .test_accessibility import COURSE, LESSON

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]


@pytest.fixture
def newcomer(server: Server, window: Window) -> tuple[Page, str]:
    """A page of somebody who has just begun CPA-1, and their address."""
    page = window().new_page()
    address = f"moments-{uuid4().hex[:8]}@newcomer.example"
    sign_up(page, server, address)
    page.goto(server.url + COURSE)
    page.get_by_role("main").get_by_role("button", name="Start this course").click()
    expect(page.locator(".notice", has_text="You have started this course.")).to_be_visible()
    return page, address


def test_marking_a_lesson_keeps_the_page_says_so_and_moves_the_focus_to_what_comes_next(
    server: Server, newcomer: tuple[Page, str]
) -> None:
    page, _ = newcomer
    page.goto(server.url + LESSON)
    page.evaluate("window.still = 'here'")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("status").filter(has_text="Lesson completed, 1 of 12")).to_be_visible()
    expect(page.get_by_role("link", name="Next lesson")).to_be_focused()
    expect(page.locator(".lesson-nav .status.is-completed")).to_have_count(1)
    page.get_by_role("button", name="Mark as not done").click()
    expect(page.get_by_role("status").filter(has_text="Lesson marked as not done, 0 of 12.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as done")).to_be_focused()
    expect(page.locator(".lesson-nav .status.is-completed")).to_have_count(0)
    assert page.evaluate("window.still") == "here"


def test_an_answer_is_kept_when_the_session_has_ended_in_between(server: Server, newcomer: tuple[Page, str]) -> None:
    page, address = newcomer
    opens_the_quiz(page, server)
    page.locator("main label.choice").nth(1).click()
    chosen = page.locator("main input:checked").input_value()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    before = len(server.mails_to(address))
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_label("Code")).to_be_visible()
    assert len(server.mails_to(address)) == before + 1
    page.get_by_label("Code").fill(server.code_for(address))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.locator("main input:checked")).to_have_value(chosen)


def test_a_session_that_ended_shows_sign_in_as_a_page_and_not_inside_the_lesson(
    server: Server, newcomer: tuple[Page, str]
) -> None:
    page, _ = newcomer
    page.goto(server.url + LESSON)
    page.context.clear_cookies()
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("main")).to_have_count(1)


def test_switching_the_language_in_a_quiz_keeps_answers_and_place(server: Server, newcomer: tuple[Page, str]) -> None:
    page, _ = newcomer
    opens_the_quiz(page, server)
    page.locator("main label.choice").nth(0).click()
    page.get_by_role("button", name="Save and go on").click()
    expect(page).to_have_url(re.compile("/en/quiz/.*/2/$"))
    Person(Mouse(page), server.url).switches_to("Français")
    expect(page).to_have_url(re.compile("/fr/quiz/.*/2/$"))
    page.locator(".quiz-map a").first.click()
    expect(page.locator("main input:checked")).to_have_count(1)


def test_the_appearance_changes_at_once_and_stays(server: Server, window: Window) -> None:
    page = window(color_scheme="light").new_page()
    page.goto(f"{server.url}/en/account/signup/")
    page.get_by_label("Your name").fill("Half a na")
    # It changes before the server knows; whoever leaves the page in that moment keeps the one before.
    with page.expect_response(f"{server.url}/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_label("Your name")).to_have_value("Half a na")
    page.goto(f"{server.url}/de/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_appearance_changes_without_a_script_too(server: Server, window: Window) -> None:
    page = window(java_script_enabled=False).new_page()
    page.goto(f"{server.url}/en/help/")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{server.url}/en/help/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Like my device").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def opens_the_quiz(page: Page, server: Server) -> None:
    """To the first question."""
    page.goto(server.url + COURSE)
    page.get_by_role("main").get_by_role("link", name=re.compile("Quiz")).first.click()
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.locator("main legend")).to_be_visible()
