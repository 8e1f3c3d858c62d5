"""A manager names a deputy until a day; they see and decide the same, and nothing the day after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people import joining
from academy.people.enums import Role
from academy.people.models import RoleGrant
from tests.factories.people import grant, make_person, signed_in
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
DEPUTY = "/en/team/deputy/"


@pytest.fixture
def team(transactional_db: None, site: Any) -> Team:
    """Two buy, one works."""
    return make_team({"Buying": 2, "Works": 1})


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_somebody_is_named_until_a_day_and_ended_at_once(team: Team) -> None:
    person = team.people["Works"][0]
    client = signed_in(team.manager)
    form = {"unit": team.whole.pk, "person": person.public_id, "until_day": day(5)}
    client.post(DEPUTY, form)
    client.post(DEPUTY, form | {"until_day": day(9)})
    held = RoleGrant.objects.get(role=Role.DEPUTY)
    assert (held.person, held.unit, held.until_day, held.by) == (person, team.whole, day(9), team.manager)
    assign(team, make_item(), due_on=day(50), at=timezone.now())
    theirs = f"/en/team/required/{duty_of(team.people['Buying'][0]).pk}/date/"
    browser = signed_in(person)
    assert browser.get(theirs).status_code == 200
    client.post(DEPUTY, {"end": held.pk})
    assert browser.get(theirs).status_code == 403


def test_of_an_address_that_is_invited_nobody_learns_whether_it_has_an_account(team: Team) -> None:
    known = make_person(email="known@lindau.example", last_login=timezone.now())
    emails = [known.email, "fresh@lindau.example"]
    joining.invite(unit=team.units["Works"], emails=emails, by=team.manager, at=timezone.now())
    client = signed_in(team.manager)
    form = {"unit": team.whole.pk, "person": "", "until_day": day(5)}
    said = [client.post(DEPUTY, form | {"email": email}).context["form"].errors for email in emails]
    assert said == [{"email": ["Nobody in Town of Lindau has this address."]}] * 2


def test_a_deputy_stands_in_until_the_last_day_and_not_after(team: Team) -> None:
    person = team.people["Works"][0]
    held = grant(person, Role.DEPUTY, team.whole, until_day=day(0))
    browser = signed_in(person)
    seen = [browser.get("/en/team/requests/").status_code]
    RoleGrant.objects.filter(pk=held.pk).update(until_day=day(-1))
    seen.append(browser.get("/en/team/requests/").status_code)
    assert seen == [200, 403]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"email": "nobody@example.org"}, "email"),
        ({"email": "mona@lindau.example"}, "email"),
        ({}, "person"),
        ({"email": "beside@lindau.example", "until_day": -1}, "until_day"),
        ({"email": "beside@lindau.example", "until_day": 400}, "until_day"),
        ({"email": "beside@lindau.example", "unit": "0"}, "unit"),
    ],
)
def test_what_is_wrong_is_said_on_its_field(team: Team, form: dict[str, Any], field: str) -> None:
    team.manager.email = "mona@lindau.example"
    team.manager.save(update_fields=["email"])
    add(team.whole, email="beside@lindau.example")
    make_person("nobody@example.org")
    posted = {"unit": team.whole.pk, **form, "until_day": day(form.get("until_day", 3))}
    response = signed_in(team.manager).post(DEPUTY, posted)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not RoleGrant.objects.filter(role=Role.DEPUTY).exists()


def test_anybody_of_the_organisation_may_be_named_by_address(team: Team) -> None:
    beside = make_team({"Elsewhere": 1})
    below = add(team.units["Buying"])
    grant(below, Role.MANAGER, team.units["Buying"])
    person = add(team.units["Works"], email="works@lindau.example")
    client = signed_in(below)
    client.post(DEPUTY, {"unit": team.units["Buying"].pk, "email": "Works@lindau.example", "until_day": day(3)})
    assert RoleGrant.objects.get(role=Role.DEPUTY).person == person
    stranger = {"unit": team.units["Buying"].pk, "email": beside.everybody[0].email, "until_day": day(3)}
    assert client.post(DEPUTY, stranger).status_code == 422


def test_only_a_manager_names_deputies(team: Team) -> None:
    seen = []
    for role in (Role.DEPUTY, Role.TRAINING_COORDINATOR, Role.ORGANISATION_ADMIN):
        person = add(team.whole)
        grant(person, role, team.whole)
        seen.append(signed_in(person).get(DEPUTY).status_code)
    assert seen == [403, 403, 403]
