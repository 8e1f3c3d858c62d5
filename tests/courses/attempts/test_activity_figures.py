"""Figures of activities: everybody and all languages together, nothing below five people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from courses.attempts.enums import Reached, Trust, Way
from courses.attempts.models import ActivityAttempt, ActivityStatement
from courses.attempts.queries.activity_figures import (
    ActivityLine,
    InnerQuestion,
    Slice,
    activity_lines,
    activity_report,
)
from courses.attempts.queries.shown import Words
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from tests.factories.people import grant, make_person, signed_in

pytestmark = pytest.mark.django_db
INNER = "0d0f2bb2-9f6f-4d6f-8f7c-5d2f0c6e2a11"


@pytest.fixture
def item(site: Any) -> LearningItem:
    """An activity's item."""
    return LearningItem.objects.create(key=uuid4(), kind=ItemKind.ACTIVITY, code="ladder", title="On the ladder")


def attempt(item: LearningItem, person: Any = None, **fields: Any) -> ActivityAttempt:
    """One attempt that came to the end."""
    person = person or make_person()
    number = ActivityAttempt.objects.filter(person=person).count() + 1
    values = {"reached": Reached.COMPLETED, "finished_at": timezone.now(), "raw": Decimal(3), "max": Decimal(4)}
    return ActivityAttempt.objects.create(
        person=person, activity=item, placement=item, number=number, **values | {"trust": Trust.RESCORED} | fields
    )


def answered(one: ActivityAttempt, scaled: float | None, part: str = INNER) -> None:
    """A question inside was answered; without a score where nobody gives one."""
    result = {"response": "Words"} | ({"score": {"scaled": scaled}} if scaled is not None else {})
    definition = {"description": {"en-US": "Which rung?"}}
    ActivityStatement.objects.create(
        attempt=one,
        statement_id=uuid4(),
        verb="answered",
        sub_content_id=part,
        statement={"object": {"definition": definition}, "result": result},
    )


def test_below_five_people_only_their_number_is_told(item: LearningItem) -> None:
    for _ in range(4):
        attempt(item)
    report = activity_report(item.key, "en")
    assert report is not None
    assert (report.line, report.best, report.ways, report.trusts, report.questions) == (
        ActivityLine(item.key, Words("On the ladder", ""), attempts=4, people=4, finished=4),
        None,
        (),
        (),
        (),
    )
    assert report.line.finished_percent is None


def test_people_are_counted_once_and_with_their_best_score(item: LearningItem) -> None:
    people = [make_person() for _ in range(5)]
    for person in people:
        attempt(item, person, raw=Decimal(1), trust=Trust.CLIENT)
        attempt(item, person, raw=Decimal(3), claimed=Decimal(4))
    attempt(item, reached=Reached.VIEWED, finished_at=None, raw=None, max=None, trust=Trust.CLIENT)
    attempt(item, way=Way.TEXT, raw=None, max=None, trust=Trust.SERVER)
    report = activity_report(item.key, "en")
    assert report is not None
    assert report.line == ActivityLine(item.key, Words("On the ladder", ""), attempts=12, people=7, finished=6)
    assert report.line.finished_percent == 85
    assert (report.best, report.corrected) == (75, 5)
    assert report.ways == (Slice("In the player", 11), Slice("By the text alternative", 1))
    assert report.trusts == (Slice("As the player says", 5), Slice("Worked out again from the answers", 5))


def test_questions_inside_are_told_once_five_people_answered_them(item: LearningItem) -> None:
    for n in range(5):
        one = attempt(item)
        if n < 4:
            answered(one, 1)
    assert _questions(item.key) == ()
    answered(one, 0)
    assert _questions(item.key) == (InnerQuestion("Which rung?", 5, 0.8),)


def test_questions_that_nobody_scores_are_not_told(item: LearningItem) -> None:
    for _ in range(5):
        one = attempt(item)
        answered(one, None, part="an essay")
        answered(one, 0.5)
    answered(one, None)
    assert _questions(item.key) == (InnerQuestion("Which rung?", 5, 0.5),)


def _questions(key: UUID) -> tuple[InnerQuestion, ...]:
    report = activity_report(key, "en")
    return report.questions if report is not None else ()


def test_there_is_no_report_of_what_is_no_activity(item: LearningItem) -> None:
    quiz = LearningItem.objects.create(key=uuid4(), kind=ItemKind.QUIZ, title="A quiz")
    assert activity_report(quiz.key, "en") is None


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_however_many_there_are(site: Any, rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        made = LearningItem.objects.create(key=uuid4(), kind=ItemKind.ACTIVITY, title=f"Activity {n:02}")
        attempt(made)
    activity_lines("en")
    with django_assert_num_queries(1):
        assert len(activity_lines("en")) == rows


def test_trainers_read_the_reports_and_learners_do_not(item: LearningItem) -> None:
    trainer, learner = make_person(), make_person()
    grant(trainer, Role.TRAINER)
    for _ in range(5):
        answered(attempt(item, trust=Trust.SERVER), 0.5)
    for name, args in (("activity_reports", []), ("activity_report", [item.key])):
        assert _status(signed_in(trainer), name, args) == 200
        assert _status(signed_in(learner), name, args) == 403
    assert _status(signed_in(trainer), "activity_report", [uuid4()]) == 404


def _status(client: Client, name: str, args: list[Any]) -> int:
    return client.get(reverse(name, args=args)).status_code
