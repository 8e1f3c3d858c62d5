"""The board of whoever leads people: whom it shows, how they stand, what is hidden and why; a trainer's page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from academy.people import joining
from academy.people import rules as people
from academy.people.enums import Looked, Role
from academy.people.models import Centre, Look, User
from courses.assignments.models import Duty
from courses.flows import extend_time
from courses.flows.assign_learning import follow
from courses.reports.visibility import looks_at
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories.curriculum import published
from tests.factories.people import AT, grant, make_organisation, make_person, make_unit, signed_in
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
COUNTS = re.compile(r"<b>(\d+)</b><span>([^<]+)</span>")


def board(person: User | Client, query: str = "", status: int = 200) -> str:
    """What stands on the page, without its frame."""
    client = person if isinstance(person, Client) else signed_in(person)
    response = client.get(f"/en/team/{query}")
    assert response.status_code == status
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def counts(page: str) -> dict[str, int]:
    """How many stand in each state."""
    return {words: int(number) for number, words in COUNTS.findall(page)}


def names(page: str) -> list[str]:
    """People in the order of the list."""
    return re.findall(r'/team/people/[^/]+/">([^<]+)</a>', page)


def mixed_team() -> Team:
    """Somebody in each state, by name; the whole town leads to the manager."""
    team = make_team({"Buying": 0, "Works": 0})
    today, item = timezone.localdate(), make_item()
    for name, days in (
        ("Olaf Overdue", -3),
        ("Dora Due", 10),
        ("Tara Track", 90),
        ("Paul Paused", -9),
        ("Cora Done", 5),
    ):
        person = add(team.units["Buying"], display_name=name, last_login=AT)
        assign(team, item, picked=[person], due_on=today + timedelta(days=days))
        if name == "Paul Paused":
            people.pause(
                person=person,
                organisation=team.organisation,
                from_day=today - timedelta(days=1),
                until_day=today + timedelta(days=7),
                by=None,
                at=timezone.now(),
            )
        if name == "Cora Done":
            Duty.objects.filter(person=person).update(completed_at=timezone.now())
    add(team.units["Works"], display_name="Nora Nothing")
    return team


def test_at_zero_clicks_the_most_urgent_state_of_each_person_in_words() -> None:
    page = board(mixed_team().manager)

    assert counts(page) == {
        "Overdue": 1,
        "Due soon": 1,
        "On track": 1,
        "Paused": 1,
        "Completed": 1,
        "Nothing required": 1,
    }
    assert names(page) == ["Olaf Overdue", "Dora Due", "Tara Track", "Paul Paused", "Cora Done", "Nora Nothing"]
    assert [words in page for words in ("Was due", "Paused until", "Invited, not yet signed in")] == [True] * 3


def test_who_is_invited_stands_by_address_whether_they_have_an_account_or_not() -> None:
    team = make_team({"Buying": 1})
    item = make_item()
    assign(team, item, due_on=date(2021, 3, 1))
    known = make_person(email="known@lindau.example", last_login=AT)
    emails = ["fresh@lindau.example", known.email, "refused@lindau.example"]
    *_, refused = joining.invite(unit=team.units["Buying"], emails=emails, by=team.manager, at=timezone.now())
    follow(team.organisation, at=timezone.now())
    fresh = User.objects.get(email="fresh@lindau.example")
    client = signed_in(team.manager)

    page = board(client)
    assert "Invited, not yet signed in (3)" in page
    assert [page.count(email) for email in emails] == [1, 1, 1]
    assert names(page) == names(board(client, "?newcomers=0")) == [team.people["Buying"][0].display_name]
    assert "fresh@" in board(client, "?not_signed_in=1")
    assert "@lindau.example" not in board(client, "?status=overdue") + board(client, "?by=unit")
    assert client.get(f"/en/team/people/{fresh.public_id}/").status_code == 404
    assert "Person without a name" not in client.get("/en/team/assign/").content.decode()

    joining.decline(invitation=refused, person=None, at=timezone.now())
    assert "Person without a name" not in board(client)

    User.objects.filter(pk=fresh.pk).update(last_login=timezone.now(), display_name="Fredi Fresh")
    assert names(board(client)) == sorted(["Fredi Fresh", team.people["Buying"][0].display_name])


def test_who_works_elsewhere_or_has_left_is_on_no_board_and_what_others_require_counts_not() -> None:
    team, other = make_team({"Buying": 1, "Works": 1}), make_team({"Elsewhere": 1})
    leader = make_person()
    grant(leader, Role.MANAGER, team.units["Buying"])
    (anna,) = team.people["Buying"]
    people.join(person=anna, unit=other.units["Elsewhere"], from_day=date(2021, 1, 1), by=None, at=AT)
    assign(other, make_item("CPA-7"), due_on=date(2021, 3, 1))
    gone = add(team.units["Buying"], display_name="Gone Away")
    gone.memberships.update(until_day=timezone.localdate() - timedelta(days=1))

    assert names(board(leader)) == [anna.display_name]
    assert counts(board(leader)) == {**counts(board(leader)), "Nothing required": 1, "Overdue": 0}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?status=overdue&status=due", ["Olaf Overdue", "Dora Due"]),
        ("?status=none", ["Nora Nothing"]),
        ("?not_signed_in=1", ["Nora Nothing"]),
        ("?level=direct", []),
        ("?newcomers=1", []),
        (
            "?status=nonsense&unit=x&item=y",
            ["Olaf Overdue", "Dora Due", "Tara Track", "Paul Paused", "Cora Done", "Nora Nothing"],
        ),
    ],
)
def test_filters_stand_in_the_address(query: str, shown: list[str]) -> None:
    assert names(board(mixed_team().manager, query)) == shown


def test_an_empty_list_says_what_is_hidden_and_why_and_leads_out() -> None:
    team = mixed_team()
    works = team.units["Works"].pk

    page = board(team.manager, f"?unit={works}&status=overdue")

    assert "Nobody matches “Overdue” in Works" in page
    assert "1 person is hidden by filters." in page
    assert f'href="/en/team/?unit={works}">Show all</a>' in page
    assert names(board(team.manager, f"?unit={works}")) == ["Nora Nothing"]
    page = board(team.manager, "?level=direct")
    assert "Nobody works directly in Town of Lindau" in page


def test_a_name_is_looked_for_without_standing_in_an_address() -> None:
    team = mixed_team()
    client = signed_in(team.manager)

    answer = client.post("/en/team/find/", {"name": "  OLAF ", "query": "status=overdue"})

    assert answer["Location"] == "/en/team/?status=overdue&named=1"
    page = board(client, "?status=overdue&named=1")
    assert (names(page), "Name with “OLAF”" in page) == (["Olaf Overdue"], True)
    # The plain address shows everybody again.
    assert len(names(board(client))) == 6
    assert client.get("/en/team/people.csv?named=1").content.decode().count("\n") == 2


def test_units_one_step_down_with_shares_that_are_hidden_below_five_people() -> None:
    team = make_team({"Buying": 6, "Works": 2})
    assign(team, make_item(), due_on=timezone.localdate() + timedelta(days=60))
    Duty.objects.filter(person__in=team.people["Buying"][:3]).update(completed_at=timezone.now())
    # Somebody in two units counts once above them.
    people.join(person=team.people["Buying"][0], unit=team.units["Works"], from_day=date(2021, 1, 1), by=None, at=AT)

    page = board(team.manager, "?by=unit")

    rows = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th><td[^>]*>(\d+)</td>', page)
    assert [row[1:] for row in rows] == [("Buying", "6"), ("Works", "3")]
    assert "50% (3 of 6 people)" in page.replace("\xa0", "")
    assert page.count("fewer than five people") == 1
    assert counts(page)["Completed"] == 3
    assert names(board(team.manager, f"?unit={team.units['Works'].pk}"))[-1] == team.people["Buying"][0].display_name


def test_what_waits_stands_on_top() -> None:
    team = make_team({"Buying": 2})
    today = timezone.localdate()
    assign(team, make_item(), due_on=today + timedelta(days=5))
    assert "This waits for you" not in board(team.manager)
    anna = team.people["Buying"][0]
    extend_time.ask(duty=duty_of(anna), wanted_on=today + timedelta(days=30), why="Ill", by=anna, at=timezone.now())

    page = board(team.manager)

    assert ("1 person asks for more time" in page, page.count("Asks for more time")) == (True, 1)


def test_several_organisations_and_what_is_not_led_there() -> None:
    one, two = make_team({"Buying": 1}), make_team({"Works": 1}, name="Water board Ostheide")
    leader = make_person()
    grant(leader, Role.TRAINING_COORDINATOR, one.whole)
    grant(leader, Role.DEPUTY, two.whole)

    assert names(board(leader)) == [one.people["Buying"][0].display_name]
    assert names(board(leader, f"?organisation={two.organisation.slug}")) == [two.people["Works"][0].display_name]
    board(leader, f"?unit={two.whole.pk}", status=404)
    board(leader, f"?organisation={make_organisation('Nobody').slug}", status=404)


def test_a_coordinator_of_a_centre_sees_each_of_its_organisations() -> None:
    team = make_team({"Buying": 1})
    leader = make_person()
    centre = Centre.objects.create(name="North", slug="north")
    centre.organisations.add(team.organisation)
    people.grant_role(
        person=leader, role=Role.TRAINING_COORDINATOR, centre=centre, from_day=date(2020, 1, 1), by=None, at=AT
    )

    assert names(board(leader)) == [team.people["Buying"][0].display_name]


def test_looking_is_written_down_once_a_day_with_how_often() -> None:
    team = make_team()
    client = signed_in(team.manager)
    for _ in range(2):
        board(client)
    person = team.people["Buying"][0]
    assert client.get(f"/en/team/people/{person.public_id}/").status_code == 200

    looks = Look.objects.order_by("pk").values_list("what", "unit", "person", "times")

    assert list(looks) == [(Looked.BOARD, team.whole.pk, None, 2), (Looked.PERSON, None, person.pk, 1)]


def test_who_leads_two_units_has_looked_at_those_and_not_at_the_organisation() -> None:
    team = make_team({"Buying": 1, "Works": 1, "Parks": 1})
    leader = make_person()
    for name in ("Buying", "Works"):
        grant(leader, Role.MANAGER, team.units[name])
    board(leader)

    seen = {name: len(looks_at(some[0], timezone.localdate())) for name, some in team.people.items()}
    assert seen == {"Buying": 1, "Works": 1, "Parks": 0}


def test_the_page_costs_the_same_for_one_person_and_for_many(django_assert_num_queries: Any) -> None:
    team = make_team({"Buying": 1})
    item = make_item()
    client = signed_in(team.manager)
    for _ in range(2):
        assign(team, item, due_on=timezone.localdate() + timedelta(days=5), at=timezone.now())
        board(client)
        with django_assert_num_queries(12):
            assert counts(board(client))["Due soon"] >= 1
        for number in range(40):
            add(team.units["Buying"] if number % 2 else make_unit(f"Unit {number}", parent=team.whole))


@pytest.mark.parametrize(("address", "role"), [("/en/team/", Role.TRAINER), ("/en/my-workshops/", Role.MANAGER)])
def test_other_roles_are_kept_out(address: str, role: Role) -> None:
    person = make_person()
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
    person = make_person()
    grant(person, Role.TRAINER)
    page = signed_in(person).get("/en/my-workshops/").content.decode()
    assert ("Cost lab" in page, "8 to 20 people" in page, "3" in page) == (True, True, True)


def test_a_manager_without_people_is_told_so() -> None:
    person = make_person()
    grant(person, Role.MANAGER, make_unit())
    assert "Nobody in your team yet" in board(person)
