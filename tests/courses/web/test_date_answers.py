"""What a date asks is answered later by who was booked by somebody else, and changed by everybody until it begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.people.models import User
from courses.booking.models import SignUpAnswer
from courses.booking.rules.plans import QuestionPlan
from tests.factories.booking import book, make_date
from tests.factories.people import make_person, signed_in

from .date_pages import card, in_days, learner, meeting_in, page_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEED = QuestionPlan("What do you need?", is_sensitive=True, is_required=True)
CASE = QuestionPlan("Which case do you bring?")


@pytest.fixture
def person(site: Any) -> User:
    """Who was booked by somebody else."""
    return learner()


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    return signed_in(person)


def kept() -> list[str]:
    """What is kept, in the order of the questions."""
    return list(SignUpAnswer.objects.order_by("question__number").values_list("value", flat=True))


def test_who_was_booked_by_somebody_else_finds_the_questions_on_the_page(client: Client, person: User) -> None:
    session = in_days(questions=(NEED, CASE))
    book(session, person, timezone.now(), by=make_person())
    assert "What this date asks you" in card(client.get(page_of(session)))
    need, case = session.questions.all()
    address = page_of(session, "answers/")
    wrong = client.post(address, {f"question_{case.pk}": "Chairs"})
    assert (wrong.status_code, 'value="Chairs"' in wrong.content.decode(), kept()) == (422, True, [])
    done = client.post(address, {f"question_{need.pk}": "A lift", f"question_{case.pk}": "Chairs"}, follow=True)
    assert text(done).startswith("Your answers are saved.")
    assert kept() == ["A lift", "Chairs"]
    assert 'value="A lift"' in client.get(address).content.decode()
    client.post(address, {f"question_{need.pk}": "Nothing"})
    assert kept() == ["Nothing"]


def test_nobody_else_answers_and_nobody_after_the_beginning(client: Client, person: User) -> None:
    session, plain = in_days(questions=(NEED,)), in_days(12)
    book(plain, person, timezone.now())
    assert client.get(page_of(session, "answers/")).status_code == 404
    assert client.get(page_of(plain, "answers/")).status_code == 404
    before = timezone.now() - timedelta(days=9)
    begun = make_date(at=before, questions=(NEED,), meetings=(meeting_in(-timedelta(minutes=30)),))
    book(begun, person, before)
    assert "What this date asks you" not in card(client.get(page_of(begun)))
    client.post(page_of(begun, "answers/"), {f"question_{begun.questions.get().pk}": "A lift"})
    assert kept() == []
