"""Reads of lessons for those who keep them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage
from curriculum.h5p.models import Activity
from curriculum.items.models import LearningItem
from curriculum.library.models import PracticeCasePage

from .models import LessonPage


def reviews_overdue(today: date) -> list[Any]:
    """Published source lessons and cases whose review date has passed, the longest overdue first. Two queries."""
    older = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"))
    found: list[Any] = []
    for model in (LessonPage, PracticeCasePage):
        overdue = model.objects.live().filter(review_by__lt=today).exclude(Exists(older))
        found += overdue.defer("body").select_related("locale")
    return sorted(found, key=lambda page: (page.review_by, page.title))


def parts_of_course(key: UUID) -> frozenset[UUID] | None:
    """Keys of the lessons below a course, live or not, of the activities in them that count, and of its quiz; None if
    it is not published as open now.

    Structure is that of the sources (decision 2). Read from the database: what background work concludes from it is not
    taken back, so a cached outline would not do. Two queries, a third where there are activities.
    """
    courses = list(CoursePage.objects.filter(translation_key=key).select_related("quiz").order_by("pk"))
    if not courses or not courses[0].live or courses[0].status != CourseStatus.OPEN:
        return None
    # The oldest page with a key is the source (academy.website.queries.is_source): it is the last one to be written.
    rows = LessonPage.objects.order_by("-pk").values_list("translation_key", "path", "activity_keys")
    lessons = {lesson: (path, activities) for lesson, path, activities in rows}
    within = tuple(course.path for course in courses)
    found = {lesson for lesson, (path, _activities) in lessons.items() if path.startswith(within)}
    found |= _counting({UUID(key) for lesson in found for key in lessons[lesson][1]})
    if (quiz := courses[0].quiz) is not None:
        found.add(quiz.translation_key)
    return frozenset(found)


def courses_with(activity: UUID) -> list[UUID]:
    """Keys of the courses in whose lessons an activity stands, live or not. At most two queries."""
    rows = LessonPage.objects.exclude(activity_keys=[]).values_list("path", "activity_keys")
    lessons = [path for path, keys in rows if str(activity) in keys]
    courses = CoursePage.objects.order_by("pk").values_list("translation_key", "path") if lessons else []
    return list(dict.fromkeys(key for key, path in courses if any(lesson.startswith(path) for lesson in lessons)))


def _counting(keys: set[UUID]) -> set[UUID]:
    """Those among these activities that count, live or not: what the oldest row of each says. No query for none."""
    if not keys:
        return set()
    rows = dict(
        Activity.objects.filter(translation_key__in=keys).order_by("-pk").values_list("translation_key", "counts")
    )
    return {key for key, counts in rows.items() if counts}


def lessons_done_by(workshop: UUID) -> list[tuple[int, UUID]]:
    """Items (id and key) of the published lessons that are done by attending this workshop. Two queries."""
    older = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"))
    keys = (
        LessonPage.objects.live()
        .filter(workshop__translation_key=workshop)
        .exclude(Exists(older))
        .values_list("translation_key", flat=True)
    )
    return list(LearningItem.objects.filter(key__in=list(keys)).order_by("pk").values_list("pk", "key"))
