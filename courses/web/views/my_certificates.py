"""A holder's own certificates: the list, the name that they carry, renewing one, asking for a correction."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.web import parking
from academy.web.access import signed_in
from academy.website.addresses import site_map
from courses.certificates import rules
from courses.certificates.access import is_holder
from courses.certificates.enums import CertificateStatus, Renewal
from courses.certificates.errors import AskedAlready, NotValid
from courses.certificates.models import Certificate
from courses.certificates.queries import (
    by_code,
    course_title,
    newer_one,
    open_corrections,
    renewal_of,
    waits_for_name,
    with_earlier,
)
from courses.enrolments.errors import Refused
from courses.flows import enrol
from courses.flows.confirm_name import confirm_name
from courses.web.answers import language, next_or, person_of, refuse
from courses.web.certificate_cards import shown_certificates
from courses.web.certificate_forms import AskForm
from courses.web.forms import CertificateNameForm


@signed_in
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of the person, newest first; what was replaced stands apart."""
    rows = shown_certificates(with_earlier(person_of(request)))
    context = {
        "certificates": [row for row in rows if row.certificate.status != CertificateStatus.REPLACED],
        "replaced": [row for row in rows if row.certificate.status == CertificateStatus.REPLACED],
    }
    return render(request, "courses/my_certificates.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_certificate_name(request: HttpRequest) -> HttpResponse:
    """The name that certificates carry, confirmed by their holder; then what waits for it is issued."""
    person = person_of(request)
    posted = request.POST if request.method == "POST" else None
    form = CertificateNameForm(
        posted or parking.kept(request), initial={"certificate_name": person.name_for_certificate}
    )
    form.fields["certificate_name"].help_text = _("It is printed exactly like this.")
    if posted is None or not form.is_valid():
        context = {"form": form, "is_waiting": waits_for_name(person)}
        return render(request, "courses/certificate_name.html", context, status=200 if posted is None else 422)
    issued = confirm_name(person=person, name=form.cleaned_data["certificate_name"], by=person, at=timezone.now())
    parking.forget(request)
    if not issued:
        messages.success(request, _("Your certificates will carry this name."))
        return redirect(next_or(request, reverse("my_certificates")))
    text = ngettext("Your certificate is issued.", "Your %(count)s certificates are issued.", len(issued))
    messages.success(request, text % {"count": len(issued)})
    if len(issued) == 1:
        return redirect("certificate_check", code=issued[0].code)
    return redirect("my_certificates")


@signed_in
@require_POST
def renew_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the way to the certificate of the next cycle, from 90 days before this one ends."""
    certificate = _own_or_404(request, code)
    back = reverse("my_certificates")
    ends = renewal_of(certificate, timezone.localdate()) in {Renewal.WINDOW, Renewal.EXPIRED}
    if not ends or newer_one(certificate) is not None:
        messages.info(request, _("There is nothing to renew here yet."))
        return redirect(back)
    person = person_of(request)
    try:
        enrol.renew(person=person, item_key=certificate.item.key, by=person, at=timezone.now())
    except Refused as why:
        return refuse(request, why, back)
    messages.success(request, _("You have begun to renew it. The certificate that you hold stays as it is."))
    return redirect(_page_of(certificate) or reverse("my_learning"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_correction(request: HttpRequest, code: str) -> HttpResponse:
    """The holder says which name is right, and why; an administrator decides."""
    certificate = _own_or_404(request, code)
    check = redirect("certificate_check", code=certificate.code)
    if certificate.status != CertificateStatus.VALID:
        return check
    posted = request.POST if request.method == "POST" else None
    name = certificate.holder_name
    form = AskForm(posted or parking.kept(request), initial={"certificate_name": name}, present=name)
    if posted is not None and form.is_valid():
        try:
            rules.ask_for_correction(
                certificate=certificate,
                wanted_name=form.cleaned_data["certificate_name"],
                why=form.cleaned_data["why"],
                by=person_of(request),
                at=timezone.now(),
            )
            messages.success(request, _("An administrator has your wish. You get a mail as soon as it is decided."))
        except AskedAlready:
            messages.info(request, _("You have asked for a correction already. It is not decided yet."))
        except NotValid:
            messages.warning(request, _("This certificate cannot be corrected any more."))
        parking.forget(request)
        return check
    context: dict[str, Any] = {
        "certificate": certificate,
        "title": course_title(certificate, language()),
        "form": form,
        "is_asked": posted is None and open_corrections().filter(certificate=certificate).exists(),
    }
    return render(request, "courses/certificate_ask.html", context, status=200 if posted is None else 422)


def _own_or_404(request: HttpRequest, code: str) -> Certificate:
    certificate = by_code(code)
    if certificate is None or not is_holder(request.user, certificate):
        raise Http404
    return certificate


def _page_of(certificate: Certificate) -> str:
    """Address of the course's or path's page in the page's language; empty where it has none."""
    path = site_map().path(certificate.item.key, language())
    return f"/{language()}/{path}" if path else ""
