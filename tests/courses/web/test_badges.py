"""What programs ask when they check a badge, over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from academy.people import registry
from courses.badges import addresses, rules
from courses.badges.checks import check_proof
from courses.badges.models import SignedCredential
from courses.badges.states import is_set
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from tests.factories.badges import facts
from tests.factories.certificates import make_certificate, sign
from tests.factories.curriculum import Course

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
AT = datetime(2027, 2, 9, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_key(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    settings.ISSUER_KEY = ""


def badge_of(certificate: Certificate) -> SignedCredential:
    return rules.signed(certificate.code, facts(), at=AT)


def is_revoked(client: Client, credential: SignedCredential) -> bool:
    """What a program reads in the published list."""
    found = json.loads(client.get("/status/1").content)
    check_proof(found, public=credential.key.public_multibase)
    return is_set(found["credentialSubject"]["encodedList"], credential.status_index)


def test_the_keys_are_published_for_programs_of_any_site(client: Client) -> None:
    key, _seed = rules.signing_key(at=AT)
    response = client.get("/.well-known/did.json")
    assert (response["Content-Type"], response["Access-Control-Allow-Origin"], response["Cache-Control"]) == (
        "application/did+json",
        "*",
        "public, max-age=300",
    )
    assert json.loads(response.content)["assertionMethod"] == [addresses.method(key.key_id)]
    assert not response.cookies


def test_before_the_first_badge_there_is_no_key(client: Client) -> None:
    assert json.loads(client.get("/.well-known/did.json").content)["verificationMethod"] == []


def test_the_issuer_is_who_answers_for_the_academy(client: Client) -> None:
    sign(operator="Town of Lindenmark")
    response = client.get("/issuer.json")
    found = json.loads(response.content)
    assert (found["id"], found["name"], response["Content-Type"]) == (
        addresses.did(),
        "Town of Lindenmark",
        "application/ld+json",
    )


def test_a_certificate_that_is_taken_back_is_in_the_list(client: Client, academy: Course) -> None:
    standing, revoked, withdrawn = (make_certificate(academy.course) for _each in range(3))
    badges = [badge_of(each) for each in (standing, revoked, withdrawn)]
    assert [is_revoked(client, each) for each in badges] == [False, False, False]
    certificates.revoke(certificate=revoked, by=None, reason="issued in error", at=AT)
    certificates.withdraw(certificate=withdrawn, by=withdrawn.person, at=AT)
    assert [is_revoked(client, each) for each in badges] == [False, True, True]


def test_a_holder_downloads_the_badges_and_who_leaves_takes_the_withdrawn_ones_along(academy: Course) -> None:
    standing, withdrawn = (make_certificate(academy.course) for _each in range(2))
    badges = [badge_of(each) for each in (standing, withdrawn)]
    entry = registry.find(SignedCredential)
    assert entry is not None
    assert entry.export is not None
    assert [row["credential"] for row in entry.export(standing.person)] == [badges[0].credential]
    certificates.withdraw(certificate=withdrawn, by=withdrawn.person, at=AT)
    for each in (standing, withdrawn):
        certificates.forget(each.person)
    kept = [SignedCredential.objects.get(pk=each.pk).credential for each in badges]
    assert kept == [badges[0].credential, ""]


def test_a_badge_without_a_certificate_holds_no_more(client: Client) -> None:
    assert is_revoked(client, rules.signed("z" * 26, facts(), at=AT))


def test_the_list_is_the_same_bytes_until_something_changes(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rules.signed("z" * 26, facts(), at=AT)
    first = client.get("/status/1")
    assert first["Content-Type"] == "application/ld+json"
    with django_assert_num_queries(2):
        again = client.get("/status/1")
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    same = client.get("/status/1", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same["Access-Control-Allow-Origin"], same.content) == (304, "*", b"")
    rules.rotate(at=AT)
    assert client.get("/status/1")["ETag"] != first["ETag"]


def test_without_its_key_the_list_is_not_to_be_had(client: Client, tmp_path: Path, settings: Settings) -> None:
    rules.signing_key(at=AT)
    settings.KEYS_DIR = tmp_path / "elsewhere"
    response = client.get("/status/1")
    assert (response.status_code, response.has_header("ETag")) == (503, False)


@pytest.mark.parametrize("address", ["/.well-known/did.json", "/issuer.json", "/status/1"])
def test_nothing_can_be_sent_there(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
