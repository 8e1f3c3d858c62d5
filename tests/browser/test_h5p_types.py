"""Content types in the npm player, opaque origin, strict policy: ours as learners use it, and the tests' own set.

No server and no demo: tests/browser/h5p_page.py gives the browser what it asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import yaml
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from curriculum.h5p.building import build_package, type_folder
from curriculum.h5p.scoring import Result, Score, rescore
from curriculum.loading.files import CONTENT_DIR
from tests.factories.h5p_types import questions, sub_content_id

from .h5p_page import play, state_of, statements, verbs
from .looking import wrong_with

pytestmark = pytest.mark.one_database

IRI = "https://academy.test/activity/1"
CONTENT: dict[str, Any] = {
    "task": "<p>Ask of each: <strong>what is kept?</strong></p><p>One at a time.</p>",
    "rungs": [
        {"code": "R0", "label": "Refuse"},
        {"code": "R3", "label": "Reuse"},
        {"code": "R8", "label": "Recycle"},
    ],
    "purchases": [
        {"text": "Cups &amp; plates that nobody buys", "rung": "R0", "feedback": "The tap does it."},
        {"text": "Desks that move as they are", "rung": "R3", "feedback": "Same desk, next user."},
        {"text": "&lt;Bins&gt; of old bins", "rung": "R8", "feedback": "Only the material."},
    ],
}


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    """A page wide enough for two columns; whatever its console complains of fails the test."""
    opened = window(800, 900).new_page()
    opened.on("pageerror", fail)
    opened.on("console", complain)
    return opened


def fail(error: Any) -> None:
    """A script that ends in an error."""
    raise AssertionError(error)


def complain(message: ConsoleMessage) -> None:
    """Core says in the console what it cannot do; so does the browser of what the policy refuses."""
    assert message.type != "error", message.text


def ladder(content: dict[str, Any] = CONTENT) -> bytes:
    """A package of our type."""
    return build_package(type_folder("H5P.CircularLadder"), content, title="The ladder", language="en")


def german() -> bytes:
    """The demo's activity in the language with the longest words."""
    folder = CONTENT_DIR / "activities" / "r-ladder"
    title = yaml.safe_load((folder / "activity.yaml").read_text())["title"]["de"]
    content = json.loads((folder / "content.de.json").read_text())
    return build_package(type_folder("H5P.CircularLadder"), content, title=title, language="de")


def drag(page: Page, what: Locator, to: Locator) -> None:
    """By mouse, in steps as a hand makes them."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 8, steps=4)
    page.mouse.up()


def test_by_keyboard_alone_from_the_first_menu_to_another_try(page: Page) -> None:
    play(page, ladder())
    for code in ("R0", "R8", "R8"):
        page.keyboard.press("Tab")
        page.keyboard.type(code)
    expect(page.get_by_text("3 of 3 placed")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    result = page.get_by_text("On the right rung: 2 of 3.")
    expect(result.locator("..")).to_be_focused()
    assert page.locator(".cl-purchase").all_inner_texts() == [
        "1\nCups & plates that nobody buys\n\nYour rung: R0 Refuse\n\nRight\n\nThe tap does it.",
        "2\nDesks that move as they are\n\nYour rung: R8 Recycle\n\nNot right\n\nSame desk, next user.",
        "3\n<Bins> of old bins\n\nYour rung: R8 Recycle\n\nRight\n\nOnly the material.",
    ]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Show the answers"
    assert page.locator(".cl-answer:visible").all_inner_texts() == ["Right rung: R3 Reuse"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Try again"
    expect(page.get_by_label("Cups & plates that nobody buys")).to_be_focused()
    assert state_of(page) == {"placed": {}, "checked": False}
    assert verbs(page) == ["attempted", "interacted", "interacted", "interacted", "answered"]


def test_what_it_answers_is_the_published_kind_of_statement(page: Page) -> None:
    play(page, ladder())
    page.get_by_label("Desks that move as they are").select_option("R3")
    page.get_by_label("Cups & plates that nobody buys").select_option("R8")
    page.get_by_role("button", name="Check").click()
    said = statements(page)[-1]
    result = said["result"]
    # What the browser claims is what the server finds.
    assert rescore("H5P.CircularLadder 1.0", CONTENT, Result(result["response"]), {}) == Score(Decimal(1), Decimal(3))
    assert result.pop("duration").startswith("PT")
    assert result == {
        "score": {"min": 0, "max": 3, "raw": 1, "scaled": 0.3333},
        "completion": True,
        "success": False,
        "response": "0[.]R8[,]1[.]R3",
    }
    assert said["object"]["id"] == IRI
    definition = said["object"]["definition"]
    del definition["extensions"]
    assert definition == {
        "description": {"en-US": "Ask of each: what is kept? One at a time."},
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": "matching",
        "source": [
            {"id": "0", "description": {"en-US": "Cups & plates that nobody buys"}},
            {"id": "1", "description": {"en-US": "Desks that move as they are"}},
            {"id": "2", "description": {"en-US": "<Bins> of old bins"}},
        ],
        "target": [
            {"id": "R0", "description": {"en-US": "R0 Refuse"}},
            {"id": "R3", "description": {"en-US": "R3 Reuse"}},
            {"id": "R8", "description": {"en-US": "R8 Recycle"}},
        ],
        "correctResponsesPattern": ["0[.]R0[,]1[.]R3[,]2[.]R8"],
    }


def test_nothing_is_checked_before_something_is_placed(page: Page) -> None:
    play(page, ladder())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Choose a rung for at least one purchase first.")
    assert (verbs(page), state_of(page)) == (["attempted"], {"placed": {}, "checked": False})


def test_dragging_does_what_the_menus_do(page: Page) -> None:
    play(page, ladder())
    status = page.get_by_role("status")
    drag(page, page.locator(".cl-handle").first, page.locator("[data-rung=R3]"))
    expect(status).to_have_text("Purchase 1 is now on R3 Reuse.")
    expect(page.get_by_label("Cups & plates that nobody buys")).to_have_value("R3")
    drag(page, page.locator(".cl-chip"), page.locator("[data-rung=R0]"))
    expect(status).to_have_text("Purchase 1 is now on R0 Refuse.")
    drag(page, page.locator(".cl-chip"), page.locator(".cl-how"))  # beside everything
    assert state_of(page)["placed"] == {"0": "R0"}
    drag(page, page.locator(".cl-chip"), page.locator(".cl-purchases"))
    expect(status).to_have_text("Purchase 1 is off the ladder.")
    assert state_of(page)["placed"] == {}
    # One purchase that went to and fro within a moment is one placing.
    expect(page.locator("body")).to_have_attribute("data-said", "2")
    assert verbs(page) == ["attempted", "interacted"]
    # In one column a finger scrolls.
    page.set_viewport_size({"width": 400, "height": 900})
    drag(page, page.locator(".cl-handle").first, page.locator("[data-rung=R3]"))
    assert state_of(page)["placed"] == {}


def test_it_goes_on_where_it_was_left(page: Page) -> None:
    left = {"placed": {"0": "R0", "1": "R8"}, "checked": True}
    play(page, ladder(), state=left)
    expect(page.get_by_text("On the right rung: 1 of 3.")).to_be_visible()
    expect(page.get_by_role("button", name="Check")).to_be_hidden()
    # What was told before is not told again.
    assert (state_of(page), verbs(page)) == (left, ["attempted"])


def test_of_a_state_it_takes_what_fits_the_content(page: Page) -> None:
    play(page, ladder(), state={"placed": {"1": "R8"}, "checked": False})
    expect(page.get_by_label("Desks that move as they are")).to_have_value("R8")
    kept = [
        {"placed": {"0": "R7", "1": 3, "9": "R0"}, "checked": True},  # of another content
        {"placed": ["R0"], "checked": "yes"},
        {"placed": "R0", "checked": True},
        [],
        None,
    ]
    taken = page.evaluate(
        "([params, kept]) => kept.map(state => "
        "new H5P.CircularLadder(params, 2, {previousState: state}).getCurrentState())",
        [CONTENT, kept],
    )
    nothing = {"placed": {}, "checked": False}
    assert taken == [nothing, {"placed": {"0": "R0"}, "checked": False}, nothing, nothing, nothing]


def test_a_set_of_questions_may_hold_it(page: Page) -> None:
    play(page, ladder({**CONTENT, "behaviour": {"enableRetry": False, "enableSolutionsButton": False}}))
    page.get_by_label("Desks that move as they are").select_option("R3")
    one = "H5P.instances[0]"
    assert page.evaluate(f"[{one}.getAnswerGiven(), {one}.getScore(), {one}.getMaxScore()]") == [True, 1, 3]
    statement = page.evaluate(f"{one}.getXAPIData().statement")
    assert (statement["result"]["response"], statement["result"]["score"]["raw"]) == ("1[.]R3", 1)
    page.evaluate(f"{one}.showSolutions()")
    assert page.locator(".cl-answer:visible").all_inner_texts() == ["Right rung: R0 Refuse", "Right rung: R8 Recycle"]
    expect(page.get_by_role("button")).to_have_count(0)
    page.evaluate(f"{one}.resetTask()")
    assert page.evaluate(f"[{one}.getAnswerGiven(), {one}.getScore()]") == [False, 0]
    page.get_by_label("Desks that move as they are").select_option("R3")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("button")).to_have_count(0)


def test_small_and_wide_light_and_dark_nothing_is_wrong_with_it(page: Page) -> None:
    play(page, german(), language="de")
    menus = page.get_by_role("combobox")
    for index, code in enumerate(("R3", "R4", "R0", "R8")):
        menus.nth(index).select_option(code)
    found = wrong_with(page, "half-way")
    page.get_by_role("button", name="Prüfen").click()
    page.get_by_role("button", name="Lösungen zeigen").click()
    assert found + wrong_with(page, "answered") == []


def test_the_set_of_the_tests_speaks_as_published_sets_do(page: Page) -> None:
    play(page, questions())
    page.get_by_role("button", name="True").click()
    page.get_by_role("button", name="Next").click()
    left = state_of(page)
    assert verbs(page) == [*["attempted"] * 4, "interacted", "answered", "progressed"]
    play(page, questions(), state=left)
    for answer, onward in (("True", "Next"), ("False", "Finish")):
        page.get_by_role("button", name=answer).click()
        page.get_by_role("button", name=onward).click()
    expect(page.get_by_text("2 of 3")).to_be_visible()
    said = [
        (
            each["verb"]["id"].rpartition("/")[2],
            each["object"]["id"],
            [parent["id"] for parent in each["context"]["contextActivities"].get("parent", [])],
            each.get("result", {}).get("score", {}).get("raw"),
        )
        for each in statements(page)[4:]
    ]
    second, third = (f"{IRI}?subContentId={sub_content_id(index)}" for index in (1, 2))
    assert said == [
        ("interacted", second, [IRI], None),
        ("answered", second, [IRI], 1),
        ("progressed", IRI, [], None),
        ("interacted", third, [IRI], None),
        ("answered", third, [IRI], 1),
        ("completed", IRI, [], 2),
    ]
