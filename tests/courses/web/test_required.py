"""What is required of a learner, more time asked for and granted; each thing once, and nothing where nothing is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import User
from academy.people.rules import join, pause
from courses.assignments.enums import ExtensionState
from courses.assignments.models import Duty, Extension
from courses.flows import assign_learning, extend_time
from curriculum.items.models import LearningItem
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import grant, make_person, signed_in
from tests.factories.teams import Team, add, assign, duty_of, make_item, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
REQUESTS = "/en/team/requests/"


@pytest.fixture
def team(transactional_db: None, site: Any) -> Team:
    """One buys."""
    return make_team({"Buying": 1})


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def required(team: Team, **fields: Any) -> Duty:
    """A course is required of the buyer."""
    assign(team, make_item(), at=timezone.now(), **{"due_on": day(12), **fields})
    return duty_of(team.everybody[0])


def asked(duty: Duty, days: int = 40) -> Extension:
    return extend_time.ask(duty=duty, wanted_on=day(days), why="A tender", by=duty.person, at=timezone.now())


def words(response: Any) -> str:
    page = response.content.decode()
    return " ".join(page[page.index("<main") : page.index("</main>")].split())


def my_learning(person: User) -> str:
    return words(signed_in(person).get("/en/learning/"))


def test_my_learning_says_by_whom_until_when_and_how_long_that_is(team: Team) -> None:
    duty = required(team)
    said = my_learning(duty.person)
    assert [
        part
        for part in ("Required of you", "Asked by Mona Manager (Town of Lindau)", "12 days left", "Ask for more time")
        if part not in said
    ] == []


def test_nothing_required_shows_nothing(team: Team) -> None:
    assert "Required of you" not in my_learning(team.everybody[0])
    duty = required(team)
    Duty.objects.update(completed_at=timezone.now())
    assert "Required of you" not in my_learning(duty.person)


def test_a_course_that_is_required_and_taken_stands_there_once(team: Team) -> None:
    made = make_course("CPA-1", languages=("en",))
    person = team.everybody[0]
    learning.take(person, made)
    assign(team, LearningItem.objects.get(key=made.course.translation_key), due_on=day(5), at=timezone.now())
    context = signed_in(person).get("/en/learning/").context
    (row,) = context["required"]
    assert (context["due"], row.url, row.is_begun) == ([], made.lessons[0].url, False)
    page = words(signed_in(person).get(made.course.url))
    assert "Required by Mona Manager (Town of Lindau) until" in page
    assert "Required by" not in words(signed_in(team.manager).get(made.course.url))


def test_who_is_away_sees_that_the_date_waits(team: Team) -> None:
    duty = required(team, due_on=day(-1))
    pause(
        person=duty.person, organisation=team.organisation, from_day=day(-3), until_day=day(4), by=None,
        at=timezone.now(),
    )  # fmt: skip
    said = my_learning(duty.person)
    assert ("Paused until" in said, "The date waits while you are away" in said) == (True, True)


def test_what_is_required_costs_the_same_for_one_and_for_thirty(team: Team, django_assert_num_queries: Any) -> None:
    person = team.everybody[0]
    client = signed_in(person)
    for count in (1, 29):
        for number in range(count):
            assign(team, make_item(f"X-{count}-{number}"), due_on=day(5), at=timezone.now())
        client.get("/en/learning/")
        with django_assert_num_queries(14):
            client.get("/en/learning/")


def test_more_time_is_asked_for_seen_and_taken_back(team: Team) -> None:
    duty = required(team)
    client = signed_in(duty.person)
    address = f"/en/learning/required/{duty.pk}/more-time/"
    wrong = client.post(address, {"wanted_on": duty.due_on, "why": "A tender"})
    assert (wrong.status_code, "Choose a day after" in words(wrong), "A tender" in words(wrong)) == (422, True, True)
    assert client.post(address, {"wanted_on": day(40), "why": "A tender"})["Location"] == address
    page = words(client.get(address))
    assert ("Waiting" in page, "A tender" in page) == (True, True)
    assert "You asked for time until" in my_learning(duty.person)
    client.post(address, {"wanted_on": day(50)})
    assert Extension.objects.count() == 1
    client.post(address, {"back": "1"})
    assert Extension.objects.get().state == ExtensionState.TAKEN_BACK
    assert "New date" in words(client.get(address))


def test_what_is_overdue_is_not_put_off_to_a_day_that_has_passed(team: Team) -> None:
    duty = required(team, due_on=day(-10))
    address = f"/en/learning/required/{duty.pk}/more-time/"
    client = signed_in(duty.person)
    assert [client.post(address, {"wanted_on": day(days)}).status_code for days in (-2, 3)] == [422, 302]


def test_only_one_s_own_can_be_asked_about(team: Team) -> None:
    address = f"/en/learning/required/{required(team).pk}/more-time/"
    assert [signed_in(who).get(address).status_code for who in (team.manager, make_person())] == [404, 404]


def test_a_manager_grants_it_in_one_step_until_another_day(team: Team) -> None:
    one = asked(required(team))
    client = signed_in(team.manager)
    assert "A tender" in words(client.get(REQUESTS))
    assert words(client.get(f"{REQUESTS}{one.pk}/"))
    assert Extension.objects.get().state == ExtensionState.ASKED
    wrong = client.post(f"{REQUESTS}{one.pk}/", {f"r{one.pk}-granted_on": day(2), "grant": "1"})
    assert wrong.status_code == 422
    done = client.post(f"{REQUESTS}{one.pk}/", {f"r{one.pk}-granted_on": day(30), "grant": "1"}, follow=True)
    assert (duty_of(team.everybody[0]).due_on, "Granted." in words(done)) == (day(30), True)
    late = client.post(f"{REQUESTS}{one.pk}/", {f"r{one.pk}-words": "No", "deny": "1"}, follow=True)
    assert ("needs no answer any more" in words(late), Extension.objects.get().state) == (True, ExtensionState.GRANTED)


def test_it_is_not_granted_with_words_and_without_a_date(team: Team) -> None:
    duty = required(team)
    one = asked(duty)
    form = {f"r{one.pk}-granted_on": "", f"r{one.pk}-words": "The tender waits for you.", "deny": "1"}
    signed_in(team.manager).post(f"{REQUESTS}{one.pk}/", form)
    assert duty_of(duty.person).due_on == duty.due_on
    page = words(signed_in(duty.person).get(f"/en/learning/required/{duty.pk}/more-time/"))
    assert ("Not granted." in page, "The tender waits for you." in page) == (True, True)


def test_requests_go_to_who_leads_the_person_and_never_to_oneself(team: Team) -> None:
    boss = add(team.units["Buying"])
    grant(boss, Role.MANAGER, team.units["Buying"])
    of_all = team.manager
    # The manager of all works in the town, too: only its administrator is left to answer.
    admin = make_person()
    grant(admin, Role.ORGANISATION_ADMIN, team.whole)
    over = add(team.whole)
    grant(over, Role.DEPUTY, team.units["Buying"], until_day=day(-1))
    join(person=of_all, unit=team.whole, from_day=day(-100), by=None, at=timezone.now())
    assign(team, make_item(), due_on=day(12), at=timezone.now())
    asks = {who: asked(duty_of(person)) for who, person in
            (("buyer", team.everybody[0]), ("boss", boss), ("manager", of_all))}  # fmt: skip
    stranger = make_team().manager
    seen = {
        name: [who for who, one in asks.items() if signed_in(reader).get(f"{REQUESTS}{one.pk}/").status_code == 200]
        for name, reader in (("boss", boss), ("manager", of_all), ("admin", admin), ("stranger", stranger))
    }
    assert seen == {"boss": ["buyer"], "manager": ["buyer", "boss"], "admin": ["manager"], "stranger": []}
    assert signed_in(over).get(REQUESTS).status_code == 403


def test_requests_cost_the_same_for_one_and_for_twenty(team: Team, django_assert_num_queries: Any) -> None:
    client = signed_in(team.manager)
    assign(team, make_item(), due_on=day(12), at=timezone.now())
    for more in (0, 19):
        for _ in range(more):
            add(team.units["Buying"])
        assign_learning.follow_rules(team.organisation.pk)
        for duty in Duty.objects.filter(extensions=None):
            asked(duty)
        client.get(REQUESTS)
        with django_assert_num_queries(8):
            client.get(REQUESTS)
