"""Reads of notes and bookmarks: always the person's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import CourseOutline, LessonRow, all_courses

from .models import Bookmark, LessonNote


@dataclass(frozen=True)
class Own:
    """What a person has beside one lesson: a note (or no words) and a bookmark (or none)."""

    text: str = ""
    updated_at: datetime | None = None
    is_bookmarked: bool = False


@dataclass(frozen=True)
class NotedLesson:
    """A lesson with a note or a bookmark. `lesson` is None where it is in no course any more: its title is kept."""

    item: LearningItem
    lesson: LessonRow | None
    own: Own


@dataclass(frozen=True)
class NotedCourse:
    """The noted lessons of one course in its order; without a course those that are in none any more."""

    outline: CourseOutline | None
    lessons: list[NotedLesson]


def own_of(person: Any, item_id: int) -> Own:
    """The person's note and bookmark at a lesson. One query for both."""
    found = _with_own(person).filter(pk=item_id).values_list("note", "noted_at", "is_bookmarked").first()
    return Own(found[0] or "", found[1], found[2]) if found is not None else Own()


def notes_of(person: Any, language: str) -> list[NotedCourse]:
    """All notes and bookmarks by course and lesson, in the order of the catalogue. One query when outlines are warm.

    A lesson that was withdrawn or stands in no open course stays, with the title that it had: the note is the person's.
    """
    found = {item.pk: _noted(item) for item in _noted_items(person).order_by("title", "pk")}
    if not found:
        return []
    courses = [NotedCourse(outline, list(_in_order(outline, found))) for outline in all_courses(language)]
    if found:
        courses.append(NotedCourse(None, list(found.values())))
    return [course for course in courses if course.lessons]


def noted(person: Any, key: UUID) -> NotedLesson | None:
    """A lesson beside which the person has a note or a bookmark, wherever it stands today. One query."""
    item = _noted_items(person).filter(key=key).first()
    return _noted(item) if item is not None else None


def _noted(item: Any) -> NotedLesson:
    return NotedLesson(item, None, Own(item.note or "", item.noted_at, item.is_bookmarked))


def _noted_items(person: Any) -> Any:
    """Lessons with a note or a bookmark of the person."""
    notes = LessonNote.objects.filter(person=person).values("item")
    bookmarks = Bookmark.objects.filter(person=person).values("item")
    return _with_own(person).filter(Q(pk__in=notes) | Q(pk__in=bookmarks))


def _in_order(outline: CourseOutline, left: dict[int, NotedLesson]) -> Iterator[NotedLesson]:
    """Takes the lessons of a course out of those that are left."""
    for lesson in outline.lessons:
        noted = left.pop(lesson.item_id, None)
        if noted is not None:
            yield NotedLesson(noted.item, lesson, noted.own)


def _with_own(person: Any) -> Any:
    """Lessons with what the person has beside each: `note`, `noted_at`, `is_bookmarked`."""
    note = LessonNote.objects.filter(person=person, item=OuterRef("pk"))
    return LearningItem.objects.filter(kind=ItemKind.LESSON).annotate(
        note=Subquery(note.values("text")[:1]),
        noted_at=Subquery(note.values("updated_at")[:1]),
        is_bookmarked=Exists(Bookmark.objects.filter(person=person, item=OuterRef("pk"))),
    )
