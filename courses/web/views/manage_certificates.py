"""Certificates as administrators look after them: found, revoked with a reason, corrected; wishes of holders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from academy.people.enums import Role
from academy.web import parking
from academy.web.access import role_required
from courses.certificates import rules
from courses.certificates.access import administered_by
from courses.certificates.enums import CertificateStatus
from courses.certificates.errors import NotValid
from courses.certificates.models import Certificate, CertificateCorrection
from courses.certificates.queries import course_title, open_corrections, tidy_code, with_name
from courses.flows.correct_name import correct_name
from courses.web.answers import language, person_of
from courses.web.certificate_cards import shown_certificates, state_of
from courses.web.certificate_forms import CorrectForm, DeclineForm, RevokeForm, SearchForm

MOST_FOUND = 50
administers = role_required(Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN)


@administers
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """Corrections that holders asked for, and the search; a posted one, for names stand in no address."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    mine = administered_by(request.user)
    context: dict[str, Any] = {
        "form": form,
        "corrections": [
            (correction, course_title(correction.certificate, language()))
            for correction in open_corrections().filter(certificate__in=mine)
        ],
    }
    status = 200
    if request.method == "POST":
        if form.is_valid():
            rows = _found(mine, form.cleaned_data["wanted"])
            context |= {"found": shown_certificates(rows[:MOST_FOUND]), "has_more": len(rows) > MOST_FOUND}
        else:
            status = 422
    return render(request, "courses/certificate_manage.html", context, status=status)


@administers
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One certificate: what became of it, and the three things that can be done."""
    rows = administered_by(request.user).select_related("item", "person", "replaced_by", "renews")
    found = rows.filter(code=tidy_code(code) or "").first()
    if found is None:
        raise Http404
    asked = CertificateCorrection.objects.filter(certificate=found).order_by("-asked_at", "-pk").first()
    is_asked = asked is not None and asked.decided_at is None
    posted = request.POST if request.method == "POST" else None
    typed, do = posted or parking.kept(request), posted.get("do", "") if posted is not None else ""
    wanted = asked.wanted_name if asked is not None and is_asked else found.holder_name
    why = asked.why if asked is not None and is_asked else ""
    forms = {
        "correct": CorrectForm(
            typed if _is_for(typed, "correct") else None,
            initial={"certificate_name": wanted, "why": why},
            present=found.holder_name,
            prefix="correct",
        ),
        "decline": DeclineForm(typed if _is_for(typed, "decline") else None, prefix="decline"),
        "revoke": RevokeForm(typed if _is_for(typed, "revoke") else None, prefix="revoke"),
    }
    if posted is not None and do in forms and forms[do].is_valid():
        try:
            successor = _do(request, found, do, forms[do].cleaned_data)
        except NotValid:
            messages.warning(request, _("Nothing was changed: this certificate is no longer valid."))
            return redirect("manage_certificate", code=found.code)
        parking.forget(request)
        return redirect("manage_certificate", code=successor.code)
    context = {
        "certificate": found,
        "title": course_title(found, language()),
        "state": state_of(found),
        "is_valid": found.status == CertificateStatus.VALID,
        "correction": asked,
        "is_asked": is_asked,
        "forms": forms,
        "replaces": found.replaces.first(),
    }
    return render(request, "courses/certificate_manage_one.html", context, status=200 if posted is None else 422)


def _found(mine: Any, wanted: str) -> list[Certificate]:
    """The certificate with this code, or those of holders with this in their names; one more than are shown."""
    code = tidy_code(wanted)
    rows = mine.filter(code=code) if code is not None else with_name(mine, wanted)
    return list(rows.select_related("item", "replaced_by").order_by("-issued_at", "-pk")[: MOST_FOUND + 1])


def _is_for(typed: Any, do: str) -> bool:
    return typed is not None and typed.get("do") == do


def _do(request: HttpRequest, found: Certificate, do: str, said: dict[str, Any]) -> Certificate:
    """One of the three, and what the page says afterwards; the certificate that stands then. Raises NotValid."""
    by, at = person_of(request), timezone.now()
    if do == "correct":
        name = said["certificate_name"]
        successor = correct_name(certificate=found, name=name, reason=said["why"], by=by, at=at)
        messages.success(request, _("Issued anew under the right name. The old certificate leads to this one."))
        return successor
    if do == "revoke":
        rules.revoke(certificate=found, by=by, reason=said["reason"], at=at)
        messages.success(request, _("Revoked. Its page says so from now on, and the holder gets a mail."))
    elif rules.decline(certificate=found, reason=said["reason"], by=by, at=at):
        messages.success(request, _("The name stays. The holder gets a mail."))
    else:
        messages.info(request, _("No correction is asked for."))
    return found
