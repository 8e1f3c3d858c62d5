"""The public check of a certificate: whoever has its code sees what it says and whether it still holds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms.utils import ErrorList
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from academy.web.access import View, public, signed_in
from courses.badges import addresses
from courses.badges.errors import BadgeError
from courses.badges.models import SignedCredential
from courses.badges.pictures import baked_png, baked_svg
from courses.certificates import rules
from courses.certificates.access import administered_by, can_withdraw, is_holder
from courses.certificates.enums import CertificateStatus
from courses.certificates.errors import DocumentRefused, NotValid
from courses.certificates.models import Certificate
from courses.certificates.queries import (
    by_code,
    claims,
    course_title,
    language_for,
    languages_of,
    renewed_by,
    tidy_code,
)
from courses.web.certificate_cards import state_of
from courses.web.certificate_forms import CodeForm
from courses.web.throttle import Throttle

logger = logging.getLogger(__name__)
# A code has 128 random bits: the limit spares the server, it does not guard the codes.
MISSES = Throttle("certificate", limit=200, seconds=600)
# The older one leads to the later one and keeps its name to itself; the withdrawn one keeps everything.
SHOWN_IN_FULL = {CertificateStatus.VALID, CertificateStatus.REVOKED}
IN_HEADING = {"holder", "course"}
# The badge in its three forms, with the type that each is served as.
BADGES: dict[str, Callable[[SignedCredential], tuple[str | bytes, str]]] = {
    "json": lambda credential: (credential.credential, "application/ld+json"),
    "png": lambda credential: (baked_png(credential), "image/png"),
    "svg": lambda credential: (baked_svg(credential), "image/svg+xml"),
}


def quiet(view: View) -> View:
    """No search engine lists these pages, no cache on the way keeps them, and no browser those of who is signed in."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        else:
            response["Cache-Control"] = "private, no-cache"
        return response

    return answered


@public
@require_GET
@quiet
def find(request: HttpRequest) -> HttpResponseBase:
    """The form that takes a code, and where it leads."""
    if "code" not in request.GET:
        return render(request, "courses/certificate_find.html", {"form": CodeForm()})
    typed = request.GET["code"].strip()
    if not typed:
        form = CodeForm(request.GET)
        return render(request, "courses/certificate_find.html", {"form": form, "is_wrong": True}, status=400)
    found = look_up(request, typed)
    if isinstance(found, Certificate):
        return to_check(request, found)
    return found


@public
@require_GET
@quiet
def check(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything that the certificate says, and its state in words."""
    found = look_up(request, code)
    if not isinstance(found, Certificate):
        return found
    if found.code != code:
        return to_check(request, found)
    return render(request, "courses/certificate_check.html", check_context(request, found))


@public
@require_GET
@quiet
def pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document, in the language of `?lang=` or else the holder's; stored bytes, the same ones each time."""
    found = look_up(request, code)
    if not isinstance(found, Certificate):
        return found
    language = language_for(found, request.GET.get("lang", ""))
    try:
        stored = rules.pdf_file(certificate=found, language=language)
    except NotValid:
        return to_check(request, found)
    except DocumentRefused:
        context = check_context(request, found) | {"is_refused": True}
        return render(request, "courses/certificate_check.html", context, status=503)
    except BadgeError as error:
        return not_now(request, found, error)
    name = f"{found.frozen['course_code']}-{found.code[:8]}-{stored.language}.pdf"
    response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
    response["Content-Language"] = stored.language
    return response


@public
@require_GET
@quiet
def badge(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The signed badge: the very bytes that were signed, or a picture that carries them. Any site may read it."""
    found = look_up(request, code)
    response = found if not isinstance(found, Certificate) else _badge(request, found, form)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _badge(request: HttpRequest, certificate: Certificate, form: str) -> HttpResponse:
    try:
        credential = rules.badge_of(certificate)
    except BadgeError as error:
        return not_now(request, certificate, error)
    if credential is None or not credential.credential:
        return to_check(request, certificate)
    content, content_type = BADGES[form](credential)
    response = HttpResponse(content, content_type=content_type)
    if form != "json":
        name = f"{certificate.frozen['course_code']}-{certificate.code[:8]}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@quiet
def withdraw(request: HttpRequest, code: str) -> HttpResponseBase:
    """The holder takes the certificate back, after one question."""
    certificate = by_code(code)
    if certificate is None or not is_holder(request.user, certificate):
        raise Http404
    if not can_withdraw(request.user, certificate):
        return to_check(request, certificate)
    if request.method != "POST":
        context = {"certificate": certificate, "title": course_title(certificate, get_language() or "en")}
        return render(request, "courses/certificate_withdraw.html", context)
    rules.withdraw(certificate=certificate, by=request.user, at=timezone.now())
    messages.success(request, _("You have withdrawn this certificate. Its page no longer says what it stated."))
    return to_check(request, certificate)


def look_up(request: HttpRequest, typed: str) -> Certificate | HttpResponse:
    """The certificate, or the one answer for codes that are unknown and for what is no code at all."""
    if MISSES.is_closed(request):
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(MISSES.seconds)
        return response
    certificate = by_code(tidy_code(typed) or "")
    if certificate is not None:
        return certificate
    MISSES.count(request)
    return render(request, "courses/certificate_find.html", {"form": unknown(typed), "is_wrong": True}, status=404)


def unknown(typed: str) -> CodeForm:
    """The form as it comes back for a code that is unknown or none: one sentence, whatever was wrong."""
    form = CodeForm({"code": typed[:100].replace("\0", "")})
    form.errors.clear()
    form.errors["code"] = ErrorList(
        [_("There is no certificate with this code. Compare letter by letter, or scan the square.")]
    )
    return form


def not_now(request: HttpRequest, certificate: Certificate, error: BadgeError) -> HttpResponse:
    """The badge cannot be signed, for a reason that the operator has to remedy: said plainly, with the page around."""
    logger.error("a badge could not be signed", extra={"event": {"error": type(error).__name__}})
    context = check_context(request, certificate) | {"is_late": True}
    return render(request, "courses/certificate_check.html", context, status=503)


def to_check(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """To the certificate's own address, in the language that was asked for."""
    response = redirect("certificate_check", code=certificate.code)
    if "lang" in request.GET and request.GET["lang"] in languages_of(certificate):
        response["Location"] += f"?lang={request.GET['lang']}"
    return response


def check_context(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    """What the check page shows. Words that are not frozen in the page's language stand in the holder's."""
    language = language_for(certificate, get_language() or "")
    mine = is_holder(request.user, certificate)
    rows = claims(certificate, language) if certificate.status in SHOWN_IN_FULL else []
    withdrawn = certificate.status == CertificateStatus.WITHDRAWN
    return {
        "certificate": certificate,
        "state": state_of(certificate),
        "claims_language": language,
        "title": None if withdrawn and not mine else course_title(certificate, language),
        "claims": [row for row in rows if row.key not in IN_HEADING],
        "languages": sorted(languages_of(certificate), key=lambda code: code != language),
        "has_pdf": certificate.status == CertificateStatus.VALID,
        "has_badge": certificate.status == CertificateStatus.VALID or _has_badge(certificate),
        "badge_address": addresses.credential(certificate.code),
        **_cycles(certificate),
        "is_mine": mine,
        "can_withdraw": can_withdraw(request.user, certificate),
        "can_administer": administered_by(request.user).filter(pk=certificate.pk).exists() if not mine else False,
        "form": CodeForm(),
    }


def _has_badge(certificate: Certificate) -> bool:
    """Whether a revoked one was signed while it was valid: its badge goes on being served, and the list says no."""
    return certificate.status == CertificateStatus.REVOKED and certificate.badge is not None


def _cycles(certificate: Certificate) -> dict[str, Certificate | None]:
    """What this certificate renewed and what renewed it, as far as that stands: a withdrawn one is not spoken of."""
    if certificate.status not in SHOWN_IN_FULL:
        return {}
    older = certificate.renews
    return {
        "renews": older if older is not None and older.status == CertificateStatus.VALID else None,
        "renewed_by": renewed_by(certificate),
    }
