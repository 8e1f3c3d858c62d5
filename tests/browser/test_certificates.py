"""Certificates as their holders, administrators and strangers meet them: small and wide, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .looking import wrong_with
from .serving import Server
from .signing_in import LEARNER, PASSWORD, sign_in

pytestmark = pytest.mark.one_database


def codes_of(page: Page, name: str) -> list[str]:
    """Codes of the certificates that an administrator finds by a holder's name."""
    page.get_by_label("Code, or a part of the holder's name").fill(name)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=re.compile("certificates? found"))).to_be_visible()
    links = page.get_by_role("main").locator("section[role=status] a").all()
    return [str(link.get_attribute("href")).rstrip("/").rsplit("/", 1)[1] for link in links]


def test_an_administrators_pages_and_what_strangers_see_in_every_state(
    server: Server, window: Callable[..., BrowserContext]
) -> None:
    page = window().new_page()
    page.goto(f"{server.url}/en/account/login/?next=/en/certificates/manage/")
    page.get_by_label("E-mail address").fill("admin@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    codes = [*codes_of(page, "Petra"), *codes_of(page, "Marten")]
    found = wrong_with(page, "administrators, found")
    page.goto(f"{server.url}/en/certificates/manage/{codes[0]}/")
    found += wrong_with(page, "administrators, one")
    stranger, states = window().new_page(), set()
    for code in codes:
        stranger.goto(f"{server.url}/c/{code}/?lang=en")
        state = stranger.locator(".certificate .status").first.inner_text()
        states.add(state.split(" on ")[0].split(" until ")[0])
        if state.startswith("Replaced"):
            found += wrong_with(stranger, "check page of what was replaced")
    assert found == []
    assert {"Valid", "Replaced", "Revoked"} <= states


def test_a_holders_pages_and_a_file_that_is_checked(server: Server, window: Callable[..., BrowserContext]) -> None:
    page = window().new_page()
    sign_in(page, server, LEARNER)
    page.goto(f"{server.url}/en/certificates/")
    found = wrong_with(page, "my certificates")
    page.get_by_role("main").locator(".card a").first.click()
    code = page.url.split("/c/")[1][:26]
    found += wrong_with(page, "a holder's check page")
    badge = page.request.get(f"{server.url}/c/{code}/badge.png").body()
    page.goto(f"{server.url}/c/{code}/correction/?lang=en")
    page.get_by_role("button", name="Ask for a correction").click()
    found += wrong_with(page, "correction, not filled in")
    page.goto(f"{server.url}/c/file/?lang=en")
    page.get_by_label("The file").set_input_files({"name": "badge.png", "mimeType": "image/png", "buffer": badge})
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="The badge in this file is ours and unchanged.")).to_be_visible()
    found += wrong_with(page, "a file, checked")
    assert found == []
