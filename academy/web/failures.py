"""What is shown when a request cannot be answered as asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose proof of origin does not match: usually a session that ended meanwhile."""
    return render(request, "academy/failures/csrf.html", {"reason": reason}, status=403)
