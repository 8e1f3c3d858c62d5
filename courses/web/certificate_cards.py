"""Certificates in lists: what stands on a card, and what its holder can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from courses.certificates.enums import CertificateStatus, Renewal
from courses.certificates.models import Certificate
from courses.certificates.queries import course_title, renewal_of
from courses.web.answers import language


@dataclass(frozen=True)
class CertificateShown:
    """A certificate in a list. `can_renew`: it ends soon or has ended, and no later one took its place."""

    certificate: Certificate
    title: str
    title_language: str
    state: str
    can_renew: bool = False


def shown_certificates(certificates: Iterable[Certificate], today: date | None = None) -> list[CertificateShown]:
    """The cards of these certificates; no query. Only rows of `queries.with_earlier` offer to be renewed."""
    return [_card(certificate, today or timezone.localdate()) for certificate in certificates]


def state_of(certificate: Certificate, today: date | None = None) -> str:
    """Its state as pages say it: that of components/status.html."""
    if renewal_of(certificate, today or timezone.localdate()) == Renewal.EXPIRED:
        return "expired"
    return str(certificate.status)


def _card(certificate: Certificate, today: date) -> CertificateShown:
    words = course_title(certificate, language())
    ends = renewal_of(certificate, today) in {Renewal.WINDOW, Renewal.EXPIRED}
    # Certificates of dates do not end, and those of courses that are gone cannot be renewed.
    is_offered = ends and getattr(certificate, "is_renewed", None) is False and certificate.item.retired_at is None
    can_renew = is_offered and certificate.status == CertificateStatus.VALID
    return CertificateShown(certificate, words.text, words.lang, state_of(certificate, today), can_renew)
