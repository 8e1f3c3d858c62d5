"""Figures are taken once a week from what is required of people, and stay as they were published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from academy.people.models import Pause
from courses.assignments.models import Duty
from courses.figures import queries, rules
from courses.figures.disclosure import Base, Counts
from courses.figures.models import FigureSnapshot
from courses.figures.queries import Figures, Line
from courses.figures.rules import take_snapshots, week_of
from courses.flows.tasks import take_figures
from tests.factories.figures import DAY, make_type, require
from tests.factories.people import AT
from tests.factories.teams import add, assign, duty_of, make_item, make_team

WEEK = date(2027, 2, 1)

pytestmark = pytest.mark.django_db


class TestCounting:
    """Who is counted where."""

    @pytest.mark.one_database
    def test_people_count_once_for_an_item_in_the_organisation_that_asked_first(self) -> None:
        item, other = make_item("CPA-1"), make_item("CPA-2")
        lindau, weert = make_team({"Buying": 3}), make_team({"Buying": 1}, name="Weert")
        assign(lindau, item, due_on=DAY + timedelta(days=60))
        assign(lindau, other, picked=lindau.people["Buying"][:1])
        first, second, third = lindau.people["Buying"]
        # Weert asks the same of the first, and it is overdue there.
        assign(weert, item, due_on=DAY + timedelta(days=1))
        Duty.objects.filter(assignment__organisation=weert.organisation).update(due_on=DAY - timedelta(days=1))
        Duty.objects.filter(assignment__organisation=weert.organisation).update(person=first)
        Duty.objects.filter(pk=duty_of(second, item).pk).update(completed_at=AT)
        Pause.objects.create(person=third, organisation=lindau.organisation, from_day=DAY)

        assert dict(queries.bases_by_item(DAY)) == {
            item.pk: [Base(lindau.organisation.pk, None, Counts(completed=1, open=1, overdue=1))],
            other.pk: [Base(lindau.organisation.pk, None, Counts(completed=0, open=1, overdue=0))],
        }

    @pytest.mark.one_database
    def test_who_left_or_has_no_account_any_more_is_not_counted(self) -> None:
        item, team = make_item(), make_team({"Buying": 2})
        assign(team, item)
        gone, inactive = team.people["Buying"]
        stays = add(team.units["Buying"])
        Duty.objects.filter(person=gone).update(ended_at=AT, ended="left")
        inactive.is_active = False
        inactive.save()
        assign(team, item, picked=[stays])

        counted = [base.counts for _item, bases in queries.bases_by_item(DAY) for base in bases]
        assert counted == [Counts(0, 1, 0)]


class TestTaking:
    """A snapshot a week."""

    def test_a_week_is_taken_once_with_the_names_of_that_week(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        town, water = make_type("town", en="Municipality", nl="Gemeente"), make_type("water", en="Water authority")
        item = make_item("CPA-1", title="Foundations")
        lindau = require("Lindau", item, completed=11, still_open=9, kind=town)
        for name, completed, kind in (("Apeldoorn", 3, town), ("Weert", 6, town), ("Rijn", 2, water)):
            require(name, item, completed=completed, still_open=6, kind=kind)
        require("Vecht", item, still_open=14, kind=water)

        assert take_snapshots(at=AT) == 1
        with django_assert_num_queries(1):
            assert take_snapshots(at=AT + timedelta(days=6)) == 0
        lindau.name = "Lindau am See"
        lindau.save()

        both = "Gemeente, Water authority"
        assert queries.figures(item.key, WEEK, "nl") == Figures(
            AT,
            (
                Line("all", "All organisations", Counts(20, 40, 0)),
                Line("kind", both, Counts(20, 40, 0)),
                Line("group", "Lindau", Counts(10, 10, 0), kind=both),
                Line("group", "Weert", Counts(5, 5, 0), kind=both),
                Line("group", "Vecht", Counts(0, 15, 0), kind=both),
                Line("group", "2 other organisations", Counts(5, 10, 0), ("Apeldoorn", "Rijn"), both),
            ),
        )
        assert queries.weeks_with_figures() == [WEEK]

    def test_the_next_week_leaves_the_last_one_alone(self) -> None:
        require("Lindau", make_item(), completed=11, still_open=9)
        take_snapshots(at=AT)
        Duty.objects.update(completed_at=AT)

        assert take_snapshots(at=AT + timedelta(days=7)) == 1
        taken = FigureSnapshot.objects.order_by("week").values_list("week", "rows__branches__0__atoms__0__counts")
        assert list(taken) == [(WEEK, [10, 10, 0]), (WEEK + timedelta(days=7), [20, 0, 0])]

    def test_who_is_too_late_takes_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        item = make_item()
        require("Lindau", item, completed=11, still_open=9)
        counted = queries.bases_by_item

        def beaten(on: date) -> Any:
            """Another worker takes the week between the look and the write."""
            monkeypatch.setattr(rules, "bases_by_item", counted)
            assert take_snapshots(at=AT) == 1
            return counted(on)

        monkeypatch.setattr(rules, "bases_by_item", beaten)
        assert take_snapshots(at=AT) == 0
        assert FigureSnapshot.objects.count() == 1

    @pytest.mark.one_database
    def test_the_clock_takes_this_week_once(self) -> None:
        require("Lindau", make_item(), completed=11)
        take_figures()
        take_figures()

        assert [each.week for each in FigureSnapshot.objects.all()] == [week_of(timezone.localdate())]

    @pytest.mark.one_database
    def test_too_few_people_leave_a_week_without_numbers(self) -> None:
        item = make_item()
        require("Lindau", item, completed=4)
        take_snapshots(at=datetime(2027, 2, 4, 12, tzinfo=UTC))

        assert FigureSnapshot.objects.get().rows == {"version": 1, "branches": []}
        found = queries.figures(item.key, WEEK, "en")
        assert found is not None
        assert found.lines == ()
