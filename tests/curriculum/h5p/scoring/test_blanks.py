"""H5P.Blanks: which words are right, and how many blanks there are."""

from __future__ import annotations

from typing import Any

import pytest

from curriculum.h5p.scoring import Result, can_rescore, known_max, rescore
from curriculum.h5p.scoring.blanks import Blank, read

pytestmark = pytest.mark.one_database
LIBRARY = "H5P.Blanks 1.14"


def make_params(*questions: Any, **behaviour: Any) -> dict[str, Any]:
    """A text with these questions."""
    return {"text": "<p>Fill in.</p>", "questions": list(questions), "behaviour": behaviour}


def points(params: Any, response: str | None) -> tuple[str, str] | None:
    """The points for a response, as written."""
    score = rescore(LIBRARY, params, Result(response=response), {})
    return None if score is None else (str(score.raw), str(score.max))


TWO = make_params("<p>First *refuse*,</p><p>then *reduce/rethink:a tip*.</p>")


@pytest.mark.parametrize(
    ("params", "response", "expected"),
    [
        pytest.param(TWO, "refuse[,]reduce", ("2", "2"), id="right"),
        pytest.param(TWO, "refuse[,]rethink", ("2", "2"), id="another right answer"),
        pytest.param(TWO, "refuse[,]reduce/rethink", ("1", "2"), id="not both at once"),
        pytest.param(TWO, "refuse[,]a tip", ("1", "2"), id="a tip is no answer"),
        pytest.param(TWO, " refuse [,]\u00a0reduce\n", ("2", "2"), id="spaces around do not count"),
        pytest.param(TWO, "Refuse[,]reduce", ("1", "2"), id="case counts unless said"),
        pytest.param(TWO, "[,]", ("0", "2"), id="nothing filled in"),
        pytest.param(TWO, "refuse[,]", ("1", "2"), id="half filled in"),
        pytest.param(make_params("*Refuse*", caseSensitive=False), "rEFUSE", ("1", "1"), id="case does not count"),
        pytest.param(
            make_params("*Refuse*", caseSensitive="yes"), "rEFUSE", ("1", "1"), id="only true makes case count"
        ),
        pytest.param(
            make_params("*recover*", acceptSpellingErrors=True), "recovr", ("1", "1"), id="a slip is forgiven"
        ),
        pytest.param(make_params("*recover*"), "recovr", ("0", "1"), id="a slip is not forgiven unless said"),
        pytest.param(
            make_params("*Recover*", acceptSpellingErrors=True, caseSensitive=False),
            "rcover",
            ("1", "1"),
            id="slip and case",
        ),
        pytest.param(
            make_params("*one*", "", None, "*two*"), "one[,]two", ("2", "2"), id="empty questions are skipped"
        ),
        pytest.param(make_params("*a &amp; b*"), "a & b", ("1", "1"), id="entities are letters"),
        pytest.param(make_params("*<strong>bold</strong> word*"), "bold word", ("1", "1"), id="tags do not count"),
        pytest.param(make_params("*one[,]two*"), "one[,]two", ("1", "1"), id="one blank is never split"),
        pytest.param(make_params("* padded / words *"), "padded", ("1", "1"), id="spaces around an answer"),
        pytest.param(make_params(r"*km\/h*"), "km\\", ("1", "1"), id="a slash cannot be escaped"),
        pytest.param(make_params("*a//b*"), "", ("1", "1"), id="an empty answer can be right"),
        pytest.param(make_params("no blank"), "", ("0", "0"), id="no blank, no points"),
    ],
)
def test_points_are_those_of_the_type(params: Any, response: str, expected: tuple[str, str]) -> None:
    """By hand, from blanks.js and cloze.js."""
    assert points(params, response) == expected


@pytest.mark.parametrize(
    "response", [None, "", "refuse", "refuse[,]re[,]duce", "x" * 20_001], ids=["none", "empty", "one", "three", "long"]
)
def test_another_number_of_answers_tells_nothing(response: str | None) -> None:
    assert points(TWO, response) is None


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("*a* and *b*", [["a"], ["b"]]),
        ("5 ** 2 = *25*", [["25"]]),
        ("*a*", [["a"]]),
        ("one * alone", []),
        ("*a* and * alone", [["a"]]),
        ("*a*, *b*", [["a"], ["b"]]),
        # The type looks on one letter behind a blank.
        ("*a**b*", [["a"]]),
        ("*a**b* c *d*", [["a"], ["c"]]),
        ("*<br>* *b*", [["b"]]),
        ("*:only a tip*", [[""]]),
        ("*at 10:30*", [["at 10"]]),
        ("****", []),
    ],
)
def test_blanks_stand_between_asterisks(question: str, answers: list[list[str]]) -> None:
    task = read(make_params(question))
    assert task is not None
    assert [list(blank.answers) for blank in task.blanks] == answers


def test_a_line_keeps_its_words_around_the_blanks() -> None:
    task = read(make_params("First *refuse:which?*, then *reduce*."))
    assert task is not None
    assert task.lines == ((("First ", ", then ", "."), (Blank(("refuse",), "which?"), Blank(("reduce",), ""))),)


@pytest.mark.parametrize(
    "params",
    [
        {},
        make_params(),
        make_params(""),
        make_params(3),
        make_params(["*a*"]),
        {"questions": "*a*"},
        {"questions": ["*a*"], "behaviour": None},
        {"questions": ["*a*"], "text": 4},
        make_params("*a*" * 7_000),
        make_params(*["*a*"] * 501),
    ],
    ids=["none", "empty list", "empty", "number", "list", "text", "behaviour", "words", "long", "many"],
)
def test_parameters_that_the_type_could_not_use_tell_nothing(params: Any) -> None:
    assert (can_rescore(LIBRARY, params), known_max(LIBRARY, params), points(params, "a")) == (False, None, None)
