"""Keys and signatures survive being written as text."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.badges import tokens
from tests.factories.badges import PUBLIC, SEED


@given(st.binary(max_size=64))
def test_base58_comes_back(data: bytes) -> None:
    assert tokens.from_base58(tokens.to_base58(data)) == data


def test_base58_is_bitcoins() -> None:
    assert tokens.to_base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert tokens.to_base58(b"\0\0(\x7f\xb4\xcd") == "11233QC4"


@pytest.mark.parametrize("text", ["0", "O", "l", "é", "1" * 200])
def test_what_is_not_base58_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each of them says it in its own words
        tokens.from_base58(text)


@pytest.mark.parametrize(
    "text",
    [
        tokens.write_seed(SEED) + "\n",
        tokens.to_multibase(SEED),
        base64.b64encode(SEED).decode(),
        base64.urlsafe_b64encode(SEED).decode().rstrip("="),
    ],
)
def test_a_seed_is_read_from_multibase_and_base64(text: str) -> None:
    assert tokens.read_seed(text) == SEED


@pytest.mark.parametrize("text", ["", "z", "secret", base64.b64encode(SEED[:31]).decode(), PUBLIC])
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens.read_seed(text)


def test_a_public_key_looks_like_one() -> None:
    assert PUBLIC.startswith("z6Mk")


@pytest.mark.parametrize(
    ("public", "signature", "data"),
    [
        (PUBLIC, tokens.sign(SEED, b"data"), b"date"),
        (tokens.public_of(bytes(32)), tokens.sign(SEED, b"data"), b"data"),
        (tokens.to_multibase(SEED), tokens.sign(SEED, b"data"), b"data"),
        (PUBLIC, "z", b"data"),
        (PUBLIC, "None", b"data"),
        ("", tokens.sign(SEED, b"data"), b"data"),
    ],
)
def test_other_signatures_are_not_taken(public: str, signature: str, data: bytes) -> None:
    assert tokens.is_signed(PUBLIC, tokens.sign(SEED, b"data"), b"data")
    assert not tokens.is_signed(public, signature, data)
