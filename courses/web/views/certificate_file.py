"""Check a file: whether a PDF or a badge is ours, whether it was changed, and what holds of it today."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from academy.web.access import public
from courses.certificates.enums import CertificateStatus
from courses.certificates.queries import course_title
from courses.certificates.reading import Finding, read_file
from courses.web.certificate_cards import state_of
from courses.web.certificate_forms import FileForm
from courses.web.throttle import Throttle

from .certificates import SHOWN_IN_FULL, quiet

# Reading a file costs more than looking for a code: whoever checks more at a time asks us.
FILES = Throttle("certificate-file", limit=60, seconds=600)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@quiet
def check_file(request: HttpRequest) -> HttpResponseBase:
    """The form that takes a file, and what the file is worth. Nothing of it is kept."""
    if request.method != "POST":
        return _page(request, FileForm())
    if FILES.is_closed(request):
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(FILES.seconds)
        return response
    FILES.count(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _page(request, FileForm(), finding=read_file(form.cleaned_data["file"].read()))


def _page(request: HttpRequest, form: FileForm, *, finding: Finding | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "finding": finding}
    certificate = finding.certificate if finding is not None else None
    if certificate is not None:
        context |= {"certificate": certificate, "state": state_of(certificate)}
        if certificate.status in SHOWN_IN_FULL:
            context |= {"title": course_title(certificate, get_language() or "en")}
        context["leads_on"] = certificate.status != CertificateStatus.WITHDRAWN
    return render(request, "courses/certificate_file.html", context, status=status)
