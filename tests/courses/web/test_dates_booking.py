"""Booking in two clicks, cancelling, answering an offer, joining, the code for the door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from academy.people.enums import Role
from academy.people.models import User
from courses.booking.enums import Approval, QuestionKind, Waiting
from courses.booking.models import Booking, SignUpAnswer, WorkshopSession
from courses.booking.rules.plans import QuestionPlan
from courses.flows import free_seat
from tests.factories.booking import book, fill_up, make_date, make_item, states
from tests.factories.people import grant, make_person, signed_in

from .date_pages import card, in_days, learner, meeting_in, page_of, text, waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
JOIN = "https://rooms.example/abc-def"
DIET = QuestionPlan(
    "What do you eat?", kind=QuestionKind.TEXT, is_required=True, is_sensitive=True, erase_after_days=14
)
LUNCH = QuestionPlan("Lunch?", kind=QuestionKind.YES_NO)
GROUP = QuestionPlan("Which group?", kind=QuestionKind.CHOICE, options=("Town", "Region"), is_required=True)


@pytest.fixture
def person(site: Any) -> User:
    """Who books."""
    return learner()


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    return signed_in(person)


def post(client: Client, session: WorkshopSession, rest: str = "book/", **data: Any) -> Any:
    """Press the button, and see the page that follows."""
    return client.post(page_of(session, rest), data, follow=True)


def test_two_clicks_and_nothing_typed(client: Client, person: User) -> None:
    session = in_days()
    page = client.get(page_of(session))
    assert f'href="{page_of(session, "book/")}">Book a seat</a>' in page.content.decode()
    asked = client.get(page_of(session, "book/"))
    assert asked.content.decode().count("<input ") == asked.content.decode().count('type="hidden"')
    after = post(client, session)
    assert after.redirect_chain == [(page_of(session), 302)]
    assert text(after).startswith("Your seat is booked. The date is on its way to your mailbox.")
    assert card(after).startswith("You have a seat")
    assert list(Booking.objects.values_list("person", "state", "by")) == [(person.pk, "booked", person.pk)]


def test_pressed_twice_it_is_one_booking(client: Client) -> None:
    session = in_days()
    post(client, session)
    again = post(client, session)
    assert text(again).startswith("There is a booking for this date already. Nothing was changed.")
    assert states(session) == ["booked"]


def test_looking_books_nothing(client: Client) -> None:
    session = in_days()
    for rest in ("", "book/", "cancel/", "accept/", "decline/", "join/"):
        client.get(page_of(session, rest))
        client.head(page_of(session, rest))
    assert states(session) == []


def test_on_a_full_date_one_joins_the_list(client: Client) -> None:
    session = in_days(seats=1)
    fill_up(session, 2, timezone.now())
    assert "Join the waiting list" in text(client.get(page_of(session, "book/")))
    after = post(client, session)
    assert "You are No. 2 on the waiting list." in text(after)
    assert card(after).startswith("You are waiting No. 2 on the waiting list")


def test_with_approval_one_asks(client: Client) -> None:
    session = in_days(approval=Approval.MANAGER)
    assert "Ask for a seat" in text(client.get(page_of(session, "book/")))
    assert card(post(client, session)).startswith("Your request waits for approval")


def test_of_two_kinds_of_seats_one_is_chosen(client: Client) -> None:
    session = in_days(seats={"place": 1, "online": 3}, join_url=JOIN)
    fill_up(session, 1, timezone.now())
    said = text(client.get(page_of(session, "book/")))
    assert "On site: full, you join the waiting list" in said
    assert "Online: 3 seats left" in said
    unchosen = client.post(page_of(session, "book/"))
    assert (unchosen.status_code, "How do you take part?: Choose one of the two." in text(unchosen)) == (422, True)
    assert client.post(page_of(session, "book/"), {"mode": "lying down"}).status_code == 422
    assert card(post(client, session, mode="online")).startswith("You have a seat Booked Online")


def test_the_dates_own_questions(client: Client) -> None:
    session = in_days(questions=(DIET, LUNCH, GROUP))
    first, second, third = session.questions.all()
    page = text(client.get(page_of(session, "book/")))
    assert "Only the people who run this date read your answer. It is erased 14 days after the date." in page
    wrong = client.post(page_of(session, "book/"), {f"question_{second.pk}": "yes", f"question_{third.pk}": "Village"})
    assert wrong.status_code == 422
    assert 'value="yes" id="id_question_' in wrong.content.decode().replace(
        f"id_question_{second.pk}_0", "id_question_"
    )
    assert f'href="#id_question_{first.pk}"' in wrong.content.decode()
    assert states(session) == []
    data = {f"question_{first.pk}": "No nuts", f"question_{second.pk}": "yes", f"question_{third.pk}": "Town"}
    post(client, session, **data)
    kept = list(SignUpAnswer.objects.order_by("question__number").values_list("value", flat=True))
    assert kept == ["No nuts", "yes", "Town"]


@pytest.mark.parametrize("text_typed", ["x" * 501, "a\x00b"])
def test_what_cannot_be_kept_is_said_at_the_field(client: Client, text_typed: str) -> None:
    session = in_days(questions=(DIET,))
    data = {f"question_{session.questions.get().pk}": text_typed}
    assert client.post(page_of(session, "book/"), data).status_code == 422
    assert states(session) == []


def test_an_overlap_is_said_and_asked_about(client: Client, person: User) -> None:
    other = in_days(item=make_item("W2", "Market dialogue"), room="1.1")
    book(other, person, at=timezone.now())
    session = in_days()
    page = text(client.get(page_of(session, "book/")))
    assert "This overlaps with something else of yours: Market dialogue" in page
    assert client.post(page_of(session, "book/")).status_code == 422
    assert states(session) == []
    assert card(post(client, session, accepts_overlap="on")).startswith("You have a seat")


def test_an_overlap_is_refused_where_the_academy_says_so(client: Client, person: User, settings: Settings) -> None:
    settings.BOOKING_OVERLAPS = "block"
    book(in_days(item=make_item("W2", "Market dialogue"), room="1.1"), person, at=timezone.now())
    session = in_days()
    page = client.get(page_of(session, "book/"))
    assert "You cannot book both." in text(page)
    assert "Book this seat" not in text(page)
    after = post(client, session, accepts_overlap="on")
    assert text(after).startswith("This overlaps with something else.")
    assert states(session) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"closes_at": timedelta(days=-1)}, "Booking for this date is closed."),
        ({"opens_at": timedelta(days=1)}, "This date takes no bookings."),
    ],
)
def test_outside_the_window_nothing_is_booked(client: Client, changes: dict[str, timedelta], said: str) -> None:
    session = in_days(**{name: timezone.now() + distance for name, distance in changes.items()})
    assert client.get(page_of(session, "book/"))["Location"] == page_of(session)
    assert text(post(client, session)).startswith(said)
    assert states(session) == []


def test_cancelling_asks_once_and_the_next_person_has_the_seat(client: Client, person: User) -> None:
    session = in_days(seats=1)
    book(session, person, at=timezone.now())
    book(session, at=timezone.now())
    page = client.get(page_of(session, "cancel/"))
    assert text(page).startswith("Cancel your seat?")
    assert states(session) == ["booked", "waiting"]
    after = post(client, session, "cancel/")
    assert text(after).startswith("Your seat is cancelled. It goes to the next person on the list.")
    assert states(session) == ["cancelled", "booked"]
    again = post(client, session, "cancel/")
    assert text(again).startswith("You have no booking for this date any more. Nothing was changed.")


def test_where_nobody_waits_no_next_person_is_spoken_of(client: Client, person: User) -> None:
    session = in_days(seats=1)
    book(session, person, at=timezone.now())
    said = text(post(client, session, "cancel/"))
    assert (said.startswith("Your seat is cancelled."), "the next person" in said) == (True, False)


def test_leaving_the_list(client: Client, person: User) -> None:
    session = in_days(seats=1)
    waiting_for(session, person)
    assert text(client.get(page_of(session, "cancel/"))).startswith("Leave the waiting list?")
    assert text(post(client, session, "cancel/")).startswith("You are not on the waiting list any more.")
    assert states(session) == ["booked", "cancelled"]


def test_too_late_to_cancel(client: Client, person: User) -> None:
    session = in_days(cancel_until=timezone.now() + timedelta(days=1))
    book(session, person, at=timezone.now())
    WorkshopSession.objects.update(cancel_until=timezone.now() - timedelta(hours=1))
    assert client.get(page_of(session, "cancel/"))["Location"] == page_of(session)
    assert text(post(client, session, "cancel/")).startswith("It is too late to cancel this seat here.")
    assert states(session) == ["booked"]


def test_nobody_cancels_for_somebody_else(client: Client) -> None:
    session = in_days()
    fill_up(session, 1, timezone.now())
    post(client, session, "cancel/")
    assert states(session) == ["booked"]


@pytest.mark.parametrize(("rest", "now"), [("accept/", ["cancelled", "booked"]), ("decline/", ["cancelled"] * 2)])
def test_an_offer_is_answered_once(client: Client, person: User, rest: str, now: list[str]) -> None:
    session = in_days(seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now())
    assert states(session) == ["cancelled", "offered"]
    post(client, session, rest)
    post(client, session, rest)
    assert states(session) == now


def test_an_offer_that_is_over_cannot_be_accepted(client: Client, person: User) -> None:
    session = in_days(seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now() - timedelta(days=2))
    assert text(post(client, session, "accept/")).startswith("This seat is not kept for you any more.")
    assert states(session) == ["cancelled", "offered"]


def online(begins_in: timedelta) -> WorkshopSession:
    """A date online that begins so soon."""
    fields = {"seats": {"online": 5}, "join_url": JOIN, "venue": "", "room": "", "city": ""}
    return make_date(at=timezone.now() - timedelta(days=9), meetings=(meeting_in(begins_in),), **fields)


@pytest.mark.parametrize(
    ("begins_in", "opens"),
    [
        (timedelta(minutes=20), False),
        (timedelta(minutes=13), True),
        (-timedelta(minutes=30), True),
        (-timedelta(minutes=125), False),
    ],
)
def test_the_room_opens_a_quarter_of_an_hour_before_and_closes_at_the_end(
    client: Client, person: User, begins_in: timedelta, opens: bool
) -> None:
    session = online(begins_in)
    book(session, person, at=timezone.now() - timedelta(days=5), mode="online")
    response = client.get(page_of(session, "join/"))
    assert response["Location"] == (JOIN if opens else page_of(session))
    assert (response["Referrer-Policy"], "no-store" in response["Cache-Control"]) == ("no-referrer", True)
    page = client.get(page_of(session))
    assert ("To the online room" in card(page), JOIN in page.content.decode()) == (opens, False)


def test_the_room_is_for_those_with_a_seat_and_those_who_run_the_date(client: Client) -> None:
    session = online(timedelta(minutes=5))
    trainer = make_person()
    grant(trainer, Role.TRAINER)
    assert client.get(page_of(session, "join/"))["Location"] == page_of(session)
    assert signed_in(trainer).get(page_of(session, "join/"))["Location"] == JOIN
    assert Client().get(page_of(session, "join/"))["Location"].startswith("/en/account/login/")


def test_who_sits_in_the_room_needs_no_link(client: Client, person: User) -> None:
    meetings = (meeting_in(timedelta(minutes=5)),)
    session = make_date(
        at=timezone.now() - timedelta(days=9), meetings=meetings, seats={"place": 5, "online": 5}, join_url=JOIN
    )
    book(session, person, at=timezone.now() - timedelta(days=5))
    assert client.get(page_of(session, "join/"))["Location"] == page_of(session)


def test_the_code_for_the_door_is_ones_own(client: Client, person: User) -> None:
    session = in_days()
    assert client.get(page_of(session, "code.svg")).status_code == 404
    book(session, person, at=timezone.now())
    response = client.get(page_of(session, "code.svg"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert "no-store" in response["Cache-Control"]
    assert signed_in(learner()).get(page_of(session, "code.svg")).status_code == 404


@pytest.mark.parametrize(("mode", "has_code"), [("place", True), ("online", False)])
def test_who_sits_online_is_shown_no_code_for_the_door(client: Client, person: User, mode: str, has_code: bool) -> None:
    session = make_date(
        at=timezone.now() - timedelta(days=9),
        meetings=(meeting_in(timedelta(days=3)),),
        seats={"place": 5, "online": 5},
        join_url=JOIN,
    )
    book(session, person, at=timezone.now(), mode=mode)
    assert ("Your code for the door" in card(client.get(page_of(session)))) is has_code
