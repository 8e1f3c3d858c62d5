"""Deadlines are the server's; extra time stands on the person; a late request keeps what was saved in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.attempts.enums import AttemptState
from courses.attempts.errors import NoMoreTime, TimeOver
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import EXTENSIONS, deadline, extension
from courses.flows.mark_attempt import set_extra_time
from courses.flows.submit_attempt import close_overdue, extend_time
from courses.progress.models import LearningEvent
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course
from tests.factories.people import make_person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def timed(site: Any) -> Any:
    """A course whose quiz takes 20 minutes."""
    return make_course(rules={"time_limit": 20})


def reload(attempt: QuizAttempt) -> QuizAttempt:
    """The attempt as the database has it."""
    return QuizAttempt.objects.get(pk=attempt.pk)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(100, 500), st.integers(0, EXTENSIONS), st.integers(-60, 600) | st.none())
def test_more_time_is_never_less(limit: int, percent: int, extensions: int, closes: int | None) -> None:
    closing = None if closes is None else (AT + closes * MINUTE).isoformat()
    frozen = {"time_limit": limit, "closes_at": closing}
    factor = Decimal(percent) / 100

    def until(factor: Decimal, extensions: int) -> datetime:
        found = deadline(frozen=frozen, started_at=AT, factor=factor, extensions=extensions)
        assert found is not None
        return found

    plain = until(Decimal(1), 0)
    assert plain <= until(factor, 0) <= until(factor, extensions)
    assert plain <= until(Decimal(1), extensions) <= until(factor, extensions)
    if factor > 1:
        # Extra time beats the closing date (FEATURES Q6).
        assert until(factor, 0) == AT + timedelta(seconds=float(limit * 60 * factor))


def test_without_a_limit_an_attempt_ends_when_the_quiz_closes_or_never() -> None:
    assert deadline(frozen={}, started_at=AT) is None
    assert deadline(frozen={"closes_at": AT.isoformat()}, started_at=AT - MINUTE) == AT


def test_a_learner_extends_the_time_ten_times(timed: Any) -> None:
    person = learning.make_learner(timed)
    attempt = learning.begin_quiz(person, timed)
    assert (attempt.deadline_at, extension(attempt.frozen)) == (AT + 20 * MINUTE, 5 * MINUTE)
    for _ in range(EXTENSIONS):
        extend_time(person=person, public_id=attempt.public_id, by=person, at=AT)
    assert reload(attempt).deadline_at == AT + 70 * MINUTE
    with pytest.raises(NoMoreTime):
        extend_time(person=person, public_id=attempt.public_id, by=person, at=AT)


def test_where_the_quiz_closes_there_is_no_more_time_to_take(site: Any) -> None:
    made = make_course(rules={"time_limit": 20, "closes_at": AT + 10 * MINUTE})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    with pytest.raises(NoMoreTime):
        extend_time(person=person, public_id=attempt.public_id, by=person, at=AT)
    assert (reload(attempt).deadline_at, reload(attempt).extensions) == (AT + 10 * MINUTE, 0)


def test_where_time_is_part_of_the_test_only_the_person_s_factor_counts(site: Any) -> None:
    made = make_course(rules={"time_limit": 20, "time_is_part": True})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    with pytest.raises(NoMoreTime):
        extend_time(person=person, public_id=attempt.public_id, by=person, at=AT)
    set_extra_time(person=person, factor=Decimal("1.5"), by=make_person(), at=AT)
    assert reload(attempt).deadline_at == AT + 30 * MINUTE


def test_extra_time_set_while_the_attempt_runs_moves_that_deadline_at_once(timed: Any) -> None:
    person = learning.make_learner(timed)
    attempt = learning.begin_quiz(person, timed)
    assert set_extra_time(person=person, factor=Decimal("1.5"), by=make_person(), at=AT + MINUTE) == 1
    assert reload(attempt).deadline_at == AT + 30 * MINUTE
    learning.answer(person, attempt, [True], AT + 29 * MINUTE)
    assert set_extra_time(person=person, factor=Decimal(1), by=make_person(), at=AT + 29 * MINUTE) == 1
    assert reload(attempt).deadline_at == AT + 20 * MINUTE


def test_extra_time_reaches_every_attempt_from_then_on(timed: Any) -> None:
    person = learning.make_learner(timed)
    set_extra_time(person=person, factor=Decimal(2), by=make_person(), at=AT)
    assert learning.begin_quiz(person, timed).deadline_at == AT + 40 * MINUTE


def test_extra_time_brings_no_attempt_back_whose_time_was_over(timed: Any) -> None:
    person = learning.make_learner(timed)
    attempt = learning.begin_quiz(person, timed)
    assert set_extra_time(person=person, factor=Decimal(5), by=make_person(), at=AT + 20 * MINUTE) == 0
    assert reload(attempt).deadline_at == AT + 20 * MINUTE


def test_a_late_answer_is_refused_and_what_was_saved_before_counts(timed: Any) -> None:
    person = learning.make_learner(timed)
    attempt = learning.begin_quiz(person, timed)
    learning.answer(person, attempt, [True, True], AT + 19 * MINUTE)
    late = AT + 20 * MINUTE
    with pytest.raises(TimeOver):
        learning.give(person, attempt, 3, learning.form_of(attempt, 3, right=True), late)
    submitted = learning.hand_in(person, attempt, late + MINUTE).attempt
    assert (submitted.percent, submitted.by_clock, submitted.submitted_at) == (66, True, late)


def test_the_clock_hands_in_what_is_over_and_nothing_else(timed: Any) -> None:
    early, late = learning.make_learner(timed), learning.make_learner(timed)
    over = learning.begin_quiz(early, timed, AT)
    running = learning.begin_quiz(late, timed, AT + MINUTE)
    learning.answer(early, over, [True, True, True])
    assert close_overdue(at=AT + 20 * MINUTE) == 1
    assert close_overdue(at=AT + 20 * MINUTE) == 0
    assert [reload(over).state, reload(running).state] == [AttemptState.SUBMITTED, AttemptState.OPEN]
    assert (reload(over).passed, reload(over).by_clock) == (True, True)
    assert LearningEvent.objects.filter(fact="passed", person=early).count() == 1


def test_time_on_a_question_is_counted_from_the_answer_before_and_pauses_are_cut(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    for number, minutes in ((1, 2), (2, 5), (1, 6), (3, 600)):
        form = learning.form_of(attempt, number, right=True)
        learning.give(person, attempt, number, form, AT + minutes * MINUTE)
    assert list(attempt.answers.values_list("number", "seconds")) == [(1, 180), (2, 180), (3, 1800)]
