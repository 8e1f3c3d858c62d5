"""What was assigned: how it stands, another date with a look at who is told, withdrawing it, and one person alone."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.enums import Looked, Role
from academy.people.models import Look, Membership
from academy.people.rules import leave
from courses.assignments.models import Assignment, Duty
from courses.flows import assign_learning
from tests.factories.people import AT, grant, signed_in
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def team(transactional_db: None, site: Any) -> Team:
    """Three buy, two work."""
    return make_team()


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def page(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_list_says_who_what_until_when_and_how_it_stands(team: Team) -> None:
    item = make_item(title="Foundations")
    made = assign(team, item, due_on=day(-1), at=timezone.now() - timedelta(days=30))
    Duty.objects.filter(person=team.people["Buying"][0]).update(completed_at=timezone.now())
    said = page(signed_in(team.manager), "/en/team/assignments/")
    assert [
        words
        for words in (
            "CPA-9 Foundations",
            "Town of Lindau and the units below",
            "1 of 5 completed",
            "4 overdue",
            "Mona",
        )
        if words not in said
    ] == []
    assign_learning.withdraw(assignment=made, by=team.manager, at=timezone.now())
    client = signed_in(team.manager)
    assert ("Foundations" in page(client, "/en/team/assignments/"), "Nothing is assigned yet" in client.get(
        "/en/team/assignments/").content.decode()) == (False, True)  # fmt: skip
    assert "Foundations" in page(client, "/en/team/assignments/?withdrawn=1")


def test_another_date_is_looked_at_before_it_is_saved(team: Team) -> None:
    made = assign(team, make_item(), due_on=day(50), at=timezone.now())
    Duty.objects.filter(person=team.people["Buying"][0]).update(completed_at=timezone.now())
    client = signed_in(team.manager)
    address = f"/en/team/assignments/{made.pk}/"
    form = {"until": "on", "due_on": day(60)}
    assert "4 people have another date then and are told." in client.post(address, form).content.decode()
    assert set(Duty.objects.values_list("due_on", flat=True)) == {day(50)}
    client.post(address, form | {"save": "1"})
    assert Counter(Duty.objects.values_list("due_on", flat=True)) == {day(50): 1, day(60): 4}
    assert client.post(address, {"until": "on", "due_on": day(-1), "save": "1"}).status_code == 422
    said = page(client, address)
    assert ("Given to 5 people" in said, "Another date for 4 people" in said) == (True, True)


def test_it_is_withdrawn_after_a_page_that_says_for_how_many(team: Team) -> None:
    made = assign(team, make_item(), due_on=day(50), at=timezone.now())
    client = signed_in(team.manager)
    address = f"/en/team/assignments/{made.pk}/withdraw/"
    assert "5 people need not do it any more and are told." in page(client, address)
    assert Assignment.objects.get().is_open
    client.post(address)
    client.post(address)
    assert (Assignment.objects.get().is_open, Duty.objects.filter(ended_at=None).count()) == (False, 0)


def test_one_person_gets_another_date_and_nobody_else(team: Team) -> None:
    assign(team, make_item(), due_on=day(50), at=timezone.now())
    person, other = team.people["Works"]
    client = signed_in(team.manager)
    address = f"/en/team/required/{duty_of(person).pk}/date/"
    assert page(client, address)
    assert client.post(address, {"due_on": day(-1)}).status_code == 422
    response = client.post(address, {"due_on": day(20)})
    assert response["Location"] == f"/en/team/people/{person.public_id}/"
    assert (duty_of(person).due_on, duty_of(other).due_on) == (day(20), day(50))


@pytest.mark.parametrize("place", ["assignments/{made}/", "assignments/{made}/withdraw/", "required/{duty}/date/",
                                   "required/{duty}/end/", "people/{person}/pause/"])  # fmt: skip
def test_others_do_not_learn_that_it_is_there(team: Team, place: str) -> None:
    made = assign(team, make_item(), due_on=day(50), at=timezone.now())
    person = team.people["Buying"][0]
    address = "/en/team/" + place.format(made=made.pk, duty=duty_of(person).pk, person=person.public_id)
    beside = add(team.units["Works"])
    grant(beside, Role.MANAGER, team.units["Works"])
    stranger = make_team().manager
    ended = add(team.whole)
    grant(ended, Role.DEPUTY, team.whole, until_day=timezone.localdate() - timedelta(days=1))
    seen = [signed_in(who).get(address).status_code for who in (team.manager, beside, stranger, ended)]
    assert seen == [200, 404, 404, 403]


def test_who_looked_is_written_down(team: Team) -> None:
    made = assign(team, make_item(), due_on=day(50), picked=team.people["Works"], at=timezone.now())
    first, second = team.people["Works"]
    client = signed_in(team.manager)
    page(client, f"/en/team/assignments/{made.pk}/")
    page(client, f"/en/team/people/{first.public_id}/pause/")
    page(client, f"/en/team/required/{duty_of(first).pk}/date/")
    looks = set(Look.objects.values_list("viewer", "person", "what", "times"))
    me = team.manager.pk
    assert looks == {
        (me, first.pk, Looked.BOARD, 1), (me, second.pk, Looked.BOARD, 1), (me, first.pk, Looked.PERSON, 2)
    }  # fmt: skip


def test_who_has_left_is_nobody_s_to_change(team: Team) -> None:
    assign(team, make_item(), due_on=day(50), at=timezone.now())
    person = team.people["Buying"][0]
    address = f"/en/team/required/{duty_of(person).pk}/date/"
    leave(membership=Membership.objects.get(person=person), last_day=day(-1), by=None, at=AT)
    assert signed_in(team.manager).get(address).status_code == 404


def test_nobody_decides_about_themselves(team: Team) -> None:
    boss = add(team.units["Works"])
    grant(boss, Role.MANAGER, team.units["Works"])
    assign(team, make_item(), due_on=day(50), at=timezone.now())
    client = signed_in(boss)
    duty = duty_of(boss)
    own = [f"required/{duty.pk}/date/", f"required/{duty.pk}/end/", f"people/{boss.public_id}/pause/"]
    assert [client.get(f"/en/team/{place}").status_code for place in own] == [404, 404, 404]


def test_lists_cost_the_same_with_one_row_and_with_thirty(team: Team, django_assert_num_queries: Any) -> None:
    client = signed_in(team.manager)
    made = assign(team, make_item(), due_on=day(50), at=timezone.now())
    for more in (0, 29):
        people = [add(team.units["Works"]) for _ in range(more)]
        for number, person in enumerate(people):
            assign(team, make_item(f"X-{number}"), picked=[person], at=timezone.now())
        assign_learning.follow_rules(team.organisation.pk)
        for address, queries in (("/en/team/assignments/", 9), (f"/en/team/assignments/{made.pk}/", 18)):
            client.get(address)
            with django_assert_num_queries(queries):
                client.get(address)


def test_a_rule_for_very_many_is_given_to_them_in_the_background(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[int] = []
    monkeypatch.setattr(assign_learning, "AT_ONCE", 3)
    monkeypatch.setattr(assign_learning, "ask_to_follow", waiting.append)
    made = assign(team, make_item(), due_on=day(50), at=timezone.now())
    client = signed_in(team.manager)
    address = f"/en/team/assignments/{made.pk}/"
    assert "It is being given to 5 more people." in page(client, address)
    assign_learning.follow_rules(*waiting)
    assert ("being given" in page(client, address), Duty.objects.count()) == (False, 5)
