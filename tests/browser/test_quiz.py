"""Taking quizzes in a real browser: by mouse, by keyboard alone, without scripts, without a connection, in time."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfWriter

from tests import databases

from . import quiz_world, serving
from .answering import chooses, orders, say
from .hands import Hands, Keyboard, Mouse
from .looking import wrong_with
from .quiz_world import ALL, LONG
from .serving import Server
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
# One for each story: what one has taken, the next one has not.
UNTOUCHED = iter(quiz_world.LEARNERS)
WATCH_THE_MOUSE = """addEventListener("mousedown", () => sessionStorage.setItem("mouse", "used"), true);"""
OVER = "The time is over. What you have saved is being handed in."


@pytest.fixture(scope="module")
def quizzes(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on the small academy of quiz_world."""
    data_dir = tmp_path_factory.mktemp("quizzes")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.template("empty", databases.migrate)
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_quizzes_{os.getpid()}"
            quiz_world.build(target, empty, data_dir)
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


class Newcomers:
    """Opens windows in which somebody is signed in who has not taken any quiz; `address` is the last one's."""

    def __init__(self, server: Server, window: Window) -> None:
        self.server, self.window, self.address = server, window, ""

    def __call__(self, **options: Any) -> Page:
        page = self.window(**options).new_page()
        self.address = next(UNTOUCHED)
        sign_in(page, self.server, self.address)
        return page


@pytest.fixture
def learner(quizzes: Server, window: Window) -> Newcomers:
    """See Newcomers."""
    return Newcomers(quizzes, window)


def begins(page: Page, server: Server, code: str, language: str = "en") -> str:
    """From the course's page into its quiz. Returns the address that its questions stand below."""
    page.goto(f"{server.url}/en/courses/{code}/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Quiz")).first.click()
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.locator("main legend")).to_be_visible()
    base = re.sub(r"\d+/$", "", page.url)
    if language != "en":
        base = base.replace("/en/", f"/{language}/")
        page.goto(f"{base}1/")
    return base


class Learner:
    """Answers questions of every kind rightly, with a pair of hands, in a language."""

    def __init__(self, hands: Hands, language: str, *, has_scripts: bool) -> None:
        self.hands, self.page = hands, hands.page
        self.language, self.has_scripts = language, has_scripts

    def own(self, text: str) -> str:
        """The factory's words as they stand in this language."""
        return text if self.language == "en" else f"{text} [{self.language}]"

    def answers(self, kind: str) -> None:
        """The question on the page, of this kind."""
        main = self.page.get_by_role("main")
        if kind in ("single", "multiple", "true_false"):
            right = {"single": ["right"], "multiple": ["right", "right too"], "true_false": ["False"]}[kind]
            for text in right:
                self.hands.tick(main.get_by_label(self.own(text), exact=True).first)
        elif kind == "ordering":
            self.orders([LONG["first"], LONG["second"], LONG["third"]])
        elif kind == "matching":
            for left, right_side in (("cat", "miaows"), ("dog", "barks"), ("cow", "moos")):
                self.chooses(main.get_by_label(self.own(left), exact=True), LONG[right_side][:30])
        elif kind == "numeric":
            self.hands.fill(main.locator("#number"), "2.409" if self.language == "nl" else "2,409")
        else:
            self.hands.fill(main.locator("#text"), "Materials Passport")

    def orders(self, texts: list[str]) -> None:
        """See answering.orders."""
        up, keep = say("Move up", self.language), say("Take this order as it is", self.language)
        orders(self.hands, texts, up=up, keep=keep, has_scripts=self.has_scripts)

    def chooses(self, menu: Locator, text: str) -> None:
        """See answering.chooses."""
        chooses(self.hands, menu, text)


@pytest.mark.parametrize(
    ("kind", "language", "options"),
    [
        ("mouse", "en", {}),
        ("mouse", "nl", {"width": 320, "height": 640}),
        ("keyboard", "en", {}),
        ("keyboard", "nl", {}),
        ("without-script", "en", {"width": 320, "height": 640, "java_script_enabled": False}),
        ("without-script", "nl", {"java_script_enabled": False}),
    ],
)
def test_a_quiz_of_all_kinds_gives_the_score_of_the_rule(
    quizzes: Server, learner: Newcomers, kind: str, language: str, options: dict[str, Any]
) -> None:
    page = learner(**options)
    begins(page, quizzes, "cpa-9", language)
    if kind == "keyboard":
        page.add_init_script(WATCH_THE_MOUSE)
        page.reload()
    hands = Keyboard(page) if kind == "keyboard" else Mouse(page)
    person = Learner(hands, language, has_scripts=kind != "without-script")
    main = page.get_by_role("main")
    go_on = re.compile(f"{say('Save and go on', language)}|{say('Save and check your answers', language)}")
    for number, each in enumerate((*ALL, "single", "numeric"), 1):
        expect(page).to_have_url(re.compile(f"/{number}/$"))
        if each not in ("open_text", "hand_in"):
            person.answers(each)
        hands.activate(main.get_by_role("button", name=go_on))
    expect(page).to_have_url(re.compile("/check/$"))
    read = "2.409" if language == "nl" else "2,409"
    expect(main.get_by_text(say("Read as %(number)s.", language) % {"number": read})).to_have_count(2)
    expect(page.locator(".quiz-answers .status")).to_have_count(2)
    hands.activate(main.get_by_role("button", name=say("Hand in", language)))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Passed", language, "quiz"))
    # 9 of 11 points: the open text and the document were left out.
    expect(page.locator(".score")).to_have_text(re.compile(r"^81\s*%$"))
    if kind == "keyboard":
        assert page.evaluate("sessionStorage.getItem('mouse')") is None
    if kind != "without-script":
        assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('quiz:'))") == []


def test_an_item_can_be_dragged_and_the_move_is_said(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-9")
    page.goto(f"{base}4/")
    items = page.locator("[data-item]")
    first = items.first.locator("[data-words]").inner_text()
    box = items.nth(2).bounding_box()
    assert box is not None
    # Onto the lower half of the last one: behind it.
    items.first.drag_to(items.nth(2), target_position={"x": 50, "y": box["height"] - 4})
    expect(items.nth(2).locator("[data-words]")).to_have_text(first)
    expect(page.get_by_role("status").filter(has_text=f"{first}: place 3 of 3")).to_have_count(1)
    expect(page.locator("#quiz-saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d\.$"))
    page.reload()
    expect(items.nth(2).locator("[data-words]")).to_have_text(first)


def test_a_lost_connection_is_said_and_the_answer_is_sent_when_it_is_back(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-8")
    page.context.set_offline(True)
    page.locator("main label.choice").nth(1).click()
    lost = page.get_by_role("status").filter(has_text="No connection. Your answer is kept on this page")
    expect(lost).to_be_visible()
    page.get_by_role("button", name="Save and go on").click()
    expect(lost).to_be_visible()
    expect(page).to_have_url(f"{base}1/")
    expect(page.locator("main input:checked")).to_have_count(1)
    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('quiz:')).length"
    assert page.evaluate(kept) == 1
    page.context.set_offline(False)
    expect(page.locator("#quiz-saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d\.$"))
    expect(lost).to_have_count(0)
    assert page.evaluate(kept) == 0
    chosen = page.locator("main input:checked").input_value()
    page.goto(f"{base}1/")
    expect(page.locator("main input:checked")).to_have_value(chosen)


def test_an_answer_left_behind_without_a_connection_is_sent_from_the_next_page(
    quizzes: Server, learner: Newcomers
) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-8")
    page.route("**/1/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("main label.choice").nth(1).click()
    expect(page.get_by_role("status").filter(has_text="No connection.")).to_be_visible()
    chosen = page.locator("main input:checked").input_value()
    page.goto(f"{base}2/")
    page.unroute("**/1/")
    page.goto(f"{base}check/")
    expect(page.locator(".quiz-answers .status")).to_have_count(1)
    # The page loads itself again when it has sent what was left behind: not in the middle of that.
    page.wait_for_load_state("networkidle")
    page.goto(f"{base}1/")
    expect(page.locator("main input:checked")).to_have_value(chosen)


def test_a_session_that_ended_is_said_and_the_answer_comes_back_after_signing_in(
    quizzes: Server, learner: Newcomers
) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-8")
    page.goto(f"{base}2/")
    page.context.clear_cookies()
    page.locator("#text").fill("My own words")
    said = page.get_by_role("status").filter(has_text="You are signed out. Your answer is kept on this page.")
    expect(said).to_be_visible()
    expect(page.locator("#text")).to_have_value("My own words")
    said.get_by_role("link").click()
    page.get_by_label("E-mail address").fill(learner.address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{base}2/")
    expect(page.locator("#text")).to_have_value("My own words")
    expect(page.locator("#quiz-saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d\.$"))


def test_a_number_that_cannot_be_read_is_said_on_its_field_at_once(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-9")
    page.goto(f"{base}6/")
    page.locator("#number").fill("many")
    page.locator("#number").press("Tab")
    expect(page.locator("#quiz-error")).to_contain_text("cannot be read as a number")
    expect(page.locator("#number")).to_have_attribute("aria-invalid", "true")
    page.locator("#number").fill("2,409")
    page.locator("#number").press("Tab")
    expect(page.locator("#quiz-read")).to_have_text("Read as 2,409.")
    expect(page.locator("#quiz-error")).to_be_hidden()


def test_the_time_is_announced_at_ten_five_and_one_minutes_and_at_its_end(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    base = begins(page, quizzes, "cpa-8")
    page.clock.install(time=datetime.now(tz=UTC))
    page.goto(f"{base}1/")
    counter = page.locator("[data-counter]")
    expect(counter).to_have_text("30 min left")
    said = []
    # A minute at a time: what was said stands in the status region.
    for _ in range(30):
        page.clock.fast_forward(60_000)
        page.clock.run_for(1_200)
        said.append(page.locator("#live").inner_text())
        if "over" in said[-1]:
            break
    told = [text for n, text in enumerate(said) if text and text != said[n - 1]]
    assert told == ["10 minutes left.", "5 minutes left.", "1 minute left.", OVER]
    expect(page.locator("#quiz-time").or_(page.locator("legend")).first).to_be_visible()


def test_nothing_is_wrong_with_any_page_for_axe_and_at_320_pixels(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    found = []
    page.goto(f"{quizzes.url}/en/courses/cpa-9/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Quiz")).first.click()
    found += wrong_with(page, "start")
    base = begins(page, quizzes, "cpa-9")
    for number in range(1, 12):
        page.goto(f"{base}{number}/")
        found += wrong_with(page, f"question {number}")
    page.goto(f"{base}6/")
    page.locator("#number").fill("many")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#quiz-error")).to_be_visible()
    found += wrong_with(page, "question with a message")
    page.goto(f"{base}9/")
    page.locator("#file").set_input_files({"name": "my plan.pdf", "mimeType": "application/pdf", "buffer": a_pdf()})
    page.get_by_role("button", name="Send the document").click()
    expect(page.get_by_role("link", name="my-plan.pdf")).to_be_visible()
    found += wrong_with(page, "document handed in")
    page.goto(f"{base}check/")
    found += wrong_with(page, "check")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waits to be marked")
    found += wrong_with(page, "waits")
    begins(page, quizzes, "cpa-6")
    page.get_by_label("wrong too").check()
    page.get_by_role("button", name="Save and check your answers").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("button", name="Ask for another attempt")).to_be_visible()
    found += wrong_with(page, "result")
    begins(page, quizzes, "cpa-8")
    found += wrong_with(page, "question with a time")
    assert found == []


def test_practice_from_the_lesson_s_address_to_the_score(quizzes: Server, learner: Newcomers) -> None:
    page = learner()
    page.goto(quizzes.url + quiz_world.PRACTICE[0])
    found = wrong_with(page, "practice")
    page.get_by_role("button", name="Start practising").click()
    page.get_by_label("wrong too").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#said-section")).to_contain_text("Not right, 0 of 1")
    expect(page.locator("#said-section")).to_be_focused()
    found += wrong_with(page, "practised")
    page.get_by_role("link", name="Next question").click()
    Learner(Mouse(page), "en", has_scripts=True).orders(["first", "second", "third"])
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#said-section")).to_contain_text("Right, 1 of 1")
    page.get_by_role("button", name="See my score").click()
    expect(page.locator(".score")).to_have_text(re.compile(r"^50\s*%$"))
    found += wrong_with(page, "practice, result")
    assert found == []


def a_pdf() -> bytes:
    """A small PDF."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()
