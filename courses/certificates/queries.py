"""Reads of certificates: finding one by its code, and what it says, as one list for the page and the document."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext

from courses.badges.models import SignedCredential
from courses.booking.enums import BookingState, Presence, SessionKind, SessionState
from courses.booking.models import Attendance, Booking, Meeting
from courses.enrolments.models import Enrolment
from curriculum.items.enums import ItemKind

from .enums import CertificateStatus, CorrectionState, Renewal
from .models import Certificate, CertificateCorrection

CODE_LENGTH = 26
CODE = re.compile(rf"[a-z2-7]{{{CODE_LENGTH}}}")
# What hands and eyes make of a code on paper: base32 has no 0, 1 and 8.
MISREAD = str.maketrans({"0": "o", "1": "l", "8": "b"})
# So long before its end a certificate can be renewed, and its holder is told.
RENEWAL_OPENS = timedelta(days=90)


@dataclass(frozen=True)
class Words:
    """A text and the language that it is written in (a fallback keeps its own)."""

    text: str
    lang: str


@dataclass(frozen=True)
class Claim:
    """One thing that a certificate says: which, its label, and its words (several for a list)."""

    key: str
    label: str
    words: tuple[Words, ...]


def tidy_code(typed: str) -> str | None:
    """The code in what somebody typed, scanned or pasted (also a whole address); None if there is none in it.

    Case, spaces and dashes do not matter; 0, 1 and 8, which no code holds, are read as o, l and b.
    """
    text = typed.strip().lower()
    if "/c/" in text:
        text = text.rsplit("/c/", 1)[1]
    text = re.split(r"[/?#]", text, maxsplit=1)[0]
    code = re.sub(r"[\s\u2010-\u2015-]", "", text).translate(MISREAD)
    return code if CODE.fullmatch(code) else None


def printed_code(code: str) -> str:
    """The code in groups, as it stands on paper: easier to read out and to type."""
    return "-".join([*(code[n : n + 5] for n in range(0, 20, 5)), code[20:]])


def by_code(code: str) -> Certificate | None:
    """The certificate with this code, whatever its state; None for an unknown code and for what is none.

    What is no code is looked for all the same: how long the answer takes does not tell the two apart.
    """
    sought = code if CODE.fullmatch(code) else "-" * CODE_LENGTH
    return Certificate.objects.select_related("replaced_by", "renews", "badge", "item").filter(code=sought).first()


def of_person(person: Any) -> QuerySet[Certificate]:
    """A person's certificates that were not replaced, newest first."""
    return (
        Certificate.objects.filter(person=person)
        .exclude(status=CertificateStatus.REPLACED)
        .select_related("item")
        .order_by("-issued_at", "-pk")
    )


def with_earlier(person: Any) -> QuerySet[Certificate]:
    """All certificates of a person, newest first, with what took the place of each."""
    rows = Certificate.objects.filter(person=person).select_related("item", "replaced_by")
    # What does not end needs no renewal: another without an end is no later cycle, and neither is it one of itself.
    is_renewed = Q(valid_until__isnull=False) & Q(Exists(newer()))
    return rows.annotate(is_renewed=is_renewed).order_by("-issued_at", "-pk")


def of_enrolments(enrolment_ids: Iterable[int]) -> dict[int, Certificate]:
    """The certificate that stands for each of these enrolments. One query."""
    rows = Certificate.objects.filter(enrolment_id__in=list(enrolment_ids)).exclude(status=CertificateStatus.REPLACED)
    return {row.enrolment_id: row for row in rows if row.enrolment_id is not None}


def is_expired(certificate: Certificate, on: date | None = None) -> bool:
    """Whether it was valid until a day that lies before `on` (default: today)."""
    return certificate.valid_until is not None and certificate.valid_until < (on or timezone.localdate())


def newer() -> QuerySet[Certificate]:
    """For each certificate of an outer query those of a later cycle: same person, item and kind, valid for longer.

    Of two that end on one day the later row counts.
    """
    end, place = OuterRef("valid_until"), OuterRef("pk")
    return Certificate.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=end) | Q(valid_until=end, pk__gt=place),
        person=OuterRef("person"),
        item=OuterRef("item"),
        kind=OuterRef("kind"),
        status=CertificateStatus.VALID,
    )


def newer_one(certificate: Certificate) -> Certificate | None:
    """The certificate of a later cycle that took the place of this one, whether it names this one or not."""
    later = Certificate.objects.filter(
        person=certificate.person_id,
        item=certificate.item_id,
        kind=certificate.kind,
        status=CertificateStatus.VALID,
    ).exclude(pk=certificate.pk)
    end = certificate.valid_until
    if certificate.person_id is None or end is None:
        return None
    longer = Q(valid_until=None) | Q(valid_until__gt=end) | Q(valid_until=end, pk__gt=certificate.pk)
    return later.filter(longer).order_by("-issued_at").first()


def renewed_by(certificate: Certificate) -> Certificate | None:
    """The certificate of a later cycle that renewed this one and stands."""
    return certificate.renewed_by.filter(status=CertificateStatus.VALID).order_by("-issued_at", "-pk").first()


def renewal_of(certificate: Certificate, today: date) -> Renewal:
    """How a certificate stands with its end: it has none, is valid, can be renewed by now, or has expired."""
    end = certificate.valid_until
    if end is None or certificate.status != CertificateStatus.VALID:
        return Renewal.NONE
    if end < today:
        return Renewal.EXPIRED
    return Renewal.WINDOW if today >= end - RENEWAL_OPENS else Renewal.VALID


def ending(today: date, *, within: timedelta = RENEWAL_OPENS, since: timedelta) -> QuerySet[Certificate]:
    """Certificates that end within the one time from today or ended within the other, and have no later one."""
    rows = Certificate.objects.filter(
        status=CertificateStatus.VALID,
        valid_until__gte=today - since,
        valid_until__lte=today + within,
        person__is_active=True,
    )
    return rows.exclude(Exists(newer())).select_related("person", "item").order_by("valid_until", "pk")


def latest_valid(person: Any, item_id: int, kind: str) -> Certificate | None:
    """The person's newest certificate of this kind for an item, valid or expired: the one that the next renews."""
    mine = Certificate.objects.filter(person=person, item_id=item_id, kind=kind, status=CertificateStatus.VALID)
    return mine.exclude(enrolment=None).order_by("-issued_at", "-pk").first()


def valid_until(enrolment: Enrolment, time_zone: str, older: Certificate | None) -> date | None:
    """Until when the certificate of a completed enrolment is valid; None for ever.

    So many months after the day of completion where its holder is; after the end of the one that it renews if that
    can be renewed on that day: nobody loses days by being early, and nobody gains years by doing it all twice.
    """
    months = enrolment.rule.get("valid_months")
    if not months or enrolment.completed_at is None:
        return None
    start = enrolment.completed_at.astimezone(ZoneInfo(time_zone)).date()
    if older is not None and older.valid_until is not None and older.valid_until - RENEWAL_OPENS <= start:
        start = max(start, older.valid_until)
    return months_later(start, months)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def open_corrections() -> QuerySet[CertificateCorrection]:
    """Corrections that somebody asked for and nobody has decided, the oldest first."""
    rows = CertificateCorrection.objects.filter(state=CorrectionState.ASKED)
    return rows.select_related("certificate__person", "certificate__item").order_by("asked_at", "pk")


def waiting_enrolments(person: Any) -> list[Enrolment]:
    """Completed enrolments that have no certificate, whatever became of it: their holder has to confirm a name."""
    completed = Enrolment.objects.filter(person=person, completed_at__isnull=False)
    return list(completed.exclude(Exists(_its_own("enrolment"))).select_related("person", "item").order_by("pk"))


def waiting_bookings(person: Any) -> list[Booking]:
    """Seats at dates that took place and were attended in full, without a statement."""
    seats = Booking.objects.filter(
        person=person, state=BookingState.BOOKED, session__state=SessionState.TOOK_PLACE
    ).exclude(Exists(_its_own("booking")))
    found = []
    for seat in seats.select_related("session__item", "pool").order_by("pk"):
        meetings = Meeting.objects.filter(session_id=seat.session_id).count()
        there = Attendance.objects.filter(booking=seat, presence=Presence.FULL).count()
        if there >= max(meetings, 1):
            found.append(seat)
    return found


def waits_for_name(person: Any) -> bool:
    """Whether a certificate of the person waits for nothing but the name. No query where the name is confirmed."""
    if person.certificate_name_confirmed_at is not None:
        return False
    return bool(waiting_enrolments(person) or waiting_bookings(person))


def _its_own(name: str) -> QuerySet[Certificate]:
    return Certificate.objects.filter(**{name: OuterRef("pk")})


def with_name(rows: QuerySet[Certificate], wanted: str) -> QuerySet[Certificate]:
    """Those of these certificates whose holder's name holds all these words, whatever their case."""
    for word in wanted.split()[:5]:
        rows = rows.filter(holder_name__icontains=word)
    return rows.exclude(holder_name="")


def languages_of(certificate: Certificate) -> list[str]:
    """Codes of the languages in which it was frozen; the holder's own comes first."""
    others = [code for code in certificate.frozen["texts"] if code != certificate.language]
    return [certificate.language, *others]


def language_for(certificate: Certificate, wanted: str) -> str:
    """The wanted language if the certificate was frozen in it, else the holder's."""
    return wanted if wanted in certificate.frozen["texts"] else certificate.language


def course_title(certificate: Certificate, language: str) -> Words:
    """What the course, or the workshop, was called at issue."""
    course = certificate.frozen["texts"][language_for(certificate, language)]["course"]
    return Words(course["text"], course["lang"])


def claims(certificate: Certificate, language: str) -> list[Claim]:
    """Everything that a certificate says, in reading order. Facts are as frozen, labels as of today.

    What was not known at issue is left out. The language must be one of `languages_of`.
    """
    frozen = certificate.frozen
    texts = frozen["texts"][language]

    def said(text: str | None) -> tuple[Words, ...]:
        return (Words(text, language),) if text else ()

    def each(lines: Iterable[str]) -> tuple[Words, ...]:
        return tuple(Words(line, language) for line in lines)

    def with_language(parts: Iterable[dict[str, str]]) -> tuple[Words, ...]:
        return tuple(Words(part["text"], part["lang"]) for part in parts if part["text"])

    def given(name: str) -> list[dict[str, str]]:
        return [texts[name]] if texts.get(name) else []

    signatory = ", ".join(part for part in (frozen["signatory"]["name"], frozen["signatory"]["role"]) if part)
    with translation.override(language):
        rows = [Claim("holder", pgettext("certificate", "Holder"), said(certificate.holder_name))]
        if "session_kind" in frozen:
            rows += [
                Claim("course", pgettext("certificate", "Title"), with_language([texts["course"]])),
                Claim("event", pgettext("certificate", "Kind"), said(str(SessionKind(frozen["session_kind"]).label))),
                Claim("issued", pgettext("certificate", "Issued on"), said(texts["issued"])),
                Claim("dates", pgettext("certificate", "Attended on"), each(texts["dates"])),
                Claim("hours", pgettext("certificate", "Duration"), said(texts["hours"])),
                Claim("where", pgettext("certificate", "Where"), said(texts["where"])),
                Claim("trainers", pgettext("certificate", "Trainers"), said(texts["trainers"])),
            ]
        else:
            # Version 1 knew no paths, and less of what a micro-credential has to say.
            is_path = frozen.get("item_kind") == ItemKind.PATH
            title = pgettext("certificate", "Learning path") if is_path else pgettext("certificate", "Course")
            rows += [
                Claim("course", title, with_language([texts["course"]])),
                Claim("issued", pgettext("certificate", "Issued on"), said(texts["issued"])),
                Claim("valid_until", pgettext("certificate", "Valid until"), said(texts["valid_until"])),
                Claim("parts", pgettext("certificate", "Made of"), with_language(texts.get("parts", ()))),
                Claim("hours", pgettext("certificate", "Study time"), said(texts["hours"])),
                Claim("hours_basis", pgettext("certificate", "Study time counted"), said(texts.get("hours_basis"))),
                Claim("level", pgettext("certificate", "Level"), said(texts["level"])),
                Claim("framework", gettext("Level of qualification"), said(texts.get("framework"))),
                Claim("assessment", pgettext("certificate", "Assessment"), with_language([texts["assessment"]])),
                Claim("participation", gettext("Form of participation"), said(texts.get("participation"))),
                Claim("outcomes", gettext("What the holder can do"), with_language(texts["outcomes"])),
                Claim("competences", gettext("Competences (ProcurCompEU)"), with_language(texts["competences"])),
                Claim("curriculum", pgettext("certificate", "Curriculum"), said(texts["curriculum"])),
            ]
        rows += [
            Claim("language", pgettext("certificate", "Language"), said(texts["language"])),
            Claim("signatory", pgettext("certificate", "Signed by"), said(signatory)),
            Claim("issuer", pgettext("certificate", "Issued by"), said(frozen["issuer"])),
            Claim("region", gettext("Country or region"), with_language(given("region"))),
            Claim("quality", gettext("Quality assurance"), with_language(given("quality"))),
            Claim("code", pgettext("certificate", "Code"), said(printed_code(certificate.code))),
        ]
    return [row for row in rows if row.words]


def revoked_indexes() -> set[int]:
    """Places in the status list of badges whose certificate no longer holds, for whichever reason.

    A badge without a certificate holds nothing any more either.
    """
    holding = Certificate.objects.filter(status=CertificateStatus.VALID)
    return set(SignedCredential.objects.exclude(code__in=holding.values("code")).values_list("status_index", flat=True))
