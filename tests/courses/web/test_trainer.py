"""The trainer's desk: answers to mark, in one's own scope and nowhere else, once, and nothing typed lost."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import File
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Membership, User
from courses.attempts.enums import AttemptState
from courses.attempts.models import Mark, QuizAttempt
from courses.attempts.queries import desk, frozen_questions
from courses.flows.mark_attempt import give_back, save_mark
from courses.flows.submit_attempt import keep_document
from curriculum.quizzes.models import Question
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_rubric
from tests.factories.people import LONG_AGO, grant, make_person, make_unit, signed_in

DOCX = Path("curriculum/content/documents/A1.en.docx")
KINDS = ("single", "open_text", "open_text")
MARKING = "/en/teaching/marking/"


@pytest.fixture
def made(site: Any) -> Any:
    """A course whose quiz has a closed question, an open one with a rubric of two lines, and one without (4 points)."""
    course = make_course(kinds=KINDS, rules={"pass_mark": 60})
    rubric = make_rubric()
    Question.objects.filter(pk=course.questions[1].pk).update(rubric=rubric, points=10)
    Question.objects.filter(pk=course.questions[2].pk).update(points=4)
    return course


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


def handed_in(
    made: Any, at: Any = learning.AT, rights: tuple[bool, ...] = (True, True, True), **fields: Any
) -> QuizAttempt:
    """An attempt that waits to be marked."""
    person = learning.make_learner(made, **{"display_name": "Lena Learner", **fields})
    return again(person, made, rights, at)


def again(person: User, made: Any, rights: tuple[bool, ...] = (True, True, True), at: Any = learning.AT) -> QuizAttempt:
    """One more attempt of this person, handed in."""
    attempt = learning.begin_quiz(person, made, at)
    learning.answer(person, attempt, list(rights), at)
    return learning.hand_in(person, attempt, at).attempt


def page_of(attempt: QuizAttempt) -> str:
    """Address of the marking page."""
    return reverse("trainer_mark", args=[attempt.public_id])


def lines_of(attempt: QuizAttempt) -> list[str]:
    """Ids of the rubric's lines."""
    return [line["id"] for line in frozen_questions(attempt)[1]["rubric"]["lines"]]


FULL = {
    "answer-2-line-1": "2",
    "answer-2-line-2": "1",
    "answer-2-feedback": "Name the users as well.",
    "answer-3-points": "3.5",
    "answer-3-feedback": "",
}


def text(response: Any) -> str:
    """The page's main part."""
    found: str = response.content.decode()
    return found[found.index("<main") : found.index("</main>")]


def test_the_desk_says_what_waits(client: Client, made: Any) -> None:
    assert "Nothing waits to be marked." in text(client.get("/en/teaching/"))
    handed_in(made)
    handed_in(made, at=learning.AT + timedelta(days=1))
    page = text(client.get("/en/teaching/"))
    assert ("2 waiting" in page, "The oldest has waited since Mon 2 February 2026" in page) == (True, True)


def test_teaching_stands_in_a_trainers_menu_and_in_nobody_elses(client: Client, site: Any) -> None:
    assert '<a href="/en/teaching/"' in client.get("/en/my-workshops/").content.decode()
    assert '<a href="/en/teaching/"' not in signed_in(make_person()).get("/en/learning/").content.decode()


@pytest.mark.parametrize("name", ["trainer_home", "trainer_marking", "trainer_requests", "trainer_extra_time"])
def test_others_are_kept_out(site: Any, name: str) -> None:
    assert Client().get(reverse(name)).status_code == 302
    assert signed_in(make_person()).get(reverse(name)).status_code == 403


def test_the_queue_has_the_oldest_first_and_can_be_narrowed_to_a_quiz(client: Client, made: Any) -> None:
    other = make_course("CPA-8", kinds=("open_text",))
    handed_in(made, at=learning.AT + timedelta(days=1), display_name="Second")
    handed_in(made, display_name="First")
    handed_in(other, at=learning.AT + timedelta(days=2), rights=(True,), display_name="Third")
    names = re.compile(r'<th scope="row"><a [^>]*>(\w+)')
    assert names.findall(text(client.get(MARKING))) == ["First", "Second", "Third"]
    only = f"{MARKING}?quiz={other.quiz.translation_key}"
    assert names.findall(text(client.get(only))) == ["Third"]
    assert names.findall(text(client.get(f"{MARKING}?quiz=nonsense&page=99"))) == ["First", "Second", "Third"]


def test_a_trainer_of_a_unit_sees_those_who_work_there(made: Any) -> None:
    unit = make_unit()
    theirs, elsewhere = handed_in(made, display_name="Inside"), handed_in(made, display_name="Outside")
    Membership.objects.create(person=theirs.person, unit=unit, from_day=LONG_AGO)
    person = make_person()
    grant(person, Role.TRAINER, unit)
    client = signed_in(person)
    page = text(client.get(MARKING))
    assert ("Inside" in page, "Outside" in page) == (True, False)
    assert client.get(page_of(theirs)).status_code == 200
    assert client.get(page_of(elsewhere)).status_code == 404
    assert client.post(page_of(elsewhere), {**FULL, "go": "give_back"}).status_code == 404
    assert client.get(page_of(QuizAttempt(public_id=uuid4()))).status_code == 404


def test_nobody_marks_themselves_or_an_open_attempt(client: Client, trainer: User, made: Any) -> None:
    learning.take(trainer, made)
    own = again(trainer, made)
    person = learning.make_learner(made)
    still_open = learning.begin_quiz(person, made)
    assert [client.get(page_of(each)).status_code for each in (own, still_open)] == [404, 404]


def test_the_page_shows_what_was_written_escaped_and_the_closed_questions_as_a_sum(client: Client, made: Any) -> None:
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True])
    learning.give(person, attempt, 2, {"text": ["First line\n<b>second</b>\n\nNew paragraph"]})
    learning.hand_in(person, attempt)
    page = text(client.get(page_of(attempt)))
    assert "<p>First line<br>&lt;b&gt;second&lt;/b&gt;</p>\n\n<p>New paragraph</p>" in page
    assert "1 other question was graded by its key: 1 of 1 points." in page
    assert ("Line 1" in page, "Question cpa-9-3?" in page, "No answer. It counts as 0 points." in page) == (True,) * 3
    assert 'name="answer-3-points"' not in page


def test_a_draft_is_kept_and_the_learner_sees_nothing(client: Client, trainer: User, made: Any) -> None:
    attempt = handed_in(made)
    response = client.post(
        page_of(attempt), {"answer-2-line-2": "0", "answer-2-feedback": "Half\r\ndone", "go": "draft"}
    )
    assert response["Location"] == page_of(attempt)
    mark = Mark.objects.get()
    kept = (mark.content, mark.feedback, mark.is_draft, mark.by)
    assert kept == ({"lines": {lines_of(attempt)[1]: 0}}, "Half\ndone", True, trainer)
    page = text(client.get(page_of(attempt)))
    assert re.search(r'name="answer-2-line-2" value="0"[^>]* checked', page)
    assert "Draft by Tess Trainer" in page
    assert "Tess Trainer" in text(client.get(MARKING))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKING


def test_given_back_the_attempt_has_its_score_and_the_learner_is_told(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    response = client.post(page_of(attempt), {**FULL, "go": "give_back"}, follow=True)
    assert "Given back. Lena Learner is told by mail." in text(response)
    attempt.refresh_from_db()
    # 1 for the closed one, 5 + 3.5 for the rubric's lines, 3.5 by points.
    assert (attempt.state, attempt.points, attempt.passed) == (AttemptState.SUBMITTED, Decimal("13.00"), True)
    assert OutgoingEmail.objects.filter(to=attempt.person.email).count() == 1
    assert Mark.objects.filter(is_draft=True).count() == 0


def test_what_is_open_is_named_line_by_line_and_nothing_is_lost(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    typed = {"answer-2-line-1": "2", "answer-2-feedback": "Good <start>", "go": "give_back"}
    response = client.post(page_of(attempt), typed)
    page = text(response)
    assert response.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', page) == ["id_answer-2-line-2", "id_answer-3-points"]
    assert re.search(r'name="answer-2-line-1" value="2"[^>]* checked', page)
    assert ("Good &lt;start&gt;" in page, "2 fields need your attention" in page) == (True, True)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKING
    assert Mark.objects.get().content == {"lines": {lines_of(attempt)[0]: 2}}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("4.5", "Enter a number from 0 to 4."),
        ("-1", "Enter a number from 0 to 4."),
        ("much", "Enter a number from 0 to 4."),
        ("3.555", "Two decimals at most."),
    ],
)
def test_points_that_cannot_be(client: Client, made: Any, typed: str, said: str) -> None:
    attempt = handed_in(made)
    response = client.post(page_of(attempt), {**FULL, "answer-3-points": typed, "go": "give_back"})
    page = text(response)
    assert (response.status_code, said in page, f'value="{typed}"' in page) == (422, True, True)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKING


def test_points_in_the_notation_of_the_page(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    english = page_of(attempt)
    address = english.replace("/en/", "/nl/")
    client.post(address, {**FULL, "answer-3-points": "3,5", "go": "draft"})
    assert Mark.objects.get(answer__number=3).content == {"points": "3.50"}
    assert 'value="3,5"' in text(client.get(address))
    assert 'value="3.5"' in text(client.get(english))


def test_forged_levels_are_refused(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    response = client.post(page_of(attempt), {**FULL, "answer-2-line-1": "7", "go": "give_back"})
    assert (response.status_code, Mark.objects.filter(answer__number=2).count()) == (422, 0)


def test_the_second_give_back_says_that_it_was_given_back_before(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    client.post(page_of(attempt), {**FULL, "go": "give_back"})
    colleague = make_person()
    grant(colleague, Role.TRAINER)
    response = signed_in(colleague).post(
        page_of(attempt), {**FULL, "answer-3-points": "0", "go": "give_back"}, follow=True
    )
    assert "This was given back to the learner before. Nothing was changed." in text(response)
    attempt.refresh_from_db()
    assert attempt.points == Decimal("13.00")
    assert "given back to the learner before" in text(client.get(page_of(attempt), follow=True))


def test_a_colleagues_draft_is_not_silently_replaced(client: Client, made: Any) -> None:
    attempt = handed_in(made)
    colleague = make_person(display_name="Cole League")
    grant(colleague, Role.TRAINER)
    seen = ""  # no draft yet when this trainer's page was loaded
    signed_in(colleague).post(page_of(attempt), {"answer-3-points": "1", "answer-3-feedback": "Thin.", "go": "draft"})
    response = client.post(page_of(attempt), {**FULL, "seen": seen, "go": "give_back"})
    page = text(response)
    shown = ("A colleague has kept a draft" in page, "Draft by Cole League" in page, "Thin." in page)
    assert (response.status_code, shown, 'value="3.5"' in page) == (422, (True,) * 3, True)
    assert Mark.objects.get().feedback == "Thin."
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]  # type: ignore[index]  # the page has the field
    client.post(page_of(attempt), {**FULL, "seen": seen, "go": "give_back"})
    attempt.refresh_from_db()
    assert attempt.points == Decimal("13.00")


def test_names_are_hidden_where_the_quiz_says_so(site: Any, client: Client) -> None:
    made = make_course(kinds=("hand_in", "open_text"), rules={"anonymous_marking": True})
    person = learning.make_learner(made, email="lena.secret@example.org", display_name="Lena Learner")
    attempt = learning.begin_quiz(person, made)
    hand_in_document(person, attempt, name="lena-learner.docx")
    learning.give(person, attempt, 2, {"text": ["Mine"]})
    learning.hand_in(person, attempt)
    queue, page = client.get(MARKING), client.get(page_of(attempt))
    document = client.get(reverse("trainer_document", args=[attempt.public_id, 1]))
    b"".join(document.streaming_content)
    back = client.post(
        page_of(attempt), {"answer-1-points": "1", "answer-2-points": "1", "go": "give_back"}, follow=True
    )
    number = desk.pseudonym(QuizAttempt.objects.get())
    assert all(f"Answer {number}" in text(each) for each in (queue, page))
    assert "Given back. The learner is told by mail." in text(back)
    said = [each.content.decode() + str(each.headers) for each in (queue, page, back)] + [str(document.headers)]
    secrets = ("Lena", "lena-", "lena.", str(person.public_id))
    assert [secret for secret in secrets if any(secret in each for each in said)] == []
    assert document["Content-Disposition"] == f'attachment; filename="{number}-1.docx"'


def hand_in_document(person: User, attempt: QuizAttempt, number: int = 1, name: str = "plan.docx") -> None:
    """Hand in a real Word document."""
    with DOCX.open("rb") as file:
        keep_document(
            person=person,
            public_id=attempt.public_id,
            number=number,
            file=File(file, name=name),
            posted=MultiValueDict(),
            by=person,
            at=learning.AT,
        )


def test_a_document_is_a_download_for_trainers_in_scope_alone(site: Any, client: Client) -> None:
    made = make_course(kinds=("hand_in",))
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    hand_in_document(person, attempt)
    address = reverse("trainer_document", args=[attempt.public_id, 1])
    assert client.get(address).status_code == 404  # not handed in yet
    learning.hand_in(person, attempt)
    response = client.get(address)
    assert b"".join(response.streaming_content) == DOCX.read_bytes()
    assert {name: response[name] for name in ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Disposition": 'attachment; filename="plan.docx"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert response["Content-Type"].endswith("wordprocessingml.document")
    page = text(client.get(page_of(attempt)))
    assert (address in page, "plan.docx" in page) == (True, True)
    elsewhere = make_person()
    grant(elsewhere, Role.TRAINER, make_unit())
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(person).get(address).status_code == 403
    assert client.get(reverse("trainer_document", args=[attempt.public_id, 2])).status_code == 404


def test_what_was_said_to_an_earlier_attempt_is_shown(client: Client, made: Any) -> None:
    first = handed_in(made)
    client.post(page_of(first), {**FULL, "answer-2-line-1": "0", "answer-3-points": "0", "go": "give_back"})
    stranger = handed_in(made, display_name="Somebody else")
    client.post(page_of(stranger), {**FULL, "answer-3-feedback": "Not hers.", "go": "give_back"})
    second = again(first.person, made, at=learning.AT + timedelta(days=2))
    page = text(client.get(page_of(second)))
    assert ("Attempt 1, marked by Tess Trainer" in page, "Name the users as well." in page) == (True, True)
    assert ("3.50 of 10 points" in page, "Not hers." in page) == (True, False)


def test_what_was_typed_outlives_the_session(trainer: User, made: Any) -> None:
    attempt = handed_in(made)
    client = signed_in(trainer)
    client.get(page_of(attempt))
    client.cookies.pop("sessionid", None)
    client.logout()
    response = client.post(page_of(attempt), {**FULL, "go": "draft"})
    kept = re.search(r"kept%3D([\w-]+)", response["Location"])
    assert kept
    client.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")
    page = text(client.get(f"{page_of(attempt)}?kept={kept[1]}"))
    assert ("Name the users as well." in page, "It is not saved yet." in page) == (True, True)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue_needs_the_same_queries_for_any_number(
    client: Client, trainer: User, made: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for n in range(rows):
        attempt = handed_in(made, at=learning.AT + timedelta(minutes=n))
        save_mark(public_id=attempt.public_id, number=3, content={}, feedback="x", by=trainer, at=learning.AT)
    client.get(MARKING)  # menus are cached
    with django_assert_num_queries(QUEUE_QUERIES):
        page = text(client.get(MARKING))
    assert page.count('<th scope="row">') == rows


# Session, person, role, units trained, overdue attempts, quizzes and their titles, how many, the rows, drafts.
QUEUE_QUERIES = 10


def test_an_attempt_whose_time_is_over_comes_to_the_queue_when_a_trainer_looks(client: Client, site: Any) -> None:
    made = make_course(kinds=KINDS, rules={"time_limit": 30})
    person = learning.make_learner(made, display_name="Late")
    attempt = learning.begin_quiz(person, made, at=timezone.now() - timedelta(hours=1))
    learning.answer(person, attempt, [True, True], at=timezone.now() - timedelta(minutes=50))
    assert "Late" in text(client.get(MARKING))


def test_give_back_by_a_flow_meets_the_page(client: Client, trainer: User, made: Any) -> None:
    attempt = handed_in(made)
    client.post(page_of(attempt), {**FULL, "go": "draft"})
    give_back(public_id=attempt.public_id, by=trainer, at=timezone.now())
    assert client.get(page_of(attempt))["Location"] == MARKING
