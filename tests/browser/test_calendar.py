"""Calendars in a real browser: list and month, one's own, the address of the feed; light and dark, small and wide."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from .looking import wrong_with
from .serving import Server
from .signing_in import LEARNER, sign_in

pytestmark = pytest.mark.one_database


def test_the_calendar_is_walked_as_list_and_as_month(server: Server, window: Callable[..., BrowserContext]) -> None:
    page = window(java_script_enabled=False).new_page()
    page.goto(f"{server.url}/en/workshops/")
    page.get_by_role("link", name="Calendar of all dates").click()
    main = page.get_by_role("main")
    dates = main.get_by_role("listitem").filter(has=page.get_by_role("heading", level=4))
    expect(dates.first).to_be_visible()
    # The month of the first date of the list, as a table: the same dates.
    first = dates.first.locator("time").first.get_attribute("datetime") or ""
    page.goto(f"{server.url}/en/calendar/?month={first[:7]}")
    listed = [link.get_attribute("href") for link in dates.get_by_role("link").all()]
    main.get_by_role("link", name="Month", exact=True).click()
    page.set_viewport_size({"width": 320, "height": 640})
    table = main.get_by_role("table")
    cells = table.get_by_role("cell").filter(has=page.get_by_role("link"))
    assert [link.get_attribute("href") for link in cells.get_by_role("link").all()] == listed
    expect(cells.first).to_contain_text(re.compile(r"\w{3} \d{1,2} \w+ \d{4}"))
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(table.get_by_role("columnheader")).to_have_count(8)
    main.get_by_role("link", name="next month").click()
    expect(main.get_by_role("heading", level=2).first).not_to_contain_text(f"{timezone.localdate():%B %Y}")


def test_calendars_can_be_read_by_everybody(server: Server, window: Callable[..., BrowserContext]) -> None:
    page = window().new_page()
    found = []
    month = f"{timezone.localdate():%Y-%m}"
    pages = {
        "list": "/en/calendar/",
        "list, narrowed down": "/de/calendar/?language=nl&place=online&seats=1",
        "a filter that is none": "/fr/calendar/?language=xx",
        "month": f"/en/calendar/?view=month&month={month}",
        "month, German": "/de/calendar/?view=month",
    }
    for name, path in pages.items():
        page.goto(server.url + path)
        found += wrong_with(page, name)
    sign_in(page, server, LEARNER)
    page.goto(f"{server.url}/en/my-calendar/")
    found += wrong_with(page, "my calendar")
    page.get_by_role("link", name="See this in my own calendar program").click()
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("Address to copy")).to_be_focused()
    expect(page.get_by_label("Address to copy")).to_have_value(re.compile(r"/ics/[\w-]{32}\.ics$"))
    found += wrong_with(page, "address of one's own calendar")
    assert found == []
