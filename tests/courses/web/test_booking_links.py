"""Links from mails: opening one changes nothing, its button does one thing, and it says where things stand."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from academy.people.models import User
from courses.booking import tokens
from courses.booking.enums import Waiting
from courses.booking.models import Booking, WorkshopSession
from courses.booking.rules.seats import Who
from courses.booking.tokens import Act
from courses.flows import book_seat, free_seat, plan_date
from tests.factories.booking import book, states
from tests.factories.people import signed_in

from .date_pages import in_days, learner, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def person(site: Any) -> User:
    """To whom the mail went."""
    return learner(language="de")


def address(booking: Booking, act: Act, until: Any = None, language: str = "en") -> str:
    """The link as a mail has it."""
    token = tokens.make(booking.public_id, act, until or timezone.now() + timedelta(hours=5))
    return f"/b/{token}/?lang={language}"


def offered(person: User) -> tuple[WorkshopSession, Booking]:
    """A date with one seat, which is kept for the person."""
    session = in_days(seats=1, waiting=Waiting.OFFER)
    first = book(session, at=timezone.now())
    booking = book(session, person, at=timezone.now())
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=timezone.now())
    return session, booking


def everything() -> dict[str, str]:
    """A checksum of each table."""
    return {
        model._meta.db_table: hashlib.sha256(
            repr(sorted(map(repr, model._default_manager.values_list()))).encode()
        ).hexdigest()
        for model in apps.get_models()
    }


@pytest.mark.parametrize("act", [Act.ACCEPT, Act.DECLINE, Act.CANCEL])
def test_opening_a_link_changes_nothing(person: User, act: Act) -> None:
    _session, booking = offered(person)
    link = address(booking, act)
    for client in (Client(), signed_in(person)):
        before = everything()
        answers = [client.get(link), client.head(link), client.get(link), client.head(link)]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert everything() == before


@pytest.mark.parametrize(
    ("act", "question", "now", "standing"),
    [
        (Act.ACCEPT, "Book this seat?", "booked", "You have a seat"),
        (Act.DECLINE, "Let this seat go?", "cancelled", "You let this seat go"),
    ],
)
def test_the_button_does_what_it_says_once_without_signing_in(
    person: User, act: Act, question: str, now: str, standing: str
) -> None:
    session, booking = offered(person)
    link, client = address(booking, act), Client()
    page = client.get(link)
    assert text(page).startswith(question)
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert main.count("<button") == 1
    after = client.post(link, follow=True)
    assert after.redirect_chain == [(link, 302)]
    assert text(after).startswith(standing)
    changes = Booking.objects.get(pk=booking.pk).changes.count()
    assert text(client.post(link, follow=True)).startswith(standing)
    assert states(session) == ["cancelled", now]
    assert Booking.objects.get(pk=booking.pk).changes.count() == changes


def test_the_link_of_a_reminder_frees_the_seat_for_the_next(person: User) -> None:
    session = in_days(seats=1)
    booking = book(session, person, at=timezone.now())
    book(session, at=timezone.now())
    client = Client()
    assert text(client.get(address(booking, Act.CANCEL))).startswith("Cancel your seat?")
    assert text(client.post(address(booking, Act.CANCEL), follow=True)).startswith("Your seat is cancelled")
    assert states(session) == ["cancelled", "booked"]
    assert booking.changes.get(after="cancelled").by == person


def test_it_works_for_a_guest(site: Any) -> None:
    session = in_days()
    who = Who(name="Gesa Gast", email="gesa@guests.example", language="de")
    step = book_seat.seat(
        session_id=session.public_id, who=who, mode="place", by=None, at=timezone.now(), reason="Invited"
    )
    client = Client()
    page = client.get(address(step.booking, Act.CANCEL))
    assert (text(page).startswith("Cancel your seat?"), "Gesa" in page.content.decode()) == (True, False)
    client.post(address(step.booking, Act.CANCEL))
    assert states(session) == ["cancelled"]


def test_a_link_is_for_one_purpose(person: User) -> None:
    session, booking = offered(person)
    token = tokens.make(booking.public_id, Act.ACCEPT, timezone.now() + timedelta(hours=5))
    Client().post(f"/b/{token}/?lang=en", {"act": "decline", "cancel": "1"})
    assert states(session) == ["cancelled", "booked"]


def test_after_its_time_a_link_does_nothing_and_says_where_the_booking_stands(person: User) -> None:
    session, booking = offered(person)
    link = address(booking, Act.DECLINE, timezone.now() - timedelta(minutes=1))
    assert text(Client().get(link)).startswith("A seat is kept for you ")
    assert "This link is over. You can still answer until " in text(Client().get(link))
    Client().post(link)
    assert states(session) == ["cancelled", "offered"]


def test_who_cancels_too_late_is_told_so(person: User) -> None:
    session = in_days(cancel_until=timezone.now() + timedelta(days=1))
    booking = book(session, person, at=timezone.now())
    WorkshopSession.objects.update(cancel_until=timezone.now() - timedelta(minutes=1))
    link = address(booking, Act.CANCEL)
    Client().post(link)
    said = text(Client().get(link))
    assert said.startswith("You have a seat")
    assert "It is too late to cancel here. If you cannot come, please tell the trainer." in said
    assert states(session) == ["booked"]


def test_a_cancelled_date_is_said_to_be_cancelled(person: User) -> None:
    session, booking = offered(person)
    plan_date.cancel(public_id=session.public_id, reason="Flood", revision=None, by=None, at=timezone.now())
    assert text(Client().get(address(booking, Act.ACCEPT))).startswith("This date is cancelled")


def test_the_page_is_in_the_language_of_the_address_and_the_persons_zone(person: User) -> None:
    person.time_zone = "Europe/Athens"
    person.save()
    _session, booking = offered(person)
    page = Client().get(address(booking, Act.ACCEPT, language="nl")).content.decode()
    assert '<html lang="nl"' in page
    assert "Athens" in page


def test_no_cache_no_search_engine_and_no_other_site_keeps_the_address(person: User) -> None:
    _session, booking = offered(person)
    for response in (Client().get(address(booking, Act.ACCEPT)), Client().get("/b/nonsense/")):
        found = {name: response[name] for name in ("X-Robots-Tag", "Referrer-Policy")}
        assert found == {"X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}
        assert "no-store" in response["Cache-Control"]


def test_a_post_without_the_pages_token_is_not_done(person: User) -> None:
    session, booking = offered(person)
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(booking, Act.DECLINE)).status_code in (302, 403)
    assert states(session) == ["cancelled", "offered"]
    page = client.get(address(booking, Act.DECLINE)).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    client.post(address(booking, Act.DECLINE), {"csrfmiddlewaretoken": found[1]})
    assert states(session) == ["cancelled", "cancelled"]


def test_what_is_forged_cut_off_or_for_the_door_is_no_link(person: User) -> None:
    session, booking = offered(person)
    link = address(booking, Act.ACCEPT)
    for other in ("/b/nonsense/", link.replace("/b/", "/b/x"), address(booking, Act.CHECK_IN)):
        for answer in (Client().get(other), Client().post(other)):
            assert (answer.status_code, text(answer).startswith("This link does not work")) == (404, True)
    assert states(session) == ["cancelled", "offered"]
