"""What the first load of a lesson weighs on the wire: a slow line in a town hall is the measure (EXPERIENCE.md)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request

from .serving import Server
from .signing_in import LEARNER, sign_in

pytestmark = pytest.mark.one_database

KILOBYTES = 100
REQUESTS = 15
LESSON = "/en/courses/circular-procurement-the-foundations/why-buy-circular/from-take-make-waste-to-value-kept-in-use/"


def loaded_by(page: Page, url: str) -> list[Request]:
    """Every request of the first visit, media aside."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(url, wait_until="networkidle")
    return [request for request in requests if request.resource_type not in ("image", "media")] + [
        request for request in requests if request.resource_type == "image" and request.url.endswith("brand.svg")
    ]


def weight(requests: list[Request]) -> float:
    """Kilobytes over the wire, heads and bodies as they were sent."""
    sizes = [request.sizes() for request in requests]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1000


@pytest.mark.parametrize("who", ["a stranger", "a learner"])
def test_the_first_load_of_a_lesson_is_light_and_stays_at_home(
    server: Server, window: Callable[..., BrowserContext], who: str
) -> None:
    page = window().new_page()
    if who == "a learner":
        # Another window has signed in; this one has the cookie and an empty cache.
        first = window()
        sign_in(first.new_page(), server, LEARNER)
        page.context.add_cookies(first.cookies())  # type: ignore[arg-type]  # the same dictionaries, read and written
    requests = loaded_by(page, server.url + LESSON)
    hosts = {urlsplit(request.url).netloc for request in requests}
    kilobytes = weight(requests)
    assert hosts == {urlsplit(server.url).netloc}
    assert len(requests) < REQUESTS, [request.url for request in requests]
    assert kilobytes < KILOBYTES, [(request.url, request.sizes()["responseBodySize"]) for request in requests]
