"""The page of a question of every kind: answered by a plain form, shown again as answered, giving nothing away."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from courses.attempts.models import Answer, HandedIn, QuizAttempt
from courses.attempts.queries import frozen_questions, token_of
from curriculum.quizzes.models import Question, QuizQuestion
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_question
from tests.factories.people import signed_in

from .quiz_pages import ALL, NAME, SCRIPT, all_kinds, check, form, pdf, question, result

pytestmark = pytest.mark.one_database


@pytest.fixture
def taken(site: Any) -> tuple[Any, QuizAttempt]:
    """Somebody's browser and their open attempt at a quiz of all kinds."""
    made = all_kinds()
    person = learning.make_learner(made)
    return signed_in(person), learning.begin_quiz(person, made)


def field(page: str, name: str) -> str:
    """A control of a page, by its name."""
    text = rf'<input[^>]* name="{name}"[^>]*>|<select name="{name}".*?</select>|<textarea name="{name}".*?</textarea>'
    found = re.search(text, page, re.DOTALL)
    assert found, name
    return found[0]


def test_every_kind_is_answered_by_a_plain_form_and_shown_as_answered(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    for number, kind in enumerate(ALL, 1):
        data = {"file": pdf(), "question": token_of(attempt, number)} if kind == "hand_in" else form(attempt, number)
        response = client.post(question(attempt, number), {**data, "go": "stay"})
        assert (kind, response["Location"]) == (kind, question(attempt, number))
    pages = [client.get(question(attempt, number)).content.decode() for number in range(1, 10)]
    assert [page.count(" checked") for page in pages] == [1, 2, 1, 0, 0, 0, 0, 0, 0]
    for number, name in ((4, "place"), (5, "match")):
        posted = {key: values[0] for key, values in learning.form_of(attempt, number, right=True).items()}
        shown = {key: re.findall(r'value="(\d)"[^>]* selected', field(pages[number - 1], key))[0] for key in posted}
        assert (name, shown) == (name, posted)
    assert 'value="2409"' in field(pages[5], "number")
    assert "Read as 2,409." in pages[5]
    assert 'value="materials passport"' in field(pages[6], "text")
    assert "We ask for the performance" in field(pages[7], "text")
    assert "plan.pdf</a>" in pages[8]
    assert Answer.objects.count() == len(ALL)


def test_items_stand_in_the_order_that_the_learner_gave_them(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken

    def items() -> list[str]:
        return re.findall(r"data-words>(\w+)<", client.get(question(attempt, 4)).content.decode())

    first, second, third = items()
    client.post(question(attempt, 4), {"place-1": "3", "place-2": "1", "place-3": "2"})
    assert items() == [second, third, first]


def test_a_number_is_read_in_the_page_s_language_and_the_page_says_how(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    with translation.override("nl"):
        client.post(question(attempt, 6, "nl"), {"number": "2.409"})
    assert Answer.objects.get().value == {"typed": "2.409", "number": "2409"}
    assert "2.409" in client.get(question(attempt, 6, "nl")).content.decode()
    assert "Read as 2,409." in client.get(question(attempt, 6)).content.decode()


@pytest.mark.parametrize(
    ("number", "data", "typed"),
    [
        (6, {"number": "about many"}, 'value="about many"'),
        (7, {"text": "x" * 201}, f'value="{"x" * 201}"'),
        (1, {"choice": ["1", "2"]}, "Choose one option only."),
    ],
)
def test_what_is_no_answer_comes_back_with_its_message_and_nothing_typed_lost(
    taken: tuple[Any, QuizAttempt], number: int, data: dict[str, Any], typed: str
) -> None:
    client, attempt = taken
    client.post(question(attempt, number), form(attempt, number))
    before = list(Answer.objects.values())
    response = client.post(question(attempt, number), {**data, "question": token_of(attempt, number)})
    page = response.content.decode()
    assert response.status_code == 422
    assert typed in page
    assert re.search(r'id="quiz-error">\s*<span class="visually-hidden">Error: </span>\w+', page)
    assert list(Answer.objects.values()) == before


def test_a_document_is_shown_to_its_owner_alone_as_a_download_and_can_be_taken_back(
    taken: tuple[Any, QuizAttempt],
) -> None:
    client, attempt = taken
    client.post(question(attempt, 9), {"file": pdf("my plan.pdf"), "takes_document": "1", "go": "stay"})
    address = reverse("quiz_document", args=[attempt.public_id, 9])
    response = client.get(address)
    headers = {name: response[name] for name in ("X-Content-Type-Options", "Cache-Control")}
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert headers == {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    assert response["Content-Disposition"] == f'attachment; filename="{HandedIn.objects.get().name}"'
    assert signed_in(learning.make_learner()).get(address).status_code == 404
    page = client.post(question(attempt, 9), {"takes_document": "1", "remove": "1"}, follow=True).content.decode()
    assert HandedIn.objects.count() == Answer.objects.count() == 0
    assert "Take it back" not in page
    assert client.get(address).status_code == 404


def test_a_file_that_is_no_document_is_refused_on_its_field_and_the_old_one_stays(
    taken: tuple[Any, QuizAttempt],
) -> None:
    client, attempt = taken
    client.post(question(attempt, 9), {"file": pdf(), "go": "stay"})
    bad = pdf("plan.pdf")
    bad.file.truncate(0)
    bad.file.write(b"MZ a program")
    bad.file.seek(0)
    bad.size = 12
    response = client.post(question(attempt, 9), {"file": bad, "go": "stay"})
    assert response.status_code == 422
    assert "Save it as one of these." in response.content.decode()
    assert HandedIn.objects.get().name == "plan.pdf"


def test_without_a_file_one_only_goes_on_and_sending_none_says_so(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    response = client.post(question(attempt, 9), {"takes_document": "1", "go": "next"})
    assert response["Location"] == check(attempt)
    response = client.post(question(attempt, 9), {"takes_document": "1", "go": "stay"})
    assert response.status_code == 422
    assert "Choose a document first." in response.content.decode()


def test_a_scenario_stands_above_each_of_its_questions(site: Any) -> None:
    made = make_course(questions=1)
    stem = make_question("stem", "scenario")
    for number in range(2):
        part = make_question(f"part-{number}")
        Question.objects.filter(translation_key=part.translation_key).update(parent=stem, sort_order=number)
    QuizQuestion.objects.create(quiz=made.quiz, question=stem, sort_order=9)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    pages = [signed_in(person).get(question(attempt, n)).content.decode() for n in (1, 2, 3)]
    assert ["Question stem?" in page for page in pages] == [False, True, True]


def test_formulas_become_mathml_and_all_else_is_escaped(academy: Any) -> None:
    Question.objects.filter(translation_key=academy.questions[0].translation_key).update(
        text="Is \\(x^2\\) <b>more</b>?"
    )
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    page = signed_in(person).get(question(attempt, 1)).content.decode()
    assert "<msup>" in page
    assert "&lt;b&gt;more" in page


def test_during_an_attempt_nothing_says_what_is_right(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    answers = []
    for number, kind in enumerate(ALL, 1):
        answers.append(client.get(question(attempt, number)))
        for right in (False, True):
            if kind != "hand_in":
                answers.append(client.post(question(attempt, number), form(attempt, number, right=right, go="stay")))
                answers.append(
                    client.post(question(attempt, number), form(attempt, number, right=right), headers=SCRIPT)
                )
        answers.append(client.get(question(attempt, number)))
        answers.append(client.post(question(attempt, number), {"number": "?", "choice": "99"}))
    client.post(question(attempt, 9), {"file": pdf()})
    answers += [client.get(address, follow=True) for address in (question(attempt, 9), check(attempt), result(attempt))]
    said = "".join(answer.content.decode() + json.dumps(dict(answer.headers)) for answer in answers)
    frozen = frozen_questions(attempt)
    ids = [option["id"] for each in frozen for option in each["options"]]
    sides = [option["match"]["id"] for each in frozen for option in each["options"] if "match" in option]
    digests = attempt.frozen["digests"]
    secrets = ["SECRET", "correct", "tolerance", "digital product passport", "materialenpaspoort"]
    assert [secret for secret in (*secrets, *ids, *sides, *digests) if secret in said] == []
    # What came in the background says when and how it was read, and nothing else.
    keys = {key for answer in answers if answer["Content-Type"] == "application/json" for key in answer.json()}
    assert keys == {"saved", "words", "until", "read"}


def test_two_answers_of_the_same_form_are_answered_alike_whether_right_or_wrong(
    taken: tuple[Any, QuizAttempt],
) -> None:
    client, attempt = taken
    for number in (1, 3, 7):
        bodies = [
            re.sub(r'"saved": "[^"]*"|"words": "[^"]*"', "", response.content.decode())
            for right in (True, False)
            for response in [client.post(question(attempt, number), form(attempt, number, right=right), headers=SCRIPT)]
        ]
        assert bodies[0] == bodies[1]


def test_a_form_of_another_question_or_quiz_is_refused(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    other = learning.begin_quiz(learning.make_learner(other_course := make_course("CPA-8")), other_course)
    for token in (token_of(attempt, 2), token_of(other, 1), "forged"):
        response = client.post(question(attempt, 1), {"choice": "1", "question": token}, follow=True)
        assert "This form belongs to another question. Nothing was changed." in response.content.decode()
        answer = client.post(question(attempt, 1), {"choice": "1", "question": token}, headers=SCRIPT)
        assert (answer.status_code, answer.json()["field"]) == (409, "")
    assert Answer.objects.count() == 0


def test_numbers_and_attempts_that_are_not_theirs_do_not_exist(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    stranger = signed_in(learning.make_learner())
    posts = [client.post(question(attempt, number), {"choice": "1"}).status_code for number in (0, 10, 99999)]
    posts += [stranger.post(question(attempt, 1), {"choice": "1"}, headers=SCRIPT).status_code]
    posts += [stranger.post(question(attempt, 9), {"takes_document": "1"}).status_code]
    posts += [stranger.post(reverse("quiz_extend", args=[attempt.public_id])).status_code]
    assert posts == [404] * 6
    assert client.get(reverse("quiz_document", args=[attempt.public_id, 1])).status_code == 404
    assert Answer.objects.count() == 0


def test_a_page_that_was_closed_by_handing_in_takes_nothing_any_more(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    client.post(check(attempt), NAME)
    before = list(QuizAttempt.objects.values())
    posts: list[dict[str, Any]] = [form(attempt, 1), {"file": pdf()}, {"remove": "1"}, {"takes_document": "1"}]
    for number, data in zip((1, 9, 9, 9), posts, strict=True):
        page = client.post(question(attempt, number), data, follow=True).content.decode()
        assert "This attempt was handed in before. Nothing was changed." in page
    answer = client.post(question(attempt, 1), form(attempt, 1), headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (409, {"over": result(attempt)})
    assert (list(QuizAttempt.objects.values()), Answer.objects.count()) == (before, 0)


def test_the_check_says_what_is_open_what_is_amiss_and_how_numbers_were_read(taken: tuple[Any, QuizAttempt]) -> None:
    client, attempt = taken
    client.post(question(attempt, 4), {"place-1": "1", "place-2": "1"})
    client.post(question(attempt, 5), {"match-1": "1"})
    client.post(question(attempt, 6), {"number": "2,409 items"})
    page = client.get(check(attempt)).content.decode()
    assert "8 questions have no answer yet." in page
    assert "More than one item has place 1." in page
    assert "2 items have no match yet." in page
    assert "2,409 items" in page
    assert "items items" not in page
    assert "Read as 2,409." in page
