"""H5P.QuestionSet: questions of other types in a row, all of them or a pool drawn by chance.

Followed: js/questionset.js of 1.13 to 1.20 (h5p/h5p-question-set; `getScore`, `getMaxScore`, `poolSize`). The points
are the sum over the questions that are asked. A question names its type as "H5P.MultiChoice 1.16" and has a
subContentId.

At the end the set says `completed` with its points and no response. What was answered stands in the `answered`
statement of each question, which it sends when the learner presses Check. The set counts answers that were never
checked too (and where the author took Check away, none ever is): a question without a statement leaves the whole
untold. With a pool, the questions that were answered have to be as many as the pool holds: only then is it known which
were drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .blanks import Blanks
from .reading import MOST_QUESTIONS, number, objects
from .results import Result
from .single_tasks import Single, read_single

NAME = "H5P.QuestionSet"
SINCE = (1, 13)
# Letters of right answers in all blanks of a set: each is compared with what was typed.
MOST_LETTERS = 100_000
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Member:
    """A question of the set, and the id by which its statements are known."""

    task: Single
    params: dict[str, Any]
    sub_content_id: str


@dataclass(frozen=True)
class QuestionSet:
    """A set, read; `asked` is how many of its members a learner gets."""

    members: tuple[Member, ...]
    asked: int
    pass_percentage: Decimal

    @property
    def full(self) -> Decimal | None:
        """The points that can be had; None where that hangs on the draw."""
        points = [member.task.full for member in self.members]
        if self.asked == len(points):
            return sum(points, _NOTHING)
        return self.asked * points[0] if len(set(points)) == 1 else None

    @property
    def rescorable(self) -> bool:
        """Whether every question can be scored again and told from the others by its id."""
        ids = {member.sub_content_id for member in self.members}
        return len(ids) == len(self.members) and "" not in ids and all(one.task.rescorable for one in self.members)

    def score(self, children: Mapping[str, Result]) -> tuple[Decimal, Decimal] | None:
        """The points and the points that could be had, from the answers to the questions; None if they do not tell."""
        answered = [member for member in self.members if member.sub_content_id in children]
        if not self.rescorable or len(answered) != self.asked:
            return None
        points = [member.task.score(children[member.sub_content_id], children) for member in answered]
        known = [point for point in points if point is not None]
        if len(known) < len(points):
            return None
        return sum(known, _NOTHING), sum((member.task.full for member in answered), _NOTHING)


def read(params: dict[str, Any]) -> QuestionSet | None:
    """The set in these parameters; None where they are none of this type, or one of its questions cannot be read."""
    questions = objects(params.get("questions"), most=MOST_QUESTIONS)
    pass_percentage = number(params.get("passPercentage"), 50)
    if not questions or pass_percentage is None:
        return None
    members = tuple(member for member in map(_member, questions) if member is not None)
    asked = _asked(params.get("poolSize"), len(questions))
    letters = sum(len(answer) for one in members for answer in _right_words(one.task))
    if len(members) < len(questions) or asked is None or letters > MOST_LETTERS:
        return None
    return QuestionSet(members=members, asked=asked, pass_percentage=pass_percentage)


def _member(question: dict[str, Any]) -> Member | None:
    params, sub_content_id = question.get("params"), question.get("subContentId")
    task = read_single(question.get("library"), params)
    if task is None or not isinstance(params, dict):
        return None
    return Member(task, params, sub_content_id if isinstance(sub_content_id, str) else "")


def _right_words(task: Single) -> list[str]:
    return [answer for blank in task.blanks for answer in blank.answers] if isinstance(task, Blanks) else []


def _asked(pool: Any, available: int) -> int | None:
    size = number(pool, 0)
    if size is None or size != size.to_integral_value():
        return None
    return min(int(size), available) if size > 0 else available
