"""Answering questions of all kinds in a browser, with any pair of hands."""

from __future__ import annotations

import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Locator, expect

from curriculum.loading.questions import TRUE_FALSE

from .hands import Hands, Mouse, Person


def say(message: str, language: str, context: str = "") -> str:
    """A text of the interface as the page says it in a language."""
    with translation.override(language):
        return pgettext(context, message) if context else gettext(message)


def answers_rightly(person: Person, question: dict[str, Any], language: str, *, has_scripts: bool) -> None:
    """The question on the page, in this language, as its content file has it."""
    hands, main = person.hands, person.page.get_by_role("main")
    if question["kind"] == "true_false":
        person.ticks(TRUE_FALSE[question["answer"]][language])
    elif question["kind"] == "ordering":
        texts = [item["text"][language].strip() for item in question["items"]]
        up, keep = say("Move up", language), say("Take this order as it is", language)
        orders(hands, texts, up=up, keep=keep, has_scripts=has_scripts)
    elif question["kind"] == "matching":
        for pair in question["pairs"]:
            menu = main.get_by_label(pair["left"][language], exact=True)
            chooses(hands, menu, entry_for(menu, main.locator(".quiz-sides li"), pair["right"][language]))
    elif question["kind"] == "numeric":
        number = str(question["answer"])
        hands.fill(main.locator("#number"), number if language == "en" else number.replace(".", ","))
    elif question["kind"] == "short_text":
        hands.fill(main.locator("#text"), question["accept"][-1].upper())
    else:
        for option in question["options"]:
            if option["correct"]:
                person.ticks(option["text"][language].strip())


def entry_for(menu: Locator, sides: Locator, right: str) -> str:
    """The entry of a menu for a right-hand side: the side itself, or the letter that a long one has beside the menu."""
    if not sides.count():
        return right
    letter = sides.filter(has_text=right).locator("strong").inner_text()
    return next(entry for entry in menu.locator("option").all_inner_texts() if entry.partition(":")[0] == letter)


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
