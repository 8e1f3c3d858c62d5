"""An activity without its player: as a form, in words, as a quiz; and what is kept of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from academy.people.models import User
from academy.templatetags.academy import percent
from courses.attempts.enums import Trust, Way
from courses.attempts.models import ActivityAttempt
from curriculum.h5p.models import Activity, Package
from curriculum.h5p.storage import package_folder
from tests.factories import activities as make
from tests.factories import courses as learning
from tests.factories import h5p
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.django_db
TRUE_FALSE = {"question": "<p>Repair stands above recycling.</p>", "correct": "true", "l10n": {}, "behaviour": {}}


@pytest.fixture
def ladder(academy: Any, tmp_path: Any, settings: Any) -> Activity:
    """A question with one right answer in the first lesson, with a text alternative."""
    settings.PRIVATE_ROOT = tmp_path
    found = make.activity(title="True or not", alternative="<p>Think of <b>repair</b>.</p>")
    library = h5p.library("H5P.TrueFalse", major=1, minor=8)
    make.package(found, h5p.package(library, content=TRUE_FALSE))
    make.activity_in_lesson(academy.lessons[0], found)
    return found


@pytest.fixture
def learner(academy: Any) -> User:
    """Somebody who takes the course."""
    return learning.make_learner(academy)


def address(academy: Any, activity: Activity, language: str = "en") -> str:
    """Where the page is."""
    lesson = academy.lessons[0].translation_key
    return reverse("activity", args=[lesson, activity.translation_key]).replace("/en/", f"/{language}/")


def post(person: User, academy: Any, activity: Activity, **form: str) -> str:
    """Hand the form in and read the page that follows."""
    response = signed_in(person).post(address(academy, activity), form, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_the_same_questions_are_answered_as_a_form_and_marked_by_the_server(
    academy: Any, ladder: Activity, learner: User
) -> None:
    page = signed_in(learner).get(address(academy, ladder)).content.decode()
    assert "Repair stands above recycling." in page
    assert re.findall(r'type="radio" name="(\w+)" value="(\w+)"', page) == [("q1", "true"), ("q1", "false")]
    assert "correct" not in page
    said = post(learner, academy, ladder, way="questions", q1="false")
    assert f"Your result: {percent(0)}." in said
    said = post(learner, academy, ladder, way="questions", q1="true")
    assert f"Your result: {percent(100)}." in said
    kept = ActivityAttempt.objects.order_by("number").values_list("person", "way", "raw", "max", "trust")
    assert list(kept) == [
        (learner.pk, Way.QUESTIONS, 0, 1, Trust.SERVER),
        (learner.pk, Way.QUESTIONS, 1, 1, Trust.SERVER),
    ]


def test_an_old_version_that_cannot_be_marked_asks_no_questions(
    academy: Any, learner: User, tmp_path: Any, settings: Any
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    old = make.activity(title="Old", alternative="<p>Think of <b>repair</b>.</p>")
    content = {"question": "<p>Which?</p>", "answers": [{"text": "<div>Repair</div>", "correct": True}]}
    make.package(old, h5p.package(h5p.library("H5P.MultiChoice", major=1, minor=9), content=content))
    make.activity_in_lesson(academy.lessons[0], old)
    page = signed_in(learner).get(address(academy, old)).content.decode()
    assert ('name="q1"' in page, "Think of <b>repair</b>." in page) == (False, True)


def test_an_activity_whose_files_are_being_restored_is_done_in_another_way(
    academy: Any, ladder: Activity, learner: User
) -> None:
    (package,) = Package.objects.all()
    package_folder(package).rename(package_folder(package).with_name("away"))
    response = signed_in(learner).get(address(academy, ladder))
    assert (response.status_code, 'name="q1"' in response.content.decode()) == (200, False)
    post(learner, academy, ladder, way="text")
    assert ActivityAttempt.objects.get().way == Way.TEXT


def test_a_text_that_was_worked_through_does_the_activity(academy: Any, ladder: Activity, learner: User) -> None:
    page = signed_in(learner).get(address(academy, ladder)).content.decode()
    assert "<p>Think of <b>repair</b>.</p>" in page
    assert "Noted." in post(learner, academy, ladder, way="text")
    assert [(each.way, each.percent) for each in ActivityAttempt.objects.all()] == [(Way.TEXT, None)]


def test_where_a_score_is_asked_for_reading_is_not_enough(academy: Any, ladder: Activity, learner: User) -> None:
    Activity.objects.filter(pk=ladder.pk).update(rule="passed")
    ladder.refresh_from_db()
    ladder.save()
    page = signed_in(learner).get(address(academy, ladder)).content.decode()
    assert "I have worked through it" not in page
    assert f"at least {percent(70)}" in page
    post(learner, academy, ladder, way="text")
    assert list(ActivityAttempt.objects.all()) == []


@pytest.mark.parametrize("form", [{"q1": "perhaps"}, {"q1": ["true", "false"]}, {"way": "nothing", "q1": "x" * 5000}])
def test_what_the_form_does_not_offer_is_refused_with_a_word(
    academy: Any, ladder: Activity, learner: User, form: dict[str, Any]
) -> None:
    response = signed_in(learner).post(address(academy, ladder), form, follow=True)
    assert (response.status_code, len(ActivityAttempt.objects.all())) == (200, 0)
    assert re.search(r"(?s)<main.*role=.(status|alert)", response.content.decode())


def test_strangers_read_it_and_are_asked_to_sign_in_when_they_answer(academy: Any, ladder: Activity) -> None:
    page = Client().get(address(academy, ladder))
    assert page.status_code == 200
    assert "Nothing is kept, because you do not take this course." in page.content.decode()
    assert "Check my answers" not in page.content.decode()
    response = Client().post(address(academy, ladder), {"q1": "true"})
    assert response.status_code == 302
    assert response["Location"].startswith("/en/account/login/?next=")


def test_nothing_is_kept_for_who_does_not_take_the_course(academy: Any, ladder: Activity) -> None:
    said = post(make_person(), academy, ladder, q1="true")
    assert list(ActivityAttempt.objects.all()) == []
    assert "True or not" in said


def test_an_activity_that_does_not_stand_in_the_lesson_is_not_there(academy: Any, ladder: Activity) -> None:
    other = make.activity()
    assert Client().get(address(academy, other)).status_code == 404
    lesson = academy.lessons[1].translation_key
    assert Client().get(reverse("activity", args=[lesson, ladder.translation_key])).status_code == 404


def test_in_another_language_the_source_is_shown_with_its_language(
    academy: Any, ladder: Activity, learner: User
) -> None:
    page = signed_in(learner).get(address(academy, ladder, "nl")).content.decode()
    assert '<bdi lang="en">True or not</bdi>' in page


def test_the_page_costs_a_fixed_number_of_queries(
    academy: Any, ladder: Activity, learner: User, django_assert_num_queries: Any
) -> None:
    browser = signed_in(learner)
    browser.get(address(academy, ladder))
    with django_assert_num_queries(5):
        browser.get(address(academy, ladder))
