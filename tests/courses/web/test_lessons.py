"""The lesson page of a learner: ticks, partial updates, access, and what it costs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from courses.progress.models import ItemProgress, LearningEvent, Place
from curriculum.workshops.models import WorkshopIndexPage, WorkshopPage
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, published
from tests.factories.people import signed_in

pytestmark = pytest.mark.one_database


def mark(client: Any, lesson: Any, name: str = "lesson_done", **headers: str) -> Any:
    """Post one of the two forms."""
    return client.post(reverse(name, args=[lesson.translation_key]), headers=headers)


def test_a_lesson_is_marked_as_done_and_the_page_says_so(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    lesson = academy.lessons[0]
    response = mark(client, lesson)
    assert (response.status_code, response["Location"]) == (302, f"{lesson.url}#learner-actions")
    page = client.get(lesson.url).content.decode()
    assert "Lesson completed, 1 of 3" in page
    assert "1 of 3 lessons done" in page
    assert "Mark as not done" in page
    assert "Mark as done" not in page


def test_htmx_gets_the_part_and_an_announcement(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    response = mark(client, academy.lessons[0], **{"HX-Request": "true"})
    part = response.content.decode()
    assert response.status_code == 200
    assert json.loads(response["HX-Trigger"]) == {"announce": "Lesson completed, 1 of 3"}
    assert "<html" not in part
    assert f"[data-standing='{academy.lessons[0].translation_key}']" in part
    assert 'id="learner-progress" hx-swap-oob="true"' in part


def test_the_tick_stays_when_the_language_changes(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    mark(client, academy.lessons[0])
    dutch = academy.translation(academy.lessons[0], "nl")
    page = client.get(f"/nl{dutch.url.removeprefix('/nl')}").content.decode()
    assert reverse("lesson_undone", args=[academy.lessons[0].translation_key]).removeprefix("/en") in page


def test_marking_as_not_done_is_said_too(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    mark(client, academy.lessons[0])
    response = mark(client, academy.lessons[0], "lesson_undone", **{"HX-Request": "true"})
    assert json.loads(response["HX-Trigger"]) == {"announce": "Lesson marked as not done, 0 of 3."}
    assert "Mark as done" in response.content.decode()


def test_the_last_lesson_leads_to_the_quiz(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    for lesson in academy.lessons:
        response = mark(client, lesson, **{"HX-Request": "true"})
    assert reverse("quiz_start", args=[academy.course.translation_key]) in response.content.decode()


def test_the_last_part_shows_the_certificate(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.pass_quiz(person, academy)
    learning.finish_lessons(person, academy, 2)
    response = mark(signed_in(person), academy.lessons[2], **{"HX-Request": "true"})
    certificate = person.certificates.get()
    assert reverse("certificate_check", args=[certificate.code]) in response.content.decode()
    assert "You have completed the course" in json.loads(response["HX-Trigger"])["announce"]


def test_who_does_not_take_the_course_is_told_to_start_it(academy: Any) -> None:
    client = signed_in(learning.make_learner())
    assert (
        reverse("enrol", args=[academy.course.translation_key]) in client.get(academy.lessons[0].url).content.decode()
    )
    response = mark(client, academy.lessons[0])
    assert (response.status_code, response["Location"]) == (302, academy.course.url)
    assert "Start the course first" in client.get(academy.course.url).content.decode()
    assert LearningEvent.objects.count() == 0


def test_a_stranger_is_sent_to_sign_in_and_back(academy: Any, client: Any) -> None:
    response = mark(client, academy.lessons[0], Referer=f"http://testserver{academy.lessons[0].url}")
    assert response.status_code == 302
    assert response["Location"].startswith("/en/account/login/?next=")
    assert LearningEvent.objects.count() == 0


def test_opening_a_form_s_address_shows_the_lesson(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    response = client.get(reverse("lesson_done", args=[academy.lessons[0].translation_key]))
    assert (response.status_code, response["Location"]) == (302, academy.lessons[0].url)
    assert client.get(reverse("lesson_done", args=[academy.course.translation_key])).status_code == 404
    assert LearningEvent.objects.filter(fact="completed").count() == 0


def test_the_place_is_remembered_and_written_only_when_it_changes(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    for lesson in academy.lessons[:2]:
        client.get(lesson.url)
    place = Place.objects.get()
    assert place.item.key == academy.lessons[1].translation_key
    client.get(academy.lessons[1].url)
    assert Place.objects.get().seen_at == place.seen_at


def test_a_new_lesson_is_not_required_of_who_began_before(academy: Any) -> None:
    person = learning.make_learner(academy)
    added = type(academy.lessons[0])(title="Added", slug="added", locale=academy.lessons[0].locale)
    academy.modules[0].add_child(instance=added)
    client = signed_in(person)
    assert "New, not required for you" in client.get(added.url).content.decode()
    assert "0 of 3 lessons done" in client.get(academy.course.url).content.decode()


@pytest.mark.parametrize("lessons", [3, 60])
def test_a_lesson_costs_few_queries_however_long_the_course(
    site: Any, lessons: int, django_assert_max_num_queries: Any
) -> None:
    made = make_course(modules=1, lessons=lessons)
    person = learning.make_learner(made)
    client = signed_in(person)
    lesson = made.lessons[1]
    client.get(made.lessons[0].url)
    client.get(lesson.url)
    with django_assert_max_num_queries(8):
        page = client.get(lesson.url).content.decode()
    assert "Mark as done" in page
    mark(client, lesson)
    with django_assert_max_num_queries(8):
        page = client.get(lesson.url).content.decode()
    assert "Mark as not done" in page
    cache.clear()
    with django_assert_max_num_queries(25):
        client.get(lesson.url)
    assert ItemProgress.objects.filter(item__key=lesson.translation_key).count() == 1


def test_a_lesson_done_by_attending_shows_its_workshop_and_no_tick(academy: Any) -> None:
    home = academy.catalogue.get_parent().specific
    index = home.add_child(instance=WorkshopIndexPage(**published("Workshops", "workshops")))
    workshop = index.add_child(instance=WorkshopPage(**published("Clinic", "clinic", code="W1")))
    lesson = academy.lessons[0]
    lesson.workshop = workshop
    lesson.save()
    client = signed_in(learning.make_learner(academy))
    page = client.get(lesson.url).content.decode()
    assert "This lesson is done by attending the workshop." in page
    assert f'<a href="{workshop.url}">Clinic</a>' in page
    assert "Mark as done" not in page
    assert mark(client, lesson).status_code == 302
    assert "This lesson is done by attending the workshop." in client.get(lesson.url).content.decode()
    assert not LearningEvent.objects.filter(fact="completed").exists()
