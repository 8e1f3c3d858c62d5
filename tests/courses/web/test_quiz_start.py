"""The start page: what the quiz is for this person, what was tried, when one can begin, whom one can ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.people.enums import Role
from academy.people.models import User
from courses.attempts.models import AttemptRequest, QuizAttempt
from courses.flows.mark_attempt import grant_attempt
from curriculum.quizzes.models import Quiz
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_quiz
from tests.factories.people import grant, make_person, signed_in

from .quiz_pages import check, form, question, result, start

pytestmark = pytest.mark.one_database


def trainer(name: str = "Marten Visser") -> User:
    """A trainer for everybody."""
    person = make_person(display_name=name)
    grant(person, Role.TRAINER)
    return person


def fail(person: User, made: Any, times: int = 1) -> QuizAttempt:
    """Attempts with nothing right."""
    for _ in range(times):
        attempt = learning.begin_quiz(person, made)
        learning.hand_in(person, attempt)
    return attempt


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ("best", "The best attempt counts."),
        ("last", "The last attempt counts."),
        ("first", "The first attempt counts."),
        ("average", "The average of all attempts counts."),
    ],
)
def test_it_says_which_attempt_counts(site: Any, counts: str, words: str) -> None:
    made = make_course(rules={"counts": counts})
    assert words in signed_in(learning.make_learner(made)).get(start(made)).content.decode()


def test_it_says_when_the_quiz_opens_and_closes_with_weekday_and_zone(site: Any) -> None:
    opens = timezone.now().replace(microsecond=0) + timedelta(days=2)
    made = make_course(rules={"opens_at": opens, "closes_at": opens + timedelta(days=7), "wait_minutes": 90})
    client = signed_in(learning.make_learner(made))
    page = client.get(start(made)).content.decode()
    when = f"{timezone.localtime(opens, timezone.get_default_timezone()):%a}"
    assert f"This quiz opens on {when}" in page
    assert "(Brussels time)" in page
    assert "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}min" in page
    assert "Start the quiz" not in page
    assert "This quiz is not open yet." in client.post(start(made), follow=True).content.decode()
    Quiz.objects.update(opens_at=None, closes_at=timezone.now() - timedelta(days=1))
    assert "This quiz closed on" in client.get(start(made)).content.decode()


def test_between_two_attempts_it_says_when_one_can_try_again(site: Any) -> None:
    made = make_course(rules={"wait_minutes": 1440})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made, timezone.now())
    learning.hand_in(person, attempt, timezone.now())
    page = signed_in(person).get(start(made)).content.decode()
    assert "You can try again from" in page
    assert "Try again</button>" not in page


def test_an_attempt_that_waits_for_a_trainer_is_listed_without_a_score(site: Any) -> None:
    made = make_course(kinds=("open_text",))
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True])
    learning.hand_in(person, attempt)
    page = signed_in(person).get(start(made)).content.decode()
    assert "Your last attempt waits to be marked." in page
    assert page.count("Waits to be marked") == 1
    assert "0\N{NO-BREAK SPACE}%</p>" not in page


def test_scores_that_are_not_shown_yet_are_not_listed_either(site: Any) -> None:
    made = make_course(rules={"show_marks": "last"})
    person = learning.make_learner(made)
    fail(person, made)
    client = signed_in(person)
    scored = ", 0\N{NO-BREAK SPACE}%"
    assert scored not in client.get(start(made)).content.decode()
    fail(person, made, 2)
    assert client.get(start(made)).content.decode().count(scored) == 3


def test_the_quiz_of_the_frozen_rule_is_shown_after_the_course_has_got_another(academy: Any) -> None:
    person = learning.make_learner(academy)
    other = make_quiz("other", questions=5, pass_mark=90)
    academy.course.quiz = other
    academy.course.save_revision().publish()
    page = signed_in(person).get(start(academy)).content.decode()
    assert ("Quiz cpa-9" in page, "Quiz other" in page) == (True, False)
    assert "at least 70\N{NO-BREAK SPACE}%" in page
    newcomer = signed_in(learning.make_learner(academy)).get(start(academy)).content.decode()
    assert ("Quiz cpa-9" in newcomer, "Quiz other" in newcomer) == (False, True)


def test_the_questions_can_be_tried_before_the_course_and_the_score_stays(site: Any) -> None:
    made = make_course(rules={"pretest": True})
    person = learning.make_learner(made)
    client = signed_in(person)
    before = reverse("quiz_pretest", args=[made.course.translation_key])
    assert "Try the questions before the course; it does not count." in client.get(start(made)).content.decode()
    response = client.post(before)
    attempt = QuizAttempt.objects.get()
    assert (attempt.purpose, response["Location"]) == ("pretest", question(attempt, 1))
    assert "Go on trying" in client.get(start(made)).content.decode()
    client.post(question(attempt, 1), form(attempt, 1))
    page = client.get(check(attempt)).content.decode()
    assert "name on the certificate" not in page
    client.post(check(attempt))
    page = client.get(start(made)).content.decode()
    assert "You reached 33\N{NO-BREAK SPACE}% on" in page
    assert "Start the quiz" in page
    seen = client.get(result(attempt)).content.decode()
    assert "33\N{NO-BREAK SPACE}%" in seen
    assert [words for words in ("Because", "Right", "Not right", "Question by question") if words in seen] == []
    assert "You have used all attempts" in client.post(before, follow=True).content.decode()


def test_a_quiz_without_a_pretest_offers_none(academy: Any) -> None:
    client = signed_in(learning.make_learner(academy))
    assert "Before the course" not in client.get(start(academy)).content.decode()
    client.post(reverse("quiz_pretest", args=[academy.course.translation_key]))
    assert QuizAttempt.objects.count() == 0


def test_after_the_last_failed_attempt_a_trainer_can_be_asked_once(academy: Any) -> None:
    marten = trainer()
    person = learning.make_learner(academy)
    attempt = fail(person, academy, 3)
    client = signed_in(person)
    ask = reverse("quiz_ask", args=[academy.course.translation_key])
    for address in (start(academy), result(attempt)):
        page = client.get(address).content.decode()
        assert "You can ask Marten Visser for another attempt. Nobody else sees that you asked." in page
    page = client.post(ask, {"trainer": marten.pk}, follow=True).content.decode()
    assert "You have asked Marten Visser for another attempt." in page
    assert "You asked Marten Visser on" in page
    client.post(ask, {"trainer": marten.pk})
    request = AttemptRequest.objects.get()
    grant_attempt(public_id=request.public_id, by=marten, at=timezone.now())
    page = client.get(start(academy)).content.decode()
    assert "<dt>Attempts left</dt><dd>1</dd>" in page
    assert "Try again</button>" in page
    client.post(start(academy))
    fourth = QuizAttempt.objects.filter(state="open").get()
    assert fourth.number == 4
    assert "This is attempt" not in client.get(check(fourth)).content.decode()


def test_of_several_trainers_one_is_chosen(academy: Any) -> None:
    trainer("Anna Kowalska")
    trainer("Marten Visser")
    person = learning.make_learner(academy)
    fail(person, academy, 3)
    client = signed_in(person)
    page = client.get(start(academy)).content.decode()
    assert "Only the trainer that you choose sees that you asked." in page
    assert page.count('type="radio" name="trainer"') == 2
    ask = reverse("quiz_ask", args=[academy.course.translation_key])
    assert "Choose whom you want to ask." in client.post(ask, follow=True).content.decode()
    for forged in (person.pk, make_person().pk, "9" * 30, "²"):
        client.post(ask, {"trainer": forged})
    assert AttemptRequest.objects.count() == 0


def test_while_attempts_are_left_nobody_is_asked(academy: Any) -> None:
    marten = trainer()
    person = learning.make_learner(academy)
    fail(person, academy)
    client = signed_in(person)
    assert "Ask for another attempt" not in client.get(start(academy)).content.decode()
    ask = reverse("quiz_ask", args=[academy.course.translation_key])
    page = client.post(ask, {"trainer": marten.pk}, follow=True).content.decode()
    assert "You cannot ask for another attempt at the moment." in page
    assert AttemptRequest.objects.count() == 0


def test_the_start_page_counts_its_queries(academy: Any, django_assert_max_num_queries: Any) -> None:
    person = learning.make_learner(academy)
    fail(person, academy, 2)
    client = signed_in(person)
    client.get(start(academy))
    with django_assert_max_num_queries(12):
        client.get(start(academy))
