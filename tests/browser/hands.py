"""Two pairs of hands for the same story: a mouse, and a keyboard alone."""

from __future__ import annotations

import re
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

# Nobody reaches for the Tab key more often than this to get to one control.
PATIENCE = 150


class Hands(Protocol):
    """What a story does with a page. Names are those a screen reader says."""

    page: Page

    def activate(self, thing: Locator) -> None:
        """Click it, or press Enter on it."""

    def fill(self, field: Locator, text: str) -> None:
        """Type into a field, in place of what stands there."""

    def tick(self, box: Locator) -> None:
        """Choose a radio button or tick a box."""


class Mouse:
    """Clicks and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def activate(self, thing: Locator) -> None:
        """Click it."""
        thing.click()

    def fill(self, field: Locator, text: str) -> None:
        """Type into a field."""
        field.fill(text)

    def tick(self, box: Locator) -> None:
        """Click it if it is not chosen yet."""
        if not box.is_checked():
            box.click()


class Keyboard:
    """Never touches the mouse: Tab, Enter, Space, arrows and letters only."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, thing: Locator) -> None:
        """Press Tab until the control has the focus, and see that the focus shows."""
        expect(thing).to_be_visible()
        for _ in range(PATIENCE):
            if thing.evaluate("element => element === document.activeElement"):
                outline = thing.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"the focus does not show on {thing}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"cannot be reached by keyboard: {thing}")

    def activate(self, thing: Locator) -> None:
        """Enter presses buttons, follows links and opens what folds."""
        self.reach(thing)
        self.page.keyboard.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        """Type in place of what stands there."""
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, box: Locator) -> None:
        """Space ticks a box; arrows walk through radio buttons, which share one stop of the Tab key."""
        if box.is_checked():
            return
        if box.get_attribute("type") == "checkbox":
            self.reach(box)
            self.page.keyboard.press("Space")
            return
        name = box.get_attribute("name")
        group = self.page.locator(f'input[type="radio"][name="{name}"]')
        chosen = group.and_(self.page.locator(":checked"))
        self.reach(chosen if chosen.count() else group.first)
        if not chosen.count():
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert box.is_checked(), f"cannot be chosen by keyboard: {box}"


class Person:
    """Somebody at a browser, who knows what things are called and not how they are built."""

    def __init__(self, hands: Hands, server_url: str) -> None:
        self.hands = hands
        self.page = hands.page
        self.server_url = server_url

    def opens(self, address: str) -> None:
        """Type an address."""
        self.page.goto(self.server_url + address)

    def follows(self, name: str | re.Pattern[str], within: Locator | None = None, exact: bool = False) -> None:
        """A link, by its name; without `within`, in the page itself rather than in its frame."""
        place = within or self.page.get_by_role("main")
        self.hands.activate(place.get_by_role("link", name=name, exact=exact).first)

    def presses(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """A button, by its name."""
        place = within or self.page.get_by_role("main")
        self.hands.activate(place.get_by_role("button", name=name).first)

    def fills(self, label: str | re.Pattern[str], text: str) -> None:
        """A field, by its label."""
        self.hands.fill(self.page.get_by_role("main").get_by_label(label).first, text)

    def ticks(self, label: str) -> None:
        """An option, by its words."""
        self.hands.tick(self.page.get_by_role("main").get_by_label(label, exact=True).first)

    def pager(self) -> Locator:
        """Previous and next, below a lesson."""
        return self.page.locator("nav.pager")

    def opens_menu(self) -> None:
        """On a small screen the menu is behind a button."""
        button = self.page.get_by_role("button", name=re.compile("^Men[uüù]$"))
        if button.is_visible():
            self.hands.activate(button)

    def switches_to(self, language: str) -> None:
        """Choose a language in the header; the page says afterwards that it is in it."""
        self.opens_menu()
        header = self.page.locator("header")
        self.hands.activate(header.locator("details.drop summary").first)
        self.hands.activate(header.get_by_role("link", name=language, exact=True))

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Words stand in the page."""
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def stands_at(self, heading: str | re.Pattern[str]) -> None:
        """The main heading says where one is."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
