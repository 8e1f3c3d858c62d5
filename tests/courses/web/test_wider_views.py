"""What managers see besides the usual: off by default, switched on with a reason, told to everybody, ended for good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from academy.mail.models import Notice
from academy.people import rules
from academy.people.enums import Role, Wider
from academy.people.errors import ReasonMissing, WiderAlready
from academy.people.models import User, WiderView
from academy.people.queries import wider_views
from tests.factories.people import AT, grant, make_organisation, make_person, signed_in
from tests.factories.teams import Team, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
REASON = "Agreed with the works council until the audit in May."
OPEN = {"what": "started", "reason": REASON, "confirmed": "on"}


@pytest.fixture
def team() -> Team:
    return make_team({"Buying": 2})


@pytest.fixture
def admin(team: Team) -> User:
    person = make_person(display_name="Olga Admin")
    grant(person, Role.ORGANISATION_ADMIN, team.whole)
    return person


def page(team: Team, more: str = "") -> str:
    return f"/en/organisation/{team.organisation.slug}/privacy/{more}"


@pytest.mark.one_database
def test_it_is_opened_with_a_reason_told_to_everybody_and_closed_again(team: Team, admin: User) -> None:
    client = signed_in(admin)
    assert wider_views(team.organisation.pk) == frozenset()
    answer = client.post(page(team), OPEN)
    assert (answer.status_code, wider_views(team.organisation.pk)) == (302, frozenset({Wider.STARTED}))
    assert set(Notice.objects.values_list("person", "kind")) == {
        (person.pk, "people/wider_view") for person in team.everybody
    }
    shown = signed_in(team.everybody[0]).get(page(team))
    text = shown.content.decode()
    assert (REASON in text, "Olga Admin" in text, shown.context["form"]) == (True, False, None)
    assert client.post(page(team, "started/close/")).status_code == 302
    assert wider_views(team.organisation.pk) == frozenset()
    assert REASON in client.get(page(team)).content.decode()
    acts = ModelLogEntry.objects.filter(action__contains="wider_view").order_by("timestamp")
    assert [act.action for act in acts] == ["academy.open_wider_view", "academy.close_wider_view"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wrong", "field"), [({"reason": "needed"}, "reason"), ({"confirmed": ""}, "confirmed"), ({"what": "all"}, "what")]
)
def test_without_reason_or_agreement_nothing_is_shown(
    team: Team, admin: User, wrong: dict[str, Any], field: str
) -> None:
    answer = signed_in(admin).post(page(team), {**OPEN, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert WiderView.objects.count() == 0


@pytest.mark.one_database
def test_only_who_administrates_the_whole_changes_it_and_outsiders_do_not_find_it(team: Team, admin: User) -> None:
    part = make_person()
    grant(part, Role.ORGANISATION_ADMIN, team.units["Buying"])
    for reader in (part, team.manager, team.everybody[0]):
        client = signed_in(reader)
        assert (client.get(page(team)).status_code, client.post(page(team), OPEN).status_code) == (200, 404)
        assert client.post(page(team, "started/close/")).status_code == 404
    other, gone = make_person(), make_person()
    grant(other, Role.ORGANISATION_ADMIN, make_organisation("Town of Aar").units.get(parent=None))
    grant(gone, Role.ORGANISATION_ADMIN, team.whole, until_day=date(2021, 1, 1))
    for stranger in (other, gone, make_person()):
        client = signed_in(stranger)
        assert (client.get(page(team)).status_code, client.post(page(team), OPEN).status_code) == (404, 404)
    assert Client().get(page(team)).status_code == 302
    assert WiderView.objects.count() == 0


def test_it_is_open_once_and_the_reason_is_a_sentence(team: Team, admin: User) -> None:
    asked: dict[str, Any] = {"organisation": team.organisation, "what": Wider.VOLUNTARY, "by": admin, "at": AT}
    with pytest.raises(ReasonMissing):
        rules.open_wider(reason="  because I say so  ", **asked)
    view = rules.open_wider(reason=REASON, **asked)
    with pytest.raises(WiderAlready):
        rules.open_wider(reason=REASON, **asked)
    assert [rules.close_wider(view=view, by=admin, at=AT) for _ in range(2)] == [True, False]
    rules.open_wider(reason=REASON, **asked)
    assert WiderView.objects.filter(ended_at=None).count() == 1
