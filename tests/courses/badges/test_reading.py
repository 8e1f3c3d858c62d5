"""Badges are found in files of four kinds, and nothing in a file can do harm or pass for what it is not."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from courses.badges import document, pictures, reading, rules
from courses.badges.enums import Outcome
from courses.badges.models import SignedCredential
from courses.badges.reading import MAX_CREDENTIAL, MAX_FILE, Verdict, extract, verify
from tests.factories.badges import AT, CODE, badge, facts

pytestmark = pytest.mark.one_database
TEXT = document.as_text(badge(title="Ő ]]> & <Щ>"))
BAKED = SignedCredential(code=CODE, credential=TEXT)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="https://purl.imsglobal.org/ob/v3p0">{}</svg>'


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A file of these chunks."""
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return reading.PNG_BEGIN + b"".join(parts)


def pdf(*attachments: bytes) -> bytes:
    """A page with these files attached."""
    writer, target = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    for number, content in enumerate(attachments):
        writer.add_attachment(f"file-{number:02}", content)
    writer.write(target)
    return target.getvalue()


FILES = {
    "json": TEXT.encode(),
    "json with a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "png": pictures.baked_png(BAKED),
    "png with packed text": png(
        (b"tEXt", b"other\0text"), (b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(TEXT.encode()))
    ),
    "svg": pictures.baked_svg(BAKED),
    "pdf": pdf(b"{}", b"\x89", TEXT.encode()),
}
HARM = {
    "empty": b"",
    "words": b"This is no badge.",
    "a list": b"[]",
    "too long": b"{" + b" " * MAX_CREDENTIAL + b"}",
    "too large a file": TEXT.encode() + b" " * MAX_FILE,
    "not UTF-8": b'{"a": "\xff"}',
    "png that ends early": FILES["png"][:200],
    "png with a length that is none": reading.PNG_BEGIN + b"\xff\xff\xff\xffiTXt" + TEXT.encode(),
    "png that unpacks to much": png((b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{" * 10**7))),
    "png that does not unpack": png((b"iTXt", b"openbadgecredential\0\1\0\0\0nonsense")),
    "png of a few bytes": png((b"iTXt", b"openbadgecredential\0"), (b"iTXt", b"openbadgecredential\0\0\0en")),
    "svg without a badge": SVG.format("").encode(),
    "svg with an empty badge": SVG.format("<o:credential/>").encode(),
    "svg with a badge elsewhere": SVG.format("<credential>{}</credential>").encode(),
    "svg that is not closed": b"<svg>",
    "svg with a bomb": b'<!DOCTYPE a [<!ENTITY b "{">]>' + SVG.format("<o:credential>&b;</o:credential>").encode(),
    "svg in no encoding": b'<?xml version="1.0" encoding="nonsense"?><a/>',
    "pdf without attachments": pdf(),
    "pdf with others": pdf(b"{}", b"[1]"),
    "pdf that ends early": FILES["pdf"][: len(FILES["pdf"]) // 2],
    "pdf with too many": pdf(*[b"{}"] * reading.MAX_ATTACHMENTS, TEXT.encode()),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_badge_comes_back_to_the_letter(kind: str) -> None:
    assert extract(FILES[kind]) == TEXT


def test_pillow_finds_it_too() -> None:
    with Image.open(io.BytesIO(FILES["png"])) as image:
        image.load()
        assert (image.size, image.text) == ((512, 512), {"openbadgecredential": TEXT})  # type: ignore[attr-defined]  # PNG


@pytest.mark.parametrize("kind", HARM)
def test_there_is_no_badge_in(kind: str) -> None:
    assert extract(HARM[kind]) is None


@hypothesis(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 10**5), st.binary(min_size=1, max_size=8))
def test_spoilt_files_never_crash(kind: str, place: int, noise: bytes) -> None:
    whole = FILES[kind]
    place %= len(whole)
    found = extract(whole[:place] + noise + whole[place + len(noise) :])
    assert found is None or len(found) <= MAX_CREDENTIAL


# -- checking ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def signed(db: None, settings: Settings, tmp_path: Path) -> SignedCredential:
    settings.KEYS_DIR = tmp_path
    settings.ISSUER_KEY = ""
    return rules.signed(CODE, facts(), at=AT)


def rewritten(credential: SignedCredential, **changes: Any) -> str:
    return json.dumps(json.loads(credential.credential) | changes)


def test_ours_is_ours_in_whichever_order_and_spacing(signed: SignedCredential) -> None:
    whole = Verdict(Outcome.SIGNED, signed.key, CODE)
    proof = json.loads(signed.credential)["proof"]
    texts = [signed.credential, json.dumps(json.loads(signed.credential), indent=2, sort_keys=True)]
    assert [verify(text) for text in [*texts, rewritten(signed, proof=[proof])]] == [whole] * 3


def test_a_changed_one_is_tampered_with(signed: SignedCredential) -> None:
    changed = Verdict(Outcome.TAMPERED, code=CODE)
    assert verify(rewritten(signed, validUntil="2199-01-01T00:00:00Z")) == changed
    assert verify(rewritten(signed, stars="five")) == changed
    assert verify(rewritten(signed, proof=None)) == changed
    assert verify(rewritten(signed, id="http://localhost:8000/nowhere")) == Verdict(Outcome.TAMPERED)


def test_a_badge_by_our_key_that_is_not_the_one_on_record_is_tampered_with(signed: SignedCredential) -> None:
    """As after a restored backup that was signed anew: only one can be right, and it is the one that we have."""
    other = rules.signed("z" * 26, facts(holder_name="Somebody Else"), at=AT)
    SignedCredential.objects.filter(pk=other.pk).update(credential=signed.credential)
    assert verify(other.credential).outcome == Outcome.TAMPERED


def test_what_was_erased_is_proved_by_its_signature(signed: SignedCredential) -> None:
    rules.forget([CODE])
    assert verify(signed.credential) == Verdict(Outcome.SIGNED, signed.key, CODE)


def test_what_we_have_no_record_of_is_not_ours_whoever_signed_it(signed: SignedCredential) -> None:
    """As with a key that was stolen."""
    SignedCredential.objects.all().delete()
    assert verify(signed.credential) == Verdict(Outcome.TAMPERED, code=CODE)


def test_somebody_elses_is_foreign_even_if_its_key_has_the_name_of_ours(signed: SignedCredential) -> None:
    other = "did:web:elsewhere.example"
    proof = json.loads(signed.credential)["proof"] | {"verificationMethod": f"{other}#{signed.key.key_id}"}
    issuer = {"id": other, "type": ["Profile"], "name": "Elsewhere"}
    assert verify(rewritten(signed, issuer=issuer, proof=proof)) == Verdict(Outcome.FOREIGN)
    assert verify(rewritten(signed, issuer=other)) == Verdict(Outcome.FOREIGN)


def test_our_badges_hold_under_an_address_that_we_had_before(signed: SignedCredential, settings: Settings) -> None:
    settings.BASE_URL = "https://academy.town.eu"
    assert verify(signed.credential) == Verdict(Outcome.SIGNED, signed.key, CODE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "{" * 5000,
        '{"issuer": "x", "type": "OpenBadgeCredential"}',
        '{"issuer": 1, "type": ["OpenBadgeCredential"]}',
        '{"issuer": "x", "issuer": "y", "type": ["OpenBadgeCredential"]}',
        '{"issuer": "x", "type": ["OpenBadgeCredential"], "n": NaN}',
        '{"issuer": "x", "type": ["OpenBadgeCredential"], "n": "\\ud800"}',
        '{"issuer": "x", "type": ["OpenBadgeCredential"], "n": ' + "9" * 5000 + "}",
        " " * (MAX_CREDENTIAL + 1),
    ],
)
def test_some_texts_are_no_badges(text: str) -> None:
    assert verify(text) == Verdict(Outcome.NO_BADGE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 1000), value=JSON)
def test_whatever_stands_in_a_badge_it_is_refused_and_nothing_crashes(
    signed: SignedCredential, place: int, value: Any
) -> None:
    found = json.loads(signed.credential)
    holder: Any = found
    while isinstance(holder, dict | list) and holder:
        names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        name = names[place % len(names)]
        if place % 3 == 0 or not isinstance(holder[name], dict | list):
            holder[name] = value
            break
        holder, place = holder[name], place // 3 + 1
    outcome = verify(json.dumps(found)).outcome
    assert (outcome == Outcome.SIGNED) == (found == json.loads(signed.credential))
