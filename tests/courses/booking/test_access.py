"""Who runs a date, who approves, which units somebody leads."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.booking.access import approvers_of, may_approve, may_run, sessions_run_by, units_of_manager
from courses.booking.enums import Approval
from tests.factories import booking as dates
from tests.factories.people import LONG_AGO, grant, make_person, make_unit

pytestmark = pytest.mark.django_db


def person(*roles: tuple[Role, Any], **fields: Any) -> User:
    """Somebody with these roles."""
    found = make_person(**fields)
    for role, unit in roles:
        grant(found, role, unit)
    return found


def test_who_runs_a_date() -> None:
    unit = make_unit()
    gives, made, other = (person((Role.TRAINER, unit)) for _ in range(3))
    learner = make_person()
    session = dates.make_date(trainers=(gives, learner), by=made)
    foreign = dates.make_date(item=dates.make_item("W2"), room="2.15")
    everybody = {
        "gives it": gives,
        "planned it": made,
        "another trainer": other,
        "for everybody": person((Role.TRAINER, None)),
        "administrator": person((Role.PLATFORM_ADMIN, None)),
        "superuser": make_person(is_superuser=True),
        "manager": person((Role.MANAGER, unit)),
        "listed without the role": learner,
        "stranger": AnonymousUser(),
    }
    both, own, none = (True, True), (True, False), (False, False)
    found = {name: (may_run(who, session), may_run(who, foreign)) for name, who in everybody.items()}
    assert found == {
        "gives it": own,
        "planned it": own,
        "another trainer": none,
        "for everybody": both,
        "administrator": both,
        "superuser": both,
        "manager": none,
        "listed without the role": none,
        "stranger": none,
    }
    assert {name: sessions_run_by(who).count() for name, who in everybody.items()} == {
        name: sum(pair) for name, pair in found.items()
    }


def test_who_approves_and_nobody_their_own() -> None:
    unit = make_unit()
    trainer, manager = person((Role.TRAINER, None)), person((Role.MANAGER, unit))
    asking, alone = make_person(), make_person()
    for who in (asking, manager):
        Membership.objects.create(person=who, unit=unit, from_day=LONG_AGO)
    session = dates.make_date(approval=Approval.MANAGER, trainers=(trainer,))
    led, unled, own = (dates.book(session, who) for who in (asking, alone, manager))
    assert [approvers_of(booking) for booking in (led, unled, own)] == [[manager], [trainer], [trainer]]
    assert [[may_approve(who, booking) for booking in (led, unled, own)] for who in (manager, trainer)] == [
        [True, False, False],
        [False, True, True],
    ]
    assert not may_approve(AnonymousUser(), led)


def test_units_that_somebody_leads() -> None:
    unit = make_unit("Roads")
    assert units_of_manager(person((Role.DEPUTY, unit), (Role.TRAINER, make_unit("Parks")))) == [unit]
    assert units_of_manager(AnonymousUser()) == []
