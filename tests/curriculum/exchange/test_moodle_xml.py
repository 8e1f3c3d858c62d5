"""Moodle XML as other programs write it."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.exchange import moodle_xml
from curriculum.exchange.errors import FileRefused
from curriculum.exchange.items import ImportedChoice, ImportedQuestion, Parsed

from .moodle_files import BROKEN, PNG, answer, category, pair, question, quiz, tolerance, two_hundred
from .strategies import picture_file

OPTIONS = answer("100", "a") + answer("0", "b")


def only(*questions: str) -> ImportedQuestion:
    """The one question of a file, which must be taken."""
    parsed = moodle_xml.parse(quiz(*questions))
    assert [str(skip.reason) for skip in parsed.skipped] == []
    (found,) = parsed.questions
    return found


def reason(*questions: str) -> str:
    """Why the one question of a file is not taken."""
    parsed = moodle_xml.parse(quiz(*questions))
    assert parsed.questions == ()
    (skip,) = parsed.skipped
    return str(skip.reason)


def noted(parsed: Parsed) -> dict[str, int]:
    """Notes by their code."""
    return {note.value: count for note, count in parsed.notes}


def test_of_two_hundred_questions_the_whole_ones_are_taken_and_the_broken_ones_told_with_place_and_reason() -> None:
    parsed = moodle_xml.parse(two_hundred())
    assert len(parsed.questions) == 180
    assert [(skip.place.number, str(skip.reason)) for skip in parsed.skipped] == [
        (10 * n + 10, why) for n, (_item, why) in enumerate(BROKEN)
    ]
    assert noted(parsed) == {"formatting": 20, "grader": 20, "order_parts": 20}
    assert {found.topic for found in parsed.questions[:90]} == {"Default for CPA/Ladder"}
    assert {found.topic for found in parsed.questions[90:]} == {"Default for CPA/Law"}


def test_each_sort_of_question_is_read_whole() -> None:
    seventh = [replace(found, topic="") for found in moodle_xml.parse(two_hundred()).questions[63:72]]
    picture = seventh[0].picture
    assert picture is not None
    assert (picture.name, picture.alt, picture.content) == ("step 7.png", "Step 7", picture_file())
    options = (
        ImportedChoice("Reuse", correct=True, feedback="Yes."),
        ImportedChoice("Burn"),
        ImportedChoice("Bury"),
    )
    assert seventh == [
        ImportedQuestion("single", "What does picture 7 show?", "Single 7", picture=picture, choices=options),
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
            choices=(
                ImportedChoice("true", correct=True, feedback="So it is."),
                ImportedChoice("false", feedback="Look again."),
            ),
        ),
        ImportedQuestion(
            "short_text",
            "What describes the materials in a building?",
            "Short 7",
            feedback_wrong="No.",
            choices=(
                ImportedChoice(correct=True, feedback="Yes.", words=("material* passport",)),
                ImportedChoice(share=Decimal(50), feedback="Nearly.", words=("label",)),
            ),
        ),
        ImportedQuestion(
            "numeric",
            "How much is \\(\\frac{7}{4} + 10^{3}\\)?",
            "Number 7",
            unit="kg",
            choices=(
                ImportedChoice(correct=True, feedback="Yes.", number=Decimal("1001.75"), tolerance=Decimal("0.01")),
                ImportedChoice(
                    share=Decimal(50), feedback="And the fraction?", number=Decimal(1000), tolerance=Decimal(0)
                ),
            ),
        ),
        ImportedQuestion(
            "matching",
            "Which belongs to which?",
            "Match 7",
            choices=(
                ImportedChoice("R0", match="Refuse"),
                ImportedChoice("R8", match="Recycle & melt"),
                ImportedChoice(match="Bury"),
            ),
        ),
        ImportedQuestion("open_text", "Why?\nIn two sentences.", "Essay 7"),
        ImportedQuestion(
            "ordering",
            "From most to least value.",
            "Order 7",
            choices=(ImportedChoice("Refuse"), ImportedChoice("Repair"), ImportedChoice("Recycle")),
        ),
        ImportedQuestion(
            "single",
            "Where \\[\\sum_{i<7} x_i \\geq 2\\], with x\N{NO-BREAK SPACE}< 3 & CO\N{SUBSCRIPT TWO}?",
            "Single 7",
            choices=options,
        ),
    ]


def test_names_tags_points_and_feedback_to_the_whole_are_kept_and_the_rest_is_noted() -> None:
    rest = """    <single>true</single><shuffleanswers>false</shuffleanswers>
    <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
    <partiallycorrectfeedback format="html"><text>Partly.</text></partiallycorrectfeedback>
    <incorrectfeedback format="html"><text><![CDATA[<p>Not yet.</p>]]></text></incorrectfeedback>
    <shownumcorrect/>
    <hint format="html"><text>Think of use.</text><clearwrong/></hint>
    <tags><tag><text>r-ladder</text></tag><tag><text>must-pass</text></tag></tags>
"""
    item = question("multichoice", "Reuse &amp; repair", "Which?", rest + OPTIONS)
    item = item.replace("1.0000000", "2.3333333").replace("0.3333333", "0.1000000")
    item = item.replace("<idnumber></idnumber>", "<idnumber>cpa-1-1</idnumber>")
    parsed = moodle_xml.parse(quiz(category("$course$/top/A"), item))
    assert parsed.questions == (
        ImportedQuestion(
            "single",
            "Which?",
            "Reuse & repair",
            "cpa-1-1",
            Decimal("2.33"),
            must_pass=True,
            feedback_right="Your answer is correct.",
            feedback_wrong="Not yet.",
            topic="A",
            tags=("r-ladder",),
            choices=(ImportedChoice("a", correct=True), ImportedChoice("b")),
        ),
    )
    assert noted(parsed) == {"penalty": 1, "hints": 1, "partly": 1, "shuffle": 1, "points_rounded": 1}


def test_partial_marks_become_shares() -> None:
    found = only(
        question("multichoice", "", "Which?", answer("100", "a") + answer("33.33333", "b") + answer("-10", "c"))
    )
    assert [(c.correct, c.share) for c in found.choices] == [
        (True, Decimal(100)),
        (False, Decimal("33.33333")),
        (False, Decimal(-10)),
    ]


def test_old_exports_have_true_first_in_their_own_words() -> None:
    found = only(question("truefalse", "", "So?", answer("0", "Waar") + answer("100", "Onwaar")))
    assert [(c.text, c.correct) for c in found.choices] == [("true", False), ("false", True)]


def test_a_picture_in_the_old_place_is_found() -> None:
    item = question(
        "multichoice", "", "Which?", f"<image>quiz/a.png</image><image_base64>\n{PNG}\n</image_base64>{OPTIONS}"
    )
    picture = only(item).picture
    assert picture is not None
    assert (picture.name, picture.alt) == ("a.png", "a")


def test_a_picture_without_description_gets_its_name_and_a_note() -> None:
    image, file = '<img src="@@PLUGINFILE@@/ladder.png">', f'<file name="ladder.png" encoding="base64">{PNG}</file>'
    parsed = moodle_xml.parse(quiz(question("multichoice", "", f"Which? {image}", OPTIONS, file)))
    assert parsed.questions[0].picture is not None
    assert parsed.questions[0].picture.alt == "ladder"
    assert noted(parsed) == {"alt": 1}


def test_files_that_nothing_shows_are_noted() -> None:
    file = f'<file name="ladder.png" encoding="base64">{PNG}</file>'
    parsed = moodle_xml.parse(quiz(question("multichoice", "", "Which?", OPTIONS, file)))
    assert (parsed.questions[0].picture, noted(parsed)) == (None, {"files": 1})


def test_a_number_without_an_own_unit_or_with_points_for_anything_is_refused() -> None:
    right = answer("100", "3", "", tolerance("0"))
    units = "<units><unit><multiplier>1000</multiplier><unit_name>g</unit_name></unit></units>"
    assert reason(question("numerical", "", "How much?", right + units)) == (
        "It has units, but does not say in which of them its numbers are."
    )
    assert (
        reason(question("numerical", "", "How much?", right + answer("10", "*"))) == "It gives points for any number."
    )
    assert reason(question("numerical", "", "How much?", answer("100", "3", "", tolerance("-1")))) == (
        "A tolerance in it is below 0."
    )


def test_essays_with_required_files_are_documents_to_hand_in() -> None:
    rest = "<responseformat>noinline</responseformat><attachments>1</attachments>"
    rest += "<attachmentsrequired>1</attachmentsrequired>"
    assert only(question("essay", "", "Make a plan.", rest)).kind == "hand_in"
    assert only(question("essay", "", "Why?", "<attachments>3</attachments>")).kind == "open_text"


def test_right_hand_sides_of_pairs_may_be_html() -> None:
    found = only(
        question(
            "ddmatch", "", "Which?", pair("a", "<![CDATA[<p>A &amp; B</p>]]>") + pair("b", "1 < 2".replace("<", "&lt;"))
        )
    )
    assert [c.match for c in found.choices] == ["A & B", "1 < 2"]


def test_markup_that_nobody_escaped_is_read_as_what_it_was_meant_to_be() -> None:
    item = question("multichoice", "", "x", OPTIONS).replace("<![CDATA[x]]>", "<p>Which <b>one</b>?</p>")
    assert only(item).text == "Which one?"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is not well-formed XML; see line 1."),
        (b"<quiz>\n<question></quiz>", "The file is not well-formed XML; see line 2."),
        (
            b"<quiz><question type='essay'>\xe9</question></quiz>",
            "The file is not in UTF-8; export or save it again in UTF-8.",
        ),
        (
            b"<?xml version='1.0' encoding='nonsense'?><quiz/>",
            "The file is in an encoding that is not read; save it in UTF-8.",
        ),
        (b"<html></html>", "This is no Moodle XML: the file starts with <html>, not with <quiz>."),
        (b"<!DOCTYPE quiz><quiz/>", "The file has a DTD or entities of its own, which are not read."),
        (
            b"<!DOCTYPE q [<!ENTITY a 'xx'><!ENTITY b '&a;&a;'>]><quiz>&b;</quiz>",
            "The file has a DTD or entities of its own, which are not read.",
        ),
        (
            b"<!DOCTYPE q [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><quiz>&a;</quiz>",
            "The file has a DTD or entities of its own, which are not read.",
        ),
        (b" " * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB."),
        (b"<quiz>" + b"<question/>" * 2001 + b"</quiz>", "The file has more than 2,000 questions; split it."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        moodle_xml.parse(content)
    assert str(refused.value.reason) == why


def test_other_encodings_that_say_so_are_read() -> None:
    item = quiz(question("essay", "", "Où ?")).decode()
    for encoding in ("iso-8859-1", "utf-16"):
        parsed = moodle_xml.parse(item.replace("UTF-8", encoding).encode(encoding))
        assert [found.text for found in parsed.questions] == ["Où ?"]


def test_a_damaged_picture_leaves_its_question_out_and_no_other() -> None:
    image = 'Which? <img src="@@PLUGINFILE@@/a.png" alt="A">'
    cut = base64.b64encode(picture_file(size=(300, 300))[:200]).decode()
    items = [
        question("multichoice", name, image, OPTIONS, f'<file name="a.png" encoding="base64">{content}</file>')
        for name, content in (
            ("cut", cut),
            ("text", base64.b64encode(b"hello").decode()),
            ("not base64", "%%%"),
            ("whole", PNG),
        )
    ]
    parsed = moodle_xml.parse(quiz(*items))
    assert [found.name for found in parsed.questions] == ["whole"]
    assert [(skip.name, str(skip.reason)) for skip in parsed.skipped] == [
        ("cut", "Its picture cannot be read."),
        ("text", "Its picture is no PNG, JPEG, GIF or WebP."),
        ("not base64", "A file in it is damaged."),
    ]


@given(
    st.lists(
        st.sampled_from(["question", "answer", "text", "name", "questiontext", "feedback", "file", "units"]), max_size=8
    ),
    st.text(max_size=20),
)
@settings(max_examples=30, deadline=None)
def test_any_well_formed_quiz_is_read_without_an_error(tags: list[str], text: str) -> None:
    text = "".join(character for character in text if character.isalnum() or character in " %.-*")
    for kind in ("multichoice", "truefalse", "numerical", "matching", "ordering", "essay", "shortanswer", "category"):
        opened = "".join(f"<{tag}>" for tag in tags)
        closed = "".join(f"</{tag}>" for tag in reversed(tags))
        content = f'<quiz><question type="{kind}">{opened}{text}{closed}</question></quiz>'
        parsed = moodle_xml.parse(content.encode())
        assert len(parsed.questions) + len(parsed.skipped) == (kind != "category")
