"""The numbers of a board against a plain count: roll-up, people in two units, days away, in trees at random."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.access import units_below
from academy.people.enums import Role
from academy.people.models import Membership, Pause, Unit, User
from courses.assignments.models import Duty
from courses.assignments.queries import RANK, today_in, with_state
from courses.enrolments.enums import Due
from courses.reports.access import led_by
from courses.reports.board import Board, UnitRow, board
from courses.reports.tree import scope_of
from courses.reports.wanted import Wanted, read
from tests.factories.people import grant, make_unit
from tests.factories.teams import Team, add, assign, make_item, make_team

pytestmark = pytest.mark.django_db


def board_of(leader: User, wanted: Wanted = Wanted(), *, today: date, page: int = 1) -> Board:  # noqa: B008  frozen
    scope = scope_of(led_by(leader, today), wanted)
    assert scope is not None
    at = timezone.now()
    return board(scope, wanted, name="", today=today, at=at, language="en", page=page, reader=leader)


def random_team(seed: int) -> tuple[Team, date]:
    """Units at random below each other, people in one or two of them, things required, done, late; some are away."""
    rng = random.Random(seed)
    team = make_team({})
    today = today_in(team.organisation, timezone.now())
    units = [team.whole]
    for number in range(9):
        units.append(make_unit(f"Unit {number}", parent=rng.choice(units)))
    items = [make_item(f"CPA-{number}") for number in range(3)]
    everybody = []
    for _ in range(25):
        person = add(rng.choice(units))
        other = rng.choice(units)
        if rng.random() < 0.3 and not person.memberships.filter(unit=other).exists():
            Membership.objects.create(person=person, unit=other, from_day=today)
        if rng.random() < 0.2:
            Pause.objects.create(person=person, organisation=team.organisation, from_day=today)
        everybody.append(person)
    for item in items:
        assign(team, item, picked=rng.sample(everybody, 15))
    for duty in Duty.objects.all():
        duty.due_on = rng.choice([None, today + timedelta(days=rng.randint(-20, 60))])
        duty.completed_at = timezone.now() if rng.random() < 0.4 else None
        duty.save()
    return team, today


def plain_states(team: Team, today: date) -> dict[int, Due]:
    """The worst state of each person, asked for one by one."""
    duties = Duty.objects.filter(organisation=team.organisation, ended_at=None)
    found = {}
    for person in User.objects.filter(memberships__unit__organisation=team.organisation).distinct():
        states = with_state(duties.filter(person=person), today).values_list("state", flat=True)
        found[person.pk] = min((Due(state) for state in states), key=RANK.index, default=Due.NONE)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_the_numbers_are_those_of_a_plain_count_for_each_unit(seed: int) -> None:
    team, today = random_team(seed)
    states = plain_states(team, today)
    plain = {}
    for unit in Unit.objects.filter(organisation=team.organisation):
        below = Membership.objects.filter(unit__in=units_below(unit)).values_list("person", flat=True)
        plain[unit] = Counter(states[pk] for pk in set(below))
    for unit, expected in plain.items():
        found = board_of(team.manager, Wanted(unit=unit.pk), today=today)
        assert Counter(found.counts) == expected
        assert {row.pk: Counter(row.counts) for row in found.parts} == {
            child.pk: counted for child, counted in plain.items() if child.parent_id == unit.pk and counted
        }
    # Each state leads to exactly the people that its number says.
    for state in RANK:
        found = board_of(team.manager, Wanted(statuses=(state,)), today=today)
        expected_people = {pk for pk, worst in states.items() if worst == state}
        assert (set(found.crowd.shown), {row.status for row in found.rows} <= {state}) == (expected_people, True)


def test_the_list_is_in_order_on_each_page_and_over_all_of_them() -> None:
    team = make_team({"Buying": 35})
    today = today_in(team.organisation, timezone.now())
    assign(team, make_item(), picked=team.people["Buying"][::2], due_on=today - timedelta(days=1))
    pages = [board_of(team.manager, today=today, page=page).rows for page in (1, 2)]

    rows = [(RANK.index(row.status), row.name.casefold()) for page in pages for row in page]

    assert [len(page) for page in pages] == [30, 5]
    assert rows == sorted(rows)


def test_a_name_with_an_accent_stands_beside_the_one_without() -> None:
    team = make_team({"Buying": 4})
    for person, name in zip(team.people["Buying"], ("Émile", "Zoé", "Łukasz", "Mara"), strict=True):
        User.objects.filter(pk=person.pk).update(display_name=name)
    found = board_of(team.manager, today=today_in(team.organisation, timezone.now()))
    assert [row.name for row in found.rows] == ["Émile", "Łukasz", "Mara", "Zoé"]


def test_it_costs_the_same_for_twenty_people_and_for_four_hundred(django_assert_num_queries: Any) -> None:
    team = make_team({"Buying": 1})
    today = today_in(team.organisation, timezone.now())
    for count in (20, 380):
        made = User.objects.bulk_create([User(email=f"many-{count}-{n}@example.org") for n in range(count)])
        Membership.objects.bulk_create(
            [Membership(person=one, unit=team.units["Buying"], from_day=today) for one in made]
        )
        assign(team, make_item(f"CPA-{count}"), picked=made[:10], due_on=today)
        with django_assert_num_queries(8):
            found = board_of(team.manager, Wanted(newcomers=True, not_signed_in=True), today=today)
        assert len(found.crowd.shown) >= count


def test_an_address_is_read_and_written_back_the_same() -> None:
    query = "organisation=town&unit=7&level=direct&by=unit&status=overdue&status=none&newcomers=1&ending=1"

    assert read(query).query == query
    assert read("unit=99999999999999999999&status=x&item=7&newcomers=yes") == Wanted()


@pytest.mark.parametrize(("required", "percent", "is_hidden"), [(0, None, False), (4, None, True), (5, 20, False)])
def test_a_share_of_fewer_than_five_people_is_not_shown(required: int, percent: float | None, is_hidden: bool) -> None:
    counts = dict.fromkeys(RANK, 0) | {
        Due.COMPLETED: min(1, required),
        Due.OVERDUE: max(0, required - 1),
        Due.NONE: 3,
    }
    row = UnitRow(pk=1, name="Works", people=required + 3, counts=counts)

    assert (row.percent, row.is_hidden) == (percent, is_hidden)


def test_a_deputy_leads_until_the_last_day_and_not_after() -> None:
    team = make_team()
    deputy = add(team.units["Works"])
    last = date(2027, 3, 5)
    grant(deputy, Role.DEPUTY, team.whole, until_day=last)

    assert [len(led_by(deputy, day)) for day in (last, last + timedelta(days=1))] == [1, 0]
