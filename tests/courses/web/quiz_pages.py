"""Addresses, forms and documents that the tests of quiz pages share."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from pypdf import PdfWriter

from courses.attempts.models import QuizAttempt
from courses.attempts.queries import token_of
from curriculum.quizzes.models import Choice, Question
from tests.factories import courses as learning
from tests.factories.curriculum import make_course, make_rubric

ALL = (
    "single", "multiple", "true_false", "ordering", "matching", "numeric", "short_text", "open_text", "hand_in",
)  # fmt: skip
SCRIPT = {"X-Requested-With": "fetch", "Accept": "application/json"}
NAME = {"certificate_name": "Jana Albers"}


def question(attempt: QuizAttempt, number: int, language: str = "en") -> str:
    """Address of a question."""
    with translation.override(language):
        return reverse("quiz_question", args=[attempt.public_id, number])


def check(attempt: QuizAttempt) -> str:
    """Address of the check page."""
    return reverse("quiz_check", args=[attempt.public_id])


def result(attempt: QuizAttempt) -> str:
    """Address of the result."""
    return reverse("quiz_result", args=[attempt.public_id])


def start(made: Any) -> str:
    """Address of the start page."""
    return reverse("quiz_start", args=[made.course.translation_key])


def all_kinds(**rules: Any) -> Any:
    """A course whose quiz has a question of each kind; words that a learner may not see yet are marked SECRET."""
    made = make_course(kinds=ALL, rules=rules)
    rows = Question.objects.filter(translation_key__in=[each.translation_key for each in made.questions])
    rows.update(feedback="SECRET f", feedback_right="SECRET r", feedback_wrong="SECRET w")
    rows.filter(kind="numeric").update(unit="items")
    rows.filter(kind="multiple").update(must_pass=True)
    rows.filter(kind__in=["open_text", "hand_in"]).update(rubric=make_rubric())
    Choice.objects.filter(question__in=rows).update(feedback="SECRET c")
    return made


def form(attempt: QuizAttempt, number: int, *, right: bool = True, **more: Any) -> dict[str, Any]:
    """What the page of a question posts, its token with it."""
    return {**learning.form_of(attempt, number, right=right), "question": token_of(attempt, number), **more}


def pdf(name: str = "plan.pdf") -> SimpleUploadedFile:
    """A small PDF."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")
