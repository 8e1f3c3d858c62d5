"""What it costs to complete a lesson: the same number of statements, however large the path is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.enrolments.models import Enrolment
from curriculum.conditions.enums import Route
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.curriculum import make_course
from tests.factories.people import make_person, signed_in

LIMIT = 15
SIZES = (3, 30)
pytestmark = pytest.mark.django_db


def tick(client: Client, lesson: Any, **headers: str) -> int:
    """Statements of a request that marks a lesson as done; the savepoint of the request's transaction among them."""
    with CaptureQueriesContext(connection) as captured:
        response = client.post(reverse("lesson_done", args=[lesson.translation_key]), **headers)  # type: ignore[arg-type]  # headers of the request, by their WSGI names
    assert response.status_code == (200 if headers else 302)
    return len(captured)


@pytest.fixture
def sizes(site: Any) -> dict[int, tuple[Any, Any]]:
    """By the number of its steps: a path's first course, and a person who takes the path."""
    others = [make_course(f"X-{n}", modules=0, quiz=False, languages=["en"]) for n in range(1, max(SIZES))]
    found = {}
    for size in SIZES:
        made = make_course(f"CPA-{size}", lessons=3, languages=["en"], questions=1)
        person = make_person()
        paths.start(person, paths.make_path(f"P{size}", courses=[made, *others[: size - 1]]))
        found[size] = (made, person)
    return found


def test_a_completed_lesson_costs_the_same_whatever_the_size_of_the_path(sizes: Any) -> None:
    costs = {}
    for size, (made, person) in sizes.items():
        assert len(Enrolment.objects.get(person=person, item__kind="path").rule["root"]["all"]) == size
        client = signed_in(person)
        first, second, third = made.lessons
        # What a process works out once for a state of the site.
        tick(client, first)
        costs[size] = (tick(client, second), tick(client, third, HTTP_HX_REQUEST="true"))
    assert costs[SIZES[0]] == costs[SIZES[1]]
    assert max(costs[SIZES[0]]) <= LIMIT


def test_a_lesson_of_a_short_route_costs_no_more_than_that(site: Any) -> None:
    made, person = make_course("CPA-1", lessons=3, quiz=False, languages=["en"]), make_person()
    paths.start(person, paths.make_path(courses=[made], short_rule=[("module", made.modules[0])]), route=Route.SHORT)
    client = signed_in(person)
    tick(client, made.lessons[0])
    assert tick(client, made.lessons[1]) <= LIMIT


def test_each_path_that_somebody_takes_costs_no_more(sizes: Any) -> None:
    made, person = sizes[SIZES[0]]
    client = signed_in(person)
    tick(client, made.lessons[0])
    one = tick(client, made.lessons[1])
    for number in range(3):
        paths.start(person, paths.make_path(f"Q{number}", courses=[made]))
    learning.finish_lessons(person, made, 2)
    client.get(reverse("my_learning"))
    assert tick(client, made.lessons[2]) == one
