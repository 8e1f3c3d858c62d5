"""Attempts at activities: at the same moment, what is kept how long, what a download and an erasure do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from academy.people import registry
from academy.people.rules import erase_person
from courses.attempts.errors import StatementKnown
from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from courses.attempts.queries import ANSWERS_KEPT
from courses.attempts.queries.activities import account_of
from courses.attempts.rules import activities as rules
from courses.attempts.rules.activities import forget_statements
from courses.flows import play_activity
from courses.flows.tasks import forget_answers
from courses.progress.models import LearningEvent
from tests.courses.playing import LATER, PARTS, begin, everything, facts, played, send
from tests.factories import courses as learning
from tests.factories.people import make_person

MOMENT = timedelta(seconds=1)


def saved(person: Any, playing: Any, at: Any = LATER) -> None:
    """The player left off."""
    play_activity.keep_state(
        person=person,
        public_id=playing.attempt.public_id,
        data_type="state",
        sub_content_id="",
        value="{}",
        by=person,
        at=at,
    )


# -- at the same moment -----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["interacted", "answered"])
def test_a_statement_that_comes_twice_at_the_same_moment_is_kept_once(site: Any, verb: str) -> None:
    made = played()
    person = learning.make_learner(made.course)
    playing = begin(person, made)
    send(person, playing, "interacted", name="first")
    send(person, playing, "interacted", name="it")
    before = everything()
    real = rules.with_statement

    def blind(rows: Any, **named: Any) -> Any:
        """As if the other had not been there yet."""
        return real(rows, **named | {"statement_id": PARTS[0]})

    with mock.patch.object(rules, "with_statement", blind), pytest.raises(StatementKnown):
        send(person, playing, verb, name="it", score=(1, 1), response="1")
    assert everything() == before


# -- how long it is kept ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_was_said_is_forgotten_a_year_after_the_end_and_the_score_is_not(site: Any) -> None:
    made = played()
    person = learning.make_learner(made.course)
    playing = begin(person, made)
    send(person, playing, "interacted", at=LATER)
    saved(person, playing)
    send(person, playing, "answered", score=(1, 1), response="1", at=LATER + timedelta(days=30))
    assert forget_statements(at=LATER + timedelta(days=30) + ANSWERS_KEPT) == 0
    assert forget_statements(at=LATER + timedelta(days=30) + ANSWERS_KEPT + MOMENT) == 2
    attempt = ActivityAttempt.objects.get()
    assert (attempt.percent, ActivityStatement.objects.count(), ActivityState.objects.count()) == (100, 0, 0)
    assert facts(person, made) == [("completed", 100, "rescored")]


@pytest.mark.django_db
def test_what_never_came_to_an_end_is_forgotten_a_year_after_it_was_said(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FORGET_AT_ONCE", 2)
    made = played()
    person = learning.make_learner(made.course)
    playing = begin(person, made)
    for day in range(4):
        send(person, playing, "interacted", part=PARTS[0], at=LATER + timedelta(days=day))
    saved(person, playing, LATER + timedelta(days=3))
    assert forget_statements(at=LATER + timedelta(days=2) + ANSWERS_KEPT + MOMENT) == 3
    assert (ActivityStatement.objects.count(), ActivityState.objects.count()) == (1, 1)
    # By beat, together with the answers in quizzes; today is later than all of this.
    ActivityStatement.objects.update(received_at=timezone.now() - ANSWERS_KEPT - MOMENT)
    ActivityState.objects.update(saved_at=timezone.now() - ANSWERS_KEPT - MOMENT)
    forget_answers()
    assert (ActivityStatement.objects.count(), ActivityState.objects.count()) == (0, 0)


# -- people's data ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_download_holds_attempts_statements_and_states_and_an_erasure_keeps_the_count(site: Any) -> None:
    made = played()
    person, other = learning.make_learner(made.course), learning.make_learner(made.course)
    for each in (person, other):
        playing = begin(each, made)
        send(each, playing, "answered", score=(1, 1), response="1")
        send(each, playing, "attempted")
        saved(each, playing)
    rows = {entry.model: list(entry.export(person)) for entry in registry.entries() if entry.export is not None}
    assert [(row["number"], row["raw"], row["trust"]) for row in rows[ActivityAttempt]] == [
        (1, 1, "rescored"),
        (2, None, "client"),
    ]
    assert [row["statement"]["verb"]["display"]["en"] for row in rows[ActivityStatement]] == ["answered", "attempted"]
    assert [row["value"] for row in rows[ActivityState]] == ["{}"]
    events = LearningEvent.objects.count()
    erase_person(person=person, by=None, at=timezone.now())
    assert list(ActivityAttempt.objects.filter(person=person).values_list("number", "raw")) == [(1, 1)]
    assert set(ActivityStatement.objects.values_list("attempt__person", flat=True)) == {other.pk}
    assert (ActivityState.objects.get().attempt.person, LearningEvent.objects.count()) == (other, events)


@pytest.mark.django_db
def test_the_name_in_statements_tells_nothing_and_stays_the_same() -> None:
    one, other = make_person(), make_person()
    assert account_of(one) == account_of(one) != account_of(other)
    assert str(one.public_id).replace("-", "") not in account_of(one)
