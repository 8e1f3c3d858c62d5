"""H5P.CircularLadder, our own type (curriculum/h5p/types): purchases to put on rungs of the R-ladder.

Parameters: {"task": HTML, "rungs": [{"code", "label"}], "purchases": [{"text", "rung", "feedback"}]}. One point a
purchase on its right rung. The response pairs the index of a purchase with the code of its rung, and leaves out what
was not placed: "0[.]R2[,]1[.]R5".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .plain_text import one_line
from .reading import BETWEEN_HALVES, MOST_OPTIONS, answers_of, index_of, objects, text
from .results import Result

NAME = "H5P.CircularLadder"
SINCE = (1, 0)


@dataclass(frozen=True)
class Rung:
    """A rung: its code ("R2") and its name, plain."""

    code: str
    label: str


@dataclass(frozen=True)
class Purchase:
    """A purchase: its words, plain, and the code of its right rung."""

    text: str
    rung: str


@dataclass(frozen=True)
class CircularLadder:
    """An exercise of this type, read."""

    html: str
    rungs: tuple[Rung, ...]
    purchases: tuple[Purchase, ...]

    @property
    def full(self) -> Decimal:
        """The points that can be had: one a purchase."""
        return Decimal(len(self.purchases))

    @property
    def rescorable(self) -> bool:
        """Its response always tells enough."""
        return True

    @property
    def codes(self) -> frozenset[str]:
        """The codes that a purchase can be put on; without a code there is no rung."""
        return frozenset(rung.code for rung in self.rungs) - {""}

    def points(self, placed: Mapping[int, str]) -> Decimal:
        """The points for purchases (indices) on rungs (codes)."""
        codes = self.codes
        right = (placed.get(index) == purchase.rung in codes for index, purchase in enumerate(self.purchases))
        return Decimal(sum(right))

    def score(self, result: Result, children: Mapping[str, Result]) -> Decimal | None:
        """The points for the response of a statement; None if it names other purchases or rungs, or one twice."""
        pairs = answers_of(result.response)
        if pairs is None:
            return None
        codes, placed = self.codes, dict[int, str]()
        for pair in pairs:
            purchase, _between, code = pair.partition(BETWEEN_HALVES)
            index = index_of(purchase, below=len(self.purchases))
            if index is None or code not in codes or index in placed:
                return None
            placed[index] = code
        return self.points(placed)


def read(params: dict[str, Any]) -> CircularLadder | None:
    """The exercise in these parameters, None where they are none of this type."""
    html = text(params.get("task"))
    rungs = objects(params.get("rungs"), most=MOST_OPTIONS)
    purchases = objects(params.get("purchases"), most=MOST_OPTIONS)
    if html is None or not rungs or not purchases:
        return None
    return CircularLadder(
        html=html,
        rungs=tuple(Rung(_words(rung.get("code")), _words(rung.get("label"))) for rung in rungs),
        purchases=tuple(Purchase(_words(bought.get("text")), _words(bought.get("rung"))) for bought in purchases),
    )


def _words(value: Any) -> str:
    # Plain fields of H5P hold escaped text; what is no text, the type takes for none.
    return one_line(text(value) or "")
