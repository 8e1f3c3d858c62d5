"""Mails about certificates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from academy.mail.emails import build
from curriculum.items.enums import ItemKind

from .enums import CertificateKind
from .models import Certificate, CertificateCorrection
from .queries import course_title

ISSUED = "certificates/issued"
PARTICIPATION = "certificates/participation"
NAME = "certificates/name_wanted"
REVOKED = "certificates/revoked"
ASKED = "certificates/correction_asked"
DECLINED = "certificates/correction_declined"
ENDING = "certificates/ending"
ENDED = "certificates/ended"


def kind_of(certificate: Certificate) -> str:
    """Which mail tells the holder of this certificate."""
    return PARTICIPATION if certificate.kind == CertificateKind.PARTICIPATION else ISSUED


def issued(certificate: Certificate, person: Any, *, is_anew: bool = False) -> tuple[str, str, str]:
    """Subject, text and HTML for the holder, in the holder's language; `is_anew`: under the right name."""
    is_path = certificate.frozen.get("item_kind") == ItemKind.PATH
    words = {"is_path": is_path, "is_anew": is_anew}
    return _about(kind_of(certificate), certificate, person, certificate.language, **words)


def revoked(certificate: Certificate, person: Any) -> tuple[str, str, str]:
    """The holder's certificate was revoked, and why."""
    return _about(REVOKED, certificate, person, person.language, reason=certificate.status_reason)


def name_wanted(person: Any, title: str) -> tuple[str, str, str]:
    """A certificate waits until its holder has confirmed their name."""
    context = {"name": person.get_short_name(), "title": title, "address": page("my_certificates", person)}
    return build(NAME, person.language, context, time_zone=person.time_zone)


def correction_asked(correction: CertificateCorrection, administrator: Any) -> tuple[str, str, str]:
    """Somebody asks for a corrected name, for one administrator. Names stand on the page, not in the mail."""
    code = correction.certificate.code
    context = {
        "name": administrator.get_short_name(),
        "title": course_title(correction.certificate, administrator.language).text,
        "address": page("manage_certificate", administrator, code),
    }
    return build(ASKED, administrator.language, context, time_zone=administrator.time_zone)


def correction_declined(correction: CertificateCorrection, person: Any, reason: str) -> tuple[str, str, str]:
    """The name stays as it is, and why."""
    return _about(DECLINED, correction.certificate, person, person.language, reason=reason)


def page(name: str, person: Any, *args: str) -> str:
    """Absolute address of a page in the person's language."""
    with translation.override(person.language):
        return settings.BASE_URL + reverse(name, args=args)


def _about(kind: str, certificate: Certificate, person: Any, language: str, **context: Any) -> tuple[str, str, str]:
    values = {
        "name": certificate.holder_name,
        "title": course_title(certificate, language).text,
        "address": certificate.frozen["check_url"],
        **context,
    }
    return build(kind, language, values, time_zone=person.time_zone)
