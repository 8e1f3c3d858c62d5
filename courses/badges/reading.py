"""Finds a badge in a file that somebody hands in, and says whether we signed it. Trusts nothing that it reads."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import defusedxml.ElementTree
import pypdf
from defusedxml import DefusedXmlException

from . import addresses
from .checks import check_proof, proof_of, unlisted
from .enums import Outcome
from .errors import ProofWrong, TermsLost
from .models import IssuerKey
from .queries import credential_of

MAX_FILE = 10 * 1024 * 1024
MAX_CREDENTIAL = 64 * 1024
MAX_ATTACHMENTS = 10
KEYWORD = "openbadgecredential"  # Open Badges 3.0, baked badges
SVG_CREDENTIAL = "{https://purl.imsglobal.org/ob/v3p0}credential"
KINDS = ("OpenBadgeCredential", "AchievementCredential")
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
CODE = re.compile(r"/c/([a-z2-7]{26})/badge\.json$")


@dataclass(frozen=True)
class Verdict:
    """What checking came to. `key` and `code` are proved only where the outcome is SIGNED."""

    outcome: Outcome
    key: IssuerKey | None = None
    code: str | None = None


# -- finding ----------------------------------------------------------------------------------------------------------
def extract(content: bytes) -> str | None:
    """The text of the badge in a JSON, PNG, SVG or PDF file; None if there is none, or the file is no such file."""
    if len(content) > MAX_FILE:
        return None
    if content.startswith(PNG_BEGIN):
        return _from_png(content)
    if b"%PDF-" in content[:1024]:
        return _from_pdf(content)
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        return _from_svg(text)
    return _as_credential(text) if text.startswith(b"{") else None


def _as_credential(content: bytes) -> str | None:
    """Bytes as text, if there are not too many and they may be a badge."""
    if len(content) > MAX_CREDENTIAL:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if text.lstrip().startswith("{") else None


def _from_png(content: bytes) -> str | None:
    for kind, data in _chunks(content):
        if kind != b"iTXt":
            continue
        keyword, _zero, rest = data.partition(b"\0")
        if keyword != KEYWORD.encode() or len(rest) < 2:
            continue
        is_packed, rest = rest[0] == 1, rest[2:]
        # Language and translated keyword, each with a zero behind it.
        text = rest.split(b"\0", 2)[2] if rest.count(b"\0") >= 2 else b""
        if is_packed:
            try:
                text = zlib.decompressobj().decompress(text, MAX_CREDENTIAL + 1)
            except zlib.error:
                return None
        return _as_credential(text)
    return None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG file, as far as they are whole."""
    place = len(PNG_BEGIN)
    while place + 8 <= len(content):
        length, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if place + 12 + length > len(content):
            return
        yield kind, content[place + 8 : place + 8 + length]
        place += 12 + length


def _from_svg(content: bytes) -> str | None:
    try:
        root = defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, SyntaxError, ValueError, LookupError):  # ParseError is a SyntaxError
        return None
    found = next(root.iter(SVG_CREDENTIAL), None)
    return _as_credential((found.text or "").strip().encode()) if found is not None else None


def _from_pdf(content: bytes) -> str | None:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        for number, attached in enumerate(reader.attachment_list):
            if number == MAX_ATTACHMENTS:
                break
            text = _as_credential(attached.content)
            if text is not None and '"credentialSubject"' in text:
                return text
    except Exception:  # a broken file makes pypdf raise whatever comes to its mind
        return None
    return None


# -- checking ---------------------------------------------------------------------------------------------------------
def verify(text: str) -> Verdict:
    """Whether the text is a badge that one of our keys signed, unchanged. Whether it still holds is not said here."""
    badge = parse(text)
    if badge is None:
        return Verdict(Outcome.NO_BADGE)
    issuer = badge["issuer"] if isinstance(badge["issuer"], str) else badge["issuer"].get("id")
    code = _code_of(badge.get("id"))
    try:
        issuer_of_key, _sign, key_id = str(proof_of(badge).get("verificationMethod")).partition("#")
        key = IssuerKey.objects.filter(key_id=key_id[:40].replace("\0", "")).first()
        if key is not None and issuer_of_key == issuer:
            check_proof(badge, public=key.public_multibase)
            if _is_as_signed(badge, code):
                return Verdict(Outcome.SIGNED, key, code)
    except (ProofWrong, TermsLost):
        pass
    is_ours = issuer == addresses.did()
    return Verdict(Outcome.TAMPERED, code=code) if is_ours else Verdict(Outcome.FOREIGN)


def parse(text: str) -> dict[str, Any] | None:
    """The badge in a text; None if it is not one, or cannot be read in one way only (a name twice, NaN)."""
    if len(text) > MAX_CREDENTIAL:
        return None
    try:
        badge = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(badge, ensure_ascii=False).encode()  # half of a sign outside the first plane cannot be
    except (ValueError, RecursionError):
        return None
    if not isinstance(badge, dict) or not isinstance(badge.get("issuer"), str | dict):
        return None
    kinds = badge.get("type")
    return badge if isinstance(kinds, list) and any(kind in kinds for kind in KINDS) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _code_of(address: object) -> str | None:
    found = CODE.search(address) if isinstance(address, str) else None
    return found[1] if found else None


def _is_as_signed(badge: dict[str, Any], code: str | None) -> bool:
    """Whether it says what we have on record for this code; where that was erased, the signature decides.

    A signature alone is not enough: a key that was stolen signs as well as ever, and rows are never deleted.
    """
    kept = credential_of(code) if code else None
    if kept is None or not kept.credential:
        return kept is not None
    ours, theirs = (json.dumps(unlisted(each), sort_keys=True) for each in (json.loads(kept.credential), badge))
    return ours == theirs
