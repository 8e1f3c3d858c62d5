"""The quizzes of the curriculum as they are written, answered rightly: all points, whatever the hands and the language.

CPA-1 is taken in German by the newcomer (test_newcomer); the courses of the other two are in preparation, so that their
questions are tried before the course.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import yaml
from playwright.sync_api import BrowserContext, expect

from tests.databases import PROJECT

from .answering import answers_rightly, say
from .hands import Keyboard, Mouse, Person
from .serving import Server
from .signing_in import sign_up

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("code", "language", "kind"),
    [
        ("CPA-1", "en", "mouse"),
        ("CPA-1", "nl", "without-script"),
        ("CPA-3", "en", "keyboard"),
        ("CPA-3", "nl", "mouse"),
        ("CPA-5", "en", "without-script"),
        ("CPA-5", "nl", "keyboard"),
    ],
)
def test_right_answers_give_all_points(
    server: Server, window: Callable[..., BrowserContext], code: str, language: str, kind: str
) -> None:
    quiz = yaml.safe_load((PROJECT / f"curriculum/content/quizzes/{code}.yaml").read_text(encoding="utf-8"))
    course = yaml.safe_load((PROJECT / f"curriculum/content/courses/{code}.yaml").read_text(encoding="utf-8"))
    questions: dict[str, Any] = {question["text"][language].strip(): question for question in quiz["questions"]}
    has_scripts = kind != "without-script"
    page = window(java_script_enabled=has_scripts).new_page()
    sign_up(page, server, f"quiz-{uuid4().hex[:8]}@newcomer.example")
    page.goto(f"{server.url}/en/courses/{course['slug']['en']}/")
    person = Person(Keyboard(page) if kind == "keyboard" else Mouse(page), server.url)
    person.follows(quiz["title"]["en"])
    person.presses("Try the questions")
    legend = page.locator("main legend")
    expect(legend).to_be_visible()
    page.goto(page.url.replace("/en/", f"/{language}/"))
    for number in range(1, len(questions) + 1):
        expect(page).to_have_url(re.compile(f"/{number}/$"))
        answers_rightly(person, questions[legend.inner_text().strip()], language, has_scripts=has_scripts)
        person.presses(re.compile(f"{say('Save and go on', language)}|{say('Save and check your answers', language)}"))
    expect(page).to_have_url(re.compile("/check/$"))
    person.presses(say("Hand in", language))
    expect(page.locator(".score")).to_have_text(re.compile("^100"))
