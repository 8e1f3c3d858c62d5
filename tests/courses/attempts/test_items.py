"""The item report: figures of each question over all attempts, and nothing by which somebody could be recognised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.people.rules import erase_person
from courses.attempts import rules
from courses.attempts.models import QuizAttempt, Unanswered
from courses.attempts.queries import Item, ItemReport, frozen_questions, item_report, quiz_lines, shuffled
from courses.attempts.queries.items import _Sums
from courses.flows.mark_attempt import regrade
from curriculum.quizzes.models import Choice
from tests import databases
from tests.factories import courses as learning
from tests.factories.curriculum import make_course

Form = dict[str, list[str]]


def try_quiz(made: Any, *answers: Any, person: Any = None, language: str = "en", seconds: int = 60) -> QuizAttempt:
    """An attempt handed in. Answers: True or False (rightly or wrongly), None (left out), a form, or what makes one."""
    person = person or learning.make_learner(made)
    at = learning.AT
    attempt = learning.begin_quiz(person, made, at)
    for number, answer in enumerate(answers, 1):
        if answer is None:
            continue
        form = learning.form_of(attempt, number, right=answer) if isinstance(answer, bool) else answer
        form = form(attempt, number) if callable(form) else form
        at += timedelta(seconds=seconds)
        learning.give(person, attempt, number, form, at, language)
    return learning.hand_in(person, attempt, at).attempt


def choosing(text: str) -> Callable[[QuizAttempt, int], Form]:
    """The form that ticks the option with this text."""

    def form(attempt: QuizAttempt, number: int) -> Form:
        options = shuffled(attempt, number, frozen_questions(attempt)[number - 1])
        return {"choice": [str(n) for n, option in enumerate(options, 1) if option["text"]["en"] == text]}

    return form


def report_of(made: Any, language: str = "en") -> ItemReport:
    """The report of the course's quiz."""
    report = item_report(made.quiz.translation_key, language)
    assert report is not None
    return report


def item_of(made: Any, number: int = 1, language: str = "en") -> Item:
    """One question's figures."""
    return report_of(made, language).items[number - 1]


def listed(item: Item) -> list[tuple[str, int, bool]]:
    """Words, number and whether right of all answers that are listed."""
    return [(", ".join(word.text for word in each.words), each.count, each.right) for each in item.answers]


@pytest.fixture
def three(site: Any) -> Any:
    """A course with three questions of a single choice; as many attempts as wanted."""
    return make_course(rules={"attempts": 0})


def of_kind(kind: str, **rules_of_quiz: Any) -> Any:
    """A course whose quiz has one question of a kind."""
    return make_course(kinds=[kind], rules={"attempts": 0, **rules_of_quiz})


def test_each_option_is_counted_in_the_authors_order(three: Any) -> None:
    for right in (True, True, True, True, False):
        try_quiz(three, right, True, True)
    item = item_of(three)
    assert item.difficulty == pytest.approx(0.8)
    assert (item.given, item.answered, item.percent) == (5, 5, 80)
    assert [(words, right) for words, _n, right in listed(item)] == [
        ("right", True), ("wrong", False), ("wrong too", False),
    ]  # fmt: skip
    assert item.options[0].percent == 80
    assert sum(each.count for each in item.options) == 5


def test_a_question_left_out_was_asked_and_earned_nothing(three: Any) -> None:
    for answer in (True, True, True, None, None):
        try_quiz(three, answer, True, True)
    item = item_of(three)
    assert (item.given, item.answered) == (5, 3)
    assert item.difficulty == pytest.approx(0.6)
    assert [str(hint) for hint in item.hints] == ["Many leave it out."]


def test_an_attempt_without_an_answer_was_asked_everything(three: Any) -> None:
    for _ in range(4):
        try_quiz(three, True, True, True)
    try_quiz(three)
    report = report_of(three)
    assert report.attempts == 5
    assert [(item.given, item.answered) for item in report.items] == [(5, 4)] * 3


def test_languages_and_people_are_counted_together_and_words_are_the_readers(three: Any) -> None:
    for language in ("en", "nl", "nl", "en", "nl"):
        try_quiz(three, True, True, True, language=language)
    item = item_of(three, language="nl")
    assert item.given == 5
    assert (item.text.text, item.text.language) == ("Question cpa-9-1? [nl]", "nl")
    assert listed(item)[0] == ("right [nl]", 5, True)
    assert report_of(three, "nl").title.text == "Quiz cpa-9 [nl]"
    assert item_of(three, language="fr").text.language == "en"


def test_below_five_attempts_nothing_is_said_of_a_question(three: Any) -> None:
    for _ in range(4):
        try_quiz(three, True, True, True)
    report = report_of(three)
    assert (report.handed_in, report.attempts, report.items, report.has_enough) == (4, 4, [], False)
    assert report.line.pass_percent is None
    try_quiz(three, False, False, False)
    assert len(report_of(three).items) == 3
    assert report_of(three).line.pass_percent == 80


def test_practice_pretests_and_open_attempts_are_not_counted(site: Any) -> None:
    made = make_course(rules={"attempts": 0, "pretest": True})
    for _ in range(5):
        person = learning.make_learner(made)
        from_before = learning.begin_quiz(person, made)
        learning.answer(person, from_before, [True])
    assert (report_of(made).handed_in, report_of(made).attempts) == (0, 0)
    QuizAttempt.objects.update(purpose="pretest")
    for attempt in QuizAttempt.objects.select_related("person"):
        learning.hand_in(attempt.person, attempt)
    assert (report_of(made).handed_in, report_of(made).attempts) == (0, 0)
    assert Unanswered.objects.count() == 0


def test_discrimination_is_said_from_ten_attempts_and_only_where_people_differ(three: Any) -> None:
    for _ in range(4):
        try_quiz(three, True, True, True)
    for _ in range(5):
        try_quiz(three, False, False, True)
    assert [item.discrimination for item in report_of(three).items] == [None, None, None]
    try_quiz(three, False, False, True)
    first, second, third = report_of(three).items
    assert first.discrimination == pytest.approx(1.0)
    assert second.discrimination == pytest.approx(1.0)
    assert third.discrimination is None


def test_a_question_that_the_strong_get_wrong_is_pointed_out(three: Any) -> None:
    for _ in range(5):
        try_quiz(three, False, True, True)
    for _ in range(5):
        try_quiz(three, True, False, False)
    item = item_of(three)
    assert item.discrimination == pytest.approx(-1.0)
    assert str(item.hints[0]) == "Those who do well otherwise get this one wrong: look at the key."


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 12)).map(lambda each: (each[0] / 4, each[0] / 4 + each[1] / 4)),
        min_size=10,
        max_size=60,
    )
)
def test_the_correlation_from_sums_is_the_correlation(attempts: list[tuple[float, float]]) -> None:
    sums = _Sums()
    for points, total in attempts:
        sums.add(1, points, 1.0, total, total * total, 1)
    xs, rs = [x for x, _ in attempts], [total - x for x, total in attempts]
    n = len(attempts)
    mean_x, mean_r = sum(xs) / n, sum(rs) / n
    across = sum((x - mean_x) * (r - mean_r) for x, r in zip(xs, rs, strict=True))
    spread_x, spread_r = sum((x - mean_x) ** 2 for x in xs), sum((r - mean_r) ** 2 for r in rs)
    if min(spread_x, spread_r) < 1e-9:
        assert sums.correlation is None
    else:
        assert sums.correlation == pytest.approx(across / (spread_x * spread_r) ** 0.5, abs=1e-6)


def test_a_wrong_option_that_beats_the_right_one_is_pointed_out(site: Any) -> None:
    made = of_kind("true_false")
    for right in (True, True, False, False, False):
        try_quiz(made, right)
    item = item_of(made)
    assert str(item.hints[0]) == "A wrong answer is chosen more often than the right one: look at the key."
    assert item.most_wrong is not None
    assert (item.most_wrong.words[0].text, item.most_wrong.count) == ("True", 3)


def test_each_tick_of_a_multiple_choice_is_counted(site: Any) -> None:
    made = of_kind("multiple")
    for right in (True, True, True, True, False):
        try_quiz(made, right)
    assert listed(item_of(made)) == [("right", 4, True), ("right too", 4, True), ("wrong", 1, False)]


def test_the_orders_given_most_are_listed(site: Any) -> None:
    made = of_kind("ordering")
    for right in (True, True, True, False, False):
        try_quiz(made, right)
    assert listed(item_of(made)) == [("first, second, third", 3, True), ("third, second, first", 2, False)]


def test_pairs_say_how_many_are_right_and_what_is_chosen_instead(site: Any) -> None:
    made = of_kind("matching")
    for right in (True, True, True, True, False):
        try_quiz(made, right)
    pairs = item_of(made).pairs
    assert [(pair.left.text, pair.right.words[0].text, pair.right.count) for pair in pairs] == [
        ("cat", "miaows", 4), ("dog", "barks", 4), ("cow", "moos", 4),
    ]  # fmt: skip
    assert all(pair.wrong is not None and pair.wrong.count == 1 for pair in pairs)


def test_a_wrong_number_is_shown_once_five_people_gave_it(site: Any) -> None:
    made = of_kind("numeric")
    for typed in ("2,409", "2409", "2410", "154", "154", "154", "154"):
        try_quiz(made, {"number": [typed]})
    assert listed(item_of(made)) == [("2,409", 3, True)]
    try_quiz(made, {"number": ["154.0"]})
    (right, wrong) = listed(item_of(made))
    assert (right[1:], wrong) == ((3, True), ("154", 5, False))


def test_one_person_who_tries_five_times_is_not_five_people(site: Any) -> None:
    made = of_kind("short_text")
    person = learning.make_learner(made)
    for _ in range(5):
        try_quiz(made, {"text": ["My name is Ada"]}, person=person)
    for _ in range(4):
        try_quiz(made, {"text": ["Digital product passport"]})
    assert [words for words, _n, _right in listed(item_of(made))] == [""]
    try_quiz(made, {"text": ["digital  PRODUCT-passport."]}, person=person)
    assert listed(item_of(made)) == [("", 0, True), ("Digital product passport", 5, False)]


def test_texts_that_mean_the_same_are_one_answer(site: Any) -> None:
    made = of_kind("short_text")
    for typed in ("Werkboek", "werkboek ", "WERKBOEK", "wérkboek", "werkboek!", "materials passport"):
        try_quiz(made, {"text": [typed]})
    right, wrong = listed(item_of(made))
    assert right == ("materials passport", 1, True)
    assert wrong[1:] == (5, False)


def test_what_a_trainer_reads_is_counted_and_never_shown(site: Any) -> None:
    made = make_course(kinds=["single", "open_text"], rules={"attempts": 0})
    for n in range(5):
        attempt = try_quiz(made, True, {"text": [f"Long words {n}"]})
        QuizAttempt.objects.filter(pk=attempt.pk).update(state="submitted", points=Decimal(1), passed=True)
    report = report_of(made)
    assert [item.kind for item in report.items] == ["single", "open_text"]
    assert (report.items[1].given, report.items[1].answers, report.items[1].pairs) == (5, [], [])
    assert "Long words" not in repr(report)


def test_the_typical_time_is_not_moved_by_a_pause(three: Any) -> None:
    for seconds in (60, 60, 60, 60, 1800):
        try_quiz(three, True, True, True, seconds=seconds)
    seconds = item_of(three).seconds
    assert seconds is not None
    assert 60 <= seconds < 130


def test_forgotten_and_erased_answers_leave_the_numbers_of_attempts(three: Any) -> None:
    people = [learning.make_learner(three) for _ in range(7)]
    for person in people:
        try_quiz(three, True, None, True, person=person)
    erase_person(person=people[0], by=None, at=timezone.now())
    report = report_of(three)
    assert (report.handed_in, report.attempts, report.forgotten) == (7, 6, 1)
    assert [(item.given, item.answered) for item in report.items] == [(6, 6), (6, 0), (6, 6)]
    rules.forget_answers(at=learning.AT + timedelta(days=366))
    report = report_of(three)
    assert (report.handed_in, report.passed, report.attempts, report.items) == (7, 0, 0, [])


def test_after_regrading_the_report_speaks_by_the_new_key(three: Any) -> None:
    for _ in range(5):
        attempt = try_quiz(three, choosing("wrong"), True, True)
    assert item_of(three).percent == 0
    assert attempt.percent == 66
    question = three.questions[0]
    for choice in Choice.objects.filter(question=question):
        choice.correct = choice.text == "wrong"
        choice.save()
    regrade(question_key=question.translation_key, reason="wrong key", by=learning.make_learner(), at=learning.AT)
    item = item_of(three)
    assert (item.percent, item.given) == (100, 5)
    assert [(words, right) for words, _n, right in listed(item)] == [
        ("right", False), ("wrong", True), ("wrong too", False),
    ]  # fmt: skip


def test_forms_of_a_question_are_counted_together(three: Any) -> None:
    for _ in range(3):
        try_quiz(three, True, True, True)
    question = three.questions[0]
    question.text = "Better words?"
    question.save()
    for _ in range(2):
        try_quiz(three, False, True, True)
    item = item_of(three)
    assert (item.given, item.percent, item.text.text) == (5, 60, "Better words?")
    assert len(report_of(three).items) == 3


def test_quizzes_are_listed_with_their_numbers(three: Any) -> None:
    assert quiz_lines("en") == []
    for right in (True, True, True, True, False):
        try_quiz(three, right, right, right)
    (line,) = quiz_lines("nl")
    assert (line.key, line.title.text) == (three.quiz.translation_key, "Quiz cpa-9 [nl]")
    assert (line.attempts, line.passed, line.pass_percent) == (5, 4, 80)


def test_what_is_no_quiz_has_no_report(three: Any) -> None:
    assert item_report(three.course.translation_key, "en") is None


@pytest.mark.parametrize("attempts", [5, 12])
def test_the_report_costs_the_same_however_many_attempts(
    site: Any, django_assert_num_queries: Any, attempts: int
) -> None:
    made = make_course(kinds=["single", "matching", "open_text", "numeric"], rules={"attempts": 0})
    for _ in range(attempts):
        attempt = try_quiz(made, True, True, True, {"number": ["154"]})
        QuizAttempt.objects.filter(pk=attempt.pk).update(state="submitted", points=Decimal(1), passed=True)
    with django_assert_num_queries(8):
        assert report_of(made).attempts == attempts


@pytest.mark.postgres
@pytest.mark.skipif(databases.is_sqlite(), reason="PostgreSQL's planner")
def test_the_report_finds_its_attempts_by_their_index(three: Any) -> None:
    try_quiz(three, True, True, True)
    with connection.cursor() as cursor:
        # So few rows are read faster without any index; what is asked is whether the planner can use it.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT stxname FROM pg_statistic_ext WHERE stxname = 'courses_answer_given'")
        assert cursor.fetchall() == [("courses_answer_given",)]
    plan = plan_of_report(three)
    assert "attempt_reported" in plan
    assert "Seq Scan on courses_quizattempt" not in plan


def plan_of_report(made: Any) -> str:
    """The plan of the query that adds up the answers."""
    with CaptureQueriesContext(connection) as captured:
        report_of(made)
    (sql,) = [each["sql"] for each in captured.captured_queries if "LN(" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())
