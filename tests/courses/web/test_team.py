"""A manager's page: own units and below, status and dates, never a score; a trainer's page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import User
from academy.people.rules import join
from courses.progress.models import ItemProgress
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import courses as learning
from tests.factories.curriculum import published
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_unit, signed_in


def member(unit: Any, made: Any = None, **fields: Any) -> User:
    """Someone who works in the unit and takes the course."""
    person = learning.make_learner(made, **fields)
    join(person=person, unit=unit, from_day=LONG_AGO, by=None, at=AT)
    return person


def manager(unit: Any) -> User:
    """Someone who leads the unit."""
    person = learning.make_learner(display_name="Sofia Lind")
    grant(person, Role.MANAGER, unit)
    return person


def team_page(person: User) -> str:
    """The page."""
    response = signed_in(person).get("/en/team/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_manager_sees_the_own_unit_and_below_and_nobody_else(academy: Any) -> None:
    organisation = make_organisation()
    office = make_unit("Office", organisation=organisation)
    below = make_unit("Facilities", parent=office)
    beside = make_unit("Roads", organisation=organisation)
    member(office, academy, display_name="Jana Albers")
    member(below, academy, display_name="Ewa Nowak")
    member(beside, academy, display_name="Ida Berg")
    member(make_unit("Elsewhere"), academy, display_name="Can Demir")
    gone = member(office, academy, display_name="Ole Brandt")
    gone.memberships.update(until_day=timezone.localdate() - timedelta(days=1))
    page = team_page(manager(office))
    names = ["Jana Albers", "Ewa Nowak", "Ida Berg", "Can Demir", "Ole Brandt"]
    assert [name for name in names if name in page] == ["Jana Albers", "Ewa Nowak"]


def test_status_stands_there_in_words_with_its_date(academy: Any) -> None:
    unit = make_unit()
    today = timezone.localdate()
    for days in (-1, 10, 100):
        person = member(unit)
        learning.take(person, academy, due_on=today + timedelta(days=days))
    done = member(unit, academy)
    learning.finish_lessons(done, academy)
    learning.pass_quiz(done, academy)
    member(unit, academy)
    member(unit)
    page = team_page(manager(unit))
    states = re.findall(r'<td><span class="status is-[a-z-]+">([^<]+)</span>', page)
    assert states == ["Overdue", "Due soon", "On track", "In progress", "Completed", "Not started"]
    assert "Never signed in" in page


def test_a_manager_never_sees_a_score_an_answer_or_an_attempt(academy: Any) -> None:
    unit = make_unit()
    person = member(unit, academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, False, False])
    learning.hand_in(person, attempt)
    assert ItemProgress.objects.filter(percent=33).exists()
    page = team_page(manager(unit))
    assert [word for word in ("33", "attempt 1", str(attempt.public_id), "Not passed") if word in page] == []


def test_the_page_costs_the_same_with_one_person_and_with_thirty(
    academy: Any, django_assert_max_num_queries: Any
) -> None:
    unit = make_unit()
    client = signed_in(manager(unit))
    for number in range(30):
        member(unit, academy)
        if number in (0, 29):
            client.get("/en/team/")
            with django_assert_max_num_queries(11):
                client.get("/en/team/")


@pytest.mark.parametrize(("address", "role"), [("/en/team/", Role.TRAINER), ("/en/my-workshops/", Role.MANAGER)])
def test_other_roles_are_kept_out(site: Any, address: str, role: Role) -> None:
    person = learning.make_learner()
    assert signed_in(person).get(address).status_code == 403
    grant(person, role, make_unit())
    assert signed_in(person).get(address).status_code == 403


def test_a_trainer_sees_the_workshop_formats(site: Any) -> None:
    index = site.home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    index.add_child(
        instance=WorkshopPage(
            **published("Cost lab", "w3"),
            code="w3",
            maximum=20,
            minimum=8,
            agenda=[("item", {"title": "Start", "minutes": 180})],
        )
    )
    person = learning.make_learner()
    grant(person, Role.TRAINER)
    page = signed_in(person).get("/en/my-workshops/").content.decode()
    assert ("Cost lab" in page, "8 to 20 people" in page, "3" in page) == (True, True, True)


def test_a_manager_without_people_is_told_so(site: Any) -> None:
    assert "Nobody in your team yet" in team_page(manager(make_unit()))
