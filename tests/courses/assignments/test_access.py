"""Whom a request of somebody goes to: the nearest who lead, never oneself, nobody whose role has ended."""

from __future__ import annotations

from datetime import date

import pytest

from academy.people.enums import Role
from courses.assignments.access import leaders_of
from tests.factories.people import grant, make_person
from tests.factories.teams import add, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TODAY = date(2027, 2, 1)


def test_the_nearest_unit_with_a_manager_or_deputy_answers() -> None:
    team = make_team({"Buying": 1, "Works": 1})
    near, deputy, former = (make_person() for _ in range(3))
    grant(near, Role.MANAGER, team.units["Buying"])
    grant(deputy, Role.DEPUTY, team.units["Buying"], until_day=TODAY)
    grant(former, Role.DEPUTY, team.units["Buying"], until_day=date(2027, 1, 31))
    buyer, worker = team.people["Buying"][0], team.people["Works"][0]
    here = team.organisation.pk
    assert leaders_of(buyer.pk, here, TODAY) == [near, deputy]
    assert leaders_of(worker.pk, here, TODAY) == [team.manager]


def test_nobody_answers_themselves_and_without_a_manager_coordinator_then_administrator_do() -> None:
    team = make_team({"Buying": 1})
    head = add(team.units["Buying"])
    grant(head, Role.MANAGER, team.units["Buying"])
    assert leaders_of(head.pk, team.organisation.pk, TODAY) == [team.manager]
    top = add(team.whole)
    team.manager.role_grants.update(person=top)
    assert leaders_of(top.pk, team.organisation.pk, TODAY) == []
    admin, coordinator = make_person(), make_person()
    grant(admin, Role.ORGANISATION_ADMIN, team.whole)
    assert leaders_of(top.pk, team.organisation.pk, TODAY) == [admin]
    grant(coordinator, Role.TRAINING_COORDINATOR, team.whole)
    assert leaders_of(top.pk, team.organisation.pk, TODAY) == [coordinator]
