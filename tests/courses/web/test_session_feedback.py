"""Feedback as its trainers see it: totals from five answers up, texts without names."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from academy.people.enums import Role
from courses.booking.models import Feedback, WorkshopSession
from tests.factories import booking as dates
from tests.factories.people import grant, make_person, make_unit, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def session(site: Any) -> WorkshopSession:
    """A date to which Jana came, and its trainer."""
    trainer = make_person(display_name="Tess Trainer")
    grant(trainer, Role.TRAINER, make_unit())
    session = dates.make_date(trainers=(trainer,))
    dates.book(session, make_person(display_name="Jana Albers"))
    return session


@pytest.fixture
def client(session: WorkshopSession) -> Client:
    """The trainer's browser."""
    return signed_in(session.trainers.get().person)


def with_feedback(session: WorkshopSession, count: int) -> str:
    """So many forms; the address of the page about them."""
    for n in range(count):
        Feedback.objects.create(session=session, useful=4, clear=5, pace=2, liked=f"Text {n}", better="")
    return reverse("session_feedback", args=[session.public_id])


def main_of(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def test_nothing_is_shown_below_five_answers(client: Client, session: WorkshopSession) -> None:
    page = main_of(client.get(with_feedback(session, 4)))
    assert ("Shown from 5 answers up, so far 4." in page, "Text" in page, "<table" in page) == (True, False, False)


def test_from_five_answers_up_there_are_totals_and_texts_and_no_names(client: Client, session: WorkshopSession) -> None:
    page = main_of(client.get(with_feedback(session, 5)))
    assert ("5 people answered, without names." in page, page.count("Text"), "Jana" in page) == (True, 5, False)
    assert '<th scope="row">Too slow</th><td class="numeric">5</td>' in page


def test_others_do_not_find_it(session: WorkshopSession) -> None:
    address = with_feedback(session, 5)
    person = make_person()
    grant(person, Role.TRAINER, make_unit())
    assert (signed_in(person).get(address).status_code, Client().get(address).status_code) == (404, 302)


@pytest.mark.parametrize("answers", [5, 30])
def test_it_needs_the_same_queries_for_any_number(
    client: Client, session: WorkshopSession, django_assert_num_queries: Any, answers: int
) -> None:
    address = with_feedback(session, answers)
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)
