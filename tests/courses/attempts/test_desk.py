"""What a trainer's desk reads: scope, pseudonyms, who is stuck."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.people.enums import Role
from academy.people.models import User
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import desk
from courses.flows.enrol import leave, restart
from courses.flows.mark_attempt import ask_for_attempt, grant_attempt
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import grant, make_person

EVERYBODY = Q()


@pytest.fixture
def made(site: Any) -> Any:
    """A course whose quiz may be taken once."""
    return make_course(rules={"attempts": 1})


def fail(person: User, made: Any, at: Any = learning.AT, rights: tuple[bool, ...] = (False, False, False)) -> None:
    """One attempt more, handed in."""
    attempt = learning.begin_quiz(person, made, at)
    learning.answer(person, attempt, list(rights), at)
    learning.hand_in(person, attempt, at)


def counted(made: Any, people: Q = EVERYBODY) -> int | None:
    """How many are stuck at the course's quiz."""
    rows = {row.key: row.count for row in desk.stuck(people, "en")}
    return rows[made.quiz.translation_key]


@pytest.fixture(autouse=True)
def _from_one_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests count one person; that fewer than five are not told is a test of its own."""
    if "five" not in request.node.name:
        monkeypatch.setattr(desk, "FEWEST_COUNTED", 1)


def test_who_has_used_all_attempts_without_passing_is_stuck(made: Any) -> None:
    fail(learning.make_learner(made), made)
    fail(learning.make_learner(made), made, rights=(True, True, True))
    learning.begin_quiz(learning.make_learner(made), made)
    assert counted(made) == 1


def test_who_has_an_attempt_left_is_not(site: Any) -> None:
    made = make_course(rules={"attempts": 2})
    person = learning.make_learner(made)
    fail(person, made)
    assert counted(made) is None
    fail(person, made)
    assert counted(made) == 1


def test_who_can_try_as_often_as_they_like_is_never_stuck(site: Any) -> None:
    made = make_course(rules={"attempts": 0})
    fail(learning.make_learner(made), made)
    assert counted(made) is None


@pytest.mark.parametrize("last", ["waits to be marked", "open"])
def test_whose_last_attempt_is_open_or_waits_is_not_stuck_yet(site: Any, last: str) -> None:
    made = make_course(kinds=("single", "open_text"), rules={"attempts": 2})
    person = learning.make_learner(made)
    fail(person, made, rights=(False,))
    if last == "open":
        learning.begin_quiz(person, made)
    else:
        fail(person, made, rights=(False, True))
    assert counted(made) is None


def test_a_granted_attempt_frees_until_it_is_used(made: Any) -> None:
    person, trainer = learning.make_learner(made), make_person()
    grant(trainer, Role.TRAINER)
    fail(person, made)
    key = made.course.translation_key
    request = ask_for_attempt(person=person, course_key=key, trainer_id=trainer.pk, by=person, at=learning.AT)
    assert counted(made) == 1
    grant_attempt(public_id=request.public_id, by=trainer, at=learning.AT)
    assert counted(made) is None
    fail(person, made)
    assert counted(made) == 1


def test_who_left_the_course_or_began_anew_is_not_stuck(made: Any) -> None:
    gone, anew = learning.make_learner(made), learning.make_learner(made)
    fail(gone, made)
    fail(anew, made)
    key = made.course.translation_key
    leave(person=gone, course_key=key, by=gone, at=learning.AT)
    assert counted(made) == 1
    restart(person=anew, course_key=key, by=anew, at=learning.AT + timedelta(days=1))
    assert counted(made) is None


def test_only_people_in_scope_count(made: Any) -> None:
    here, there = learning.make_learner(made), learning.make_learner(made)
    fail(here, made)
    fail(there, made)
    assert (counted(made), counted(made, Q(pk=here.pk))) == (2, 1)
    assert desk.stuck(Q(pk__in=[]), "en") == []


@pytest.mark.parametrize(("people", "said"), [(0, None), (4, None), (5, 5)])
def test_fewer_than_five_is_all_that_is_said_of_fewer(made: Any, people: int, said: int | None) -> None:
    fail(learning.make_learner(made), made, rights=(True, True, True))
    for _ in range(people):
        fail(learning.make_learner(made), made)
    assert counted(made) == said


def test_titles_are_in_the_language_of_the_page(made: Any) -> None:
    fail(learning.make_learner(made), made)
    assert [row.title.text for row in desk.stuck(EVERYBODY, "nl")] == ["Quiz cpa-9 [nl]"]
    row = desk.stuck(EVERYBODY, "fr")[0]
    assert (row.title.text, row.title.language) == ("Quiz cpa-9", "en")
    assert desk.quiz_titles({UUID(int=1): "Gone"}, "en")[UUID(int=1)].text == "Gone"


@given(public_id=st.uuids())
@settings(max_examples=30, deadline=None)
def test_a_pseudonym_is_five_digits_and_stays_the_same(public_id: UUID) -> None:
    first, second = (desk.pseudonym(QuizAttempt(public_id=public_id, pk=pk)) for pk in (1, 2))
    assert first == second
    assert (len(first), first.isdecimal()) == (5, True)


def test_nobody_is_found_by_an_address_outside_the_scope(site: Any) -> None:
    person, other = make_person(), make_person()
    assert desk.person_with_address(Q(pk=person.pk), person.email.upper()) == person
    assert desk.person_with_address(Q(pk=person.pk), other.email) is None


def test_an_attempt_that_is_unknown_is_none(site: Any) -> None:
    assert desk.attempt_of_people(EVERYBODY, uuid4()) is None


@pytest.mark.parametrize("purpose", ["counts", "practice", "pretest"])
def test_what_does_not_count_is_for_the_learner_alone(made: Any, purpose: str) -> None:
    fail(learning.make_learner(made), made)
    QuizAttempt.objects.update(purpose=purpose)
    found = desk.attempt_of_people(EVERYBODY, QuizAttempt.objects.get().public_id)
    assert (found is not None) == (purpose == "counts")
