"""A trainer plans in a real browser: a copy and its clash, a move and who is told, a message; light, dark and small."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation
from playwright.sync_api import BrowserContext, Page, expect

from academy.people.enums import Role
from courses.booking.models import WorkshopSession
from courses.booking.rules.plans import MeetingPlan, QuestionPlan
from courses.booking.rules.wishes import add_unavailable, want
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests import databases
from tests.factories import booking as dates
from tests.factories.curriculum import make_site, published
from tests.factories.people import grant, make_person

from . import serving
from .hands import Mouse, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
TRAINER = "trainer@planning.example"
AGENDA = "/en/my-workshops/"
ZONE = "Europe/Berlin"


def fill() -> None:
    """A trainer with two coming dates, one of them full, a draft with questions, and a workshop that people want."""
    trainer = make_person(TRAINER, password=PASSWORD, display_name="Marten Visser", time_zone=ZONE)
    grant(trainer, Role.TRAINER)
    index = make_site().home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    items = {}
    for code, title in (("w1", "Functional question clinic"), ("w3", "Cost lab"), ("w6", "Study visit")):
        page = index.add_child(
            instance=WorkshopPage(
                **published(title, code),
                code=code,
                maximum=16,
                minimum=2,
                trainer_notes="Bring the cards.\nBegin with the example of the lamps.",
                agenda=[("item", {"title": "Start", "minutes": 180})],
            )
        )
        items[code] = dates.make_item(code, title, key=page.translation_key)
    now, today = timezone.now(), timezone.localdate()
    given: dict[str, Any] = {"trainers": (trainer,), "by": trainer, "at": now}
    first = dates.make_date(
        item=items["w1"], seats=2, meetings=(MeetingPlan(today + timedelta(days=7), time(10), 180, ZONE),), **given
    )
    for name in ("Ana Lindt", "Wilhelmina van Oudenaarden-Schellingwoude", "Cem Arslan"):
        dates.book(first, make_person(display_name=name, language="en"), at=now)
    # Where a copy of the first one lands: four weeks from today on the same day of the week.
    dates.make_date(
        item=items["w3"],
        seats={"place": 8, "online": 4},
        join_url="https://rooms.example.org/cost-lab",
        meetings=(
            MeetingPlan(today + timedelta(days=28), time(9), 120, ZONE),
            MeetingPlan(today + timedelta(days=35), time(9), 120, ZONE),
        ),
        questions=(QuestionPlan("What do you eat?", is_sensitive=True),),
        **given,
    )
    want(person=make_person(), item_key=items["w6"].key, at=now)
    add_unavailable(person=trainer, starts_at=now + timedelta(days=90), ends_at=now + timedelta(days=97))


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on this small academy."""
    data_dir: Path = tmp_path_factory.mktemp("planning")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_planning_{os.getpid()}"
            databases.copy(databases.template("empty", databases.migrate), target)
            with override_settings(MEDIA_ROOT=data_dir / "media"), translation.override("en"):
                fill()
            addresses = {
                row.item.title: f"{AGENDA}{row.public_id}/" for row in WorkshopSession.objects.select_related("item")
            }
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        ADDRESSES.update(addresses)
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


ADDRESSES: dict[str, str] = {}


def day_of(page: Page) -> str:
    """The day in the form."""
    return page.get_by_label("Day").input_value()


def test_a_trainer_copies_a_date_in_spite_of_a_clash_moves_it_and_writes(hall: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, hall, TRAINER)
    person = Person(Mouse(page), hall.url)
    # Three clicks for the next run, were there no clash.
    person.opens(AGENDA)
    person.follows(re.compile("^Copy.*Functional question clinic"))
    person.stands_at("Plan a date")
    page.get_by_role("button", name="Save").first.click()
    person.sees("This overlaps with something else:")
    person.sees(re.compile("Marten Visser gives Cost lab"))
    expect(page.get_by_role("alert")).to_be_focused()
    # The clash goes away as another day is typed, and comes back; nothing is saved by that.
    copied = day_of(page)
    page.get_by_label("Begins").fill("18:00")
    page.get_by_label("Minutes").click()
    expect(page.locator("#clashes")).not_to_contain_text("Cost lab")
    page.get_by_label("Begins").fill("10:00")
    page.get_by_label("Minutes").click()
    expect(page.locator("#clashes")).to_contain_text("Cost lab")
    assert day_of(page) == copied
    person.fills("Plan it all the same, because", "Anna takes the second hour")
    page.get_by_role("button", name="Save").first.click()
    person.sees("The date is planned.")
    person.sees("Anna takes the second hour")
    # The first one is moved: who is told is seen before anything is saved.
    person.opens(AGENDA)
    person.follows(re.compile("^Move.*Functional question clinic"))
    page.get_by_label("Begins").fill("13:30")
    person.presses("See what changes")
    person.stands_at("What changes")
    person.sees("3 people will be told")
    person.presses("Save and tell them")
    person.sees("The change is saved. 3 people are told.")
    person.follows("Write")
    person.fills("Subject in English", "Please bring a purchase")
    person.fills("Text in English", "Hello {name}, bring one of yours to {title}.")
    person.presses("See how it looks")
    person.sees("2 people get it like this")
    person.sees(re.compile("bring one of yours to Functional question clinic"))
    person.presses("Send")
    person.sees("Sent to 2 people.")


def test_nothing_is_wrong_with_the_pages_of_planning(hall: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, hall, TRAINER)
    clinic, lab = ADDRESSES["Functional question clinic"], ADDRESSES["Cost lab"]
    found = []
    for name, path in {
        "agenda": AGENDA,
        "without a date": f"{AGENDA}?view=undated",
        "desk": clinic,
        "edit": f"{lab}edit/",
        "cancel": f"{clinic}cancel/",
        "seat": f"{lab}seat/",
        "write": f"{clinic}write/",
        "not available": f"{AGENDA}not-available/",
    }.items():
        page.goto(hall.url + path)
        for details in page.locator("main details").all():
            details.evaluate("element => { element.open = true; }")
        found += wrong_with(page, name)
    page.goto(f"{hall.url}{lab}edit/")
    page.get_by_label(re.compile(r"^Room")).fill("Attic")
    page.get_by_role("button", name="See what changes").click()
    changes, asked = page.get_by_role("heading", name="What changes"), page.get_by_role("alert")
    expect(changes.or_(asked).first).to_be_visible()
    if asked.count():
        # Other stories of this file plan dates at the same time; alone, it overlaps with nothing.
        page.get_by_label(re.compile("^Plan it all the same")).fill("Two rooms, two trainers.")
        page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changes")
    found += wrong_with(page, "preview")
    assert found == []


def test_without_scripts_parts_are_added_and_the_wrong_field_is_named(hall: Server, window: Window) -> None:
    page = window(320, 640, java_script_enabled=False).new_page()
    sign_in(page, hall, TRAINER)
    page.goto(f"{hall.url}{AGENDA}?view=undated")
    page.get_by_role("link", name=re.compile("Plan a date.*Study visit")).click()
    page.get_by_role("button", name="Add a part").click()
    expect(page.get_by_role("group", name="Part 2 of 2")).to_be_visible()
    page.get_by_label("Day").nth(1).fill(day_of_first := page.get_by_label("Day").first.input_value())
    page.get_by_role("button", name="Save").click()
    main = page.locator("main")
    expect(main).to_contain_text("This overlaps with another part of the same date.")
    expect(main).to_contain_text("Say where it is, or leave the seats on site empty.")
    assert page.get_by_label("Day").nth(1).input_value() == day_of_first
