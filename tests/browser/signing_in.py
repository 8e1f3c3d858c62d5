"""The demo's accounts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .serving import Server

PASSWORD = "circular-demo"
LEARNER = "learner@demo.example"
MANAGER = "manager@demo.example"
TRAINER = "trainer@demo.example"
ADMINISTRATOR = "admin@demo.example"


def sign_in(page: Page, server: Server, address: str) -> None:
    """By password, in English."""
    send_password(page, server, address)
    expect(page.locator("header summary")).to_have_count(2)


def sign_in_to_cms(page: Page, server: Server, address: str) -> None:
    """Whoever edits stands in the CMS afterwards."""
    send_password(page, server, address)
    expect(page).to_have_url(f"{server.url}/cms/")


def send_password(page: Page, server: Server, address: str) -> None:
    """The form, filled in."""
    page.goto(f"{server.url}/en/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_up(page: Page, server: Server, address: str, name: str = "Nora Neu") -> None:
    """A new account, its address confirmed by the code from the mail."""
    page.goto(f"{server.url}/en/account/signup/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    # The mail is on its way when the page that asks for its code is there.
    expect(page.get_by_label("Code")).to_be_visible()
    page.get_by_label("Code").fill(server.code_for(address))
    page.get_by_role("main").get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My learning")
