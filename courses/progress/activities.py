"""Activities in a lesson, for one person: what the lesson's page says of each, and what holds its tick up.

The facts decide here, not the summaries: an activity may have been done by another rule than the one that is frozen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.enrolments.queries import rule_of
from curriculum.conditions.nodes import AllOf, Node, Part
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import ActivityRow, LessonRow

from .queries import CourseStanding, decider, facts_about
from .scoring import Happened


@dataclass(frozen=True)
class ActivityStanding:
    """An activity in a lesson and how it stands. `mark` is what has to be reached in per cent, if anything, as it was
    promised; `percent` the best score in the window of the enrolment; `is_new`: it came, or began to count, after the
    person began, so that it is not asked of them."""

    row: ActivityRow
    mark: int | None
    is_done: bool
    percent: int | None
    is_new: bool


def asked_in(lesson: LessonRow, standing: CourseStanding) -> list[Part]:
    """What is asked for, or would be of who starts now, of the activities in a lesson, in order. No query.

    None that counts no more and is not asked for, none that was waived.
    """
    frozen = {part.key: part for part in rule_of(standing.enrolment).parts if part.kind == ItemKind.ACTIVITY}
    found = []
    for row in lesson.activities:
        if row.key in standing.required:
            found.append(frozen[row.key])
        elif row.key in standing.new:
            found.append(Part(str(ItemKind.ACTIVITY), row.key, row.mark))
    return found


def facts_in(person: Any, lesson: LessonRow, standing: CourseStanding) -> list[Happened]:
    """The person's facts about these. One query; none for a lesson of which no activity is asked for."""
    keys = {part.key for part in asked_in(lesson, standing)}
    return facts_about(person, keys) if keys else []


def activities_in(
    lesson: LessonRow, standing: CourseStanding, facts: Iterable[Happened]
) -> tuple[ActivityStanding, ...]:
    """The activities of a lesson that are asked for, and those that are new, in order. `facts` are those of `facts_in`.
    Pure."""
    rule, facts = rule_of(standing.enrolment), list(facts)
    decide = decider(rule, facts, standing.enrolment.completed_at)
    rows = {row.key: row for row in lesson.activities}
    found = []
    for part in asked_in(lesson, standing):
        scores = [
            int(happened.data["percent"])
            for happened in facts
            if happened.key == part.key
            and happened.data.get("percent") is not None
            and (rule.since is None or happened.at >= rule.since)
        ]
        is_new = part.key in standing.new
        found.append(ActivityStanding(rows[part.key], part.at, decide(part), max(scores, default=None), is_new))
    return tuple(found)


def first_of(lesson: LessonRow, standing: CourseStanding, facts: Iterable[Happened]) -> Node | None:
    """What has to be done in a lesson before it can be marked as done: its activities that count, as far as the frozen
    rule still wants them. None if nothing is left. Pure."""
    decide = decider(rule_of(standing.enrolment), facts)
    counting = {row.key for row in lesson.activities if row.counts}
    left = [part for part in asked_in(lesson, standing) if _holds_up(part.key, counting, standing) and not decide(part)]
    return AllOf(tuple(left)) if left else None


def _holds_up(key: UUID, counting: set[UUID], standing: CourseStanding) -> bool:
    """Not one that is new; and one that does not count, chosen for the rule by itself, is a thing of its own."""
    return key in counting and key in standing.open
