"""The learner's whole way, three times: with a mouse, by keyboard alone, and on a phone without JavaScript.

A newcomer signs up with a confirmed address, finds CPA-1, enrols, reads two lessons in English, switches to German in
the middle of the third and finds the ticks kept, completes the rest, passes the quiz, receives the certificate,
downloads the PDF and opens the check page in a private window.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import BrowserContext, Page, expect

from tests.databases import PROJECT

from .answering import answers_rightly
from .hands import Keyboard, Mouse, Person
from .serving import Server

QUIZ = yaml.safe_load((PROJECT / "curriculum/content/quizzes/CPA-1.yaml").read_text(encoding="utf-8"))
COURSE = yaml.safe_load((PROJECT / "curriculum/content/courses/CPA-1.yaml").read_text(encoding="utf-8"))
LESSONS = 12
NAME = "Łucja Ősz"
# Any press of a mouse button (or a finger) leaves a trace that survives from page to page.
WATCH_THE_MOUSE = """
addEventListener("mousedown", () => sessionStorage.setItem("mouse", "used"), true);
"""


QUESTIONS = {question["text"]["de"].strip(): question for question in QUIZ["questions"]}


def german(message: str, context: str = "") -> str:
    """How the interface says it in German."""
    with translation.override("de"):
        return pgettext(context, message) if context else gettext(message)


@pytest.mark.parametrize(
    ("kind", "width", "options"),
    [
        ("mouse", 1440, {}),
        pytest.param("keyboard", 1440, {}, marks=pytest.mark.one_database),
        pytest.param("without-script", 320, {"java_script_enabled": False}, marks=pytest.mark.one_database),
    ],
)
def test_a_newcomer_ends_with_a_certificate(
    server: Server, window: Callable[..., BrowserContext], kind: str, width: int, options: dict[str, Any]
) -> None:
    context = window(width, **options)
    page = context.new_page()
    if kind == "keyboard":
        page.add_init_script(WATCH_THE_MOUSE)
    hands = Keyboard(page) if kind == "keyboard" else Mouse(page)
    person = Person(hands, server.url)
    address = f"{kind}-{uuid4().hex[:8]}@newcomer.example"

    signs_up(person, server, address)
    finds_and_starts_the_course(person)
    reads_two_lessons_in_english(person)
    goes_on_in_german(person)
    passes_the_quiz(person, has_scripts=options.get("java_script_enabled", True))
    code = receives_the_certificate(person)
    anybody_can_check_it(server, window(width), code)

    assert any("certificate" in mail.lower() or "zertifikat" in mail.lower() for mail in server.mails_to(address)[1:])
    if kind == "keyboard":
        assert page.evaluate("sessionStorage.getItem('mouse')") is None


def signs_up(person: Person, server: Server, address: str) -> None:
    """Name and address, then the code from the mail."""
    person.opens("/en/")
    person.follows("Create account")
    person.fills("Your name", NAME)
    person.fills("E-mail address", address)
    person.presses("Create account")
    person.stands_at("Confirm your e-mail address")
    person.fills("Code", server.code_for(address))
    person.presses("Confirm")
    person.stands_at("My learning")


def finds_and_starts_the_course(person: Person) -> None:
    """By the catalogue."""
    person.follows("See all courses")
    person.follows(COURSE["title"]["en"])
    person.stands_at(COURSE["title"]["en"])
    person.presses("Start this course")
    person.sees("You have started this course.")


def reads_two_lessons_in_english(person: Person) -> None:
    """From the course's page on; "Mark as done", then the next."""
    person.follows("Begin with the first lesson")
    for number in (1, 2):
        person.presses("Mark as done")
        says_done(person.page, f"Lesson completed, {number} of {LESSONS}")
        person.follows(re.compile("^Next"), within=person.pager())


def goes_on_in_german(person: Person) -> None:
    """In the middle of the third lesson; all ticks are there."""
    page = person.page
    person.switches_to("Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    completed = page.locator(".lesson-nav .status.is-completed")
    expect(completed).to_have_count(2)
    expect(completed.first).to_have_text(german("Completed", "standing"))
    for number in range(3, LESSONS + 1):
        person.presses(german("Mark as done"))
        says_done(page, german("Lesson completed, %(done)s of %(total)s") % {"done": number, "total": LESSONS})
        if number < LESSONS:
            person.follows(re.compile("^" + german("Next", "page")), within=person.pager())


def passes_the_quiz(person: Person, *, has_scripts: bool) -> None:
    """Every question, of all seven kinds, answered right, in German: all points."""
    page = person.page
    person.follows(german("To the quiz"))
    person.presses(german("Start the quiz"))
    legend = page.locator("main legend")
    expect(legend).to_be_visible()
    for number in range(1, page.locator(".quiz-map a").count() + 1):
        expect(page).to_have_url(re.compile(f"/{number}/$"))
        answers_rightly(person, QUESTIONS[legend.inner_text().strip()], "de", has_scripts=has_scripts)
        person.presses(re.compile(f"{german('Save and go on')}|{german('Save and check your answers')}"))
    expect(page).to_have_url(re.compile("/check/$"))
    person.fills(german("Your name on the certificate"), NAME)
    person.presses(german("Hand in"))
    person.stands_at(german("Passed", "quiz"))
    expect(page.locator(".score")).to_have_text(re.compile("^100"))


def receives_the_certificate(person: Person) -> str:
    """A page with a PDF to take along. Returns the certificate's code."""
    page = person.page
    person.follows(german("See your certificate"))
    expect(page.get_by_role("main")).to_contain_text(NAME)
    pdf = page.get_by_role("main").get_by_role("link", name=re.compile("PDF")).first
    with page.expect_download() as waiting:
        person.hands.activate(pdf)
    path = waiting.value.path()
    assert path.read_bytes().startswith(b"%PDF-")
    code = re.search(r"/c/([a-z2-7]{26})/", page.url)
    assert code, f"no code in {page.url}"
    return code[1]


def anybody_can_check_it(server: Server, private: BrowserContext, code: str) -> None:
    """In a private window, without an account, in another language."""
    page = private.new_page()
    page.goto(f"{server.url}/c/{code}/?lang=fr")
    expect(page.get_by_role("main")).to_contain_text(NAME)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert private.cookies() == [] or all(cookie["name"] != "sessionid" for cookie in private.cookies())


def says_done(page: Page, words: str | re.Pattern[str]) -> None:
    """In the live region after a partial update, in a notice after a whole page."""
    expect(page.locator("#live, .notice").filter(has_text=words).first).to_be_attached()
