"""Other people's programs say about our badges what we say: openbadgeslib, and Digital Bazaar's libraries on Node."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from courses.badges import addresses, document
from courses.badges.checks import add_proof
from courses.badges.models import IssuerKey
from tests.factories.badges import AT, KEY_ID, PUBLIC, SEED, badge

PROJECT = Path(__file__).resolve().parents[3]
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
PLACE = 94567
Document = dict[str, Any]


def did_document() -> Document:
    """The keys as they are published; the one that signs stands second."""
    keys = [
        IssuerKey(key_id="key-2024-12", public_multibase="z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"),
        IssuerKey(key_id=KEY_ID, public_multibase=PUBLIC),
    ]
    return document.did_document(keys)


def tampered() -> Document:
    """A badge with another name in it."""
    found = badge(status_index=PLACE)
    found["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    return found


def signed_list(*revoked: int) -> Document:
    """The list of what no longer holds."""
    return add_proof(document.status_list(revoked, at=AT), seed=SEED, method=addresses.method(KEY_ID), at=AT)


def for_openbadgeslib(credential: Document, *revoked: int) -> str:
    """What it has against the badge; nothing is fetched but from us."""
    published = {
        # did:web speaks https, whatever BASE_URL says.
        "https://localhost:8000/.well-known/did.json": did_document(),
        addresses.status_list(): signed_list(*revoked),
    }
    verifier = OB3LdpVerifier.for_issuer_did(addresses.did())
    try:
        verifier.verify(
            json.dumps(credential),
            check_status=True,
            verify_status_list=False,  # it reads signed lists as JWT only; Digital Bazaar's checks ours below
            download=lambda address: json.dumps(published[address]).encode(),
        )
    except OB3VerificationError as error:
        return str(error)
    return ""


def test_openbadgeslib_accepts_a_badge() -> None:
    assert for_openbadgeslib(badge(status_index=PLACE), PLACE + 1) == ""


def test_openbadgeslib_refuses_a_changed_badge() -> None:
    assert "signature" in for_openbadgeslib(tampered())


def test_openbadgeslib_sees_that_a_badge_is_revoked() -> None:
    assert "revo" in for_openbadgeslib(badge(status_index=PLACE), PLACE)


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_digital_bazaar_accepts_badges_and_refuses_what_was_changed_revoked_or_signed_with_another_key() -> None:
    other_key = badge(status_index=PLACE)
    other_key["proof"]["verificationMethod"] = addresses.method("key-2024-12")
    asked = {
        "credentials": [badge(status_index=PLACE), tampered(), badge(status_index=7), other_key],
        "documents": {addresses.did(): did_document(), addresses.status_list(): signed_list(7)},
        "now": "2025-03-01T00:00:00Z",
    }
    done = subprocess.run(
        [str(NODE), "tests/node/verify.mjs"], input=json.dumps(asked), capture_output=True, text=True, cwd=PROJECT
    )
    assert [(each["verified"], each["signed"]) for each in json.loads(done.stdout)] == [
        (True, True),
        (False, False),
        (False, True),  # revoked
        (False, False),
    ], done.stderr
