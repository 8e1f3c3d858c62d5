"""What is required of whom: rules that later joiners follow, dates, pauses, more time, and the end of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from academy.jobs.tasks import run_due
from academy.people import rules as people
from academy.people.models import Membership
from courses.assignments.enums import DutyFact, Ended
from courses.assignments.errors import ExtensionAnswered, NoLaterDay
from courses.assignments.models import Duty, DutyEvent
from courses.assignments.queries import today_in, with_state
from courses.enrolments.models import Enrolment
from courses.flows import assign_learning, extend_time
from tests.factories.people import AT
from tests.factories.teams import add, assign, duty_of, make_item, make_team

pytestmark = pytest.mark.django_db(transaction=True)
DUE = date(2027, 3, 1)
TODAY = date(2027, 2, 1)


def follow(organisation_id: int) -> None:
    assign_learning.follow_rules(organisation_id)


def test_a_rule_reaches_who_is_there_and_who_joins_later() -> None:
    team = make_team()
    assign(team, make_item(), due_on=DUE)
    newcomer = add(team.units["Works"], at=datetime.now(UTC), from_day=datetime.now(UTC).date())
    run_due()
    assert set(Duty.objects.values_list("person", "due_on")) == {
        (person.pk, DUE) for person in [*team.everybody, newcomer]
    }


def test_within_ninety_days_of_joining() -> None:
    team = make_team({"Buying": 1})
    assign(team, make_item(), due_days=90, at=datetime.now(UTC))
    today = today_in(team.organisation, datetime.now(UTC))
    add(team.units["Buying"], from_day=today - timedelta(days=10), at=datetime.now(UTC))
    follow(team.organisation.pk)
    assert list(Duty.objects.values_list("due_on", flat=True)) == [today + timedelta(days=90)] * 2


def test_the_same_number_of_days_is_the_same_date_for_who_has_moved_to_the_unit() -> None:
    team, now = make_team({"Buying": 1, "Works": 1}), datetime.now(UTC)
    assignment = assign(team, make_item(), unit=team.units["Works"], due_days=90, at=now - timedelta(days=20))
    (mover,) = team.people["Buying"]
    today = today_in(team.organisation, now)
    people.join(person=mover, unit=team.units["Works"], from_day=today - timedelta(days=2), by=None, at=now)
    follow(team.organisation.pk)

    assert duty_of(mover).due_on == today + timedelta(days=88)
    assert assign_learning.change_date(assignment=assignment, due_on=None, due_days=90, by=None, at=now) == []


def test_who_completed_it_at_the_moment_it_was_given_has_completed_it() -> None:
    team, item = make_team({"Buying": 2}), make_item()
    one, other = team.people["Buying"]
    assign(team, item, picked=[one], due_on=DUE)
    assign(team, item, due_on=DUE)
    # As left by two transactions that did not see each other.
    Enrolment.objects.create(person=one, item=item, rule={"version": 1}, started_at=AT, completed_at=AT)
    for _ in range(2):
        follow(team.organisation.pk)

    assert set(Duty.objects.values_list("person", "completed_at")) == {(one.pk, AT), (other.pk, None)}
    assert DutyEvent.objects.filter(fact=DutyFact.COMPLETED).count() == 2


def test_who_leaves_need_not_do_it_any_more() -> None:
    team = make_team({"Buying": 1})
    assign(team, make_item(), due_on=DUE)
    membership = Membership.objects.get(person=team.people["Buying"][0])
    people.leave(membership=membership, last_day=date(2026, 1, 1), by=None, at=AT)
    follow(team.organisation.pk)
    duty = Duty.objects.get()
    assert (duty.ended, duty.ended_at is not None) == (Ended.LEFT, True)


def test_following_twice_changes_nothing() -> None:
    team = make_team()
    assign(team, make_item(), due_on=DUE)
    before = list(Duty.objects.order_by("pk").values()), DutyEvent.objects.count()
    follow(team.organisation.pk)
    follow(team.organisation.pk)
    assert (list(Duty.objects.order_by("pk").values()), DutyEvent.objects.count()) == before


def test_a_pause_moves_the_date_and_its_early_end_moves_it_back() -> None:
    team = make_team({"Buying": 1})
    person = team.people["Buying"][0]
    assign(team, make_item(), due_on=DUE)
    pause = people.pause(
        person=person, organisation=team.organisation, from_day=date(2027, 2, 10), until_day=date(2027, 2, 19),
        by=team.manager, at=AT,
    )  # fmt: skip
    moved = duty_of(person).due_on
    people.change_pause(pause=pause, until_day=date(2027, 2, 11), by=team.manager, at=AT)
    back = duty_of(person).due_on
    people.change_pause(pause=pause, until_day=date(2027, 2, 9), by=team.manager, at=AT)
    assert (moved, back, duty_of(person).due_on) == (date(2027, 3, 11), date(2027, 3, 3), DUE)


def test_more_time_is_granted_once_and_is_the_date_that_holds() -> None:
    team = make_team({"Buying": 1})
    person = team.people["Buying"][0]
    assign(team, make_item(), due_on=DUE)
    duty = duty_of(person)
    with pytest.raises(NoLaterDay):
        extend_time.ask(duty=duty, wanted_on=DUE, why="", by=person, at=AT)
    extension = extend_time.ask(duty=duty, wanted_on=date(2027, 3, 20), why="A tender", by=person, at=AT)
    extend_time.answer(extension=extension, granted_on=date(2027, 3, 15), words="", by=team.manager, at=AT)
    with pytest.raises(ExtensionAnswered):
        extend_time.answer(extension=extension, granted_on=None, words="", by=team.manager, at=AT)
    assert duty_of(person).due_on == date(2027, 3, 15)
    assert list(DutyEvent.objects.values_list("fact", flat=True)) == [
        DutyFact.GIVEN, DutyFact.ASKED, DutyFact.ANSWERED, DutyFact.DUE,
    ]  # fmt: skip


def test_states_as_the_database_sees_them() -> None:
    team = make_team({"Buying": 5})
    item = make_item()
    due = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=28), TODAY + timedelta(days=29), TODAY]
    for person, day in zip(team.people["Buying"], due, strict=True):
        assign(team, item, picked=[person], due_on=day)
    people.pause(
        person=team.people["Buying"][4], organisation=team.organisation, from_day=TODAY, until_day=None, by=None, at=AT
    )
    states = [with_state(Duty.objects.filter(person=person), TODAY).get().state for person in team.people["Buying"]]
    assert states == ["overdue", "due", "due", "on_track", "paused"]


def test_withdrawing_ends_what_is_open() -> None:
    team = make_team({"Buying": 2})
    assignment = assign(team, make_item(), due_on=DUE)
    ended = assign_learning.withdraw(assignment=assignment, by=team.manager, at=AT)
    follow(team.organisation.pk)
    assert (len(ended), Duty.objects.filter(ended_at=None).count()) == (2, 0)
