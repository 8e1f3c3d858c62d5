"""Activities in lessons, played in a real browser: done, left, gone on with elsewhere, saved again, looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, Response, Route, expect

from . import activity_world as world
from .hands import Keyboard
from .looking import wrong_with
from .serving import Server
from .signing_in import sign_in

Window = Callable[..., BrowserContext]


def lesson(window: Window, server: Server, address: str, person: str = "", **options: object) -> Page:
    """A lesson's page in a window of its own, for a person who is signed in, or for a stranger."""
    page = window(**options).new_page()
    if person:
        sign_in(page, server, person)
    page.goto(server.url + address)
    return page


def activity(page: Page) -> Locator:
    """The part of the page that is the activity."""
    return page.locator("[data-activity]")


def player(page: Page) -> FrameLocator:
    """The frame, brought into view."""
    activity(page).scroll_into_view_if_needed()
    return activity(page).frame_locator("iframe")


def answer(page: Page, *answers: str) -> None:
    """Answer questions of the set, one after another."""
    for each in answers:
        player(page).get_by_role("button", name=each, exact=True).click()


def until(page: Page, truth: str) -> None:
    """Wait for something that only a script sees. (wait_for_function builds functions, which our pages forbid.)"""
    page.evaluate(
        f"() => new Promise((done) => {{ const look = () => ({truth}) ? done() : setTimeout(look, 50); look(); }})"
    )


def test_a_set_is_left_in_the_middle_and_gone_on_with_in_another_browser(small_academy: Server, window: Window) -> None:
    first = lesson(window, small_academy, world.SET, world.PLAYER)
    with first.expect_response(re.compile("/state/$")):
        answer(first, "False", "Next")
        expect(player(first).get_by_text(re.compile("Need comes before"))).to_be_visible()
    expect(activity(first).get_by_text("Saved.")).to_be_visible()
    first.close()

    second = lesson(window, small_academy, world.SET, world.PLAYER)
    expect(player(second).get_by_text(re.compile("Need comes before"))).to_be_visible()
    expect(second.get_by_role("button", name="Mark as done")).to_be_disabled()
    answer(second, "True", "Next", "True", "Finish")
    expect(activity(second).get_by_text("This activity is done. Your best result: 66 %")).to_be_visible()
    second.get_by_role("button", name="Mark as done").click()
    expect(second.locator("#learner-actions").get_by_text("Completed", exact=True)).to_be_visible()


def test_what_is_not_saved_is_said_sent_again_and_counted_once(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, world.LOST)
    expect(player(page).get_by_role("button", name="True", exact=True)).to_be_visible()
    expect(activity(page).get_by_text("Saved.")).to_be_visible()
    sent: list[str] = []

    def swallow(route: Route) -> None:
        """The first answers get lost on their way back, as on a train."""
        body = str(route.request.post_data_json["id"])
        if sent.count(body) == 0:
            sent.append(body)
            route.fetch()
            route.abort()
        else:
            sent.append(body)
            route.continue_()

    def is_answered(response: Response) -> bool:
        """Whether the server's word on the answer has arrived."""
        return response.url.endswith("/statements/") and '/answered"' in (response.request.post_data or "")

    page.route("**/statements/", swallow)
    # The answer is the last of what is said, and "Saved." stands there for a moment after each.
    with page.expect_response(is_answered):
        answer(page, "False")
        expect(activity(page).get_by_text("Not saved, trying again.")).to_be_visible()
    expect(activity(page).get_by_text("Saved.", exact=True)).to_be_visible()
    assert sent == [each for one in dict.fromkeys(sent) for each in (one, one)]


def test_whoever_did_more_than_is_kept_comes_to_the_end_all_the_same(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, world.BUSY)
    expect(player(page).get_by_role("button", name="True", exact=True)).to_be_visible()
    expect(activity(page).get_by_text("Saved.")).to_be_visible()

    def refuse(route: Route) -> None:
        """As the server answers when it has kept as many statements of an attempt as it keeps."""
        said = route.request.post_data_json["statement"]
        if said["verb"]["id"].endswith("/completed") and "parent" not in said["context"]["contextActivities"]:
            route.continue_()
        else:
            route.fulfill(status=429, json={"error": "Too much."})

    page.route("**/statements/", refuse)
    answer(page, "False")
    expect(activity(page).get_by_text("This activity has taken in all that it can.")).to_be_visible()
    answer(page, "Next", "True", "Next", "True", "Finish")
    expect(activity(page).get_by_text("This activity is done.")).to_be_visible()


def test_whoever_is_signed_out_meanwhile_is_told_so(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, world.LOST)
    expect(player(page).get_by_role("button", name="True", exact=True)).to_be_visible()
    expect(activity(page).get_by_text("Saved.")).to_be_visible()
    page.context.clear_cookies()
    answer(page, "True")
    expect(activity(page).get_by_text("You are signed out: what you do now is not saved.")).to_be_visible()
    link = activity(page).get_by_role("link", name="Sign in and come back")
    expect(link).to_have_attribute("href", f"/en/account/login/?next={world.SET.replace('/', '%2F')}")


def test_strangers_look_and_nothing_is_kept(small_academy: Server, window: Window) -> None:
    page = window().new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    page.goto(small_academy.url + world.SET)
    answer(page, "False", "Next", "True", "Next", "False", "Finish")
    expect(player(page).get_by_text("3 of 3")).to_be_visible()
    expect(activity(page).get_by_text("For looking only: what you do here is not kept.")).to_be_visible()
    assert sent == []


def test_by_keyboard_alone_through_the_player_and_past_it(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, world.KEYBOARD)
    expect(player(page).get_by_role("button", name="True", exact=True)).to_be_visible()
    expect(activity(page).locator("iframe")).to_have_attribute("title", "Activity: True or false?")
    page.locator("h1").click()
    Keyboard(page).reach(activity(page).get_by_role("link", name="Skip the activity"))
    for key in ("Tab", "Tab", "Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(player(page).get_by_text(re.compile("Need comes before"))).to_be_visible()
    page.locator("h1").click()
    Keyboard(page).reach(activity(page).get_by_role("link", name="Skip the activity"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(activity(page).get_by_role("link", name="Do it without the player")).to_be_focused()


def test_the_button_starts_it_and_the_focus_goes_along(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, height=200)
    start = activity(page).get_by_role("button", name="Start the activity")
    start.dispatch_event("click")
    expect(player(page).get_by_role("button", name="True", exact=True)).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_the_player_grows_with_its_content_and_asks_before_it_leads_away(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.LINKS, world.LOOKED_AT)
    inside = player(page)
    expect(inside.get_by_role("button", name="Longer")).to_be_visible()
    inside.get_by_role("button", name="Longer").click()
    expect(activity(page).get_by_text("This activity is done.")).to_be_visible()
    height = activity(page).locator("iframe").evaluate("frame => frame.clientHeight")
    assert 900 < height < 1400
    inside.get_by_role("link", name="Here").click()
    inside.get_by_role("link", name="More").click()
    asked = activity(page).get_by_role("group")
    expect(asked).to_contain_text("The activity wants to open example.org in a new tab.")
    expect(asked).to_be_focused()
    expect(asked.get_by_role("link", name="Open it")).to_have_attribute("href", "https://example.org/more")
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    assert len(page.context.pages) == 1


def test_on_a_full_screen_the_activity_stands_alone(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.LINKS)
    expect(player(page).get_by_role("button", name="Longer")).to_be_visible()
    activity(page).get_by_role("button", name="Full screen").click()
    until(page, "document.fullscreenElement && document.fullscreenElement.tagName === 'IFRAME'")
    expect(player(page).locator("html")).to_have_class(re.compile("is-full"))
    page.evaluate("document.exitFullscreen()")
    expect(player(page).locator("html")).not_to_have_class(re.compile("is-full"))


def test_a_second_view_asks_for_nothing_that_was_there(small_academy: Server, window: Window) -> None:
    """Chromium keeps nothing for a frame with an opaque origin; the page hands in what it has (js/activity.js)."""
    page = window().new_page()

    def view() -> list[str]:
        """What the server was asked for, but for its static files; of these, whether any came over the net."""
        before = len(asked_of(small_academy))
        page.goto(small_academy.url + world.LINKS)
        expect(player(page).get_by_role("button", name="Longer")).to_be_visible()
        # The frame says half a second later what it has loaded itself; then the page has it too.
        until(page, "performance.getEntriesByType('resource').some((each) => each.name.includes('/h5p/c/'))")
        static = page.evaluate(
            "performance.getEntriesByType('resource')"
            ".some((each) => each.transferSize > 0 && each.name.includes('/static/'))"
        )
        return sorted(asked_of(small_academy)[before:]) + ["static files"] * static

    play = ["activity_play", "h5p_content_file", "h5p_content_file", "h5p_frame", "h5p_library_file"]
    assert view() == [*play, "wagtail_serve", "static files"]
    assert view() == ["activity_play", "h5p_frame", "wagtail_serve"]


def asked_of(server: Server) -> list[str]:
    """Views that answered so far, by the server's own log."""
    lines = [json.loads(line) for line in (server.data_dir / "server.log").read_text().splitlines() if line[:1] == "{"]
    return [line["view"] for line in lines if line["message"] == "request"]


def test_a_library_is_given_what_core_promises(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.CONTRACT, world.LOOKED_AT)
    expect(player(page).get_by_text("the end")).to_be_visible()
    names, values = (player(page).locator(name).all_inner_texts() for name in ("dt", "dd"))
    assert dict(zip(names, values, strict=False)) == {
        "params": "Words & <b>more</b>",
        "metadata": "A test",
        "a function built from words": "built",
        "its own folder": "/h5p/l/H5P.Contract-1.0/0-x",
        "beside its script": "/h5p/l/H5P.Contract-1.0/0-x/scripts/data.json",
        "a file of its own by XHR": "of its own",
        "a file of the content by XHR, said to be a script": "of the content",
        "a part of a file": "206 bytes 0-3/26",
        "a picture by its style sheet": "true",
        "core's words": "Close, Full screen, Confirm",
        "the language of the page": "en",
        "storage": "1,2,2",
        "user data": "kept",
        "no user data": "undefined",
        "the scripts that are loaded": "true,2",
        "started": "started",
        "a library within": "here",
    }


def test_without_scripts_a_link_leads_on(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, java_script_enabled=False)
    expect(activity(page).get_by_role("button")).to_have_count(0)
    expect(activity(page).get_by_role("link")).to_have_text(["Do it without the player"])


def test_a_lesson_with_an_activity_looks_right_everywhere(small_academy: Server, window: Window) -> None:
    page = lesson(window, small_academy, world.SET, world.LOOKED_AT)
    answer(page, "True")
    expect(activity(page).get_by_text("Saved.")).to_be_visible()
    assert wrong_with(page, "activity") == []
