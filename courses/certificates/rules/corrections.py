"""Wrong names: a holder asks for another one, who administrates corrects it or says why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from academy.mail.rules import queue
from courses.certificates import emails
from courses.certificates.access import administrators_of
from courses.certificates.enums import CertificateStatus, CorrectionState
from courses.certificates.errors import AskedAlready, NotValid
from courses.certificates.models import Certificate, CertificateCorrection

from .changing import replace

ASKED = "courses.certificate.correction_asked"
DECLINED = "courses.certificate.correction_declined"


@transaction.atomic
def ask_for_correction(
    *, certificate: Certificate, wanted_name: str, why: str, by: Any, at: datetime
) -> CertificateCorrection:
    """Keep the holder's wish and tell who decides. Raises NotValid, AskedAlready."""
    if certificate.status != CertificateStatus.VALID:
        raise NotValid("only a valid certificate can be corrected")
    try:
        with transaction.atomic():
            asked = CertificateCorrection.objects.create(
                certificate=certificate, wanted_name=wanted_name, why=why, asked_at=at
            )
    except IntegrityError as error:
        raise AskedAlready from error
    log(certificate, ASKED, user=by)
    for administrator in administrators_of(certificate):
        subject, text, html = emails.correction_asked(asked, administrator)
        queue(
            key=f"certificate-correction:{asked.pk}:asked:{administrator.pk}",
            kind=emails.ASKED,
            to=administrator.email,
            language=administrator.language,
            subject=subject,
            text=text,
            html=html,
            person=administrator,
            url=emails.page("manage_certificate", administrator, certificate.code),
        )
    return asked


@transaction.atomic
def correct(*, certificate: Certificate, holder_name: str, reason: str, by: Any, at: datetime) -> Certificate:
    """Issue it anew under another name; whoever had asked for it has what they asked for. Raises NotValid."""
    successor = replace(certificate=certificate, holder_name=holder_name, reason=reason, by=by, at=at)
    asked = CertificateCorrection.objects.filter(certificate=certificate, state=CorrectionState.ASKED)
    asked.update(state=CorrectionState.GRANTED, decided_at=at, decided_by=by)
    return successor


@transaction.atomic
def decline(*, certificate: Certificate, reason: str, by: Any, at: datetime) -> bool:
    """The name stays; its holder reads why. False where nothing was asked for (any more)."""
    asked = CertificateCorrection.objects.filter(certificate=certificate, state=CorrectionState.ASKED).first()
    if asked is None:
        return False
    changed = CertificateCorrection.objects.filter(pk=asked.pk, state=CorrectionState.ASKED).update(
        state=CorrectionState.DECLINED, decided_at=at, decided_by=by
    )
    if not changed:
        return False
    log(certificate, DECLINED, user=by)
    person = certificate.person
    if person is not None:
        subject, text, html = emails.correction_declined(asked, person, reason)
        queue(
            key=f"certificate-correction:{asked.pk}:declined",
            kind=emails.DECLINED,
            to=person.email,
            language=person.language,
            subject=subject,
            text=text,
            html=html,
            person=person,
            url=emails.page("my_certificates", person),
        )
    return True


def forget_corrections(person: Any) -> None:
    """What an erased person asked for goes, and that they decided about others' wishes is emptied."""
    CertificateCorrection.objects.filter(certificate__person=person).delete()
    CertificateCorrection.objects.filter(decided_by=person).update(decided_by=None)
