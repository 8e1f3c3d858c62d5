"""What a file is worth that somebody brings."""

from __future__ import annotations

import io
import json

import pypdf
import pytest

from courses.badges.pictures import baked_png, baked_svg
from courses.certificates import rules
from courses.certificates.enums import FileFinding
from courses.certificates.models import Certificate
from courses.certificates.reading import read_file
from tests.factories.certificates import AT, make_certificate
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def certificate(academy: Course) -> Certificate:
    """A certificate whose PDF was drawn."""
    return make_certificate(academy.course)


def pdf_of(certificate: Certificate) -> bytes:
    """The document as it was issued."""
    with rules.pdf_file(certificate=certificate, language="nl").file.open("rb") as file:
        content: bytes = file.read()
    return content


def text_of(certificate: Certificate) -> str:
    """What was signed."""
    badge = rules.badge_of(certificate)
    assert badge is not None
    return badge.credential


def test_our_own_bytes_are_exactly_as_issued(certificate: Certificate) -> None:
    found = read_file(pdf_of(certificate))
    assert (found.worth, found.certificate) == (FileFinding.EXACT, certificate)


def test_a_pdf_that_was_printed_anew_still_carries_our_badge(certificate: Certificate) -> None:
    writer, target = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of(certificate))), io.BytesIO()
    writer.add_metadata({"/Title": "Master of everything"})
    writer.write(target)
    found = read_file(target.getvalue())
    assert (found.worth, found.certificate) == (FileFinding.BADGE_ONLY, certificate)


def test_the_badge_is_read_in_every_form(certificate: Certificate) -> None:
    badge = rules.badge_of(certificate)
    assert badge is not None
    files = [badge.credential.encode(), baked_png(badge), baked_svg(badge)]
    assert [(found.worth, found.certificate) for found in map(read_file, files)] == [
        (FileFinding.BADGE, certificate)
    ] * 3


def test_a_changed_badge_is_changed_and_names_nobodys_certificate(certificate: Certificate) -> None:
    said = json.loads(text_of(certificate))
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    found = read_file(json.dumps(said).encode())
    assert (found.worth, found.certificate) == (FileFinding.CHANGED, None)


def test_a_badge_of_somebody_else_is_theirs(certificate: Certificate) -> None:
    said = json.loads(text_of(certificate).replace("did:web:", "did:web:elsewhere.example:"))
    assert read_file(json.dumps(said).encode()).worth == FileFinding.FOREIGN


@pytest.mark.parametrize("content", [b"", b"{}", b"%PDF-1.7 broken", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"{" * 3000])
def test_what_holds_no_badge_holds_nothing(content: bytes, db: None) -> None:
    assert read_file(content).worth == FileFinding.NOTHING


def test_what_was_withdrawn_is_still_known_as_ours(certificate: Certificate) -> None:
    content, text = pdf_of(certificate), text_of(certificate)
    rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    assert [read_file(file).worth for file in (content, text.encode())] == [FileFinding.EXACT, FileFinding.BADGE]
