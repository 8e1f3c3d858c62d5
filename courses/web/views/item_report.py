"""Reports on quizzes for trainers, and grading again after a wrong key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.admin_url_finder import AdminURLFinder

from academy.people.enums import Role
from academy.web import parking
from academy.web.access import role_required
from courses.attempts import queries, rules
from courses.attempts.access import may_regrade
from courses.attempts.errors import NothingToRegrade
from courses.attempts.queries.items import REPORTED_FROM
from courses.certificates.enums import CertificateStatus
from courses.certificates.queries import of_enrolments
from courses.flows import mark_attempt
from courses.web.answers import language, person_of, refuse
from courses.web.report_forms import RegradeForm

# Who changes is shown up to so many; all are counted.
CHANGES_SHOWN = 200


@role_required(Role.TRAINER, Role.PLATFORM_ADMIN)
@require_safe
def item_reports(request: HttpRequest) -> HttpResponse:
    """All quizzes that were handed in, with numbers."""
    context = {"lines": queries.quiz_lines(language()), "fewest": REPORTED_FROM}
    return render(request, "courses/reports/quizzes.html", context)


@role_required(Role.TRAINER, Role.PLATFORM_ADMIN)
@require_safe
def item_report(request: HttpRequest, key: UUID) -> HttpResponse:
    """How the questions of one quiz do."""
    report = queries.item_report(key, language())
    if report is None:
        raise Http404
    sources = queries.question_sources([item.key for item in report.items])
    finder = AdminURLFinder(request.user)
    edit_urls = {question_key: finder.get_edit_url(question) for question_key, question in sources.items()}
    context = {
        "report": report,
        "fewest": REPORTED_FROM,
        "edit_urls": edit_urls,
        # A question that is gone has no key to grade by.
        "regradable": set(sources) if may_regrade(request.user) else set(),
    }
    return render(request, "courses/reports/items.html", context)


@role_required(Role.TRAINER, Role.PLATFORM_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who would change from what to what by the question's key of now. POST with a reason: grade again."""
    if not may_regrade(request.user):
        raise PermissionDenied
    question = queries.question_sources([key]).get(key)
    if question is None:
        raise Http404
    kept = parking.kept(request) if request.method != "POST" else None
    form = RegradeForm(request.POST if request.method == "POST" else kept)
    if request.method == "POST" and form.is_valid():
        parking.forget(request)
        return _regrade(request, key, form.cleaned_data["reason"])
    preview = rules.preview(question_key=key)
    context = {
        "form": form,
        "preview": preview,
        "changes": preview.changes[:CHANGES_SHOWN],
        "certificates": _certificates_that_stay(preview),
        "past": queries.past_regradings(key),
        "question": queries.question_words(key, language()),
        "edit_url": AdminURLFinder(request.user).get_edit_url(question),
    }
    return render(request, "courses/reports/regrade.html", context, status=422 if request.method == "POST" else 200)


def _regrade(request: HttpRequest, key: UUID, reason: str) -> HttpResponse:
    try:
        _row, changes = mark_attempt.regrade(question_key=key, reason=reason, by=person_of(request), at=timezone.now())
    except NothingToRegrade as why:
        return refuse(request, why, request.path)
    said = ngettext(
        "Graded again. %(count)s attempt has another score now.",
        "Graded again. %(count)s attempts have another score now.",
        len(changes),
    )
    messages.success(request, said % {"count": len(changes)})
    return redirect("regrade", key=key)


def _certificates_that_stay(preview: rules.Preview) -> int:
    """How many people would keep a certificate although this attempt of theirs does not pass any more."""
    lost: list[Any] = [
        change.attempt.enrolment_id for change in preview.changes if change.passed_before and not change.passed_after
    ]
    found = of_enrolments({each for each in lost if each is not None})
    return sum(certificate.status == CertificateStatus.VALID for certificate in found.values())
