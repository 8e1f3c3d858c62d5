"""Assigning in one dialog: who, what, until when; what it means on the same page; one click where nothing warns."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import JobRole
from academy.people.rules import close_unit, join
from courses.assignments.enums import Audience, Ended
from courses.assignments.models import Assignment, Duty
from courses.assignments.queries import today_in
from courses.flows import assign_learning
from courses.web.views import assign as assign_view
from curriculum.items.models import LearningItem
from tests.factories import booking as dates
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.curriculum import make_course
from tests.factories.people import AT, LONG_AGO, grant, signed_in
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
ASSIGN = "/en/team/assign/"


@pytest.fixture
def course(transactional_db: None, site: Any) -> LearningItem:
    """A course that can be taken, of 60 minutes or so."""
    made = make_course("CPA-1", languages=("en",))
    return LearningItem.objects.get(key=made.course.translation_key)


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def filled(team: Team, item: LearningItem, **other: Any) -> dict[str, Any]:
    """The form for everybody in the town, due in 90 days."""
    return {
        "organisation": team.organisation.slug,
        "who": "rule",
        "unit": team.whole.pk,
        "below": "on",
        "item": item.key,
        "until": "on",
        "due_on": day(90),
    } | other


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    return dict(response.context["form"].errors)


def test_with_nothing_to_warn_of_one_click_assigns(course: LearningItem) -> None:
    team = make_team()
    response = signed_in(team.manager).post(ASSIGN, filled(team, course))
    made = Assignment.objects.get()
    assert response["Location"] == f"/en/team/assignments/{made.pk}/"
    assert (made.audience, made.unit, made.by, made.due_on) == (Audience.RULE, team.whole, team.manager, day(90))
    assert set(Duty.objects.values_list("person", flat=True)) == {person.pk for person in team.everybody}


def test_the_same_form_sent_twice_assigns_once(course: LearningItem) -> None:
    team = make_team()
    client = signed_in(team.manager)
    mark = client.get(ASSIGN).context["form"]["mark"].value()
    for _ in range(2):
        assert client.post(ASSIGN, filled(team, course, mark=mark)).status_code == 302
    assert Assignment.objects.count() == 1


def test_people_ticked_on_the_board_are_the_ones_that_are_picked(course: LearningItem) -> None:
    team = make_team()
    chosen = team.people["Buying"][0]
    stranger = make_team({"Roads": 1}).everybody[0]
    client = signed_in(team.manager)
    form = client.post(ASSIGN, {"person": [chosen.public_id, stranger.public_id]}).context["form"]
    assert (form["who"].value(), form["people"].value()) == ("picked", [str(chosen.public_id)])
    client.post(ASSIGN, filled(team, course, who="picked", people=[chosen.public_id]))
    assert list(Duty.objects.values_list("person", "assignment__audience")) == [(chosen.pk, Audience.PICKED)]
    wrong = client.post(ASSIGN, filled(team, course, who="picked", people=[stranger.public_id]))
    assert list(errors(wrong)) == ["people"]


def test_a_team_too_large_for_a_list_offers_whom_the_board_brought(
    course: LearningItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assign_view, "MOST_IN_LIST", 2)
    team = make_team()
    client = signed_in(team.manager)
    assert "Your team is too large for a list here." in client.get(ASSIGN).content.decode()
    chosen = [str(person.public_id) for person in team.people["Works"]]
    form = client.post(ASSIGN, {"person": chosen}).context["form"]
    assert set(form.members) == set(chosen)
    client.post(ASSIGN, filled(team, course, who="picked", people=chosen))
    assert set(Duty.objects.values_list("person", flat=True)) == {person.pk for person in team.people["Works"]}


def test_a_closed_unit_is_not_offered(course: LearningItem) -> None:
    team = make_team({"Buying": 1, "Works": 0})
    close_unit(unit=team.units["Works"], on=timezone.localdate(), by=None, at=timezone.now())
    client = signed_in(team.manager)
    assert set(client.get(ASSIGN).context["form"].units) == {str(team.whole.pk), str(team.units["Buying"].pk)}
    assert list(errors(client.post(ASSIGN, filled(team, course, unit=team.units["Works"].pk)))) == ["unit"]


def test_a_rule_by_job_and_for_newcomers(course: LearningItem) -> None:
    team = make_team({"Buying": 2})
    job = JobRole.objects.create(code="tester", names={"en": "Tester"})
    buyer = team.people["Buying"][0]
    join(person=buyer, unit=team.units["Buying"], from_day=LONG_AGO, by=None, at=AT, job=job)
    client = signed_in(team.manager)
    client.post(ASSIGN, filled(team, course, job=job.pk, until="days", due_days=30))
    assert (duty_of(buyer).due_on, Duty.objects.count()) == (
        today_in(team.organisation, timezone.now()) + timedelta(30),
        1,
    )
    said = client.post(f"{ASSIGN}look/", filled(team, course, newcomers="on")).content.decode()
    assert "everybody who joins from now on" in said
    client.post(ASSIGN, filled(team, course, newcomers="on"))
    assert (Assignment.objects.filter(newcomers_only=True).count(), Duty.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due_on": date(2026, 1, 1)}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"until": "days", "due_days": ""}, "due_days"),
        ({"until": "days", "due_days": "0"}, "due_days"),
        ({"item": ""}, "item"),
        ({"who": "picked"}, "people"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_lost(
    course: LearningItem, wrong: dict[str, Any], field: str
) -> None:
    team = make_team({"Buying": 1})
    response = signed_in(team.manager).post(ASSIGN, filled(team, course, newcomers="on") | wrong)
    assert list(errors(response)) == [field]
    assert (response.context["form"]["newcomers"].value(), Assignment.objects.exists()) == (True, False)


def test_the_hours_and_what_is_required_already_are_said_before(course: LearningItem) -> None:
    team = make_team({"Buying": 3})
    assign(team, course, picked=team.people["Buying"][:2], due_on=day(10), at=timezone.now())
    Duty.objects.filter(person=team.people["Buying"][0]).update(completed_at=timezone.now())
    plan = signed_in(team.manager).post(f"{ASSIGN}look/", filled(team, course)).context["plan"]
    assert (plan.count, plan.done, plan.have, plan.total, plan.warns) == (3, 1, 1, 2 * plan.minutes, False)
    assert plan.minutes > 0


def test_looking_does_not_tell_what_somebody_did_of_their_own_accord(site: Any) -> None:
    made = make_course("CPA-1", languages=("en",))
    page = paths.make_workshop("W1", "Clinic")
    path = paths.make_path(courses=[made], rule=[("course", made.course), ("workshop", page)])
    team = make_team({"Buying": 2})
    eager, other = team.people["Buying"]
    learning.take(eager, made)
    learning.finish_lessons(eager, made)
    learning.pass_quiz(eager, made)
    paths.attend(eager, page)
    client = signed_in(team.manager)
    for thing in (made.course, path):
        item = LearningItem.objects.get(key=thing.translation_key)
        said = [
            client.post(f"{ASSIGN}look/", filled(team, item, who="picked", people=[person.public_id])).content.decode()
            for person in (eager, other)
        ]
        # The form says which people it saw: by their numbers alone the two differ.
        assert len({re.sub('value="[0-9a-f]+"', "", each) for each in said}) == 1


def test_nobody_fits_is_said_and_saved_on_the_second_click(course: LearningItem) -> None:
    team = make_team({"Buying": 0, "Works": 1})
    client = signed_in(team.manager)
    form = filled(team, course, unit=team.units["Buying"].pk)
    first = client.post(ASSIGN, form)
    assert ("Nobody fits today." in first.content.decode(), Assignment.objects.exists()) == (True, False)
    client.post(ASSIGN, form | {"seen": first.context["plan"].seen})
    assert Assignment.objects.get().unit == team.units["Buying"]


def test_too_few_workshop_seats_before_the_date_are_warned_of(course: LearningItem) -> None:
    team = make_team({"Buying": 3})
    page = paths.make_workshop("W1", "Clinic")
    made = make_course("CPA-2", languages=("en",))
    path = paths.make_path(courses=[made], rule=[("course", made.course), ("workshop", page)])
    item = LearningItem.objects.get(key=path.translation_key)
    workshop = LearningItem.objects.get(key=page.translation_key)
    now = timezone.now()
    soon = dates.make_date(item=workshop, day=day(40), seats=2, at=now)
    dates.make_date(item=workshop, day=day(120), seats=20, at=now)
    dates.book(soon, team.people["Buying"][0], at=now)
    client = signed_in(team.manager)
    first = client.post(ASSIGN, filled(team, item))
    said = " ".join(first.content.decode().split())
    assert [(row.code, row.free, row.need) for row in first.context["plan"].shortages] == [("W1", 1, 2)]
    assert ("W1 Clinic: 1 free seat before" in said, "up to 2 people need one." in said) == (True, True)
    assert not Assignment.objects.exists()
    # Who has more seats to choose from is not warned, nor is who has seen it.
    assert client.post(f"{ASSIGN}look/", filled(team, item, due_on=day(200))).context["plan"].warns is False
    # Somebody joins meanwhile: it says something else now, and asks again.
    add(team.units["Buying"])
    assert client.post(ASSIGN, filled(team, item, seen=first.context["plan"].seen)).status_code == 200
    seen = client.post(ASSIGN, filled(team, item)).context["plan"].seen
    assert client.post(ASSIGN, filled(team, item, seen=seen)).status_code == 302


def test_a_manager_below_reaches_no_further_than_the_own_units(course: LearningItem) -> None:
    team = make_team()
    below = add(team.units["Works"], display_name="Boss of Works")
    grant(below, Role.TRAINING_COORDINATOR, team.units["Works"])
    client = signed_in(below)
    form = client.get(ASSIGN).context["form"]
    assert set(form.members) == {str(person.public_id) for person in team.people["Works"]}
    assert list(errors(client.post(ASSIGN, filled(team, course)))) == ["unit"]
    other = make_team()
    assert client.post(ASSIGN, filled(other, course)).status_code == 404


def test_the_dialog_costs_the_same_for_two_people_and_for_sixty(
    course: LearningItem, django_assert_num_queries: Any
) -> None:
    team = make_team({"Buying": 2})
    client = signed_in(team.manager)
    for more in (0, 58):
        for _ in range(more):
            add(team.units["Buying"])
        client.post(f"{ASSIGN}look/", filled(team, course))
        with django_assert_num_queries(14):
            client.post(f"{ASSIGN}look/", filled(team, course))


def test_who_was_spared_alone_is_not_given_it_again_by_the_rule() -> None:
    team = make_team({"Buying": 2})
    item = make_item()
    assign(team, item, due_on=date(2027, 3, 1))
    spared = team.people["Buying"][0]
    duty = duty_of(spared)
    response = signed_in(team.manager).post(f"/en/team/required/{duty.pk}/end/")
    assert response["Location"] == f"/en/team/people/{spared.public_id}/"
    assign_learning.follow_rules(team.organisation.pk)
    duty.refresh_from_db()
    assert (duty.ended, Duty.objects.filter(person=spared).count()) == (Ended.WITHDRAWN, 1)
