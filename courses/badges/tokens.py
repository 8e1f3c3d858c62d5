"""Keys and signatures as text: base58, multibase, multikey (Ed25519). No Django, no state."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Multicodec, as variable-length integers: an Ed25519 public key, an Ed25519 private key.
PUBLIC_CODE, PRIVATE_CODE = b"\xed\x01", b"\x80\x26"
SEED_LENGTH, SIGNATURE_LENGTH = 32, 64
# The longest text that is decoded here: a signature has 88 signs, and base58 takes quadratic time.
MAX_TEXT = 100


def to_base58(data: bytes) -> str:
    """Bitcoin's base58; zero bytes at the beginning are kept as ones."""
    number, signs = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        signs = ALPHABET[rest] + signs
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + signs


def from_base58(text: str) -> bytes:
    """The bytes behind it. Raises ValueError for anything else."""
    if len(text) > MAX_TEXT:
        raise ValueError("too long")
    number = 0
    for sign in text:
        number = number * 58 + ALPHABET.index(sign)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)


def to_multibase(data: bytes) -> str:
    """As base58btc, which `z` says."""
    return "z" + to_base58(data)


def from_multibase(text: str) -> bytes:
    """The bytes of a base58btc text. Raises ValueError."""
    if not text.startswith("z"):
        raise ValueError("not base58btc")
    return from_base58(text[1:])


def read_seed(text: str) -> bytes:
    """The 32 secret bytes of a private key, from multibase (multicodec or not) or base64. Raises ValueError."""
    text = text.strip()
    for reader in (_from_multikey, _from_base64):
        seed = reader(text)
        if seed is not None:
            return seed
    raise ValueError("neither a multibase nor a base64 text of 32 bytes")


def _from_multikey(text: str) -> bytes | None:
    try:
        found = from_multibase(text).removeprefix(PRIVATE_CODE)
    except ValueError:
        return None
    return found if len(found) == SEED_LENGTH else None


def _from_base64(text: str) -> bytes | None:
    try:
        found = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found) == SEED_LENGTH else None


def write_seed(seed: bytes) -> str:
    """The private key as one line of text."""
    return to_multibase(PRIVATE_CODE + seed)


def public_of(seed: bytes) -> str:
    """The public key that belongs to it, as a multikey (z6Mk...)."""
    return to_multibase(PUBLIC_CODE + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def sign(seed: bytes, data: bytes) -> str:
    """The signature, as multibase."""
    return to_multibase(Ed25519PrivateKey.from_private_bytes(seed).sign(data))


def is_signed(public: str, signature: str, data: bytes) -> bool:
    """Whether the multibase signature over the data was made with the private half of this multikey."""
    try:
        key, mark = from_multibase(public), from_multibase(signature)
        if not key.startswith(PUBLIC_CODE) or len(mark) != SIGNATURE_LENGTH:
            return False
        Ed25519PublicKey.from_public_bytes(key.removeprefix(PUBLIC_CODE)).verify(mark, data)
    except (ValueError, InvalidSignature):
        return False
    return True
