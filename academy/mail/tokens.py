"""Addresses with which a person stops mails with one click, without signing in (RFC 8058).

The signed token names the account by its random public id and the kinds, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "academy.mail.stop"


@dataclass(frozen=True)
class Stopped:
    """Whose mails of which kinds an address stops."""

    person: UUID
    kinds: tuple[str, ...]


def make(person: Any, kinds: Sequence[str]) -> str:
    """The token; it holds for ever, as old mails do."""
    return signing.dumps([person.public_id.hex, *kinds], salt=SALT, compress=True)


def read(token: str) -> Stopped | None:
    """What a token says; None for one that is not ours."""
    try:
        person, *kinds = signing.loads(token, salt=SALT)
        return Stopped(UUID(person), tuple(kinds))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def stop_address(person: Any, kinds: Sequence[str]) -> str:
    """The absolute address that stops these kinds for this person."""
    return settings.BASE_URL + reverse("stop_mails", args=[make(person, kinds)])
