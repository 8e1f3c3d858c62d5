"""Requests for seats: who may answer, what an answer does, and that none skips the number of seats."""

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
from academy.people.models import Unit, User
from academy.people.rules import join
from courses.booking.models import Booking, WorkshopSession
from tests.factories import booking as dates
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in

pytestmark = pytest.mark.one_database


@pytest.fixture
def office(site: Any) -> Unit:
    """A unit of a town."""
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


def member(unit: Unit, name: str) -> User:
    """Somebody who works in a unit."""
    person = make_person(display_name=name)
    join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    return person


def asking_first(days: int = 30, **fields: Any) -> WorkshopSession:
    """A date at which a manager has to agree."""
    now = timezone.now()
    return dates.make_date(day=(now + timedelta(days=days)).date(), at=now, **{"approval": "manager", **fields})


def ask(session: WorkshopSession, person: User) -> Booking:
    """Somebody's request, made now."""
    booking = dates.book(session, person, timezone.now())
    assert booking.state == "asked"
    return booking


def page_of(booking: Booking) -> str:
    """The address of the page on which it is answered."""
    return reverse("approval", args=[booking.public_id])


def main(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def state(booking: Booking) -> str:
    """Where it stands now."""
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def told(person: User) -> list[str]:
    """Kinds of the mails to somebody, oldest first."""
    return list(OutgoingEmail.objects.filter(to=person.email).order_by("pk").values_list("kind", flat=True))


def test_a_request_shows_what_one_needs_to_know_and_is_approved(client: Client, sofia: User, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    dates.book(
        asking_first(item=dates.make_item("W2", "Contract day"), approval="none", room="1"), jana, timezone.now()
    )
    booking = ask(asking_first(), jana)
    page = main(client.get("/en/team/workshops/"))
    shown = [words in page for words in ("Jana Albers", "5 of 5 seats are free", "Contract day", page_of(booking))]
    assert shown == [True] * 4
    page = main(client.get(page_of(booking)))
    shown = [
        words in page for words in ("Jana Albers asks for a seat", "5 of 5 seats are free", "Contract day", "Office")
    ]
    assert (shown, state(booking)) == ([True] * 4, "asked")
    page = main(client.post(page_of(booking), {"yes": "1"}, follow=True))
    assert "Jana Albers has a seat and is told by mail." in page
    assert "Nobody of your team waits for an answer." in page
    change = booking.changes.latest("pk")
    assert (change.after, change.why, change.by) == ("booked", "approved", sofia)
    assert told(jana)[-1] == "booking/booked"


def test_approved_when_all_seats_are_taken_is_a_place_on_the_list(client: Client, office: Unit) -> None:
    session = asking_first(seats=1)
    first, second = ask(session, member(office, "Jana Albers")), ask(session, member(office, "Ewa Nowak"))
    client.post(page_of(first), {"yes": "1"})
    assert "No seat is free: Ewa Nowak has a place on the waiting list." in main(client.get(page_of(second)))
    page = main(client.post(page_of(second), {"yes": "1"}, follow=True))
    assert "No seat is free: Ewa Nowak is on the waiting list and is told by mail." in page
    assert (state(first), state(second), session.pools.get().taken) == ("booked", "waiting", 1)
    assert "No. 1 on the waiting list" in main(client.get(page_of(second)))


def test_not_approved_the_person_reads_why(client: Client, sofia: User, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    booking = ask(asking_first(), jana)
    page = main(client.post(page_of(booking), {"no": "1", "reason": "The budget is spent."}, follow=True))
    assert "Not approved. Jana Albers is told by mail." in page
    change = booking.changes.latest("pk")
    assert (change.after, change.why, change.reason, change.by) == (
        "cancelled",
        "refused",
        "The budget is spent.",
        sofia,
    )
    assert told(jana)[-1] == "booking/refused"
    assert "Not approved" in main(client.get(page_of(booking)))


def test_a_reason_that_is_too_long_is_kept_and_said(client: Client, office: Unit) -> None:
    booking = ask(asking_first(), member(office, "Jana Albers"))
    response = client.post(page_of(booking), {"no": "1", "reason": "x" * 301})
    page = main(response)
    assert (response.status_code, "at most 300 characters" in page, "x" * 301 in page) == (422, True, True)
    assert client.post(page_of(booking), {"reason": "neither yes nor no"}).status_code == 422
    assert state(booking) == "asked"


def test_answered_twice_the_first_answer_stands(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    booking = ask(asking_first(), jana)
    client.post(page_of(booking), {"yes": "1"})
    before = told(jana)
    for answer in ({"yes": "1"}, {"no": "1", "reason": ""}):
        page = main(client.post(page_of(booking), answer, follow=True))
        assert "Nothing was changed." in page
        assert "This request has been answered." in page
    assert (state(booking), told(jana)) == ("booked", before)


def test_who_may_answer(client: Client, office: Unit) -> None:
    jana = member(make_unit("Facilities", parent=office), "Jana Albers")
    booking = ask(asking_first(), jana)
    deputy, beside, elsewhere, former = (make_person() for _ in range(4))
    grant(deputy, Role.DEPUTY, office)
    grant(beside, Role.MANAGER, make_unit("Roads", organisation=office.organisation))
    grant(elsewhere, Role.MANAGER, make_unit("Elsewhere"))
    grant(former, Role.MANAGER, office, until_day=timezone.localdate() - timedelta(days=1))
    people = {"deputy": deputy, "beside": beside, "elsewhere": elsewhere, "former": former, "jana": jana}
    answers = {name: signed_in(person).get(page_of(booking)).status_code for name, person in people.items()}
    assert answers == {"deputy": 200, "beside": 404, "elsewhere": 404, "former": 404, "jana": 404}
    for person in (beside, elsewhere, former, jana):
        assert signed_in(person).post(page_of(booking), {"yes": "1"}).status_code == 404
    assert Client().get(page_of(booking)).status_code == 302
    assert client.get(reverse("approval", args=[uuid4()])).status_code == 404
    assert state(booking) == "asked"
    assert "Jana" not in main(signed_in(elsewhere).get("/en/team/workshops/"))


def test_who_has_left_the_unit_is_not_asked_for_any_more(client: Client, office: Unit) -> None:
    jana = member(office, "Jana Albers")
    booking = ask(asking_first(), jana)
    jana.memberships.update(until_day=timezone.localdate() - timedelta(days=1))
    assert client.get(page_of(booking)).status_code == 404
    assert "Jana" not in main(client.get("/en/team/workshops/"))


def test_nobody_approves_their_own_request(client: Client, sofia: User, office: Unit) -> None:
    join(person=sofia, unit=office, from_day=LONG_AGO, by=None, at=AT)
    booking = ask(asking_first(), sofia)
    assert client.get(page_of(booking)).status_code == 404
    assert "Nobody of your team waits for an answer." in main(client.get("/en/team/workshops/"))


def test_where_nobody_leads_the_trainer_of_the_date_answers(site: Any) -> None:
    trainer, other = make_person(), make_person()
    for person in (trainer, other):
        grant(person, Role.TRAINER)
    booking = ask(asking_first(trainers=[trainer]), make_person(display_name="Jana Albers"))
    assert signed_in(other).get(page_of(booking)).status_code == 404
    page = main(signed_in(trainer).post(page_of(booking), {"yes": "1"}, follow=True))
    assert ("Jana Albers has a seat and is told by mail." in page, state(booking)) == (True, "booked")


def test_a_date_that_has_begun_needs_no_answer(client: Client, office: Unit) -> None:
    booking = ask(asking_first(), member(office, "Jana Albers"))
    now = timezone.now()
    WorkshopSession.objects.update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    assert "there is nothing to answer any more" in main(client.get(page_of(booking)))
    assert "Booking for this date is closed." in main(client.post(page_of(booking), {"yes": "1"}, follow=True))
    assert state(booking) == "asked"
