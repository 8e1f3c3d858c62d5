"""Marking a lesson as done, and taking that back."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from academy.web.answers import go_to
from courses.enrolments.errors import NotEnrolled, Refused
from courses.flows.complete_lesson import LessonMarked, complete_lesson, undo_lesson
from courses.progress.queries import course_of_lesson, place_in
from courses.web.answers import language, person_of, refuse
from courses.web.learner import enrolment_for, learner_of_lesson, standing_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_done(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mark as done."""
    return _mark(request, key, complete_lesson)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_undone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mark as not done."""
    return _mark(request, key, undo_lesson)


@signed_in
@require_http_methods(["GET", "HEAD"])
def lesson_actions(request: HttpRequest, key: UUID) -> HttpResponse:
    """What can be done at the end of a lesson, once more: the page asks for it when an activity in it is done.

    For who learns here; others have nothing to be told, and are not told whether the lesson exists.
    """
    outline, lesson = course_of_lesson(key, language()) or (None, None)
    person = person_of(request)
    enrolment = enrolment_for(person, outline, [key]) if outline is not None else None
    if outline is None or lesson is None or enrolment is None:
        raise Http404
    if request.headers.get("HX-Request") != "true":
        return go_to(request, f"{lesson.url}#learner-actions")
    standing = standing_of(person, enrolment, outline, place_in(person, outline))
    learner = learner_of_lesson(person, outline, lesson, standing)
    return render(request, "courses/partials/lesson_marked.html", {"learner": learner})


def _mark(request: HttpRequest, key: UUID, flow: Callable[..., LessonMarked]) -> HttpResponse:
    found = course_of_lesson(key, language())
    if found is None:
        raise Http404
    outline, lesson = found
    if request.method != "POST":
        return go_to(request, lesson.url)
    try:
        marked = flow(person=request.user, lesson_key=key, by=request.user, at=timezone.now())
    except NotEnrolled as why:
        return refuse(request, why, outline.url)
    except Refused as why:
        return refuse(request, why, lesson.url)
    said = _words(marked, undone=flow is undo_lesson)
    if request.headers.get("HX-Request") != "true":
        messages.success(request, said)
        return go_to(request, f"{lesson.url}#learner-actions")
    learner = learner_of_lesson(request.user, marked.outline, marked.lesson, marked.standing, marked.consequences)
    context = {"learner": learner}
    response = render(request, "courses/partials/lesson_marked.html", context)
    response["HX-Trigger"] = json.dumps({"announce": said})
    return response


def _words(marked: LessonMarked, *, undone: bool) -> str:
    """What the live region says."""
    numbers = {"done": marked.standing.lessons_done, "total": marked.standing.lessons}
    completed = {enrolment.item_id for enrolment in marked.consequences.completed}
    if completed and marked.outline.item_id not in completed:
        return _("Lesson completed, %(done)s of %(total)s. You have completed the path.") % numbers
    if completed:
        return _("Lesson completed, %(done)s of %(total)s. You have completed the course.") % numbers
    if undone:
        return _("Lesson marked as not done, %(done)s of %(total)s.") % numbers
    return _("Lesson completed, %(done)s of %(total)s") % numbers
