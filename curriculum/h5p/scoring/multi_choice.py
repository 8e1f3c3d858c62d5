"""H5P.MultiChoice: radio buttons or checkboxes, with points for each answer or for the whole.

Followed: js/multichoice.js of 1.10 to 1.16 (h5p/h5p-multi-choice; `calcScore`, `getMaxScore`, `addResponseToXAPI`).
Before 1.10 some builds sent an empty response when the answers were not shuffled (issue 16 there), so those are not
scored again. No published version has a switch for penalties: a wrong tick always takes its weight away, down to 0.

    radio (type "single", or "auto" with exactly one right answer)   1 for a right answer, of `weight` (1) points
    checkboxes, a point each (singlePoint off)                       right ticks less wrong ticks, at least 0
    checkboxes, one point in all (singlePoint on, the default)       `weight` if the share reaches passPercentage
    checkboxes without any right answer                              `weight` for no tick at all

The response holds the chosen indices in the order of content.json whatever was shuffled on the screen: "0[,]2".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .reading import MOST_OPTIONS, answers_of, index_of, number, objects, settings, text, truthy
from .results import Result

NAME = "H5P.MultiChoice"
SINCE = (1, 10)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Choice:
    """An answer to choose: its HTML, whether it is right, and the points that it gives or takes."""

    html: str
    right: bool
    weight: Decimal


@dataclass(frozen=True)
class MultiChoice:
    """A question of this type, read."""

    html: str
    choices: tuple[Choice, ...]
    single: bool
    one_point: bool
    weight: Decimal
    pass_percentage: Decimal
    shuffled: bool

    @property
    def none_right(self) -> bool:
        """Whether leaving everything open is the right answer."""
        return not any(choice.right for choice in self.choices)

    @property
    def full(self) -> Decimal:
        """The points that can be had."""
        return self.weight if self.single or self.one_point else self._sum

    @property
    def rescorable(self) -> bool:
        """Its response always tells enough."""
        return True

    @property
    def _sum(self) -> Decimal:
        if self.none_right:
            return self.weight
        return sum((choice.weight for choice in self.choices if choice.right), _NOTHING)

    def points(self, chosen: Collection[int]) -> Decimal:
        """The points for these choices (indices into `choices`, each once)."""
        if self.single:
            raw = Decimal(sum(1 for index in chosen if self.choices[index].right))
        else:
            raw = self._ticks(chosen)
            if self.one_point:
                raw = self.weight if 100 * raw >= self.pass_percentage * self._sum else _NOTHING
        return min(max(raw, _NOTHING), self.full)

    def score(self, result: Result, children: Mapping[str, Result]) -> Decimal | None:
        """The points for the response of a statement; None if it names no choices of this question."""
        answers = answers_of(result.response)
        if answers is None:
            return None
        chosen = [index_of(answer, below=len(self.choices)) for answer in answers]
        known = {index for index in chosen if index is not None}
        if len(known) < len(chosen) or (self.single and len(known) > 1):
            return None
        return self.points(known)

    def _ticks(self, chosen: Collection[int]) -> Decimal:
        if not chosen and self.none_right:
            return self.weight
        ticked = (self.choices[index] for index in chosen)
        return max(sum((one.weight if one.right else -one.weight for one in ticked), _NOTHING), _NOTHING)


def read(params: dict[str, Any]) -> MultiChoice | None:
    """The question in these parameters, None where the type itself could not run with them or has no points to give."""
    behaviour, answers = settings(params), objects(params.get("answers"), most=MOST_OPTIONS)
    html = text(params.get("question"))
    if behaviour is None or not answers or html is None:
        return None
    choices = [_choice(answer, first=position == 0) for position, answer in enumerate(answers)]
    weight = number(params.get("weight"), 1)
    pass_percentage = number(behaviour.get("passPercentage"), 100)
    known = tuple(choice for choice in choices if choice is not None)
    if weight is None or pass_percentage is None or len(known) < len(choices):
        return None
    kind = behaviour.get("type", "auto")
    rights = sum(choice.right for choice in known)
    question = MultiChoice(
        html=html,
        choices=known,
        single=rights == 1 if kind == "auto" else kind == "single",
        one_point=truthy(behaviour.get("singlePoint", True)),
        weight=weight,
        pass_percentage=pass_percentage,
        shuffled=truthy(behaviour.get("randomAnswers", False)),
    )
    # Weights that make no sense (nothing to earn, or less than nothing on the way to a share) are nobody's rule.
    return question if question.full > 0 and question._sum > 0 else None


def _choice(answer: dict[str, Any], *, first: bool) -> Choice | None:
    html, weight = text(answer.get("text")), number(answer.get("weight"), 1)
    if html is None or weight is None:
        return None
    # The type's own defaults hold one answer, a right one: it lends `correct` to a first answer that says nothing.
    return Choice(html=html, right=truthy(answer.get("correct", first)), weight=weight)
