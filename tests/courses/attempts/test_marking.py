"""Open answers wait for a trainer, who keeps drafts and gives the whole attempt back at once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from pypdf import PdfWriter

from academy.mail.models import OutgoingEmail
from academy.people.enums import Role
from academy.people.models import Membership, RoleGrant, User
from courses.attempts.access import may_mark, people_of_trainer, trainers_of
from courses.attempts.errors import (
    AttemptUnknown,
    NoAttemptsLeft,
    NotAskedFor,
    NotMarkedYet,
    SubmittedAlready,
    WaitsForMarking,
)
from courses.attempts.models import AttemptRequest, HandedIn, QuizAttempt
from courses.attempts.queries import frozen_questions, results
from courses.enrolments.queries import rule_of
from courses.flows.enrol import leave, restart
from courses.flows.mark_attempt import ask_for_attempt, give_back, grant_attempt, save_mark
from courses.flows.submit_attempt import keep_document, remove_document
from courses.progress.models import LearningEvent
from courses.progress.queries import course_standing, facts_for, met, progress_rows
from courses.progress.rebuilding import differences
from curriculum.lessons.outline import course_outline
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course, make_rubric
from tests.factories.people import make_person, make_unit, signed_in

HOUR = timedelta(hours=1)


def make_trainer(unit: Any = None) -> User:
    """A trainer for everybody, or of one unit."""
    person = make_person()
    RoleGrant.objects.create(person=person, role=Role.TRAINER, unit=unit, from_day=AT.date())
    return person


@pytest.fixture
def assignment(site: Any) -> Any:
    """A course whose quiz is one open text by a rubric of two lines, which must be right, and one choice."""
    made = make_course(kinds=("open_text", "single"), rules={"attempts": 0, "pass_mark": 60})
    question = made.questions[0]
    question.rubric, question.must_pass, question.points = make_rubric(), True, 4
    question.save()
    return made


def handed_in(made: Any) -> QuizAttempt:
    """An attempt with the text and the choice answered, waiting to be marked."""
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [True, True])
    return learning.hand_in(person, attempt).attempt


def lines(attempt: QuizAttempt, *levels: int) -> dict[str, Any]:
    """A mark by the rubric of the first question."""
    rubric = frozen_questions(attempt)[0]["rubric"]["lines"]
    return {"lines": {line["id"]: level for line, level in zip(rubric, levels, strict=False)}}


def mark(attempt: QuizAttempt, content: dict[str, Any], by: User) -> None:
    """Keep a draft for the first question."""
    save_mark(public_id=attempt.public_id, number=1, content=content, feedback="Good proof.", by=by, at=AT)


def test_an_attempt_with_an_open_answer_has_no_score_until_it_is_marked(assignment: Any) -> None:
    attempt = handed_in(assignment)
    assert (attempt.state, attempt.points, attempt.passed) == ("marking", None, None)
    assert LearningEvent.objects.filter(fact__in=["passed", "failed"]).count() == 0
    with pytest.raises(WaitsForMarking):
        learning.begin_quiz(attempt.person, assignment)


def test_an_open_question_left_empty_needs_no_trainer(assignment: Any) -> None:
    person = learning.make_learner(assignment)
    attempt = learning.begin_quiz(person, assignment)
    learning.give(person, attempt, 2, learning.form_of(attempt, 2, right=True))
    submitted = learning.hand_in(person, attempt).attempt
    assert (submitted.state, submitted.percent, submitted.passed) == ("submitted", 20, False)


def test_a_draft_is_the_trainer_s_and_giving_back_is_the_learner_s(assignment: Any) -> None:
    attempt, trainer = handed_in(assignment), make_trainer()
    mark(attempt, lines(attempt, 2), trainer)
    with pytest.raises(NotMarkedYet):
        give_back(public_id=attempt.public_id, by=trainer, at=AT)
    assert results(attempt, "en")[0].marker_says == ""
    mark(attempt, lines(attempt, 2, 1), trainer)
    given = give_back(public_id=attempt.public_id, by=trainer, at=AT).attempt
    shown = results(given, "nl")[0]
    assert (given.state, given.points, given.passed) == ("submitted", Decimal("4.40"), True)
    assert shown.marker_says == "Good proof."
    assert [(line.text.text, line.level) for line in shown.rubric] == [("Line 1 [nl]", 2), ("Line 2 [nl]", 1)]
    assert list(OutgoingEmail.objects.values_list("kind", "to")) == [("attempts/marked", attempt.person.email)]
    with pytest.raises(SubmittedAlready):
        give_back(public_id=attempt.public_id, by=trainer, at=AT)


def test_a_line_that_is_insufficient_fails_whatever_the_points(assignment: Any) -> None:
    attempt, trainer = handed_in(assignment), make_trainer()
    mark(attempt, lines(attempt, 2, 0), trainer)
    given = give_back(public_id=attempt.public_id, by=trainer, at=AT).attempt
    # 3 points of 5 are the pass mark, and the question that must be right is not.
    assert (given.percent, given.passed) == (60, False)
    assert LearningEvent.objects.get(fact="failed").data["barred"] is True
    assert learning.begin_quiz(attempt.person, assignment).number == 2


def test_only_trainers_of_the_person_mark_and_nobody_their_own(assignment: Any) -> None:
    unit, elsewhere = make_unit(), make_unit()
    person = learning.make_learner(assignment)
    Membership.objects.create(person=person, unit=unit, from_day=AT.date())
    attempt = learning.begin_quiz(person, assignment)
    learning.answer(person, attempt, [True, True])
    learning.hand_in(person, attempt)
    near, far, everywhere, colleague = make_trainer(unit), make_trainer(elsewhere), make_trainer(), make_person()
    RoleGrant.objects.create(person=person, role=Role.TRAINER, unit=None, from_day=AT.date())
    assert [may_mark(user, person) for user in (near, everywhere, far, colleague, person)] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert set(trainers_of(person)) == {near, everywhere}
    assert people_of_trainer(colleague) is None
    for stranger in (far, colleague, person):
        with pytest.raises(AttemptUnknown):
            mark(attempt, lines(attempt, 2, 2), stranger)


def test_a_document_takes_the_place_of_the_one_before_and_can_be_taken_back(
    site: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    made = make_course(kinds=("hand_in",))
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    whole = minimal_pdf()

    def keep(name: str) -> HandedIn:
        with django_capture_on_commit_callbacks(execute=True):
            keep_document(
                person=person,
                public_id=attempt.public_id,
                number=1,
                file=ContentFile(whole, name=name),
                posted=MultiValueDict(),
                by=person,
                at=AT,
            )
        return HandedIn.objects.get()

    first = keep("plan.pdf")
    second = keep("../../plan 2.exe")
    assert (first.file.storage.exists(first.file.name), second.file.storage.exists(second.file.name)) == (False, True)
    assert (second.name.endswith(".pdf"), "/" in second.name, second.size) == (True, False, len(whole))
    assert attempt.answers.get().value == {"file": str(second.public_id), "name": second.name, "size": len(whole)}
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(person=person, public_id=attempt.public_id, number=1, posted=MultiValueDict(), by=person, at=AT)
    assert (attempt.answers.count(), HandedIn.objects.count()) == (0, 0)
    assert not second.file.storage.exists(second.file.name)


def minimal_pdf() -> bytes:
    """A PDF of one empty page."""
    stream = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(stream)
    return stream.getvalue()


def test_what_is_given_back_after_a_new_start_counts_for_the_cycle_that_was_left(assignment: Any) -> None:
    attempt = handed_in(assignment)
    person, key = attempt.person, assignment.course.translation_key
    anew = restart(person=person, course_key=key, by=person, at=AT + HOUR).enrolment
    learning.finish_lessons(person, assignment, at=AT + HOUR)
    trainer = make_trainer()
    mark(attempt, lines(attempt, 2, 2), trainer)
    assert give_back(public_id=attempt.public_id, by=trainer, at=AT + 2 * HOUR).attempt.passed is True
    anew.refresh_from_db()
    assert (
        anew.is_running,
        assignment.quiz.translation_key in met(rule_of(anew), facts_for(person, rule_of(anew))),
    ) == (
        True,
        False,
    )
    outline = course_outline(key, "en")
    assert outline is not None
    standing = course_standing(anew, outline, progress_rows(person, [outline]))
    assert standing.is_done(assignment.quiz.translation_key) is False
    assert list(differences(repair=False, at=AT)) == []


def failed(made: Any, person: User, times: int = 3) -> None:
    """Use up all attempts."""
    for _ in range(times):
        learning.hand_in(person, learning.begin_quiz(person, made))


def ask(person: User, made: Any, trainer: User) -> AttemptRequest:
    """Ask for another attempt."""
    key = made.course.translation_key
    return ask_for_attempt(person=person, course_key=key, trainer_id=trainer.pk, by=person, at=AT)


def test_after_the_last_attempt_a_trainer_grants_another_in_one_click(academy: Any) -> None:
    person, trainer, other = learning.make_learner(academy), make_trainer(), make_trainer()
    failed(academy, person)
    request = ask(person, academy, trainer)
    assert ask(person, academy, trainer).pk == request.pk
    with pytest.raises(AttemptUnknown):
        grant_attempt(public_id=request.public_id, by=other, at=AT)
    assert grant_attempt(public_id=request.public_id, by=trainer, at=AT) is not None
    assert grant_attempt(public_id=request.public_id, by=trainer, at=AT) is None
    assert learning.begin_quiz(person, academy).number == 4
    assert sorted(OutgoingEmail.objects.values_list("kind", "to")) == sorted(
        [("attempts/asked", trainer.email), ("attempts/granted", person.email)]
    )
    # Nothing in the mail to the trainer says who asked.
    assert person.display_name not in OutgoingEmail.objects.get(kind="attempts/asked").text


def test_nobody_asks_while_an_attempt_is_left_or_somebody_who_is_no_trainer(academy: Any) -> None:
    person, trainer = learning.make_learner(academy), make_trainer()
    failed(academy, person, 2)
    with pytest.raises(NotAskedFor):
        ask(person, academy, trainer)
    failed(academy, person, 1)
    with pytest.raises(NotAskedFor):
        ask(person, academy, make_person())
    assert AttemptRequest.objects.count() == 0


def test_a_granted_attempt_outlives_leaving_and_coming_back(academy: Any) -> None:
    person, trainer, key = learning.make_learner(academy), make_trainer(), academy.course.translation_key
    failed(academy, person)
    grant_attempt(public_id=ask(person, academy, trainer).public_id, by=trainer, at=AT)
    leave(person=person, course_key=key, by=person, at=AT + HOUR)
    learning.take(person, academy, at=AT + HOUR)
    failed(academy, person, 1)
    # The grant is used: another one is worth another attempt.
    with pytest.raises(NoAttemptsLeft):
        learning.begin_quiz(person, academy)
    grant_attempt(public_id=ask(person, academy, trainer).public_id, by=trainer, at=AT + HOUR)
    assert learning.begin_quiz(person, academy).number == 5


def test_a_grant_of_an_earlier_cycle_is_worth_nothing_in_a_new_one(academy: Any) -> None:
    person, trainer, key = learning.make_learner(academy), make_trainer(), academy.course.translation_key
    failed(academy, person)
    grant_attempt(public_id=ask(person, academy, trainer).public_id, by=trainer, at=AT)
    restart(person=person, course_key=key, by=person, at=AT + HOUR)
    for _ in range(3):
        learning.hand_in(person, learning.begin_quiz(person, academy, AT + HOUR), AT + HOUR)
    with pytest.raises(NoAttemptsLeft):
        learning.begin_quiz(person, academy, AT + HOUR)


def test_who_asked_a_trainer_who_is_one_no_more_can_ask_another(academy: Any) -> None:
    person, gone, other = learning.make_learner(academy), make_trainer(), make_trainer()
    failed(academy, person)
    ask(person, academy, gone)
    RoleGrant.objects.filter(person=gone).delete()
    page = signed_in(person).get(reverse("quiz_start", args=[academy.course.translation_key])).content.decode()
    assert "Ask for another attempt" in page
    assert ask(person, academy, other).trainer == other
    assert AttemptRequest.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="attempts/asked", to=other.email).count() == 1
