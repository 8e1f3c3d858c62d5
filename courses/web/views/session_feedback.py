"""What those who came think, for who runs the date: totals from five answers up, never whose."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from academy.web.access import signed_in
from courses.booking.access import may_run
from courses.booking.queries.attendance import FEWEST, Asked, opinion
from courses.booking.queries.sessions import find, title_of
from courses.web.answers import language
from courses.web.date_forms import FeedbackForm


@dataclass(frozen=True)
class Scale:
    """One question in the words of the form, and how many gave each answer."""

    label: str
    rows: list[tuple[str, int]]


@signed_in
@require_safe
def session_feedback(request: HttpRequest, date: UUID) -> HttpResponse:
    """Means, counts and texts of a date's feedback."""
    session = find(date)
    if session is None or not may_run(request.user, session):
        raise Http404
    found = opinion(session)
    title, title_language = title_of(session, language())
    context = {"session": session, "title": title, "title_language": title_language, "opinion": found,
               "fewest": FEWEST, "scales": [_scale(asked) for asked in found.asked]}  # fmt: skip
    return render(request, "courses/attendance/feedback.html", context)


def _scale(asked: Asked) -> Scale:
    field = FeedbackForm.base_fields[asked.question]
    choices: dict[int, str] = dict(getattr(field, "choices", []))
    return Scale(str(field.label), [(str(choices[mark]), number) for mark, number in asked.counts])
