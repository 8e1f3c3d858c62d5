"""Mails about certificates."""

from __future__ import annotations

from typing import Any

from academy.mail.emails import build

from .models import Certificate
from .queries import course_title

ISSUED = "certificates/issued"


def issued(certificate: Certificate, person: Any) -> tuple[str, str, str]:
    """Subject, text and HTML for the holder, in the holder's language."""
    context = {
        "name": certificate.holder_name,
        "title": course_title(certificate, certificate.language).text,
        "address": certificate.frozen["check_url"],
    }
    return build(ISSUED, certificate.language, context, time_zone=person.time_zone)
