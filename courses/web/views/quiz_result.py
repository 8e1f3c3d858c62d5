"""What came of an attempt: the score, what was right and why as far as the quiz shows it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from academy.web.access import signed_in
from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import QuizAttempt
from courses.attempts.queries import (
    QuestionResult,
    Seen,
    Words,
    answers_forgotten,
    band_of,
    gain,
    pretest_of,
    results,
    seen_by_learner,
)
from courses.certificates.queries import of_enrolments
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import latest, rule_of
from courses.progress.queries import lesson_in, place_in
from courses.web.answers import language, person_of
from courses.web.attempt_pages import Frame, close_if_over, frame_of, own_or_404, pictures_of
from courses.web.learner import Target, place_in_attempt, standing_of, target
from courses.web.quiz_standing import AttemptsSoFar, asking, so_far
from curriculum.lessons.outline import CourseOutline, LessonRow
from curriculum.quizzes.enums import When

# What is not shown yet, and from when on it will be.
LATER = {
    ("marks", When.LAST): gettext_lazy("Your score is shown once you have passed, or after your last attempt."),
    ("marks", When.CLOSED): gettext_lazy("Your score is shown after the quiz has closed."),
    ("marks", When.NEVER): gettext_lazy("This quiz does not show scores."),
    ("feedback", When.LAST): gettext_lazy("Feedback is shown once you have passed, or after your last attempt."),
    ("feedback", When.CLOSED): gettext_lazy("Feedback is shown after the quiz has closed."),
    ("right", When.LAST): gettext_lazy("The right answers are shown once you have passed, or after your last attempt."),
    ("right", When.CLOSED): gettext_lazy("The right answers are shown after the quiz has closed."),
    ("right", When.NEVER): gettext_lazy("This quiz does not show the right answers."),
}


@dataclass(frozen=True)
class ResultShown:
    """A question's result and the lesson to read again."""

    question: QuestionResult
    read_again: LessonRow | None


@dataclass(frozen=True)
class BandShown:
    """What the quiz says to a score, and the lesson that it names."""

    words: Words
    lesson: LessonRow | None


@signed_in
@require_safe
def quiz_result(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """What was right, why, and where to read again. An open attempt leads back to its question."""
    at = timezone.now()
    own = own_or_404(request, attempt)
    if close_if_over(request, own, at):
        own = own_or_404(request, attempt)
    if own.is_open:
        return redirect(place_in_attempt(own))
    person = person_of(request)
    frame = frame_of(own)
    # Of the cycle that counts now: the course may have been left, taken up again or started anew since.
    enrolment = latest(person, own.placement.key) if own.counts else None
    tried = so_far(person, enrolment) if enrolment is not None else AttemptsSoFar()
    # Who has left a course may come back to the attempts that are left.
    is_another_to_come = (
        enrolment is not None
        and enrolment.completed_at is None
        and (tried.may_start or tried.waits or tried.open is not None)
    )
    # "Once you have passed" holds for the failed attempts before it, too.
    seen = seen_by_learner(own, another_to_come=is_another_to_come and not tried.has_passed, at=at)
    # Without the answers every question would be shown as wrong, next to a score that says otherwise.
    forgotten = answers_forgotten(own, at)
    rows = [] if forgotten or own.purpose == Purpose.PRETEST else _rows(own, frame.outline)
    is_marked = own.state == AttemptState.SUBMITTED
    runs = enrolment is not None and enrolment.is_running
    context: dict[str, Any] = {
        "attempt": own,
        "title": frame.title,
        "crumbs": frame.crumbs(_("Result")),
        "outline": frame.outline,
        "lesson": frame.lesson,
        "start_url": frame.start_url,
        "seen": seen if is_marked else Seen(marks=False, feedback=False, right=False),
        "is_forgotten": forgotten,
        "results": rows,
        "pictures": pictures_of([row.question for row in rows]),
        "later": _later(own, seen) if is_marked and rows else [],
        "band": _band(own, frame.outline) if seen.marks and own.purpose != Purpose.PRETEST else None,
        "gain": gain(own, _pretest_of(own)) if seen.marks and own.counts else None,
        "missed": _missed(own, rows) if seen.marks else [],
        "may_retry": runs and is_another_to_come and not tried.waits,
        "open_attempt": tried.open,
        "left": tried.left,
        "is_running": runs,
        **_ways_on(person, own, enrolment, frame),
    }
    if enrolment is not None and is_marked:
        context["asking"] = asking(person, enrolment, tried)
        if tried.is_used_up:
            context["lessons_again"] = _lessons_again(rows, context["band"])
    return render(request, "courses/quiz_result.html", context)


def _rows(own: QuizAttempt, outline: CourseOutline | None) -> list[ResultShown]:
    return [ResultShown(each, _lesson(outline, each.read_again)) for each in results(own, language())]


def _lesson(outline: CourseOutline | None, key: UUID | None) -> LessonRow | None:
    return lesson_in(outline, key) if outline is not None and key is not None else None


def _band(own: QuizAttempt, outline: CourseOutline | None) -> BandShown | None:
    found = band_of(own, language())
    return BandShown(found[0], _lesson(outline, found[1])) if found is not None else None


def _later(own: QuizAttempt, seen: Seen) -> list[str]:
    """What is not shown by now, in words."""
    shows = own.frozen.get("shows", {})
    usual = {"marks": When.SUBMITTED, "feedback": When.SUBMITTED, "right": When.LAST}
    hidden = [name for name in usual if not getattr(seen, name)]
    found = [LATER.get((name, When(shows.get(name, usual[name])))) for name in hidden]
    return [str(words) for words in found if words is not None]


def _missed(own: QuizAttempt, rows: list[ResultShown]) -> list[int]:
    """Numbers of the questions that bar an attempt whose score would be enough."""
    if own.passed or own.percent < own.frozen["pass_mark"]:
        return []
    return [row.question.number for row in rows if row.question.must_pass and not row.question.right]


def _lessons_again(rows: list[ResultShown], band: BandShown | None) -> list[LessonRow]:
    """The lessons of what was not right, each once, in the order of the course."""
    found = [row.read_again for row in rows if row.read_again is not None and not row.question.right]
    if band is not None and band.lesson is not None:
        found.append(band.lesson)
    return list(dict.fromkeys(found))


def _pretest_of(own: QuizAttempt) -> QuizAttempt | None:
    """The attempt before the course in the same cycle. One query."""
    if own.enrolment is None:
        return None
    return pretest_of(own.person, own.quiz.key, rule_of(own.enrolment).since)


def _ways_on(person: Any, own: QuizAttempt, enrolment: Enrolment | None, frame: Frame) -> dict[str, Any]:
    """The certificate, and where the course goes on."""
    certificate, goes_on_at = None, None
    if own.enrolment is not None:
        certificate = of_enrolments([own.enrolment.pk]).get(own.enrolment.pk)
    if enrolment is not None and enrolment.is_running and frame.outline is not None:
        place = place_in(person, frame.outline)
        goes_on_at = target(person, frame.outline, standing_of(person, enrolment, frame.outline, place), place)
    next_step: Target | None = goes_on_at
    return {"certificate": certificate, "goes_on_at": next_step}
