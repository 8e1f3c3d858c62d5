"""The time of an attempt on its pages: said, extended, and over for whoever looks first."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from courses.attempts.models import Answer, QuizAttempt
from courses.flows.mark_attempt import set_extra_time
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import grant, make_person, signed_in

from .quiz_pages import NAME, check, form, question, result, start


@pytest.fixture
def timed(site: Any) -> Any:
    """A course whose quiz has half an hour."""
    return make_course(rules={"time_limit": 30})


def begin(made: Any, ago: int = 0) -> tuple[Any, Any, QuizAttempt]:
    """A learner, their browser, and their attempt from so many minutes ago."""
    person = learning.make_learner(made)
    return person, signed_in(person), learning.begin_quiz(person, made, timezone.now() - timedelta(minutes=ago))


def test_the_page_says_until_when_and_how_much_was_left(timed: Any) -> None:
    _, client, attempt = begin(timed, ago=6)
    page = client.get(question(attempt, 1)).content.decode()
    assert "24 minutes left when this page was loaded" in page
    assert "(Brussels time)" in page
    assert attempt.deadline_at is not None
    assert f'data-until="{int(attempt.deadline_at.timestamp() * 1000)}"' in page
    for words in ("10 minutes left.", "5 minutes left.", "1 minute left."):
        assert words in page
    assert "24 minutes left" in client.get(check(attempt)).content.decode()


def test_without_a_limit_there_is_no_time_on_the_page(academy: Any) -> None:
    _, client, attempt = begin(academy)
    assert "quiz-time" not in client.get(question(attempt, 1)).content.decode()


def test_taking_more_time_keeps_what_stands_in_the_form(timed: Any) -> None:
    _, client, attempt = begin(timed)
    page = client.get(question(attempt, 1)).content.decode()
    assert "Each time gives you 7.5 min more. You can do this 10 more times." in page
    response = client.post(question(attempt, 1), form(attempt, 1, go="extend"))
    before = attempt.deadline_at
    attempt.refresh_from_db()
    assert response["Location"] == question(attempt, 1)
    assert (attempt.deadline_at - before, Answer.objects.count()) == (timedelta(minutes=7.5), 1)
    assert "You can do this 9 more times." in client.get(question(attempt, 1)).content.decode()


def test_more_time_from_the_check_leads_back_to_it(timed: Any) -> None:
    _, client, attempt = begin(timed)
    extend = reverse("quiz_extend", args=[attempt.public_id])
    assert client.post(extend, {"from": "check"})["Location"] == check(attempt)
    assert client.post(extend)["Location"] == question(attempt, 1)
    attempt.refresh_from_db()
    assert attempt.extensions == 2
    assert client.get(extend).status_code == 405


def test_where_time_is_part_of_the_test_there_is_no_more(site: Any) -> None:
    _, client, attempt = begin(make_course(rules={"time_limit": 30, "time_is_part": True}))
    assert "Take more time" not in client.get(question(attempt, 1)).content.decode()
    page = client.post(reverse("quiz_extend", args=[attempt.public_id]), follow=True).content.decode()
    assert "The time of this attempt cannot be extended any more." in page


@pytest.mark.parametrize("look", ["question", "check", "result", "start", "extend", "late answer", "late hand-in"])
def test_whoever_looks_first_after_the_deadline_closes_the_attempt(timed: Any, look: str) -> None:
    person, client, attempt = begin(timed, ago=20)
    learning.answer(person, attempt, [True], timezone.now() - timedelta(minutes=15))
    deadline = timezone.now() - timedelta(seconds=1)
    QuizAttempt.objects.update(deadline_at=deadline)
    if look == "late answer":
        response = client.post(question(attempt, 2), form(attempt, 2))
    elif look == "late hand-in":
        response = client.post(check(attempt), NAME)
    elif look == "extend":
        response = client.post(reverse("quiz_extend", args=[attempt.public_id]))
    else:
        addresses = {"question": question(attempt, 1), "check": check(attempt), "result": result(attempt)}
        response = client.get(addresses.get(look, start(timed)))
    attempt.refresh_from_db()
    state = (attempt.state, attempt.by_clock, attempt.submitted_at, attempt.percent, Answer.objects.count())
    assert state == ("submitted", True, deadline, 33, 1)
    if look not in ("result", "start"):
        assert response["Location"] == result(attempt)
    page = client.get(result(attempt)).content.decode()
    assert "The time was over on" in page
    assert ("this answer came too late" in page) == (look in ("late answer", "extend"))


def test_going_on_with_an_attempt_whose_time_is_over_begins_no_other(timed: Any) -> None:
    _, client, attempt = begin(timed, ago=40)
    assert client.post(start(timed))["Location"] == result(attempt)
    attempt.refresh_from_db()
    assert (attempt.state, QuizAttempt.objects.count()) == ("submitted", 1)


def test_a_question_posted_once_the_clock_has_handed_in_says_that_time_is_over(timed: Any) -> None:
    _, client, attempt = begin(timed, ago=40)
    client.get(result(attempt))
    page = client.post(question(attempt, 1), form(attempt, 1), follow=True).content.decode()
    assert "The time is over." in page
    assert Answer.objects.count() == 0


def test_extra_time_is_told_to_the_person_and_reaches_the_running_attempt_at_once(timed: Any) -> None:
    person, client, attempt = begin(timed, ago=6)
    trainer = make_person(display_name="Marten Visser")
    grant(trainer, Role.TRAINER)
    set_extra_time(person=person, factor=Decimal("1.5"), by=trainer, at=timezone.now())
    page = client.get(question(attempt, 1)).content.decode()
    assert "39 minutes left" in page
    facts = client.get(start(timed)).content.decode()
    assert "Your time limits are multiplied by 1.5. Set by Marten Visser." in facts
    assert "45\N{NO-BREAK SPACE}min" in facts
    assert "for others" in facts
    stranger = signed_in(learning.make_learner(timed))
    assert "multiplied" not in stranger.get(start(timed)).content.decode()


def test_an_attempt_that_ended_with_its_course_does_not_lead_round_in_a_circle(timed: Any) -> None:
    _, client, attempt = begin(timed, ago=40)
    attempt.enrolment.__class__.objects.update(completed_at=timezone.now())
    page = client.get(question(attempt, 1))
    assert (page.status_code, "You do not take this course at the moment." in page.content.decode()) == (200, True)
    assert client.get(check(attempt)).status_code == 200
    assert client.get(result(attempt))["Location"] == question(attempt, 1)


def test_what_was_typed_is_saved_also_where_there_is_no_more_time_to_take(timed: Any) -> None:
    _, client, attempt = begin(timed)
    QuizAttempt.objects.update(extensions=10)
    page = client.post(question(attempt, 1), form(attempt, 1, go="extend"), follow=True).content.decode()
    assert "The time of this attempt cannot be extended any more." in page
    assert Answer.objects.count() == 1
