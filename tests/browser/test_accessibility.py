"""No violation that axe-core finds, no sideways scrolling: each page type, light and dark, small and wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from .serving import Server

PASSWORD = "circular-demo"
CPA_1 = "/en/courses/circular-procurement-the-foundations"
STRANGERS = {
    "front": "/en/",
    "front in German": "/de/",
    "catalogue": "/en/courses/",
    "course": f"{CPA_1}/",
    "course in German": "/de/kurse/zirkulaere-beschaffung-die-grundlagen/",
    "sign in": "/en/account/login/",
    "create account": "/en/account/signup/",
    "new password": "/en/account/password/reset/",
    "check a certificate": "/c/",
    "help": "/en/help/",
    "accessibility": "/en/accessibility/",
    "not found": "/en/nothing-here/",
}
LEARNERS = {
    "my learning": "/en/learning/",
    "my certificates": "/en/certificates/",
    "settings": "/en/settings/",
    "my data": "/en/settings/data/",
}
SIZES = [(320, 640), (1440, 900)]


def scroll_beyond(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def problems(page: Page) -> list[str]:
    """What axe-core says, one line for each element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def sign_in(page: Page, server: Server, address: str) -> None:
    """One of the demo's accounts."""
    page.goto(f"{server.url}/en/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["320", "1440"])
class TestEachPage:
    """All page types in one window for each size and theme: opening windows costs more than opening pages."""

    def test_strangers(
        self, server: Server, window: Callable[..., BrowserContext], size: tuple[int, int], theme: str
    ) -> None:
        page = window(*size, color_scheme=theme).new_page()
        assert self.look_at(page, server, STRANGERS) == []

    def look_at(self, page: Page, server: Server, pages: dict[str, str]) -> list[str]:
        """What is wrong with any of the pages."""
        wrong = []
        for name, path in pages.items():
            page.goto(server.url + path)
            wrong += [f"{name}: {problem}" for problem in problems(page)]
            if beyond := scroll_beyond(page):
                wrong.append(f"{name}: {beyond} px too wide")
        return wrong
