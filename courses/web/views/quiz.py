"""Taking a quiz: start page, one question a page, check, result. Nothing about right answers before handing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from academy.web import parking
from academy.web.access import signed_in
from courses.attempts.enums import AttemptState
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import (
    QuestionResult,
    all_shown,
    answers_by_number,
    answers_forgotten,
    attempt_of,
    attempts_in_window,
    frozen_question,
    is_running,
    quiz_intro,
    results,
    show,
    title_in,
)
from courses.certificates.queries import of_enrolments
from courses.enrolments.errors import NotEnrolled, Refused
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, latest, rule_of
from courses.flows.submit_attempt import save_answer, start_attempt, submit_attempt
from courses.progress.models import Place
from courses.progress.queries import lesson_in, place_in
from courses.progress.rules import see
from courses.web.answers import language, outline_or_404, person_of, refuse
from courses.web.forms import CertificateNameForm
from courses.web.learner import place_in_attempt, standing_of, target
from curriculum.lessons.outline import CourseOutline, LessonRow, course_outline


@dataclass(frozen=True)
class AttemptsSoFar:
    """The attempts of this cycle: what was tried, what can be gone on with, how many are left (None: any number)."""

    submitted: list[QuizAttempt]
    open: QuizAttempt | None
    left: int | None

    @property
    def may_start(self) -> bool:
        """Whether another one can be begun."""
        return self.open is None and (self.left is None or self.left > 0)


@dataclass(frozen=True)
class ResultShown:
    """A question's result and the lesson to read again."""

    question: QuestionResult
    read_again: LessonRow | None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_start(request: HttpRequest, key: UUID) -> HttpResponse:
    """GET: what the quiz is and what was tried so far. POST: begin, or go on."""
    outline = outline_or_404(request, key)
    if outline.quiz is None:
        raise Http404
    if request.method == "POST":
        try:
            attempt = start_attempt(person=person_of(request), course_key=key, by=person_of(request), at=timezone.now())
        except NotEnrolled as why:
            return refuse(request, why, outline.url)
        except Refused as why:
            return refuse(request, why, reverse("quiz_start", args=[key]))
        return redirect(place_in_attempt(attempt))
    enrolment = current(person_of(request), key)
    context: dict[str, Any] = {
        "outline": outline,
        "quiz": outline.quiz,
        "intro": quiz_intro(outline.quiz.key, language()),
        "enrolment": enrolment,
        "attempts": _so_far(person_of(request), enrolment) if enrolment is not None else None,
        "pass_mark": _pass_mark(enrolment, outline.quiz.pass_mark),
    }
    return render(request, "courses/quiz_start.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_question(request: HttpRequest, attempt: UUID, number: int) -> HttpResponse:
    """One question. A post keeps the answer and goes on, back, or to the check; nothing chosen leaves it open."""
    own = _own_or_404(request, attempt)
    count = len(own.frozen["digests"])
    if not 1 <= number <= count:
        raise Http404
    if own.state != AttemptState.OPEN:
        return _not_open(request, own)
    if request.method == "POST":
        values = request.POST.getlist("choice")
        try:
            save_answer(
                person=person_of(request),
                public_id=attempt,
                number=number,
                values=values,
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as why:
            return refuse(request, why, reverse("quiz_question", args=[attempt, number]))
        parking.forget(request)
        return redirect(_next_page(own, number, count, request.POST.get("go", "next")))
    frozen = frozen_question(own, number)
    if frozen is None:
        raise Http404
    answers = answers_by_number(own)
    kept = parking.kept(request)
    unsaved = kept.getlist("choice") if kept is not None else None
    _see(request, own)
    context = {
        **_frame(own),
        "question": show(own, number, frozen, answers.get(number), language(), unsaved),
        "number": number,
        "count": count,
        "answered": len(answers),
        "map": [(n, n in answers) for n in range(1, count + 1)],
        "was_kept": unsaved is not None,
        "is_running": is_running(own),
    }
    return render(request, "courses/quiz_question.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_check(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """All answers and the name on the certificate, to be checked before handing in. POST: hand in."""
    own = _own_or_404(request, attempt)
    if own.state != AttemptState.OPEN:
        return _not_open(request, own)
    kept = parking.kept(request)
    typed = request.POST if request.method == "POST" else kept
    form = CertificateNameForm(typed, initial={"certificate_name": person_of(request).name_for_certificate})
    if request.method == "POST" and form.is_valid():
        try:
            submit_attempt(
                person=person_of(request),
                public_id=attempt,
                by=person_of(request),
                at=timezone.now(),
                certificate_name=form.cleaned_data["certificate_name"],
            )
        except Refused as why:
            return refuse(request, why, reverse("quiz_result", args=[attempt]))
        return redirect("quiz_result", attempt=attempt)
    questions = all_shown(own, language())
    context = {
        **_frame(own),
        "form": form,
        "questions": questions,
        "open": [question.number for question in questions if not question.is_answered],
        "is_running": is_running(own),
    }
    return render(request, "courses/quiz_check.html", context)


@signed_in
@require_safe
def quiz_result(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """What was right, why, and where to read again. An open attempt leads back to its question."""
    own = _own_or_404(request, attempt)
    if own.state == AttemptState.OPEN:
        return redirect(place_in_attempt(own))
    frame = _frame(own)
    outline: CourseOutline | None = frame["outline"]
    # Of the cycle that counts now: the course may have been left, taken up again or started anew since.
    enrolment = latest(person_of(request), own.placement.key)
    so_far = _so_far(person_of(request), enrolment) if enrolment is not None else None
    runs = enrolment is not None and enrolment.is_running
    goes_on_at, certificate = None, None
    if own.enrolment is not None:
        certificate = of_enrolments([own.enrolment.pk]).get(own.enrolment.pk)
    if enrolment is not None and runs and outline is not None:
        place = place_in(person_of(request), outline)
        goes_on_at = target(
            person_of(request), outline, standing_of(person_of(request), enrolment, outline, place), place
        )
    # Who has left a course may come back to the attempts that are left.
    may_come = enrolment is not None and enrolment.completed_at is None
    is_another_to_come = may_come and so_far is not None and (so_far.may_start or so_far.open is not None)
    may_retry = runs and is_another_to_come
    # Without the answers every question would be shown as wrong, next to a score that says otherwise.
    forgotten = answers_forgotten(own, timezone.now())
    context = {
        **frame,
        "is_forgotten": forgotten,
        "results": []
        if forgotten
        else [
            ResultShown(result, lesson_in(outline, result.read_again) if outline and result.read_again else None)
            for result in results(own, language())
        ],
        # While another attempt is to come, a wrong answer shows why it is wrong and not which one is right.
        "shows_right": bool(own.passed) or not is_another_to_come,
        "may_retry": may_retry,
        "open_attempt": so_far.open if so_far is not None else None,
        "left": so_far.left if so_far is not None else None,
        "goes_on_at": goes_on_at,
        "certificate": certificate,
        "is_running": runs,
    }
    return render(request, "courses/quiz_result.html", context)


def _own_or_404(request: HttpRequest, attempt: UUID) -> QuizAttempt:
    """The person's own attempt; another person's does not exist for them."""
    own = attempt_of(person_of(request), attempt)
    if own is None:
        raise Http404
    return own


def _frame(own: QuizAttempt) -> dict[str, Any]:
    """What every page of an attempt shows."""
    outline = course_outline(own.placement.key, language())
    return {"attempt": own, "title": title_in(own, language()), "outline": outline}


def _not_open(request: HttpRequest, own: QuizAttempt) -> HttpResponse:
    """A page of an attempt that was handed in: to its result, and after a post the reason."""
    if request.method == "POST":
        messages.warning(request, _("This attempt was handed in before. Nothing was changed."))
    return redirect("quiz_result", attempt=own.public_id)


def _next_page(own: QuizAttempt, number: int, count: int, go: str) -> str:
    """Where to after saving: the question before, the check, or the next one (after the last: the check)."""
    if go == "back" and number > 1:
        return reverse("quiz_question", args=[own.public_id, number - 1])
    if go == "check" or number >= count:
        return reverse("quiz_check", args=[own.public_id])
    return reverse("quiz_question", args=[own.public_id, number + 1])


def _see(request: HttpRequest, own: QuizAttempt) -> None:
    """Continue leads to the quiz from now on."""
    if own.enrolment is None or not own.enrolment.is_running:
        return
    place = Place.objects.filter(person=person_of(request), course_id=own.placement_id).first()
    see(person=person_of(request), course_id=own.placement_id, item_id=own.quiz_id, place=place, at=timezone.now())


def _so_far(person: Any, enrolment: Enrolment) -> AttemptsSoFar:
    """The attempts in the enrolment's window. One query."""
    rule = rule_of(enrolment)
    part = rule.quiz
    if part is None:
        return AttemptsSoFar([], None, 0)
    rows = list(attempts_in_window(person, part.key, rule.since))
    submitted = [row for row in rows if row.state == AttemptState.SUBMITTED]
    return AttemptsSoFar(
        submitted=submitted,
        open=next((row for row in rows if row.state == AttemptState.OPEN), None),
        left=max(part.attempts - len(rows), 0) if part.attempts else None,
    )


def _pass_mark(enrolment: Enrolment | None, live: int) -> int:
    """What was promised to this person, else what holds now."""
    part = rule_of(enrolment).quiz if enrolment is not None else None
    return part.at if part is not None and part.at is not None else live
