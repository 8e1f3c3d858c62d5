"""The summaries can be rebuilt from the facts, and nothing differs."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.enrolments.models import Enrolment
from courses.flows.complete_lesson import undo_lesson
from courses.flows.enrol import leave, restart
from courses.progress.models import ItemProgress
from tests.factories import courses as learning
from tests.factories.courses import AT

CLEAN = "No differences: the summaries say what the facts say.\n"


def rebuild(*options: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command("rebuild_progress", *options, stdout=out)
    return out.getvalue()


def live_a_little(made: Any) -> Any:
    """A person who does all that can be done, some of it twice."""
    person = learning.make_learner(made)
    key = made.course.translation_key
    learning.finish_lessons(person, made)
    undo_lesson(person=person, lesson_key=made.lessons[1].translation_key, by=person, at=AT + timedelta(hours=1))
    leave(person=person, course_key=key, by=person, at=AT + timedelta(hours=2))
    learning.take(person, made, at=AT + timedelta(hours=3))
    learning.hand_in(person, learning.begin_quiz(person, made), at=AT + timedelta(hours=4))
    learning.pass_quiz(person, made, at=AT + timedelta(hours=5))
    learning.finish_lessons(person, made, at=AT + timedelta(hours=6))
    restart(person=person, course_key=key, by=person, at=AT + timedelta(hours=7))
    learning.finish_lessons(person, made, 1, at=AT + timedelta(hours=8))
    undo_lesson(person=person, lesson_key=made.lessons[0].translation_key, by=person, at=AT + timedelta(hours=9))
    return person


def test_after_a_life_of_learning_nothing_differs(academy: Any) -> None:
    live_a_little(academy)
    before = list(ItemProgress.objects.order_by("pk").values())
    assert rebuild("--check") == CLEAN
    assert rebuild() == CLEAN
    assert list(ItemProgress.objects.order_by("pk").values()) == before
    assert Enrolment.objects.count() == 3


def test_what_was_spoilt_is_reported_and_repaired(academy: Any) -> None:
    live_a_little(academy)
    before = list(ItemProgress.objects.order_by("item_id").values("item_id", "standing", "completed_at", "percent"))
    ItemProgress.objects.filter(item__key=academy.lessons[0].translation_key).update(standing="completed")
    ItemProgress.objects.filter(item__key=academy.lessons[1].translation_key).delete()
    with pytest.raises(CommandError, match="2 differences"):
        rebuild("--check")
    assert len(rebuild().splitlines()) == 2
    after = ItemProgress.objects.order_by("item_id").values("item_id", "standing", "completed_at", "percent")
    assert list(after) == before
    assert rebuild("--check") == CLEAN


def test_a_summary_without_facts_goes(academy: Any) -> None:
    person = learning.make_learner()
    other = learning.make_learner(academy)
    row = ItemProgress.objects.get(person=other)
    ItemProgress.objects.create(person=person, item=row.item, standing="completed", completed_at=AT)
    assert "there are no facts" in rebuild()
    assert list(ItemProgress.objects.values_list("person", flat=True)) == [other.pk]


def test_a_completion_is_neither_given_nor_taken_by_a_repair(academy: Any) -> None:
    person = learning.make_learner(academy)
    Enrolment.objects.filter(person=person).update(completed_at=AT)
    assert "completed, yet the facts do not meet its rule" in rebuild()
    assert Enrolment.objects.get(person=person).completed_at == AT
