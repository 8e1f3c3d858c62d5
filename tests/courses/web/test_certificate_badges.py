"""The badge of a certificate: served as it was signed, and no longer when it should not be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from courses.badges import rules as badges
from courses.badges.errors import KeyMissing
from courses.badges.models import SignedCredential
from courses.badges.reading import extract, verify
from courses.certificates import rules
from courses.certificates.badge_facts import facts_of
from courses.certificates.models import Certificate
from courses.certificates.queries import revoked_indexes
from tests.factories.certificates import AT, make_certificate, make_holder, sign
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def certificate(academy: Course) -> Certificate:
    """A valid certificate of Jana's, in Dutch."""
    sign()
    return make_certificate(academy.course, make_holder("Jana Albers", language="nl"))


def test_the_same_bytes_each_time_and_from_every_form(certificate: Certificate, client: Client) -> None:
    first = client.get(f"/c/{certificate.code}/badge.json")
    assert (first.status_code, first["Content-Type"], first["Access-Control-Allow-Origin"]) == (
        200,
        "application/ld+json",
        "*",
    )
    stored = SignedCredential.objects.get()
    assert (first.content.decode(), stored.code) == (stored.credential, certificate.code)
    for form, kind in (("json", "application/ld+json"), ("png", "image/png"), ("svg", "image/svg+xml")):
        response = client.get(f"/c/{certificate.code}/badge.{form}")
        assert response["Content-Type"] == kind
        assert extract(response.content) == stored.credential
    assert str(verify(stored.credential).outcome) == "signed"


def test_it_says_what_the_certificate_says(certificate: Certificate, client: Client) -> None:
    said = json.loads(client.get(f"/c/{certificate.code}/badge.json").content)
    achievement = said["credentialSubject"]["achievement"]
    assert (said["id"], achievement["id"], achievement["achievementType"], achievement["inLanguage"]) == (
        f"{settings.BASE_URL}/c/{certificate.code}/badge.json",
        f"urn:uuid:{certificate.item.key}",
        "Certificate",
        "nl",
    )
    assert (achievement["name"], said["issuer"]["name"], said["validFrom"]) == (
        certificate.frozen["texts"]["nl"]["course"]["text"],
        "Lindenmark Academy",
        "2027-02-09T10:30:00Z",
    )
    identities = said["credentialSubject"]["identifier"]
    assert identities[0]["identityHash"] == "Jana Albers"
    assert certificate.person is not None
    assert certificate.person.email not in json.dumps(said)


def test_a_page_offers_it_in_all_forms(certificate: Certificate, client: Client) -> None:
    text = client.get(f"/c/{certificate.code}/").content.decode()
    assert [form for form in ("json", "png", "svg") if f"/c/{certificate.code}/badge.{form}" in text] == [
        "json",
        "png",
        "svg",
    ]


def test_a_wallet_takes_it_from_a_square_that_has_words_too(certificate: Certificate, client: Client) -> None:
    text = client.get(f"/c/{certificate.code}/", {"lang": "en"}).content.decode()
    assert f'<span class="num">{settings.BASE_URL}/c/{certificate.code}/badge.json</span>' in text
    assert '<svg role="img" aria-label="QR code of this address"' in text


def test_a_key_that_is_missing_is_said_and_breaks_no_page(
    certificate: Certificate, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_key(*_given: Any, **_named: Any) -> None:
        raise KeyMissing

    monkeypatch.setattr(badges, "signing_key", no_key)
    for end in ("badge.json", "badge.png", "certificate.pdf"):
        response = client.get(f"/c/{certificate.code}/{end}", {"lang": "en"})
        assert (response.status_code, "This cannot be made at the moment." in response.content.decode()) == (503, True)
    assert client.get(f"/c/{certificate.code}/").status_code == 200


def test_a_revoked_one_is_still_served_and_its_bit_is_set(certificate: Certificate, client: Client) -> None:
    before = client.get(f"/c/{certificate.code}/badge.json").content
    assert revoked_indexes() == set()
    rules.revoke(certificate=certificate, by=None, reason="x", at=AT)
    assert client.get(f"/c/{certificate.code}/badge.json").content == before
    assert revoked_indexes() == {SignedCredential.objects.get().status_index}


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "revoked unsigned"])
def test_none_is_signed_or_served_for_what_no_longer_says_anything(
    certificate: Certificate, client: Client, how: str
) -> None:
    before: Any = None
    if how != "revoked unsigned":
        before = rules.badge_of(certificate)
    if how == "withdrawn":
        rules.withdraw(certificate=certificate, by=certificate.person, at=AT)
    elif how == "replaced":
        rules.replace(certificate=certificate, holder_name="Jana Berg", reason="x", by=None, at=AT)
    else:
        rules.revoke(certificate=certificate, by=None, reason="x", at=AT)
    response = client.get(f"/c/{certificate.code}/badge.json")
    assert (response.status_code, response["Location"]) == (302, f"/c/{certificate.code}/")
    assert revoked_indexes() == ({before.status_index} if before else set())


def test_a_certificate_of_version_1_has_a_badge_too(certificate: Certificate, client: Client) -> None:
    old = {
        key: value for key, value in certificate.frozen.items() if key not in {"outcomes", "criteria", "competences"}
    }
    Certificate.objects.update(frozen=old | {"version": 1})
    said = json.loads(client.get(f"/c/{certificate.code}/badge.json").content)
    achievement = said["credentialSubject"]["achievement"]
    assert (bool(achievement["description"]), bool(achievement["criteria"]["narrative"])) == (True, True)


def test_what_the_holder_can_do_is_said_in_sentences(certificate: Certificate) -> None:
    certificate.frozen = certificate.frozen | {"outcomes": ["Rank the ten strategies", "Ask for less."]}
    assert facts_of(certificate).description == "Rank the ten strategies. Ask for less."


def test_competences_carry_the_codes_that_were_given(certificate: Certificate) -> None:
    competences = [{"code": "PC5", "level": 2, "name": {"en": "Sustainable procurement", "nl": "Duurzaam inkopen"}}]
    certificate.frozen = certificate.frozen | {"competences": competences}
    badge = rules.badge_of(certificate)
    assert badge is not None
    (alignment,) = json.loads(badge.credential)["credentialSubject"]["achievement"]["alignment"]
    assert (alignment["targetCode"], alignment["targetFramework"], "Duurzaam inkopen" in alignment["targetName"]) == (
        "PC5",
        "ProcurCompEU",
        True,
    )


def test_the_pdf_carries_it_byte_for_byte(certificate: Certificate) -> None:
    with rules.pdf_file(certificate=certificate, language="nl").file.open("rb") as file:
        attached = extract(file.read())
    assert attached == SignedCredential.objects.get().credential
