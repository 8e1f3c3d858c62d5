"""The quiz of a course before it is begun: what it is, what was tried, beginning, trying before the course, asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from academy.web.access import signed_in
from courses.attempts.enums import AttemptState
from courses.attempts.queries import extra_time_of, pretest_of, seen_by_learner
from courses.enrolments.errors import NotEnrolled, Refused
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, rule_of
from courses.flows.mark_attempt import ask_for_attempt
from courses.flows.submit_attempt import close_overdue, start_attempt, start_pretest
from courses.progress.queries import first_before_quiz
from courses.web.answers import language, outline_or_404, person_of, refuse
from courses.web.attempt_pages import zone_name
from courses.web.learner import place_in_attempt
from courses.web.quiz_standing import AttemptsSoFar, QuizFacts, asking, quiz_facts, so_far
from curriculum.conditions.nodes import Node
from curriculum.lessons.outline import CourseOutline


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_start(request: HttpRequest, key: UUID) -> HttpResponse:
    """GET: what the quiz is and what was tried so far. POST: begin, or go on."""
    outline = outline_or_404(request, key)
    enrolment = current(person_of(request), key)
    quiz = _facts_or_404(outline, enrolment)
    at = timezone.now()
    if request.method == "POST":
        over = so_far(person_of(request), enrolment).open if enrolment is not None else None
        if over is not None and over.is_over(at):
            # Who wanted to go on with it has not asked for another one.
            close_overdue(at=at, person=person_of(request))
            return redirect("quiz_result", attempt=over.public_id)
        try:
            attempt = start_attempt(person=person_of(request), course_key=key, by=person_of(request), at=at)
        except NotEnrolled as why:
            return refuse(request, why, outline.url)
        except Refused as why:
            return refuse(request, why, reverse("quiz_start", args=[key]))
        return redirect(place_in_attempt(attempt))
    context: dict[str, Any] = {"outline": outline, "quiz": quiz, "enrolment": enrolment, "zone": zone_name()}
    extra = extra_time_of(person_of(request))
    factor = extra.factor.normalize() if extra is not None else None
    context |= {"extra": extra, "factor": factor, "own_limit": quiz.own_limit(extra)}
    if enrolment is None:
        before = AttemptsSoFar(pretest=pretest_of(person_of(request), quiz.key, None), allowed=quiz.attempts or None)
        context |= {"attempts": before, "offers_pretest": quiz.source.pretest, "may_go_on_trying": True}
    else:
        tried = so_far(person_of(request), enrolment)
        if tried.open is not None and tried.open.is_over(at):
            close_overdue(at=at, person=person_of(request))
            tried = so_far(person_of(request), enrolment)
        first = first_before_quiz(enrolment)
        context |= {
            "attempts": tried,
            "scored": _scored(enrolment, tried, at),
            "state": _state(enrolment, quiz, tried, first),
            "first_before": first,
            "wait_until": tried.wait_until(quiz.source.wait_minutes, at),
            "asking": asking(person_of(request), enrolment, tried),
            "offers_pretest": enrolment.is_running and quiz.source.pretest and not tried.rows,
            "may_go_on_trying": enrolment.is_running and not tried.rows,
        }
    return render(request, "courses/quiz_start.html", context)


@signed_in
@require_POST
def quiz_pretest(request: HttpRequest, key: UUID) -> HttpResponse:
    """Try the questions before the course, or go on with that."""
    outline = outline_or_404(request, key)
    at = timezone.now()
    try:
        attempt = start_pretest(person=person_of(request), course_key=key, by=person_of(request), at=at)
    except Refused as why:
        return refuse(request, why, reverse("quiz_start", args=[key]) if outline.quiz is not None else outline.url)
    return redirect(place_in_attempt(attempt))


@signed_in
@require_POST
def quiz_ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a trainer for another attempt; nobody else is told."""
    outline = outline_or_404(request, key)
    start = reverse("quiz_start", args=[key])
    chosen = request.POST.get("trainer", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        messages.warning(request, _("Choose whom you want to ask."))
        return redirect(start)
    person = person_of(request)
    try:
        asked = ask_for_attempt(person=person, course_key=key, trainer_id=int(chosen), by=person, at=timezone.now())
    except NotEnrolled as why:
        return refuse(request, why, outline.url)
    except Refused as why:
        return refuse(request, why, start)
    messages.success(request, _("You have asked %(name)s for another attempt.") % {"name": asked.trainer.display_name})
    return redirect(start)


def _scored(enrolment: Enrolment, tried: AttemptsSoFar, at: datetime) -> set[int]:
    """Primary keys of the attempts whose score may be shown by now."""
    goes_on = tried.may_start or tried.waits or tried.open is not None
    more = enrolment.completed_at is None and goes_on and not tried.has_passed
    return {
        row.pk
        for row in tried.handed_in
        if row.state == AttemptState.SUBMITTED and seen_by_learner(row, another_to_come=more, at=at).marks
    }


def _facts_or_404(outline: CourseOutline, enrolment: Enrolment | None) -> QuizFacts:
    """The quiz that the person's frozen rule asks for, whatever the course has by now; for others the course's."""
    part = rule_of(enrolment).quiz if enrolment is not None else None
    key = part.key if part is not None else outline.quiz.key if outline.quiz is not None else None
    facts = quiz_facts(key, language(), part) if key is not None else None
    if facts is None:
        raise Http404
    return facts


def _state(enrolment: Enrolment, quiz: QuizFacts, tried: AttemptsSoFar, first: Node | None) -> str:
    """What the person can do now, as the page's template asks for it."""
    at = timezone.now()
    found = "start"
    if not enrolment.is_running:
        found = "completed"
    elif tried.open is not None:
        found = "open"
    elif tried.waits:
        found = "marking"
    elif first is not None:
        found = "locked"
    elif tried.left == 0:
        found = "used_up"
    elif quiz.source.opens_at and at < quiz.source.opens_at:
        found = "not_open_yet"
    elif quiz.source.closes_at and at >= quiz.source.closes_at:
        found = "closed"
    elif tried.wait_until(quiz.source.wait_minutes, at):
        found = "wait"
    return found
