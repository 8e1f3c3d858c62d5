"""An activity without its player: the same questions as a form, the same in words, or a quiz instead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.templatetags.academy import percent
from academy.web import parking
from academy.web.access import public
from academy.website.addresses import Crumb
from courses.enrolments.errors import Refused
from courses.enrolments.models import Enrolment
from courses.flows import play_activity
from courses.progress.queries import course_of_lesson
from courses.web.activity_page import (
    QuestionFilled,
    answers_in,
    attempts_at,
    can_be_read_through,
    question_form,
    quiz_instead,
)
from courses.web.answers import is_for_members, language, outline_or_404, person_of, refuse
from courses.web.attempt_pages import place_crumbs
from courses.web.learner import enrolment_for
from curriculum.h5p.queries import ShownActivity, activities
from curriculum.lessons.outline import CourseOutline, LessonRow


# Anybody may read what anybody may read in the lesson (decision 11); what is done is kept for who takes the course.
@public
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, lesson: UUID, activity: UUID) -> HttpResponse:
    """GET: the activity without its player, and one's results. POST: answers to its questions, or "I have read it"."""
    outline, row = course_of_lesson(lesson, language()) or (None, None)
    shown = activities(language()).get(activity)
    if outline is None or row is None or shown is None or not any(each.key == activity for each in row.activities):
        raise Http404
    outline_or_404(request, outline.key)
    enrolment = enrolment_for(request.user, outline, [row.key]) if request.user.is_authenticated else None
    if enrolment is None and is_for_members(outline, row):
        # The lesson's own page says how to get in.
        return redirect(row.url)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return _done(request, row, shown)
    kept = parking.kept(request)
    form = question_form(shown, dict(kept.lists()) if kept is not None else {})
    return _page(request, outline, row, shown, form, enrolment)


def _done(request: HttpRequest, row: LessonRow, shown: ShownActivity) -> HttpResponse:
    """Keep what was answered or read, and say what came of it."""
    person, at = person_of(request), timezone.now()
    place: dict[str, Any] = {"person": person, "lesson_key": row.key, "activity_key": shown.key, "language": language()}
    try:
        if request.POST.get("way") == "text":
            done = play_activity.confirm_text(**place, by=person, at=at)
        else:
            answers = answers_in(dict(request.POST.lists()), question_form(shown, {}))
            done = play_activity.answer_questions(**place, answers=answers, by=person, at=at)
    except Refused as why:
        return refuse(request, why, request.path)
    parking.forget(request)
    score = done.attempt.percent
    said = _("Your result: %(score)s.") % {"score": percent(score)} if score is not None else _("Noted.")
    messages.success(request, said)
    return redirect(f"{request.path}#results")


def _page(
    request: HttpRequest,
    outline: CourseOutline,
    row: LessonRow,
    shown: ShownActivity,
    form: tuple[QuestionFilled, ...],
    enrolment: Enrolment | None,
) -> HttpResponse:
    context = {
        "outline": outline,
        "lesson": row,
        "shown": shown,
        "form": form,
        "quiz": quiz_instead(shown, language()),
        "reads": can_be_read_through(shown),
        "enrolment": enrolment,
        "attempts": attempts_at(person_of(request), shown.item_id) if enrolment is not None else [],
        "crumbs": [*place_crumbs(outline, row), Crumb(shown.title, shown.language, "")],
    }
    return render(request, "courses/activity.html", context)
