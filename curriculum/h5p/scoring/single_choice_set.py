"""H5P.SingleChoiceSet: questions with one right answer, one after the other.

Followed: scripts/single-choice-set.js, single-choice.js and xapi-event-builder.js of 1.9 to 1.11
(h5p/h5p-single-choice-set). The first answer in content.json is the right one; the screen shuffles them. One point a
question.

At the end the set says `completed` with its points and no response. What was chosen stands in the `answered` statement
of each question, which has the question's own subContentId (written by the editor since 1.7) and as its response the
index in content.json, so "0" is right. Builds of 2025 with the new look number what was on the screen instead (seen in
a fork of them; `userResponses` holds the place shown), and nothing in a statement tells the two apart. So answers that
add up to what the set claims confirm it; answers that do not are no proof of anything, and nothing is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .reading import MOST_OPTIONS, index_of, number, settings, text, truthy
from .results import Result

NAME = "H5P.SingleChoiceSet"
SINCE = (1, 9)


@dataclass(frozen=True)
class Question:
    """A question with its answers in HTML, of which the first is right."""

    html: str
    answers: tuple[str, ...]
    sub_content_id: str


@dataclass(frozen=True)
class SingleChoiceSet:
    """A set of this type, read."""

    questions: tuple[Question, ...]
    pass_percentage: Decimal

    @property
    def full(self) -> Decimal:
        """The points that can be had: one a question."""
        return Decimal(len(self.questions))

    @property
    def rescorable(self) -> bool:
        """Whether each question can be told from the others by its id."""
        ids = {question.sub_content_id for question in self.questions}
        return len(ids) == len(self.questions) and "" not in ids

    def points(self, chosen: Sequence[int | None]) -> Decimal:
        """The points for these choices (indices into `answers`, None for no answer), in the order of the questions."""
        return Decimal(sum(1 for index in chosen if index == 0))

    def score(self, result: Result, children: Mapping[str, Result]) -> Decimal | None:
        """The points for the answers to the questions, if the set claims as many; None if they do not tell."""
        if not self.rescorable:
            return None
        chosen = []
        for question in self.questions:
            answered = children.get(question.sub_content_id)
            index = index_of(answered.response or "", below=len(question.answers)) if answered else None
            if index is None:
                return None
            chosen.append(index)
        points = self.points(chosen)
        return points if result.raw == points else None


def read(params: dict[str, Any]) -> SingleChoiceSet | None:
    """The set in these parameters, None where they are none of this type."""
    behaviour, choices = settings(params), params.get("choices")
    if behaviour is None or not isinstance(choices, list) or len(choices) > MOST_OPTIONS:
        return None
    pass_percentage = number(behaviour.get("passPercentage"), 100)
    # The editor leaves empty groups behind, which the type skips.
    kept = [choice for choice in choices if not isinstance(choice, dict) or truthy(choice.get("answers"))]
    questions = tuple(question for question in map(_question, kept) if question is not None)
    if pass_percentage is None or not questions or len(questions) < len(kept):
        return None
    return SingleChoiceSet(questions=questions, pass_percentage=pass_percentage)


def _question(choice: Any) -> Question | None:
    if not isinstance(choice, dict) or not isinstance(choice["answers"], list):
        return None
    html, answers = text(choice.get("question")), [text(answer) for answer in choice["answers"]]
    known = tuple(answer for answer in answers if answer is not None)
    if html is None or not 0 < len(known) == len(answers) <= MOST_OPTIONS:
        return None
    sub_content_id = choice.get("subContentId")
    return Question(html, known, sub_content_id if isinstance(sub_content_id, str) else "")
