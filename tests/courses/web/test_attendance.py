"""Attendance as the trainer meets it: list, all present, walk-ins, corrections, printed sheet, join times."""

from __future__ import annotations

import html
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.booking.models import Attendance, AttendanceChange, Booking, Meeting, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from tests.factories import booking as dates
from tests.factories.people import LONG_AGO, grant, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer of one unit, who runs their own dates only."""
    person = make_person(display_name="Tess Trainer")
    grant(person, Role.TRAINER, make_unit())
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's browser."""
    return signed_in(trainer)


def begins(starts_at: datetime, minutes: int = 240) -> MeetingPlan:
    """A meeting that begins then."""
    local = starts_at.astimezone(ZONE).replace(second=0, microsecond=0)
    return MeetingPlan(local.date(), local.time(), minutes, "Europe/Berlin")


def on_now(trainer: User, ago: timedelta = timedelta(minutes=5), **fields: Any) -> WorkshopSession:
    """A date that began some minutes ago, planned a day before."""
    fields.setdefault("meetings", (begins(timezone.now() - ago),))
    return dates.make_date(trainers=(trainer,), at=timezone.now() - timedelta(days=20), **fields)


def has_seat(session: WorkshopSession, name: str, **fields: Any) -> Booking:
    """Somebody who booked in time."""
    return dates.book(session, make_person(display_name=name), at=timezone.now() - timedelta(days=10), **fields)


def page_of(session: WorkshopSession, name: str = "attendance", number: int = 1) -> str:
    """The address of the list."""
    return reverse(name, args=[session.public_id, number])


def text(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = html.unescape(response.content.decode())
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def says(shown: dict[Booking, tuple[str, str]], now: dict[Booking, tuple[str, str]], **more: str) -> dict[str, str]:
    """What a browser posts: what the page showed, and what stands in it now."""
    fields = {"shown": json.dumps({booking.public_id.hex: list(value) for booking, value in shown.items()})}
    for booking, (presence, note) in now.items():
        fields[f"p-{booking.public_id.hex}-note"] = note
        if presence:
            fields[f"p-{booking.public_id.hex}-presence"] = presence
    return fields | more


def noted(session: WorkshopSession) -> list[tuple[str, str, str]]:
    """Name, attendance and note, in the order of arrival."""
    rows = Attendance.objects.filter(meeting__session=session).select_related("booking__person")
    return [(row.booking.shown_name, row.presence, row.note) for row in rows.order_by("booking__arrival")]


def test_full_part_and_absent_are_kept_with_notes_and_said_back(client: Client, trainer: User) -> None:
    session = on_now(trainer)
    ana, bea, cem = (has_seat(session, name) for name in ("Ana", "Bea", "Cem"))
    nothing = {ana: ("", ""), bea: ("", ""), cem: ("", "")}
    now = {ana: ("full", ""), bea: ("part", "Left at 12:00"), cem: ("absent", "")}
    page = text(client.post(page_of(session), says(nothing, now), follow=True))
    assert noted(session) == [("Ana", "full", ""), ("Bea", "part", "Left at 12:00"), ("Cem", "absent", "")]
    assert ("3 of 3 recorded" in page, "1 full, 1 part, 1 absent" in page, "by Tess Trainer." in page) == (
        True,
        True,
        True,
    )


def test_all_present_is_one_button_and_keeps_what_was_chosen(client: Client, trainer: User) -> None:
    session = on_now(trainer)
    ana, bea = has_seat(session, "Ana"), has_seat(session, "Bea")
    nothing = {ana: ("", ""), bea: ("", "")}
    client.post(page_of(session), says(nothing, {ana: ("", "Came late"), bea: ("absent", "")}, all="full"))
    client.post(page_of(session), {"all": "full"})
    assert noted(session) == [("Ana", "full", "Came late"), ("Bea", "absent", "")]
    assert AttendanceChange.objects.count() == 0


def test_a_stale_page_takes_nothing_back_that_another_wrote(client: Client, trainer: User) -> None:
    session = on_now(trainer)
    ana, bea = has_seat(session, "Ana"), has_seat(session, "Bea")
    nothing = {ana: ("", ""), bea: ("", "")}
    client.post(page_of(session), says(nothing, {ana: ("full", ""), bea: ("", "")}))
    stale = {ana: ("full", ""), bea: ("", "")}
    client.post(page_of(session), says(stale, {ana: ("part", "Left"), bea: ("", "")}))
    client.post(page_of(session), says(stale, {ana: ("full", ""), bea: ("full", "")}))
    assert noted(session) == [("Ana", "part", "Left"), ("Bea", "full", "")]
    assert "from Full to Part" in text(client.get(page_of(session)))


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client: Client, trainer: User) -> None:
    session = on_now(trainer)
    ana, bea = has_seat(session, "Ana"), has_seat(session, "Bea")
    nothing = {ana: ("", ""), bea: ("", "")}
    response = client.post(page_of(session), says(nothing, {ana: ("", "Is ill"), bea: ("most of it", "x" * 201)}))
    page = text(response)
    assert (response.status_code, "3 fields need your attention" in page, noted(session)) == (422, True, [])
    assert ("Is ill" in page, "x" * 201 in page, "Ana: Choose one of the three" in page) == (True, True, True)


def test_who_walks_in_is_added_by_address_or_name_and_noted_with_the_rest(client: Client, trainer: User) -> None:
    session = on_now(trainer, seats={"place": 2, "online": 5})
    ana = has_seat(session, "Ana")
    make_person("dov@example.org", display_name="Dov")
    added = {"new-email": "DOV@example.org", "new-name": "", "new-mode": "place", "add": "1"}
    page = text(client.post(page_of(session), says({ana: ("", "")}, {ana: ("full", "")}, **added), follow=True))
    assert "Dov is on the list and noted as there." in page
    guest = {"new-name": "Gus Guest", "new-organisation": "Town of Elm", "new-mode": "online"}
    client.post(page_of(session), guest)
    assert noted(session) == [("Ana", "full", ""), ("Dov", "full", ""), ("Gus Guest", "full", "")]
    page = text(client.get(page_of(session)))
    assert ("Gus Guest" in page, "Town of Elm" in page) == (True, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"new-email": "nobody@example.org"}, "There is no account with this address. Enter a name."),
        ({"new-email": "no address"}, "Enter a valid email address."),
        ({"add": "1"}, "Enter a name."),
        ({"new-name": "Gus"}, "No seat is free. Say why this person has one all the same."),
        ({"new-email": "ana@example.org"}, "This person is on the list already."),
    ],
)
def test_who_cannot_be_added(client: Client, trainer: User, typed: dict[str, str], said: str) -> None:
    session = on_now(trainer, seats=1)
    dates.book(session, make_person("ana@example.org"), at=timezone.now() - timedelta(days=10))
    response = client.post(page_of(session), typed)
    page = text(response)
    assert (response.status_code, page.count(said), "needs your attention" in page) == (422, 2, True)
    assert Booking.objects.count() == 1
    assert all(value in response.content.decode() for value in typed.values())


def test_one_over_the_seats_is_added_with_a_reason_once(client: Client, trainer: User) -> None:
    session = on_now(trainer, seats=1)
    has_seat(session, "Ana")
    typed = {"new-name": "Gus", "new-reason": "A chair more"}
    codes = [client.post(page_of(session), typed).status_code for _ in range(2)]
    assert (codes, Booking.objects.filter(is_over=True).count()) == ([302, 422], 1)


def test_before_the_doors_open_the_list_is_read_only(client: Client, trainer: User) -> None:
    session = on_now(trainer, ago=-timedelta(minutes=20))
    ana = has_seat(session, "Ana")
    response = client.post(page_of(session), says({ana: ("", "")}, {ana: ("full", "")}))
    page = text(response)
    assert (response.status_code, "Attendance opens on" in page, "Ana" in page, "Save" in page) == (
        422,
        True,
        True,
        False,
    )
    assert noted(session) == []


def test_each_part_has_its_own_list(client: Client, trainer: User) -> None:
    now = timezone.now()
    session = on_now(trainer, meetings=tuple(begins(now - timedelta(days=n, hours=5)) for n in (1, 0)))
    ana = has_seat(session, "Ana")
    client.post(page_of(session, number=2), says({ana: ("", "")}, {ana: ("full", "")}))
    pages = [text(client.get(page_of(session, number=number))) for number in (1, 2)]
    assert ["0 of 1 recorded" in pages[0], "1 of 1 recorded" in pages[1], "part 2 of 2" in pages[1]] == [True] * 3


def test_other_people_and_unknown_parts_are_not_found(client: Client, trainer: User) -> None:
    session = on_now(trainer)
    ana = has_seat(session, "Ana")
    other = make_person()
    grant(other, Role.TRAINER, make_unit())
    addresses = [page_of(session, name) for name in ("attendance", "attendance_sheet", "attendance_import")]
    addresses.append(reverse("session_feedback", args=[session.public_id]))
    for browser in (signed_in(other), signed_in(ana.person)):
        assert [browser.get(address).status_code for address in addresses] == [404] * 4
        assert browser.post(addresses[0], {"all": "full"}).status_code == 404
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    assert client.get(page_of(session, number=99999999999)).status_code == 404
    assert client.get(reverse("attendance", args=[uuid4(), 1])).status_code == 404
    assert Client().get(addresses[0]).status_code == 302
    assert noted(session) == []


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_needs_the_same_queries_for_any_number(
    client: Client, trainer: User, django_assert_num_queries: Any, people: int
) -> None:
    session = on_now(trainer, seats=40)
    unit = make_unit("Roads")
    for _ in range(people):
        booking = has_seat(session, "Somebody")
        Membership.objects.create(person=booking.person, unit=unit, from_day=LONG_AGO)
    client.post(page_of(session), {"all": "full"})
    for booking in Booking.objects.all():
        client.post(page_of(session), says({booking: ("full", "")}, {booking: ("part", "")}))
    client.get(page_of(session))
    with django_assert_num_queries(12):
        page = text(client.get(page_of(session)))
    assert (page.count("Town of Lindau"), page.count("from Full to Part")) == (people, people)


def test_the_sheet_has_a_line_for_everybody_and_some_more(client: Client, trainer: User) -> None:
    session = on_now(trainer, ago=-timedelta(days=3))
    person = has_seat(session, "Ana").person
    Membership.objects.create(person=person, unit=make_unit(), from_day=LONG_AGO)
    page = text(client.get(page_of(session, "attendance_sheet")))
    assert ('<th scope="row">Ana</th><td data-label="Organisation">Town of Lindau</td>' in page, page.count("<tr")) == (
        True,
        7,
    )


def upload(client: Client, session: WorkshopSession, content: bytes, **more: str) -> Any:
    """Post a file of join times."""
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    return client.post(page_of(session, "attendance_import"), {"file": file, **more})


def chosen(page: str, booking: Booking) -> list[str]:
    """Which answers are ticked for somebody."""
    inputs = [part.split(">")[0] for part in page.split("<input")[1:]]
    name = f'name="p-{booking.public_id.hex}-presence"'
    return [part.split('value="')[1].split('"')[0] for part in inputs if name in part and "checked" in part]


def test_join_times_are_proposed_line_by_line_and_kept_only_when_saved(client: Client, trainer: User) -> None:
    session = on_now(trainer, ago=timedelta(hours=5), seats={"place": 5, "online": 5})
    ana, bea, gone, here = (
        has_seat(session, name, mode=mode)
        for name, mode in (("Ana", "online"), ("Bea Blum", "online"), ("Cem", "online"), ("Dov", "place"))
    )
    start = Meeting.objects.get().starts_at.astimezone(ZONE)
    rows = [
        ("Somebody", ana.person.email, 0, 240),
        ("Blum, Bea", "", 0, 60),
        ("Blum, Bea", "", 30, 90),
        ("Zoe Stranger", "zoe@example.com", 0, 120),
    ]
    lines = ["Name,Email,Join time,Leave time"]
    for name, email, a, b in rows:
        joined, left = (start + timedelta(minutes=minutes) for minutes in (a, b))
        lines.append(f'"{name}",{email},{joined:%d/%m/%Y %H:%M:%S},{left:%d/%m/%Y %H:%M}')
    response = upload(client, session, "\r\n".join(lines).encode("utf-16"))
    page = text(response)
    assert (response.status_code, [chosen(page, each) for each in (ana, bea, gone, here)]) == (
        200,
        [["full"], ["part"], ["absent"], []],
    )
    assert ("Zoe Stranger, 2\N{NO-BREAK SPACE}h" in response.content.decode(), noted(session)) == (True, [])
    now = {ana: ("full", ""), bea: ("part", ""), gone: ("absent", ""), here: ("", "")}
    client.post(page_of(session), says(dict.fromkeys(now, ("", "")), now))
    assert [presence for _name, presence, _note in noted(session)] == ["full", "part", "absent"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a text file."),
        (b"Name,Join,Leave\nAna,31/31/2027 10:00,31/31/2027 11:00", "Line 2: “31/31/2027 10:00” is no date and time."),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB."),
    ],
)
def test_a_file_that_cannot_be_read_says_why_at_its_field(
    client: Client, trainer: User, content: bytes, said: str
) -> None:
    session = on_now(trainer)
    response = upload(client, session, content)
    page = text(response)
    assert (response.status_code, said in page, 'id="id_file_error"' in page) == (422, True, True)
    assert upload(client, session, b"x", zone="Mars/Base").status_code == 422
