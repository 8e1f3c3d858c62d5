"""Writes of enrolments that the database itself keeps right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from courses.enrolments.models import Enrolment
from courses.enrolments.rules import complete
from tests.factories import courses as learning
from tests.factories.courses import AT

LATER = AT + timedelta(days=1)


def test_an_enrolment_is_completed_by_one_call_and_keeps_its_day(academy: Any) -> None:
    learning.make_learner(academy)
    one, other = Enrolment.objects.get(), Enrolment.objects.get()
    assert [complete(enrolment=one, at=AT), complete(enrolment=other, at=LATER)] == [True, False]
    assert Enrolment.objects.get().completed_at == AT


def test_what_was_left_is_not_completed(academy: Any) -> None:
    learning.make_learner(academy)
    enrolment = Enrolment.objects.get()
    Enrolment.objects.update(left_at=AT)
    assert complete(enrolment=enrolment, at=LATER) is False
    assert Enrolment.objects.get().completed_at is None


@pytest.mark.parametrize("cycle", [1, 2])
def test_the_database_refuses_a_second_running_enrolment_and_a_second_first_cycle(academy: Any, cycle: int) -> None:
    person = learning.make_learner(academy)
    first = Enrolment.objects.get()
    if cycle == 1:
        Enrolment.objects.update(left_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(person=person, item=first.item, cycle=cycle, rule=first.rule)
