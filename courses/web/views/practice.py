"""A quiz for practice in a lesson: as often as one likes, feedback at once, no record of failure."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from academy.web.access import signed_in
from academy.website.addresses import Crumb
from courses.attempts.enums import AttemptState
from courses.enrolments.errors import Refused
from courses.enrolments.queries import current
from courses.flows.submit_attempt import start_practice
from courses.progress.queries import course_of_lesson
from courses.web.answers import is_for_members, language, outline_or_404, person_of, refuse
from courses.web.attempt_pages import place_crumbs
from courses.web.learner import place_in_attempt
from courses.web.quiz_standing import practice_attempts, quiz_facts


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def practice_start(request: HttpRequest, lesson: UUID, quiz: UUID) -> HttpResponse:
    """GET: what it is, and the last score. POST: begin, or go on."""
    outline, row = course_of_lesson(lesson, language()) or (None, None)
    if outline is None or row is None:
        raise Http404
    outline_or_404(request, outline.key)
    person = person_of(request)
    if is_for_members(outline, row) and current(person, outline.key) is None:
        # The lesson's own page says how to get in.
        return redirect(row.url)
    facts = quiz_facts(quiz, language(), None)
    if facts is None or not facts.source.formative or not facts.source.live:
        raise Http404
    if request.method == "POST":
        try:
            attempt = start_practice(person=person, lesson_key=lesson, quiz_key=quiz, by=person, at=timezone.now())
        except Refused as why:
            return refuse(request, why, row.url)
        return redirect(place_in_attempt(attempt))
    attempts = practice_attempts(person, quiz, lesson)
    context = {
        "outline": outline,
        "lesson": row,
        "quiz": facts,
        "crumbs": [*place_crumbs(outline, row), Crumb(facts.title, facts.title_language, "")],
        "open": next((each for each in attempts if each.is_open), None),
        "last": next((each for each in attempts if each.state == AttemptState.SUBMITTED), None),
    }
    return render(request, "courses/quiz_practice.html", context)
