"""What a learner adds to a page of the curriculum (decision 22): `courses` answers in the page's place, with a template
that extends the curriculum's. Strangers get the curriculum's own page, the same for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses.enrolments.queries import current
from courses.progress.queries import lesson_in, place_in
from courses.progress.rules import see
from courses.web.learner import learner_of_course, learner_of_lesson, learner_of_module, shown, standing_of
from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import CourseOutline, course_key_of, course_outline


def overlay(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Hook `before_serve_page`: the page with what the person has done, the gate of a closed course, or nothing."""
    if not isinstance(page, CoursePage | ModulePage | LessonPage):
        return None
    route = getattr(request, "route", None)
    key = course_key_of(page)
    outline = course_outline(key, route.language) if route is not None and key is not None else None
    if outline is None:
        return None
    if not request.user.is_authenticated:
        return closed(page, request, outline) if is_closed(page, outline) else None
    if isinstance(page, CoursePage):
        return course(page, request, outline)
    return part(page, request, outline)


def practice_address(lesson: UUID, quiz: UUID, language: str) -> str:
    """Hook `practice_address`: where a quiz that stands in a lesson is taken. Strangers are asked to sign in there."""
    with override(language):
        return reverse("practice_start", args=[lesson, quiz])


def course(page: CoursePage, request: HttpRequest, outline: CourseOutline) -> HttpResponse:
    """A course's page for someone who is signed in."""
    learner = learner_of_course(request.user, outline)
    return _answer(page, request, "courses/course.html", {"learner": learner, "standings": shown(learner.standing)})


def part(page: ModulePage | LessonPage, request: HttpRequest, outline: CourseOutline) -> HttpResponse | None:
    """A module's or lesson's page for someone who is signed in."""
    enrolment = current(request.user, outline.key)
    if enrolment is None and is_closed(page, outline):
        return closed(page, request, outline)
    place = place_in(request.user, outline) if enrolment is not None else None
    lesson = lesson_in(outline, page.translation_key) if isinstance(page, LessonPage) else None
    if lesson is not None and enrolment is not None:
        # Reading a lesson moves the place; a module's page is only passed through.
        place = see(
            person=request.user,
            course_id=outline.item_id,
            item_id=lesson.item_id,
            place=place,
            at=timezone.now(),
        )
    standing = standing_of(request.user, enrolment, outline, place) if enrolment is not None else None
    states = {"standings": shown(standing)}
    if lesson is not None:
        learner = learner_of_lesson(outline, lesson, standing)
        return _answer(page, request, "courses/lesson.html", {"learner": learner, **states})
    module = outline.module(page.translation_key)
    if module is None:
        return None
    seen = {"learner": learner_of_module(outline, module, standing), **states}
    return _answer(page, request, "courses/module.html", seen)


def is_closed(page: Any, outline: CourseOutline) -> bool:
    """Whether only people who take the course read this page: beyond the first module of a course for members."""
    if not outline.members_only or isinstance(page, CoursePage):
        return False
    first = outline.modules[0] if outline.modules else None
    lesson = lesson_in(outline, page.translation_key)
    return first is None or first.key not in (page.translation_key, lesson.module_key if lesson else None)


def closed(page: Any, request: HttpRequest, outline: CourseOutline) -> HttpResponse:
    """Says what the page is and how to read it, and nothing of its content."""
    return TemplateResponse(request, "courses/members_only.html", {"outline": outline}, status=403)


def _answer(page: Any, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**page.get_context(request), **context})
