"""An administrator issues a certificate anew under the right name, which the account keeps if its holder chose it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from academy.people.rules import confirm_certificate_name
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from courses.certificates.queries import open_corrections


@transaction.atomic(durable=True)
def correct_name(*, certificate: Certificate, name: str, reason: str, by: Any, at: datetime) -> Certificate:
    """The new certificate, linked with the old one both ways. Raises NotValid.

    A name that the holder asked for is one that the holder confirmed: the account keeps it for certificates to come.
    """
    asked = open_corrections().filter(certificate=certificate).first()
    successor = certificates.correct(certificate=certificate, holder_name=name, reason=reason, by=by, at=at)
    if asked is not None and asked.wanted_name == name and successor.person is not None:
        confirm_certificate_name(person=successor.person, name=name, by=by, at=at)
    return successor
