"""What is shown when a request cannot be answered as asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from . import parking
from .access import PUBLIC
from .answers import go_to, is_same_origin, page_of_form, to_sign_in


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose proof of origin does not match: nearly always a session that ended or changed meanwhile.

    What was typed is parked, and the person comes back to the form, after signing in where that is needed. A post that
    another site sent is refused: it would put that site's words into our form for the person to send.
    """
    if request.content_type == "application/json":
        # A script asked: it can do nothing with a page, and there is no form to come back to.
        return JsonResponse({"error": _("This page had been open for too long. Load it again and go on.")}, status=403)
    if not is_same_origin(request) or request.path.startswith("/cms/"):
        return render(request, "academy/failures/csrf.html", {"reason": reason}, status=403)
    page = page_of_form(request)
    if request.user.is_authenticated or _needs_no_account(request):
        token = parking.park(request, for_anyone=not request.user.is_authenticated)
        messages.warning(request, _("This page had been open for too long. Please send the form once more."))
        return go_to(request, parking.address(page, token))
    return to_sign_in(request, parking.address(page, parking.park(request)))


def _needs_no_account(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    return getattr(match.func, "access", None) is PUBLIC or str(match.url_name).startswith("account_")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but this is not for that role."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not theirs; the two look alike."""
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: tried too often; says how long to wait."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake. The page needs no database, because that may be what failed."""
    return render(request, "500.html", status=500)
