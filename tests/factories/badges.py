"""Makes what badges say, and badges signed with a key that everybody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from courses.badges import addresses, document, tokens
from courses.badges.checks import add_proof
from courses.badges.document import Alignment, BadgeFacts

AT = datetime(2025, 2, 9, 10, 30, tzinfo=UTC)
SEED = bytes(range(32))
PUBLIC = tokens.public_of(SEED)
CODE = "abcdefghijklmnopqrstuvwx27"
EMAIL = "jana@example.org"
KEY_ID = "key-2025-02"


def facts(**changes: Any) -> BadgeFacts:
    """What a badge with everything in it says."""
    values = {
        "achievement_id": "urn:uuid:7f0c1b9e-7a4b-4f1e-9d0b-2f6f3f3a1c11",
        "title": "Circular procurement: the foundations",
        "description": "Why a town buys circular, and how to begin.",
        "criteria": "Read all lessons.\nPass the quiz with 70 %.",
        "language": "en",
        "issuer_name": "Lindenmark Academy",
        "holder_name": "Jana Őszi-Щерьо",
        "holder_email": EMAIL,
        "salt": "0123456789abcdef",
        "valid_from": AT,
        "valid_until": AT.replace(year=2125),
        "course_code": "CPA-1",
        "course_version": "2026.1",
        "alignments": (
            Alignment("Sustainable procurement", "https://example.org/framework#5", "PC5", "ProcurCompEU"),
            Alignment("Innovation procurement", "https://example.org/framework#6"),
        ),
    }
    return BadgeFacts(**values | changes)  # type: ignore[arg-type]  # values of many kinds


def badge(*, status_index: int = 94567, **changes: Any) -> dict[str, Any]:
    """A signed badge that is not in the database."""
    bare = document.build(CODE, facts(**changes), status_index=status_index)
    return add_proof(bare, seed=SEED, method=addresses.method(KEY_ID), at=AT)
