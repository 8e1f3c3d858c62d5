"""Moodle XML, written: as Moodle's own exports, so that it reads it, and so that reading it again gives the same."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import plain

from .enums import MUST_BE_RIGHT, Note
from .errors import ItemRefused
from .items import ImportedChoice, ImportedQuestion, Place, Skipped, Written, fraction, in_order, settled
from .scoring import refuse_unready
from .wording import escaped, is_markup, to_html

TYPES = {
    QuestionKind.SINGLE: "multichoice",
    QuestionKind.MULTIPLE: "multichoice",
    QuestionKind.TRUE_FALSE: "truefalse",
    QuestionKind.ORDERING: "ordering",
    QuestionKind.MATCHING: "matching",
    QuestionKind.NUMERIC: "numerical",
    QuestionKind.SHORT_TEXT: "shortanswer",
    QuestionKind.OPEN_TEXT: "essay",
    QuestionKind.HAND_IN: "essay",
}
# Kinds for which Moodle itself reads feedback to the answer as a whole.
WITH_OVERALL = frozenset({"multichoice", "matching", "ordering"})
SCENARIO = _("A scenario with several questions has no place in this format.")


def write(questions: Iterable[ImportedQuestion]) -> Written:
    """A Moodle XML file. What Moodle has no place for is left out, and said."""
    quiz, notes, skipped, topic, count = Element("quiz"), Counter[Note](), [], "", 0
    for number, given in enumerate(questions, start=1):
        question = settled(given)
        try:
            if question.kind not in TYPES:
                raise ItemRefused(SCENARIO)
            refuse_unready(question)
        except ItemRefused as refused:
            skipped.append(Skipped(Place(number), question.name, refused.reason))
            continue
        if question.topic != topic:
            topic = question.topic
            _category(quiz, topic)
        notes.update(set(_question(quiz, question)))
        count += 1
    indent(quiz)
    content = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(quiz, encoding="unicode").encode() + b"\n"
    return Written(content, count, tuple(skipped), in_order(notes))


def _category(quiz: Element, topic: str) -> None:
    element = SubElement(quiz, "question", type="category")
    _text(SubElement(element, "category"), f"$course$/top/{topic}" if topic else "$course$/top")


def _question(quiz: Element, question: ImportedQuestion) -> list[Note]:
    """Adds the question; returns what of it was left out."""
    kind = TYPES[QuestionKind(question.kind)]
    element = SubElement(quiz, "question", type=kind)
    _text(SubElement(element, "name"), question.name)
    _question_text(element, question)
    _words(element, "generalfeedback", question.feedback)
    _value(element, "defaultgrade", plain(question.points) or "")
    _value(element, "penalty", "0.3333333")
    _value(element, "hidden", "0")
    _value(element, "idnumber", question.code)
    notes = _answers(element, question)
    wrong = "" if kind in {"shortanswer", "numerical"} else question.feedback_wrong
    if kind in WITH_OVERALL or question.feedback_right or wrong:
        _words(element, "correctfeedback", question.feedback_right)
        _words(element, "partiallycorrectfeedback", "")
        _words(element, "incorrectfeedback", wrong)
        if kind not in WITH_OVERALL:
            notes.append(Note.OVERALL)
    tags = [*question.tags, MUST_BE_RIGHT] if question.must_pass else question.tags
    if tags:
        holder = SubElement(element, "tags")
        for tag in tags:
            _text(SubElement(holder, "tag"), tag)
    return notes


def _question_text(element: Element, question: ImportedQuestion) -> None:
    """Text and picture; the picture stands below the text."""
    picture, written = question.picture, to_html(question.text)
    if picture is not None:
        source = f"@@PLUGINFILE@@/{quote(picture.name, safe='')}"
        written += f'<p><img src="{source}" alt="{escaped(picture.alt)}"></p>'
    holder = SubElement(element, "questiontext", format="html")
    _text(holder, written)
    if picture is not None:
        file = SubElement(holder, "file", name=picture.name, path="/", encoding="base64")
        file.text = base64.b64encode(picture.content).decode()


def _answers(element: Element, question: ImportedQuestion) -> list[Note]:
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            _value(element, "single", "true" if question.kind == QuestionKind.SINGLE else "false")
            _value(element, "shuffleanswers", "true")
            _value(element, "answernumbering", "none")
            for choice in question.choices:
                _option(element, question, choice, to_html(choice.text), "html")
        case QuestionKind.TRUE_FALSE:
            for choice in question.choices:
                _option(element, question, choice, choice.text, "moodle_auto_format")
        case QuestionKind.SHORT_TEXT:
            _value(element, "usecase", "0")
            for choice in question.choices:
                for word in choice.words:
                    _option(element, question, choice, word, "moodle_auto_format")
            _anything_else(element, question)
        case QuestionKind.NUMERIC:
            _numbers(element, question)
        case QuestionKind.MATCHING:
            return _pairs(element, question)
        case QuestionKind.ORDERING:
            _items(element, question)
        case _:
            _essay(element, hand_in=question.kind == QuestionKind.HAND_IN)
    return []


def _option(
    element: Element, question: ImportedQuestion, choice: ImportedChoice, text: str, text_format: str
) -> Element:
    return _answer(element, fraction(question.kind, choice, question.choices), text, text_format, choice.feedback)


def _answer(element: Element, share: Decimal, text: str, text_format: str, feedback: str) -> Element:
    answer = SubElement(element, "answer", fraction=plain(share) or "0", format=text_format)
    _text(answer, text)
    _words(answer, "feedback", feedback)
    return answer


def _anything_else(element: Element, question: ImportedQuestion) -> None:
    """Feedback to a wrong answer is what Moodle says to whatever else somebody typed."""
    if question.feedback_wrong:
        _answer(element, Decimal(0), "*", "moodle_auto_format", question.feedback_wrong)


def _numbers(element: Element, question: ImportedQuestion) -> None:
    for choice in question.choices:
        answer = _option(element, question, choice, plain(choice.number) or "", "moodle_auto_format")
        _value(answer, "tolerance", plain(choice.tolerance) or "0")
    _anything_else(element, question)
    if question.unit:
        unit = SubElement(SubElement(element, "units"), "unit")
        _value(unit, "multiplier", "1")
        _value(unit, "unit_name", question.unit)
    _value(element, "unitgradingtype", "0")
    _value(element, "unitpenalty", "0")
    _value(element, "showunits", "0" if question.unit else "3")


def _pairs(element: Element, question: ImportedQuestion) -> list[Note]:
    _value(element, "shuffleanswers", "true")
    for choice in question.choices:
        pair = SubElement(element, "subquestion", format="html")
        _text(pair, to_html(choice.text))
        right = to_html(choice.match, paragraphs=False) if is_markup(choice.match) else choice.match
        _text(SubElement(pair, "answer"), right)
    return [Note.PAIR_FEEDBACK] if any(choice.feedback for choice in question.choices) else []


def _items(element: Element, question: ImportedQuestion) -> None:
    settings = {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": "0",
        "gradingtype": "ALL_OR_NOTHING",
        "showgrading": "SHOW",
        "numberingstyle": "none",
    }
    for name, value in settings.items():
        _value(element, name, value)
    for place, choice in enumerate(question.choices, start=1):
        _answer(element, Decimal(place), to_html(choice.text), "html", choice.feedback)


def _essay(element: Element, *, hand_in: bool) -> None:
    _value(element, "responseformat", "noinline" if hand_in else "editor")
    _value(element, "responserequired", "0" if hand_in else "1")
    _value(element, "responsefieldlines", "10")
    _value(element, "attachments", "1" if hand_in else "0")
    _value(element, "attachmentsrequired", "1" if hand_in else "0")
    _words(element, "graderinfo", "")
    _words(element, "responsetemplate", "")


def _words(parent: Element, name: str, text: str) -> None:
    _text(SubElement(parent, name, format="html"), to_html(text))


def _value(parent: Element, name: str, value: str) -> None:
    SubElement(parent, name).text = value


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text
