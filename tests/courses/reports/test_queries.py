"""Reads across sub-domains."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from academy.people.rules import join
from courses.reports.queries import courses_of, today_for
from tests.factories import courses as learning
from tests.factories.people import AT, LONG_AGO, make_organisation, make_person

LATE = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)


def test_the_day_is_that_of_the_organisation_else_of_the_person(db: Any) -> None:
    person = make_person(time_zone="Europe/Lisbon")
    assert today_for(person, LATE) == date(2026, 2, 2)
    organisation = make_organisation(time_zone="Europe/Sofia")
    join(person=person, unit=organisation.units.get(), from_day=LONG_AGO, by=None, at=AT)
    assert today_for(person, LATE) == date(2026, 2, 3)


def test_a_course_that_was_left_is_not_listed(academy: Any) -> None:
    person = learning.make_learner(academy)
    assert [row.title for row in courses_of(person, "nl", date(2026, 2, 2))] == ["Course CPA-9 [nl]"]
    person.enrolments.update(left_at=AT)
    assert courses_of(person, "nl", date(2026, 2, 2)) == []
