"""H5P.TrueFalse: one statement, right or wrong.

Followed: scripts/h5p-true-false.js and -answer-group.js of 1.0 to 1.8 (h5p/h5p-true-false). One point; the response is
"true" or "false", "" where nothing was chosen. The parameter `correct` is the string "true" or "false" ("true" where it
is missing); with anything else the type sends the same response for both answers, so nothing can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .reading import text
from .results import Result

NAME = "H5P.TrueFalse"
SINCE = (1, 0)


@dataclass(frozen=True)
class TrueFalse:
    """A statement to judge, read; `words` are the labels of true and false, "" where the type's own are meant."""

    html: str
    right: bool
    words: tuple[str, str]

    @property
    def full(self) -> Decimal:
        """The points that can be had: one."""
        return Decimal(1)

    @property
    def rescorable(self) -> bool:
        """Its response always tells enough."""
        return True

    def points(self, answer: bool | None) -> Decimal:
        """The point for this answer; None stands for no answer."""
        return Decimal(1 if answer is self.right else 0)

    def score(self, result: Result, children: Mapping[str, Result]) -> Decimal | None:
        """The point for the response of a statement; None if it is none of this type."""
        match result.response:
            case "true" | "false":
                return self.points(result.response == "true")
            case "":
                return self.points(None)
        return None


def read(params: dict[str, Any]) -> TrueFalse | None:
    """The statement in these parameters, None where they are none of this type."""
    html, right, words = text(params.get("question")), params.get("correct", "true"), params.get("l10n")
    if html is None or right not in ("true", "false"):
        return None
    named = words if isinstance(words, dict) else {}
    labels = (text(named.get("trueText")) or "", text(named.get("falseText")) or "")
    return TrueFalse(html=html, right=right == "true", words=labels)
