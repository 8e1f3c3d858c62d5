"""A learner's own page: Continue at the exact place, at a fixed price."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from courses.certificates.models import Certificate
from courses.certificates.rules import issue
from courses.enrolments.models import Enrolment
from courses.enrolments.rules import tell_me
from courses.flows.complete_lesson import complete_lesson
from courses.progress.models import Place
from curriculum.catalogue.enums import CourseStatus
from curriculum.conditions.enums import Route
from tests.factories import courses as learning
from tests.factories import paths, people
from tests.factories.certificates import make_completed
from tests.factories.curriculum import make_course
from tests.factories.people import signed_in


def my_learning(person: Any, language: str = "en") -> str:
    """The page."""
    return signed_in(person).get(f"/{language}/learning/").content.decode()


def test_at_the_beginning_the_page_says_what_to_do(academy: Any) -> None:
    page = my_learning(learning.make_learner())
    assert "You have not started a course yet" in page
    assert "See all courses" in page
    assert "You have no certificate yet" in signed_in(learning.make_learner()).get("/en/certificates/").content.decode()


def test_continue_leads_to_the_lesson_that_was_open(academy: Any) -> None:
    person = learning.make_learner(academy)
    signed_in(person).get(academy.lessons[1].url)
    assert f'<a class="button button-primary" href="{academy.lessons[1].url}">Continue</a>' in my_learning(person)


def test_continue_leads_on_when_that_lesson_is_done(academy: Any) -> None:
    person = learning.make_learner(academy)
    signed_in(person).get(academy.lessons[0].url)
    learning.finish_lessons(person, academy, 1)
    assert f'<a class="button button-primary" href="{academy.lessons[1].url}">Continue</a>' in my_learning(person)


def test_continue_leads_to_the_question_where_the_quiz_was_left(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    signed_in(person).get(reverse("quiz_question", args=[attempt.public_id, 1]))
    learning.answer(person, attempt, [True])
    page = my_learning(person)
    assert f'href="{reverse("quiz_question", args=[attempt.public_id, 2])}">Continue</a>' in page
    assert "You go on at question 2 of 3." in page


def test_continue_is_the_course_that_was_read_last(site: Any) -> None:
    first, second = make_course("CPA-1"), make_course("CPA-2")
    person = learning.make_learner(first)
    learning.take(person, second)
    client = signed_in(person)
    for lesson in (first.lessons[0], second.lessons[0], first.lessons[0]):
        Place.objects.update(seen_at=timezone.now() - timedelta(hours=1))
        client.get(lesson.url)
        assert f'href="{lesson.url}">Continue</a>' in my_learning(person)


def test_what_is_due_and_what_is_done_stand_there_in_words(academy: Any) -> None:
    person = learning.make_learner()
    learning.take(person, academy, due_on=timezone.localdate() - timedelta(days=2))
    learning.finish_lessons(person, academy, 2)
    page = my_learning(person)
    assert "Overdue since" in page
    assert "2 of 3 lessons done" in page
    assert "50" in page


def test_a_certificate_stands_there_with_one_click_to_it(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    learning.pass_quiz(person, academy, at=timezone.now())
    address = reverse("certificate_check", args=[person.certificates.get().code])
    assert address in my_learning(person)
    assert address in signed_in(person).get("/en/certificates/").content.decode()


def test_courses_that_one_waits_for_stand_there(site: Any) -> None:
    made = make_course(status=CourseStatus.IN_PREPARATION)
    person = learning.make_learner()
    tell_me(person=person, course_key=made.course.translation_key, by=person, at=learning.AT)
    assert "We will tell you when it is ready" in my_learning(person)


def test_a_course_that_was_withdrawn_is_still_named(academy: Any) -> None:
    person = learning.make_learner(academy)
    academy.course.unpublish()
    page = my_learning(person)
    assert "This course was withdrawn." in page
    assert "Course CPA-9" in page


def test_the_page_costs_the_same_with_one_course_and_with_thirty(site: Any, django_assert_max_num_queries: Any) -> None:
    person = learning.make_learner()
    client = signed_in(person)
    for number in range(30):
        made = make_course(f"X-{number}", lessons=1, questions=1, languages=("en",))
        learning.take(person, made)
        learning.begin_quiz(person, made)
        client.get(made.lessons[0].url)
        if number in (0, 29):
            client.get("/en/learning/")
            with django_assert_max_num_queries(15):
                client.get("/en/learning/")


def test_a_path_stands_there_with_its_ring_and_its_courses_inside(site: Any) -> None:
    made = [make_course(f"CPA-{n}", lessons=2, questions=1, languages=("en",)) for n in (1, 2, 3)]
    path = paths.make_path(courses=made[:2], in_order=True)
    person = learning.make_learner(made[2])
    paths.start(person, path)
    learning.finish_lessons(person, made[0], 1)
    context = signed_in(person).get("/en/learning/").context
    (card,) = context["paths"]
    assert (card.learner.standing.percent, [step.state for step in card.learner.steps]) == (
        16,
        ["in_progress", "not_open"],
    )
    # A course stands where it belongs, once.
    assert [each.row.enrolment.item.code for each in context["running"]] == ["CPA-3"]
    page = my_learning(person)
    assert page.count(f'<a href="{made[0].lessons[1].url}">') == 1
    assert f'First: the course “<a href="{made[0].course.url}">CPA-1 Course CPA-1</a>”.' in page
    assert "Other courses" in page


def test_the_short_route_goes_on_at_its_next_lesson(site: Any) -> None:
    made = make_course("CPA-1", modules=1, lessons=2, languages=("en",))
    path = paths.make_path(courses=[made], short_rule=[("module", made.modules[0])])
    person = learning.make_learner()
    paths.start(person, path, route=Route.SHORT)
    assert f'href="{made.lessons[0].url}">Begin</a>' in my_learning(person)
    lesson = made.lessons[0]
    complete_lesson(person=person, lesson_key=lesson.translation_key, by=person, at=learning.AT)
    assert f'href="{made.lessons[1].url}">Continue</a>' in my_learning(person)


def test_a_path_that_was_withdrawn_or_completed_is_still_named(site: Any) -> None:
    made = make_course("CPA-1", languages=("en",))
    path = paths.make_path(courses=[made])
    person = learning.make_learner()
    paths.start(person, path)
    Enrolment.objects.filter(item__code="P1").update(due_on=timezone.localdate() - timedelta(days=1))
    page = my_learning(person)
    assert ("Overdue since" in page, "0 of 1 step done" in page) == (True, True)
    path.unpublish()
    assert "Circular buyer" in my_learning(person)
    Enrolment.objects.filter(item__code="P1").update(completed_at=timezone.now())
    assert "Completed paths and courses" in my_learning(person)


def test_what_ends_is_renewed_from_here_until_that_is_begun(site: Any) -> None:
    made = make_course("CPA-3", valid_months=24, languages=("en",))
    person = learning.make_learner(certificate_name_confirmed_at=learning.AT)
    enrolment = make_completed(made.course, person)
    issue(enrolment=enrolment, at=learning.AT)
    end = timezone.localdate() + timedelta(days=26)
    Certificate.objects.update(valid_until=end)
    renew = reverse("renew_certificate", args=[person.certificates.get().code])
    page = my_learning(person)
    assert (f'action="{renew}"' in page, "Your certificate is valid until" in page) == (True, True)
    signed_in(person).post(renew)
    assert f'action="{renew}"' not in my_learning(person)
    person.enrolments.filter(completed_at=None).delete()
    # Long after its end nobody is reminded any more.
    Certificate.objects.update(valid_until=timezone.localdate() - timedelta(days=91))
    assert f'action="{renew}"' not in my_learning(person)


def test_paths_cost_the_same_whatever_is_in_them(site: Any, django_assert_num_queries: Any) -> None:
    made = [make_course(f"CPA-{n}", lessons=1, questions=1, languages=("en",)) for n in range(6)]
    person = learning.make_learner()
    client = signed_in(person)
    for code, part in (("P1", made[:1]), ("P2", made)):
        paths.start(person, paths.make_path(code, code, courses=part))
        client.get("/en/learning/")
        # One of them asks what is required of the person.
        with django_assert_num_queries(15):
            client.get("/en/learning/")


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (None, "my_learning"),
        (Role.MANAGER, "my_team"),
        (Role.DEPUTY, "my_team"),
        (Role.TRAINER, "my_workshops"),
    ],
)
def test_each_role_lands_on_its_own_page(site: Any, role: Role | None, where: str) -> None:
    person = learning.make_learner(language="nl")
    if role:
        people.grant(person, role, people.make_unit() if role != Role.TRAINER else None)
    response = signed_in(person).get("/en/welcome/")
    assert response["Location"] == reverse(where).replace("/en/", "/nl/")


def test_who_edits_lands_in_the_cms(site: Any) -> None:
    person = learning.make_learner(is_staff=True, is_superuser=True)
    assert signed_in(person).get("/en/welcome/")["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("name", ["my_learning", "my_certificates", "after_sign_in", "my_team", "my_workshops"])
def test_strangers_are_asked_to_sign_in(site: Any, client: Any, name: str) -> None:
    response = client.get(reverse(name))
    assert unquote(response["Location"]) == f"/en/account/login/?next={reverse(name)}"
