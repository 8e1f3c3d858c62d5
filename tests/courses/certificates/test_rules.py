"""Issued once, kept as bytes, taken back in the open, and still there when everything else has gone."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import storages
from django.db import IntegrityError, close_old_connections, connection, transaction
from wagtail.models import ModelLogEntry

from academy.jobs.models import Job
from academy.mail.models import OutgoingEmail
from academy.people.models import User
from courses.certificates import rules
from courses.certificates.access import can_revoke, can_withdraw, is_holder
from courses.certificates.enums import CertificateStatus
from courses.certificates.errors import DocumentRefused, NotCompleted, NotValid
from courses.certificates.models import Certificate, CertificateFile
from courses.certificates.queries import by_code, of_enrolments, of_person, renewed_by
from courses.certificates.rules import files, issuing
from courses.enrolments.models import Enrolment
from curriculum.items.models import LearningItem
from tests.factories.certificates import AT, make_certificate, make_completed, make_holder
from tests.factories.curriculum import Course, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(storages["private"], "_location", str(tmp_path))
    storage: Any = storages["private"]
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)
    yield
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)


def bytes_of(stored: CertificateFile) -> bytes:
    """What a stored document holds."""
    with stored.file.open("rb") as file:
        content: bytes = file.read()
    return content


def test_asked_for_twice_it_is_the_same_certificate_with_one_mail_and_one_drawing(academy: Course) -> None:
    enrolment = make_completed(academy.course, make_holder("Jana Albers", language="nl"))
    first = rules.issue(enrolment=enrolment, at=AT)
    assert rules.issue(enrolment=enrolment, at=AT) == first
    assert (first.holder_name, first.language, first.status) == ("Jana Albers", "nl", "valid")
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to, mail.language) == ("certificates/issued", enrolment.person.email, "nl")
    assert first.frozen["check_url"] in mail.text
    assert list(Job.objects.values_list("kind", "payload")) == [
        ("certificates.render", {"certificate": first.pk, "language": "nl"})
    ]


def test_the_name_for_certificates_wins_over_the_name(academy: Course) -> None:
    person = make_holder("Jana", certificate_name="Dr. Jana Albers")
    assert make_certificate(academy.course, person).holder_name == "Dr. Jana Albers"


def test_a_course_that_is_not_completed_has_none(academy: Course) -> None:
    enrolment = make_completed(academy.course, completed_at=None)
    with pytest.raises(NotCompleted):
        rules.issue(enrolment=enrolment, at=AT)


def test_who_comes_second_gets_the_first_ones_certificate(academy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look beforehand sees nothing, as in a race: the constraint decides."""
    first = make_certificate(academy.course)
    real, looks = issuing._standing_one, []

    def blind_once(enrolment: Enrolment) -> Certificate | None:
        looks.append(enrolment)
        return None if len(looks) == 1 else real(enrolment)

    monkeypatch.setattr(issuing, "_standing_one", blind_once)
    assert first.enrolment is not None
    assert rules.issue(enrolment=first.enrolment, at=AT) == first
    assert Certificate.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_make_one(academy: Course) -> None:
    enrolment = make_completed(academy.course)
    start, codes, wrong = threading.Barrier(20), [], []

    def ask() -> None:
        try:
            mine = Enrolment.objects.get(pk=enrolment.pk)
            start.wait(timeout=30)
            codes.append(rules.issue(enrolment=mine, at=AT).code)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    close_old_connections()
    assert wrong == []
    assert (len(codes), len(set(codes)), Certificate.objects.count()) == (20, 1, 1)
    assert OutgoingEmail.objects.count() == 1


def test_the_database_itself_refuses_a_second_one(academy: Course) -> None:
    first = make_certificate(academy.course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            enrolment=first.enrolment, item=first.item, holder_name="x", language="nl", frozen=first.frozen
        )


def test_the_document_is_drawn_once_and_its_bytes_stay(academy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(academy.course)
    stored = rules.pdf_file(certificate=certificate, language="nl")
    content = bytes_of(stored)
    assert content.startswith(b"%PDF-")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()

    monkeypatch.setattr(files, "render_pdf", lambda data: pytest.fail("drawn again"))
    again = rules.pdf_file(certificate=certificate, language="nl")
    assert bytes_of(again) == content


def test_other_languages_are_drawn_when_they_are_asked_for(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    for language in ("nl", "de", "xx"):
        rules.pdf_file(certificate=certificate, language=language)
    assert sorted(CertificateFile.objects.values_list("language", flat=True)) == ["de", "nl"]


def test_a_file_that_was_lost_is_drawn_again_from_what_was_frozen(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    stored = rules.pdf_file(certificate=certificate, language="nl")
    stored.file.storage.delete(stored.file.name)
    again = rules.pdf_file(certificate=certificate, language="nl")
    assert again.sha256 == stored.sha256
    assert hashlib.sha256(bytes_of(again)).hexdigest() == stored.sha256


def test_of_two_that_draw_at_once_the_first_ones_bytes_stay(academy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(academy.course)
    real = files.render_pdf

    def overtaken(data: dict[str, Any]) -> bytes:
        monkeypatch.setattr(files, "render_pdf", real)
        rules.pdf_file(certificate=certificate, language="nl")
        return b"%PDF- somebody else's"

    monkeypatch.setattr(files, "render_pdf", overtaken)
    stored = rules.pdf_file(certificate=certificate, language="nl")
    assert bytes_of(stored) != b"%PDF- somebody else's"
    folder = Path(stored.file.path).parent
    assert [path.name for path in folder.iterdir()] == [Path(stored.file.name).name]


def test_the_job_draws_the_holders_language_and_may_run_twice(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    payload = Job.objects.get().payload
    rules.render(**payload)
    rules.render(**payload)
    assert CertificateFile.objects.get().certificate == certificate
    rules.render(certificate=certificate.pk + 999, language="nl")


def test_a_name_that_cannot_be_drawn_leaves_the_certificate_valid_without_a_document(academy: Course) -> None:
    certificate = make_certificate(academy.course, make_holder("字"))
    with pytest.raises(DocumentRefused):
        rules.pdf_file(certificate=certificate, language="nl")
    assert (certificate.status, CertificateFile.objects.count()) == ("valid", 0)


def test_revoking_says_when_and_why_and_is_logged(academy: Course) -> None:
    certificate, admin = make_certificate(academy.course), make_holder("Admin")
    rules.revoke(certificate=certificate, by=admin, reason="Issued by mistake", at=AT)
    rules.revoke(certificate=certificate, by=admin, reason="again", at=AT)
    assert (certificate.status, certificate.status_reason, certificate.status_changed_at) == (
        "revoked",
        "Issued by mistake",
        AT,
    )
    assert list(ModelLogEntry.objects.values_list("action", "user", "data")) == [
        ("courses.certificate.revoked", admin.pk, {})
    ]
    with pytest.raises(NotValid):
        rules.pdf_file(certificate=certificate, language="nl")


def test_a_revoked_course_is_not_issued_anew(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    rules.revoke(certificate=certificate, by=None, reason="x", at=AT)
    assert certificate.enrolment is not None
    assert rules.issue(enrolment=certificate.enrolment, at=AT) == certificate


def test_what_is_withdrawn_can_neither_be_revoked_nor_replaced(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    assert certificate.status == CertificateStatus.WITHDRAWN
    with pytest.raises(NotValid):
        rules.revoke(certificate=certificate, by=None, reason="x", at=AT)
    with pytest.raises(NotValid):
        rules.replace(certificate=certificate, holder_name="x", reason="", by=None, at=AT)


@pytest.mark.one_database
def test_a_corrected_certificate_stays_linked_with_the_one_that_renewed_it(academy: Course) -> None:
    person = make_holder()
    first, second = (make_certificate(academy.course, person, cycle=cycle) for cycle in (1, 2))
    assert (second.renews, renewed_by(first)) == (first, second)
    new = rules.correct(certificate=first, holder_name="Jana Adams", reason="s", by=None, at=AT)
    second.refresh_from_db()
    assert (second.renews, renewed_by(new)) == (new, second)


def test_a_corrected_name_makes_a_new_certificate_and_the_old_one_leads_to_it(academy: Course) -> None:
    old = make_certificate(academy.course, make_holder("Jana Alber", language="en"))
    new = rules.replace(certificate=old, holder_name="Jana Albers", reason="Typing error", by=old.person, at=AT)
    told = OutgoingEmail.objects.order_by("pk").values_list("text", flat=True)
    assert ["issued anew" in text for text in told] == [False, True]
    assert (old.status, old.replaced_by, new.status) == ("replaced", new, "valid")
    assert (new.holder_name, new.enrolment, new.issued_at) == ("Jana Albers", old.enrolment, old.issued_at)
    assert new.frozen["check_url"].endswith(f"/c/{new.code}/")
    assert new.frozen["texts"] == old.frozen["texts"]
    assert OutgoingEmail.objects.count() == 2
    assert old.enrolment is not None
    assert of_enrolments([old.enrolment.pk]) == {old.enrolment.pk: new}
    assert list(of_person(old.person)) == [new]


def test_a_certificate_outlives_course_enrolment_and_account(academy: Course) -> None:
    person = make_holder("Jana Albers")
    certificate = make_certificate(academy.course, person)
    academy.course.delete()
    rules.forget(person)
    Enrolment.objects.all().delete()
    person.delete()
    found = by_code(certificate.code)
    assert found is not None
    assert (found.holder_name, found.status, found.person, found.enrolment) == ("Jana Albers", "valid", None, None)
    assert bytes_of(rules.pdf_file(certificate=found, language="nl")).startswith(b"%PDF-")
    assert LearningItem.objects.get(pk=found.item_id).retired_at is not None


def test_erasing_a_person_takes_name_and_files_from_what_they_withdrew(
    academy: Course, django_capture_on_commit_callbacks: Any
) -> None:
    person = make_holder("Jana Albers")
    kept = make_certificate(academy.course, person)
    withdrawn = make_certificate(make_course("CPA-8").course, person)
    path = Path(rules.pdf_file(certificate=withdrawn, language="nl").file.path)
    rules.withdraw(certificate=withdrawn, by=person, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        rules.forget(person)
    assert sorted(Certificate.objects.values_list("pk", "holder_name", "person")) == sorted(
        [(kept.pk, "Jana Albers", None), (withdrawn.pk, "", None)]
    )
    assert (path.exists(), CertificateFile.objects.count()) == (False, 0)


def test_editing_the_course_changes_nothing_that_was_issued(academy: Course) -> None:
    certificate = make_certificate(academy.course)
    before = certificate.frozen
    academy.course.title = "Another title"
    academy.course.save_revision().publish()
    certificate.refresh_from_db()
    assert certificate.frozen == before


def test_files_lie_outside_of_what_the_web_serves(academy: Course) -> None:
    stored = rules.pdf_file(certificate=make_certificate(academy.course), language="nl")
    assert stored.file.storage is storages["private"]
    private = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
    assert not private.is_relative_to(settings.MEDIA_ROOT)
    assert not Path(settings.MEDIA_ROOT).is_relative_to(private)


def test_the_holder_may_withdraw_and_the_platform_may_revoke(academy: Course) -> None:
    holder, other = make_holder(), make_holder("Other")
    certificate = make_certificate(academy.course, holder)
    strangers: list[User | AnonymousUser] = [other, AnonymousUser()]
    assert (is_holder(holder, certificate), can_withdraw(holder, certificate), can_revoke(holder)) == (
        True,
        True,
        False,
    )
    assert [is_holder(user, certificate) or can_withdraw(user, certificate) for user in strangers] == [False, False]
    assert can_revoke(User.objects.create_superuser("root@example.org")) is True
    assert can_revoke(AnonymousUser()) is False
