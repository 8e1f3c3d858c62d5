"""Looks at people's learning: one row a day, counted, on every database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from academy.people.enums import Looked
from academy.people.models import Look
from academy.people.rules import note_look
from tests.factories.people import AT, make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_a_second_look_of_a_day_is_counted_in_one_statement(django_assert_num_queries: Any) -> None:
    viewer, person, organisation = make_person(), make_person(), make_organisation()
    for minutes in (0, 5):
        with django_assert_num_queries(1):
            note_look(
                viewer=viewer, what=Looked.PERSON, organisation=organisation, person=person,
                at=AT + timedelta(minutes=minutes), day=AT.date(),
            )  # fmt: skip
    assert list(Look.objects.values_list("viewer", "person", "times", "first_at", "last_at", "day")) == [
        (viewer.pk, person.pk, 2, AT, AT + timedelta(minutes=5), AT.date())
    ]


def test_ones_own_page_is_no_news() -> None:
    person = make_person()
    note_look(viewer=person, what=Looked.PERSON, organisation=make_organisation(), person=person, at=AT, day=AT.date())
    assert Look.objects.count() == 0
