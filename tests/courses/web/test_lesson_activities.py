"""The lesson page of a learner whose course asks for activities: what stands beside the tick, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from academy.templatetags.academy import duration, percent
from courses.progress.enums import Fact
from courses.progress.models import LearningEvent
from curriculum.conditions.enums import Route
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.asked import make_asked, play, put_in
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.one_database


def actions(page: str) -> str:
    """What stands at the end of a lesson."""
    return page.partition('id="learner-actions"')[2].partition("<footer")[0]


def test_the_tick_waits_for_the_activity_and_says_so(academy: Any) -> None:
    ladder, score = make_asked("ladder"), make_asked("score", rule="passed", pass_mark=70)
    lesson = put_in(academy.lessons[0], ladder, score, make_asked("practice", counts=False))
    person = learning.make_learner(academy)
    client = signed_in(person)
    part = actions(client.get(lesson.url).content.decode())
    words = f"the activity “Activity ladder” and the activity “Activity score” with at least {percent(70)}."
    assert f'<p id="before-tick">Before you mark this lesson as done: {words}</p>' in part
    assert 'disabled aria-describedby="before-tick">Mark as done</button>' in part
    assert reverse("lesson_done", args=[lesson.translation_key]) not in part
    assert (part.count("To do"), f">at least {percent(70)}</p>" in part) == (2, True)
    assert "Activity practice" not in part
    play(person, ladder)
    play(person, score, Fact.FAILED, percent=55)
    part = actions(client.get(lesson.url).content.decode())
    assert (part.count("To do"), f"best so far {percent(55)}" in part, ">Done</span>" in part) == (1, True, True)
    play(person, score, Fact.PASSED, percent=80)
    part = actions(client.get(lesson.url).content.decode())
    assert f">Done, {percent(80)}</span>" in part
    assert f'action="{reverse("lesson_done", args=[lesson.translation_key])}"' in part
    assert "disabled" not in part


def test_a_tick_that_is_sent_all_the_same_is_refused_with_the_reason(academy: Any) -> None:
    lesson = put_in(academy.lessons[0], make_asked())
    client = signed_in(learning.make_learner(academy))
    response = client.post(reverse("lesson_done", args=[lesson.translation_key]))
    assert (response.status_code, response["Location"]) == (302, lesson.url)
    said = "Before you mark this lesson as done: the activity “Activity ladder”."
    # As a message, and at the tick.
    assert client.get(lesson.url).content.decode().count(said) == 2
    assert not LearningEvent.objects.filter(fact="completed").exists()


def test_an_activity_that_came_later_is_new_and_holds_nothing_up(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    lesson = put_in(academy.lessons[0], make_asked())
    part = actions(client.get(lesson.url).content.decode())
    assert "New, not required for you" in part
    assert "disabled" not in part


def test_the_part_is_fetched_again_when_an_activity_is_done(academy: Any) -> None:
    ladder = make_asked()
    lesson = put_in(academy.lessons[0], ladder)
    person = learning.make_learner(academy)
    client = signed_in(person)
    address = reverse("lesson_actions", args=[lesson.translation_key])
    page = client.get(lesson.url).content.decode()
    assert f'hx-get="{address}" hx-trigger="academy:activity-done from:document" hx-swap="outerHTML"' in page
    play(person, ladder)
    part = client.get(address, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (200, False)
    assert f'action="{reverse("lesson_done", args=[lesson.translation_key])}"' in actions(part.content.decode())
    # Opened by hand, it is the lesson.
    assert client.get(address)["Location"] == f"{lesson.url}#learner-actions"


def test_the_part_is_for_who_learns_there(academy: Any, client: Any) -> None:
    lesson = put_in(academy.lessons[0], make_asked())
    address = reverse("lesson_actions", args=[lesson.translation_key])
    other = signed_in(make_person())
    assert client.get(address)["Location"].startswith("/en/account/login/")
    assert [other.get(address, headers={"HX-Request": "true"}).status_code, other.post(address).status_code] == [
        404,
        405,
    ]
    unknown = reverse("lesson_actions", args=[academy.course.translation_key])
    assert signed_in(learning.make_learner(academy)).get(unknown).status_code == 404


def test_the_script_finds_its_token_where_somebody_learns_and_plays(academy: Any, client: Any) -> None:
    lesson = put_in(academy.lessons[0], make_asked("practice", counts=False))
    learner = signed_in(learning.make_learner(academy))
    pages = [
        learner.get(lesson.url),
        learner.get(academy.lessons[1].url),
        signed_in(make_person()).get(lesson.url),
        client.get(lesson.url),
    ]
    assert ['id="learning" data-csrf="' in page.content.decode() for page in pages] == [True, False, False, False]


def test_a_lesson_with_activities_costs_one_query_more(site: Any, django_assert_max_num_queries: Any) -> None:
    made = make_course(lessons=3)
    lesson = put_in(made.lessons[1], make_asked("ladder"), make_asked("score", rule="passed"))
    client = signed_in(learning.make_learner(made))
    client.get(made.lessons[0].url)
    client.get(lesson.url)
    with django_assert_max_num_queries(9):
        assert "Activity score" in client.get(lesson.url).content.decode()
    client.get(made.course.url)
    with django_assert_max_num_queries(9):
        page = client.get(made.course.url).content.decode()
    assert "Activity score" in page


def test_a_module_names_the_activities_of_its_lessons_that_count(academy: Any, client: Any) -> None:
    ladder = make_asked("ladder")
    put_in(academy.lessons[0], ladder, make_asked("practice", counts=False))
    person = learning.make_learner(academy)
    play(person, ladder)
    address = academy.modules[0].url
    mine, other = (each.get(address).content.decode() for each in (signed_in(person), client))
    assert '<p class="small">Activity: Activity ladder <span class="status is-completed">Completed</span>' in mine
    assert '<p class="small">Activity: Activity ladder</p>' in other
    assert "Activity practice" not in mine


def test_a_path_shows_the_activity_as_a_step_that_leads_to_its_lesson(academy: Any) -> None:
    score = make_asked("score", rule="passed", pass_mark=70, minutes=12)
    lesson = put_in(academy.lessons[0], score)
    path, person = paths.make_path(courses=[academy], short_rule=[("activity", score)]), make_person()
    paths.start(person, path, route=Route.SHORT)
    client = signed_in(person)
    page = client.get(path.url).content.decode()
    assert f'<h3><a href="{lesson.url}">Activity score</a></h3>' in page
    there = client.get(lesson.url).content.decode()
    assert (actions(there).count("To do"), 'id="learning"' in there) == (1, True)
    assert f"<span>Activity</span><span>at least {percent(70)}</span><span>{duration(12)}</span>" in page
    play(person, score, Fact.FAILED, percent=10)
    assert "In progress" in client.get(path.url).content.decode()
    play(person, score, Fact.PASSED, percent=90)
    assert "You have completed this path" in client.get(path.url).content.decode()
