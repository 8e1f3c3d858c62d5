"""Grading again after a wrong key: who changes from what to what, once, and nothing that was promised is taken away."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from academy.people.models import User
from academy.people.rules import erase_person
from courses.attempts.errors import NothingToRegrade
from courses.attempts.models import Answer, FrozenQuestion, Mark, QuizAttempt, Regrade, RegradedAttempt, Unanswered
from courses.attempts.queries import frozen_questions, shuffled
from courses.attempts.rules import preview
from courses.attempts.rules.regrading import key_of, rekeyed
from courses.certificates.models import Certificate
from courses.flows.mark_attempt import regrade
from courses.progress.models import LearningEvent
from curriculum.quizzes.freezing import freeze
from curriculum.quizzes.grading import grade
from curriculum.quizzes.models import Choice, Question
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_question
from tests.factories.people import make_person, signed_in

LATER = learning.AT + timedelta(days=1)


@pytest.fixture
def trainer(db: None) -> User:
    """Who grades again."""
    return make_person(display_name="Tess Trainer")


@pytest.fixture
def one(site: Any) -> Any:
    """A course with one lesson and a quiz of two questions; all of the points pass."""
    return make_course(lessons=1, questions=2, rules={"attempts": 0, "pass_mark": 100})


def make_right(question: Question, *texts: str) -> None:
    """Correct the key of a choice: these options are right."""
    for choice in Choice.objects.filter(question=question):
        choice.correct = choice.text in texts
        choice.save()


def tick(attempt: QuizAttempt, number: int, text: str) -> dict[str, list[str]]:
    """The form that ticks the option with this text."""
    options = shuffled(attempt, number, frozen_questions(attempt)[number - 1])
    return {"choice": [str(n) for n, option in enumerate(options, 1) if option["text"]["en"] == text]}


def taken(made: Any, *texts: str, person: User | None = None, finished: bool = True) -> QuizAttempt:
    """An attempt handed in, an option ticked at each question; "" leaves it out."""
    person = person or learning.make_learner(made)
    if finished:
        learning.finish_lessons(person, made)
    attempt = learning.begin_quiz(person, made)
    for number, text in enumerate(texts, 1):
        if text:
            learning.give(person, attempt, number, tick(attempt, number, text))
    return learning.hand_in(person, attempt).attempt


def apply(made: Any, trainer: User, question: int = 0) -> Any:
    """Grade again by the key of now."""
    key = made.questions[question].translation_key
    return regrade(question_key=key, reason="The key was wrong.", by=trainer, at=LATER)


def frozen(kind: str, **fields: Any) -> dict[str, Any]:
    """A frozen question of a kind, as the factory makes it."""
    return freeze(make_question(f"q-{kind}", kind, languages=["en"], **fields))


def option(content: dict[str, Any], text: str) -> dict[str, Any]:
    """The option with this text."""
    return next(each for each in content["options"] if each["text"].get("en") == text)


# -- rekeyed: the question as it was given, with the key of now -------------------------------------------------------


def test_other_options_are_right_and_words_and_points_stay(site: Any) -> None:
    given_ = frozen("single")
    now = deepcopy(given_)
    for each in now["options"]:
        each["correct"] = each["text"]["en"] == "wrong"
        each["text"] = {"en": "other words"}
    now |= {"text": {"en": "Other question?"}, "points": 5, "must_pass": True}
    after = rekeyed(given_, now)
    assert [each["correct"] for each in (option(after, "right"), option(after, "wrong"))] == [False, True]
    assert (after["text"], after["points"], after["must_pass"]) == (given_["text"], 1, True)
    assert grade(after, [option(after, "wrong")["id"]]).right


def test_two_answers_can_be_right_afterwards(site: Any) -> None:
    given_ = frozen("single")
    now = deepcopy(given_) | {"kind": "multiple"}
    option(now, "wrong")["correct"] = True
    after = rekeyed(given_, now)
    assert [grade(after, [option(after, text)["id"]]).right for text in ("right", "wrong", "wrong too")] == [
        True, True, False,
    ]  # fmt: skip


def test_an_option_that_has_gone_stays_and_a_new_one_was_never_given(site: Any) -> None:
    given_ = frozen("multiple")
    now = deepcopy(given_)
    now["options"] = [each for each in now["options"] if each["text"]["en"] != "right too"]
    now["options"].append({**option(given_, "wrong"), "id": "new", "correct": True})
    after = rekeyed(given_, now)
    assert {each["id"] for each in after["options"]} == {each["id"] for each in given_["options"]}
    assert option(after, "right too")["correct"]


def test_shares_are_part_of_the_key(site: Any) -> None:
    given_ = frozen("single")
    now = deepcopy(given_)
    option(now, "wrong")["share"] = "50.00000"
    after = rekeyed(given_, now)
    assert grade(after, [option(after, "wrong")["id"]]).points == Decimal("0.50")


def test_another_order_is_right(site: Any) -> None:
    given_ = frozen("ordering")
    now = deepcopy(given_)
    option(now, "first")["place"], option(now, "second")["place"] = 1, 0
    after = rekeyed(given_, now)
    order = {option(after, text)["id"]: place for place, text in enumerate(("second", "first", "third"), 1)}
    assert (grade(given_, order).right, grade(after, order).right) == (False, True)


def test_the_order_in_which_options_are_written_is_no_key(site: Any) -> None:
    given_ = frozen("single")
    now = deepcopy(given_)
    option(now, "right")["place"], option(now, "wrong")["place"] = 1, 0
    assert rekeyed(given_, now) == given_


def test_pairs_are_matched_otherwise_and_a_side_that_was_not_there_changes_nothing(site: Any) -> None:
    given_ = frozen("matching")
    now = deepcopy(given_)
    cat, dog = option(now, "cat"), option(now, "dog")
    cat["match"], dog["match"] = dog["match"], cat["match"]
    option(now, "cow")["match"] = {"id": "new", "text": {"en": "lows"}}
    after = rekeyed(given_, now)
    matched = {option(given_, text)["id"]: option(now, text)["match"]["id"] for text in ("cat", "dog")}
    matched[option(given_, "cow")["id"]] = option(given_, "cow")["match"]["id"]
    assert grade(after, matched).right
    assert option(after, "cat")["match"]["text"] == {"en": "barks"}


def test_a_number_that_is_accepted_now_was_right(site: Any) -> None:
    given_ = frozen("numeric")
    now = deepcopy(given_)
    accepted = next(each for each in now["options"] if each["correct"])
    now["options"].append({**accepted, "id": "new", "number": "500", "tolerance": "2"})
    accepted["tolerance"] = "0"
    after = rekeyed(given_, now)
    found = [grade(after, {"typed": n, "number": n}).right for n in ("2409", "2410", "501", "154")]
    assert found == [True, False, True, False]


def test_words_that_are_accepted_now_were_right(site: Any) -> None:
    given_ = frozen("short_text")
    now = deepcopy(given_)
    next(each for each in now["options"] if each["correct"])["words"].append("pasaporte")
    after = rekeyed(given_, now)
    assert (grade(given_, {"text": "Pasaporte"}).right, grade(after, {"text": "Pasaporte"}).right) == (False, True)


def test_a_question_of_the_first_format_takes_the_key_of_now(site: Any) -> None:
    now = frozen("single")
    old = {name: now[name] for name in ("key", "kind", "points", "language", "text", "feedback", "read_again")}
    old["options"] = [{name: each[name] for name in ("id", "correct", "text", "feedback")} for each in now["options"]]
    assert key_of(rekeyed(old, now)) == key_of(old)
    option(now, "wrong")["correct"] = True
    assert option(rekeyed(old, now), "wrong")["correct"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=6), st.lists(st.booleans(), min_size=2, max_size=6))
def test_rekeying_is_done_once_and_for_all(before: list[bool], after: list[bool]) -> None:
    def content(rights: list[bool]) -> dict[str, Any]:
        options = [
            {"id": str(n), "correct": right, "share": None, "place": n, "text": {"en": str(n)}}
            for n, right in enumerate(rights)
        ]
        return {"kind": "multiple", "points": 1, "must_pass": False, "text": {"en": "?"}, "options": options}

    given_, now = content(before), content(after)
    once = rekeyed(given_, now)
    assert rekeyed(once, now) == once
    assert rekeyed(given_, given_) == given_
    assert [each["id"] for each in once["options"]] == [each["id"] for each in given_["options"]]


# -- preview and regrade ----------------------------------------------------------------------------------------------


def everything() -> list[Any]:
    """What regrading could touch."""
    models = (QuizAttempt, Answer, FrozenQuestion, Regrade, RegradedAttempt, LearningEvent, Certificate, Unanswered)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_a_preview_writes_nothing_and_says_who_would_change(one: Any) -> None:
    wrong, right, other = taken(one, "wrong", "right"), taken(one, "right", "right"), taken(one, "wrong too", "right")
    make_right(one.questions[0], "wrong")
    before = everything()
    found = preview(question_key=one.questions[0].translation_key)
    assert found.looked_at == 3
    assert [
        (each.attempt.pk, each.percent_before, each.percent_after, each.passed_before, each.passed_after)
        for each in found.changes
    ] == [(wrong.pk, 50, 100, False, True), (right.pk, 100, 50, True, False)]
    assert other.pk not in {each.attempt.pk for each in found.changes}
    assert everything() == before


def test_regrading_raises_and_lowers_and_keeps_a_log(one: Any, trainer: User) -> None:
    wrong, right = taken(one, "wrong", "right"), taken(one, "right", "right")
    make_right(one.questions[0], "wrong")
    row, changes = apply(one, trainer)
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert [(each.points, each.passed) for each in (wrong, right)] == [(2, True), (1, False)]
    assert len(changes) == 2
    assert list(RegradedAttempt.objects.order_by("pk").values_list("regrade", "attempt", "points_before")) == [
        (row.pk, wrong.pk, 1), (row.pk, right.pk, 2),
    ]  # fmt: skip
    assert (row.by, row.reason, row.at) == (trainer, "The key was wrong.", LATER)
    assert list(Answer.objects.filter(number=1).order_by("pk").values_list("points", flat=True)) == [1, 0]
    assert ModelLogEntry.objects.get(action="courses.regrade").data == {"reason": "The key was wrong.", "changed": 2}


def test_the_facts_say_that_they_were_regraded(one: Any, trainer: User) -> None:
    taken(one, "wrong", "right", finished=False)
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    facts = LearningEvent.objects.filter(fact__in=["passed", "failed"]).order_by("pk")
    assert [(row.fact, row.data["percent"], row.data.get("regraded")) for row in facts] == [
        ("failed", 50, None), ("passed", 100, True),
    ]  # fmt: skip
    assert facts[1].by == trainer


def test_who_newly_passes_completes_the_course_and_is_certified(one: Any, trainer: User) -> None:
    attempt = taken(one, "wrong", "right")
    assert Certificate.objects.count() == 0
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    certificate = Certificate.objects.get()
    assert certificate.person == attempt.person
    enrolment = attempt.enrolment
    assert enrolment is not None
    enrolment.refresh_from_db()
    assert enrolment.completed_at == LATER


def test_an_issued_certificate_and_a_completed_course_stay(one: Any, trainer: User) -> None:
    attempt = taken(one, "right", "right")
    certificate = Certificate.objects.values().get()
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    attempt.refresh_from_db()
    assert attempt.passed is False
    assert Certificate.objects.values().get() == certificate
    enrolment = attempt.enrolment
    assert enrolment is not None
    enrolment.refresh_from_db()
    assert enrolment.completed_at == learning.AT


def test_another_attempt_that_passes_still_counts(one: Any, trainer: User) -> None:
    person = learning.make_learner(one)
    taken(one, "right", "right", person=person, finished=False)
    taken(one, "wrong", "right", person=person, finished=False)
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    assert list(QuizAttempt.objects.order_by("number").values_list("passed", flat=True)) == [False, True]
    last = LearningEvent.objects.filter(fact__in=["passed", "failed"]).latest("pk")
    assert last.fact == "passed"


def test_an_open_attempt_is_graded_by_the_key_that_it_was_given(one: Any, trainer: User) -> None:
    taken(one, "wrong", "right")
    person = learning.make_learner(one)
    attempt = learning.begin_quiz(person, one)
    learning.give(person, attempt, 1, tick(attempt, 1, "right"))
    learning.give(person, attempt, 2, tick(attempt, 2, "right"))
    kept = QuizAttempt.objects.values().get(pk=attempt.pk)
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    assert QuizAttempt.objects.values().get(pk=attempt.pk) == kept
    assert learning.hand_in(person, attempt).attempt.percent == 100
    assert preview(question_key=one.questions[0].translation_key).looked_at == 1


def test_a_second_regrading_says_that_there_is_nothing_to_do(one: Any, trainer: User) -> None:
    taken(one, "wrong", "right")
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    before = everything()
    with pytest.raises(NothingToRegrade):
        apply(one, trainer)
    assert everything() == before


def test_words_points_and_the_order_of_options_are_no_reason_to_grade_again(one: Any, trainer: User) -> None:
    taken(one, "wrong", "right")
    question = one.questions[0]
    question.text, question.points = "Better words?", 3
    question.save()
    for n, choice in enumerate(Choice.objects.filter(question=question).order_by("-sort_order")):
        choice.sort_order = n
        choice.save()
    assert preview(question_key=question.translation_key).looked_at == 0
    with pytest.raises(NothingToRegrade):
        apply(one, trainer)


def test_a_question_that_cannot_be_given_has_no_key(one: Any, trainer: User) -> None:
    taken(one, "wrong", "right")
    make_right(one.questions[0])
    with pytest.raises(NothingToRegrade):
        apply(one, trainer)


def test_a_question_that_must_be_right_no_more_counts_for_who_left_it_out(site: Any, trainer: User) -> None:
    made = make_course(questions=2, rules={"pass_mark": 50})
    made.questions[0].must_pass = True
    made.questions[0].save()
    attempt = taken(made, "", "right", finished=False)
    assert (attempt.percent, attempt.passed) == (50, False)
    made.questions[0].must_pass = False
    made.questions[0].save()
    _row, changes = apply(made, trainer)
    attempt.refresh_from_db()
    assert ([each.passed_after for each in changes], attempt.passed) == ([True], True)
    assert Unanswered.objects.get().question.digest == attempt.frozen["digests"][0]


def test_what_a_trainer_gave_is_kept(site: Any, trainer: User) -> None:
    made = make_course(kinds=["single", "open_text"], rules={"pass_mark": 100})
    person = learning.make_learner(made)
    attempt = learning.begin_quiz(person, made)
    learning.give(person, attempt, 1, tick(attempt, 1, "wrong"))
    learning.give(person, attempt, 2, {"text": ["Long words."]})
    learning.hand_in(person, attempt)
    Mark.objects.create(
        answer=Answer.objects.get(number=2), content={"points": "1"}, by=trainer, at=learning.AT, is_draft=False
    )
    QuizAttempt.objects.update(state="submitted", points=Decimal(1), passed=False)
    make_right(made.questions[0], "wrong")
    apply(made, trainer)
    attempt.refresh_from_db()
    assert (attempt.points, attempt.passed) == (2, True)


def test_summaries_can_be_rebuilt_afterwards(one: Any, trainer: User, capsys: Any) -> None:
    taken(one, "wrong", "right")
    taken(one, "right", "right", finished=False)
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    call_command("rebuild_progress", "--check")
    assert "No differences" in capsys.readouterr().out


def test_the_result_shows_the_key_of_now(one: Any, trainer: User) -> None:
    attempt = taken(one, "wrong", "right", finished=False)
    make_right(one.questions[0], "wrong")
    apply(one, trainer)
    page = signed_in(attempt.person).get(reverse("quiz_result", args=[attempt.public_id])).content.decode()
    assert "100" in page
    attempt.refresh_from_db()
    assert option(frozen_questions(attempt)[0], "wrong")["correct"]
    assert attempt.frozen["regraded"][0]["at"] == LATER.isoformat()


@pytest.mark.parametrize("attempts", [2, 7])
def test_a_preview_costs_the_same_however_many_attempts(
    one: Any, django_assert_num_queries: Any, attempts: int
) -> None:
    for _ in range(attempts):
        taken(one, "wrong", "right", finished=False)
    make_right(one.questions[0], "wrong")
    with django_assert_num_queries(10):
        assert preview(question_key=one.questions[0].translation_key).looked_at == attempts


def test_who_was_erased_keeps_what_they_reached(one: Any, trainer: User) -> None:
    attempt = taken(one, "wrong", "right")
    taken(one, "wrong", "right")
    erase_person(person=attempt.person, by=None, at=timezone.now())
    make_right(one.questions[0], "wrong")
    _row, changes = apply(one, trainer)
    assert len(changes) == 1
    attempt.refresh_from_db()
    assert attempt.points == 1


def test_an_attempt_whose_answers_were_deleted_keeps_its_score(one: Any, trainer: User) -> None:
    attempt = taken(one, "right", "")
    QuizAttempt.objects.filter(pk=attempt.pk).update(points=2, passed=True)
    # The answers are gone for their age, and the note of what was left out is not yet.
    Answer.objects.all().delete()
    make_right(one.questions[1], "wrong")
    apply(one, trainer, 1)
    attempt.refresh_from_db()
    assert (attempt.points, attempt.passed, RegradedAttempt.objects.count()) == (Decimal(2), True, 0)
