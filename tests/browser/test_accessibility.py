"""No violation that axe-core finds and no sideways scrolling, on each page type, light and dark, small and wide."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .looking import wrong_with
from .serving import Server
from .signing_in import ADMINISTRATOR, LEARNER, MANAGER, TRAINER, send_password, sign_in

pytestmark = pytest.mark.one_database

COURSE = "/en/courses/circular-procurement-the-foundations/"
MODULE = f"{COURSE}why-buy-circular/"
LESSON = f"{MODULE}from-take-make-waste-to-value-kept-in-use/"
COURSE_DE = "/de/kurse/zirkulaere-beschaffung-die-grundlagen/"
UNTRANSLATED = "/nl/cursussen/uitgaven-en-impact-meten/indicatoren-om-op-te-sturen/a-short-list-for-one-town/"
FOR_STRANGERS = {
    "front page": "/en/",
    "front page, German": "/de/",
    "front page, French": "/fr/",
    "catalogue": "/en/courses/",
    "catalogue, narrowed down": "/nl/cursussen/?level=starter&q=circulair",
    "path": "/en/courses/circular-buyer/",
    "path, German": "/de/kurse/fachkraft-fuer-zirkulaere-beschaffung/",
    "course": COURSE,
    "course, German": COURSE_DE,
    "course in preparation": "/de/kurse/vom-bedarf-zur-zirkulaeren-ausschreibung/",
    "module": MODULE,
    "lesson": LESSON,
    "lesson with a film, German": f"{COURSE_DE}der-prozess-in-acht-schritten/acht-schritte-vom-ziel-zum-vertrag/",
    "lesson with picture and table, German": f"{COURSE_DE}die-r-leiter-und-der-werterhalt/zehn-strategien-r0-bis-r9/",
    "summary of a lesson, in English for a Dutch reader": UNTRANSLATED,
    "practice cases": "/en/practice-cases/",
    "practice case": "/en/practice-cases/brummen-town-hall/",
    "workshops": "/en/workshops/",
    "workshop": "/en/workshops/executive-session-spending-as-a-policy-lever/",
    "help": "/en/help/",
    "accessibility statement with its form": "/en/accessibility/",
    "privacy, French": "/fr/confidentialite/",
    "sign in": "/en/account/login/",
    "sign in by code": "/en/account/login/code/",
    "create account": "/de/account/signup/",
    "new password": "/en/account/password/reset/",
    "check a certificate": "/c/",
    "check a file": "/c/file/",
    "not found": "/en/nothing-here/",
}
EXPECTED = {"not found": 404, "not for them": 403}
FOR_LEARNERS = {
    "my learning": "/de/learning/",
    "my certificates": "/en/certificates/",
    "path, begun": "/de/kurse/fachkraft-fuer-zirkulaere-beschaffung/",
    "transcript": "/fr/learning/transcript/",
    "competences": "/nl/learning/competences/",
    "notes and bookmarks": "/en/learning/notes/",
    "training from elsewhere": "/en/learning/outside/",
    "report a training": "/de/learning/outside/new/",
    "course, begun": COURSE_DE,
    "module, begun": MODULE,
    "lesson, begun": LESSON,
    "profile": "/de/settings/",
    "e-mail address": "/en/account/email/",
    "password": "/en/account/password/change/",
    "sessions": "/en/account/sessions/",
    "my data": "/en/settings/data/",
    "where one works": "/en/settings/work/",
    "what one is told of": "/de/settings/notifications/",
    "notifications": "/en/notifications/",
    "deleting the account": "/de/settings/data/delete/",
}
FOR_ADMINISTRATORS = {
    "find somebody": "/de/support/",
    "look after certificates": "/en/certificates/manage/",
    "certificates for an auditor": "/fr/certificates/bundles/",
    "units of an organisation": "/en/organisation/lindenmark/",
    "people of an organisation": "/de/organisation/lindenmark/people/",
    "who may what": "/en/organisation/lindenmark/roles/",
    "inviting": "/en/organisation/lindenmark/invite/",
}


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    """An empty page."""
    return window().new_page()


def all_wrong(page: Page, server: Server, pages: dict[str, str]) -> list[str]:
    """What is wrong with any of the pages."""
    found = []
    for name, path in pages.items():
        answer = page.goto(server.url + path)
        assert answer is not None
        if answer.status != EXPECTED.get(name, 200):
            found.append(f"{name}: {answer.status} at {path}")
        found += wrong_with(page, name)
    return found


def test_pages_for_everybody(server: Server, page: Page) -> None:
    assert all_wrong(page, server, FOR_STRANGERS) == []


def test_a_form_that_is_not_filled_in_says_what_to_do(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/en/account/signup/")
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert wrong_with(page, "create account, empty") == []


def test_pages_of_a_learner_and_the_way_through_a_quiz(server: Server, page: Page) -> None:
    sign_in(page, server, LEARNER)
    found = all_wrong(page, server, FOR_LEARNERS)
    # The demo's learner stopped in the middle of a quiz yesterday.
    page.goto(server.url + COURSE)
    main = page.get_by_role("main")
    main.get_by_role("link", name=re.compile("Quiz")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quiz")
    found += wrong_with(page, "quiz")
    main.get_by_role("button", name=re.compile("Go on with the quiz|Start the quiz|Try again")).click()
    expect(page.locator("main legend")).to_be_visible()
    found += wrong_with(page, "question")
    main.get_by_role("link", name="Check your answers").or_(
        main.get_by_role("button", name="Check your answers")
    ).first.click()
    expect(page).to_have_url(re.compile("/check/$"))
    found += wrong_with(page, "check before handing in")
    main.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile(r"/quiz/[0-9a-f-]+/$"))
    found += wrong_with(page, "result")
    assert found == []


def test_pages_of_an_administrator(server: Server, page: Page) -> None:
    send_password(page, server, ADMINISTRATOR)
    # Who may edit is led to the CMS.
    expect(page).to_have_url(f"{server.url}/cms/")
    assert all_wrong(page, server, FOR_ADMINISTRATORS) == []


@pytest.mark.parametrize(
    ("address", "paths"),
    [
        (MANAGER, {"team": "/en/team/", "assign": "/de/team/assign/", "assigned": "/fr/team/assignments/"}),
        (TRAINER, {"workshops": "/en/my-workshops/"}),
    ],
    ids=["manager", "trainer"],
)
def test_pages_of_other_roles(server: Server, page: Page, address: str, paths: dict[str, str]) -> None:
    sign_in(page, server, address)
    assert all_wrong(page, server, {**paths, "not for them": "/cms/"}) == []


def test_the_menu_on_a_small_screen(server: Server, window: Callable[..., BrowserContext]) -> None:
    page = window(320, 640).new_page()
    page.goto(f"{server.url}/de/")
    page.locator("button.menu-button").first.click()
    expect(page.locator("#site-menu")).to_be_visible()
    page.locator("header details.drop summary").first.click()
    expect(page.get_by_role("link", name="Français", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Français", exact=True)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#site-menu")).to_be_hidden()
