"""A manager gives seats to the team, by keyboard alone; the pages light and dark, small and wide."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, expect

from courses.booking.models import WorkshopSession
from tests import databases

from . import seats_world, serving
from .hands import Keyboard, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, str]]:
    """A server on the town of seats_world, and the date with free seats."""
    data_dir = tmp_path_factory.mktemp("seats")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.template("empty", databases.migrate)
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_seats_{os.getpid()}"
            seats_world.build(target, empty, data_dir)
            key = WorkshopSession.objects.get(item__title=seats_world.TITLE).public_id
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running, f"/en/dates/{key}/"
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


def chooses(person: Person, seat: str, name: str) -> None:
    """Somebody from the list of a seat, as a keyboard does: to the list, then the first letters of the name."""
    box = person.page.get_by_role("main").get_by_label(seat)
    Keyboard(person.page).reach(box)
    person.page.keyboard.type(name)
    expect(box.locator("option:checked")).to_contain_text(name)


def test_a_manager_reserves_three_seats_names_two_and_gives_one_back(town: tuple[Server, str], window: Window) -> None:
    server, date = town
    page = window().new_page()
    sign_in(page, server, seats_world.MANAGER)
    person = Person(Keyboard(page), server.url)
    person.opens(date)
    person.follows("Reserve seats for my team")
    person.ticks("On site: 8 of 8 seats are free")
    person.fills("How many seats", "9")
    person.presses("Reserve the seats")
    expect(page.get_by_role("alert")).to_contain_text("How many seats: Only 8 seats are free.")
    found = wrong_with(page, "reserve, refused")
    page.set_viewport_size({"width": 1440, "height": 900})
    person.fills("How many seats", "3")
    person.presses("Reserve the seats")
    person.stands_at("Reserved seats")
    person.sees("3 seats have no name yet.")
    found += wrong_with(page, "three without a name")
    page.set_viewport_size({"width": 1440, "height": 900})
    chooses(person, "Seat 1", seats_world.PEOPLE[0])
    chooses(person, "Seat 2", seats_world.PEOPLE[1])
    person.presses("Give these seats")
    person.sees("2 of 3 named")
    person.fills("How many seats", "1")
    person.presses("Give seats back")
    person.sees("1 seat was given back.")
    found += wrong_with(page, "all named")
    page.set_viewport_size({"width": 1440, "height": 900})
    person.follows("Seats at workshops")
    person.stands_at("Seats at workshops")
    found += wrong_with(page, "seats of the team")
    page.set_viewport_size({"width": 1440, "height": 900})
    person.follows(re.compile(f"^Answer.*{seats_world.ASKS}"))
    person.stands_at(f"{seats_world.ASKS} asks for a seat")
    person.sees("Overlaps with:")
    found += wrong_with(page, "request")
    page.set_viewport_size({"width": 1440, "height": 900})
    person.presses("Approve")
    person.sees(f"{seats_world.ASKS} has a seat and is told by mail.")
    person.opens(f"{date}book-for/")
    found += wrong_with(page, "book for somebody")
    page.set_viewport_size({"width": 1440, "height": 900})
    person.follows(re.compile(f"^Cancel.*{seats_world.PEOPLE[0]}"))
    person.stands_at(f"Cancel for {seats_world.PEOPLE[0]}?")
    found += wrong_with(page, "cancel for somebody")
    assert found == []
