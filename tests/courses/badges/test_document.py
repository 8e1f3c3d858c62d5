"""What a badge says, and what it keeps to itself."""

from __future__ import annotations

import hashlib
import json

import pytest
from pytest_django.fixtures import Settings

from courses.badges import addresses, document
from courses.badges.document import Alignment
from courses.badges.enums import AchievementType
from courses.badges.models import IssuerKey
from tests.factories.badges import AT, CODE, EMAIL, PUBLIC, badge, facts


def test_a_badge_says_who_did_what_by_which_rule_until_when() -> None:
    found = document.build(CODE, facts(), status_index=17)
    subject = found["credentialSubject"]
    base = "http://localhost:8000"
    assert found["id"] == f"{base}/c/{CODE}/badge.json"
    assert found["issuer"] == {
        "id": "did:web:localhost%3A8000",
        "type": ["Profile"],
        "name": "Lindenmark Academy",
        "url": base,
    }
    assert (found["validFrom"], found["validUntil"]) == ("2025-02-09T10:30:00Z", "2125-02-09T10:30:00Z")
    assert found["credentialStatus"] == {
        "id": f"{base}/status/1#17",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "17",
        "statusListCredential": f"{base}/status/1",
    }
    assert subject["achievement"] == {
        "id": "urn:uuid:7f0c1b9e-7a4b-4f1e-9d0b-2f6f3f3a1c11",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": "Circular procurement: the foundations",
        "description": "Why a town buys circular, and how to begin.",
        "criteria": {"narrative": "Read all lessons.\nPass the quiz with 70 %."},
        "image": {"id": f"{base}/c/{CODE}/badge.png", "type": "Image"},
        "inLanguage": "en",
        "humanCode": "CPA-1",
        "version": "2026.1",
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Sustainable procurement",
                "targetUrl": "https://example.org/framework#5",
                "targetCode": "PC5",
                "targetFramework": "ProcurCompEU",
            },
            {
                "type": ["Alignment"],
                "targetName": "Innovation procurement",
                "targetUrl": "https://example.org/framework#6",
            },
        ],
    }


def test_the_address_of_the_holder_stands_there_only_as_a_salted_digest() -> None:
    text = document.as_text(badge())
    name, email = json.loads(text)["credentialSubject"]["identifier"]
    assert EMAIL not in text
    assert name["identityHash"] == "Jana Őszi-Щерьо"
    assert email["identityHash"] == "sha256$" + hashlib.sha256(f"{EMAIL}{email['salt']}".encode()).hexdigest()
    assert document.hash_of(" Jana@Example.ORG ", "s") == document.hash_of(EMAIL, "s")


def test_each_badge_has_a_salt_of_its_own() -> None:
    said = {name: value for name, value in vars(facts()).items() if name != "salt"}
    salts = {document.BadgeFacts(**said).salt for _each in range(3)}
    assert [len(salt) for salt in salts] == [32] * 3


def test_what_is_not_known_is_left_out() -> None:
    found = document.build(
        CODE,
        facts(holder_email="", valid_until=None, alignments=(), course_code="", kind=AchievementType.COURSE),
        status_index=1,
    )
    subject = found["credentialSubject"]
    assert "validUntil" not in found
    assert [each["identityType"] for each in subject["identifier"]] == ["name"]
    assert subject["achievement"]["achievementType"] == "Course"
    assert {"alignment", "humanCode"} & subject["achievement"].keys() == set()


def test_two_competences_that_say_the_same_stand_there_once() -> None:
    twice = (Alignment("Same", "https://example.org/"), Alignment("Same", "https://example.org/"))
    assert len(badge(alignments=twice)["credentialSubject"]["achievement"]["alignment"]) == 1


def test_the_text_holds_no_end_of_a_cdata_section() -> None:
    found = badge(title="a ]]> b")
    text = document.as_text(found)
    assert "]]>" not in text
    assert json.loads(text) == found


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://academy.town.eu", "did:web:academy.town.eu"),
        ("http://localhost:8000", "did:web:localhost%3A8000"),
    ],
)
def test_the_issuer_is_the_host(base: str, did: str, settings: Settings) -> None:
    settings.BASE_URL = base
    assert addresses.did() == did


def test_the_did_document_lists_every_key_by_its_whole_address() -> None:
    keys = [
        IssuerKey(key_id="key-2025-01", public_multibase="z6MkOld", retired_at=AT),
        IssuerKey(key_id="key-2025-02", public_multibase=PUBLIC),
    ]
    did = addresses.did()
    assert document.did_document(keys) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": f"{did}#key-2025-01", "type": "Multikey", "controller": did, "publicKeyMultibase": "z6MkOld"},
            {"id": f"{did}#key-2025-02", "type": "Multikey", "controller": did, "publicKeyMultibase": PUBLIC},
        ],
        "assertionMethod": [f"{did}#key-2025-01", f"{did}#key-2025-02"],
    }
