"""What is written and read again is the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum.exchange import gift, moodle_xml, to_gift, to_moodle_xml
from curriculum.exchange.items import ImportedChoice, ImportedQuestion
from curriculum.quizzes.enums import QuestionKind

from .strategies import questions

IN_GIFT = (
    QuestionKind.SINGLE,
    QuestionKind.MULTIPLE,
    QuestionKind.TRUE_FALSE,
    QuestionKind.MATCHING,
    QuestionKind.NUMERIC,
    QuestionKind.SHORT_TEXT,
    QuestionKind.OPEN_TEXT,
)
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(st.lists(questions(), max_size=3))
@quick
def test_moodle_xml_gives_equal_questions(given_questions: list[ImportedQuestion]) -> None:
    written = to_moodle_xml.write(given_questions)
    assert (written.count, written.skipped) == (len(given_questions), ())
    read = moodle_xml.parse(written.content)
    assert read.skipped == ()
    assert read.questions == tuple(given_questions)


def as_gift_holds_it(question: ImportedQuestion) -> ImportedQuestion:
    """The question without what GIFT has no place for."""
    typed = question.kind in {QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT}
    return replace(
        question,
        points=Decimal(1),
        unit="",
        picture=None,
        feedback_right="",
        feedback_wrong=question.feedback_wrong if typed else "",
    )


@given(st.lists(questions(IN_GIFT).map(as_gift_holds_it), max_size=3))
@quick
def test_gift_gives_equal_questions(given_questions: list[ImportedQuestion]) -> None:
    fitting = [
        question
        for question in given_questions
        if question.kind != QuestionKind.SHORT_TEXT
        or not any("->" in word for choice in question.choices for word in choice.words)
    ]
    written = to_gift.write(given_questions)
    assert written.count == len(fitting)
    read = gift.parse(written.content)
    assert read.skipped == ()
    assert read.questions == tuple(fitting)


def test_what_gift_has_no_place_for_is_said() -> None:
    scenario = ImportedQuestion(QuestionKind.SCENARIO, "A case", name="case")
    items = tuple(ImportedChoice(text=text) for text in "abc")
    ordering = ImportedQuestion(QuestionKind.ORDERING, "Order", name="order", choices=items)
    number = ImportedChoice(number=Decimal(3), correct=True)
    numeric = ImportedQuestion(QuestionKind.NUMERIC, "How many?", points=Decimal(2), unit="t", choices=(number,))
    written = to_gift.write([scenario, ordering, numeric])
    assert [(skip.place.number, skip.name, str(skip.reason)) for skip in written.skipped] == [
        (1, "case", "A scenario with several questions has no place in this format."),
        (2, "order", "GIFT has no place for ordering questions."),
    ]
    assert [(note.value, number) for note, number in written.notes] == [("points", 1), ("unit", 1)]
    assert written.content.decode() == "[plain]How many?{#\n\t=%100%3:0\n}\n\n"


def test_a_question_that_could_not_be_given_is_not_written() -> None:
    broken = ImportedQuestion(QuestionKind.SINGLE, "?", name="one", choices=(ImportedChoice(text="a", correct=True),))
    for write in (to_gift.write, to_moodle_xml.write):
        written = write([broken])
        assert [str(skip.reason) for skip in written.skipped] == ["Write at least two options, each with a text."]
        assert written.count == 0
