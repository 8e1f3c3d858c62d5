"""What the clock starts in courses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from courses.attempts.models import Answer
from courses.attempts.queries import ANSWERS_KEPT
from courses.flows.tasks import close_attempts, forget_answers
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import signed_in


def test_answers_in_quizzes_go_after_a_year(academy: Any) -> None:
    day, now = timedelta(days=1), timezone.now()
    learning.pass_quiz(learning.make_learner(academy), academy, now - ANSWERS_KEPT - day)
    learning.pass_quiz(learning.make_learner(academy), academy, now - ANSWERS_KEPT + day)
    forget_answers()
    attempts = Answer.objects.values_list("attempt__submitted_at", flat=True).distinct().order_by()
    assert list(attempts) == [now - ANSWERS_KEPT + day]


def test_an_attempt_whose_time_is_over_is_handed_in_by_the_clock(site: Any) -> None:
    made = make_course(rules={"time_limit": 20})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made, timezone.now() - timedelta(minutes=21))
    close_attempts()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.by_clock, attempt.submitted_at) == ("submitted", True, attempt.deadline_at)
    assert "courses.flows.tasks.close_attempts" in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}


def test_without_a_worker_the_next_look_hands_it_in(site: Any) -> None:
    made = make_course(rules={"time_limit": 20})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made, timezone.now() - timedelta(minutes=21))
    signed_in(person).get(reverse("my_learning"))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.by_clock) == ("submitted", True)
