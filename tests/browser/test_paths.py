"""A learner's way through a path: by keyboard alone, in two languages; and on a phone without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import BrowserContext, Locator, Page, expect

from . import path_world
from .hands import Keyboard, Mouse, Person
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
NAME = "Łucja Albers-Ősz"
NOTE = "Ask Ewa for the list of lamps."


def test_by_keyboard_to_three_certificates_at_once(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, small_academy, path_world.KEYBOARD)
    person = Person(Keyboard(page), small_academy.url)

    reads_the_path_and_starts_it(person)
    goes_where_the_reason_leads(person)
    keeps_a_note_and_a_bookmark(person)
    finishes_the_first_course_in_german(person)
    chooses_one_of_two_and_finishes_it(person)
    confirms_the_name_and_sees_all_certificates(person)
    sees_what_has_come_of_it(person)


def reads_the_path_and_starts_it(person: Person) -> None:
    """What is asked for stands there in one sentence; what comes first says so."""
    person.opens(path_world.PATH)
    person.stands_at("Circular buyer")
    sentence = person.page.get_by_role("main").get_by_text(re.compile("^To complete it:"))
    expect(sentence).to_contain_text(re.compile("CPA-1 Course CPA-1.* and .*CPA-2 Course CPA-2.* or .*CPA-3 Course"))
    person.presses("Start this path")
    person.sees("You have started this path.")
    expect(step(person.page, "1")).to_contain_text("In progress")
    expect(step(person.page, "2")).to_contain_text("Not open yet")
    expect(person.page.get_by_role("main")).to_contain_text("0 of 2 steps done")


def goes_where_the_reason_leads(person: Person) -> None:
    """From the reason in a locked step to what opens it, and into its lesson."""
    reason = step(person.page, "2").get_by_text(re.compile("First:"))
    person.follows("Course CPA-1", within=reason)
    person.stands_at("Course CPA-1")
    person.follows("Begin with the first lesson")
    person.stands_at("Lesson 1.1")


def keeps_a_note_and_a_bookmark(person: Person) -> None:
    """Both on the page of the lesson."""
    page = person.page
    person.presses("Bookmark this lesson")
    expect(page.get_by_role("button", name="Remove the bookmark")).to_be_visible()
    person.hands.activate(page.locator("#my-note summary"))
    person.hands.fill(page.locator("#my-note textarea"), NOTE)
    person.presses("Save the note")
    expect(page.locator("#my-note")).to_contain_text("Saved")


def finishes_the_first_course_in_german(person: Person) -> None:
    """The language changes in the middle; note and bookmark are there, and so is the tick in the other language."""
    page = person.page
    person.switches_to("Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#my-note textarea")).to_have_value(NOTE)
    expect(page.get_by_role("button", name=german("Remove the bookmark"))).to_be_visible()
    person.presses(german("Mark as done"))
    expect(page.locator("#learner-actions .status")).to_have_text(german("Completed", "standing"))
    person.sees(german("Your certificate is ready. Which name should it carry?"))


def chooses_one_of_two_and_finishes_it(person: Person) -> None:
    """What was not open is open now; either of the two will do."""
    page = person.page
    person.opens(path_world.PATH)
    person.stands_at("Circular buyer")
    expect(step(page, "1")).to_contain_text("Completed")
    person.follows("Course CPA-3", within=step(page, "3"))
    person.stands_at("Course CPA-3")
    person.presses("Start this course")
    person.sees("You have started this course.")
    person.follows("Begin with the first lesson")
    person.stands_at("Lesson 1.1")
    person.presses("Mark as done")
    person.sees("You have completed this course.")


def confirms_the_name_and_sees_all_certificates(person: Person) -> None:
    """One name, three certificates: two of courses and the path's."""
    page = person.page
    person.fills("Your name on the certificate", NAME)
    person.presses("Confirm and issue")
    person.stands_at("My certificates")
    person.sees("Your 3 certificates are issued.")
    titles = page.locator("main .card-title")
    expect(titles).to_have_count(3)
    # Issued in one moment: none comes before another.
    assert sorted(titles.all_inner_texts()) == ["Circular buyer", "Course CPA-1", "Course CPA-3"]
    person.follows("Circular buyer")
    person.stands_at("Check a certificate")
    expect(page.get_by_role("article")).to_contain_text(NAME)


def sees_what_has_come_of_it(person: Person) -> None:
    """The path, the transcript, the competences, the note."""
    page = person.page
    person.opens(path_world.PATH)
    person.sees("You have completed this path.")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"100\s%\sround"))
    person.opens("/en/learning/transcript/")
    person.stands_at("Transcript")
    expect(page.get_by_role("table").first).to_contain_text("Circular buyer")
    person.opens("/en/learning/competences/")
    person.sees("PC5 Sustainable procurement")
    person.opens("/en/learning/notes/")
    person.sees(NOTE)


def test_on_a_phone_without_javascript(small_academy: Server, window: Window) -> None:
    page = window(320, 640, java_script_enabled=False).new_page()
    sign_in(page, small_academy, path_world.PHONE)
    person = Person(Mouse(page), small_academy.url)
    person.opens(path_world.PATH)
    person.presses("Start this path")
    person.sees("You have started this path.")
    person.follows("Continue")
    person.stands_at("Lesson 1.1")
    person.presses("Mark as done")
    person.sees("You have completed this course.")
    person.opens(path_world.PATH)
    expect(step(page, "1")).to_contain_text("Completed")
    expect(step(page, "2")).to_contain_text("Not started")


def step(page: Page, number: str) -> Locator:
    """The step of the path that is the course CPA-`number`."""
    # Without the choice as a whole, whose steps are rows of their own; reasons name other courses.
    title = page.locator("h3, strong").filter(has_text=f"CPA-{number} Course")
    return page.locator(".task-list li").filter(has=title, has_not=page.locator("li"))


def german(message: str, context: str = "") -> str:
    """How the interface says it in German."""
    with translation.override("de"):
        return pgettext(context, message) if context else gettext(message)
