"""H5P.Blanks: words to fill in.

Followed: js/blanks.js and js/cloze.js of 1.8 to 1.14 (h5p/h5p-blanks; `handleBlanks`, `parseSolution`, `correct`).

    *word*                 a blank; its place is between two asterisks, anywhere in the HTML of a question
    *one/other*            several right answers. There is no way to write a slash in an answer: "\\/" is a backslash
                           and then another answer (issue 148 there asks for it, open in 2025)
    *word:a tip*           everything after the first colon is a tip
    **                     two asterisks with nothing between them are text
    *<em>word</em>*        tags inside a blank do not count (since 1.14: HFP-3674)

One point a blank, no penalty. Answers are trimmed; case counts unless `caseSensitive` is anything but true (missing
means true); with `acceptSpellingErrors` slips are forgiven (see `spelling`). The response holds what was typed into
each blank, in order, joined by "[,]": "refuse[,]recover", with nothing between where a blank was left open. Who types
"[,]" into a blank makes one answer look like two, and nothing can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from .reading import LONGEST_RESPONSE, LONGEST_TEXT, MOST_QUESTIONS, answers_of, settings, text, trim, truthy
from .results import Result
from .spelling import forgiven

NAME = "H5P.Blanks"
SINCE = (1, 8)
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^>]*>", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Blank:
    """A blank: its right answers as they are compared, and its tip (plain, "" where there is none)."""

    answers: tuple[str, ...]
    tip: str


@dataclass(frozen=True)
class Blanks:
    """A text with blanks, read: each line is its HTML around the blanks, one piece more than it has blanks."""

    html: str
    lines: tuple[tuple[tuple[str, ...], tuple[Blank, ...]], ...]
    case_counts: bool
    forgiving: bool

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """All blanks in order."""
        return tuple(blank for _pieces, found in self.lines for blank in found)

    @property
    def full(self) -> Decimal:
        """The points that can be had: one a blank."""
        return Decimal(len(self.blanks))

    @property
    def rescorable(self) -> bool:
        """Its response always tells enough."""
        return True

    def points(self, typed: Sequence[str]) -> Decimal:
        """The points for what was typed into the blanks, in order; what is missing at the end was left open."""
        filled = zip(self.blanks, [*typed, *[""] * len(self.blanks)], strict=False)
        return Decimal(sum(self._is_right(blank, answer) for blank, answer in filled))

    def score(self, result: Result, children: Mapping[str, Result]) -> Decimal | None:
        """The points for the response of a statement; None if it has not one answer for each blank."""
        response = result.response
        if response is None or len(response) > LONGEST_RESPONSE:
            return None
        expected = len(self.blanks)
        # One blank has nothing to be joined with: its answer is the response, whatever stands in it.
        typed = [response] if expected == 1 else answers_of(response) or []
        return self.points(typed) if len(typed) == expected else None

    def _is_right(self, blank: Blank, answer: str) -> bool:
        typed = trim(answer)
        if not self.case_counts:
            typed = typed.lower()
        return any(typed == right or (self.forgiving and forgiven(typed, right)) for right in blank.answers)


def read(params: dict[str, Any]) -> Blanks | None:
    """The text in these parameters, None where they are none of this type, or too much of it to look at."""
    behaviour, html, questions = settings(params), text(params.get("text")), params.get("questions")
    if behaviour is None or html is None or not isinstance(questions, list) or len(questions) > MOST_QUESTIONS:
        return None
    # The type throws empty questions away; without any it would show the example of its own.
    written = [question for question in questions if truthy(question)]
    if not written or not all(isinstance(question, str) for question in written):
        return None
    if sum(map(len, written)) > LONGEST_TEXT:
        return None
    case_counts = behaviour.get("caseSensitive", True) is True
    return Blanks(
        html=html,
        lines=tuple(_line(question, case_counts=case_counts) for question in written),
        case_counts=case_counts,
        forgiving=behaviour.get("acceptSpellingErrors") is True,
    )


def _line(question: str, *, case_counts: bool) -> tuple[tuple[str, ...], tuple[Blank, ...]]:
    pieces, blanks, end = [], [], 0
    for start, stop, inside in _places(question):
        pieces.append(question[end:start])
        blanks.append(_blank(inside, case_counts=case_counts))
        end = stop
    return (*pieces, question[end:]), tuple(blanks)


def _places(question: str) -> Iterator[tuple[int, int, str]]:
    """Where the blanks are: from the first asterisk, past the second, and what stands between.

    The type looks on one character behind a blank, so that of two blanks that touch ("*a**b*") the second is missed;
    that is its number of points, so it is ours.
    """
    start = question.find("*")
    while start != -1:
        stop = question.find("*", start + 1)
        if stop == -1:
            return
        inside = _TAG.sub("", question[start + 1 : stop])
        if inside:
            yield start, stop + 1, inside
        start = question.find("*", stop + 2 if inside else stop + 1)


def _blank(inside: str, *, case_counts: bool) -> Blank:
    solution, _colon, tip = inside.partition(":")
    answers = (unescape(trim(answer)) for answer in solution.split("/"))
    return Blank(
        answers=tuple(answer if case_counts else answer.lower() for answer in answers), tip=trim(unescape(tip))
    )
