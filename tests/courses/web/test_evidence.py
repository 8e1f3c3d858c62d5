"""The pages of a day's evidence: who may open them, what they say, and that looking at them is noted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from academy.people.enums import Looked, Role
from academy.people.models import Look, Membership, Unit
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, signed_in
from tests.factories.teams import Team, add, assign, make_item, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
DAY = "2027-02-03"


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT.replace(day=20))


@pytest.fixture
def team() -> Team:
    team = make_team()
    assign(team, make_item(title="Foundations"), due_on=date(2027, 2, 2))
    return team


def page(team: Team, more: str = "") -> str:
    return f"/en/organisation/{team.organisation.slug}/evidence/{more}"


def test_from_the_day_to_the_pack(team: Team) -> None:
    client = signed_in(team.manager)
    assert client.get(page(team)).status_code == 200
    answer = client.get(page(team), {"day": DAY})
    assert (answer.status_code, answer["Location"]) == (302, page(team, f"{DAY}/"))
    text = client.get(answer["Location"]).content.decode()
    assert (text.count("Overdue"), text.count("Foundations")) == (7, 5)
    pack = client.get(page(team, f"{DAY}/evidence.zip"))
    assert (pack["Content-Type"], pack.content[:2]) == ("application/zip", b"PK")
    name = f'attachment; filename="evidence-{team.organisation.slug}-{DAY}-en.zip"'
    assert pack["Content-Disposition"] == name
    assert client.get(page(team, f"{DAY}/evidence.zip")).content == pack.content


def test_the_way_there_is_in_the_menu_of_who_may(team: Team) -> None:
    auditor = make_person()
    grant(auditor, Role.AUDITOR, team.units["Works"])
    for person in (auditor, team.manager):
        client = signed_in(person)
        assert client.get("/en/evidence/")["Location"] == page(team)
        assert 'href="/en/evidence/"' in client.get("/en/settings/").content.decode()
    grant(auditor, Role.AUDITOR, make_organisation("Town of Aar").units.get(parent=None))
    text = signed_in(auditor).get("/en/evidence/").content.decode()
    assert (page(team) in text, "Town of Aar" in text) == (True, True)
    learner = signed_in(team.everybody[0])
    assert learner.get("/en/evidence/").status_code == 404
    assert "/en/evidence/" not in learner.get("/en/settings/").content.decode()


def test_who_is_in_it_can_read_who_looked(team: Team) -> None:
    client = signed_in(team.manager)
    buying = team.units["Buying"]
    client.get(page(team, f"{DAY}/"), {"unit": buying.pk})
    client.get(page(team, f"{DAY}/evidence.zip"), {"unit": buying.pk})
    assert set(Look.objects.values_list("viewer", "what", "unit", "person", "times")) == {
        (team.manager.pk, Looked.EVIDENCE, buying.pk, person.pk, 2) for person in team.people["Buying"]
    }
    taken = ModelLogEntry.objects.get(action="courses.evidence.taken")
    assert {key: taken.data[key] for key in ("day", "unit", "language")} == {
        "day": DAY,
        "unit": buying.pk,
        "language": "en",
    }
    assert len(taken.data["sha256"]) == 64


@pytest.mark.parametrize(("day", "words"), [("2027-02-21", "not in the future"), ("2027-01-31", "1 February 2027")])
def test_a_day_that_cannot_be_told_is_refused_on_the_field(team: Team, day: str, words: str) -> None:
    client = signed_in(team.manager)
    answer = client.get(page(team), {"day": day})
    assert (answer.status_code, words in str(answer.context["form"].errors["day"])) == (422, True)
    assert client.get(page(team, f"{day}/")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DEPUTY, Role.TRAINING_COORDINATOR, Role.ORGANISATION_ADMIN])
def test_a_role_reaches_its_units_alone_as_they_stood(team: Team, role: Role) -> None:
    works = team.units["Works"]
    person = make_person()
    grant(person, role, works)
    client = signed_in(person)
    answer = client.get(page(team, f"{DAY}/"))
    assert [line.unit for line in answer.context["found"].lines] == ["Works", "Works"]
    for other in (team.whole, team.units["Buying"]):
        assert client.get(page(team, f"{DAY}/"), {"unit": other.pk}).status_code == 404
        assert client.get(page(team, f"{DAY}/evidence.zip"), {"unit": other.pk}).status_code == 404


def test_a_unit_that_was_deleted_since_can_still_be_chosen(team: Team) -> None:
    works = team.units["Works"]
    Membership.objects.filter(unit=works).delete()
    Unit.objects.get(pk=works.pk).delete()
    found = signed_in(team.manager).get(page(team, f"{DAY}/"), {"unit": works.pk}).context["found"]
    assert (found.unit.name, found.people) == ("Works", 2)
    # Who stands in it and works there no more can read it too.
    assert set(Look.objects.values_list("person", flat=True)) == {person.pk for person in team.people["Works"]}


def outsiders(team: Team) -> list[Any]:
    """Somebody who works there, a manager elsewhere, a trainer, one whose role has ended, a manager of all else."""
    elsewhere = make_organisation("Town of Aar").units.get(parent=None)
    people = [make_person() for _ in range(4)]
    grant(people[0], Role.MANAGER, elsewhere)
    grant(people[1], Role.TRAINER)
    grant(people[2], Role.MANAGER, team.whole, until_day=date(2027, 2, 19))
    grant(people[3], Role.PROGRAMME_OWNER)
    return [*people, team.everybody[0]]


def test_to_others_it_is_not_there(team: Team) -> None:
    for person in outsiders(team):
        client = signed_in(person)
        for more in ("", f"{DAY}/", f"{DAY}/evidence.zip"):
            assert client.get(page(team, more)).status_code == 404
    assert signed_in(team.manager).get(page(team, "yesterday/")).status_code == 404
    assert Client().get(page(team)).status_code == 302
    assert Look.objects.count() == 0


def test_a_page_costs_the_same_for_more_people(team: Team) -> None:
    client = signed_in(team.manager)
    client.get(page(team, f"{DAY}/"))
    counts = []
    for people in (5, 35):
        Look.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            found = client.get(page(team, f"{DAY}/")).context["found"]
        counts.append((found.people == people, len(asked)))
        for _ in range(30):
            add(team.units["Buying"], from_day=LONG_AGO)
    assert counts == [(True, counts[0][1])] * 2
    assert counts[0][1] <= 30
