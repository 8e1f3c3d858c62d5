"""Grading an answer against the frozen question: pure, so that a grade never depends on what was edited since.

Values (the canonical form in which answers are saved) by kind:

    single, multiple, true_false   ["<option id>", ...]
    ordering                       {"<option id>": 1, ...}                 place 1 to n
    matching                       {"<left option id>": "<match id>", ...}
    numeric                        {"typed": "2.409", "number": "2409"}
    short_text, open_text          {"text": "..."}
    hand_in                        {"file": "<uuid>", ...}

Examples, from the quizzes in CURRICULUM.md, each worth 1 point:

| kind       | question                          | answer                                     | points     |
|------------|-----------------------------------|--------------------------------------------|------------|
| single     | CPA-1, 1 (what circular buying is)| "so that products ... stay in use"         | 1.00       |
| true_false | CPA-1, 4 (recyclable is enough)   | false                                      | 1.00       |
| multiple   | CPA-1, 5 (whose input; 4 are right)| three right ones                          | 0.75       |
|            |                                   | four right ones and the one wrong one      | 0.75       |
|            |                                   | one right one and the one wrong one        | 0.00       |
| ordering   | CPA-1, 2 (R-ladder)               | R0, R2, R4, R8, R9                         | 1.00       |
|            |                                   | R0, R2, R8, R4, R9                         | 0.00       |
| matching   | CPA-3, 3 (articles; 5 pairs)      | Articles 30, 42 and 43 rightly, 68 wrongly | 0.60       |
| numeric    | CPA-1, 6 (2,409 ± 1)              | 2408 / 2410.5                              | 1.00 / 0.00|
|            | CPA-5, 3 (106.62 ± 0.05)          | 106.67 / 106.68                            | 1.00 / 0.00|
| short_text | CPA-1, 8 (materials passport)     | "Passeport-materiaux."                     | 1.00       |
|            |                                   | "digital product passport"                 | 0.00       |

With shares (Moodle's fractions, in per cent): the chosen option's share (single), the sum of the chosen shares
(multiple), the best share that is met (numeric, short text); an option without a share counts by the rule above.
Points lie between 0 and the question's points and are rounded half up to the hundredth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from .enums import BY_HAND_KINDS, CHOICE_KINDS, Level, QuestionKind
from .words import accepts

CENT = Decimal("0.01")
# Parts of a rubric line's points by level, and from which part of all points an open answer is sufficient
# (CURRICULUM.md, section 1: rubrics R1 and R2, pass mark 70 %).
LEVEL_SHARES = {
    Level.INSUFFICIENT.value: Fraction(0),
    Level.SUFFICIENT.value: Fraction(70, 100),
    Level.GOOD.value: Fraction(1),
}
SUFFICIENT = LEVEL_SHARES[Level.SUFFICIENT.value]
_NOTHING, _ALL = Fraction(0), Fraction(1)
# Longer numbers than anybody types: exact sums of what is left.
_EXACT = Context(prec=200)
_LARGEST_EXPONENT = 60


@dataclass(frozen=True)
class Grade:
    """Points given, points that could be had, and whether the answer is right as a whole."""

    points: Decimal
    full: Decimal
    right: bool

    @property
    def partly(self) -> bool:
        """Some points, not all."""
        return 0 < self.points < self.full


def grade(frozen: dict[str, Any], value: Any) -> Grade:
    """Points for this answer, between 0 and the question's points, to the hundredth; right means full points.

    A value that is none (None, malformed, of another kind) earns 0 and never raises. What a person marks earns 0 here:
    see `is_by_hand` and `grade_by_hand`. Examples stand at the top of this module.
    """
    rule = _RULES.get(frozen["kind"])
    share = rule(frozen, value) if rule else _NOTHING
    share = min(max(share, _NOTHING), _ALL)
    full = full_points(frozen)
    points = _points(share, full)
    return Grade(points=points, full=full, right=points == full if full else share == _ALL)


def full_points(frozen: dict[str, Any]) -> Decimal:
    """What a question is worth."""
    return Decimal(frozen["points"]).quantize(CENT)


def passes(points: Decimal, full: Decimal, pass_mark: int) -> bool:
    """Whether the points reach the pass mark (whole per cent of the full points); never by rounding up."""
    return full > 0 and points * 100 >= full * pass_mark


def is_by_hand(frozen: dict[str, Any]) -> bool:
    """Whether a person reads the answer and decides."""
    return frozen["kind"] in BY_HAND_KINDS


def grade_by_hand(frozen: dict[str, Any], mark: Any) -> Grade:
    """Points for what a person decided. A mark that is none, and a line without a level, count as nothing.

    With a rubric the mark is {"lines": {"<line id>": 0, 1 or 2}}: each line is worth an equal part, of which it earns
    0, 70 or 100 %; right when every line is at least sufficient. Five lines and 10 points: good, good, sufficient,
    sufficient, insufficient = 2 + 2 + 1.4 + 1.4 + 0 = 6.80, not right.
    Without one it is {"points": "3.50"}, never less than 0 nor more than all; right from 70 % of all.
    """
    full = full_points(frozen)
    given = mark if isinstance(mark, dict) else {}
    lines = (frozen.get("rubric") or {}).get("lines")
    if lines:
        levels = given.get("lines")
        shares = [_level_share(levels.get(line["id"])) if isinstance(levels, dict) else _NOTHING for line in lines]
        points = _points(sum(shares, _NOTHING) / len(lines), full)
        return Grade(points=points, full=full, right=all(share >= SUFFICIENT for share in shares))
    number = _number(given.get("points")) or Decimal(0)
    points = min(max(number, Decimal(0)), full).quantize(CENT, rounding=ROUND_HALF_UP)
    return Grade(points=points, full=full, right=full > 0 and Fraction(points) >= SUFFICIENT * Fraction(full))


def matching_choice(frozen: dict[str, Any], value: Any) -> dict[str, Any] | None:
    """The accepted or typical wrong answer that a number or a short text meets, or None.

    The best share first, then what is right before what is wrong, then the author's order. "digital product passport"
    meets CPA-1, 8's typical wrong answer; 154 meets that of CPA-1, 6.
    """
    meets = _MEETS.get(frozen["kind"])
    if meets is None:
        return None
    met = [option for option in frozen["options"] if meets(option, value)]
    return min(met, key=lambda option: (-_share(option), not option["correct"], _place(option)), default=None)


def feedback_for(frozen: dict[str, Any], value: Any) -> list[dict[str, str]]:
    """What is said to this answer, each by language: of chosen options or the met answer or pairs matched rightly,
    then to a right or wrong answer as a whole, then to every answer.

    Never anything of an option that was not chosen. The words to a wrong answer are left out where a wrong option has
    words of its own (CURRICULUM.md: "other"). No answer gets only what is said to every answer.
    """
    said: list[dict[str, str]] = []
    if value is not None:
        met = _met_options(frozen, value)
        said += [option.get("feedback") or {} for option in met]
        if not is_by_hand(frozen):
            said.append(_said_as_a_whole(frozen, value, met))
    said.append(frozen.get("feedback") or {})
    # The same words once: "Yes." to three options says no more than to one.
    return [words for n, words in enumerate(said) if words and words not in said[:n]]


def _said_as_a_whole(frozen: dict[str, Any], value: Any, met: list[dict[str, Any]]) -> dict[str, str]:
    """The words to a right or to a wrong answer."""
    if grade(frozen, value).right:
        return frozen.get("feedback_right") or {}
    # Pairs that are met are right ones, whatever their tick says.
    wrong = [] if frozen["kind"] == QuestionKind.MATCHING else [option for option in met if not option["correct"]]
    if any(option.get("feedback") for option in wrong):
        return {}
    return frozen.get("feedback_wrong") or {}


def _met_options(frozen: dict[str, Any], value: Any) -> list[dict[str, Any]]:
    """The options that this answer names, in the author's order; of pairs only those matched rightly."""
    kind = frozen["kind"]
    met: list[dict[str, Any]] = []
    if kind in CHOICE_KINDS:
        chosen = _chosen(value) or set()
        met = [option for option in frozen["options"] if option["id"] in chosen]
    elif kind == QuestionKind.MATCHING:
        met = _matched(frozen, value)
    elif kind in _MEETS:
        choice = matching_choice(frozen, value)
        met = [choice] if choice else []
    return sorted(met, key=_place)


# -- the rule of each kind: a part of the points, which may lie below 0 or above 1 -------------------------------------


def _one_choice(frozen: dict[str, Any], value: Any) -> Fraction:
    """The share of the one option that was chosen."""
    chosen = _chosen(value) or set()
    shares = [_share(option) for option in frozen["options"] if option["id"] in chosen]
    return shares[0] if len(chosen) == len(shares) == 1 else _NOTHING


def _several_choices(frozen: dict[str, Any], value: Any) -> Fraction:
    """(right ticks - wrong ticks) / right options, so that ticking everything earns nothing extra.

    An id that is none of the options counts as a wrong tick.
    """
    chosen = _chosen(value) or set()
    right = sum(bool(option["correct"]) for option in frozen["options"])
    if not right:
        return _NOTHING
    part = Fraction(1, right)
    known = {option["id"]: _share(option, right=part, wrong=-part) for option in frozen["options"]}
    return sum((known.get(each, -part) for each in chosen), _NOTHING)


def _order(frozen: dict[str, Any], value: Any) -> Fraction:
    """Full or nothing: every item has its place."""
    asked = sorted(frozen["options"], key=_place)
    right = {option["id"]: place for place, option in enumerate(asked, 1)}
    # True == 1 in Python, but it is no place.
    is_right = isinstance(value, dict) and value == right and all(type(place) is int for place in value.values())
    return _ALL if is_right else _NOTHING


def _pairs(frozen: dict[str, Any], value: Any) -> Fraction:
    """Right pairs / pairs."""
    pairs = len(_left_sides(frozen))
    return Fraction(len(_matched(frozen, value)), pairs) if pairs else _NOTHING


def _looked_for(frozen: dict[str, Any], value: Any) -> Fraction:
    """The best share among the answers that are met."""
    choice = matching_choice(frozen, value)
    return _share(choice) if choice else _NOTHING


_RULES: dict[str, Callable[[dict[str, Any], Any], Fraction]] = {
    QuestionKind.SINGLE: _one_choice,
    QuestionKind.TRUE_FALSE: _one_choice,
    QuestionKind.MULTIPLE: _several_choices,
    QuestionKind.ORDERING: _order,
    QuestionKind.MATCHING: _pairs,
    QuestionKind.NUMERIC: _looked_for,
    QuestionKind.SHORT_TEXT: _looked_for,
}


def _meets_number(option: dict[str, Any], value: Any) -> bool:
    """Whether the number lies within the tolerance, its ends included."""
    number = _number(value.get("number")) if isinstance(value, dict) else None
    wanted = _number(option.get("number"))
    if number is None or wanted is None:
        return False
    return _EXACT.subtract(number, wanted).copy_abs() <= (_number(option.get("tolerance")) or 0)


def _meets_words(option: dict[str, Any], value: Any) -> bool:
    """Whether the text is one of the listed words."""
    text = value.get("text") if isinstance(value, dict) else None
    return isinstance(text, str) and accepts(option.get("words") or (), text)


_MEETS: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    QuestionKind.NUMERIC: _meets_number,
    QuestionKind.SHORT_TEXT: _meets_words,
}


# -- what the rules read -----------------------------------------------------------------------------------------------


def _share(option: dict[str, Any], right: Fraction = _ALL, wrong: Fraction = _NOTHING) -> Fraction:
    """The author's share of the points, or the usual one of a right or a wrong option."""
    if option.get("share") is None:
        return right if option["correct"] else wrong
    return Fraction(Decimal(option["share"])) / 100


def _chosen(value: Any) -> set[str] | None:
    """The ids of a choice, or None if the value is none."""
    if isinstance(value, str | dict) or not isinstance(value, Iterable):
        return None
    ids = list(value)
    return set(ids) if all(isinstance(each, str) for each in ids) else None


def _left_sides(frozen: dict[str, Any]) -> list[dict[str, Any]]:
    """What is to be matched; a pair without words on its left only adds a right-hand side."""
    return [option for option in frozen["options"] if option["text"]]


def _matched(frozen: dict[str, Any], value: Any) -> list[dict[str, Any]]:
    """The pairs that were matched rightly."""
    given = value if isinstance(value, dict) else {}
    return [option for option in _left_sides(frozen) if given.get(option["id"]) == option["match"]["id"]]


def _place(option: dict[str, Any]) -> int:
    """Where the author put it; format 1 kept no places."""
    return int(option.get("place", 0))


def _number(value: Any) -> Decimal | None:
    """A number as it is saved: a text, of a size that people write."""
    if not isinstance(value, str) or len(value) > _LARGEST_EXPONENT:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LARGEST_EXPONENT else None


def _level_share(level: Any) -> Fraction:
    """What a line of a rubric earns of its part."""
    return LEVEL_SHARES[level] if type(level) is int and level in LEVEL_SHARES else _NOTHING


def _points(share: Fraction, full: Decimal) -> Decimal:
    """This part of the points, half up to the hundredth."""
    exact = Fraction(full) * share * 100
    return Decimal((exact + Fraction(1, 2)).__floor__()).scaleb(-2).quantize(CENT)
