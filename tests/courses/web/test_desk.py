"""A trainer's agenda and the desk of a date: numbers, people, seats on purpose, cancelling, moving, writing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.booking.models import Booking, SessionMessage, Unavailability, WorkshopSession
from courses.booking.rules.plans import MeetingPlan, QuestionPlan
from courses.booking.rules.wishes import want
from courses.flows import book_seat, free_seat, plan_date
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import booking as dates
from tests.factories.curriculum import published
from tests.factories.people import LONG_AGO, grant, make_person, make_unit, signed_in

from .test_planning import DAY, ZONE, text

AGENDA = "/en/my-workshops/"


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer for everybody."""
    person = make_person(display_name="Tess Trainer", time_zone=ZONE)
    grant(person, Role.TRAINER)
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's browser."""
    return signed_in(trainer)


def make(trainer: User | None, days: int = 40, **fields: Any) -> WorkshopSession:
    """A date so many days from today (before today: it is over)."""
    meeting = MeetingPlan(timezone.localdate() + timedelta(days=days), dates.time(10), 180, ZONE)
    at = timezone.now() - timedelta(days=90)
    trainers = (trainer,) if trainer is not None else ()
    return dates.make_date(**{"meetings": (meeting,), "trainers": trainers, "at": at, "reason": "Test", **fields})


def book(session: WorkshopSession, name: str, **fields: Any) -> Booking:
    """Somebody with this name books."""
    return dates.book(session, make_person(display_name=name), at=timezone.now() - timedelta(days=80), **fields)


def to(name: str, session: WorkshopSession, *more: Any) -> str:
    """An address of the date."""
    return reverse(name, args=[session.public_id, *more])


def test_the_agenda_says_when_where_and_how_full(client: Client, trainer: User) -> None:
    session = make(trainer, seats=2, waiting="offer", language="de", days=3)
    first = book(session, "Ana")
    for name in ("Bea", "Cem", "Dov"):
        book(session, name)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now())
    make(None, item=dates.make_item("W2", "Of somebody else"))
    page = text(client.get(AGENDA))
    said = [
        "In the next seven days",
        "10:00–13:00 (Berlin time)",
        "2.14, Town hall, Lindenmark",
        "Deutsch",
        "2 of 2 seats taken",
        "1 booked",
        "1 waiting",
        "1 seat kept until",
        f'href="{to("session_edit", session)}"',
        f'href="{to("session_cancel", session)}"',
        f'href="{to("session_write", session)}"',
        f"?copy={session.public_id}",
    ]
    assert [words for words in said if words not in page] == []
    assert ("Of somebody else" in page, "Of somebody else" in text(client.get(f"{AGENDA}?whose=all"))) == (False, True)


def test_drafts_past_and_cancelled_dates(client: Client, trainer: User) -> None:
    make(trainer, is_draft=True, item=dates.make_item("W2", "Only a draft"))
    make(trainer, days=-5, item=dates.make_item("W3", "Last week"))
    cancelled = make(trainer, item=dates.make_item("W4", "Called off"), room="9")
    plan_date.cancel(public_id=cancelled.public_id, reason="Ill", revision=None, by=trainer, at=timezone.now())
    coming, past = text(client.get(AGENDA)), text(client.get(f"{AGENDA}?view=past"))
    titles = ("Only a draft", "Last week", "Called off")
    main = coming[: coming.index("<aside")]
    assert [(title in main, title in past) for title in titles] == [(True, False), (False, True), (False, True)]
    assert "Draft" in main


def test_what_waits_for_a_trainer(client: Client, trainer: User, site: Any) -> None:
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    page = index.add_child(instance=WorkshopPage(**published("Study visit", "w6"), code="w6"))
    item = dates.make_item("W6", "Study visit", key=page.translation_key)
    for _ in range(3):
        want(person=make_person(), item_key=item.key, at=timezone.now())
    over = make(trainer, days=-3, item=dates.make_item("W3", "Cost lab"))
    book(over, "Ana")
    near = timezone.localdate() + timedelta(days=3)
    short = make(trainer, days=9, item=dates.make_item("W2", "Simulation"), minimum=12, decide_on=near, seats=20)
    book(short, "Bea")
    said = text(client.get(AGENDA))
    aside = said[said.index("<aside") :]
    assert ("3 people want Study visit" in aside, "Simulation: 1 of 12 needed, run or cancel" in aside) == (True, True)
    assert "Attendance of" in aside
    assert "3 people want a date" in text(client.get(f"{AGENDA}?view=undated"))


def agenda_of(trainer: User, count: int) -> None:
    """So many dates with somebody on them."""
    person = make_person()
    for n in range(count):
        session = make(trainer, days=20 + n, room=f"Room {n}")
        dates.book(session, person, at=timezone.now())


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 30])
def test_the_agenda_needs_the_same_queries_for_any_number(
    client: Client, trainer: User, django_assert_num_queries: Any, count: int
) -> None:
    agenda_of(trainer, count)
    client.get(AGENDA)
    with django_assert_num_queries(18):
        page = text(client.get(AGENDA))
    assert page.count('class="agenda-time"') == count


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 30])
def test_the_desk_needs_the_same_queries_for_any_number(
    client: Client, trainer: User, django_assert_num_queries: Any, count: int
) -> None:
    session = make(trainer, seats=count)
    unit = make_unit()
    for booking in dates.fill_up(session, count):
        Membership.objects.create(person=booking.person, unit=unit, from_day=LONG_AGO)
    address = to("session_desk", session)
    client.get(address)
    with django_assert_num_queries(14):
        page = text(client.get(address))
    assert page.count("Buying, Town of Lindau") == count


def test_the_desk_lists_people_in_order_with_what_they_answered(client: Client, trainer: User) -> None:
    session = make(
        trainer,
        seats=2,
        questions=(QuestionPlan("What do you eat?", is_sensitive=True),),
    )
    eats = session.questions.get()
    book(session, "Ana", answers={eats.pk: "No nuts"})
    book(session, "Bea")
    book(session, "Cem")
    book(session, "Dov")
    page = text(client.get(to("session_desk", session)))
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    places = [table.index(name) for name in ("Ana", "Bea", "Cem", "Dov")]
    assert places == sorted(places)
    said = ("No. 1 on the waiting list", "No. 2 on the waiting list", "What do you eat?</span> No nuts")
    assert [words for words in said if words not in table] == []
    assert ("Sensitive answers stand on this page alone" in page, "Joined the waiting list" in page) == (True, True)


def test_the_dates_of_others_are_not_there(site: Any) -> None:
    unit = make_unit()
    other = make_person()
    grant(other, Role.TRAINER, unit)
    session = make(None)
    booking = book(session, "Ana")
    browser, learner = signed_in(other), signed_in(make_person())
    names = ("session_desk", "session_edit", "session_cancel", "session_seat", "session_write")
    addresses = [*(to(name, session) for name in names), to("session_booking", session, booking.public_id)]
    assert {browser.get(address).status_code for address in addresses} == {404}
    assert {learner.get(address).status_code for address in addresses} == {403}
    posts = [to(name, session) for name in ("session_open", "session_go_ahead")]
    assert {browser.post(address).status_code for address in posts} == {404}
    assert {signed_in(other).get(address).status_code for address in posts} == {405}


def test_a_seat_over_capacity_has_a_reason_and_stands_so(client: Client, trainer: User) -> None:
    session = make(trainer, seats=1)
    book(session, "Ana")
    address = to("session_seat", session)
    person = make_person("dora@example.org", display_name="Dora")
    data = {"email": "DORA@example.org", "mode": "place", "language": "en", "mark": str(uuid4())}
    response = client.post(address, data)
    assert (response.status_code, "Say why: it is written down with your name." in text(response)) == (422, True)
    page = text(client.post(address, {**data, "reason": "Invited by the mayor"}, follow=True))
    said = ("Dora has a seat, over capacity on purpose.", "Invited by the mayor", "1 over capacity on purpose")
    assert [words for words in said if words not in page] == []
    assert Booking.objects.get(session=session, person=person).is_over
    page = text(client.post(address, {**data, "reason": "Once more"}, follow=True))
    assert "There is a booking for this date already." in page


def test_a_guest_is_seated_by_name_and_once(client: Client, trainer: User) -> None:
    session = make(trainer)
    address = to("session_seat", session)
    data = {"name": " Gus  Guest", "organisation": "Town of Aal", "mode": "place", "language": "nl"}
    data["mark"] = str(uuid4())
    for _ in range(2):
        client.post(address, data)
    guest = Booking.objects.get(session=session)
    assert (guest.guest_name, guest.guest_organisation, guest.guest_language) == ("Gus Guest", "Town of Aal", "nl")
    page = text(client.get(to("session_desk", session)))
    assert ("Gus Guest" in page, "Town of Aal" in page, ">Guest<" in page) == (True, True, True)
    for fields, said in (
        ({"name": "", "email": ""}, "Give the address of an account, or the name of a guest."),
        ({"name": "", "email": "nobody@example.org"}, "Nobody whom you train has this address."),
        ({"mode": "boat"}, "Select a valid choice."),
    ):
        response = client.post(address, {**data, "mark": str(uuid4()), **fields})
        assert (response.status_code, said in text(response)) == (422, True)


def test_cancelling_for_somebody_says_who_moves_up(client: Client, trainer: User) -> None:
    session = make(trainer, seats=1)
    first, _second = book(session, "Ana"), book(session, "Bea")
    address = to("session_booking", session, first.public_id)
    page = text(client.post(address, {"do": "cancel", "reason": "Broke a leg"}, follow=True))
    assert "The booking is cancelled: Ana. Bea moves up and has a seat." in page
    kinds = OutgoingEmail.objects.filter(person__isnull=False).values_list("person__display_name", "kind")
    assert {("Ana", "booking/cancelled"), ("Bea", "booking/booked")} <= set(kinds)
    page = text(client.post(address, {"do": "cancel"}, follow=True))
    assert "Nothing was changed." in page
    assert client.get(to("session_booking", session, uuid4())).status_code == 404


def test_somebody_is_moved_to_a_date_with_a_free_seat(client: Client, trainer: User) -> None:
    session, other = make(trainer), make(trainer, days=60)
    full = make(trainer, days=70, seats=1)
    book(full, "Dov")
    booking = book(session, "Ana")
    address = to("session_booking", session, booking.public_id)
    page = text(client.get(address))
    assert (str(other.public_id) in page, str(full.public_id) in page) == (True, False)
    assert client.post(address, {"do": "move", "to": f"{full.public_id} place"}).status_code == 422
    page = text(client.post(address, {"do": "move", "to": f"{other.public_id} place"}, follow=True))
    assert "Ana is moved to the other date and is told." in page
    assert (dates.states(session), dates.states(other)) == (["cancelled"], ["booked"])


def test_a_request_is_answered_by_the_trainer_where_nobody_leads(client: Client, trainer: User) -> None:
    session = make(trainer, approval="manager")
    alone, led = book(session, "Ana"), make_person(display_name="Bea")
    unit = make_unit()
    Membership.objects.create(person=led, unit=unit, from_day=LONG_AGO)
    grant(make_person(), Role.MANAGER, unit)
    theirs = dates.book(session, led, at=timezone.now())
    page = text(client.post(to("session_booking", session, alone.public_id), {"do": "approve"}, follow=True))
    assert "Ana has a seat." in page
    page = text(client.post(to("session_booking", session, theirs.public_id), {"do": "approve"}, follow=True))
    assert ("There is no such booking." in page, dates.states(session)) == (True, ["booked", "asked"])


def test_a_date_is_cancelled_with_a_reason_that_everybody_reads(client: Client, trainer: User) -> None:
    session, other = make(trainer), make(trainer, days=60)
    for name in ("Ana", "Bea"):
        book(session, name)
    OutgoingEmail.objects.all().delete()
    address = to("session_cancel", session)
    page = text(client.get(address))
    day = other.meetings.get().day
    assert ("2 people will be told" in page, f"{day:%Y}" in page) == (True, True)
    assert client.post(address, {"reason": ""}).status_code == 422
    session.refresh_from_db()
    stale = {"reason": "The hall is flooded", "revision": session.revision - 1}
    response = client.post(address, stale)
    assert (response.status_code, "A colleague has changed this date meanwhile." in text(response)) == (422, True)
    done = {"reason": "The hall is flooded", "revision": session.revision}
    assert "The date is cancelled. 2 people are told." in text(client.post(address, done, follow=True))
    mails = OutgoingEmail.objects.filter(kind="booking/session_cancelled")
    assert (mails.count(), all("The hall is flooded" in mail.text for mail in mails)) == (2, True)
    assert "so it cannot be changed" in text(client.post(address, done, follow=True))


def test_a_draft_is_opened_and_a_date_goes_ahead(client: Client, trainer: User) -> None:
    session = make(trainer, is_draft=True, minimum=4)
    assert "The date is open for booking." in text(client.post(to("session_open", session), follow=True))
    assert client.post(to("session_open", session)).status_code == 302
    assert "The date goes ahead." in text(client.post(to("session_go_ahead", session), follow=True))
    session.refresh_from_db()
    assert session.state == "going_ahead"


def test_a_message_is_looked_at_in_each_language_and_sent_once(client: Client, trainer: User) -> None:
    session = make(trainer, language="de")
    for name, language in (("Ana", "nl"), ("Bea", "de"), ("Cem", "fr")):
        dates.book(session, make_person(display_name=name, language=language), at=timezone.now())
    OutgoingEmail.objects.all().delete()
    address = to("session_write", session)
    data = {
        "group": "booked",
        "subject_de": "Bitte mitbringen",
        "text_de": "Guten Tag {name},\nbringen Sie {title} mit.",
        "subject_nl": "Meebrengen",
        "text_nl": "Dag {name}",
        "step": "preview",
        "mark": str(uuid4()),
    }
    page = text(client.post(address, data))
    said = ("2 people get it like this", "1 person gets it like this", "Guten Tag …", "Functional question clinic")
    assert [words for words in said if words not in page] == []
    assert (OutgoingEmail.objects.count(), SessionMessage.objects.count()) == (0, 0)
    assert "Guten Tag {name}" in text(client.post(address, {**data, "step": "back"}))
    assert "Sent to 3 people." in text(client.post(address, {**data, "step": "send"}, follow=True))
    page = text(client.post(address, {**data, "step": "send"}, follow=True))
    assert ("Nobody gets it twice." in page, OutgoingEmail.objects.count()) == (True, 3)
    mail = OutgoingEmail.objects.get(language="nl")
    assert ("Dag Ana" in mail.text, mail.subject) == (True, "Meebrengen")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text_de": "Hallo {vorname}"}, "This is not filled in: {vorname}. You can use {name}, {title}"),
        ({"subject_de": "{name.__class__}"}, "This is not filled in: {name.__class__}."),
        ({"subject_de": ""}, "This field is required."),
        ({"text_nl": "Dag"}, "Give a subject in this language, too."),
        ({"subject_nl": "Dag"}, "Give a text in this language, too."),
        ({"group": "waiting"}, "There is nobody in this group with an e-mail address."),
        ({"group": "friends"}, "Select a valid choice."),
    ],
)
def test_messages_that_cannot_be_sent(client: Client, trainer: User, fields: dict[str, str], said: str) -> None:
    session = make(trainer, language="de")
    book(session, "Ana")
    data = {"group": "booked", "subject_de": "Hallo", "text_de": "Guten Tag, kept as typed", **fields, "step": "send"}
    response = client.post(to("session_write", session), data)
    page = text(response)
    assert (response.status_code, said in page, SessionMessage.objects.count()) == (422, True, 0)
    assert "kept as typed" in page or "text_de" in fields


@pytest.mark.one_database
def test_times_not_available_are_ones_own(client: Client, trainer: User) -> None:
    address = reverse("unavailable")
    data = {"starts": f"{DAY.isoformat()}T08:00", "ends": f"{DAY.isoformat()}T18:00"}
    for _ in range(2):
        page = text(client.post(address, data, follow=True))
    row = Unavailability.objects.get()
    assert ("08:00–18:00 (Berlin time)" in page, row.ends_at - row.starts_at) == (True, timedelta(hours=10))
    response = client.post(address, {**data, "ends": f"{DAY.isoformat()}T07:00"})
    assert (response.status_code, "The end lies before the beginning." in text(response)) == (422, True)
    other = make_person()
    grant(other, Role.TRAINER)
    signed_in(other).post(address, {"remove": str(row.pk)})
    assert Unavailability.objects.count() == 1
    client.post(address, {"remove": str(row.pk)})
    assert Unavailability.objects.count() == 0
    assert client.post(address, {"remove": "x"}).status_code == 302


def test_an_administrator_sees_every_date(site: Any) -> None:
    admin = make_person()
    grant(admin, Role.PLATFORM_ADMIN)
    session = make(None)
    assert to("session_desk", session) in text(signed_in(admin).get(AGENDA))
    assert signed_in(admin).get(reverse("unavailable")).status_code == 403


def test_rooms_and_both_kinds_of_seats_stand_on_the_agenda(client: Client, trainer: User) -> None:
    session = make(trainer, seats={"place": 2, "online": 3}, join_url="https://meet.example.org/x")
    person = make_person(display_name="Ana")
    book_seat.book(session_id=session.public_id, person=person, mode="online", by=person, at=timezone.now())
    page = text(client.get(AGENDA))
    said = ("On site: 0 of 2 seats taken", "Online: 1 of 3 seats taken", "https://meet.example.org/x")
    assert [words for words in said if words not in page] == []
