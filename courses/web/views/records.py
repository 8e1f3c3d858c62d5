"""What somebody has learnt: competences with their sources, and the transcript as page, spreadsheet and document."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from academy.kernel.spreadsheet import as_csv
from academy.web.access import signed_in
from courses.certificates.errors import DocumentRefused
from courses.reports.competences import reached
from courses.reports.document import counting, table
from courses.reports.document import render as render_pdf
from courses.reports.transcript import transcript
from courses.web.answers import language, person_of


@signed_in
@require_safe
def my_competences(request: HttpRequest) -> HttpResponse:
    """The competences that the person has reached, each with its level and what it comes from."""
    rows = reached(person_of(request), language())
    return render(request, "courses/competences.html", {"competences": rows})


@signed_in
@require_safe
def my_transcript(request: HttpRequest) -> HttpResponse:
    """The transcript as a page."""
    found = transcript(person_of(request), language(), timezone.now())
    return render(request, "courses/transcript.html", {"transcript": found, "counting": counting()})


@signed_in
@require_safe
def transcript_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    found = transcript(person_of(request), language(), timezone.now())
    return _file(as_csv(table(found)), "text/csv; charset=utf-8", f"transcript-{found.on.isoformat()}.csv")


@signed_in
@require_safe
def transcript_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a document to hand in."""
    found = transcript(person_of(request), language(), timezone.now())
    try:
        content = render_pdf(found)
    except DocumentRefused:
        messages.warning(request, _("The document could not be made. Please tell us; your transcript stands below."))
        return redirect("my_transcript")
    return _file(content, "application/pdf", f"transcript-{found.on.isoformat()}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": language(),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
