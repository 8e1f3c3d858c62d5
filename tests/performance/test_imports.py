"""Bringing in a list of staff works: a small round of what `make prove` runs whole, interrupted once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from academy.jobs.models import Job
from academy.jobs.tasks import run_due
from academy.people import joining
from academy.people.importing import rules
from academy.people.models import Membership, StaffImport
from tests.factories.staff_files import many
from tests.performance.imports import cells_named, check, faulty_lines, make_town, start, tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_two_hundred_people_are_brought_in_although_the_work_stopped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CHUNK", 60)
    town, admin = make_town()
    rows, places = many(200, 20, faulty_lines(200, 20, 5))
    found = check(town, admin, rows)
    assert (cells_named(found), len(places), found.counts["refused"]) == (places, 5, 5)
    start(found, admin)
    tell, told = joining.tell_invited, []

    def stops(invitations: Any, at: Any) -> int:
        told.append(len(invitations))
        if len(told) == 3:
            raise RuntimeError
        return tell(invitations, at)

    monkeypatch.setattr(joining, "tell_invited", stops)
    assert run_due() == 0
    found.refresh_from_db()
    assert (found.state, found.position, found.percent, Membership.objects.count()) == (
        "applying",
        2,
        50,
        sum(told[:2]),
    )
    Job.objects.update(not_before=timezone.now())
    assert run_due() == 1
    found.refresh_from_db()
    assert (found.state, found.percent, found.done) == ("done", 100, {"new": 195})
    there = tables()
    assert {name: there[name] for name in ("User", "Membership", "RoleGrant", "Invitation", "OutgoingEmail")} == {
        "User": 196, "Membership": 195, "RoleGrant": 21, "Invitation": 195, "OutgoingEmail": 195,
    }  # fmt: skip
    again = check(town, admin, rows)
    start(again, admin)
    run_due()
    assert StaffImport.objects.get(pk=again.pk).done == {}
    assert tables() == there
