"""What is signed and what is published about the issuer, as JSON: builds it, signs nothing."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings

from . import addresses, states
from .checks import OB, VC
from .enums import AchievementType
from .models import IssuerKey

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
CONTEXTS = [VC, OB]
Document = dict[str, Any]


@dataclass(frozen=True)
class Alignment:
    """A competence of a framework, as somebody else published it: its address and its code are never made up here."""

    name: str
    url: str
    code: str = ""
    framework: str = ""


@dataclass(frozen=True)
class BadgeFacts:
    """All that a badge says. Texts are in one language: the standard has no room for several that would be signed."""

    achievement_id: str  # an address or urn:uuid that stays the same for the same achievement
    title: str
    description: str
    criteria: str
    language: str
    issuer_name: str
    holder_name: str
    holder_email: str  # never stands in the badge, only its salted digest; may be empty
    valid_from: datetime
    valid_until: datetime | None = None
    kind: AchievementType = AchievementType.CERTIFICATE
    course_code: str = ""
    course_version: str = ""
    alignments: tuple[Alignment, ...] = ()
    salt: str = field(default_factory=partial(secrets.token_hex, 16))


def build(code: str, facts: BadgeFacts, *, status_index: int) -> Document:
    """The credential of Open Badges 3.0, without its proof."""
    document = {
        "@context": CONTEXTS,
        "id": addresses.credential(code),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile(facts.issuer_name),
        "name": _tidy(facts.title),
        "validFrom": _instant(facts.valid_from),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": identifiers(facts),
            "achievement": achievement(code, facts),
        },
        "credentialStatus": status_entry(status_index),
    }
    if facts.valid_until is not None:
        document["validUntil"] = _instant(facts.valid_until)
    return document


def identifiers(facts: BadgeFacts) -> list[Document]:
    """Who holds it: the name that the certificate shows, and a digest by which who knows the address can confirm it."""
    found: list[Document] = [
        {"type": "IdentityObject", "hashed": False, "identityHash": _tidy(facts.holder_name), "identityType": "name"}
    ]
    if facts.holder_email:
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": hash_of(facts.holder_email, facts.salt),
                "identityType": "emailAddress",
                "salt": facts.salt,
            }
        )
    return found


def hash_of(email: str, salt: str) -> str:
    """As the standard has it: the algorithm, and the digest of the address with the salt behind it."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def achievement(code: str, facts: BadgeFacts) -> Document:
    """What was achieved, by which rule, and which competences of a framework it stands for."""
    document: Document = {
        "id": facts.achievement_id,
        "type": ["Achievement"],
        "achievementType": str(facts.kind),
        "name": _tidy(facts.title),
        "description": _tidy(facts.description),
        "criteria": {"narrative": _tidy(facts.criteria)},
        "image": {"id": addresses.picture(code), "type": "Image"},
        "inLanguage": facts.language,
    }
    if facts.course_code:
        document["humanCode"] = _tidy(facts.course_code)
    if facts.course_version:
        document["version"] = _tidy(facts.course_version)
    if facts.alignments:
        # Each once: two that say the same are one statement.
        document["alignment"] = [_alignment(each) for each in dict.fromkeys(facts.alignments)]
    return document


def _alignment(facts: Alignment) -> Document:
    document: Document = {"type": ["Alignment"], "targetName": _tidy(facts.name), "targetUrl": facts.url}
    if facts.code:
        document["targetCode"] = _tidy(facts.code)
    if facts.framework:
        document["targetFramework"] = _tidy(facts.framework)
    return document


def status_entry(index: int) -> Document:
    """Where to look whether it still holds."""
    return {
        "id": f"{addresses.status_list()}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": addresses.status_list(),
    }


def status_list(revoked: Iterable[int], *, at: datetime) -> Document:
    """The list of what no longer holds, without its proof."""
    return {
        "@context": [VC],
        "id": addresses.status_list(),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.did(),
        "validFrom": _instant(at),
        "credentialSubject": {
            "id": f"{addresses.status_list()}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": states.encode(revoked),
        },
    }


def profile(name: str) -> Document:
    """Who issues."""
    return {"id": addresses.did(), "type": ["Profile"], "name": _tidy(name), "url": settings.BASE_URL}


def did_document(keys: Iterable[IssuerKey]) -> Document:
    """The keys of the issuer, for whoever checks a signature. Retired ones stay: they still state what they stated."""
    rows = list(keys)
    return {
        "@context": DID_CONTEXTS,
        "id": addresses.did(),
        "verificationMethod": [
            {
                "id": addresses.method(key.key_id),
                "type": "Multikey",
                "controller": addresses.did(),
                "publicKeyMultibase": key.public_multibase,
            }
            for key in rows
        ],
        "assertionMethod": [addresses.method(key.key_id) for key in rows],
    }


def as_text(document: Document) -> str:
    """The one text of a document. Holds no `]]>`, so that it stands in an SVG file as it is."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("]]>", "]]\\u003e")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tidy(text: str) -> str:
    """Without control signs other than line ends, which programs write in different ways before they sign."""
    return re.sub(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n")).strip()
