"""The quiz's pages: nothing given away, nothing lost, nothing graded twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from courses.attempts.models import Answer, QuizAttempt
from courses.attempts.queries import ANSWERS_KEPT, frozen_questions
from courses.attempts.rules import forget_answers
from courses.certificates.models import Certificate
from courses.progress.models import LearningEvent
from tests.factories import courses as learning
from tests.factories.curriculum import make_course
from tests.factories.people import PASSWORD, signed_in

NAME = {"certificate_name": "Jana Albers"}


def question(attempt: QuizAttempt, number: int, language: str = "en") -> str:
    """Address of a question."""
    with translation.override(language):
        return reverse("quiz_question", args=[attempt.public_id, number])


def check(attempt: QuizAttempt) -> str:
    """Address of the check page."""
    return reverse("quiz_check", args=[attempt.public_id])


def start(made: Any) -> str:
    """Address of the start page."""
    return reverse("quiz_start", args=[made.course.translation_key])


def test_a_whole_quiz_by_plain_forms(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    client = signed_in(person)
    assert "Start the quiz" in client.get(start(academy)).content.decode()
    response = client.post(start(academy))
    attempt = QuizAttempt.objects.get()
    for number in (1, 2, 3):
        assert response["Location"] == question(attempt, number)
        assert client.get(response["Location"]).status_code == 200
        response = client.post(
            response["Location"], {"choice": learning.places_of(attempt, number, right=True), "go": "next"}
        )
    assert response["Location"] == check(attempt)
    assert "Hand in" in client.get(check(attempt)).content.decode()
    response = client.post(check(attempt), NAME)
    assert response["Location"] == reverse("quiz_result", args=[attempt.public_id])
    page = client.get(response["Location"]).content.decode()
    certificate = Certificate.objects.get()
    assert (certificate.holder_name, certificate.code in page, "Passed" in page) == ("Jana Albers", True, True)


def test_nothing_before_handing_in_says_what_is_right(site: Any) -> None:
    made = make_course(questions=6)
    person = learning.make_learner(made)
    client = signed_in(person)
    pages = [client.get(start(made)), client.post(start(made))]
    attempt = QuizAttempt.objects.get()
    for number in range(1, 7):
        pages.append(client.get(question(attempt, number)))
        pages.append(client.post(question(attempt, number), {"choice": "1"}))
    pages += [client.get(check(attempt)), client.get(reverse("quiz_result", args=[attempt.public_id]))]
    secrets = ["correct", "Because", *(option["id"] for q in frozen_questions(attempt) for option in q["options"])]
    said = "".join(page.content.decode() + str(page.headers) for page in pages)
    assert [secret for secret in secrets if secret in said] == []
    # Options differ by text and place alone.
    values = re.findall(r'name="choice" value="([^"]+)"', client.get(question(attempt, 1)).content.decode())
    assert values == ["1", "2", "3"]


def test_the_right_option_stands_anywhere(academy: Any) -> None:
    where: Counter[str] = Counter()
    for _ in range(12):
        person = learning.make_learner(academy)
        attempt = learning.begin_quiz(person, academy)
        where.update(place for number in (1, 2, 3) for place in learning.places_of(attempt, number, right=True))
    # 36 questions, three places: each is used, by far from always.
    assert set(where) == {"1", "2", "3"}
    assert max(where.values()) < 30


def test_the_order_stays_the_same_at_each_look_and_in_each_language(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)

    def options(language: str) -> list[str]:
        page = client.get(question(attempt, 1, language)).content.decode()
        return [text.strip() for text in re.findall(r'value="\d"[^>]*> <span>(.*?)</span>', page)]

    english = options("en")
    assert options("en") == english
    assert options("nl") == [f"{text} [nl]" for text in english]


def test_answers_and_place_stay_when_the_language_changes(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    right = learning.places_of(attempt, 2, right=True)
    client.post(question(attempt, 2), {"choice": right})
    page = client.get(question(attempt, 2, "nl")).content.decode()
    assert f'value="{right[0]}" checked' in page
    assert f'href="{question(attempt, 2, "en")}"' in page
    # An untranslated language shows the source's words, and says which language they are in.
    assert '<bdi lang="en">Question cpa-9-2?</bdi>' in client.get(question(attempt, 2, "de")).content.decode()


def test_the_check_lists_what_is_open_and_leaves_it_possible(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True])
    page = client.get(check(attempt)).content.decode()
    assert "2 questions have no answer yet." in page
    assert 'value="Person' in page
    client.post(check(attempt), NAME)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.percent, attempt.passed) == ("submitted", 33, False)


def test_without_a_name_nothing_is_handed_in(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    response = client.post(check(attempt), {"certificate_name": " "})
    attempt.refresh_from_db()
    assert (response.status_code, attempt.state) == (200, "open")
    assert "is-wrong" in response.content.decode()


def test_a_failed_quiz_says_what_was_wrong_and_where_to_read_again(academy: Any) -> None:
    for one in academy.questions:
        type(one).objects.filter(translation_key=one.translation_key).update(
            read_again_key=academy.lessons[1].translation_key
        )
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, False, False])
    client.post(check(attempt), NAME)
    page = client.get(reverse("quiz_result", args=[attempt.public_id])).content.decode()
    assert "Not passed yet" in page
    assert "Because wrong" in page
    assert page.count(f'href="{academy.lessons[1].url}">') >= 2
    # A second try is to come: which option is right is not said yet.
    assert "Right would have been" not in page
    assert "2 attempts left" in page
    response = client.post(start(academy))
    second = QuizAttempt.objects.get(number=2)
    assert response["Location"] == question(second, 1)


def test_the_right_options_are_told_once_there_is_no_further_try(academy: Any) -> None:
    person = learning.make_learner(academy)
    for _ in range(3):
        attempt = learning.begin_quiz(person, academy)
        learning.answer(person, attempt, [False])
        learning.hand_in(person, attempt)
    client = signed_in(person)
    page = client.get(reverse("quiz_result", args=[attempt.public_id])).content.decode()
    assert page.count("Right would have been") == 3
    assert "You have used all attempts" in page
    response = client.post(start(academy), follow=True)
    assert "You have used all attempts at this quiz." in response.content.decode()


def test_a_result_whose_answers_were_deleted_says_so_and_keeps_the_score(academy: Any) -> None:
    person = learning.make_learner(academy)
    old = timezone.now() - ANSWERS_KEPT - timedelta(minutes=1)
    attempt = learning.begin_quiz(person, academy, old)
    learning.answer(person, attempt, [True] * 3, old)
    learning.hand_in(person, attempt, old)
    result = reverse("quiz_result", args=[attempt.public_id])
    gone = "The answers of this attempt were deleted after 12 months."
    before = signed_in(person).get(result).content.decode()
    assert (gone in before, "Question by question" in before) == (False, True)
    forget_answers(at=timezone.now())
    page = signed_in(person).get(result).content.decode()
    assert page.count(gone) == 1
    assert [
        words for words in ("Question by question", "No answer.", "Not right", "Right would") if words in page
    ] == []
    attempt.refresh_from_db()
    assert "Passed" in page
    assert f'<p class="score">{attempt.percent}' in page


def test_a_young_result_without_answers_was_not_answered(academy: Any) -> None:
    person = learning.make_learner(academy)
    now = timezone.now()
    attempt = learning.begin_quiz(person, academy, now)
    learning.hand_in(person, attempt, now)
    page = signed_in(person).get(reverse("quiz_result", args=[attempt.public_id])).content.decode()
    assert page.count("No answer.") == 3
    assert "deleted after 12 months" not in page


def test_leaving_and_coming_back_tells_no_right_option_while_tries_are_left(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [False])
    learning.hand_in(person, attempt)
    client = signed_in(person)
    result = reverse("quiz_result", args=[attempt.public_id])
    key = academy.course.translation_key
    client.post(reverse("leave", args=[key]))
    left = client.get(result).content.decode()
    client.post(reverse("enrol", args=[key]))
    back = client.get(result).content.decode()
    client.post(start(academy))
    open_again = client.get(result).content.decode()
    assert ["Right would have been" in page for page in (left, back, open_again)] == [False, False, False]
    # Coming back resumes the window: the try from before counts, and the form on its result leads on.
    assert "2 attempts left" in back
    assert "Go on with the quiz" in open_again


def test_a_quiz_posted_twice_changes_nothing_and_says_why(academy: Any) -> None:
    person = learning.make_learner(academy)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, True, True])
    client.post(check(attempt), NAME)
    before = list(QuizAttempt.objects.values()), list(Answer.objects.values())
    for address, data in ((check(attempt), {"certificate_name": "Other"}), (question(attempt, 1), {"choice": "1"})):
        response = client.post(address, data, follow=True)
        assert "This attempt was handed in before. Nothing was changed." in response.content.decode()
    person.refresh_from_db()
    assert (list(QuizAttempt.objects.values()), list(Answer.objects.values())) == before
    assert person.name_for_certificate == "Jana Albers"
    assert LearningEvent.objects.filter(fact="passed").count() == 1


def test_a_quiz_without_an_enrolment_changes_nothing_and_says_why(academy: Any) -> None:
    client = signed_in(learning.make_learner())
    assert "Start the course first." in client.get(start(academy)).content.decode()
    response = client.post(start(academy), follow=True)
    assert response.redirect_chain == [(academy.course.url, 302)]
    assert "Start the course first. Nothing was changed." in response.content.decode()
    assert QuizAttempt.objects.count() == 0


def test_an_attempt_of_a_course_that_was_left_says_why(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    attempt.enrolment.__class__.objects.update(left_at=learning.AT)
    response = signed_in(person).post(question(attempt, 1), {"choice": "1"}, follow=True)
    assert "You do not take this course at the moment" in response.content.decode()
    assert Answer.objects.count() == 0


def test_other_people_s_attempts_do_not_exist(academy: Any) -> None:
    attempt = learning.begin_quiz(learning.make_learner(academy), academy)
    client = signed_in(learning.make_learner(academy))
    for address in (question(attempt, 1), check(attempt), reverse("quiz_result", args=[attempt.public_id])):
        assert client.get(address).status_code == 404
    assert client.post(question(attempt, 1), {"choice": "1"}).status_code == 404
    assert client.post(check(attempt), NAME).status_code == 404
    assert client.get(reverse("quiz_result", args=[uuid4()])).status_code == 404
    assert Answer.objects.count() == 0


def test_numbers_that_the_attempt_does_not_have_do_not_exist(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    client = signed_in(person)
    assert [client.get(question(attempt, number)).status_code for number in (0, 4)] == [404, 404]


def test_an_open_attempt_s_result_leads_back_to_its_question(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True])
    response = signed_in(person).get(reverse("quiz_result", args=[attempt.public_id]))
    assert response["Location"] == question(attempt, 2)


def test_an_answer_typed_after_the_session_ended_is_shown_again_after_signing_in(academy: Any) -> None:
    person = learning.make_learner(academy, password=PASSWORD)
    client = signed_in(person)
    attempt = learning.begin_quiz(person, academy)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    response = client.post(
        question(attempt, 2), {"choice": "3"}, headers={"Referer": f"http://testserver{question(attempt, 2)}"}
    )
    assert response["Location"].startswith("/en/account/login/")
    back = client.post(response["Location"], {"login": person.email, "password": PASSWORD})
    assert back["Location"].startswith(question(attempt, 2))
    page = client.get(back["Location"]).content.decode()
    assert "Your answer was kept while you signed in." in page
    assert 'value="3" checked' in page
    client.post(back["Location"], {"choice": "3"})
    assert Answer.objects.get().number == 2


def test_a_question_costs_few_queries(site: Any, django_assert_max_num_queries: Any) -> None:
    made = make_course(questions=12)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    client = signed_in(person)
    client.get(question(attempt, 1))
    with django_assert_max_num_queries(10):
        client.get(question(attempt, 2))
    with django_assert_max_num_queries(10):
        client.get(check(attempt))
