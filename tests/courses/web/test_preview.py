"""Preview as learner: the learner's own pages for authors, graded at once, nothing stored."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from academy.people.models import User
from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt
from courses.management.demo.answers import form_for
from courses.web.preview import preview
from curriculum.quizzes.models import Choice, Quiz, QuizQuestion
from tests.factories.curriculum import KINDS, make_question, make_quiz
from tests.factories.people import make_person, signed_in

pytestmark = pytest.mark.one_database

ALL_KINDS = (*KINDS, "open_text", "hand_in")


@pytest.fixture
def author(site: Any) -> User:
    """Somebody who may change quizzes."""
    person = make_person(is_staff=True)
    for name in ("access_admin", "change_quiz", "view_quiz"):
        person.user_permissions.add(Permission.objects.get(codename=name))
    return person


@pytest.fixture
def client(author: User) -> Client:
    """The author's browser."""
    return signed_in(author)


def start(quiz: Quiz) -> str:
    """Address of the preview."""
    return reverse("quiz_preview", args=[quiz.translation_key])


def question(quiz: Quiz, number: int) -> str:
    """Address of a question in preview."""
    return reverse("quiz_preview_question", args=[quiz.translation_key, number])


def text(response: Any) -> str:
    """The page's main part, spaces as one."""
    found: str = response.content.decode()
    return " ".join(found[found.index("<main") : found.index("</main>")].split())


def posted(quiz: Quiz, number: int, *, is_right: bool, seed: int = 0) -> dict[str, Any]:
    """What the page of the question posts."""
    shown = preview(quiz.translation_key, seed, "en")
    assert shown is not None
    form = form_for(shown.attempt, number, shown.contents[number - 1], is_right=is_right)
    return dict(form.lists())


def token(page: str) -> str:
    """The hidden field of a page."""
    return page.split('name="question" value="')[1].split('"')[0]


def test_only_who_may_change_quizzes_sees_it(client: Client, site: Any) -> None:
    quiz = make_quiz()
    assert [client.get(each).status_code for each in (start(quiz), question(quiz, 1))] == [200, 200]
    stranger, learner = Client(), signed_in(make_person())
    assert [stranger.get(each).status_code for each in (start(quiz), question(quiz, 1))] == [302, 302]
    assert [learner.get(each).status_code for each in (start(quiz), question(quiz, 1))] == [403, 403]
    assert learner.post(question(quiz, 1), {"choice": "1"}).status_code == 403
    assert client.get(reverse("quiz_preview", args=[uuid4()])).status_code == 404
    assert [client.get(question(quiz, number)).status_code for number in (0, 4)] == [404, 404]


def test_every_kind_is_shown_and_graded_at_once_and_nothing_is_stored(client: Client, site: Any) -> None:
    quiz = make_quiz(kinds=ALL_KINDS)
    assert "9. Question cpa-9-9?" in text(client.get(start(quiz)))
    for number, kind in enumerate(ALL_KINDS, 1):
        page = text(client.get(question(quiz, number)))
        assert f"Question cpa-9-{number}?" in page
        answer = {"question": token(page)}
        right = text(client.post(question(quiz, number), answer | posted(quiz, number, is_right=True)))
        wrong = text(client.post(question(quiz, number), answer | posted(quiz, number, is_right=False)))
        if kind in ("open_text", "hand_in"):
            assert "A trainer marks this answer." in right
        else:
            assert ("Right, 1 of 1" in right, "Not right" in wrong) == (True, True), kind
    assert [model.objects.count() for model in (QuizAttempt, Answer, FrozenQuestion)] == [0, 0, 0]


def test_what_was_chosen_stays_chosen_and_feedback_is_shown(client: Client, site: Any) -> None:
    quiz = make_quiz(kinds=("short_text",))
    page = text(client.get(question(quiz, 1)))
    page = text(client.post(question(quiz, 1), {"question": token(page), "text": "nothing <like> it"}))
    assert ('value="nothing &lt;like&gt; it"' in page, "Right would have been:" in page) == (True, True)


def test_what_is_no_answer_says_so_on_the_field(client: Client, site: Any) -> None:
    quiz = make_quiz(kinds=("numeric",))
    page = text(client.get(question(quiz, 1)))
    response = client.post(question(quiz, 1), {"question": token(page), "number": "many"})
    assert (response.status_code, "This cannot be read as a number." in text(response)) == (422, True)
    response = client.post(question(quiz, 1), {"question": "0" * 16, "number": "5"})
    assert (response.status_code, "This form belongs to another question." in text(response)) == (422, True)


def test_a_draw_stays_until_it_is_drawn_again(client: Client, site: Any) -> None:
    for n in range(12):
        make_question(f"bank-{n}", topic="r-ladder")
    quiz = Quiz(code="draw", title="Draw", locale=make_quiz("other", 1).locale)
    quiz.places = [QuizQuestion(draw_count=3, draw_topic="r-ladder")]
    quiz.save()
    draws = [
        [content["key"] for content in shown.contents]
        for seed in (0, 0, 1, 2)
        if (shown := preview(quiz.translation_key, seed, "en")) is not None
    ]
    assert len(draws) == 4
    assert (draws[0] == draws[1], len({tuple(draw) for draw in draws}) > 1) == (True, True)
    page = text(client.get(start(quiz)))
    assert 'href="?seed=1"' in page
    assert f"{question(quiz, 2)}?seed=1" in text(client.get(f"{start(quiz)}?seed=1"))
    for nonsense in ("-1", "x", "٣", "9" * 50):
        assert client.get(f"{start(quiz)}?seed={nonsense}").status_code == 200


def test_the_saved_draft_is_shown_where_there_is_one(client: Client, site: Any) -> None:
    quiz = make_quiz(questions=1)
    assert "You see the draft" not in text(client.get(start(quiz)))
    draft = Quiz.objects.get(pk=quiz.pk)
    draft.title = "A better title"
    draft.places = [*draft.places.all(), QuizQuestion(question=make_question("added"), sort_order=7)]
    draft.save_revision()
    page = text(client.get(start(quiz)))
    seen = ("A better title" in page, "Question added?" in page, "You see the draft" in page)
    assert seen == (True, True, True)
    assert Quiz.objects.get(pk=quiz.pk).title == "Quiz cpa-9"


def test_the_page_is_in_the_language_of_the_reader(client: Client, site: Any) -> None:
    quiz = make_quiz(questions=1)
    address = question(quiz, 1)
    assert "Question cpa-9-1? [nl]" in text(client.get(address.replace("/en/", "/nl/")))
    german = text(client.get(address.replace("/en/", "/de/")))
    assert '<bdi lang="en">Question cpa-9-1?</bdi>' in german


def test_a_question_that_cannot_be_asked_is_named(client: Client, site: Any) -> None:
    quiz = make_quiz(questions=2)
    Choice.objects.filter(question__code="cpa-9-2").update(correct=False)
    page = text(client.get(start(quiz)))
    assert ("1 question cannot be asked yet." in page, "Tick at least one option as right." in page) == (True, True)


def test_the_cms_leads_to_the_preview(site: Any) -> None:
    quiz = make_quiz(questions=1)
    admin = make_person(is_staff=True, is_superuser=True)
    client = signed_in(admin)
    listing = client.get("/cms/snippets/curriculum/quiz/").content.decode()
    edit = client.get(f"/cms/snippets/curriculum/quiz/edit/{quiz.pk}/").content.decode()
    address = f"/teaching/preview/{quiz.translation_key}/"
    assert (address in listing, address in edit) == (True, True)
    other = client.get(f"/cms/snippets/curriculum/question/edit/{quiz.places.get().question_id}/").content.decode()
    assert "/teaching/preview/" not in other
