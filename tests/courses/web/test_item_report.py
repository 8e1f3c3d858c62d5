"""Pages of reports and of grading again: numbers for trainers and administrators, names only where they act."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from academy.people.enums import Role
from academy.people.models import User
from academy.templatetags.academy import percent
from courses.attempts.models import QuizAttempt, Regrade, RegradedAttempt
from courses.certificates.models import Certificate
from courses.web.views import item_report as views
from curriculum.quizzes.models import Choice, Question
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import grant, make_person, make_unit, signed_in


@pytest.fixture
def trainer(site: Any) -> User:
    """A trainer for everybody."""
    person = make_person(display_name="Tess Trainer")
    grant(person, Role.TRAINER)
    return person


@pytest.fixture
def client(trainer: User) -> Client:
    """The trainer's browser."""
    return signed_in(trainer)


@pytest.fixture
def made(site: Any) -> Any:
    """A course with one lesson and a quiz of two questions."""
    return make_course(lessons=1, questions=2)


def take(made: Any, *rights: bool, **fields: Any) -> User:
    """Somebody does the lesson and hands in the quiz."""
    person = learning.make_learner(made, **fields)
    learning.finish_lessons(person, made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, list(rights))
    learning.hand_in(person, attempt)
    return person


def turn_key(question: Question) -> None:
    """Make an option right that was wrong, and the other way round."""
    for choice in Choice.objects.filter(question=question):
        choice.correct = not choice.correct if choice.text in ("right", "wrong") else choice.correct
        choice.save()


def report_url(made: Any, language: str = "en") -> str:
    """The report's address."""
    return reverse("item_report", args=[made.quiz.translation_key]).replace("/en/", f"/{language}/")


def regrade_url(made: Any) -> str:
    """The address for grading the first question again."""
    return reverse("regrade", args=[made.questions[0].translation_key])


def text_of(response: Any, status: int = 200) -> str:
    """A page's source, whatever its line breaks."""
    assert response.status_code == status
    return re.sub(r"[ \n]+", " ", response.content.decode())


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PLATFORM_ADMIN])
def test_trainers_and_administrators_read_reports(made: Any, role: Role) -> None:
    person = make_person()
    grant(person, role)
    browser = signed_in(person)
    assert browser.get(reverse("item_reports")).status_code == 200
    assert browser.get(report_url(made)).status_code == 200
    page = text_of(browser.get(report_url(made)))
    assert (f'href="{reverse("trainer_home")}"' in page) == (role == Role.TRAINER)


@pytest.mark.parametrize("role", [None, Role.MANAGER, Role.ORGANISATION_ADMIN])
def test_nobody_else_does(made: Any, role: Role | None) -> None:
    person = make_person()
    if role is not None:
        grant(person, role, make_unit())
    browser = signed_in(person)
    for url in (reverse("item_reports"), report_url(made), regrade_url(made)):
        assert browser.get(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_quizzes_are_listed_with_attempts_and_from_five_with_the_share_that_passed(made: Any, client: Client) -> None:
    assert "No quiz was handed in yet" in text_of(client.get(reverse("item_reports")))
    for _ in range(4):
        take(made, True, True)
    page = text_of(client.get(reverse("item_reports")))
    assert f'<a href="{report_url(made)}">Quiz cpa-9</a>' in page
    assert "too few to say" in page
    take(made, False, False)
    page = text_of(client.get(reverse("item_reports")))
    assert f">{percent(80)}<" in page


def test_below_five_attempts_a_report_shows_no_question(made: Any, client: Client) -> None:
    for _ in range(4):
        take(made, True, True)
    page = text_of(client.get(report_url(made)))
    assert "Too few attempts" in page
    assert "Question cpa-9-1?" not in page


def test_a_report_names_nobody_and_says_each_bar_in_words(made: Any, client: Client) -> None:
    people = [take(made, right, True, display_name=f"Ada {n}") for n, right in enumerate((True,) * 4 + (False,))]
    page = text_of(client.get(report_url(made)))
    assert "Question cpa-9-1?" in page
    assert f'{percent(80)} <span class="muted">(4)</span>' in page
    assert '<strong class="small">right</strong>' in page
    assert "5 of 5" in page
    for person in people:
        assert person.display_name not in page
        assert person.email not in page


def test_a_report_is_in_the_readers_language(made: Any, client: Client) -> None:
    for _ in range(5):
        take(made, True, True)
    page = text_of(client.get(report_url(made, "nl")))
    assert "Question cpa-9-1? [nl]" in page
    assert "right [nl]" in page


def test_an_unknown_quiz_or_question_is_not_found(made: Any, client: Client) -> None:
    assert client.get(reverse("item_report", args=[uuid4()])).status_code == 404
    assert client.get(reverse("item_report", args=[made.course.translation_key])).status_code == 404
    assert client.get(reverse("regrade", args=[uuid4()])).status_code == 404


def test_who_may_edit_finds_the_question_in_the_cms(made: Any, client: Client, trainer: User) -> None:
    for _ in range(5):
        take(made, True, True)
    edit = f"/admin/snippets/curriculum/question/edit/{made.questions[0].pk}/"
    assert edit not in text_of(client.get(report_url(made)))
    trainer.user_permissions.set(
        Permission.objects.filter(codename__in=["change_question", "access_admin", "add_question"])
    )
    assert "Edit the question" in text_of(client.get(report_url(made)))
    assert f"/{made.questions[0].pk}/" in text_of(client.get(report_url(made)))


@pytest.mark.parametrize("attempts", [5, 9])
def test_a_report_page_costs_the_same_however_many_attempts(
    made: Any, client: Client, django_assert_max_num_queries: Any, attempts: int
) -> None:
    for _ in range(attempts):
        take(made, True, False)
    client.get(report_url(made))
    with django_assert_max_num_queries(20):
        client.get(report_url(made))


def test_a_trainer_of_a_unit_reads_reports_and_does_not_grade_again(made: Any) -> None:
    person = make_person()
    grant(person, Role.TRAINER, make_unit())
    for _ in range(5):
        take(made, True, True)
    browser = signed_in(person)
    page = text_of(browser.get(report_url(made)))
    assert regrade_url(made) not in page
    assert browser.get(regrade_url(made)).status_code == 403
    assert browser.post(regrade_url(made), {"reason": "because"}).status_code == 403
    assert Regrade.objects.count() == 0


def test_the_preview_says_who_changes_from_what_to_what(made: Any, client: Client) -> None:
    take(made, False, True, display_name="Ada Right")
    take(made, True, True, display_name="Ben Wrong")
    turn_key(made.questions[0])
    page = text_of(client.get(regrade_url(made)))
    assert "2 attempts were graded by another key." in page
    assert "Ben Wrong" in page
    assert f"2 of 2, {percent(100)}" in page
    assert f"1 of 2, {percent(50)}" in page
    assert "No more" in page
    assert "Certificates that were issued stay. Revoke them one by one if you must." in page
    assert Regrade.objects.count() == 0


def test_a_reason_is_asked_for_and_nothing_is_done_without(made: Any, client: Client) -> None:
    take(made, True, True)
    turn_key(made.questions[0])
    page = text_of(client.post(regrade_url(made), {"reason": " "}), 422)
    assert "Say why: others will read it in a year." in page
    assert QuizAttempt.objects.get().passed is True
    assert Regrade.objects.count() == 0


def test_grading_again_is_said_and_listed_with_who_when_and_why(made: Any, client: Client, trainer: User) -> None:
    take(made, True, True)
    turn_key(made.questions[0])
    page = text_of(client.post(regrade_url(made), {"reason": "The <b>wrong</b> key."}, follow=True))
    assert "Graded again. 1 attempt has another score now." in page
    assert "Nothing to grade again" in page
    assert "Tess Trainer" in page
    assert "The &lt;b&gt;wrong&lt;/b&gt; key." in page
    assert "newly passed: 0, no more: 1" in page
    attempt = QuizAttempt.objects.get()
    assert (attempt.percent, attempt.passed) == (50, False)
    assert Certificate.objects.get().status == "valid"


def test_a_second_time_nothing_is_done(made: Any, client: Client) -> None:
    take(made, True, True)
    turn_key(made.questions[0])
    client.post(regrade_url(made), {"reason": "wrong key"})
    page = text_of(client.post(regrade_url(made), {"reason": "wrong key"}, follow=True))
    assert "No attempt would change. Nothing was done." in page
    assert (Regrade.objects.count(), RegradedAttempt.objects.count()) == (1, 1)


def test_a_long_list_is_cut_and_counted(made: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CHANGES_SHOWN", 2)
    for _ in range(3):
        take(made, True, True)
    turn_key(made.questions[0])
    page = text_of(client.get(regrade_url(made)))
    assert "The first 2 of 3 are listed." in page
    assert page.count('<th scope="row">') == 2
