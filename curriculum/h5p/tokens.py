"""Signed names in the player's addresses: which package, for whom, until when. No session stands behind them.

The frame has an opaque origin, so its requests bring no cookie: what a token names is all that is known of who asks.
A token for the frame opens no content file and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing

# The frame is opened at once after its address was given.
FRAME_LASTS = timedelta(hours=1)
# At least so long content files can be asked for. Addresses change once a day, so that browsers keep what they have.
CONTENT_LASTS = timedelta(days=1)

_FRAME = "curriculum.h5p.frame"
_CONTENT = "curriculum.h5p.content"


@dataclass(frozen=True)
class Named:
    """What a token names. `stamp` is an opaque word for the person, empty for whoever only looks."""

    package: UUID
    stamp: str


def frame_token(package_public_id: UUID, stamp: str, at: datetime) -> str:
    """Opens the player's page for FRAME_LASTS."""
    return _signed(_FRAME, package_public_id, stamp, at + FRAME_LASTS)


def content_token(package_public_id: UUID, stamp: str, at: datetime) -> str:
    """Opens the package's own files for one day at least, two at most: the same text all day long (UTC)."""
    until = (at + CONTENT_LASTS).astimezone(UTC)
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    return _signed(_CONTENT, package_public_id, stamp, midnight + timedelta(days=1) if until > midnight else midnight)


def read_frame_token(token: str, at: datetime) -> Named:
    """What a token of `frame_token` names. Raises signing.SignatureExpired; signing.BadSignature for any other text."""
    return _read(_FRAME, token, at)


def read_content_token(token: str, at: datetime) -> Named:
    """What a token of `content_token` names. Raises as `read_frame_token`."""
    return _read(_CONTENT, token, at)


def _signed(purpose: str, package: UUID, stamp: str, until: datetime) -> str:
    return signing.Signer(salt=purpose).sign_object([package.hex, stamp, int(until.timestamp())])


def _read(purpose: str, token: str, at: datetime) -> Named:
    package, stamp, until = signing.Signer(salt=purpose).unsign_object(token)
    if at.timestamp() >= until:
        raise signing.SignatureExpired("the token has expired")
    return Named(UUID(hex=package), stamp)
