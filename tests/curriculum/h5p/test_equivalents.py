"""H5P's question types as a plain form: it asks the same, gives nothing away, and is scored by the same rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template

from curriculum.h5p.equivalents import EquivalentQuestion, Field, Kind, Option, grade, questions

pytestmark = pytest.mark.one_database
CHOICE: dict[str, Any] = {
    "question": "<p>Which rungs keep <strong>most</strong> value?</p>",
    "answers": [
        {"text": "<div>Refuse &amp; reduce</div>", "correct": True},
        {"text": "<div>Repair</div>", "correct": True},
        {"text": "<div>Burn</div>", "correct": False},
    ],
    "behaviour": {"singlePoint": False},
}
TRUTH: dict[str, Any] = {"question": "<p>Recycling comes first.</p>", "correct": "false", "l10n": {"trueText": "Ja"}}
BLANKS: dict[str, Any] = {
    "text": "<p>Fill in.</p>",
    "questions": ["<p>First *refuse*, <em>then *reduce:it</em> begins with r*.</p><p>At last *recycle/recover*</p>"],
}
SINGLES: dict[str, Any] = {
    "choices": [
        {"question": "<p>One?</p>", "answers": ["<p>right</p>", "<p>wrong</p>", "<p>no</p>"]},
        {"question": "<p>Two?</p>", "answers": ["<p>yes</p>", "<p>no</p>"]},
    ]
}
LADDER: dict[str, Any] = {
    "task": "<p>Put each on its rung.</p>",
    "rungs": [{"code": "R0", "label": "Refuse"}, {"code": "R2", "label": "Reduce"}],
    "purchases": [{"text": "No new desks", "rung": "R0"}, {"text": "Thinner paper", "rung": "R2"}],
}
SET: dict[str, Any] = {
    "questions": [
        {"library": "H5P.TrueFalse 1.8", "params": TRUTH, "subContentId": "a"},
        {"library": "H5P.SingleChoiceSet 1.11", "params": SINGLES, "subContentId": "b"},
        {"library": "H5P.Blanks 1.14", "params": BLANKS, "subContentId": "c"},
    ],
    "poolSize": 1,
}


def value_of(asked: EquivalentQuestion, label: str) -> str:
    """The value of the option with this label."""
    return next(option.value for option in asked.options if option.label == label)


def points(library: str, params: Any, answers: dict[str, list[str]]) -> tuple[int, int] | None:
    """Points and points that can be had."""
    score = grade(library, params, answers)
    return None if score is None else (int(score.raw), int(score.max))


def test_checkboxes() -> None:
    assert questions("H5P.MultiChoice 1.16", CHOICE) == (
        EquivalentQuestion(
            name="q1",
            kind=Kind.MANY,
            text="Which rungs keep most value?",
            options=(Option("1", "Refuse & reduce"), Option("2", "Repair"), Option("3", "Burn")),
        ),
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2"], (2, 2)),
        (["2"], (1, 2)),
        (["1", "2", "3"], (1, 2)),
        ([], (0, 2)),
        (["4"], None),
        (["0"], None),
        (["1", ""], None),
    ],
)
def test_checkboxes_are_scored_like_the_original(values: list[str], expected: tuple[int, int] | None) -> None:
    assert points("H5P.MultiChoice", CHOICE, {"q1": values}) == expected


def test_radio_buttons_take_one() -> None:
    params = {**CHOICE, "behaviour": {"type": "single"}}
    (asked,) = questions("H5P.MultiChoice", params) or ()
    answers: list[list[str]] = [["1"], ["3"], [], ["1", "2"]]
    assert asked.kind == Kind.ONE
    assert [points("H5P.MultiChoice", params, {"q1": values}) for values in answers] == [(1, 1), (0, 1), (0, 1), None]


def test_what_the_original_shuffles_is_mixed_too() -> None:
    params = {**CHOICE, "behaviour": {"singlePoint": False, "randomAnswers": True}}
    (asked,) = questions("H5P.MultiChoice", params) or ()
    right = [value_of(asked, "Repair"), value_of(asked, "Refuse & reduce")]
    assert [option.label for option in asked.options] != ["Refuse & reduce", "Repair", "Burn"]
    assert questions("H5P.MultiChoice", params) == (asked,)
    assert points("H5P.MultiChoice", params, {"q1": right}) == (2, 2)


def test_true_or_false_with_the_words_of_the_package() -> None:
    (asked,) = questions("H5P.TrueFalse", TRUTH) or ()
    assert (asked.kind, asked.options) == (Kind.ONE, (Option("true", "Ja"), Option("false", "False")))
    sent: list[list[str]] = [["false"], ["true"], [], ["maybe"], ["true", "false"]]
    assert [points("H5P.TrueFalse", TRUTH, {"q1": values}) for values in sent] == [(1, 1), (0, 1), (0, 1), None, None]


def test_blanks_stand_in_their_sentences() -> None:
    assert questions("H5P.Blanks", BLANKS) == (
        EquivalentQuestion(
            name="q1",
            kind=Kind.TEXT,
            text="Fill in.",
            fields=(
                Field("q1-1", 1, "First"),
                Field("q1-2", 2, ", then", "it begins with r"),
                Field("q1-3", 3, ".\nAt last"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"q1-1": ["refuse"], "q1-2": [" reduce "], "q1-3": ["recover"]}, (3, 3)),
        ({"q1-1": ["refuse"], "q1-3": ["Recover"]}, (1, 3)),
        ({}, (0, 3)),
        ({"q1-1": ["refuse", "refuse"]}, None),
    ],
)
def test_blanks_are_scored_like_the_original(typed: dict[str, list[str]], expected: tuple[int, int] | None) -> None:
    assert points("H5P.Blanks", BLANKS, typed) == expected


def test_single_choices_do_not_show_that_the_first_is_right() -> None:
    many = {"choices": [{"question": f"{n}?", "answers": ["right", "wrong", "no"]} for n in range(30)]}
    asked = questions("H5P.SingleChoiceSet", many) or ()
    assert {value_of(one, "right") for one in asked} == {"1", "2", "3"}
    assert points("H5P.SingleChoiceSet", many, {one.name: [value_of(one, "right")] for one in asked}) == (30, 30)
    assert points("H5P.SingleChoiceSet", many, {one.name: [value_of(one, "no")] for one in asked}) == (0, 30)
    assert points("H5P.SingleChoiceSet", many, {"q1-1": ["4"]}) is None
    assert points("H5P.SingleChoiceSet", many, {}) == (0, 30)


def test_purchases_are_placed_by_menus() -> None:
    assert questions("H5P.CircularLadder", LADDER) == (
        EquivalentQuestion(
            name="q1",
            kind=Kind.PLACE,
            text="Put each on its rung.",
            options=(Option("R0", "R0 Refuse"), Option("R2", "R2 Reduce")),
            fields=(Field("q1-1", 1, "No new desks"), Field("q1-2", 2, "Thinner paper")),
        ),
    )


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ({"q1-1": ["R0"], "q1-2": ["R2"]}, (2, 2)),
        ({"q1-1": ["R2"], "q1-2": ["R2"]}, (1, 2)),
        ({"q1-1": [""], "q1-2": ["R2"]}, (1, 2)),
        ({"q1-1": ["R9"]}, None),
    ],
)
def test_purchases_are_scored_like_the_original(placed: dict[str, list[str]], expected: tuple[int, int] | None) -> None:
    assert points("H5P.CircularLadder", LADDER, placed) == expected


def test_a_set_is_asked_as_a_whole_pool_or_not() -> None:
    asked = questions("H5P.QuestionSet 1.20", SET) or ()
    assert [one.name for one in asked] == ["q1", "q2-1", "q2-2", "q3"]
    assert [name for one in asked for name in one.field_names] == ["q1", "q2-1", "q2-2", "q3-1", "q3-2", "q3-3"]
    answers = {"q1": ["false"], "q2-1": [value_of(asked[1], "right")], "q3-1": ["refuse"]}
    assert points("H5P.QuestionSet 1.20", SET, answers) == (3, 6)


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ({"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "a.png"}, "alt": "A <b>cup</b>"}}}, "A cup"),
        ({"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "a.png"}, "decorative": True}}}, ""),
        ({"library": "H5P.Image 1.0", "params": {"file": {"path": "a.png"}, "alt": "A cup"}}, "A cup"),
        ({"type": {"library": "H5P.Image 1.1", "params": {}}}, ""),
        ({"type": {"params": {}}, "disableImageZooming": False}, ""),
        ({}, ""),
        (None, ""),
        ({"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "a.png"}}}}, None),
        ({"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "a.png"}, "alt": " "}}}, None),
        ({"type": {"library": "H5P.Video 1.6", "params": {"sources": [{"path": "a.mp4"}], "alt": "A film"}}}, None),
        ({"type": {"library": "H5P.Audio 1.5", "params": {"files": [{"path": "a.mp3"}], "alt": "A song"}}}, None),
    ],
    ids=[
        "words",
        "decorative",
        "before 2020",
        "no file",
        "no library",
        "empty",
        "none",
        "no words",
        "a space",
        "film",
        "sound",
    ],
)
def test_a_picture_is_told_in_words_or_there_is_no_equivalent(media: Any, expected: str | None) -> None:
    params = {**TRUTH, "media": media}
    asked = questions("H5P.TrueFalse", params)
    assert (asked and asked[0].picture) == expected
    assert (grade("H5P.TrueFalse", params, {"q1": ["false"]}) is None) == (expected is None)


@pytest.mark.parametrize(
    ("library", "params"),
    [
        ("H5P.Essay", {}),
        ("H5P.MultiChoice", {}),
        ("H5P.MultiChoice", {**CHOICE, "question": "<p> </p>"}),
        ("H5P.MultiChoice", {**CHOICE, "answers": [{"text": "<img src=a.png>", "correct": True}]}),
        ("H5P.Blanks", {"questions": ["no blank"]}),
        ("H5P.Blanks", {"questions": ['<a href="*where*">here</a>']}),
        ("H5P.CircularLadder", {**LADDER, "purchases": [{"text": "", "rung": "R0"}]}),
        ("H5P.CircularLadder", {**LADDER, "rungs": [{"code": "", "label": "Refuse"}]}),
        ("H5P.SingleChoiceSet", {"choices": [{"question": "?", "answers": ["a" * 20_000] * 26}]}),
    ],
    ids=["essay", "none", "no question", "no words", "no blank", "hidden blank", "purchase", "rung", "too much"],
)
def test_there_is_none_where_something_needed_is_left_out(library: str, params: Any) -> None:
    assert (questions(library, params), grade(library, params, {})) == (None, None)


def test_html_of_a_package_comes_out_as_text() -> None:
    evil = {**CHOICE, "question": "<img src=x onerror=alert(1)>Which &lt;script&gt;alert(1)&lt;/script&gt;?"}
    (asked,) = questions("H5P.MultiChoice", evil) or ()
    assert asked.text == "Which <script>alert(1)</script>?"
    assert Template("{{ asked.text }}").render(Context({"asked": asked})) == (
        "Which &lt;script&gt;alert(1)&lt;/script&gt;?"
    )
