"""GIFT as people and other programs write it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.exchange import gift
from curriculum.exchange.errors import FileRefused
from curriculum.exchange.items import ImportedChoice, ImportedQuestion

from .gift_files import BROKEN, two_hundred


def only(text: str) -> ImportedQuestion:
    """The one question of a file, which must be taken."""
    parsed = gift.parse(text.encode())
    assert [str(skip.reason) for skip in parsed.skipped] == []
    (found,) = parsed.questions
    return found


def texts(found: ImportedQuestion) -> list[tuple[str, bool]]:
    """The options with whether they are right."""
    return [(choice.text, choice.correct) for choice in found.choices]


def test_of_two_hundred_questions_the_whole_ones_are_taken_and_the_broken_ones_told_with_line_and_reason() -> None:
    lines = two_hundred().split("\n")
    parsed = gift.parse(two_hundred().encode())
    assert len(parsed.questions) == 180
    assert [str(skip.reason) for skip in parsed.skipped] == [why for _text, why in BROKEN]
    assert [lines[skip.place.number - 1] for skip in parsed.skipped] == [text for text, _why in BROKEN]
    assert {found.topic for found in parsed.questions[:90]} == {"Ladder"}
    assert {found.topic for found in parsed.questions[90:]} == {"Law"}


def test_each_sort_of_question_is_read_whole() -> None:
    seventh = [replace(found, topic="") for found in gift.parse(two_hundred().encode()).questions[63:72]]
    assert seventh == [
        ImportedQuestion(
            "single",
            "Which step keeps most value?",
            "Single 7",
            choices=(
                ImportedChoice("Refuse", correct=True, share=Decimal(100), feedback="Yes: none is made."),
                ImportedChoice("Recycle", share=Decimal(0), feedback="Only the material."),
                ImportedChoice("Repair", share=Decimal(50)),
            ),
        ),
        ImportedQuestion(
            "multiple",
            "Which two of 7?",
            "Multiple 7",
            choices=(
                ImportedChoice("one", correct=True),
                ImportedChoice("two", correct=True),
                ImportedChoice("three"),
                ImportedChoice("four"),
            ),
        ),
        ImportedQuestion(
            "true_false",
            "7 is odd.",
            "True 7",
            feedback="Odd is 1, 3, 5.",
            choices=(
                ImportedChoice("true", correct=True, feedback="So it is."),
                ImportedChoice("false", feedback="Look again."),
            ),
        ),
        ImportedQuestion(
            "short_text",
            "What describes the materials of a building?",
            "Short 7",
            feedback_wrong="No.",
            choices=(
                ImportedChoice(correct=True, feedback="Yes.", words=("material* passport",)),
                ImportedChoice(share=Decimal(50), words=("label",)),
            ),
        ),
        ImportedQuestion(
            "numeric",
            "How much is \\(\\frac{7}{4}\\)?",
            "Number 7",
            feedback_wrong="No.",
            choices=(
                ImportedChoice(correct=True, feedback="Yes.", number=Decimal("1.75"), tolerance=Decimal("0.01")),
                ImportedChoice(share=Decimal(50), feedback="Divide.", number=Decimal(7), tolerance=Decimal(0)),
            ),
        ),
        ImportedQuestion(
            "numeric",
            "A number from 7 to 8?",
            "Range 7",
            choices=(ImportedChoice(correct=True, number=Decimal("7.5"), tolerance=Decimal("0.5")),),
        ),
        ImportedQuestion(
            "matching",
            "Which belongs\nto which?",
            "Match 7",
            choices=(
                ImportedChoice("R0", match="Refuse"),
                ImportedChoice("R8", match="Recycle"),
                ImportedChoice(match="Bury"),
            ),
        ),
        ImportedQuestion("open_text", "Why?\n\nIn two sentences.", "Essay 7"),
        ImportedQuestion(
            "short_text",
            "The directive\nis of _____ and of the EU.",
            code="gap-7",
            must_pass=True,
            tags=("law",),
            choices=(
                ImportedChoice(correct=True, words=("2014",)),
                ImportedChoice(share=Decimal(25), words=("2007",)),
            ),
        ),
    ]


@pytest.mark.parametrize("answers", ["{T}", "{TRUE}", "{ TRUE }", "{T#no#yes}"])
def test_true_and_false_in_all_their_spellings(answers: str) -> None:
    assert texts(only(f"So? {answers}")) == [("true", True), ("false", False)]
    assert texts(only(f"So? {answers}".replace("TRUE", "FALSE").replace("T", "F"))) == [
        ("true", False),
        ("false", True),
    ]


def test_feedback_of_true_or_false_names_the_wrong_answer_first() -> None:
    found = only("So? {F#It is not.#Right.}")
    assert [choice.feedback for choice in found.choices] == ["It is not.", "Right."]


def test_escaped_signs_are_letters() -> None:
    found = only("::A\\:\\:B::1 \\= 1, \\{x\\} \\# \\~ \\\\ C\\:\\\\n? {~ \\~ = \\= ~\\# a\\nb}")
    assert (found.name, found.text) == ("A::B", "1 = 1, {x} # ~ \\ C:\\n?")
    assert texts(found) == [("~", False), ("=", True), ("# a\nb", False)]


def test_parts_may_say_each_how_they_are_written() -> None:
    found = only("[html]<p>Which &lt;?</p>{=[plain]&lt; ~&lt; ~[moodle]a&amp;b<br>c ~[unknown] d}")
    assert found.text == "Which <?"
    assert texts(found) == [("&lt;", True), ("<", False), ("a&b\nc", False), ("[unknown] d", False)]


def test_several_right_answers_without_equals_sign_are_a_multiple_choice() -> None:
    found = only("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert (found.kind, [choice.share for choice in found.choices][3]) == ("multiple", Decimal(-100))


def test_an_equals_sign_behind_a_tilde_and_words_without_any_sign_are_understood() -> None:
    assert texts(only("Which? {~a ~=b}")) == [("a", False), ("b", True)]
    assert [choice.words for choice in only("Capital? {Paris}").choices] == [("Paris",)]
    assert [choice.words for choice in only("Capital? {=Paris =paris}").choices] == [("Paris", "paris")]


def test_a_category_may_stand_right_above_its_question() -> None:
    parsed = gift.parse(b"$CATEGORY: tom/dick\nSo? {T}\n\n$CATEGORY: $course$/top\n\nAnd? {F}")
    assert [found.topic for found in parsed.questions] == ["tom/dick", ""]


def test_ordering_questions_of_moodle_are_taken() -> None:
    parsed = gift.parse(b"Order. {>ALL VERTICAL ALL_OR_NOTHING SHOW none\nRefuse\nRepair\n}")
    assert [choice.text for choice in parsed.questions[0].choices] == ["Refuse", "Repair"]
    assert parsed.notes == ()


@pytest.mark.parametrize(
    "encoded",
    [
        "Où ? {T}".encode(),
        "\ufeffOù ? {T}".encode(),
        "\ufeffOù ? {T}".encode("utf-16-le"),
        "\ufeffOù ? {T}".encode("utf-16-be"),
    ],
)
def test_utf_8_and_utf_16_are_read(encoded: bytes) -> None:
    assert gift.parse(encoded).questions[0].text == "Où ?"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Où ? {T}".encode("latin-1"), "The file is not in UTF-8; export or save it again in UTF-8."),
        (b"PK\x03\x04\x00\x00", "This is no text file."),
        (b" " * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB."),
        (b"So? {T}\n\n" * 2001, "The file has more than 2,000 questions; split it."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        gift.parse(content)
    assert str(refused.value.reason) == why


@given(st.text("ab1 ~=#{}:\\%->[html].\n/*T", max_size=60) | st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    parsed = gift.parse(text.replace("\0", "").encode(errors="replace"))
    assert all(found.text for found in parsed.questions)
