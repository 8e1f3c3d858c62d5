"""The course page of a learner, and its forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import PageViewRestriction

from courses.enrolments.models import CourseInterest, Enrolment
from curriculum.catalogue.enums import CourseStatus
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import signed_in

pytestmark = pytest.mark.one_database


def post(client: Any, name: str, made: Any, **data: str) -> Any:
    """Post one of the course's forms and follow to the page that it leads to."""
    return client.post(reverse(name, args=[made.course.translation_key]), data, follow=True)


def test_starting_a_course_from_its_page(academy: Any) -> None:
    client = signed_in(learning.make_learner())
    assert "Start this course" in client.get(academy.course.url).content.decode()
    page = post(client, "enrol", academy)
    assert page.redirect_chain == [(academy.course.url, 302)]
    assert "Begin with the first lesson" in page.content.decode()
    assert "0 of 3 lessons done" in page.content.decode()
    assert "You take this course already." in post(client, "enrol", academy).content.decode()
    assert Enrolment.objects.count() == 1


def test_starting_from_a_lesson_stays_there_and_nowhere_else(academy: Any) -> None:
    client = signed_in(learning.make_learner())
    lesson = academy.lessons[0].url
    assert post(client, "enrol", academy, next=lesson).redirect_chain == [(lesson, 302)]
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert post(client, "enrol", academy, next=elsewhere).redirect_chain == [(academy.course.url, 302)]


def test_leaving_and_starting_anew(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy, 1)
    client = signed_in(person)
    assert "Start this course" in post(client, "leave", academy).content.decode()
    assert "1 of 3 lessons done" in post(client, "enrol", academy).content.decode()
    assert "0 of 3 lessons done" in post(client, "restart", academy).content.decode()


def test_a_completed_course_shows_its_certificate_and_can_be_taken_again(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy)
    client = signed_in(person)
    page = client.get(academy.course.url).content.decode()
    assert reverse("certificate_check", args=[person.certificates.get().code]) in page
    assert "Completed on" in page
    assert "0 of 3 lessons done" in post(client, "restart", academy).content.decode()


def test_a_course_in_preparation_is_not_started_but_asked_for(site: Any) -> None:
    made = make_course(status=CourseStatus.IN_PREPARATION)
    client = signed_in(learning.make_learner())
    page = client.get(made.course.url).content.decode()
    assert ("Tell me when it is ready" in page, "Start this course" in page) == (True, False)
    assert "This course is still being prepared." in post(client, "enrol", made).content.decode()
    assert "We will write to you when it is ready." in post(client, "tell_me", made).content.decode()
    post(client, "tell_me", made)
    assert (CourseInterest.objects.count(), Enrolment.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", ["enrol", "leave", "restart", "tell_me", "quiz_start"])
def test_a_course_for_members_of_a_group_has_no_forms_for_others(academy: Any, name: str) -> None:
    members = Group.objects.create(name="Members")
    PageViewRestriction.objects.create(page=academy.course, restriction_type="groups").groups.add(members)
    person, member = learning.make_learner(), learning.make_learner()
    member.groups.add(members)
    address = reverse(name, args=[academy.course.translation_key])
    others = signed_in(person)
    assert [others.get(address).status_code, others.post(address).status_code] == [404, 404]
    assert signed_in(member).post(address).status_code == 302
    assert Enrolment.objects.filter(person=person).count() == 0


def test_a_course_without_a_quiz_says_when_it_is_completed(site: Any, client: Any) -> None:
    page = client.get(make_course(quiz=False).course.url).content.decode()
    assert "To complete it: all 3 lessons." in page


def test_an_open_course_is_not_waited_for(academy: Any) -> None:
    page = post(signed_in(learning.make_learner()), "tell_me", academy)
    assert "This course is open. You can start it now." in page.content.decode()
    assert CourseInterest.objects.count() == 0


@pytest.mark.parametrize("name", ["enrol", "leave", "restart", "tell_me"])
def test_opening_a_form_s_address_shows_the_course_and_changes_nothing(academy: Any, name: str) -> None:
    client = signed_in(learning.make_learner())
    response = client.get(reverse(name, args=[academy.course.translation_key]))
    assert (response.status_code, response["Location"]) == (302, academy.course.url)
    assert client.get(reverse(name, args=[academy.lessons[0].translation_key])).status_code == 404
    assert Enrolment.objects.count() == 0


@pytest.mark.parametrize("name", ["enrol", "leave", "restart", "tell_me"])
def test_strangers_are_asked_to_sign_in(academy: Any, client: Any, name: str) -> None:
    response = client.post(reverse(name, args=[academy.course.translation_key]))
    assert (response.status_code, response["Location"].startswith("/en/account/login/?next=")) == (302, True)
    assert Enrolment.objects.count() == 0


def test_a_form_of_another_site_changes_nothing(academy: Any) -> None:
    person = learning.make_learner()
    client = signed_in(person)
    client.handler.enforce_csrf_checks = True
    response = client.post(
        reverse("enrol", args=[academy.course.translation_key]), headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert Enrolment.objects.count() == 0


def test_a_stranger_comes_back_to_the_course_after_signing_in(academy: Any, client: Any) -> None:
    page = client.get(academy.course.url).content.decode()
    assert f"/en/account/login/?next={academy.course.url}" in page


def test_beyond_the_first_module_members_only_courses_are_closed(site: Any, client: Any) -> None:
    made = make_course(modules=2, lessons=1, members_only=True)
    person = learning.make_learner()
    first, second = made.lessons
    for who in (client, signed_in(person)):
        assert who.get(first.url).status_code == 200
        response = who.get(second.url)
        assert (response.status_code, "Words of lesson 2.1" in response.content.decode()) == (403, False)
        assert who.get(made.modules[1].url).status_code == 403
    learning.take(person, made)
    assert "Words of lesson 2.1" in signed_in(person).get(second.url).content.decode()
    assert client.get(second.url).status_code == 403
