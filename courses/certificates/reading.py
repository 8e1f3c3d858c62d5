"""Reads a file that somebody brings: whether it is a certificate of ours, as it was issued. Keeps nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from courses.badges.enums import Outcome
from courses.badges.reading import extract, verify

from .enums import FileFinding
from .models import Certificate, CertificateFile
from .queries import by_code

PDF = b"%PDF-"
WORTH = {
    Outcome.SIGNED: FileFinding.BADGE,
    Outcome.TAMPERED: FileFinding.CHANGED,
    Outcome.FOREIGN: FileFinding.FOREIGN,
    Outcome.NO_BADGE: FileFinding.NOTHING,
}


@dataclass(frozen=True)
class Finding:
    """What a file is worth, and the certificate that it belongs to where we know that for sure."""

    worth: FileFinding
    certificate: Certificate | None = None


def read_file(content: bytes) -> Finding:
    """Whether these are the bytes that we issued; if not, whether the badge in them is ours and unchanged.

    The certificate is named only by what is proven: our own bytes, or a signature of ours.
    """
    stored = CertificateFile.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if stored is not None:
        return Finding(FileFinding.EXACT, by_code(stored.certificate.code))
    text = extract(content)
    if text is None:
        return Finding(FileFinding.NOTHING)
    verdict = verify(text)
    worth = WORTH[verdict.outcome]
    if worth != FileFinding.BADGE:
        return Finding(worth)
    certificate = by_code(verdict.code or "")
    return Finding(FileFinding.BADGE_ONLY if PDF in content[:1024] else worth, certificate)
