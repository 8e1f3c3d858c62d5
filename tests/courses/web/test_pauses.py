"""Days away: dates move with them, back with an early end; why is not asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.models import Pause
from tests.factories.people import signed_in
from tests.factories.teams import Team, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def team(transactional_db: None, site: Any) -> Team:
    """One buys, with something due in 20 days."""
    team = make_team({"Buying": 1})
    assign(team, make_item(), due_on=day(20), at=timezone.now())
    return team


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def address(team: Team) -> str:
    return f"/en/team/people/{team.everybody[0].public_id}/pause/"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_effect_is_seen_before_it_is_saved(team: Team) -> None:
    client = signed_in(team.manager)
    form = {"from_day": day(1), "until_day": day(10)}
    seen = [client.post(f"{address(team)}look/", form), client.post(address(team), form | {"look": "1"})]
    assert ["Due dates move by 10 days." in words(response) for response in seen] == [True, True]
    assert not Pause.objects.exists()
    assert client.post(address(team), form)["Location"] == address(team)
    assert duty_of(team.everybody[0]).due_on == day(30)
    assert "No due date moves." in words(
        client.post(f"{address(team)}look/", {"from_day": day(40), "until_day": day(41)})
    )


def test_it_ends_sooner_or_is_taken_back(team: Team) -> None:
    client = signed_in(team.manager)
    person = team.everybody[0]
    client.post(address(team), {"from_day": day(1), "until_day": ""})
    pause = Pause.objects.get()
    assert (pause.until_day, duty_of(person).due_on) == (None, day(20))
    client.post(address(team), {"pause": pause.pk, f"p{pause.pk}-until_day": day(4)})
    assert duty_of(person).due_on == day(24)
    wrong = client.post(address(team), {"pause": pause.pk, f"p{pause.pk}-until_day": day(-1)})
    assert (wrong.status_code, duty_of(person).due_on) == (422, day(24))
    client.post(address(team), {"pause": pause.pk, "back": "1"})
    assert (duty_of(person).due_on, Pause.objects.exists()) == (day(20), False)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"from_day": 5, "until_day": 4}, "until_day"),
        ({"from_day": -400, "until_day": 4}, "from_day"),
        ({"from_day": 2, "until_day": 2000}, "until_day"),
        ({"from_day": 2, "until_day": 3}, "from_day"),
    ],
)
def test_what_cannot_be_is_said_on_its_field(team: Team, form: dict[str, int], field: str) -> None:
    client = signed_in(team.manager)
    client.post(address(team), {"from_day": day(3), "until_day": day(3)})
    response = client.post(address(team), {name: day(days) for name, days in form.items()})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Pause.objects.count() == 1


def test_no_reason_is_asked_for(team: Team) -> None:
    form = signed_in(team.manager).get(address(team)).context["form"]
    assert list(form.fields) == ["from_day", "until_day"]


def test_somebody_else_s_pause_cannot_be_changed_here(team: Team) -> None:
    other = make_team({"Buying": 1})
    theirs = Pause.objects.create(
        person=other.everybody[0], organisation=other.organisation, from_day=day(1), until_day=day(2)
    )
    response = signed_in(team.manager).post(address(team), {"pause": theirs.pk, "back": "1"})
    assert (response.status_code, Pause.objects.count()) == (404, 1)
    long = signed_in(team.manager).post(address(team), {"pause": "9" * 5000, "back": "1"})
    assert long.status_code == 404
