"""Administrators find, correct and revoke certificates: all of them, or those of their organisation's people."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.mail.models import OutgoingEmail
from academy.people import rules as people_rules
from academy.people.enums import Role
from academy.people.models import User
from courses.certificates import rules
from courses.certificates.models import Certificate, CertificateCorrection
from tests.factories import people
from tests.factories.certificates import AT, make_certificate, make_holder
from tests.factories.curriculum import Course
from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MANAGE = "/en/certificates/manage/"


@pytest.fixture
def admin(db: None) -> User:
    """Who answers for the platform."""
    person = people.make_person()
    people.grant(person, Role.PLATFORM_ADMIN)
    return person


@pytest.fixture
def certificate(academy: Course) -> Certificate:
    """A valid certificate of Jana Alber's."""
    return make_certificate(academy.course, make_holder("Jana Alber", language="en"))


def one(certificate: Certificate) -> str:
    """Its page for administrators."""
    return reverse("manage_certificate", args=[certificate.code])


def test_only_administrators_see_it(certificate: Certificate, admin: User) -> None:
    manager = people.make_person()
    people.grant(manager, Role.MANAGER, people.make_unit())
    assert [signed_in(person).get(MANAGE).status_code for person in (admin, manager, make_holder())] == [200, 403, 403]


def test_one_is_found_by_its_code_or_its_holders_name(certificate: Certificate, admin: User) -> None:
    client = signed_in(admin)
    for wanted in (certificate.code.upper(), certificate.frozen["check_url"], "alber"):
        assert one(certificate) in client.post(MANAGE, {"wanted": wanted}).content.decode()
    nothing = client.post(MANAGE, {"wanted": "Albers"})
    assert (nothing.status_code, "0 certificates found" in nothing.content.decode()) == (200, True)
    assert client.post(MANAGE, {"wanted": " "}).status_code == 422


def test_an_organisations_administrator_sees_its_people_alone(certificate: Certificate, academy: Course) -> None:
    unit = people.make_unit()
    admin, colleague = people.make_person(), make_holder("Tom Alber")
    people.grant(admin, Role.ORGANISATION_ADMIN, unit.parent)
    people_rules.join(person=colleague, unit=unit, from_day=people.LONG_AGO, by=None, at=AT)
    assert certificate.person is not None
    elsewhere = people.make_unit()
    people_rules.join(person=certificate.person, unit=elsewhere, from_day=people.LONG_AGO, by=None, at=AT)
    own = make_certificate(academy.course, colleague)
    client = signed_in(admin)
    text = client.post(MANAGE, {"wanted": "alber"}).content.decode()
    assert (one(own) in text, one(certificate) in text) == (True, False)
    assert (client.get(one(own)).status_code, client.get(one(certificate)).status_code) == (200, 404)
    assert client.post(one(certificate), {"do": "revoke", "revoke-reason": "x"}).status_code == 404
    certificate.refresh_from_db()
    assert certificate.status == "valid"


def test_nobody_decides_about_their_own(academy: Course) -> None:
    admin = make_holder("Ada Admin")
    people.grant(admin, Role.PLATFORM_ADMIN)
    own, client = make_certificate(academy.course, admin), signed_in(admin)
    said = {"do": "correct", "correct-certificate_name": "Tom Alber", "correct-why": "x"}
    assert (client.get(one(own)).status_code, client.post(one(own), said).status_code) == (404, 404)
    assert one(own) not in client.post(MANAGE, {"wanted": "admin"}).content.decode()
    rules.ask_for_correction(certificate=own, wanted_name="Ada Adams", why="x", by=admin, at=AT)
    assert OutgoingEmail.objects.filter(kind="certificates/correction_asked").count() == 0


def test_revoking_needs_a_reason_and_is_logged(certificate: Certificate, admin: User) -> None:
    client = signed_in(admin)
    empty = client.post(one(certificate), {"do": "revoke", "revoke-reason": ""})
    assert (empty.status_code, "Say why: whoever checks it wants to know." in empty.content.decode()) == (422, True)
    response = client.post(one(certificate), {"do": "revoke", "revoke-reason": "Somebody else sat the quiz"})
    certificate.refresh_from_db()
    assert (response.status_code, certificate.status, certificate.status_reason) == (
        302,
        "revoked",
        "Somebody else sat the quiz",
    )
    assert list(ModelLogEntry.objects.filter(action=rules.REVOKED).values_list("user", flat=True)) == [admin.pk]
    again = client.get(one(certificate)).content.decode()
    assert ("Somebody else sat the quiz" in again, 'name="do"' in again) == (True, False)


def test_a_wish_is_listed_and_granted_and_the_account_keeps_the_name(certificate: Certificate, admin: User) -> None:
    holder = certificate.person
    rules.ask_for_correction(certificate=certificate, wanted_name="Jana Albers", why="An s", by=holder, at=AT)
    client = signed_in(admin)
    assert "Wanted: Jana Albers" in client.get(MANAGE).content.decode()
    page = client.get(one(certificate)).content.decode()
    assert 'value="Jana Albers"' in page
    said = {"do": "correct", "correct-certificate_name": "Jana Albers", "correct-why": "An s"}
    response = client.post(one(certificate), said)
    new = Certificate.objects.get(status="valid")
    assert (response["Location"], new.holder_name) == (one(new), "Jana Albers")
    assert User.objects.get(pk=certificate.person_id or 0).name_for_certificate == "Jana Albers"
    assert CertificateCorrection.objects.get().decided_by == admin
    assert "Nobody waits for a correction." in client.get(MANAGE).content.decode()


def test_a_correction_of_ones_own_leaves_the_account_alone(certificate: Certificate, admin: User) -> None:
    bad = {"do": "correct", "correct-certificate_name": "字", "correct-why": "x"}
    assert signed_in(admin).post(one(certificate), bad).status_code == 422
    same = bad | {"correct-certificate_name": "Jana Alber"}
    assert signed_in(admin).post(one(certificate), same).status_code == 422
    said = bad | {"correct-certificate_name": "Jana Albers"}
    signed_in(admin).post(one(certificate), said)
    assert User.objects.get(pk=certificate.person_id or 0).name_for_certificate == "Jana Alber"
    late: Any = signed_in(admin).post(one(certificate), said, follow=True)
    assert "Nothing was changed" in late.content.decode()


def test_another_name_than_the_one_that_was_asked_for_is_not_the_holders_own(
    certificate: Certificate, admin: User
) -> None:
    rules.ask_for_correction(certificate=certificate, wanted_name="King", why="x", by=certificate.person, at=AT)
    said = {"do": "correct", "correct-certificate_name": "Jana Albers", "correct-why": "x"}
    signed_in(admin).post(one(certificate), said)
    assert User.objects.get(pk=certificate.person_id or 0).name_for_certificate == "Jana Alber"


def test_declining_says_why(certificate: Certificate, admin: User) -> None:
    rules.ask_for_correction(certificate=certificate, wanted_name="King", why="x", by=certificate.person, at=AT)
    client = signed_in(admin)
    client.post(one(certificate), {"do": "decline", "decline-reason": "That is not your name"})
    assert CertificateCorrection.objects.get().state == "declined"
    assert "decline-reason" not in client.get(one(certificate)).content.decode()


def test_what_its_holder_withdrew_shows_no_name_here_either(certificate: Certificate, admin: User) -> None:
    rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    assert "Jana" not in signed_in(admin).get(one(certificate)).content.decode()
