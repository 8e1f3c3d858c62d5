"""Reads of keys and of what they signed."""

from __future__ import annotations

from .models import IssuerKey, SignedCredential


def current_key() -> IssuerKey | None:
    """The key that signs now; None before the first one was needed."""
    return IssuerKey.objects.filter(retired_at=None).first()


def all_keys() -> list[IssuerKey]:
    """All keys, retired ones too, the oldest first: what one of them signed goes on being proved by it."""
    return list(IssuerKey.objects.order_by("made_at", "pk"))


def credential_of(code: str) -> SignedCredential | None:
    """What was signed for this code; None if nothing was yet."""
    return SignedCredential.objects.filter(code=code).first()
