"""Links in mails that work without signing in: signed, for one purpose, until a moment. Opening one changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core import signing

from .errors import LinkOver

SALT = "courses.booking.link"


class Act(StrEnum):
    """What a link is for."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    CHECK_IN = "checkin"


@dataclass(frozen=True)
class Link:
    """What a link leads to."""

    booking_id: UUID
    act: Act


def make(booking_id: UUID, act: Act, until: datetime) -> str:
    """The token of a link that works before `until`. It names the booking by its random id and nobody by name."""
    return signing.dumps([booking_id.hex, act.value, int(until.timestamp())], salt=SALT)


def read(token: str, at: datetime) -> Link:
    """What the token says. Raises LinkOver for one that is forged, cut off or expired."""
    link, until = opened(token)
    if at >= until:
        raise LinkOver
    return link


def opened(token: str) -> tuple[Link, datetime]:
    """What the token says and until when, also after that: to say where things stand, never to act on.

    Raises LinkOver for one that is forged or cut off.
    """
    try:
        raw: Any = signing.loads(token, salt=SALT)
        hex_id, act, until = raw
        return Link(UUID(hex_id), Act(act)), datetime.fromtimestamp(until, UTC)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkOver from error
