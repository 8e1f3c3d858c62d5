"""Seats for a team: reserved, named, given back; booked and cancelled for somebody; never by a stranger to the unit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Unit, User
from academy.people.rules import join
from courses.booking.models import Attendance, Booking, Reservation, WorkshopSession
from courses.booking.rules.plans import QuestionPlan
from courses.flows import tasks
from tests.factories import booking as dates
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in

pytestmark = pytest.mark.one_database


@pytest.fixture
def office(site: Any) -> Unit:
    """A unit of a town, above another one."""
    return make_unit("Office", organisation=make_organisation())


@pytest.fixture
def sofia(office: Unit) -> User:
    """Who leads the office."""
    person = make_person(display_name="Sofia Lind")
    grant(person, Role.MANAGER, office)
    return person


@pytest.fixture
def client(sofia: User) -> Client:
    """Her browser."""
    return signed_in(sofia)


def member(unit: Unit, name: str, **fields: Any) -> User:
    """Somebody who works in a unit."""
    person = make_person(display_name=name, **fields)
    join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    return person


def coming(days: int = 30, **fields: Any) -> WorkshopSession:
    """A date with five seats, some days from now."""
    now = timezone.now()
    return dates.make_date(day=(now + timedelta(days=days)).date(), at=now, **fields)


def book(session: WorkshopSession, person: User | None = None, **fields: Any) -> Booking:
    """A booking made now."""
    return dates.book(session, person, timezone.now(), **fields)


def main(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def reserving(session: WorkshopSession, unit: Unit, **fields: Any) -> dict[str, Any]:
    """What the form posts: three seats until the day before."""
    assert session.starts_at is not None
    until = session.starts_at.date() - timedelta(days=1)
    return {"key": uuid4(), "unit": unit.pk, "count": 3, "return_on": until.isoformat()} | fields


def reserve(client: Client, session: WorkshopSession, unit: Unit, **fields: Any) -> Reservation:
    """Seats reserved through the page."""
    response = client.post(reverse("reserve_seats", args=[session.public_id]), reserving(session, unit, **fields))
    assert response.status_code == 302, main(response)
    return Reservation.objects.latest("pk")


def nameless(kept: Reservation) -> list[str]:
    """Names of the form's fields for seats without a name."""
    held = kept.bookings.filter(state="reserved").order_by("arrival")
    return [f"seat_{arrival}" for arrival in held.values_list("arrival", flat=True)]


def standing(session: WorkshopSession) -> list[tuple[str, str]]:
    """Who has what at a date, in the order of arrival."""
    rows = Booking.objects.filter(session=session).select_related("person").order_by("arrival")
    return [(row.shown_name, row.state) for row in rows]


def told(person: User) -> list[str]:
    """Kinds of the mails to somebody, oldest first."""
    return list(OutgoingEmail.objects.filter(to=person.email).order_by("pk").values_list("kind", flat=True))


def test_three_seats_are_reserved_two_named_and_one_given_back(client: Client, sofia: User, office: Unit) -> None:
    jana, ewa = member(office, "Jana Albers"), member(make_unit("Facilities", parent=office), "Ewa Nowak")
    session = coming()
    address = reverse("reserve_seats", args=[session.public_id])
    page = main(client.get(address))
    usual = (session.starts_at - timedelta(days=7)).date().isoformat()  # type: ignore[operator]  # it has meetings
    assert ("5 of 5 seats are free" in page, f'value="{usual}"' in page) == (True, True)
    kept = reserve(client, session, office)
    assert (kept.unit, kept.by, kept.bookings.filter(state="reserved").count()) == (office, sofia, 3)
    here = reverse("reservation", args=[kept.public_id])
    assert "3 seats have no name yet" in main(client.get(here))
    first, second, _third = nameless(kept)
    page = main(client.post(here, {first: jana.public_id, second: ewa.public_id}, follow=True))
    assert "Jana Albers, Ewa Nowak have a seat each and are told by mail." in page
    assert ("1 seat has no name yet" in page, "2 of 3 named" in page) == (True, True)
    page = main(client.post(here, {"back-had": 1, "back-count": 1}, follow=True))
    assert ("1 seat was given back." in page, "Give seats back" in page) == (True, False)
    assert standing(session) == [("Jana Albers", "booked"), ("Ewa Nowak", "booked"), ("", "cancelled")]
    assert session.pools.get().taken == 2
    kept.refresh_from_db()
    assert kept.returned_at is not None
    mail = OutgoingEmail.objects.get(to=jana.email)
    assert mail.kind == "booking/booked"


@pytest.mark.parametrize(("days", "kept"), [(20, 13), (8, 1), (7, 6), (5, 4), (1, 0)])
def test_seats_are_kept_for_some_time_unless_one_says_otherwise(
    client: Client, office: Unit, days: int, kept: int
) -> None:
    session = coming(days=days)
    page = main(client.get(reverse("reserve_seats", args=[session.public_id])))
    first = session.starts_at - timedelta(days=days - kept)  # type: ignore[operator]  # it has meetings
    assert f'value="{first.date().isoformat()}"' in page


def test_the_same_form_sent_twice_changes_nothing_more(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    session = coming()
    posted = reserving(session, office)
    address = reverse("reserve_seats", args=[session.public_id])
    assert client.post(address, posted).headers["Location"] == client.post(address, posted).headers["Location"]
    kept = Reservation.objects.get()
    here = reverse("reservation", args=[kept.public_id])
    name = {nameless(kept)[0]: jana.public_id}
    client.post(here, name)
    assert "These seats have a name already." in main(client.post(here, name, follow=True))
    back = {"back-had": 2, "back-count": 1}
    client.post(here, back)
    assert "given back or named before" in main(client.post(here, back, follow=True))
    assert sorted(state for _name, state in standing(session)) == ["booked", "cancelled", "reserved"]
    assert told(jana) == ["booking/booked"]
    cancel = reverse("cancel_for", args=[Booking.objects.get(person=jana).public_id])
    client.post(cancel, {"reason": ""})
    assert "There is no booking to change any more." in main(client.post(cancel, {"reason": ""}, follow=True))
    assert told(jana) == ["booking/booked", "booking/cancelled"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("count", "6", "Only 5 seats are free."),
        ("count", "0", "Ensure this value is greater than or equal to 1."),
        ("count", "many", "Enter a whole number."),
        ("return_on", "2020-01-01", "Choose a day from"),
        ("return_on", "2999-01-01", "Choose a day from"),
        ("return_on", "soon", "Enter a valid date."),
        ("unit", "0", "Select a valid choice."),
        ("key", "x", "Enter a valid UUID."),
    ],
)
def test_what_cannot_be_reserved_is_said_at_its_field(
    client: Client, office: Unit, field: str, value: str, said: str
) -> None:
    session = coming()
    posted = reserving(session, office) | {field: value}
    response = client.post(reverse("reserve_seats", args=[session.public_id]), posted)
    assert response.status_code == 422
    page = main(response)
    assert f'href="#id_{field}">' in page or field == "key"
    assert said in page
    assert not Booking.objects.exists()


def test_seats_cannot_be_reserved_past_people_who_wait(client: Client, office: Unit) -> None:
    session = coming(seats=1)
    book(session)
    book(session)
    response = client.post(reverse("reserve_seats", args=[session.public_id]), reserving(session, office, count=1))
    assert response.status_code == 422
    page = main(response)
    assert ("Others wait for a seat" in page, "No seat is free at the moment." in page) == (True, True)
    assert not Reservation.objects.exists()


def test_a_unit_that_one_does_not_lead_is_not_to_be_chosen(client: Client, office: Unit) -> None:
    session = coming()
    beside = make_unit("Roads", organisation=office.organisation)
    response = client.post(reverse("reserve_seats", args=[session.public_id]), reserving(session, beside))
    assert response.status_code == 422
    assert not Reservation.objects.exists()


def test_another_kind_of_seat_can_be_chosen_at_a_date_in_both_ways(client: Client, office: Unit) -> None:
    session = coming(seats={"place": 2, "online": 4}, join_url="https://meet.example.org/1")
    page = main(client.get(reverse("reserve_seats", args=[session.public_id])))
    assert ("On site: 2 of 2 seats are free" in page, "Online: 4 of 4 seats are free" in page) == (True, True)
    kept = reserve(client, session, office, mode="online")
    assert set(kept.bookings.values_list("pool__mode", flat=True)) == {"online"}
    assert "<span>Online</span>" in main(client.get(reverse("reservation", args=[kept.public_id])))


def test_who_has_a_seat_is_marked_and_who_waits_has_the_reserved_one(client: Client, office: Unit) -> None:
    jana, ewa = member(office, "Jana Albers"), member(office, "Ewa Nowak")
    session = coming(seats=3)
    kept = reserve(client, session, office, count=2)
    book(session, jana)
    book(session, ewa)
    here = reverse("reservation", args=[kept.public_id])
    page = main(client.get(here))
    assert f'<option value="{jana.public_id}" disabled>Jana Albers, Office (has a seat)</option>' in page
    assert f'<option value="{ewa.public_id}">Ewa Nowak, Office (No. 1 on the waiting list)</option>' in page
    first, second = nameless(kept)
    response = client.post(here, {first: jana.public_id, second: ewa.public_id})
    assert response.status_code == 422
    assert f'href="#id_{first}">Seat 1: Jana Albers: has a seat.' in main(response)
    client.post(here, {first: ewa.public_id})
    assert standing(session) == [
        ("Ewa Nowak", "booked"),
        ("", "reserved"),
        ("Jana Albers", "booked"),
        ("Ewa Nowak", "cancelled"),
    ]
    assert told(ewa) == ["booking/booked"]


def test_nobody_is_named_twice_and_nothing_chosen_is_said(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    kept = reserve(client, coming(), office)
    here = reverse("reservation", args=[kept.public_id])
    first, second, third = nameless(kept)
    response = client.post(here, {first: jana.public_id, second: jana.public_id, third: ""})
    assert (response.status_code, "Jana Albers has another of these seats." in main(response)) == (422, True)
    response = client.post(here, {first: "", second: "", third: ""})
    assert (response.status_code, "Choose somebody for at least one seat." in main(response)) == (422, True)
    response = client.post(here, {"back-had": 3, "back-count": 4})
    assert (response.status_code, "Ensure this value is less than" in main(response)) == (422, True)
    assert len(nameless(kept)) == 3


def test_only_people_of_the_unit_today_can_be_named(client: Client, office: Unit) -> None:
    stranger = member(make_unit("Elsewhere"), "Can Demir")
    gone = member(office, "Ole Brandt")
    gone.memberships.update(until_day=timezone.localdate() - timedelta(days=1))
    kept = reserve(client, coming(), office)
    here = reverse("reservation", args=[kept.public_id])
    page = main(client.get(here))
    assert ("Can Demir" in page, "Ole Brandt" in page) == (False, False)
    for person in (stranger, gone):
        assert client.post(here, {nameless(kept)[0]: person.public_id}).status_code == 422
    assert len(nameless(kept)) == 3


def test_unused_seats_go_back_after_their_day_and_to_who_waits(client: Client, office: Unit) -> None:
    session = coming(seats=3)
    kept = reserve(client, session, office)
    waiting = book(session)
    assert waiting.state == "waiting"
    Reservation.objects.update(return_on=timezone.localdate() - timedelta(days=2))
    tasks.keep_dates()
    assert [state for _name, state in standing(session)] == ["cancelled", "cancelled", "cancelled", "booked"]
    page = main(client.get(reverse("reservation", args=[kept.public_id])))
    assert ("3 given back" in page, "No seat without a name is left" in page) == (True, True)


def test_a_deputy_does_the_same_and_others_find_nothing(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    session = coming()
    kept = reserve(client, session, office)
    booking = book(session, jana)
    addresses = [reverse("reservation", args=[kept.public_id]), reverse("cancel_for", args=[booking.public_id])]
    deputy, elsewhere, former = make_person(), make_person(), make_person()
    grant(deputy, Role.DEPUTY, office)
    grant(elsewhere, Role.MANAGER, make_unit("Elsewhere"))
    yesterday = timezone.localdate() - timedelta(days=1)
    grant(former, Role.MANAGER, office, until_day=yesterday)
    answers = {
        name: [signed_in(person).get(address).status_code for address in addresses]
        for name, person in {"deputy": deputy, "elsewhere": elsewhere, "former": former, "jana": jana}.items()
    }
    assert answers == {"deputy": [200] * 2, "elsewhere": [404] * 2, "former": [403] * 2, "jana": [403] * 2}
    for address in addresses:
        assert signed_in(elsewhere).post(address, {"back-had": 3, "back-count": 3}).status_code == 404
    assert (len(nameless(kept)), Booking.objects.get(pk=booking.pk).state) == (3, "booked")


def test_drafts_and_unknown_dates_are_not_found(client: Client, office: Unit) -> None:
    draft = coming(is_draft=True)
    for key in (draft.public_id, uuid4()):
        for name in ("reserve_seats", "book_for", "reservation", "cancel_for"):
            assert client.get(reverse(name, args=[key])).status_code == 404


def test_a_date_that_has_begun_takes_nothing(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    session = coming()
    kept = reserve(client, session, office)
    booking = book(session, jana)
    now = timezone.now()
    WorkshopSession.objects.update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    for name, key in (("reserve_seats", session.public_id), ("book_for", session.public_id)):
        assert "This date takes no bookings." in main(client.post(reverse(name, args=[key]), {}))
    here = reverse("reservation", args=[kept.public_id])
    client.post(here, {nameless(kept)[0]: jana.public_id})
    client.post(reverse("cancel_for", args=[booking.public_id]), {"reason": ""})
    assert (len(nameless(kept)), Booking.objects.get(pk=booking.pk).state) == (3, "booked")


def test_somebody_is_booked_and_cancelled_and_told_by_whom(client: Client, sofia: User, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    session = coming(approval="manager")
    here = reverse("book_for", args=[session.public_id])
    page = main(client.post(here, {"person": jana.public_id}, follow=True))
    assert "Jana Albers has a seat and is told by mail." in page
    booking = Booking.objects.get()
    change = booking.changes.get()
    assert (booking.state, booking.by, change.by, change.why) == ("booked", sofia, sofia, "by_staff")
    assert "Jana Albers, Office (has a seat)" in page
    address = reverse("cancel_for", args=[booking.public_id])
    assert address in page
    assert "Cancel for Jana Albers?" in main(client.get(address))
    assert Booking.objects.get().state == "booked"
    page = main(client.post(address, {"reason": "The office moves that week."}, follow=True))
    assert "Cancelled. Jana Albers is told by mail that it was you." in page
    change = booking.changes.latest("pk")
    assert (change.after, change.by, change.why, change.reason) == (
        "cancelled",
        sofia,
        "removed",
        "The office moves that week.",
    )
    assert told(jana) == ["booking/booked", "booking/cancelled"]


def test_where_no_seat_is_free_somebody_is_put_on_the_list(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    session = coming(seats=1)
    book(session)
    page = main(client.post(reverse("book_for", args=[session.public_id]), {"person": jana.public_id}, follow=True))
    assert "No seat is free: Jana Albers is on the waiting list and is told by mail." in page
    assert "No. 1 on the waiting list" in page


def test_an_overlap_is_shown_and_can_be_accepted(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    other = coming(item=dates.make_item("W2", "Contract day"), room="1.01")
    session = coming()
    book(other, jana)
    here = reverse("book_for", args=[session.public_id])
    response = client.post(here, {"person": jana.public_id})
    page = main(response)
    assert (response.status_code, "Jana Albers has a seat elsewhere at this time: Contract day" in page) == (422, True)
    assert f'<option value="{jana.public_id}" selected>' in page
    assert "Book all the same" in page
    client.post(here, {"person": jana.public_id, "accepts_overlap": "on"})
    assert standing(session) == [("Jana Albers", "booked")]


def test_with_overlaps_blocked_there_is_no_way_round(client: Client, office: Unit, settings: Any) -> None:
    settings.BOOKING_OVERLAPS = "block"
    jana = member(office, "Jana Albers")
    book(coming(room="1.01"), jana)
    session = coming(item=dates.make_item("W2", "Contract day"))
    here = reverse("book_for", args=[session.public_id])
    response = client.post(here, {"person": jana.public_id, "accepts_overlap": "on"})
    assert (response.status_code, "Book all the same" in main(response)) == (422, False)
    assert standing(session) == []


def test_a_manager_books_neither_strangers_nor_herself(client: Client, sofia: User, office: Unit) -> None:
    join(person=sofia, unit=office, from_day=LONG_AGO, by=None, at=AT)
    session = coming(approval="manager")
    here = reverse("book_for", args=[session.public_id])
    assert "There is nobody in your team" in main(client.get(here))
    member(office, "Jana Albers")
    for person in (sofia, make_person()):
        assert client.post(here, {"person": person.public_id}).status_code == 422
    kept = reserve(client, session, office)
    posted = {nameless(kept)[0]: sofia.public_id}
    assert client.post(reverse("reservation", args=[kept.public_id]), posted).status_code == 422
    own = book(session, sofia)
    assert client.get(reverse("cancel_for", args=[own.public_id])).status_code == 404


def test_managers_see_neither_addresses_nor_answers_nor_who_came(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers", email="jana@town.example")
    session = coming(questions=(QuestionPlan("What do you eat?"),))
    kept = reserve(client, session, office)
    booking = book(session, jana, answers={session.questions.get().pk: "No nuts"})
    addresses = [
        reverse("team_seats"),
        reverse("reservation", args=[kept.public_id]),
        reverse("book_for", args=[session.public_id]),
    ]
    assert booking.answers.get().value == "No nuts"

    def seen() -> list[list[bool]]:
        pages = [main(client.get(address)) for address in addresses]
        return [[words in page for words in ("Jana Albers", "jana@town.example", "nuts", "Absent")] for page in pages]

    assert seen() == [[True, False, False, False]] * 3
    now = timezone.now()
    WorkshopSession.objects.update(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    Attendance.objects.create(booking=booking, meeting=session.meetings.get(), presence="absent")
    assert [row[1:] for row in seen()] == [[False] * 3] * 3


def test_who_has_left_the_unit_keeps_the_seat_and_is_nobodys_to_cancel_for(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    kept = reserve(client, coming(), office, count=1)
    here = reverse("reservation", args=[kept.public_id])
    client.post(here, {nameless(kept)[0]: jana.public_id})
    address = reverse("cancel_for", args=[Booking.objects.get().public_id])
    assert address in main(client.get(here))
    jana.memberships.update(until_day=timezone.localdate() - timedelta(days=1))
    page = main(client.get(here))
    assert ("Jana Albers" in page, address in page) == (True, False)
    assert client.post(address, {"reason": ""}).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(
    client: Client, sofia: User, office: Unit, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        session = coming(item=dates.make_item(), approval="manager", room=f"1.{number}")
        reserve(client, session, office, count=1)
        book(session, member(office, f"Asks {number}"))
        book(session, member(office, f"Goes {number}"), by=sofia, is_approved=True)
    client.get(reverse("team_seats"))
    with django_assert_num_queries(27):
        page = main(client.get(reverse("team_seats")))
    found = [page.count("Asks "), len(re.findall("0 of 1 named", page)), page.count('<th scope="row">Goes')]
    assert found == [2 * count, count, count]


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_of_a_date_cost_the_same_for_one_and_for_thirty(
    client: Client, office: Unit, django_assert_num_queries: Any, count: int
) -> None:
    session = coming(seats=100)
    kept = reserve(client, session, office, count=count)
    for number in range(count):
        book(session, member(office, f"Goes {number}"))
        member(office, f"Stays {number}")
    for address, queries in (
        (reverse("reservation", args=[kept.public_id]), 17),
        (reverse("book_for", args=[session.public_id]), 13),
    ):
        client.get(address)
        with django_assert_num_queries(queries):
            assert "Stays 0" in main(client.get(address))


def test_my_team_says_what_waits(client: Client, office: Unit) -> None:
    assert "This waits for you" not in main(client.get("/en/team/"))
    session = coming(approval="manager")
    reserve(client, session, office, count=2)
    book(session, member(office, "Jana Albers"))
    page = main(client.get("/en/team/"))
    assert ("1 request for a seat waits" in page, "2 seats without a name" in page) == (True, True)
    assert reverse("team_seats") in page


def test_a_day_is_typed_in_any_language(sofia: User, office: Unit) -> None:
    session = coming()
    for language in ("de", "nl", "fr"):
        address = reverse("reserve_seats", args=[session.public_id]).replace("/en/", f"/{language}/", 1)
        posted = reserving(session, office, count=1)
        assert signed_in(sofia).post(address, posted).status_code == 302
        kept = Reservation.objects.latest("pk")
        assert kept.return_on == date.fromisoformat(posted["return_on"])
