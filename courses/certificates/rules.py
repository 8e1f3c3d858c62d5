"""Issues certificates, keeps their files, and takes them back. What a certificate says is never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from academy.jobs.rules import enqueue
from academy.mail.rules import queue
from courses.enrolments.models import Enrolment

from . import emails
from .document import document_data, render_pdf
from .enums import CertificateStatus
from .errors import NotCompleted, NotValid
from .freezing import freeze
from .models import Certificate, CertificateFile, new_code
from .queries import language_for

RENDER = "certificates.render"
REVOKED = "courses.certificate.revoked"
WITHDRAWN = "courses.certificate.withdrawn"
REPLACED = "courses.certificate.replaced"


@transaction.atomic
def issue(*, enrolment: Enrolment, at: datetime) -> Certificate:
    """The certificate of a completed enrolment, frozen now, its mail and PDF queued. Asked again: the same one.

    Raises NotCompleted. To be called in the transaction that completes the enrolment.
    """
    if enrolment.completed_at is None:
        raise NotCompleted("only a completed course has a certificate")
    existing = _standing_one(enrolment)
    if existing is not None:
        return existing
    person = enrolment.person
    code = new_code()
    frozen = freeze(enrolment=enrolment, language=person.language, time_zone=person.time_zone, code=code, at=at)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                code=code,
                person=person,
                enrolment=enrolment,
                item=enrolment.item,
                holder_name=person.name_for_certificate or person.get_full_name(),
                language=person.language,
                frozen=frozen,
                issued_at=at,
            )
    except IntegrityError:
        # Somebody else was quicker: the constraint decides, not the look beforehand.
        existing = _standing_one(enrolment)
        if existing is None:
            raise
        return existing
    _announce(certificate, person=person)
    return certificate


@transaction.atomic
def replace(*, certificate: Certificate, holder_name: str, reason: str, by: Any, at: datetime) -> Certificate:
    """A new certificate for the same completion under a corrected name; the old one leads to it. Raises NotValid."""
    now = _locked(certificate)
    if now.status != CertificateStatus.VALID:
        raise NotValid("only a valid certificate can be replaced")
    # First the old one steps aside: only one may stand for an enrolment.
    _change(now, CertificateStatus.REPLACED, reason=reason, at=at)
    code = new_code()
    successor = Certificate.objects.create(
        code=code,
        kind=now.kind,
        person=now.person,
        enrolment=now.enrolment,
        item=now.item,
        holder_name=holder_name,
        language=now.language,
        frozen=now.frozen | {"code": code, "check_url": now.frozen["check_url"].replace(now.code, code)},
        issued_at=now.issued_at,
        valid_until=now.valid_until,
    )
    now.replaced_by = successor
    now.save(update_fields=["replaced_by"])
    log(now, REPLACED, user=by)
    if now.person is not None:
        _announce(successor, person=now.person)
    certificate.refresh_from_db()
    return successor


@transaction.atomic
def revoke(*, certificate: Certificate, by: Any, reason: str, at: datetime) -> None:
    """The issuer takes it back and says why; its page says so from now on. Again: nothing changes. Raises NotValid."""
    now = _locked(certificate)
    if now.status != CertificateStatus.REVOKED:
        if now.status != CertificateStatus.VALID:
            raise NotValid("only a valid certificate can be revoked")
        _change(now, CertificateStatus.REVOKED, reason=reason, at=at)
        # Why stands on the certificate, not in the log: it may speak of the person.
        log(now, REVOKED, user=by)
    certificate.refresh_from_db()


@transaction.atomic
def withdraw(*, certificate: Certificate, by: Any, at: datetime) -> None:
    """The holder no longer wants it shown: its page keeps quiet about all it said. Raises NotValid."""
    now = _locked(certificate)
    if now.status != CertificateStatus.WITHDRAWN:
        if now.status != CertificateStatus.VALID:
            raise NotValid("only a valid certificate can be withdrawn")
        _change(now, CertificateStatus.WITHDRAWN, reason="", at=at)
        log(now, WITHDRAWN, user=by)
    certificate.refresh_from_db()


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
    content = render_pdf(document_data(certificate, language))
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


@transaction.atomic
def forget(person: Any) -> None:
    """Cut certificates loose from a person who is erased: they stay verifiable, nothing leads from them to the rest.

    What the holder has withdrawn, or a corrected one has replaced, tells nobody its name: it loses it, and its files.
    """
    mine = Certificate.objects.filter(person=person)
    for certificate in mine.filter(status__in=[CertificateStatus.WITHDRAWN, CertificateStatus.REPLACED]):
        for stored in certificate.files.all():
            stored.delete()
            # Bytes cannot be rolled back: they go only once the rows are gone for good.
            transaction.on_commit(partial(stored.file.delete, save=False))
        Certificate.objects.filter(pk=certificate.pk).update(holder_name="", status_reason="")
    mine.update(person=None, enrolment=None)


def _standing_one(enrolment: Enrolment) -> Certificate | None:
    return Certificate.objects.filter(enrolment=enrolment).exclude(status=CertificateStatus.REPLACED).first()


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update().get(pk=certificate.pk)


def _change(certificate: Certificate, status: CertificateStatus, *, reason: str, at: datetime) -> None:
    certificate.status = status
    certificate.status_reason = reason
    certificate.status_changed_at = at
    certificate.save(update_fields=["status", "status_reason", "status_changed_at"])


def _announce(certificate: Certificate, *, person: Any) -> None:
    """Queue the mail to the holder and the drawing of the PDF; both happen after the commit."""
    subject, text, html = emails.issued(certificate, person)
    queue(
        key=f"certificate:{certificate.pk}:issued",
        kind=emails.ISSUED,
        to=person.email,
        language=certificate.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
    )
    enqueue(
        key=f"certificate:{certificate.pk}:pdf:{certificate.language}",
        kind=RENDER,
        payload={"certificate": certificate.pk, "language": certificate.language},
    )
