"""Preview as learner, for those who write quizzes: the learner's own pages, graded at once, and nothing stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder

from academy.web.access import signed_in
from courses.attempts.queries import show
from courses.web.answers import language
from courses.web.attempt_pages import pictures_of, template_of
from courses.web.preview import Preview, Tried, preview, try_answer
from curriculum.quizzes.enums import QuestionKind

PERMISSION = "curriculum.change_quiz"
SEEDS = 1_000_000


@signed_in
@require_safe
def quiz_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the quiz is and which questions this draw gives."""
    shown = _preview_or_404(request, key)
    questions = [
        show(shown.attempt, number, content, None, language()) for number, content in enumerate(shown.contents, 1)
    ]
    kinds = [QuestionKind(question.kind).label for question in questions]
    rows = list(zip(questions, kinds, strict=True))
    context = {**_frame(request, shown), "questions": rows, "next_seed": _seed(request) + 1}
    return render(request, "courses/trainer/preview.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_preview_question(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """One question as a learner sees it. POST: grade and feedback at once."""
    shown = _preview_or_404(request, key)
    if not 1 <= number <= len(shown.contents):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    tried = try_answer(shown, number, posted, language()) if posted is not None else Tried()
    question = show(shown.attempt, number, shown.contents[number - 1], None, language(), posted)
    context = {
        **_frame(request, shown),
        "question": question,
        "number": number,
        "count": len(shown.contents),
        "error": tried.error,
        "result": tried.result,
        "waits": tried.waits,
        "pictures": pictures_of([question]),
        "template": template_of(question),
    }
    return render(request, "courses/trainer/preview_question.html", context, status=422 if tried.error else 200)


def _preview_or_404(request: HttpRequest, key: UUID) -> Preview:
    """The preview of a quiz, for those who may change quizzes."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    shown = preview(key, _seed(request), language())
    if shown is None:
        raise Http404
    return shown


def _seed(request: HttpRequest) -> int:
    """Which draw is looked at; the first one where the address says none, or nonsense."""
    typed = request.GET.get("seed", "")
    return int(typed) % SEEDS if typed.isascii() and typed.isdecimal() and len(typed) < 12 else 0


def _frame(request: HttpRequest, shown: Preview) -> dict[str, Any]:
    """What both pages show."""
    seed = _seed(request)
    return {
        "preview": shown,
        "seed": seed,
        "query": f"?seed={seed}" if seed else "",
        "edit_url": AdminURLFinder(request.user).get_edit_url(shown.quiz),
    }
