"""When an activity is done by the facts, and that summaries and pages say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule
from courses.progress import queries
from courses.progress.activities import ActivityStanding, activities_in, first_of
from courses.progress.enums import Standing
from courses.progress.models import ItemProgress
from courses.progress.queries import course_standing, is_complete, is_left, met, next_part
from courses.progress.scoring import Happened, summarise
from curriculum.conditions.nodes import AllOf, Part
from curriculum.lessons.outline import ActivityRow, CourseOutline, LessonRow, ModuleRow
from tests.courses.progress.test_queries import BEGIN, LESSONS, after

ACTIVITY, SCORE = UUID(int=70), UUID(int=71)
LADDER = ActivityRow(ACTIVITY, 70, "Ladder", "en", counts=True, mark=None, rule="completed")


def asks(at: int | None, since: int | None = None) -> Rule:
    """A rule that asks for the activity alone."""
    return Rule(AllOf((Part("activity", ACTIVITY, at),)), since=after(since) if since is not None else None)


def fact(kind: str, hour: int = 1, **data: Any) -> Happened:
    """A fact about the activity."""
    return Happened(ACTIVITY, kind, after(hour), data)


@pytest.mark.parametrize(
    ("at", "facts", "is_done"),
    [
        (None, [], False),
        (None, [fact("completed")], True),
        # Worked through, which is all that was asked for when this person began.
        (None, [fact("failed", percent=10)], True),
        (70, [fact("failed", percent=69)], False),
        (70, [fact("passed", percent=70)], True),
        # The mark was raised since: what was promised is reached.
        (70, [fact("failed", percent=80)], True),
        # The rule was made easier since.
        (70, [fact("completed")], True),
        (70, [fact("passed", percent=50)], True),
        # The best counts.
        (70, [fact("passed", 1, percent=90), fact("failed", 2, percent=10)], True),
        (70, [fact("waived")], True),
    ],
)
def test_an_activity_is_done_by_what_was_promised_or_by_less(
    at: int | None, facts: list[Happened], is_done: bool
) -> None:
    assert is_complete(asks(at), facts) is is_done


@pytest.mark.parametrize("kind", ["completed", "passed", "failed"])
def test_what_was_done_before_the_window_counts_for_nothing(kind: str) -> None:
    facts = [fact(kind, 1, percent=100)]
    assert [met(asks(70, since=hour), facts) for hour in (1, 2)] == [{ACTIVITY}, frozenset()]


@pytest.mark.parametrize(
    ("what", "is_done"),
    [
        # The rule was another then: having worked through it is no score, and one that nobody checked is none either.
        (fact("completed"), False),
        (fact("completed", percent=100, trust="client"), False),
        (fact("completed", percent=100, trust="consistent"), False),
        (fact("completed", percent=69, trust="rescored"), False),
        (fact("completed", percent=70, trust="rescored"), True),
        (fact("completed", percent=70, trust="server"), True),
        (fact("passed", percent=50), False),
        (fact("passed", percent=70), True),
        (fact("failed", percent=70), True),
    ],
)
def test_what_was_done_before_somebody_began_meets_a_mark_by_a_reliable_score_alone(
    what: Happened, is_done: bool
) -> None:
    asked = replace(asks(70), started_at=after(2))
    assert is_complete(asked, [what]) is is_done
    # Without a mark it is done, whatever it was.
    assert is_complete(replace(asks(None), started_at=after(2)), [what])


def row_of(facts: list[Happened]) -> list[ItemProgress]:
    """The summary of the activity, as it is stored; none without facts."""
    found = summarise(facts)
    return [ItemProgress(item_id=70, **vars(found))] if facts else []


def course(*activities: ActivityRow) -> CourseOutline:
    """A course of two modules with a lesson each; the activities stand in the first."""
    modules = tuple(
        ModuleRow(UUID(int=50 + n), 50 + n, f"{n}", "M", "en", "/m/", 10, (), (lesson,))
        for n, lesson in enumerate(
            (
                LessonRow(LESSONS[0], 1, UUID(int=50), "L0", "en", "/0/", 10, "written", None, activities),
                LessonRow(LESSONS[1], 2, UUID(int=51), "L1", "en", "/1/", 10, "written"),
            )
        )
    )
    words: dict[str, Any] = {"code": "C", "title": "C", "title_language": "en", "url": "/", "summary": "", "level": ""}
    return CourseOutline(
        key=UUID(int=8), item_id=8, status="open", minutes=20, members_only=False, languages=("en",),
        modules=modules, quiz=None, **words,
    )  # fmt: skip


def enrolment(*parts: Part, **fields: Any) -> Enrolment:
    """One that asks for the lessons and these."""
    asked: list[dict[str, Any]] = [{"kind": "lesson", "key": str(key)} for key in LESSONS[:2]]
    for part in parts:
        asked.append({"kind": part.kind, "key": str(part.key)} | ({"at": part.at} if part.at else {}))
    return Enrolment(item_id=8, rule={"version": 2, "root": {"all": asked}, **fields}, started_at=BEGIN)


def ticked(*numbers: int) -> list[ItemProgress]:
    """Rows of lessons that are done."""
    return [ItemProgress(item_id=n, standing=Standing.COMPLETED, completed_at=after(1)) for n in numbers]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["completed", "passed", "failed"]), st.sampled_from([0, 39, 40, 69, 70, 100])),
        max_size=5,
    ),
    st.sampled_from([None, 40, 70]),
)
def test_a_summary_says_what_the_facts_say(story: list[tuple[str, int]], at: int | None) -> None:
    facts = [fact(kind, hour, percent=percent) for hour, (kind, percent) in enumerate(story)]
    standing = course_standing(enrolment(Part("activity", ACTIVITY, at)), course(LADDER), row_of(facts))
    assert (ACTIVITY in standing.done) == is_complete(asks(at), facts)
    assert (ACTIVITY in standing.open) == (ACTIVITY not in standing.done)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), max_size=6), st.integers(-5, 5))
def test_so_it_does_in_a_course_that_was_begun_anew(story: list[tuple[bool, int]], since: int) -> None:
    # With one mark throughout: where it was changed, only the facts can tell.
    facts = [
        fact("passed" if passes else "failed", hour, percent=80 if passes else 20)
        for passes, hour in sorted(story, key=lambda each: each[1])
    ]
    taken = enrolment(Part("activity", ACTIVITY, 70), since=after(since).isoformat())
    standing = course_standing(taken, course(LADDER), row_of(facts))
    assert (ACTIVITY in standing.done) == is_complete(asks(70, since), facts)


def test_a_course_is_not_round_without_its_activity_and_goes_on_at_its_lesson() -> None:
    outline = course(LADDER)
    standing = course_standing(enrolment(Part("activity", ACTIVITY)), outline, ticked(1, 2))
    assert (standing.lessons_done, standing.lessons, standing.parts_done, standing.parts) == (2, 2, 2, 3)
    assert standing.open == {ACTIVITY}
    assert (standing.percent, standing.standings[outline.modules[0].key]) == (66, Standing.IN_PROGRESS)
    assert next_part(standing, outline, place=2) == outline.lessons[0]
    assert [is_left(standing, lesson) for lesson in outline.lessons] == [True, False]
    done = course_standing(
        enrolment(Part("activity", ACTIVITY)), outline, [*ticked(1, 2), *row_of([fact("completed")])]
    )
    assert (done.percent, next_part(done, outline, place=2)) == (100, None)


def test_an_activity_that_came_later_is_new_and_asked_of_nobody() -> None:
    outline = course(LADDER, ActivityRow(SCORE, 71, "Score", "en", counts=False, mark=70, rule="passed"))
    standing = course_standing(enrolment(), outline, ticked(1))
    assert [standing.new, standing.open] == [{ACTIVITY}, {LESSONS[1]}]
    assert standing.parts == 2
    assert activities_in(outline.lessons[0], standing, []) == (
        ActivityStanding(LADDER, None, is_done=False, percent=None, is_new=True),
    )
    assert first_of(outline.lessons[0], standing, []) is None


@pytest.mark.parametrize("outline", [course(), course(ActivityRow(ACTIVITY, 70, "A", "en", False, None, "completed"))])
def test_one_that_was_taken_out_or_counts_no_more_holds_nobody_up(
    outline: CourseOutline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "promise", lambda key: None)
    standing = course_standing(enrolment(Part("activity", ACTIVITY)), outline, ticked(1, 2))
    assert (standing.percent, standing.parts, standing.open) == (100, 2, frozenset())
    assert activities_in(outline.lessons[0], standing, []) == ()


def test_what_comes_before_the_tick_is_what_counts_and_was_promised() -> None:
    score = ActivityRow(SCORE, 71, "Score", "en", counts=True, mark=90, rule="passed")
    outline = course(LADDER, score)
    lesson = outline.lessons[0]
    parts = (Part("activity", ACTIVITY), Part("activity", SCORE, 70))
    standing = course_standing(enrolment(*parts), outline, [])
    assert first_of(lesson, standing, []) == AllOf(parts)
    facts = [fact("completed", percent=40), Happened(SCORE, "failed", after(2), {"percent": 80})]
    assert first_of(lesson, standing, facts) is None
    assert activities_in(lesson, standing, facts) == (
        ActivityStanding(LADDER, None, is_done=True, percent=40, is_new=False),
        ActivityStanding(score, 70, is_done=True, percent=80, is_new=False),
    )
    # One that was chosen for the rule by itself is a thing of its own.
    alone = course(ActivityRow(ACTIVITY, 70, "Ladder", "en", counts=False, mark=None, rule="completed"))
    standing = course_standing(enrolment(Part("activity", ACTIVITY), beyond=[str(ACTIVITY)]), alone, [])
    assert first_of(alone.lessons[0], standing, []) is None
    assert [each.is_done for each in activities_in(alone.lessons[0], standing, [])] == [False]
