"""Replaces certificates, revokes and withdraws them, and cuts them loose from people who are erased."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail.log_actions import log

from academy.mail.rules import queue
from courses.badges import rules as badges
from courses.booking.models import Booking
from courses.certificates import emails
from courses.certificates.enums import CertificateStatus
from courses.certificates.errors import NotValid
from courses.certificates.models import Certificate, CertificateCorrection, new_code

from .issuing import announce, standing_participation
from .reminding import forget_reminders

REVOKED = "courses.certificate.revoked"
WITHDRAWN = "courses.certificate.withdrawn"
REPLACED = "courses.certificate.replaced"


@transaction.atomic
def replace(*, certificate: Certificate, holder_name: str, reason: str, by: Any, at: datetime) -> Certificate:
    """A new certificate for the same completion under a corrected name; the old one leads to it. Raises NotValid."""
    now = _locked(certificate)
    if now.status != CertificateStatus.VALID:
        raise NotValid("only a valid certificate can be replaced")
    # First the old one steps aside: only one may stand for an enrolment or a seat.
    _change(now, CertificateStatus.REPLACED, reason=reason, at=at)
    code = new_code()
    successor = Certificate.objects.create(
        code=code,
        kind=now.kind,
        person=now.person,
        enrolment=now.enrolment,
        booking=now.booking,
        item=now.item,
        holder_name=holder_name,
        language=now.language,
        frozen=now.frozen | {"code": code, "check_url": now.frozen["check_url"].replace(now.code, code)},
        issued_at=now.issued_at,
        valid_until=now.valid_until,
        renews=now.renews,
    )
    now.replaced_by = successor
    now.save(update_fields=["replaced_by"])
    # What renewed the old one has renewed this completion, whichever name stands on it.
    Certificate.objects.filter(renews=now).update(renews=successor)
    log(now, REPLACED, user=by)
    if now.person is not None:
        announce(successor, person=now.person, is_anew=True)
    certificate.refresh_from_db()
    return successor


@transaction.atomic
def revoke_participation(*, booking: Booking, by: Any, at: datetime) -> Certificate | None:
    """Take the statement of a date back whose attendance was corrected; None where no valid one stands."""
    certificate = standing_participation(booking)
    if certificate is None or certificate.status != CertificateStatus.VALID:
        return None
    # The holder reads the reason, and whoever checks: long after the page on which it came about.
    with translation.override(certificate.language):
        reason = gettext("The attendance was corrected: not all of it was attended.")
    revoke(certificate=certificate, by=by, reason=reason, at=at)
    return certificate


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
        if now.person is not None and now.person.is_active:
            _tell(now, now.person)
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


@transaction.atomic
def forget(person: Any) -> None:
    """Cut certificates loose from a person who is erased: they stay verifiable, nothing leads from them to the rest.

    What the holder has withdrawn, or a corrected one has replaced, tells nobody its name: it loses it, its files
    and its badge.
    """
    CertificateCorrection.objects.filter(certificate__person=person).delete()
    mine = Certificate.objects.filter(person=person)
    for certificate in mine.filter(status__in=[CertificateStatus.WITHDRAWN, CertificateStatus.REPLACED]):
        for stored in certificate.files.all():
            stored.delete()
            # Bytes cannot be rolled back: they go only once the rows are gone for good.
            transaction.on_commit(partial(stored.file.delete, save=False))
        Certificate.objects.filter(pk=certificate.pk).update(holder_name="", status_reason="")
        badges.forget([certificate.code])
    mine.update(person=None, enrolment=None, booking=None)


def _tell(certificate: Certificate, person: Any) -> None:
    subject, text, html = emails.revoked(certificate, person)
    queue(
        key=f"certificate:{certificate.pk}:revoked",
        kind=emails.REVOKED,
        to=person.email,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        url=emails.page("my_certificates", person),
    )


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update().get(pk=certificate.pk)


def _change(certificate: Certificate, status: CertificateStatus, *, reason: str, at: datetime) -> None:
    certificate.status = status
    certificate.status_reason = reason
    certificate.status_changed_at = at
    certificate.save(update_fields=["status", "status_reason", "status_changed_at"])
    forget_reminders(certificate, at=at)
