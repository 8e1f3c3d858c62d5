"""Answering questions that need more than a tick, with any pair of hands."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from .hands import Hands, Mouse


def orders(hands: Hands, texts: list[str], *, up: str, keep: str, has_scripts: bool) -> None:
    """Put items into this order: with the arrows where there are any, else with the menus.

    `up` is what the arrow is called, `keep` the button that takes the order as it stands.
    """
    items = hands.page.locator("[data-item]")
    for place, text in enumerate(texts):
        item = items.filter(has_text=text)
        if not has_scripts:
            chooses(hands, item.locator("select"), str(place + 1))
            continue
        arrow = item.get_by_role("button", name=re.compile(f"^{up}"))
        for _ in range(len(texts)):
            if items.nth(place).locator("[data-words]").inner_text() == text:
                break
            hands.activate(arrow)
            expect(arrow).to_be_focused()
    if has_scripts:
        button = hands.page.get_by_role("button", name=keep)
        if button.is_visible():
            hands.activate(button)
        expect(button).to_be_hidden()


def chooses(hands: Hands, menu: Locator, text: str) -> None:
    """The entry of a menu that holds these words."""
    entries = menu.locator("option").all_inner_texts()
    place = next(n for n, entry in enumerate(entries) if text in entry)
    if isinstance(hands, Mouse):
        menu.select_option(index=place)
        return
    hands.reach(menu)  # type: ignore[attr-defined]  # only a keyboard has to
    for _ in range(place):
        hands.page.keyboard.press("ArrowDown")
    assert menu.locator("option:checked").inner_text() == entries[place]
