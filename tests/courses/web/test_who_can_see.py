"""Who can see what about me: the roles that reach a person, and the log of who looked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.log_actions import log

from academy.people import rules
from academy.people.enums import Looked, Role, Wider
from academy.people.models import Centre, Look, Membership, Organisation, Unit, User
from academy.people.tasks import clean_up
from courses.flows.look_at_person import LOOKED
from courses.reports.visibility import looks_at, places
from tests.factories.people import AT, LONG_AGO, grant, make_organisation, make_person, make_unit, signed_in
from tests.factories.teams import Team, add, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
PAGE = "/en/settings/who-can-see/"


@pytest.fixture
def team() -> Team:
    return make_team({"Buying": 1, "Works": 1})


@pytest.fixture
def ada(team: Team) -> User:
    return team.people["Buying"][0]


def today() -> date:
    return timezone.localdate()


def look(viewer: User, organisation: Organisation, *, unit: Unit | None = None, person: User | None = None,
         day: date | None = None, what: Looked = Looked.BOARD) -> None:  # fmt: skip
    rules.note_look(
        viewer=viewer, what=what, organisation=organisation, unit=unit, person=person, at=timezone.now(),
        day=day or today(),
    )  # fmt: skip


def named(name: str, role: Role, unit: Unit | None = None, **more: object) -> User:
    person = make_person(display_name=name)
    grant(person, role, unit, **more)
    return person


def test_everybody_whose_role_reaches_one_is_named_and_nobody_else(team: Team, ada: User) -> None:
    centre = Centre.objects.create(name="Lake centre", slug="lake")
    centre.organisations.add(team.organisation)
    until = today() + timedelta(days=3)
    named("Dee Deputy", Role.DEPUTY, team.units["Buying"], until_day=until)
    named("Tom Trainer", Role.TRAINER)
    named("Una Elsewhere", Role.MANAGER, team.units["Works"])
    named("Paul Past", Role.AUDITOR, team.whole, until_day=today() - timedelta(days=1))
    named("Max Other", Role.MANAGER, make_organisation("Town of Aar").units.get(parent=None))
    named("Cora", Role.TRAINING_COORDINATOR, centre=centre)
    grant(ada, Role.MANAGER, team.whole)
    make_person(display_name="Root", is_superuser=True)

    (place,), everywhere = places(ada, today())
    assert [(each.name, each.role, each.where, each.until) for each in place.watchers] == [
        ("Mona Manager", Role.MANAGER, "Town of Lindau", None),
        ("Dee Deputy", Role.DEPUTY, "Buying", until),
        ("Cora", Role.TRAINING_COORDINATOR, "Lake centre", None),
    ]
    assert [(each.name, each.role) for each in everywhere] == [
        ("Tom Trainer", Role.TRAINER),
        ("Root", Role.PLATFORM_ADMIN),
    ]
    text = signed_in(ada).get(PAGE).content.decode()
    assert ("Dee Deputy" in text, "Una Elsewhere" in text, "Town of Lindau" in text) == (True, False, True)


def test_wider_views_stand_there_with_reason_and_name(team: Team, ada: User) -> None:
    admin = make_person(display_name="Olga Admin")
    reason = "Agreed with the works council until May."
    rules.open_wider(organisation=team.organisation, what=Wider.STARTED, reason=reason, by=admin, at=AT)
    text = signed_in(ada).get(PAGE).content.decode()
    assert [words in text for words in ("Mon 1 February 2027", "Olga Admin", reason)] == [True] * 3
    assert "the usual and nothing more" not in text


def test_looks_at_oneself_and_at_lists_with_one_in_them(team: Team, ada: User) -> None:
    sofia, organisation = named("Sofia Lind", Role.MANAGER, team.whole), team.organisation
    buying, works = team.units["Buying"], team.units["Works"]
    for _ in range(3):
        look(sofia, organisation, unit=buying)
    look(sofia, organisation)
    look(sofia, organisation, unit=works)
    look(sofia, organisation, person=ada, what=Looked.PERSON)
    look(sofia, organisation, person=team.people["Works"][0], what=Looked.PERSON)
    look(ada, organisation, unit=buying)
    look(sofia, make_organisation("Town of Aar"))
    log(instance=ada, action=LOOKED, user=sofia)
    rules.note_looks(
        viewer=sofia,
        what=Looked.EVIDENCE,
        organisation=organisation,
        people=[ada.pk, sofia.pk],
        unit=buying,
        at=timezone.now(),
        day=today(),
    )

    found = looks_at(ada, today())
    assert sorted((each.what, each.where, each.times) for each in found) == [
        ("An evidence pack", "Buying", 1),
        ("Looked at by support", "", 1),
        ("The page about a person", "", 1),
        ("The team's list", "Buying", 3),
        ("The team's list", "Town of Lindau", 1),
    ]
    text = signed_in(ada).get(PAGE).content.decode()
    assert ("Sofia Lind" in text, "3 times" in text) == (True, True)


def test_a_list_counts_for_the_days_on_which_one_stood_in_it(team: Team) -> None:
    """Two months in Buying, which stood below Works for the first of them; then nothing."""
    sofia, works = named("Sofia", Role.MANAGER, team.whole), team.units["Works"]
    start = today() - timedelta(days=100)
    group = rules.add_unit(
        organisation=team.organisation, name="Group", parent=works, from_day=start, by=None, at=timezone.now()
    )
    person = add(group, from_day=start)
    moved, left = start + timedelta(days=30), start + timedelta(days=60)
    rules.change_unit(unit=group, name="Group", parent=team.whole, from_day=moved, by=None, at=timezone.now())
    rules.leave(membership=Membership.objects.get(person=person), last_day=left, by=None, at=timezone.now())
    for days in (-1, 5, 40, 61):
        for unit in (group, works, None):
            look(sofia, team.organisation, unit=unit, day=start + timedelta(days=days))
    assert [((each.day - start).days, each.where) for each in reversed(looks_at(person, today()))] == [
        (5, "Group"),
        (5, "Works"),
        (5, "Town of Lindau"),
        (40, "Group"),
        (40, "Town of Lindau"),
    ]


def test_a_list_of_a_unit_that_is_gone_is_no_list_of_everybody(team: Team, ada: User) -> None:
    gone = make_unit("Gone", parent=team.whole)
    look(team.manager, team.organisation, unit=gone)
    gone.delete()
    assert looks_at(ada, today()) == []


def test_looks_are_deleted_after_a_year(team: Team, ada: User) -> None:
    for days in (366, 364):
        look(team.manager, team.organisation, day=today() - timedelta(days=days))
    clean_up()
    assert Look.objects.get().day == today() - timedelta(days=364)


def test_without_an_organisation_no_manager_sees_anything() -> None:
    text = signed_in(make_person()).get(PAGE).content.decode()
    assert ("no manager sees anything about you" in text, "Nobody so far" in text) == (True, True)
    assert Client().get(PAGE).status_code == 302


def test_the_page_costs_the_same_for_more_looks_and_roles(team: Team, ada: User) -> None:
    client, counts = signed_in(ada), []
    for number in (1, 30):
        for each in range(number):
            watcher = named(f"Nn {each}", Role.AUDITOR, team.whole)
            look(watcher, team.organisation, day=today() - timedelta(days=each))
        rules.join(person=ada, unit=make_unit(parent=team.whole), from_day=LONG_AGO, by=None, at=timezone.now())
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts == [counts[0]] * 2
    assert counts[0] <= 25
