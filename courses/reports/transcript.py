"""What somebody has learnt, as one sheet: paths, courses, workshops, training from elsewhere, certificates, hours.

Hours are what was done, never what was planned: those that a certificate states; else lessons by their length, quizzes
by their questions, workshops by the meetings that were attended in full. In the sum each lesson, quiz and date counts
once, however many courses and paths asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from courses.booking.queries.sessions import title_of
from courses.booking.queries.standing import MyBooking, bookings_of
from courses.certificates.enums import CertificateStatus, Renewal
from courses.certificates.models import Certificate
from courses.certificates.pieces import Done, by_themselves, done
from courses.certificates.queries import course_title, is_expired, of_enrolments, of_person, printed_code
from courses.enrolments.models import Enrolment
from courses.outside.queries import accepted_of
from curriculum.catalogue.queries import paths
from curriculum.conditions.enums import Route
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import course_outline

EXPIRED = "expired"


@dataclass(frozen=True)
class Line:
    """One thing that was completed, attended or accepted.

    `where` is the provider of a training from elsewhere. `code` is that of a valid certificate, as it is printed.
    `is_part`: a workshop that was attended in part.
    """

    title: str
    title_language: str
    on: date
    minutes: int
    route: str = ""
    where: str = ""
    code: str = ""
    is_part: bool = False

    @property
    def route_name(self) -> str:
        """The way it was taken, where it is not the usual one."""
        return str(Route(self.route).label) if self.route and self.route != Route.FULL else ""


@dataclass(frozen=True)
class CertificateLine:
    """A certificate with its code and how it stands (a state of components/status.html)."""

    certificate: Certificate
    title: str
    title_language: str
    state: str
    on: date

    @property
    def code(self) -> str:
        """As it is printed."""
        return printed_code(self.certificate.code)

    @property
    def state_name(self) -> str:
        """The state in words."""
        return state_name(self.state)


@dataclass(frozen=True)
class Transcript:
    """All of it. `minutes` without training from elsewhere, which nobody here has timed."""

    name: str
    on: date
    paths: list[Line]
    courses: list[Line]
    workshops: list[Line]
    outside: list[Line]
    certificates: list[CertificateLine]
    minutes: int

    @property
    def outside_minutes(self) -> int:
        """Of training from elsewhere, as it was reported and accepted."""
        return sum(line.minutes for line in self.outside)

    def __bool__(self) -> bool:
        return bool(self.paths or self.courses or self.workshops or self.outside or self.certificates)


def state_name(state: str) -> str:
    """How a certificate stands, in words."""
    if state == EXPIRED:
        return str(Renewal.EXPIRED.label)
    return str(CertificateStatus(state).label)


def transcript(person: Any, language: str, at: datetime) -> Transcript:
    """Everything up to now, in a language. A few queries for each completed course and path."""
    rows = Enrolment.objects.filter(person=person, completed_at__isnull=False).select_related("item")
    completed = list(rows.order_by("-completed_at", "-pk"))
    certificates = of_enrolments(enrolment.pk for enrolment in completed)
    finished = {enrolment.pk: done(enrolment, at) for enrolment in completed}
    attended = bookings_of(person, at).attended
    titles = {path.key: (f"{path.code} {path.title}", path.title_language) for path in paths(language)}

    def line(enrolment: Enrolment) -> Line:
        certificate = certificates.get(enrolment.pk)
        title, own = titles.get(enrolment.item.key) or _course_title(enrolment, language)
        is_valid = certificate is not None and certificate.status == CertificateStatus.VALID
        return Line(
            title=title,
            title_language=own,
            on=timezone.localdate(enrolment.completed_at),
            minutes=_minutes(certificate, finished[enrolment.pk]),
            route=str(enrolment.route),
            code=printed_code(certificate.code) if certificate is not None and is_valid else "",
        )

    return Transcript(
        name=person.name_for_certificate,
        on=timezone.localdate(at),
        paths=[line(each) for each in completed if each.item.kind == ItemKind.PATH],
        courses=[line(each) for each in completed if each.item.kind == ItemKind.COURSE],
        workshops=[_attended(row, language) for row in attended],
        outside=[
            Line(training.title, "", training.on, training.minutes, where=training.provider)
            for training in accepted_of(person)
        ],
        certificates=[_certificate(each, language) for each in of_person(person)],
        minutes=_in_all(finished.values(), attended),
    )


def _course_title(enrolment: Enrolment, language: str) -> tuple[str, str]:
    outline = course_outline(enrolment.item.key, language)
    if outline is None:
        return f"{enrolment.item.code} {enrolment.item.title}".strip(), ""
    return f"{outline.code} {outline.title}", outline.title_language


def _minutes(certificate: Certificate | None, finished: Done) -> int:
    """What the certificate states; else what was done."""
    frozen = certificate.frozen.get("minutes") if certificate is not None else None
    return int(frozen) if frozen else sum(finished.minutes.values())


def _attended(row: MyBooking, language: str) -> Line:
    title, own = title_of(row.session, language)
    code = row.session.item.code
    is_part = row.minutes < sum(meeting.minutes for meeting in row.meetings)
    on = timezone.localdate(row.session.starts_at)
    return Line(f"{code} {title}".strip(), own, on, row.minutes, is_part=is_part)


def _certificate(certificate: Certificate, language: str) -> CertificateLine:
    words = course_title(certificate, language)
    is_over = certificate.status == CertificateStatus.VALID and is_expired(certificate)
    state = EXPIRED if is_over else str(certificate.status)
    return CertificateLine(certificate, words.text, words.lang, state, timezone.localdate(certificate.issued_at))


def _in_all(finished: Iterable[Done], attended: list[MyBooking]) -> int:
    """Each lesson, quiz and date once."""
    counted: dict[str | UUID, int] = {}
    for piece in by_themselves(piece for each in finished for piece in each.all):
        counted[piece.attended or piece.key] = piece.minutes
    for row in attended:
        counted[str(row.session.public_id)] = row.minutes
    return sum(counted.values())
