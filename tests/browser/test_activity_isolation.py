"""A library that means harm (evil.js) gets nothing of who plays it. Each test proves that the tries were made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from . import activity_world as world
from .serving import Server
from .signing_in import sign_in

Window = Callable[..., BrowserContext]

REFUSED = (
    "cookie", "the page's words", "the page's address", "storage of a frame within", "indexedDB", "caches",
    "fetch with the session", "fetch without reading", "fetch from elsewhere", "XHR to the statements",
    "a picture from elsewhere", "a script from elsewhere", "a socket", "the top window's address", "a service worker",
    "document.domain",
)  # fmt: skip
# What a browser lets a script ask for and does not do, and what is no harm; that nothing came of it is seen otherwise.
WITHOUT_EFFECT = {
    "a word in localStorage": "null",
    "a word in sessionStorage": "null",
    "a beacon": "sent",
    "a form to the top": "sent",
    "a form here": "sent",
    "a link to the top": "clicked",
    "a link to a new window": "clicked",
    "window.open": "null",
    # The frame's own: it stays in its box, and the page round it where it was.
    "another address in the history": "set",
    "alert": "undefined",
    "confirm": "false",
    "a message without the word": "sent",
    "a step back in the history": "asked",
    "its own address": "set",
}
# A frame beside the player: it says what the player would say, even with the word that only the player was told.
FORGER = """<!doctype html><title>Forger</title><script>
addEventListener("message", (event) => {
  for (const said of event.data) parent.postMessage(said, "*");
  console.log("tried to forge");
});
</script>"""


class Watched:
    """A page of somebody who is signed in, and all that comes of playing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tried: dict[str, str] = {}
        self.is_over = False
        self.reached: list[str] = []
        self.shown: list[str] = []
        page.on("console", lambda message: self.heard(message.text))
        page.on("requestfinished", self.asked)
        page.on("dialog", lambda dialog: (self.shown.append(dialog.message), dialog.dismiss()))
        page.context.on("page", lambda other: self.shown.append(other.url))

    def heard(self, words: str) -> None:
        """A line of the console."""
        found = re.fullmatch(r"tried ([^:]+): (.*)", words)
        if found:
            self.tried[found[1]] = found[2]
        self.is_over = self.is_over or words == "tried all"

    def asked(self, request: Request) -> None:
        """A request that reached a server, and its answer came."""
        if "stolen" in request.url or re.search(r"/(statements|state)/$", request.url):
            self.reached.append(request.url)

    def wait(self) -> None:
        """Until the library has tried all."""
        for _ in range(300):
            if self.is_over:
                return
            self.page.wait_for_timeout(100)  # messages of the console are heard while the page is waited for
        raise AssertionError(f"not all was tried: {self.tried}")


def opened(window: Window, server: Server, address: str) -> Watched:
    """The lesson, with a secret in the page's own storage and a page before it to go back to."""
    page = window().new_page()
    sign_in(page, server, world.VICTIM)
    page.goto(server.url + world.NONE)
    page.evaluate("() => { localStorage.secret = 'secret'; sessionStorage.secret = 'secret'; }")
    # Elsewhere somebody listens, and lets everybody read the answer.
    answer = {"body": world.DOT, "content_type": "image/png", "headers": {"Access-Control-Allow-Origin": "*"}}
    page.context.route("https://evil.example/**", lambda route: route.fulfill(**answer))
    watched = Watched(page)
    page.goto(server.url + address)
    return watched


def test_a_library_that_means_harm_gets_nothing(small_academy: Server, window: Window) -> None:
    watched = opened(window, small_academy, world.EVIL)
    page = watched.page
    before = page.context.cookies()
    page.locator("[data-activity]").scroll_into_view_if_needed()
    watched.wait()
    assert watched.tried == dict.fromkeys(REFUSED, "refused") | WITHOUT_EFFECT
    assert (watched.reached, watched.shown) == ([], [])
    assert page.url == small_academy.url + world.EVIL
    assert (len(page.context.pages), page.context.cookies()) == (1, before)
    assert page.evaluate("[localStorage.secret, sessionStorage.secret]") == ["secret", "secret"]
    # Only the player was robbed of itself; who plays is still signed in.
    assert page.reload().ok  # type: ignore[union-attr]  # a page of http has an answer
    expect(page.locator(".site-header")).to_contain_text(world.NAMES[world.VICTIM])


def test_what_another_frame_says_is_not_taken_for_the_players(small_academy: Server, window: Window) -> None:
    watched = opened(window, small_academy, world.LINKS)
    page = watched.page
    page.route(f"{small_academy.url}/forger/", lambda route: route.fulfill(body=FORGER, content_type="text/html"))
    with page.expect_response("**/play/") as asked:
        page.locator("[data-activity]").scroll_into_view_if_needed()
    playing: dict[str, Any] = asked.value.json()
    expect(page.locator("[data-activity]").frame_locator("iframe").get_by_role("button")).to_be_visible()
    forged = {
        "academy": "h5p",
        "type": "xapi",
        "nonce": playing["nonce"],
        "statement": {
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": playing["iri"]},
            "result": {"score": {"min": 0, "max": 1, "raw": 1, "scaled": 1}, "completion": True},
        },
    }
    link = {"academy": "h5p", "type": "link", "nonce": playing["nonce"], "href": "https://example.org/forged"}
    with page.expect_console_message(lambda message: message.text == "tried to forge"):
        page.evaluate(
            """(said) => new Promise((done) => {
              const frame = document.createElement("iframe");
              frame.sandbox = "allow-scripts";
              frame.src = "/forger/";
              frame.addEventListener("load", () => { frame.contentWindow.postMessage(said, "*"); done(); });
              document.body.append(frame);
            })""",
            [forged, link],
        )
    # A message of our own page has the right word as well, and another origin.
    page.evaluate("(said) => said.forEach((each) => window.postMessage(each, '*'))", [forged, link])
    expect(page.locator("[data-leaving]")).to_be_hidden()
    # What the player itself says is taken: the way was open.
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/statements/")) as sent:
        page.locator("[data-activity]").frame_locator("iframe").get_by_role("button").click()
    said = json.loads(sent.value.post_data or "")["statement"]
    assert said["verb"]["id"] == "http://adlnet.gov/expapi/verbs/interacted"
    assert [url for url in watched.reached if "statements" in url] == [sent.value.url]


def test_without_the_box_the_same_library_gets_it_all(small_academy: Server, window: Window) -> None:
    """The control: what refuses is the box, not the library's want of trying."""
    watched = opened(window, small_academy, world.NONE)
    page = watched.page
    lesson = page.request.get(small_academy.url + world.EVIL).text()
    play = re.search(r'data-play="([^"]+)"', lesson)
    assert play
    playing = page.request.get(small_academy.url + play[1]).json()

    def unboxed(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/h5p/frame/**", unboxed)
    title = page.title()
    page.evaluate(
        """async (address) => {
          const files = async (frame, said) => Promise.all(
            said.files.map(async (each) => [each, await (await fetch(each)).text()]));
          addEventListener("message", async (event) => {
            if (event.data.type !== "ready") return;
            const frame = document.querySelector("iframe");
            frame.contentWindow.postMessage(
              { academy: "h5p", type: "hello", nonce: "x", files: await files(frame, event.data) }, "*");
          });
          const frame = document.createElement("iframe");
          frame.src = address;
          document.body.append(frame);
        }""",
        playing["frame"],
    )
    for _ in range(100):
        if "a picture from elsewhere" in watched.tried:
            break
        page.wait_for_timeout(100)
    names = ("cookie", "the page's words", "fetch with the session", "fetch from elsewhere", "a picture from elsewhere")
    got = {name: watched.tried[name] for name in names}
    assert "csrftoken=" in got.pop("cookie")
    assert list(got.values()) == [title, "200", "asked", "loaded"]
