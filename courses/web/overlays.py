"""What a learner adds to a page of the curriculum (decision 22): `courses` answers in the page's place, with a template
that extends the curriculum's. Strangers get the curriculum's own page, the same for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import override

from courses.booking.queries.standing import wants_date
from courses.progress.paths import still_before
from courses.progress.queries import CourseStanding, lesson_in, place_in
from courses.progress.rules import see
from courses.web.date_standing import asked_for, next_rows
from courses.web.learner import (
    enrolment_for,
    learner_of_course,
    learner_of_lesson,
    learner_of_module,
    locked_in,
    shown,
    standing_of,
)
from courses.web.notes import note_box
from courses.web.path_standing import learner_of_path
from courses.web.required import required_line
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, LearningPathPage, ModulePage
from curriculum.catalogue.queries import paths
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import CourseOutline, course_key_of, course_outline
from curriculum.workshops.models import WorkshopPage


def overlay(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Hook `before_serve_page`: the page with what the person has done, the gate of a closed course, or nothing."""
    if isinstance(page, WorkshopPage):
        return workshop(page, request)
    if isinstance(page, LearningPathPage):
        return path(page, request)
    if not isinstance(page, CoursePage | ModulePage | LessonPage):
        return None
    route = getattr(request, "route", None)
    key = course_key_of(page)
    outline = course_outline(key, route.language) if route is not None and key is not None else None
    if outline is None:
        return None
    if not request.user.is_authenticated:
        return closed(page, request, outline) if is_closed(page, outline) else stranger(page, request, outline)
    if isinstance(page, CoursePage):
        return course(page, request, outline)
    return part(page, request, outline)


def stranger(page: Any, request: HttpRequest, outline: CourseOutline) -> HttpResponse | None:
    """The curriculum's own page, the same for all and kept; but with dates of workshops, where it asks for one."""
    asked = asked_for(workshops_of(page, outline), timezone.now())
    if asked is None:
        return None
    name = {CoursePage: "course", ModulePage: "module", LessonPage: "lesson"}[type(page)]
    return _not_kept(request, _answer(page, request, f"courses/dates/{name}.html", {"asked": asked}))


def workshops_of(page: Any, outline: CourseOutline) -> list[UUID]:
    """Keys of the workshops by attending which lessons of this page are done, in order. No query."""
    lessons = outline.lessons
    if isinstance(page, ModulePage):
        lessons = tuple(lesson for lesson in lessons if lesson.module_key == page.translation_key)
    elif isinstance(page, LessonPage):
        lessons = tuple(lesson for lesson in lessons if lesson.key == page.translation_key)
    return list(dict.fromkeys(lesson.workshop for lesson in lessons if lesson.workshop is not None))


def practice_address(lesson: UUID, quiz: UUID, language: str) -> str:
    """Hook `practice_address`: where a quiz that stands in a lesson is taken. Strangers are asked to sign in there."""
    with override(language):
        return reverse("practice_start", args=[lesson, quiz])


def workshop(page: WorkshopPage, request: HttpRequest) -> HttpResponse:
    """A workshop format with its next dates and the seats that are left, for strangers too."""
    key = page.translation_key
    dates = next_rows([key], timezone.now())
    wants = not dates and request.user.is_authenticated and wants_date(request.user, key)
    return _not_kept(
        request, _answer(page, request, "courses/workshop.html", {"dates": dates, "key": key, "wants": wants})
    )


def path(page: LearningPathPage, request: HttpRequest) -> HttpResponse | None:
    """A path's page for someone who is signed in."""
    route = getattr(request, "route", None)
    row = next((row for row in paths(route.language) if row.key == page.translation_key), None) if route else None
    if row is None or route is None or not request.user.is_authenticated:
        return None
    learner = learner_of_path(request.user, row, route.language, timezone.now())
    if learner is None:
        return None
    required = required_line(request.user, row.key)
    return _answer(page, request, "courses/path.html", {"learner": learner, "required": required})


def course(page: CoursePage, request: HttpRequest, outline: CourseOutline) -> HttpResponse:
    """A course's page for someone who is signed in."""
    learner = learner_of_course(request.user, outline)
    asked = asked_for(workshops_of(page, outline), timezone.now())
    required = required_line(request.user, outline.key)
    seen = {"learner": learner, "asked": asked, "required": required, **_states(learner.standing, outline)}
    return _answer(page, request, "courses/course.html", seen)


def part(page: ModulePage | LessonPage, request: HttpRequest, outline: CourseOutline) -> HttpResponse | None:
    """A module's or lesson's page for someone who is signed in."""
    of_module = outline.module(page.translation_key)
    lessons = [row.key for row in of_module.lessons] if of_module is not None else [page.translation_key]
    enrolment = enrolment_for(request.user, outline, lessons)
    if enrolment is None and is_closed(page, outline):
        return closed(page, request, outline)
    is_open = outline.status == CourseStatus.OPEN
    before = still_before(request.user, outline.key) if enrolment is None and is_open else None
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
    states = {"asked": asked_for(workshops_of(page, outline), timezone.now()), **_states(standing, outline)}
    if lesson is not None:
        learner = learner_of_lesson(request.user, outline, lesson, standing, before=before)
        own = {"learner": learner, "note": note_box(request, lesson)}
        return _answer(page, request, "courses/lesson.html", own | states)
    if of_module is None:
        return None
    seen = {"learner": learner_of_module(outline, of_module, standing, before), **states}
    return _answer(page, request, "courses/module.html", seen)


def _states(standing: CourseStanding | None, outline: CourseOutline) -> dict[str, Any]:
    """How somebody stands with each part, and what comes first where one is not open yet."""
    return {"standings": shown(standing, outline), "locked": locked_in(standing, outline)}


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


def _not_kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page with seats on it: it is written anew for each stranger, because each booking changes it (decision 15)."""
    if not request.user.is_authenticated:
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Cookie"])
    return response


def _answer(page: Any, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**page.get_context(request), **context})
