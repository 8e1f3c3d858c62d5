"""Draws certificates and keeps what was drawn: the bytes that were issued are the bytes that are served."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.certificates.document import document_data, render_pdf
from courses.certificates.enums import CertificateStatus
from courses.certificates.errors import NotValid
from courses.certificates.models import Certificate, CertificateFile
from courses.certificates.queries import language_for

from .badges import badge_of


def pdf_file(*, certificate: Certificate, language: str, at: datetime | None = None) -> CertificateFile:
    """The stored document in this language (in the holder's, if it was not frozen in it); drawn on first request.

    Ever after the stored bytes are served, whatever template or fonts have become. Raises DocumentRefused, NotValid.
    """
    if certificate.status != CertificateStatus.VALID:
        raise NotValid("only a valid certificate is printed")
    language = language_for(certificate, language)
    stored = CertificateFile.objects.filter(certificate=certificate, language=language).first()
    if stored is not None and stored.file.name and stored.file.storage.exists(stored.file.name):
        return stored
    badge = badge_of(certificate)
    credential = badge.credential if badge is not None else None
    content = render_pdf(document_data(certificate, language, credential=credential))
    if stored is None:
        stored = CertificateFile(certificate=certificate, language=language)
    stored.sha256 = hashlib.sha256(content).hexdigest()
    stored.made_at = at or timezone.now()
    stored.file.save(f"{certificate.code}-{language}.pdf", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError:
        # Two asked at once: the first one's bytes stay, ours go.
        stored.file.delete(save=False)
        return CertificateFile.objects.get(certificate=certificate, language=language)
    return stored


def render(*, certificate: int, language: str) -> None:
    """The job behind RENDER. A certificate that is gone or taken back meanwhile needs no document."""
    found = Certificate.objects.filter(pk=certificate, status=CertificateStatus.VALID).first()
    if found is not None:
        pdf_file(certificate=found, language=language)
