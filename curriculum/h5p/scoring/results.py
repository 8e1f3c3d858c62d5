"""What a browser said about an activity, and what the server makes of it. Imports nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Result:
    """The `result` of an xAPI statement as it came in: claims of a browser, each of which may be missing."""

    response: str | None = None
    raw: Decimal | None = None
    max: Decimal | None = None
    success: bool | None = None


@dataclass(frozen=True)
class Score:
    """Points that were worked out here from the answers: 0 <= raw <= max."""

    raw: Decimal
    max: Decimal
