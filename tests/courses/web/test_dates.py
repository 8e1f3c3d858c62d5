"""The page of a date: facts, times in two zones, and a card for each way in which somebody can stand."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.booking.enums import Approval, Waiting
from courses.booking.models import Booking, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.flows import free_seat, plan_date
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories.booking import book, fill_up, make_date, make_item
from tests.factories.curriculum import published
from tests.factories.people import LONG_AGO, grant, make_organisation, make_person, signed_in

from .date_pages import came, card, in_days, learner, meeting_in, page_of, text, waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
JOIN = "https://rooms.example/abc-def"


@pytest.fixture
def person(site: Any) -> User:
    """Who reads the page."""
    return learner()


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    return signed_in(person)


def test_a_stranger_sees_the_facts_and_is_asked_to_sign_in(site: Any) -> None:
    session = in_days(seats=20, minimum=12, decide_on=date(2027, 1, 4), has_captions=True, is_step_free=True)
    fill_up(session, 2, timezone.now())
    page = Client().get(page_of(session))
    assert card(page) == "Seats free 18 seats left Sign in to book a seat"
    said = text(page)
    for words in (
        "Functional question clinic",
        "2.14, Town hall, Lindenmark",
        "Language English",
        "Step-free access",
        "With captions",
        "Planned 2 of 20 booked",
        "with at least 12 people",
        "decided on Mon 4 January 2027",
    ):
        assert words in said
    sent_to = Client().get(page_of(session, "book/"))
    assert sent_to["Location"] == f"/en/account/login/?next={page_of(session, 'book/').replace('/', '%2F')}"


def test_times_stand_there_in_the_readers_zone_and_in_the_dates_where_clocks_differ(site: Any) -> None:
    meetings = tuple(MeetingPlan(date(2027, 3, day), time(10), 120, "Europe/Lisbon") for day in (26, 29))
    session = make_date(meetings=meetings)
    said = text(signed_in(learner(time_zone="Europe/Athens")).get(page_of(session)))
    assert "Part 1 of 2: Fri 26 March 2027, 12:00–14:00 (Athens time) Fri 26 March 2027, 10:00–12:00 (Lisbon" in said
    assert "Part 2 of 2: Mon 29 March 2027, 12:00–14:00 (Athens time) Mon 29 March 2027, 10:00–12:00 (Lisbon" in said
    assert "(Athens time)" not in text(signed_in(learner(time_zone="Europe/Lisbon")).get(page_of(session)))


def test_a_hybrid_date_says_what_is_left_of_each_kind(client: Client, site: Any) -> None:
    session = in_days(seats={"place": 1, "online": 4}, join_url=JOIN)
    fill_up(session, 1, timezone.now())
    page = client.get(page_of(session))
    assert card(page) == "Seats free On site: full; Online: 4 seats left Book a seat"
    assert JOIN not in page.content.decode()


def test_a_full_date_shows_the_list(client: Client) -> None:
    session = in_days(seats=2)
    fill_up(session, 3, timezone.now())
    assert card(client.get(page_of(session))) == (
        "Full 2 of 2 booked, 1 waiting You move up by yourself when a seat becomes free. Join the waiting list"
    )


def test_who_waits_sees_the_number(client: Client, person: User) -> None:
    session = in_days(seats=1)
    waiting_for(session, person, before=1)
    assert "No. 2 on the waiting list" in card(client.get(page_of(session)))
    assert "Leave the waiting list" in card(client.get(page_of(session)))


def test_who_is_offered_a_seat_sees_until_when(client: Client, person: User) -> None:
    session = in_days(seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now())
    said = card(client.get(page_of(session)))
    assert said.startswith("A seat is kept for you Until ")
    assert said.endswith("(Brussels time). Book this seat Let it go to the next person")


def test_an_offer_that_nobody_answered_is_not_shown_as_kept(client: Client, person: User) -> None:
    session = in_days(seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now() - timedelta(days=2))
    said = card(client.get(page_of(session)))
    assert said.startswith("The seat is not kept any more")
    assert "Book this seat" not in said


def test_who_asked_waits_for_approval(client: Client, person: User) -> None:
    session = in_days(approval=Approval.MANAGER)
    assert "Your manager has to agree" in card(client.get(page_of(session)))
    book(session, person, at=timezone.now())
    assert card(client.get(page_of(session))).startswith("Your request waits for approval")


def test_who_has_a_seat_can_add_it_to_a_calendar_and_cancel_in_time(client: Client, person: User) -> None:
    session = in_days(cancel_until=timezone.now() + timedelta(days=8))
    book(session, person, at=timezone.now())
    said = card(client.get(page_of(session)))
    assert said.startswith("You have a seat Booked")
    assert said.endswith("Cancel my seat")
    WorkshopSession.objects.update(cancel_until=timezone.now() - timedelta(hours=1))
    assert "It is too late to cancel here." in card(client.get(page_of(session)))
    assert "Cancel my seat" not in card(client.get(page_of(session)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_at": timedelta(days=1)}, "Booking is not open yet"),
        ({"closes_at": timedelta(days=-1)}, "Booking is closed"),
    ],
)
def test_the_window_of_booking(client: Client, changes: dict[str, timedelta], said: str) -> None:
    session = in_days(**{name: timezone.now() + distance for name, distance in changes.items()})
    assert card(client.get(page_of(session))).startswith(said)
    assert "Book a seat" not in card(client.get(page_of(session)))


def test_what_has_begun_and_what_is_over_takes_no_bookings(client: Client) -> None:
    begun = make_date(at=timezone.now() - timedelta(days=9), meetings=(meeting_in(-timedelta(minutes=30)),))
    assert card(client.get(page_of(begun))).startswith("This date has begun")
    assert card(client.get(page_of(in_days(-3)))) == "This date is over"


def test_a_cancelled_date_says_so_and_keeps_the_reason_for_those_it_concerns(client: Client, person: User) -> None:
    session, other = in_days(9), in_days(16)
    book(session, person, at=timezone.now())
    plan_date.cancel(
        public_id=session.public_id, reason="The room is flooded.", revision=None, by=None, at=timezone.now()
    )
    page = client.get(page_of(session))
    assert card(page) == "This date is cancelled"
    assert "Other dates" in text(page)
    assert page_of(other) in page.content.decode()


def test_a_date_for_certain_organisations(client: Client, person: User) -> None:
    theirs = make_organisation("Town of Elsewhere")
    session = in_days(organisations=(theirs,))
    page = client.get(page_of(session))
    assert card(page).startswith("For certain organisations only")
    assert "Only for people of Town of Elsewhere" in text(page)
    assert client.get(page_of(session, "book/"))["Location"] == page_of(session)
    assert text(client.post(page_of(session, "book/"), follow=True)).startswith("This date is for people of certain")
    assert not Booking.objects.exists()
    Membership.objects.create(person=person, unit=theirs.units.get(), from_day=LONG_AGO)
    assert card(client.get(page_of(session))) == "Seats free 5 seats left Book a seat"


def test_a_draft_that_was_thrown_away_is_nobody_s_page(client: Client, site: Any) -> None:
    session = in_days(is_draft=True)
    plan_date.cancel(public_id=session.public_id, reason="Never mind.", revision=None, by=None, at=timezone.now())
    assert client.get(page_of(session)).status_code == 404


def test_a_draft_is_there_for_those_who_run_it_alone(client: Client, site: Any) -> None:
    session = in_days(is_draft=True)
    trainer = make_person()
    grant(trainer, Role.TRAINER)
    found = (
        Client().get(page_of(session)).status_code,
        client.get(page_of(session)).status_code,
        client.get(page_of(session, "book/")).status_code,
        client.post(page_of(session, "book/")).status_code,
        signed_in(trainer).get(page_of(session)).status_code,
    )
    assert found == (404, 404, 404, 404, 200)


@pytest.mark.parametrize("rest", ["", "book/", "cancel/", "accept/", "decline/", "join/", "code.svg", "feedback/"])
def test_an_unknown_date_is_not_there(client: Client, rest: str) -> None:
    assert client.get(f"/en/dates/{uuid4()}/{rest}").status_code == 404


def test_the_agenda_has_the_times_of_this_date(client: Client, site: Any) -> None:
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    agenda = [("item", {"title": words, "minutes": 60}) for words in ("Welcome", "Cases", "Own case")]
    page = index.add_child(
        instance=WorkshopPage(
            **published("Lab", "lab", code="W3", summary="Calculate.", preparation="Read."), agenda=agenda
        )
    )
    meetings = tuple(MeetingPlan(date(2027, 3, day), time(10), 120, "Europe/Lisbon") for day in (26, 29))
    session = make_date(item=make_item("W3", "Lab", key=page.translation_key), meetings=meetings)
    said = text(client.get(page_of(session)))
    assert "All times are Lisbon time. Time Part Part 1 10:00 Welcome 11:00 Cases Part 2 10:00 Own case" in said
    assert "Before you come Read." in said


def test_the_page_costs_the_same_however_many_have_booked(
    client: Client, person: User, django_assert_num_queries: Any
) -> None:
    session = in_days(seats=1)
    waiting_for(session, person)
    client.get(page_of(session))
    with django_assert_num_queries(13):
        client.get(page_of(session))
    fill_up(session, 29, timezone.now())
    with django_assert_num_queries(13):
        client.get(page_of(session))


def test_after_the_date_who_came_is_asked_what_they_think(client: Client, person: User) -> None:
    session = in_days(-3)
    came(session, person)
    assert card(client.get(page_of(session))).startswith("You had a seat How was it?")
