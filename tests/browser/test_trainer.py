"""The trainer's desk in a real browser: by keyboard alone, without scripts, light and dark, small and wide."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, expect

from tests import databases

from . import desk_world, serving
from .hands import Keyboard, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
MARKING = "/en/teaching/marking/"


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the small academy of desk_world."""
    data_dir = tmp_path_factory.mktemp("desk")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.template("empty", databases.migrate)
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_desk_{os.getpid()}"
            desk_world.build(target, empty, data_dir)
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


def marks(person: Person, levels: tuple[str, ...], points: str) -> None:
    """Fill in the page of an attempt, all but its last words."""
    page = person.page
    for line, level in zip(desk_world.LINES, levels, strict=True):
        group = page.get_by_role("group", name=line)
        person.hands.tick(group.get_by_label(level, exact=True))
    person.fills("Points", points)


def test_by_keyboard_alone_a_hand_in_is_marked_and_an_attempt_granted(desk: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, desk, desk_world.TRAINER)
    person = Person(Keyboard(page), desk.url)
    person.opens("/en/my-workshops/")
    person.follows("Teaching", within=page.get_by_role("banner"))
    person.stands_at("Teaching")
    person.follows("Answers to mark")
    person.follows(re.compile(f"^{desk_world.WAITING}"))
    person.stands_at(desk_world.WAITING)
    person.hands.activate(page.get_by_text("What was said to an earlier attempt").first)
    person.sees(desk_world.COMMENT)
    # Given back too early: the page says what is open, line by line, and keeps what is there.
    marks(person, ("Good", "Sufficient", "Good"), "many")
    person.presses("Give back to the learner")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Enter a number from 0 to 4.")
    person.follows(re.compile("Points: Enter a number"))
    person.fills("Points", "3.5")
    person.presses("Keep as draft")
    person.sees("Your draft is kept.")
    expect(page.get_by_label("Points")).to_have_value("3.5")
    person.presses("Give back to the learner")
    person.sees(f"Given back. {desk_world.WAITING} is told by mail.")
    person.follows("Teaching")
    person.follows("Requests for another attempt")
    person.presses(re.compile(f"Grant another attempt.*{desk_world.ASKING}"))
    person.sees(f"{desk_world.ASKING} has another attempt and is told by mail.")
    person.sees("Granted in the last 30 days")


def test_without_scripts_a_document_is_read_and_an_answer_without_a_name_given_back(
    desk: Server, window: Window
) -> None:
    page = window(320, 640, java_script_enabled=False).new_page()
    sign_in(page, desk, desk_world.TRAINER)
    page.goto(desk.url + MARKING)
    page.get_by_role("link", name=re.compile(r"^Answer \d{5}")).click()
    expect(page.locator("main")).not_to_contain_text("Hidden")
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("Download the document")).click()
    assert re.fullmatch(r"\d{5}-3\.docx", started.value.suggested_filename)
    assert started.value.path().read_bytes() == desk_world.TEMPLATE.read_bytes()
    for line in desk_world.LINES:
        page.get_by_role("group", name=line).get_by_label("Good", exact=True).check()
    page.get_by_label("Points").fill("4")
    page.get_by_role("button", name="Give back to the learner").click()
    expect(page.locator("main")).to_contain_text("Given back. The learner is told by mail.")


def test_nothing_is_wrong_with_the_pages_of_the_desk(desk: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, desk, desk_world.TRAINER)
    found = []
    for name, path in {
        "desk": "/en/teaching/",
        "queue": MARKING,
        "requests": "/en/teaching/requests/",
        "extra time": "/en/teaching/extra-time/",
    }.items():
        page.goto(desk.url + path)
        found += wrong_with(page, name)
    page.get_by_role("button", name="Set the factor").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += wrong_with(page, "extra time, empty")
    page.goto(desk.url + MARKING)
    page.get_by_role("link", name=re.compile(f"^{desk_world.LOOKED_AT}")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(desk_world.LOOKED_AT)
    page.get_by_text("What was said to an earlier attempt").first.click()
    found += wrong_with(page, "marking")
    page.get_by_role("button", name="Give back to the learner").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += wrong_with(page, "marking, unfinished")
    assert found == []


def test_nothing_is_wrong_with_the_preview(desk: Server, window: Window) -> None:
    page = window().new_page()
    page.goto(f"{desk.url}/en/account/login/?next=/cms/snippets/curriculum/quiz/")
    page.get_by_label("E-mail address").fill(desk_world.AUTHOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/cms/snippets/curriculum/quiz/$"))
    page.get_by_role("button", name=re.compile("^More options")).first.click()
    page.get_by_role("link", name="Preview as learner").click()
    expect(page.get_by_role("link", name="Back to editing the quiz")).to_be_visible()
    found = wrong_with(page, "preview")
    page.get_by_role("link", name="Look at the first question").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check the answer").click()
    expect(page.get_by_role("heading", name="Feedback")).to_be_visible()
    found += wrong_with(page, "preview, answered")
    assert found == []
