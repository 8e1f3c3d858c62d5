"""Saving in the background, and what pages and saving cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from courses.attempts.models import Answer, QuizAttempt
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import signed_in

from .quiz_pages import SCRIPT, all_kinds, check, form, question, result

# With the person's, and the session's where it is not in the cache; saving with its savepoint's two, which are BEGIN
# and COMMIT outside of tests.
PAGE, CHECK, SAVING = 6, 5, 6


def test_an_answer_is_kept_in_the_background_and_the_answer_says_when(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    response = signed_in(person).post(question(attempt, 1), form(attempt, 1), headers=SCRIPT)
    time = timezone.localtime(Answer.objects.get().saved_at, timezone.get_default_timezone())
    body = response.json()
    assert (response.status_code, set(body), body["until"]) == (200, {"saved", "words", "until"}, None)
    assert body["saved"].endswith(f"{time:%M}")
    assert body["words"] == f"Saved {body['saved']}."


def test_an_answer_taken_away_is_taken_away(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    client = signed_in(person)
    client.post(question(attempt, 1), form(attempt, 1), headers=SCRIPT)
    body = client.post(question(attempt, 1), {"go": "next"}, headers=SCRIPT).json()
    assert (body["saved"], body["words"]) == ("", "Nothing is saved for this question.")
    assert Answer.objects.count() == 0


def test_what_is_no_answer_names_its_field_and_changes_nothing(site: Any) -> None:
    made = all_kinds()
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    client = signed_in(person)
    response = client.post(question(attempt, 6), {"number": "many"}, headers=SCRIPT)
    assert (response.status_code, response.json()["field"]) == (422, "number")
    assert "cannot be read as a number" in response.json()["error"]
    read = client.post(question(attempt, 6), {"number": "2,409"}, headers=SCRIPT).json()["read"]
    assert read == "Read as 2,409."


def test_a_session_that_ended_is_a_redirect_and_nothing_is_saved(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    client = signed_in(person)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    response = client.post(question(attempt, 1), form(attempt, 1), headers=SCRIPT)
    assert response.status_code == 302
    assert Answer.objects.count() == 0


def test_too_late_in_the_background_leads_to_the_result_and_keeps_what_was_saved(site: Any) -> None:
    made = make_course(rules={"time_limit": 30})
    person = learning.make_learner(made)
    now = timezone.now()
    attempt = learning.begin_quiz(person, made, now)
    client = signed_in(person)
    until = client.post(question(attempt, 1), form(attempt, 1), headers=SCRIPT).json()["until"]
    assert until == int((now + timedelta(minutes=30)).timestamp() * 1000)
    QuizAttempt.objects.update(deadline_at=now)
    response = client.post(question(attempt, 2), form(attempt, 2), headers=SCRIPT)
    attempt.refresh_from_db()
    assert (response.status_code, response.json()) == (409, {"over": result(attempt)})
    assert (attempt.state, attempt.by_clock, attempt.percent, Answer.objects.count()) == ("submitted", True, 33, 1)
    assert "this answer came too late" in client.get(result(attempt)).content.decode()


@pytest.mark.parametrize("count", [10, 60])
def test_a_page_costs_the_same_with_ten_questions_and_with_sixty(
    site: Any, django_assert_num_queries: Any, count: int
) -> None:
    made = make_course(questions=count)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True] * (count - 1))
    client = signed_in(person)
    client.get(question(attempt, 1))
    with django_assert_num_queries(PAGE):
        client.get(question(attempt, 2))
    with django_assert_num_queries(CHECK):
        client.get(check(attempt))


@pytest.mark.parametrize("count", [10, 60])
@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["plain", "background"])
def test_saving_costs_at_most_six_queries_however_many_questions_there_are(
    site: Any, django_assert_num_queries: Any, count: int, headers: dict[str, str]
) -> None:
    made = make_course(questions=count)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    client = signed_in(person)
    client.get(question(attempt, 1))
    for data in (form(attempt, 2), form(attempt, 2, right=False)):
        cache.clear()
        with django_assert_num_queries(SAVING):
            client.post(question(attempt, 2), data, headers=headers)
    assert Answer.objects.get().number == 2
