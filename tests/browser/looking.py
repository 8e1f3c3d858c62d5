"""Looks at a page in the four ways that people see it: small and wide, light and dark."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = ((320, 640), (1440, 900))
THEMES = ("light", "dark")


def wrong_with(page: Page, name: str) -> list[str]:
    """What axe-core finds and how far the page can be scrolled sideways; one line for each fault and way of looking."""
    faults = []
    # Whoever followed a link says first where it led; a page that still loads is looked at when it stands.
    page.wait_for_load_state()
    # A colour half-way between two themes is nobody's.
    page.emulate_media(reduced_motion="reduce")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            found = Axe().run(page).response["violations"]
            faults += [
                f"{name}, {width}, {theme}: {rule['id']} {node['target']} {node['html'][:160]}"
                for rule in found
                for node in rule["nodes"]
            ]
        if beyond := scroll_beyond(page):
            faults.append(f"{name}, {width}: {beyond} px too wide")
    return faults


def scroll_beyond(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
