"""Taking a quiz: frozen at the start, graded once, noted as a fact."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from courses.attempts.errors import AttemptEnded, AttemptUnknown, BadAnswer, NoAttemptsLeft, NoQuiz, SubmittedAlready
from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt
from courses.certificates.models import Certificate
from courses.enrolments.errors import NotEnrolled
from courses.flows.enrol import leave, restart
from courses.flows.submit_attempt import close_overdue, start_attempt, submit_attempt
from courses.progress.models import ItemProgress, LearningEvent
from curriculum.quizzes.models import Choice, Question, Quiz
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import make_course

LATER = AT + timedelta(hours=1)


def test_questions_are_frozen_once_for_all_who_are_given_them(academy: Any) -> None:
    attempts = [learning.begin_quiz(learning.make_learner(academy), academy) for _ in range(2)]
    assert attempts[0].frozen == attempts[1].frozen
    assert FrozenQuestion.objects.count() == 3
    assert attempts[0].frozen["titles"] == {"en": "Quiz cpa-9", "nl": "Quiz cpa-9 [nl]"}
    content = FrozenQuestion.objects.get(digest=attempts[0].frozen["digests"][0]).content
    assert content["text"] == {"en": "Question cpa-9-1?", "nl": "Question cpa-9-1? [nl]"}


def test_starting_again_goes_on_with_the_open_attempt(academy: Any) -> None:
    person = learning.make_learner(academy)
    first = learning.begin_quiz(person, academy)
    assert learning.begin_quiz(person, academy, LATER) == first


def test_an_edit_or_a_stricter_rule_does_not_reach_an_open_attempt(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, True, True])
    Choice.objects.update(correct=False, text="changed")
    Question.objects.update(points=50)
    Quiz.objects.update(pass_mark=100)
    submitted = learning.hand_in(person, attempt).attempt
    assert (submitted.points, submitted.full_points, submitted.passed) == (Decimal(3), Decimal(3), True)


def test_a_stricter_pass_mark_does_not_reach_who_started_before(academy: Any) -> None:
    person = learning.make_learner(academy)
    Quiz.objects.update(pass_mark=100)
    assert learning.begin_quiz(person, academy).frozen["pass_mark"] == 70


def test_a_second_submit_changes_nothing(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, False, True])
    learning.hand_in(person, attempt)
    before = list(QuizAttempt.objects.values())
    with pytest.raises(SubmittedAlready):
        submit_attempt(person=person, public_id=attempt.public_id, by=person, at=LATER, certificate_name="Other Name")
    with pytest.raises(SubmittedAlready):
        learning.answer(person, attempt, [True], LATER)
    person.refresh_from_db()
    assert list(QuizAttempt.objects.values()) == before
    assert person.certificate_name == ""
    assert LearningEvent.objects.filter(fact="failed").count() == 1


def test_a_failed_attempt_is_followed_by_another_and_the_best_counts(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    for rights in ([True, False, False], [True, True, True]):
        attempt = learning.begin_quiz(person, academy)
        learning.answer(person, attempt, rights)
        learning.hand_in(person, attempt)
    assert list(QuizAttempt.objects.order_by("number").values_list("number", "passed")) == [(1, False), (2, True)]
    assert ItemProgress.objects.get(item__key=academy.quiz.translation_key).percent == 100
    assert Certificate.objects.count() == 1


def test_attempts_run_out_and_leaving_brings_none_back(academy: Any) -> None:
    person = learning.make_learner(academy)
    for _ in range(3):
        learning.hand_in(person, learning.begin_quiz(person, academy))
    with pytest.raises(NoAttemptsLeft):
        learning.begin_quiz(person, academy)
    leave(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    learning.take(person, academy, at=LATER)
    with pytest.raises(NoAttemptsLeft):
        learning.begin_quiz(person, academy, LATER)


def test_without_an_enrolment_there_is_no_attempt(academy: Any) -> None:
    person = learning.make_learner()
    with pytest.raises(NotEnrolled):
        learning.begin_quiz(person, academy)
    assert QuizAttempt.objects.count() == 0


def test_a_course_without_a_quiz_says_so(site: Any) -> None:
    made = make_course(quiz=False)
    with pytest.raises(NoQuiz):
        learning.begin_quiz(learning.make_learner(made), made)


def test_another_person_s_attempt_does_not_exist(academy: Any) -> None:
    attempt = learning.begin_quiz(learning.make_learner(academy), academy)
    stranger = learning.make_learner(academy)
    with pytest.raises(AttemptUnknown):
        learning.answer(stranger, attempt, [True])
    with pytest.raises(AttemptUnknown):
        learning.hand_in(stranger, attempt)
    with pytest.raises(AttemptUnknown):
        submit_attempt(person=stranger, public_id=uuid4(), by=stranger, at=AT)


def test_an_attempt_of_a_course_that_was_left_cannot_be_handed_in(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    attempt.enrolment.__class__.objects.update(left_at=LATER)
    with pytest.raises(AttemptEnded):
        learning.answer(person, attempt, [True])
    with pytest.raises(AttemptEnded):
        learning.hand_in(person, attempt)
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("values", [["4"], ["0"], ["x"], ["1", "2"]])
def test_what_is_no_answer_to_a_single_choice_is_refused(academy: Any, values: list[str]) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    with pytest.raises(BadAnswer):
        learning.give(person, attempt, 1, {"choice": values})


def test_an_answer_can_be_changed_and_taken_back(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [False])
    learning.answer(person, attempt, [True], LATER)
    right = Answer.objects.get()
    learning.give(person, attempt, 1, {}, LATER)
    assert (right.saved_at, Answer.objects.count()) == (LATER, 0)


def test_the_name_is_confirmed_with_the_hand_in_and_printed(academy: Any) -> None:
    person = learning.make_learner(academy)
    learning.finish_lessons(person, academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, True, True])
    submit_attempt(person=person, public_id=attempt.public_id, by=person, at=LATER, certificate_name="Jana M. Albers")
    person.refresh_from_db()
    assert (person.certificate_name, person.certificate_name_confirmed_at) == ("Jana M. Albers", LATER)
    assert Certificate.objects.get().holder_name == "Jana M. Albers"


def test_a_quiz_without_questions_cannot_be_started(academy: Any) -> None:
    person = learning.make_learner(academy)
    academy.quiz.places.all().delete()
    with pytest.raises(NoQuiz):
        start_attempt(person=person, course_key=academy.course.translation_key, by=person, at=AT)


def completed_with_an_open_attempt(made: Any) -> tuple[Any, QuizAttempt]:
    """Somebody who has passed, begun once more, and then completed the course by its last lesson."""
    person = learning.make_learner(made)
    learning.pass_quiz(person, made)
    attempt = learning.begin_quiz(person, made)
    learning.finish_lessons(person, made)
    return person, attempt


def test_an_attempt_left_open_in_a_completed_course_does_not_stand_in_the_way_of_a_new_cycle(academy: Any) -> None:
    person, attempt = completed_with_an_open_attempt(academy)
    restart(person=person, course_key=academy.course.translation_key, by=person, at=LATER)
    anew = learning.begin_quiz(person, academy, LATER)
    assert (anew.pk == attempt.pk, anew.number, anew.enrolment.cycle) == (False, 1, 2)
    learning.answer(person, anew, [True], LATER)


def test_attempts_that_cannot_be_handed_in_keep_no_other_open(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_course(rules={"time_limit": 20})
    completed_with_an_open_attempt(made)
    person = learning.make_learner(made)
    overdue = learning.begin_quiz(person, made, AT + timedelta(minutes=1))
    monkeypatch.setattr("courses.flows.submit_attempt.CLOSE_AT_ONCE", 1)
    assert close_overdue(at=LATER) == 1
    overdue.refresh_from_db()
    assert (overdue.state, overdue.by_clock) == ("submitted", True)


def test_the_clock_does_not_hand_in_an_attempt_whose_time_was_extended_meanwhile(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_course(rules={"time_limit": 20})
    attempt = learning.begin_quiz(learning.make_learner(made), made)
    now = AT + timedelta(minutes=21)
    looked = list(QuizAttempt.objects.select_related("person"))
    assert looked[0].is_over(now)
    monkeypatch.setattr("courses.flows.submit_attempt.overdue", lambda *_: _Looked(looked))
    QuizAttempt.objects.update(deadline_at=AT + timedelta(minutes=30))
    assert close_overdue(at=now) == 0
    attempt.refresh_from_db()
    assert attempt.is_open


class _Looked(list[QuizAttempt]):
    """What was found overdue before somebody extended the time."""

    def select_related(self, *_: str) -> _Looked:
        """Itself."""
        return self
