"""A learner marks a lesson as done, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from courses.enrolments.errors import NotEnrolled
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.enrolments.rules import lock_learner
from courses.progress.activities import facts_in, first_of
from courses.progress.enums import Fact
from courses.progress.errors import (
    ActivityFirst,
    CourseCompletedStays,
    LessonDoneByAttending,
    LessonNotWritten,
    LessonUnknown,
    NotOpenYetBecause,
)
from courses.progress.models import Place
from courses.progress.paths import asked_by_a_path
from courses.progress.queries import CourseStanding, course_of_lesson, course_standing, place_in, progress_rows
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, LessonRow

from .record_fact import Consequences, record_fact


@dataclass(frozen=True)
class LessonMarked:
    """How things stand after a lesson was marked; `changed` is False if it stood so already."""

    outline: CourseOutline
    lesson: LessonRow
    standing: CourseStanding
    changed: bool
    consequences: Consequences = field(default_factory=Consequences)


@transaction.atomic(durable=True)
def complete_lesson(*, person: Any, lesson_key: UUID, by: Any, at: datetime) -> LessonMarked:
    """Mark a lesson as done. Done twice, it is done once.

    Raises LessonUnknown, LessonNotWritten, LessonDoneByAttending, NotOpenYetBecause, ActivityFirst, NotEnrolled.
    """
    lock_learner(person)
    outline, lesson, enrolment = _enrolled(person, lesson_key)
    if lesson.status != LessonStatus.WRITTEN:
        raise LessonNotWritten
    place = place_in(person, outline)
    standing = _standing(person, outline, enrolment, place)
    if standing.is_done(lesson_key):
        return LessonMarked(outline, lesson, standing, changed=False)
    if lesson.workshop is not None:
        raise LessonDoneByAttending
    if (first := standing.locked.get(lesson_key)) is not None:
        raise NotOpenYetBecause(first)
    if (first := first_of(lesson, standing, facts_in(person, lesson, standing))) is not None:
        raise ActivityFirst(first)
    consequences = _record(person, lesson, Fact.COMPLETED, by=by, at=at)
    enrolment = next((each for each in consequences.completed if each.pk == enrolment.pk), enrolment)
    return LessonMarked(outline, lesson, _standing(person, outline, enrolment, place), True, consequences)


@transaction.atomic(durable=True)
def undo_lesson(*, person: Any, lesson_key: UUID, by: Any, at: datetime) -> LessonMarked:
    """Mark a lesson as not done. What a completed course asked for stays done.

    Raises LessonUnknown, LessonDoneByAttending, NotEnrolled, CourseCompletedStays.
    """
    lock_learner(person)
    outline, lesson, enrolment = _enrolled(person, lesson_key)
    if not enrolment.is_running and lesson_key in rule_of(enrolment).keys:
        raise CourseCompletedStays
    place = place_in(person, outline)
    standing = _standing(person, outline, enrolment, place)
    if not standing.is_done(lesson_key):
        return LessonMarked(outline, lesson, standing, changed=False)
    if lesson.workshop is not None:
        # Taken back by hand it could not be had again: attendance is corrected where it is kept.
        raise LessonDoneByAttending
    consequences = _record(person, lesson, Fact.UNDONE, by=by, at=at)
    return LessonMarked(outline, lesson, _standing(person, outline, enrolment, place), True, consequences)


def _enrolled(person: Any, lesson_key: UUID) -> tuple[CourseOutline, LessonRow, Enrolment]:
    """The lesson in its course, and the person's enrolment in it: running, or completed and not left.

    Who does not take the course may take a path that asks for this lesson itself (the short route), or for an activity
    in it.
    """
    found = course_of_lesson(lesson_key, get_language() or "en")
    if found is None:
        raise LessonUnknown
    outline, lesson = found
    inside = (activity.key for activity in lesson.activities)
    enrolment = current(person, outline.key) or asked_by_a_path(person, lesson_key, *inside)
    if enrolment is None:
        raise NotEnrolled
    return outline, lesson, enrolment


def _standing(person: Any, outline: CourseOutline, enrolment: Enrolment, place: Place | None) -> CourseStanding:
    rows = progress_rows(person, [outline], [rule_of(enrolment)])
    return course_standing(enrolment, outline, rows, place.item_id if place else None)


def _record(person: Any, lesson: LessonRow, fact: Fact, *, by: Any, at: datetime) -> Consequences:
    return record_fact(person=person, item_id=lesson.item_id, item_key=lesson.key, fact=fact, by=by, at=at)
