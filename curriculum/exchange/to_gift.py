"""GIFT, written: as Moodle's own exports, so that it reads it, and so that reading it again gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import plain

from .enums import MUST_BE_RIGHT, Note
from .errors import ItemRefused
from .items import ImportedChoice, ImportedQuestion, Place, Skipped, Written, fraction, in_order, settled
from .scoring import refuse_unready
from .wording import to_html

ESCAPES = str.maketrans({character: f"\\{character}" for character in "\\~=#{}:"} | {"\n": "\\n"})
NO_PLACE: dict[str, Any] = {
    QuestionKind.ORDERING: _("GIFT has no place for ordering questions."),
    QuestionKind.HAND_IN: _("GIFT has no place for documents to hand in."),
    QuestionKind.SCENARIO: _("A scenario with several questions has no place in this format."),
}
# Kinds for which feedback to a wrong answer is what is said to anything else.
TYPED = frozenset({QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT})


def write(questions: Iterable[ImportedQuestion]) -> Written:
    """A GIFT file in UTF-8. What GIFT has no place for is left out, and said."""
    pieces: list[str] = []
    notes, skipped, topic = Counter[Note](), [], ""
    count = 0
    for number, given in enumerate(questions, start=1):
        question = settled(given)
        try:
            refuse_unready(question)
            _refuse_without_place(question)
        except ItemRefused as refused:
            skipped.append(Skipped(Place(number), question.name, refused.reason))
            continue
        if question.topic != topic:
            topic = question.topic
            place = f"$course$/top/{topic}" if topic else "$course$/top"
            pieces.append(f"$CATEGORY: {_escaped(place)}")
        notes.update(_left_out(question))
        pieces.append(_Writer(question).written())
        count += 1
    return Written("".join(f"{piece}\n\n" for piece in pieces).encode(), count, tuple(skipped), in_order(notes))


def _refuse_without_place(question: ImportedQuestion) -> None:
    if question.kind in NO_PLACE:
        raise ItemRefused(NO_PLACE[question.kind])
    if question.picture is not None:
        raise ItemRefused(_("GIFT has no place for pictures."))
    if question.kind == QuestionKind.SHORT_TEXT and any("->" in word for c in question.choices for word in c.words):
        raise ItemRefused(_("An accepted answer has “->” in it, which GIFT reads as a pair to match."))


def _left_out(question: ImportedQuestion) -> set[Note]:
    notes = set()
    if question.points != 1:
        notes.add(Note.POINTS)
    if question.unit:
        notes.add(Note.UNIT)
    if question.feedback_right or (question.feedback_wrong and question.kind not in TYPED):
        notes.add(Note.OVERALL)
    if question.kind == QuestionKind.MATCHING and any(choice.feedback for choice in question.choices):
        notes.add(Note.PAIR_FEEDBACK)
    return notes


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


class _Writer:
    """Writes one question."""

    def __init__(self, question: ImportedQuestion) -> None:
        self.question = question
        texts = [question.text, question.feedback, question.feedback_wrong]
        texts += [text for choice in question.choices for text in (choice.text, choice.feedback)]
        # Moodle shows formulas in HTML only; and -> would be read as a pair to match.
        self.is_html = any(sign in text for text in texts for sign in ("\\(", "\\[", "->"))

    def written(self) -> str:
        """Comment, title, text and answers."""
        question, lines = self.question, []
        comments = [f"[id:{question.code}]"] if question.code else []
        comments += [f"[tag:{tag}]" for tag in question.tags]
        comments += [f"[tag:{MUST_BE_RIGHT}]"] if question.must_pass else []
        if comments:
            lines.append("// " + " ".join(comments))
        title = f"::{_escaped(question.name)}::" if question.name else ""
        text_format = "[html]" if self.is_html else "[plain]"
        answers = self._answers()
        if question.feedback:
            answers += f"\t####{self._words(question.feedback)}\n"
        opening = {QuestionKind.NUMERIC: "{#\n", QuestionKind.OPEN_TEXT: "{"}.get(QuestionKind(question.kind), "{\n")
        lines.append(f"{title}{text_format}{self._in_format(question.text)}{opening}{answers}}}")
        return "\n".join(lines)

    def _answers(self) -> str:
        question = self.question
        match question.kind:
            case QuestionKind.TRUE_FALSE:
                return self._true_false()
            case QuestionKind.MATCHING:
                lines = [f"={self._words(pair.text)} -> {self._plain(pair.match)}" for pair in question.choices]
            case QuestionKind.NUMERIC:
                lines = [self._number(choice) for choice in question.choices]
                lines += [f"~#{self._words(question.feedback_wrong)}"] if question.feedback_wrong else []
            case QuestionKind.SHORT_TEXT:
                lines = [
                    f"=%{self._share(choice)}%{self._plain(word)}{self._feedback(choice)}"
                    for choice in question.choices
                    for word in choice.words
                ]
                lines += [f"=%0%*#{self._words(question.feedback_wrong)}"] if question.feedback_wrong else []
            case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
                lines = self._options()
            case _:
                lines = []
        return "".join(f"\t{line}\n" for line in lines)

    def _true_false(self) -> str:
        right = next(choice for choice in self.question.choices if choice.correct)
        wrong = next(choice for choice in self.question.choices if not choice.correct)
        said = "TRUE" if right.text == "true" else "FALSE"
        feedback = f"#{self._words(wrong.feedback)}#{self._words(right.feedback)}"
        return f"\t{said}{feedback if feedback != '##' else ''}\n"

    def _options(self) -> list[str]:
        lines, has_sign = [], False
        for choice in self.question.choices:
            share = fraction(self.question.kind, choice, self.question.choices)
            text = self._words(choice.text)
            if self.question.kind == QuestionKind.SINGLE and share == 100 and not has_sign:
                # A first right answer makes it a single choice; Moodle reads none without.
                sign, has_sign = "=", True
            else:
                sign = "~" if not share and not text.startswith("%") else f"~%{plain(share)}%"
            lines.append(f"{sign}{text}{self._feedback(choice)}")
        return lines

    def _number(self, choice: ImportedChoice) -> str:
        return (
            f"=%{self._share(choice)}%{plain(choice.number)}:{plain(choice.tolerance or Decimal(0))}"
            f"{self._feedback(choice)}"
        )

    def _share(self, choice: ImportedChoice) -> str:
        return plain(fraction(self.question.kind, choice, self.question.choices)) or "0"

    def _feedback(self, choice: ImportedChoice) -> str:
        return f"#{self._words(choice.feedback)}" if choice.feedback else ""

    def _words(self, text: str) -> str:
        """A text in the format of the question; a bracket in front would be read as the name of a format."""
        mark = ("[html]" if self.is_html else "[plain]") if text.startswith("[") else ""
        return mark + self._in_format(text)

    def _in_format(self, text: str) -> str:
        return _escaped(to_html(text, paragraphs=False) if self.is_html else text)

    @staticmethod
    def _plain(text: str) -> str:
        return ("[plain]" if text.startswith("[") else "") + _escaped(text)
