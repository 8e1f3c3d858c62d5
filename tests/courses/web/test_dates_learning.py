"""Workshops on a learner's own page, and the form afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.people.models import User
from courses.booking.enums import Approval, Presence, Waiting
from courses.booking.models import Booking, Feedback
from courses.flows import free_seat
from tests.factories.booking import book, make_date, make_item
from tests.factories.people import signed_in

from .date_pages import came, in_days, learner, meeting_in, page_of, text, waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ANSWERS = {"useful": "5", "clear": "4", "pace": "3", "liked": "The own case.", "better": ""}


@pytest.fixture
def person(site: Any) -> User:
    """Whose page it is."""
    return learner()


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    return signed_in(person)


def mine(client: Client) -> str:
    """The words of the page."""
    return text(client.get("/en/learning/"))


def test_without_bookings_the_page_is_as_before(client: Client) -> None:
    assert "Workshops" not in mine(client)
    assert "You have not started a course yet" in mine(client)


def test_each_way_to_stand_has_its_words(client: Client, person: User) -> None:
    now = timezone.now()
    book(in_days(9, item=make_item("W1", "Clinic"), room="1"), person, at=now)
    waiting_for(in_days(10, item=make_item("W2", "Dialogue"), room="2", seats=1), person, before=1)
    book(in_days(11, item=make_item("W3", "Lab"), room="3", approval=Approval.MANAGER), person, at=now)
    kept = in_days(12, item=make_item("W4", "Visit"), room="4", seats=1, waiting=Waiting.OFFER)
    first = book(kept, at=now)
    book(kept, person, at=now)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=now)
    page = mine(client)
    found = [page.index(words) for words in ("Clinic", "Dialogue", "Lab", "Visit")]
    assert found == sorted(found)
    assert "You have not started a course yet" not in page
    for words in ("Booked", "No. 2 on the waiting list", "Waits for approval", "A seat is kept for you until"):
        assert words in page


def test_an_offer_is_answered_from_there(client: Client, person: User) -> None:
    session = in_days(12, seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now())
    page = client.get("/en/learning/").content.decode()
    assert (page_of(session, "accept/") in page, page_of(session, "decline/") in page) == (True, True)


def test_the_way_to_the_room_stands_there_when_it_is_open(client: Client, person: User) -> None:
    session = make_date(
        at=timezone.now() - timedelta(days=9),
        meetings=(meeting_in(timedelta(minutes=5)),),
        seats={"online": 5},
        join_url="https://rooms.example/a",
        venue="",
        room="",
        city="",
    )
    book(session, person, mode="online", at=timezone.now() - timedelta(days=1))
    page = client.get("/en/learning/").content.decode()
    assert (page_of(session, "join/") in page, "rooms.example" in page) == (True, False)


def test_what_was_attended_counts_its_minutes_and_asks_for_a_word(client: Client, person: User) -> None:
    session = in_days(-3, item=make_item("W1", "Clinic"), room="1")
    came(session, person)
    came(in_days(-5, item=make_item("W2", "Dialogue"), room="2"), person, Presence.PART)
    came(in_days(-60, item=make_item("W3", "Lab"), room="3"), person)
    came(in_days(-6, item=make_item("W4", "Visit"), room="4"), person, Presence.ABSENT)
    page = mine(client)
    assert "Attended: 4 h Clinic" in page
    assert "Dialogue" in page
    assert "in part" in page
    assert "Visit" not in page
    assert [title in page for title in ("think of Clinic", "think of Dialogue", "think of Lab")] == [True, True, False]


def test_workshops_cost_the_same_with_one_and_with_thirty(
    client: Client, person: User, django_assert_num_queries: Any
) -> None:
    book(in_days(9, room="0"), person, at=timezone.now())
    client.get("/en/learning/")
    with django_assert_num_queries(15):
        client.get("/en/learning/")
    for number in range(1, 15):
        book(in_days(9 + number, room=str(number)), person, at=timezone.now())
        waiting_for(in_days(39 + number, room=str(number), seats=1), person)
    came(in_days(-3), person)
    with django_assert_num_queries(15):
        client.get("/en/learning/")


def test_who_came_says_what_they_think_once_and_without_a_name(client: Client, person: User) -> None:
    session = in_days(-3)
    came(session, person)
    address = page_of(session, "feedback/")
    assert "Your name is not kept with your answers." in text(client.get(address))
    after = client.post(address, ANSWERS, follow=True)
    assert text(after).startswith("Thank you. Your answers are kept without your name.")
    again = client.post(address, ANSWERS, follow=True)
    assert text(again).startswith("You have answered already. Thank you.")
    assert client.get(address)["Location"] == page_of(session)
    kept = Feedback.objects.values_list("session", "useful", "clear", "pace", "liked", "better")
    assert list(kept) == [(session.pk, 5, 4, 3, "The own case.", "")]
    assert "think of" not in mine(client)


def test_what_is_left_out_is_said_and_nothing_typed_is_lost(client: Client, person: User) -> None:
    session = in_days(-3)
    came(session, person)
    wrong = client.post(page_of(session, "feedback/"), {**ANSWERS, "pace": "9", "clear": ""})
    page = wrong.content.decode()
    assert (wrong.status_code, "2 answers need your attention" in page, "The own case." in page) == (422, True, True)
    assert page.count(" checked") == 1
    assert not Feedback.objects.exists()


def test_the_form_is_for_those_who_came(client: Client, person: User) -> None:
    session = in_days(-3)
    address = page_of(session, "feedback/")
    assert (client.get(address).status_code, client.post(address, ANSWERS).status_code) == (404, 404)
    came(session, person, Presence.ABSENT)
    assert client.get(address)["Location"] == page_of(session)
    assert text(client.post(address, ANSWERS, follow=True)).startswith("The form is for people who took part.")
    assert list(Booking.objects.values_list("feedback_at", flat=True)) == [None]
