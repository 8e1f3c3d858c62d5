"""The trainer at the door: a code read from a phone's screen, the list, who walks in; small, wide, light and dark."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from academy.people.enums import Role
from courses.booking.rules.plans import MeetingPlan
from tests import databases
from tests.factories import booking as dates
from tests.factories.curriculum import make_site
from tests.factories.people import grant, make_person, make_unit

from . import serving
from .hands import Keyboard, Mouse, Person
from .looking import wrong_with
from .serving import Server
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.one_database

Window = Callable[..., BrowserContext]
TRAINER, LEARNER = "tess@door.example", "jana@door.example"


def build(target: str, empty: str, data_dir: Path) -> None:
    """A date of two parts, the first of which is on, and four people who have a seat."""
    databases.copy(empty, target)
    with override_settings(MEDIA_ROOT=data_dir / "media"), translation.override("en"):
        make_site()
        trainer = make_person(TRAINER, password=PASSWORD, display_name="Tess Trainer")
        grant(trainer, Role.TRAINER, make_unit())
        now = timezone.now()
        began = (now - timedelta(minutes=5)).astimezone(ZoneInfo("Europe/Berlin")).replace(second=0, microsecond=0)
        session = dates.make_date(
            trainers=(trainer,),
            at=now - timedelta(days=20),
            meetings=tuple(
                MeetingPlan(day.date(), day.time(), 180, "Europe/Berlin") for day in (began, began + timedelta(days=7))
            ),
        )
        for name, address in (
            ("Jana Albers", LEARNER),
            ("Pieter de Vries", ""),
            ("Inês Costa", ""),
            ("Wilhelmina van Oudenaarden-Schellingwoude", ""),
        ):
            person = make_person(address, password=PASSWORD, display_name=name)
            dates.book(session, person, at=now - timedelta(days=9))


@pytest.fixture(scope="module")
def door(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on that small academy."""
    data_dir = tmp_path_factory.mktemp("door")
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        try:
            empty = databases.template("empty", databases.migrate)
            name = str(data_dir / "academy.sqlite3")
            target = name if databases.is_sqlite() else f"academy_test_door_{os.getpid()}"
            build(target, empty, data_dir)
        finally:
            databases.use(before)
    with serving.serve(target, data_dir) as running:
        yield running
    with django_db_blocker.unblock():
        try:
            databases.drop(target)
        finally:
            databases.use(before)


def code_on_the_phone(door: Server, window: Window, list_address: str) -> str:
    """What a camera reads from the page of the person who booked."""
    page = window(360, 740).new_page()
    sign_in(page, door, LEARNER)
    date = re.search(r"/my-workshops/([0-9a-f-]{36})/", list_address)
    assert date
    page.goto(f"{door.url}/en/dates/{date[1]}/")
    page.get_by_text("Your code for the door").click()
    picture = page.get_by_role("img", name="QR code")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    assert len(found) == 1
    return str(found[0].text)


def test_the_trainer_checks_in_and_notes_who_was_there(door: Server, window: Window) -> None:
    page = window().new_page()
    sign_in(page, door, TRAINER)
    person = Person(Keyboard(page), door.url)
    person.opens("/en/my-workshops/")
    person.follows(re.compile("^Attendance"))
    person.stands_at("Attendance")
    person.sees("0 of 4 recorded")
    scanned = code_on_the_phone(door, window, page.url)
    # The phone: one scan, one button.
    phone = window(320, 640)
    at_the_door = phone.new_page()
    sign_in(at_the_door, door, TRAINER)
    camera = Person(Mouse(at_the_door), door.url)
    at_the_door.goto(scanned)
    camera.stands_at("Jana Albers")
    faults = wrong_with(at_the_door, "check-in")
    camera.presses("Check in")
    camera.sees(re.compile("^Checked in"))
    expect(at_the_door.get_by_role("main").get_by_role("button")).to_have_count(0)
    # The list, still open from before: what it says now takes nothing back.
    part = page.get_by_role("row", name=re.compile("Inês Costa"))
    person.hands.tick(part.get_by_label("Part", exact=True))
    person.hands.fill(part.get_by_label("Note about Inês Costa"), "Left at 12:00")
    person.presses("All present")
    person.sees("4 of 4 recorded")
    person.sees("3 full, 1 part, 0 absent")
    # Somebody who came without a seat.
    person.hands.activate(page.get_by_text("Add somebody who came without a seat"))
    person.presses("Add and save")
    expect(page.get_by_role("alert")).to_be_focused()
    person.fills("Name", "Gus Guest")
    person.presses("Add and save")
    person.sees("5 of 5 recorded")
    # A correction is shown as one.
    row = page.get_by_role("row", name=re.compile("Pieter de Vries"))
    person.hands.tick(row.get_by_label("Absent", exact=True))
    person.presses("Save attendance")
    person.sees("3 full, 1 part, 1 absent")
    person.hands.activate(page.get_by_text("1 change was made later"))
    person.sees("from Full to Absent")
    faults += wrong_with(page, "attendance")
    list_of = page.url
    page.goto(f"{list_of}sheet/")
    faults += wrong_with(page, "sheet")
    page.goto(f"{list_of}import/")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults += wrong_with(page, "import")
    start = timezone.now().astimezone(ZoneInfo("Europe/Berlin"))
    rows = f"Name,Join time,Leave time\nJana Albers,{start:%Y-%m-%d %H:%M},\nZoe Stranger,{start:%Y-%m-%d %H:%M},\n"
    page.get_by_label("File with join times").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Read the file").click()
    person.sees("1 name in the file belongs to nobody with a seat:")
    faults += wrong_with(page, "proposal")
    page.goto(list_of.replace("/attendance/1/", "/attendance/2/"))
    person.sees(re.compile("^Attendance opens on"))
    faults += wrong_with(page, "not open")
    page.goto(list_of.replace("/attendance/1/", "/feedback/"))
    faults += wrong_with(page, "feedback")
    assert faults == []


def test_without_scripts_and_on_a_small_screen_the_list_is_kept(door: Server, window: Window) -> None:
    page = window(320, 640, java_script_enabled=False).new_page()
    sign_in(page, door, TRAINER)
    page.goto(f"{door.url}/en/my-workshops/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Attendance")).first.click()
    row = page.get_by_role("row", name=re.compile("Wilhelmina"))
    row.get_by_label("Part", exact=True).check()
    page.get_by_role("button", name="Save attendance").first.click()
    expect(page.get_by_role("main")).to_contain_text("Attendance is saved.")
    expect(row.get_by_label("Part", exact=True)).to_be_checked()
