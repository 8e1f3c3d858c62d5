"""Reads of certificates: finding one by its code, and what it says, as one list for the page and the document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext

from .enums import CertificateStatus
from .models import Certificate

CODE_LENGTH = 26
CODE = re.compile(rf"[a-z2-7]{{{CODE_LENGTH}}}")
# What hands and eyes make of a code on paper: base32 has no 0, 1 and 8.
MISREAD = str.maketrans({"0": "o", "1": "l", "8": "b"})


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
    """The certificate with this code, whatever its state; None for an unknown code and for what is none."""
    if not CODE.fullmatch(code):
        return None
    return Certificate.objects.select_related("replaced_by", "item").filter(code=code).first()


def of_person(person: Any) -> QuerySet[Certificate]:
    """A person's certificates that were not replaced, newest first."""
    return (
        Certificate.objects.filter(person=person)
        .exclude(status=CertificateStatus.REPLACED)
        .select_related("item")
        .order_by("-issued_at", "-pk")
    )


def of_enrolments(enrolment_ids: Iterable[int]) -> dict[int, Certificate]:
    """The certificate that stands for each of these enrolments. One query."""
    rows = Certificate.objects.filter(enrolment_id__in=list(enrolment_ids)).exclude(status=CertificateStatus.REPLACED)
    return {row.enrolment_id: row for row in rows if row.enrolment_id is not None}


def is_expired(certificate: Certificate, on: date | None = None) -> bool:
    """Whether it was valid until a day that lies before `on` (default: today)."""
    return certificate.valid_until is not None and certificate.valid_until < (on or timezone.localdate())


def languages_of(certificate: Certificate) -> list[str]:
    """Codes of the languages in which it was frozen; the holder's own comes first."""
    others = [code for code in certificate.frozen["texts"] if code != certificate.language]
    return [certificate.language, *others]


def language_for(certificate: Certificate, wanted: str) -> str:
    """The wanted language if the certificate was frozen in it, else the holder's."""
    return wanted if wanted in certificate.frozen["texts"] else certificate.language


def course_title(certificate: Certificate, language: str) -> Words:
    """What the course was called at issue."""
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

    def with_language(parts: Iterable[dict[str, str]]) -> tuple[Words, ...]:
        return tuple(Words(part["text"], part["lang"]) for part in parts if part["text"])

    signatory = ", ".join(part for part in (frozen["signatory"]["name"], frozen["signatory"]["role"]) if part)
    with translation.override(language):
        rows = [
            Claim("holder", pgettext("certificate", "Holder"), said(certificate.holder_name)),
            Claim("course", pgettext("certificate", "Course"), with_language([texts["course"]])),
            Claim("issued", pgettext("certificate", "Issued on"), said(texts["issued"])),
            Claim("valid_until", pgettext("certificate", "Valid until"), said(texts["valid_until"])),
            Claim("hours", pgettext("certificate", "Study time"), said(texts["hours"])),
            Claim("level", pgettext("certificate", "Level"), said(texts["level"])),
            Claim("assessment", pgettext("certificate", "Assessment"), with_language([texts["assessment"]])),
            Claim("outcomes", gettext("What the holder can do"), with_language(texts["outcomes"])),
            Claim("competences", gettext("Competences (ProcurCompEU)"), with_language(texts["competences"])),
            Claim("curriculum", pgettext("certificate", "Curriculum"), said(texts["curriculum"])),
            Claim("language", pgettext("certificate", "Language"), said(texts["language"])),
            Claim("signatory", pgettext("certificate", "Signed by"), said(signatory)),
            Claim("issuer", pgettext("certificate", "Issued by"), said(frozen["issuer"])),
            Claim("code", pgettext("certificate", "Code"), said(printed_code(certificate.code))),
        ]
    return [row for row in rows if row.words]
