"""Browsers that send at the same moment, over HTTP: none lost, none double.

tests/performance/statements.py plays more.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from django.db.models import QuerySet

from courses.attempts.models import ActivityAttempt, ActivityStatement
from tests import databases
from tests.courses.playing import begin, played
from tests.factories import courses as learning
from tests.factories.curriculum import make_site
from tests.performance.seats import crowd
from tests.performance.statements import as_fast_as_they_can, browser, judged, play, without_guard

BROWSERS, EACH, ENDS = 4, 12, 6

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made() -> Any:
    """An activity in a small course, committed."""
    make_site()
    return played("H5P.Unheard", {})


@pytest.mark.parametrize("people", [1, BROWSERS], ids=["one person", "a person each"])
def test_each_statement_of_some_browsers_at_once_is_kept_once(made: Any, people: int) -> None:
    persons = [learning.make_learner(made.course) for _ in range(people)]
    browsers = [browser(persons[n % people], made) for n in range(BROWSERS)]
    with as_fast_as_they_can():
        sent = play(browsers, EACH, ENDS)
    assert judged(sent, BROWSERS, EACH, people, ENDS) == []


@pytest.mark.postgres
@pytest.mark.skipif(databases.is_sqlite(), reason="SQLite cannot drop a constraint of a table")
def test_without_lock_look_and_constraint_there_would_be_more(made: Any) -> None:
    """The control: what keeps each once is what was taken away here."""
    person = learning.make_learner(made.course)
    browsers = [browser(person, made) for _ in range(BROWSERS)]
    with ExitStack() as stack, as_fast_as_they_can():
        without_guard(stack)
        play(browsers, EACH, ENDS)
    assert ActivityStatement.objects.count() > BROWSERS * EACH


@pytest.mark.parametrize("lock", ["with the lock", "without it"])
def test_ten_who_open_it_at_once_have_one_attempt(made: Any, lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if lock == "without it":
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)
    person = learning.make_learner(made.course)
    with crowd(10) as at_once:
        answers = at_once([lambda: begin(person, made).attempt.pk] * 10)
    assert answers == [ActivityAttempt.objects.get().pk] * 10
