"""What facts come to: pure rules, held by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule
from courses.progress import queries
from courses.progress.enums import Fact, Standing
from courses.progress.models import ItemProgress
from courses.progress.queries import course_standing, is_complete, met, next_part
from courses.progress.scoring import Happened, Summary, reaches, summarise
from curriculum.conditions.nodes import AllOf, Part
from curriculum.lessons.outline import CourseOutline, LessonRow, ModuleRow, QuizRow

BEGIN = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LESSONS = [UUID(int=n) for n in range(1, 5)]
QUIZ = UUID(int=99)
PARTS = (*(Part("lesson", key) for key in LESSONS), Part("quiz", QUIZ, at=70))


def after(hours: int) -> datetime:
    """A moment some hours after the beginning."""
    return BEGIN + timedelta(hours=hours)


@st.composite
def happened(draw: st.DrawFn) -> list[Happened]:
    """Any history of these lessons and this quiz, in order."""
    found = []
    for hour in sorted(draw(st.lists(st.integers(-50, 50), max_size=20))):
        if draw(st.booleans()):
            found.append(
                Happened(draw(st.sampled_from(LESSONS)), draw(st.sampled_from(["completed", "undone"])), after(hour))
            )
        else:
            percent = draw(st.integers(0, 100))
            found.append(Happened(QUIZ, "passed" if percent >= 70 else "failed", after(hour), {"percent": percent}))
    return found


@settings(max_examples=30, deadline=None)
@given(happened(), st.integers(-50, 50))
def test_facts_from_before_the_window_count_for_nothing(facts: list[Happened], hour: int) -> None:
    rule = Rule(AllOf(PARTS), since=after(hour))
    assert met(rule, facts) == met(Rule(AllOf(PARTS), since=None), [fact for fact in facts if fact.at >= after(hour)])


@settings(max_examples=30, deadline=None)
@given(happened())
def test_only_undoing_takes_something_away(facts: list[Happened]) -> None:
    rule = Rule(AllOf(PARTS), since=None)
    for number, fact in enumerate(facts):
        before, now = met(rule, facts[:number]), met(rule, facts[: number + 1])
        assert before <= now or fact.fact == Fact.UNDONE
        assert now - before <= {fact.key}


@settings(max_examples=30, deadline=None)
@given(happened(), st.permutations(PARTS))
def test_the_order_of_parts_never_matters_and_all_means_complete(facts: list[Happened], parts: list[Part]) -> None:
    rule = Rule(AllOf(tuple(parts)), since=None)
    assert met(rule, facts) == met(Rule(AllOf(PARTS), since=None), facts)
    assert is_complete(rule, facts) == (met(rule, facts) == rule.keys)


@settings(max_examples=30, deadline=None)
@given(happened())
def test_a_summary_agrees_with_the_rule(facts: list[Happened]) -> None:
    done = met(Rule(AllOf(PARTS), since=None), facts)
    for part in PARTS:
        summary = summarise(fact for fact in facts if fact.key == part.key)
        assert (summary.standing == Standing.COMPLETED) == (part.key in done)
        assert (summary.completed_at is not None) == (part.key in done)


def test_a_rule_without_parts_is_never_complete() -> None:
    assert is_complete(Rule(AllOf(()), since=None), []) is False


def test_a_waiver_meets_what_was_withdrawn_for_the_cycle_that_it_was_given_to() -> None:
    waived = [Happened(LESSONS[0], "waived", after(1))]
    assert met(Rule(AllOf(PARTS[:1]), since=after(5), started_at=after(0)), waived) == {LESSONS[0]}
    assert met(Rule(AllOf(PARTS[:1]), since=None, started_at=after(2)), waived) == frozenset()


def test_where_the_last_attempt_counts_a_later_failure_takes_the_pass_away() -> None:
    facts = [Happened(QUIZ, "passed", after(1), {"percent": 90, "counts": "last"})]
    worse = [*facts, Happened(QUIZ, "failed", after(2), {"percent": 40, "counts": "last"})]
    rule = Rule(AllOf((Part("quiz", QUIZ, at=70, counts="last"),)), since=None)
    assert (is_complete(rule, facts), is_complete(rule, worse)) == (True, False)
    assert summarise(facts) == Summary(Standing.COMPLETED, after(1), 90)
    assert summarise(worse) == Summary(Standing.IN_PROGRESS, None, 90)


def test_a_course_s_own_summary_follows_its_cycles() -> None:
    course = UUID(int=7)
    story = [("enrolled", 0), ("finished", 1), ("enrolled", 2), ("left", 3)]
    states = [summarise([Happened(course, fact, after(h)) for fact, h in story[: n + 1]]).standing for n in range(4)]
    assert states == [Standing.IN_PROGRESS, Standing.COMPLETED, Standing.IN_PROGRESS, Standing.NOT_STARTED]


def outline(lessons: int = 4, quiz: bool = True) -> CourseOutline:
    """A course of one module."""
    module = UUID(int=50)
    rows = tuple(
        LessonRow(key, n, module, f"L{n}", "en", f"/{n}/", 10, "written") for n, key in enumerate(LESSONS[:lessons], 1)
    )
    modules = (ModuleRow(module, 50, "1", "M", "en", "/m/", 40, (), rows),)
    quiz_row = QuizRow(QUIZ, 99, "Q", "en", 10, 70, 3, "best", 20) if quiz else None
    facts: dict[str, Any] = {"code": "C", "title": "C", "title_language": "en", "url": "/", "summary": "", "level": ""}
    return CourseOutline(
        key=UUID(int=8), item_id=8, status="open", minutes=60, members_only=False, languages=("en",),
        modules=modules, quiz=quiz_row, **facts,
    )  # fmt: skip


def enrolment(lessons: int = 4, since: datetime | None = None, quiz: bool = True) -> Enrolment:
    """An enrolment whose rule asks for the first lessons, and the quiz."""
    parts: list[dict[str, Any]] = [{"kind": "lesson", "key": str(key)} for key in LESSONS[:lessons]]
    if quiz:
        parts.append({"kind": "quiz", "key": str(QUIZ), "at": 70})
    rule = {"version": 1, "since": since.isoformat() if since else None, "all": parts}
    return Enrolment(item_id=8, rule=rule, started_at=BEGIN)


def done(item_id: int, at: datetime) -> ItemProgress:
    """A summary row of something completed."""
    return ItemProgress(item_id=item_id, standing=Standing.COMPLETED, completed_at=at)


def test_a_standing_counts_what_is_required_and_live(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked for: four lessons and the quiz. Lesson 4 was withdrawn meanwhile, and holds nobody up: the circle closes.
    monkeypatch.setattr(queries, "promise", lambda key: None)
    standing = course_standing(enrolment(), outline(lessons=3), [done(1, after(1)), done(2, after(1))], place=3)
    assert (standing.lessons_done, standing.lessons, standing.parts_done, standing.parts) == (2, 3, 2, 4)
    assert (standing.percent, standing.open) == (60, {LESSONS[2], QUIZ})
    assert standing.standings[LESSONS[2]] == Standing.IN_PROGRESS
    assert standing.standings[UUID(int=50)] == Standing.IN_PROGRESS


def test_what_came_later_is_new_and_does_not_count() -> None:
    standing = course_standing(enrolment(lessons=2, quiz=False), outline(), [done(1, after(1)), done(2, after(1))])
    assert standing.new == {LESSONS[2], LESSONS[3], QUIZ}
    assert (standing.percent, standing.lessons_done, standing.lessons) == (100, 2, 2)
    assert standing.standings[UUID(int=50)] == Standing.COMPLETED


def test_a_summary_from_before_a_new_start_does_not_show() -> None:
    rows = [done(1, after(1)), done(2, after(9)), ItemProgress(item_id=99, standing=Standing.IN_PROGRESS)]
    standing = course_standing(enrolment(since=after(5)), outline(), rows)
    assert standing.done == {LESSONS[1]}
    assert standing.standings[QUIZ] == Standing.NOT_STARTED


def test_it_goes_on_at_the_place_else_after_it_else_at_the_first_gap() -> None:
    def at(rows: list[ItemProgress], place: int | None) -> str:
        course = outline()
        part = next_part(course_standing(enrolment(), course, rows, place), course, place)
        return part.title if part else ""

    assert at([], None) == "L1"
    assert at([], 3) == "L3"
    assert at([done(3, after(1))], 3) == "L4"
    assert at([done(3, after(1)), done(4, after(1))], 3) == "Q"
    assert at([done(2, after(1)), done(3, after(1)), done(4, after(1)), done(99, after(1))], 3) == "L1"
    assert at([done(n, after(1)) for n in (1, 2, 3, 4, 99)], 3) == ""


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.integers(1, 100))
def test_which_attempt_counts(scores: list[int], at: int) -> None:
    assert reaches(scores, "best", at) == (max(scores) >= at)
    assert reaches(scores, "last", at) == (scores[-1] >= at)
    assert reaches(scores, "first", at) == (scores[0] >= at)
    assert reaches(scores, "average", at) == (sum(scores) / len(scores) >= at)
    assert not reaches([], "best", at)


def quiz_fact(percent: int, hour: int, **data: Any) -> Happened:
    """A hand-in with this score."""
    fact = "passed" if percent >= 70 else "failed"
    return Happened(QUIZ, fact, after(hour), {"percent": percent, "attempt": f"attempt {hour}", **data})


def test_an_attempt_that_missed_a_question_that_must_be_right_does_not_pass_by_its_score() -> None:
    rule = Rule(AllOf(PARTS[-1:]), since=None)
    assert met(rule, [quiz_fact(90, 1, barred=True)]) == frozenset()
    assert met(rule, [quiz_fact(90, 1, barred=True), quiz_fact(70, 2)]) == {QUIZ}


def test_a_regrading_takes_the_place_of_what_was_noted_of_the_same_attempt() -> None:
    rule = Rule(AllOf(PARTS[-1:]), since=None)
    passed = quiz_fact(80, 1)
    lowered = Happened(QUIZ, "failed", after(2), {"percent": 60, "attempt": "attempt 1", "regraded": True})
    assert met(rule, [passed]) == {QUIZ}
    assert met(rule, [passed, lowered]) == frozenset()
    assert met(rule, [passed, quiz_fact(75, 2), lowered]) == {QUIZ}
    assert summarise([passed, lowered]).standing == Standing.IN_PROGRESS
