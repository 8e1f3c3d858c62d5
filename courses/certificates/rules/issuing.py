"""Issues certificates: once for an enrolment or a seat, frozen at that moment, under a name that was confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from academy.jobs.rules import enqueue
from academy.mail import rules as mails
from academy.people.models import User
from courses.booking.models import Booking
from courses.certificates import emails
from courses.certificates.enums import CertificateKind, CertificateStatus
from courses.certificates.errors import NotCompleted
from courses.certificates.freezing import Completed, completed_by, freeze, freeze_attended
from courses.certificates.models import Certificate, new_code
from courses.certificates.queries import latest_valid, valid_until
from courses.enrolments.models import Enrolment

from .reminding import forget_reminders

RENDER = "certificates.render"
# Who confirms the name right away, on the page that says that the course is completed, needs no mail about it.
NAME_MAIL_AFTER = timedelta(hours=1)


def issue(*, enrolment: Enrolment, at: datetime) -> Certificate | None:
    """The certificate of a completed enrolment; as `issue_all`. None where there can be none yet."""
    return next(iter(issue_all(enrolments=[enrolment], at=at)), None)


# Without a savepoint: it is part of the transaction that completes the enrolments, and fails with it.
@transaction.atomic(savepoint=False)
def issue_all(*, enrolments: list[Enrolment], at: datetime) -> list[Certificate]:
    """The certificates of completed enrolments of one person, frozen now, their mails and PDFs queued. Asked again: the
    same ones. What they speak of is read once for all of them.

    None for an enrolment as long as its holder has not confirmed the name that it would carry (a mail says so after an
    hour, unless they have by then), and none for an account that is closed. Raises NotCompleted.
    """
    if any(each.completed_at is None for each in enrolments):
        raise NotCompleted("only a completed course has a certificate")
    standing = {each.pk: _standing_one(each) for each in enrolments}
    wanted = [each for each in enrolments if standing[each.pk] is None]
    if wanted:
        # As the database has them: the name may have been confirmed since the request began.
        person = User.objects.get(pk=wanted[0].person_id)
        wanted = [each for each in wanted if _may_hold(person, f"enrolment:{each.pk}", each.item.title, at=at)]
        known = completed_by(wanted, language=person.language, time_zone=person.time_zone, at=at)
        standing |= {pk: _issue(completed, person=person, at=at) for pk, completed in known.items()}
    return [certificate for certificate in standing.values() if certificate is not None]


def _issue(completed: Completed, *, person: User, at: datetime) -> Certificate:
    enrolment = completed.enrolment
    older = latest_valid(person, enrolment.item_id, completed.kind)
    # To have been there does not run out.
    until = None if completed.is_short else valid_until(enrolment, person.time_zone, older)
    code = new_code()
    frozen = freeze(completed, code=code, valid_until=until)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                code=code,
                kind=completed.kind,
                person=person,
                enrolment=enrolment,
                item=enrolment.item,
                holder_name=person.name_for_certificate or person.get_full_name(),
                language=person.language,
                frozen=frozen,
                issued_at=at,
                valid_until=until,
                renews=older,
            )
    except IntegrityError:
        # Somebody else was quicker: the constraint decides, not the look beforehand.
        existing = _standing_one(enrolment)
        if existing is None:
            raise
        return existing
    mails.withdraw(name_mail_key(person, f"enrolment:{enrolment.pk}"))
    if older is not None:
        forget_reminders(older, at=at)
    announce(certificate, person=person)
    return certificate


@transaction.atomic
def issue_participation(*, booking: Booking, at: datetime) -> Certificate | None:
    """The statement that somebody attended a date, frozen now, its mail and PDF queued. Asked again: the same one.

    One that was revoked does not count, one that its holder withdrew does. None as for `issue`. To be called in the
    transaction that notes the attendance; raises NotCompleted for a guest, who has no account to keep it.
    """
    if booking.person_id is None:
        raise NotCompleted("only somebody with an account has a statement")
    existing = standing_participation(booking)
    if existing is not None:
        return existing
    person = User.objects.get(pk=booking.person_id)
    if not _may_hold(person, f"booking:{booking.pk}", booking.session.item.title, at=at):
        return None
    code = new_code()
    frozen = freeze_attended(booking=booking, language=person.language, time_zone=person.time_zone, code=code, at=at)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                code=code,
                kind=CertificateKind.PARTICIPATION,
                person=person,
                booking=booking,
                item=booking.session.item,
                holder_name=person.name_for_certificate or person.get_full_name(),
                language=person.language,
                frozen=frozen,
                issued_at=at,
            )
    except IntegrityError:
        # As in `issue`: the constraint decides, not the look beforehand.
        existing = standing_participation(booking)
        if existing is None:
            raise
        return existing
    mails.withdraw(name_mail_key(person, f"booking:{booking.pk}"))
    announce(certificate, person=person)
    return certificate


def standing_participation(booking: Booking) -> Certificate | None:
    """The statement that stands for a seat: valid, or withdrawn by its holder."""
    standing = [CertificateStatus.VALID, CertificateStatus.WITHDRAWN]
    return Certificate.objects.filter(booking=booking, status__in=standing).first()


def announce(certificate: Certificate, *, person: Any, is_anew: bool = False) -> None:
    """Queue the mail to the holder and the drawing of the PDF; both happen after the commit."""
    subject, text, html = emails.issued(certificate, person, is_anew=is_anew)
    mails.queue(
        key=f"certificate:{certificate.pk}:issued",
        kind=emails.kind_of(certificate),
        to=person.email,
        language=certificate.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        url=emails.page("my_certificates", person),
    )
    enqueue(
        key=f"certificate:{certificate.pk}:pdf:{certificate.language}",
        kind=RENDER,
        payload={"certificate": certificate.pk, "language": certificate.language},
    )


def name_mail_key(person: User, what: str) -> str:
    """The key of the mail that says that a certificate waits for its holder's name."""
    return f"certificate-name:{person.pk}:{what}:"


def _standing_one(enrolment: Enrolment) -> Certificate | None:
    return Certificate.objects.filter(enrolment=enrolment).exclude(status=CertificateStatus.REPLACED).first()


def _may_hold(person: User, what: str, title: str, *, at: datetime) -> bool:
    """Whether a certificate can be issued to this person now; who only has to confirm their name is told."""
    if not person.is_active:
        return False
    if person.certificate_name_confirmed_at is not None:
        return True
    subject, text, html = emails.name_wanted(person, title)
    mails.queue(
        key=f"{name_mail_key(person, what)}wanted",
        kind=emails.NAME,
        to=person.email,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        at=at + NAME_MAIL_AFTER,
        url=emails.page("my_certificates", person),
    )
    return False
