"""The one form of questions on their way."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.exchange.items import (
    ImportedChoice,
    ImportedQuestion,
    category_path,
    fraction,
    label,
    one_line,
    path,
    settled,
    tidy,
)

from .strategies import questions, typed


@given(typed | st.text())
@settings(max_examples=40, deadline=None)
def test_tidying_twice_changes_nothing(text: str) -> None:
    for tidied in (tidy, one_line, label, path):
        assert tidied(tidied(text)) == tidied(text)


@given(questions())
@settings(max_examples=30, deadline=None)
def test_settling_twice_changes_nothing(question: ImportedQuestion) -> None:
    assert settled(question) == question


def test_texts_lose_control_characters_blanks_at_line_ends_and_needless_blank_lines() -> None:
    assert tidy(" a \r\n\r\n \r\n\x00b\t\n c\x0b ") == "a\n\nb\n c"


def test_shares_that_only_repeat_the_rule_are_none() -> None:
    thirds = tuple(ImportedChoice(text=t, correct=True, share=Decimal("33.33")) for t in "abc")
    wrong = ImportedChoice(text="d", share=Decimal("-33.33333"))
    question = settled(ImportedQuestion("multiple", "?", choices=(*thirds, wrong)))
    assert [choice.share for choice in question.choices] == [None] * 4
    assert [fraction("multiple", choice, question.choices) for choice in question.choices] == [
        Decimal("33.33333"),
        Decimal("33.33333"),
        Decimal("33.33333"),
        Decimal("-33.33333"),
    ]


def test_where_one_share_differs_all_are_said() -> None:
    choices = (ImportedChoice(text="a", correct=True), ImportedChoice(text="b", share=Decimal(50)))
    question = settled(ImportedQuestion("single", "?", choices=choices))
    assert [choice.share for choice in question.choices] == [Decimal(100), Decimal(50)]


def test_words_next_to_each_other_that_earn_and_say_the_same_are_one_answer() -> None:
    choices = (
        ImportedChoice(words=("passport",), correct=True, feedback="Yes."),
        ImportedChoice(words=("materials passport",), correct=True, feedback="Yes."),
        ImportedChoice(words=("label",), feedback="No."),
        ImportedChoice(words=("*",), feedback="Read again."),
    )
    question = settled(ImportedQuestion("short_text", "?", choices=choices))
    assert question.feedback_wrong == "Read again."
    assert [choice.words for choice in question.choices] == [("passport", "materials passport"), ("label",)]


def test_a_tag_says_that_a_question_must_be_right() -> None:
    question = settled(ImportedQuestion("open_text", "?", tags=("a", "must-pass", "a")))
    assert (question.must_pass, question.tags) == (True, ("a",))


def test_a_category_is_a_topic_without_its_place() -> None:
    assert category_path("$course$/top/Default for X/R-ladder") == "Default for X/R-ladder"
    assert category_path("$system$/ Tom //Dick ") == "Tom/Dick"
    assert category_path("tom/dick") == "tom/dick"
    assert category_path("$course$/top") == ""
