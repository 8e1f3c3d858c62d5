"""Forms as a learner would fill them in, right or wrong, for the demo's people and for tests."""

from __future__ import annotations

from typing import Any

from django.utils.datastructures import MultiValueDict

from courses.attempts.models import QuizAttempt
from courses.attempts.queries import left_sides, right_sides, shuffled
from curriculum.quizzes.enums import CHOICE_KINDS, QuestionKind

TEXT = (
    "We ask for the performance that the users need, state how it is proven, and check it when the contract runs. "
    "The budget holder, the users and the contract manager were heard before the question was written."
)


def form_for(attempt: QuizAttempt, number: int, frozen: dict[str, Any], *, is_right: bool) -> MultiValueDict[str, str]:
    """What the page of a question would post for a right answer, or for a wrong one. English notation."""
    kind = frozen["kind"]
    if kind in CHOICE_KINDS:
        options = list(enumerate(shuffled(attempt, number, frozen), 1))
        places = [str(place) for place, option in options if option["correct"] == is_right]
        return MultiValueDict({"choice": places if is_right else places[:1]})
    if kind == QuestionKind.ORDERING:
        last = len(frozen["options"]) - 1
        right = [option["place"] for option in left_sides(attempt, number, frozen)]
        placed = right if is_right else [last - place for place in right]
        return MultiValueDict({f"place-{n}": [str(place + 1)] for n, place in enumerate(placed, 1)})
    if kind == QuestionKind.MATCHING:
        sides = [side["id"] for side in right_sides(attempt, number, frozen)]
        wanted = [sides.index(option["match"]["id"]) for option in left_sides(attempt, number, frozen)]
        chosen = wanted if is_right else [(side + 1) % len(sides) for side in wanted]
        return MultiValueDict({f"match-{n}": [str(side + 1)] for n, side in enumerate(chosen, 1)})
    if kind in (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT):
        met = [option for option in frozen["options"] if option["correct"] == is_right]
        if kind == QuestionKind.NUMERIC:
            return MultiValueDict({"number": [met[0]["number"] if met else "-987654"]})
        return MultiValueDict({"text": [met[0]["words"][0] if met else "something else"]})
    return MultiValueDict({"text": [TEXT]})
