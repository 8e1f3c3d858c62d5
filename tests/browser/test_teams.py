"""A manager finds who is late, assigns a path, grants more time and names a deputy; the pages small and wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from academy.templatetags.academy import day

from . import teams_world
from .hands import Keyboard, Mouse, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
UNTIL = timezone.localdate() + timedelta(days=60)
LATER = timezone.localdate() + timedelta(days=80)


def test_from_who_is_late_to_more_time_and_a_deputy(small_academy: Server, window: Window) -> None:
    manager = enters(small_academy, window, teams_world.MANAGER, by_keyboard=True)
    found = finds_who_is_late(manager)
    found += assigns_the_path(manager)

    learner = enters(small_academy, window, teams_world.NEWCOMER)
    found += joins_and_has_it(learner)
    found += asks_for_more_time(learner)

    found += grants_it(manager)
    learner.opens("/en/learning/")
    learner.sees(re.compile(f"Due {day(LATER)}"))

    deputy = enters(small_academy, window, teams_world.DEPUTY)
    found += names_a_deputy_who_sees_the_same_until_it_ends(manager, deputy)
    found += notes_days_away(manager)
    assert found == []


def enters(server: Server, window: Window, address: str, *, by_keyboard: bool = False) -> Person:
    """Signed in, in a window of their own."""
    page = window().new_page()
    sign_in(page, server, address)
    return Person(Keyboard(page) if by_keyboard else Mouse(page), server.url)


def looks(person: Person, name: str) -> list[str]:
    """What is wrong with the page at which somebody stands; the window has its size again afterwards."""
    found = wrong_with(person.page, name)
    person.page.set_viewport_size({"width": 1440, "height": 900})
    return found


def chooses(person: Person, label: str, start: str) -> None:
    """From a list, by the first letters."""
    box = person.page.get_by_role("main").get_by_role("combobox", name=re.compile(f"^{label}"))
    box.focus()
    person.page.keyboard.type(start)
    expect(box.locator("option:checked")).to_contain_text(start)


def sets(person: Person, label: str, value: date) -> None:
    """A day, in the browser's own field for it."""
    person.page.get_by_role("main").get_by_label(re.compile(f"^{label}")).first.fill(value.isoformat())


def finds_who_is_late(person: Person) -> list[str]:
    """Two people, at one click; nobody else."""
    person.stands_at("My team")
    person.follows(re.compile(r"^2\s*Overdue"))
    expect(person.page).to_have_url(re.compile("overdue"))
    rows = person.page.locator("main tbody tr")
    expect(rows).to_have_count(2)
    for name in teams_world.LATE:
        person.sees(name)
    return looks(person, "team, who is late")


def assigns_the_path(person: Person) -> list[str]:
    """To a unit with a date; seats are missing, which is said while the form is filled in. One click then."""
    page = person.page
    person.follows("Assign learning")
    person.stands_at("Assign learning")
    chooses(person, "Unit", teams_world.UNIT)
    chooses(person, "Path or course", teams_world.PATH)
    sets(person, "Day", UNTIL)
    page.keyboard.press("Tab")
    person.sees("4 people will have it.")
    person.sees(re.compile(f"{teams_world.WORKSHOP} Roads clinic: 2 free seats before .*up to 4 people need one"))
    found = looks(person, "assign")
    person.presses("Assign")
    person.stands_at(teams_world.PATH)
    person.sees("Assigned to 4 people.")
    found += looks(person, "assignment")
    person.follows("Assigned learning", within=page.locator(".breadcrumbs"))
    person.stands_at("Assigned learning")
    person.sees(f"{teams_world.UNIT} and the units below")
    return found + looks(person, "assignments")


def joins_and_has_it(person: Person) -> list[str]:
    """By the link; what is required of the unit stands on the newcomer's own page."""
    person.stands_at("My learning")
    expect(person.page.get_by_role("heading", name="Required of you")).to_have_count(0)
    person.opens(f"/en/join/link/{teams_world.TOKEN}/")
    person.stands_at(f"Join {teams_world.TOWN}")
    person.presses("Yes, I work there")
    person.opens("/en/learning/")
    required = person.page.get_by_role("region", name="Required of you")
    expect(required).to_contain_text(teams_world.PATH)
    expect(required).to_contain_text(f"Asked by Nadia Haddad ({teams_world.TOWN})")
    expect(required).to_contain_text(f"Due {day(UNTIL)}, 60 days left")
    return looks(person, "my learning, required")


def asks_for_more_time(person: Person) -> list[str]:
    """A date that is no later is refused on the field; then it waits."""
    person.follows(re.compile("^Ask for more time"))
    person.stands_at("Ask for more time")
    sets(person, "New date", UNTIL)
    person.presses("Ask for more time")
    expect(person.page.get_by_role("alert")).to_contain_text("New date: Choose a day after")
    sets(person, "New date", LATER)
    found = looks(person, "more time, refused")
    person.presses("Ask for more time")
    person.sees("Asked. You are told as soon as somebody answers.")
    person.sees("Waiting")
    return found


def grants_it(person: Person) -> list[str]:
    """From the board, in one step."""
    person.opens("/en/team/")
    person.follows(re.compile("more time"))
    person.stands_at("Requests for more time")
    person.sees("Lena Hofer")
    found = looks(person, "requests")
    person.presses(re.compile("^Grant"))
    person.stands_at("Requests for more time")
    person.sees(re.compile(f"Granted. Lena Hofer has until {day(LATER)}"))
    return found


def names_a_deputy_who_sees_the_same_until_it_ends(manager: Person, deputy: Person) -> list[str]:
    """Nothing before, the same while it lasts, nothing after."""
    deputy.opens("/en/team/")
    expect(deputy.page.get_by_role("heading", level=1)).not_to_have_text("My team")
    manager.opens("/en/team/deputy/")
    manager.stands_at("Deputies")
    chooses(manager, "Who", "Omar Farouk")
    sets(manager, "Until", timezone.localdate() + timedelta(days=5))
    manager.presses("Name this deputy")
    manager.sees(re.compile("Omar Farouk stands in for you until"))
    found = looks(manager, "deputies")
    deputy.opens("/en/team/")
    deputy.stands_at("My team")
    deputy.sees(teams_world.LATE[0])
    deputy.opens("/en/team/requests/")
    deputy.stands_at("Requests for more time")
    manager.presses(re.compile("^End it now"))
    manager.sees("Omar Farouk does not stand in for you any more.")
    deputy.opens("/en/team/")
    expect(deputy.page.get_by_role("heading", level=1)).not_to_have_text("My team")
    return found


def notes_days_away(person: Person) -> list[str]:
    """What it does to dates is said before it is saved."""
    page: Page = person.page
    person.opens("/en/team/")
    person.follows("Lena Hofer")
    person.stands_at("Lena Hofer")
    found = looks(person, "person")
    person.follows("Pause while away")
    person.stands_at("Days away: Lena Hofer")
    sets(person, "First day away", timezone.localdate() + timedelta(days=1))
    sets(person, "Last day away", timezone.localdate() + timedelta(days=10))
    page.keyboard.press("Tab")
    person.sees("Due dates move by 10 days.")
    found += looks(person, "days away")
    person.presses("Save")
    person.sees("Saved. Due dates wait meanwhile, and nobody is reminded.")
    return found
