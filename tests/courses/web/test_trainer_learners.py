"""What trainers give: another attempt to those who asked them, and extra time. Seen by those two alone."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.attempts.models import AttemptRequest, ExtraTime, QuizAttempt
from courses.flows.mark_attempt import ask_for_attempt
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import LONG_AGO, grant, make_person, make_unit, signed_in

REQUESTS = "/en/teaching/requests/"
EXTRA_TIME = "/en/teaching/extra-time/"
NOBODY = "There is nobody with this address whom you train."


@pytest.fixture
def made(site: Any) -> Any:
    """A course whose quiz may be taken twice."""
    return make_course(rules={"attempts": 2})


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer for everybody."""
    person = make_person(display_name="Tess Trainer")
    grant(person, Role.TRAINER)
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's browser."""
    return signed_in(trainer)


def used_up(made: Any, **fields: Any) -> User:
    """Somebody who failed twice: 1 of 3 points, then 0."""
    person = learning.make_learner(made, **fields)
    for rights in ([True, False, False], [False] * 3):
        attempt = learning.begin_quiz(person, made)
        learning.answer(person, attempt, rights)
        learning.hand_in(person, attempt)
    return person


def ask(person: User, made: Any, trainer: User) -> AttemptRequest:
    """Ask this trainer for another attempt."""
    return ask_for_attempt(
        person=person, course_key=made.course.translation_key, trainer_id=trainer.pk, by=person, at=learning.AT
    )


def text(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def test_a_request_is_shown_to_the_trainer_who_was_asked_and_to_no_other(
    client: Client, trainer: User, made: Any
) -> None:
    request = ask(used_up(made, display_name="Lena Learner"), made, trainer)
    page = text(client.get(REQUESTS))
    shown = (
        "Lena Learner" in page,
        "Quiz cpa-9" in page,
        "2 attempts so far: 33 %, 0 %" in page,
    )
    assert shown == (True, True, True)
    assert "1 waiting" in text(client.get("/en/teaching/"))
    other = make_person()
    grant(other, Role.TRAINER)
    assert "Lena" not in text(signed_in(other).get(REQUESTS))
    assert "Nobody asks you" in text(signed_in(other).get("/en/teaching/"))
    assert signed_in(other).post(reverse("trainer_grant", args=[request.public_id])).status_code == 404
    assert client.post(reverse("trainer_grant", args=[uuid4()])).status_code == 404
    request.refresh_from_db()
    assert request.granted_at is None


def test_one_click_grants_another_attempt_once(client: Client, trainer: User, made: Any) -> None:
    person = used_up(made, display_name="Lena Learner")
    request = ask(person, made, trainer)
    address = reverse("trainer_grant", args=[request.public_id])
    assert address in text(client.get(REQUESTS))
    page = text(client.post(address, follow=True))
    assert "Lena Learner has another attempt and is told by mail." in page
    assert ("Granted in the last 30 days" in page, "Nobody asks you" in page) == (True, True)
    assert "You gave this attempt before." in text(client.post(address, follow=True))
    assert learning.begin_quiz(person, made).number == 3
    assert client.get(address).status_code == 405


def test_what_was_granted_leaves_the_page_after_thirty_days(client: Client, trainer: User, made: Any) -> None:
    request = ask(used_up(made, display_name="Lena Learner"), made, trainer)
    for days, is_shown in ((29, True), (31, False)):
        AttemptRequest.objects.filter(pk=request.pk).update(granted_at=timezone.now() - timedelta(days=days))
        assert ("Lena Learner" in text(client.get(REQUESTS))) == is_shown


def test_how_many_are_stuck_is_said_from_five_up_and_without_names(client: Client, made: Any) -> None:
    for n in range(4):
        used_up(made, display_name=f"Nameless {n}")
    page = text(client.get(REQUESTS))
    assert ("fewer than 5" in page, "Nameless" in page) == (True, False)
    used_up(made, display_name="Nameless 5")
    page = text(client.get(REQUESTS))
    assert ("fewer than 5" in page, '<td data-label="People">5</td>' in page, "Nameless" in page) == (
        False,
        True,
        False,
    )


@pytest.mark.parametrize("people", [1, 6])
def test_the_requests_need_the_same_queries_for_any_number(
    client: Client, trainer: User, made: Any, django_assert_num_queries: Any, people: int
) -> None:
    for _ in range(people):
        ask(used_up(made), made, trainer)
    client.get(REQUESTS)  # menus are cached
    with django_assert_num_queries(14):
        page = text(client.get(REQUESTS))
    assert page.count("Grant another attempt") == people


def test_extra_time_is_set_by_address_and_listed_for_who_set_it(client: Client, trainer: User, site: Any) -> None:
    person = make_person("lena@example.org", display_name="Lena Learner")
    response = client.post(EXTRA_TIME, {"email": "LENA@example.org ", "factor": "1.5"}, follow=True)
    page = text(response)
    assert "Time limits of Lena Learner are multiplied by 1.5." in page
    assert ("Factor 1.5" in page, "lena@example.org" in page) == (True, False)
    row = ExtraTime.objects.get()
    assert (row.person, row.factor, row.set_by) == (person, Decimal("1.50"), trainer)
    other = make_person()
    grant(other, Role.TRAINER)
    assert "Lena" not in text(signed_in(other).get(EXTRA_TIME))


def test_a_running_attempt_gets_it_at_once(client: Client, site: Any) -> None:
    made = make_course(rules={"time_limit": 30})
    person = learning.make_learner(made)
    now = timezone.now()
    attempt = learning.begin_quiz(person, made, at=now)
    page = text(client.post(EXTRA_TIME, {"email": person.email, "factor": "1.5"}, follow=True))
    assert "1 running deadline has moved." in page
    assert QuizAttempt.objects.get(pk=attempt.pk).deadline_at == now + timedelta(minutes=45)


@pytest.mark.parametrize(
    ("language", "typed", "factor"),
    [
        ("en", "1.25", "1.25"),
        ("en", "1,25", "1.25"),
        ("nl", "1,25", "1.25"),
        ("nl", "1.25", "1.25"),
        ("nl", "1,500", "1.5"),
        ("de", "5", "5"),
    ],
)
def test_both_notations_are_read(client: Client, site: Any, language: str, typed: str, factor: str) -> None:
    person = make_person()
    client.post(EXTRA_TIME.replace("/en/", f"/{language}/"), {"email": person.email, "factor": typed})
    assert ExtraTime.objects.get().factor == Decimal(factor)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0.9", "Enter a number from 1 to 5."),
        ("5.01", "Enter a number from 1 to 5."),
        ("half", "Enter a number from 1 to 5."),
        ("1.255", "Two decimals at most."),
        ("", "This field is required."),
    ],
)
def test_factors_that_cannot_be(client: Client, site: Any, typed: str, said: str) -> None:
    person = make_person()
    response = client.post(EXTRA_TIME, {"email": person.email, "factor": typed})
    page = text(response)
    assert (response.status_code, said in page, person.email in page) == (422, True, True)
    assert ExtraTime.objects.count() == 0


def test_changed_and_taken_away_in_the_list(client: Client, site: Any) -> None:
    person = make_person(display_name="Lena Learner")
    client.post(EXTRA_TIME, {"email": person.email, "factor": "2"})
    page = text(client.get(EXTRA_TIME))
    assert re.search(rf'name="person" value="{person.public_id}"', page)
    assert "multiplied by 1.75" in text(
        client.post(EXTRA_TIME, {"person": str(person.public_id), "factor": "1.75"}, follow=True)
    )
    gone = {"person": str(person.public_id), "factor": "1.75", "take_away": "1"}
    page = text(client.post(EXTRA_TIME, gone, follow=True))
    assert ("Lena Learner has no extra time any more." in page, ExtraTime.objects.count()) == (True, 0)
    # Who is not in one's list cannot be reached by their id.
    response = client.post(EXTRA_TIME, {"person": str(person.public_id), "factor": "2"})
    assert (response.status_code, ExtraTime.objects.count()) == (422, 0)


def test_nobody_outside_ones_scope_is_found_and_the_words_are_the_same(site: Any) -> None:
    unit = make_unit()
    inside, outside = make_person(), make_person()
    Membership.objects.create(person=inside, unit=unit, from_day=LONG_AGO)
    trainer = make_person()
    grant(trainer, Role.TRAINER, unit)
    client = signed_in(trainer)
    for address in (outside.email, trainer.email, "nobody@example.org"):
        response = client.post(EXTRA_TIME, {"email": address, "factor": "1.5"})
        assert (response.status_code, NOBODY in text(response)) == (422, True)
    client.post(EXTRA_TIME, {"email": inside.email, "factor": "1.5"})
    assert [row.person for row in ExtraTime.objects.all()] == [inside]
