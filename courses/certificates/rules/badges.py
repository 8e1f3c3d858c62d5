"""The signed badge of a certificate."""

from __future__ import annotations

from courses.badges import rules as badges
from courses.badges.models import SignedCredential
from courses.certificates.badge_facts import facts_of
from courses.certificates.enums import CertificateStatus
from courses.certificates.models import Certificate


def badge_of(certificate: Certificate) -> SignedCredential | None:
    """What was signed for this certificate, made on first need; the same bytes ever after.

    None for one that its holder has withdrawn or a corrected one has replaced, and for one that was revoked before
    anybody asked for its badge.
    """
    if certificate.status in {CertificateStatus.WITHDRAWN, CertificateStatus.REPLACED}:
        return None
    if certificate.badge is not None:
        return certificate.badge
    if certificate.status != CertificateStatus.VALID:
        return None
    credential = badges.signed(certificate.code, facts_of(certificate))
    # An update, not a save: what else happened to the certificate meanwhile stays.
    Certificate.objects.filter(pk=certificate.pk).update(badge=credential)
    certificate.badge = credential
    return credential
