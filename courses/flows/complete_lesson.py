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
from courses.progress.enums import Fact
from courses.progress.errors import CourseCompletedStays, LessonNotWritten, LessonUnknown
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

    Raises LessonUnknown, LessonNotWritten, NotEnrolled.
    """
    lock_learner(person)
    outline, lesson, enrolment = _enrolled(person, lesson_key)
    if lesson.status != LessonStatus.WRITTEN:
        raise LessonNotWritten
    standing = _standing(person, outline, enrolment)
    if standing.is_done(lesson_key):
        return LessonMarked(outline, lesson, standing, changed=False)
    return _mark(person, outline, lesson, enrolment, Fact.COMPLETED, by=by, at=at)


@transaction.atomic(durable=True)
def undo_lesson(*, person: Any, lesson_key: UUID, by: Any, at: datetime) -> LessonMarked:
    """Mark a lesson as not done. What a completed course asked for stays done.

    Raises LessonUnknown, NotEnrolled, CourseCompletedStays.
    """
    lock_learner(person)
    outline, lesson, enrolment = _enrolled(person, lesson_key)
    if not enrolment.is_running and lesson_key in rule_of(enrolment).keys:
        raise CourseCompletedStays
    standing = _standing(person, outline, enrolment)
    if not standing.is_done(lesson_key):
        return LessonMarked(outline, lesson, standing, changed=False)
    return _mark(person, outline, lesson, enrolment, Fact.UNDONE, by=by, at=at)


def _enrolled(person: Any, lesson_key: UUID) -> tuple[CourseOutline, LessonRow, Enrolment]:
    """The lesson in its course, and the person's enrolment in it: running, or completed and not left."""
    found = course_of_lesson(lesson_key, get_language() or "en")
    if found is None:
        raise LessonUnknown
    outline, lesson = found
    enrolment = current(person, outline.key)
    if enrolment is None:
        raise NotEnrolled
    return outline, lesson, enrolment


def _standing(person: Any, outline: CourseOutline, enrolment: Enrolment) -> CourseStanding:
    place = place_in(person, outline)
    return course_standing(enrolment, outline, progress_rows(person, [outline]), place.item_id if place else None)


def _mark(
    person: Any, outline: CourseOutline, lesson: LessonRow, enrolment: Enrolment, fact: Fact, *, by: Any, at: datetime
) -> LessonMarked:
    consequences = record_fact(person=person, item_id=lesson.item_id, item_key=lesson.key, fact=fact, by=by, at=at)
    if consequences.completed:
        enrolment.refresh_from_db()
    return LessonMarked(outline, lesson, _standing(person, outline, enrolment), True, consequences)
