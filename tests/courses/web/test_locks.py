"""What is not open yet says why, and links to what opens it; what is still missing stands there in words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import reverse

from curriculum.conditions.enums import Route
from tests.factories import courses as learning
from tests.factories import paths
from tests.factories.curriculum import Course, make_course
from tests.factories.people import make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def strict(site: Any) -> Course:
    """A course in order, whose quiz comes after the lessons."""
    return make_course(modules=2, lessons=1, languages=["en"], questions=1, in_order=True, quiz_after_lessons=True)


def words(client: Any, address: str) -> str:
    """The main part of a page as text."""
    page = client.get(address).content.decode()
    plain = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    return " ".join(html.unescape(plain).split())


def test_locked_parts_say_what_comes_first_with_a_link(strict: Course) -> None:
    person = learning.make_learner(strict)
    client = signed_in(person)
    assert strict.quiz is not None
    page = client.get(strict.course.url)
    states = page.context["standings"]
    assert [
        states[key] for key in (*(module.translation_key for module in strict.modules), strict.quiz.translation_key)
    ] == [
        "not_started",
        "not_open",
        "not_open",
    ]
    assert f'First: 1 lesson of the module “<a href="{strict.modules[0].url}">9.1 Module 1</a>”.' in (
        page.content.decode()
    )
    assert "Not open yet. First: 2 lessons. Not open yet" in words(client, strict.course.url)
    assert "Not open yet. First: 1 lesson" in words(client, strict.modules[1].url)
    lesson = words(client, strict.lessons[1].url)
    assert ("Mark as done" in lesson, "Not open yet. First: 1 lesson of the module" in lesson) == (False, True)
    learning.finish_lessons(person, strict, 1)
    assert "Mark as done" in words(client, strict.lessons[1].url)


def test_who_takes_a_course_reads_what_is_still_missing(academy: Course) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy, 2)
    page = words(signed_in(person), academy.course.url).replace("\u00a0", " ")
    assert "Still missing: 1 lesson and " in page
    assert "“Quiz cpa-9” with at least 70 %." in page


def test_the_rule_of_who_has_begun_is_the_one_that_was_promised(academy: Course) -> None:
    client = signed_in(learning.make_learner(academy))
    quiz = academy.quiz
    assert quiz is not None
    quiz.pass_mark = 90
    quiz.save()
    mine = words(client, academy.course.url).replace("\u00a0", " ")
    others = words(signed_in(make_person()), academy.course.url).replace("\u00a0", " ")
    assert ("with at least 70 %" in mine, "with at least 90 %" in mine) == (True, False)
    assert ("with at least 70 %" in others, "with at least 90 %" in others) == (False, True)


def test_a_course_that_wants_another_first_cannot_be_started_anywhere(site: Any, client: Any) -> None:
    one = make_course("CPA-1", languages=["en"])
    two = make_course("CPA-2", languages=["en"], prerequisites=[("course", one.course)])
    assert "Before you start: the course “ CPA-1 Course CPA-1 ”." in words(client, two.course.url)
    person = signed_in(make_person())
    for page in (two.course, two.modules[0], two.lessons[0]):
        read = words(person, page.url)
        said = "Not open yet. First: the course “ CPA-1 Course CPA-1 ”." in read
        assert ("Start this course" in read, said) == (False, True)


def test_a_lesson_of_the_short_route_is_ticked_without_taking_the_course(
    site: Any, django_assert_max_num_queries: Any
) -> None:
    made = make_course("CPA-1", modules=2, lessons=2, languages=["en"], questions=1)
    path = paths.make_path(courses=[made], short_rule=[("module", made.modules[0])])
    person = make_person()
    paths.start(person, path, route=Route.SHORT)
    client = signed_in(person)
    first, second, beyond, _last = made.lessons
    assert "Mark as done" in words(client, first.url)
    with django_assert_max_num_queries(12):
        client.get(first.url)
    client.post(reverse("lesson_done", args=[first.translation_key]))
    assert "Completed" in words(client, made.modules[0].url)
    client.post(reverse("lesson_done", args=[second.translation_key]))
    done = words(client, second.url)
    assert ("You have completed this path." in done, "You have completed this course." in done) == (True, False)
    # What the short route does not ask for is read like by anybody else.
    assert "Start this course" in words(client, beyond.url)
