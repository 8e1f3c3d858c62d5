"""What the clock starts in courses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.attempts.models import Answer
from courses.attempts.queries import ANSWERS_KEPT
from courses.flows.tasks import forget_answers
from tests.factories import courses as learning


def test_answers_in_quizzes_go_after_a_year(academy: Any) -> None:
    day, now = timedelta(days=1), timezone.now()
    learning.pass_quiz(learning.make_learner(academy), academy, now - ANSWERS_KEPT - day)
    learning.pass_quiz(learning.make_learner(academy), academy, now - ANSWERS_KEPT + day)
    forget_answers()
    attempts = Answer.objects.values_list("attempt__submitted_at", flat=True).distinct().order_by()
    assert list(attempts) == [now - ANSWERS_KEPT + day]
