"""The demo's accounts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .serving import Server

PASSWORD = "circular-demo"
LEARNER = "learner@demo.example"
MANAGER = "manager@demo.example"
TRAINER = "trainer@demo.example"


def sign_in(page: Page, server: Server, address: str) -> None:
    """By password, in English."""
    page.goto(f"{server.url}/en/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("header summary")).to_have_count(2)
