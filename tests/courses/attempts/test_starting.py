"""Beginning an attempt: what is drawn, what is frozen, when it is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from courses.attempts.enums import Purpose
from courses.attempts.errors import Closed, MustWait, NoAttemptsLeft, NoQuiz, NotOpenYet
from courses.attempts.models import FrozenQuestion, QuizAttempt
from courses.attempts.queries import frozen_questions, gain
from courses.flows.submit_attempt import start_attempt, start_practice, start_pretest
from courses.progress.models import LearningEvent
from curriculum.competences.models import Competence
from curriculum.quizzes.models import Question, Quiz, QuizQuestion
from tests.factories import courses as learning
from tests.factories.courses import AT
from tests.factories.curriculum import KINDS, locale_of, make_course, make_question, make_quiz

MINUTE = timedelta(minutes=1)


def codes(attempt: QuizAttempt) -> list[str]:
    """Which questions an attempt asks, by the code in their words."""
    return [content["text"]["en"].removeprefix("Question ").rstrip("?") for content in frozen_questions(attempt)]


def set_rules(made: Any, **rules: Any) -> None:
    """Change the quiz's settings."""
    Quiz.objects.filter(translation_key=made.quiz.translation_key).update(**rules)


def practise(person: Any, made: Any, quiz: Quiz) -> QuizAttempt:
    """Begin a practice in the first lesson."""
    key = made.lessons[0].translation_key
    return start_practice(person=person, lesson_key=key, quiz_key=quiz.translation_key, by=person, at=AT)


def pretest(person: Any, made: Any) -> QuizAttempt:
    """Try the quiz before the course."""
    return start_pretest(person=person, course_key=made.course.translation_key, by=person, at=AT)


def test_a_thousand_attempts_store_each_question_once(academy: Any) -> None:
    people = [learning.make_learner(academy) for _ in range(4)]
    attempts = [learning.begin_quiz(person, academy) for person in people]
    assert FrozenQuestion.objects.count() == 3
    assert len({tuple(attempt.frozen["digests"]) for attempt in attempts}) == 1


def test_every_kind_is_frozen_in_all_languages_and_answered_rightly(site: Any) -> None:
    made = make_course(kinds=KINDS)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    assert [content["kind"] for content in frozen_questions(attempt)] == list(KINDS)
    assert {tuple(sorted(content["text"])) for content in frozen_questions(attempt)} == {("en", "nl")}
    learning.answer(person, attempt, [True] * len(KINDS))
    submitted = learning.hand_in(person, attempt).attempt
    assert (submitted.points, submitted.full_points, submitted.passed) == (7, 7, True)


def test_wrong_answers_of_every_kind_earn_nothing(site: Any) -> None:
    made = make_course(kinds=KINDS)
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.answer(person, attempt, [False] * len(KINDS))
    assert learning.hand_in(person, attempt).attempt.points == 0


def test_a_draw_takes_from_the_bank_by_its_tags_and_never_a_question_twice(site: Any) -> None:
    made = make_course(questions=2)
    competence = Competence.objects.create(code="PC5", cluster="horizontal", name="Sustainable", locale=locale_of("en"))
    bank = [make_question(f"bank-{n}", topic="ladder", difficulty="easy", competence=competence) for n in range(6)]
    make_question("elsewhere", topic="other", difficulty="easy")
    Question.objects.filter(pk=made.questions[0].pk).update(topic="ladder")
    source = made.quiz
    source.places.add(QuizQuestion(draw_count=3, draw_topic="ladder", sort_order=5))
    source.places.add(QuizQuestion(draw_count=9, draw_competence=competence, draw_difficulty="easy", sort_order=6))
    source.save()
    asked = [codes(learning.begin_quiz(learning.make_learner(made), made)) for _ in range(5)]
    assert {tuple(each[:2]) for each in asked} == {("cpa-9-1", "cpa-9-2")}
    # The second draw asks for more than is left: it gets the rest.
    assert {frozenset(each[2:]) for each in asked} == {frozenset(question.code for question in bank)}
    assert {len(each) for each in asked} == {8}
    assert len({tuple(each) for each in asked}) > 1


def test_the_same_draw_stays_when_the_attempt_is_opened_again(site: Any) -> None:
    made = make_course(questions=1)
    for n in range(8):
        make_question(f"bank-{n}", topic="ladder")
    made.quiz.places.add(QuizQuestion(draw_count=2, draw_topic="ladder", sort_order=5))
    made.quiz.save()
    person = learning.make_learner(made)
    first = learning.begin_quiz(person, made)
    assert codes(learning.begin_quiz(person, made)) == codes(first)


def test_a_scenario_is_asked_part_by_part_below_its_text(site: Any) -> None:
    made = make_course(questions=1)
    scenario = make_question("case", "scenario")
    for place, kind in enumerate(("numeric", "single")):
        make_question(f"part-{kind}", kind, parent=scenario, sort_order=place)
    made.quiz.places.add(QuizQuestion(question=scenario, sort_order=5))
    made.quiz.save()
    attempt = learning.begin_quiz(learning.make_learner(made), made)
    assert codes(attempt) == ["cpa-9-1", "part-numeric", "part-single"]
    stems = [content["stem"] and content["stem"]["text"] for content in frozen_questions(attempt)]
    text = {"en": "Question case?", "nl": "Question case? [nl]"}
    assert stems == [None, text, text]


def test_questions_are_shuffled_where_the_quiz_says_so(site: Any) -> None:
    made = make_course(questions=6)
    set_rules(made, shuffle_questions=True)
    asked = [tuple(codes(learning.begin_quiz(learning.make_learner(made), made))) for _ in range(4)]
    assert len(set(asked)) > 1
    assert {tuple(sorted(each)) for each in asked} == {tuple(sorted(asked[0]))}


def test_a_quiz_opens_and_closes(academy: Any) -> None:
    set_rules(academy, opens_at=AT + MINUTE, closes_at=AT + 3 * MINUTE)
    person = learning.make_learner(academy)
    with pytest.raises(NotOpenYet):
        learning.begin_quiz(person, academy, AT)
    assert learning.begin_quiz(person, academy, AT + MINUTE).deadline_at == AT + 3 * MINUTE
    other = learning.make_learner(academy)
    with pytest.raises(Closed):
        learning.begin_quiz(other, academy, AT + 3 * MINUTE)


def test_between_two_attempts_there_is_a_wait(academy: Any) -> None:
    set_rules(academy, wait_minutes=60)
    person = learning.make_learner(academy)
    learning.hand_in(person, learning.begin_quiz(person, academy))
    with pytest.raises(MustWait, match="10:00"):
        learning.begin_quiz(person, academy, AT + 59 * MINUTE)
    assert learning.begin_quiz(person, academy, AT + 60 * MINUTE).number == 2


def test_what_was_tried_before_the_course_never_counts_and_is_compared_with_what_came_after(site: Any) -> None:
    made = make_course(questions=2, rules={"pretest": True, "attempts": 1})
    person = learning.make_learner(made)
    before = pretest(person, made)
    assert pretest(person, made) == before
    learning.answer(person, before, [True, False])
    learning.hand_in(person, before)
    before.refresh_from_db()
    assert (before.purpose, before.percent, before.passed) == (Purpose.PRETEST, 50, False)
    assert LearningEvent.objects.filter(item__key=made.quiz.translation_key).count() == 0
    with pytest.raises(NoAttemptsLeft):
        pretest(person, made)
    after = learning.begin_quiz(person, made)
    learning.answer(person, after, [True, True])
    found = gain(learning.hand_in(person, after).attempt, before)
    assert found is not None
    assert (found.before, found.after, found.gain) == (50, 100, 50)


def test_the_first_attempt_is_given_the_questions_that_were_drawn_before_the_course(site: Any) -> None:
    made = make_course(questions=1, rules={"pretest": True})
    for n in range(12):
        make_question(f"bank-{n}", topic="ladder")
    made.quiz.places.add(QuizQuestion(draw_count=3, draw_topic="ladder", sort_order=5))
    made.quiz.save()
    person = learning.make_learner(made)
    before = pretest(person, made)
    learning.hand_in(person, before)
    assert codes(learning.begin_quiz(person, made)) == codes(before)


def test_a_quiz_that_offers_no_pretest_gives_none(academy: Any) -> None:
    with pytest.raises(NoQuiz):
        pretest(learning.make_learner(academy), academy)


def test_practice_needs_no_course_and_leaves_no_fact(academy: Any) -> None:
    quiz = make_quiz("practice", formative=True)
    person = learning.make_learner()
    attempt = practise(person, academy, quiz)
    assert practise(person, academy, quiz) == attempt
    learning.answer(person, attempt, [False, True, True])
    submitted = learning.hand_in(person, attempt).attempt
    assert (submitted.purpose, submitted.percent) == (Purpose.PRACTICE, 66)
    assert LearningEvent.objects.count() == 0
    assert practise(person, academy, quiz).pk != attempt.pk


def test_a_quiz_that_counts_cannot_be_practised(academy: Any) -> None:
    with pytest.raises(NoQuiz):
        practise(learning.make_learner(academy), academy, academy.quiz)


def test_a_source_question_that_is_edited_or_deleted_changes_no_attempt(academy: Any) -> None:
    person = learning.make_learner(academy)
    attempt = learning.begin_quiz(person, academy)
    learning.answer(person, attempt, [True, True, True])
    QuizQuestion.objects.filter(question=academy.questions[0]).delete()
    Question.objects.filter(translation_key=academy.questions[0].translation_key).delete()
    for choice in academy.questions[1].choices.all():
        type(choice).objects.filter(pk=choice.pk).update(correct=not choice.correct)
    assert learning.hand_in(person, attempt).attempt.percent == 100


def test_handing_in_again_starts_from_the_texts_of_the_last_attempt(site: Any) -> None:
    made = make_course(kinds=("open_text", "single"), rules={"attempts": 0})
    person = learning.make_learner(made)
    first = learning.begin_quiz(person, made)
    learning.give(person, first, 1, {"text": ["My plan."]})
    learning.give(person, first, 2, learning.form_of(first, 2, right=True))
    learning.hand_in(person, first)
    QuizAttempt.objects.filter(pk=first.pk).update(state="submitted", points=0, passed=False)
    second = start_attempt(person=person, course_key=made.course.translation_key, by=person, at=AT)
    assert list(second.answers.values_list("number", "value")) == [(1, {"text": "My plan."})]


def test_the_questions_can_be_tried_before_the_course_is_started(site: Any) -> None:
    made = make_course(questions=2, rules={"pretest": True})
    person = learning.make_learner()
    before = pretest(person, made)
    learning.answer(person, before, [True, False])
    submitted = learning.hand_in(person, before).attempt
    assert (submitted.enrolment, submitted.percent, LearningEvent.objects.count()) == (None, 50, 0)
    with pytest.raises(NoAttemptsLeft):
        pretest(person, made)
    learning.take(person, made)
    after = learning.begin_quiz(person, made)
    learning.answer(person, after, [True, True])
    found = gain(learning.hand_in(person, after).attempt, submitted)
    assert found is not None
    assert found.gain == 50


def test_who_was_tested_before_the_course_with_questions_that_are_gone_is_asked_those_of_now(site: Any) -> None:
    made = make_course(questions=1, rules={"pretest": True})
    person = learning.make_learner(made)
    pretest(person, made)
    Quiz.objects.get(pk=made.quiz.pk).places.all().delete()
    Question.objects.all().delete()
    QuizQuestion.objects.create(quiz=made.quiz, question=make_question("new-1"))
    assert codes(learning.begin_quiz(person, made)) == ["new-1"]
