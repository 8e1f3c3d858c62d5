"""After any history the summaries are what the facts say; what was spoilt is found and mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from courses.enrolments.models import Enrolment
from courses.progress.enums import Fact, Standing
from courses.progress.models import ItemProgress, LearningEvent
from courses.progress.rebuilding import differences
from courses.progress.rules import record
from courses.progress.scoring import summarise
from tests.factories.courses import AT

from .histories import STEPS, Life, Step, World, histories, without_certificates

LIVES = 60
LENGTH = 10
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(site: Any) -> World:
    """Courses, a workshop and a path."""
    return World()


def live(world: World, steps: list[Step]) -> list[str]:
    """What a life came to, of which nothing is left afterwards."""
    before = transaction.savepoint()
    try:
        with without_certificates():
            return Life(world).live(steps)
    finally:
        transaction.savepoint_rollback(before)


def plays(world: World, lives: int) -> Callable[[], None]:
    """So many lives, the same at each run; the first that differs fails."""

    @settings(
        max_examples=lives, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(histories(LENGTH))
    def play(steps: list[Step]) -> None:
        assert live(world, steps) == []

    return play


@pytest.mark.one_database
def test_after_any_history_the_summaries_say_what_the_facts_say(world: World) -> None:
    plays(world, LIVES)()
    # Each kind of step was possible, or nothing was shown of it.
    assert set(world.done) == set(STEPS)


@pytest.mark.one_database
def test_a_fold_that_forgets_something_is_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = summarise
    monkeypatch.setattr("courses.progress.rules.summarise", lambda facts: kept(list(facts)[-1:]))
    with pytest.raises(AssertionError, match="stored Summary"):
        plays(world, LIVES)()


@pytest.mark.one_database
def test_waivers_that_are_not_kept_are_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.progress.rules.waived", lambda rule, facts: frozenset())
    with pytest.raises(AssertionError, match="waived is stored"):
        plays(world, LIVES)()


@pytest.mark.one_database
def test_a_row_that_was_spoilt_is_found_and_mended(world: World) -> None:
    life = Life(world)
    with without_certificates():
        assert life.live([("path", 1, 0, 0), ("everything", 1, 0, 0), ("enrol", 0, 0, 0), ("withdrawn", 1, 0, 0)]) == []
    person = life.person
    was = {model: list(model.objects.order_by("pk").values()) for model in (ItemProgress, Enrolment, LearningEvent)}
    completed = ItemProgress.objects.filter(person=person, standing="completed")
    spoilt = completed.order_by("pk").first()
    assert spoilt is not None
    ItemProgress.objects.filter(pk=spoilt.pk).update(completed_at=AT - timedelta(days=1))
    Enrolment.objects.filter(person=person, item__code="CPA-1").update(waived=[])
    lines = list(differences(repair=True, at=AT))
    assert [("stored Summary" in line, "waived is stored as []" in line) for line in lines] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert {model: list(model.objects.order_by("pk").values()) for model in was} == was
    assert list(differences(repair=False, at=AT)) == []


@pytest.mark.one_database
def test_only_the_people_asked_for_are_looked_at(world: World) -> None:
    lives = [Life(world), Life(world)]
    with without_certificates():
        for life in lives:
            life.live([("enrol", 0, 0, 0), ("tick", 0, 0, 0)])
    ItemProgress.objects.update(standing=Standing.NOT_STARTED)
    found = [len(list(differences(repair=False, at=AT, people=people))) for people in ([], [lives[0].person.pk], None)]
    assert found == [0, 2, 4]


@pytest.mark.one_database
def test_what_is_noted_while_it_mends_is_not_lost(world: World) -> None:
    lives = sorted((Life(world), Life(world)), key=lambda life: life.person.pk)
    with without_certificates():
        for life in lives:
            life.live([("enrol", 0, 0, 0), ("tick", 0, 0, 0)])
    ItemProgress.objects.update(standing=Standing.NOT_STARTED)
    mending = differences(repair=True, at=AT)
    next(mending)
    # All tables were read by now.
    event = LearningEvent.objects.filter(person=lives[1].person, fact="completed").get()
    record(
        person=event.person,
        item_id=event.item_id,
        item_key=event.item.key,
        fact=Fact.UNDONE,
        by=None,
        at=AT + timedelta(days=99),
    )
    list(mending)
    assert ItemProgress.objects.get(person=event.person, item=event.item).standing == Standing.NOT_STARTED
    assert list(differences(repair=False, at=AT)) == []
