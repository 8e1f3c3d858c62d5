"""GIFT, read: question by question, each whole or not at all with the reason why."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.enums import QuestionKind

from .enums import MAX_BYTES, MAX_QUESTIONS, Note
from .errors import FileRefused, ItemRefused
from .items import (
    NOT_TEXT,
    ImportedChoice,
    ImportedQuestion,
    Parsed,
    Place,
    Skipped,
    category_path,
    in_order,
    one_line,
    settled,
)
from .scoring import choices_from, number, refuse_unready
from .wording import Reading, plain, plain_words

# Characters after a backslash are none of the signs of the format: they wait behind code points that are no text.
ESCAPED = dict(zip("\\~=#{}:n", map(chr, range(0xFDE0, 0xFDE8)), strict=True))
MEANT = {mark: "\n" if character == "n" else character for character, mark in ESCAPED.items()}
ESCAPE = re.compile(r"\\([\\~=#{}:n])")
MARK = re.compile("[\ufde0-\ufde7]")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
ANSWER_SIGN = re.compile(r"(?=[~=])")
CODE = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")


@dataclass(frozen=True)
class Block:
    """The lines of one question, comments taken out of them."""

    line: int
    text: str
    comments: str


def parse(content: bytes) -> Parsed:
    """The questions of a GIFT file, in order. Raises FileRefused."""
    questions: list[ImportedQuestion] = []
    places: list[Place] = []
    skipped: list[Skipped] = []
    notes: Counter[Note] = Counter()
    topic = ""
    for block in _blocks(_decoded(content)):
        text = block.text
        if text.startswith("$CATEGORY:"):
            line, _break, text = text.partition("\n")
            topic, text = category_path(_said(ESCAPE.sub(_mark, line[10:]))), text.strip()
            if not text:
                continue
        if len(questions) + len(skipped) == MAX_QUESTIONS:
            raise FileRefused(_("The file has more than 2,000 questions; split it."))
        place, reader = Place(block.line, is_line=True), _QuestionReader(ESCAPE.sub(_mark, text))
        try:
            found = reader.read()
            code = CODE.search(block.comments)
            question = settled(
                replace(
                    found,
                    topic=topic,
                    code=code.group(1).replace("\\]", "]") if code else "",
                    tags=tuple(tag.replace("\\]", "]") for tag in TAG.findall(block.comments)),
                )
            )
            refuse_unready(question)
        except ItemRefused as refused:
            name = one_line(_said(reader.name or reader.text))[:80]
            skipped.append(Skipped(place, name, refused.reason))
        else:
            questions.append(question)
            places.append(place)
            notes.update(reader.reading.notes)
    return Parsed(tuple(questions), tuple(places), tuple(skipped), in_order(notes))


def _decoded(content: bytes) -> str:
    """The file as text: UTF-8, or UTF-16 that says so. Raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 20 MB."))
    is_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(_("The file is not in UTF-8; export or save it again in UTF-8.")) from error
    if "\0" in text:
        raise FileRefused(_("This is no text file."))
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _blocks(text: str) -> Iterator[Block]:
    """Questions: what stands between blank lines."""
    lines: list[str] = []
    comments: list[str] = []
    start = 0
    for place, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip().startswith("//"):
            comments.append(line.strip())
        elif line.strip():
            start = start or place
            lines.append(line)
        else:
            if lines:
                yield Block(start, "\n".join(lines).strip(), "\n".join(comments))
            lines, comments, start = [], [], 0


def _mark(escape: re.Match[str]) -> str:
    return ESCAPED[escape.group(1)]


def _said(text: str) -> str:
    """A piece with the escaped characters in their places."""
    return MARK.sub(lambda mark: MEANT[mark.group(0)], text)


class _QuestionReader:
    """Reads one question; escaped characters are marks until a piece is cut out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.name = ""
        self.format = "moodle"
        self.reading = Reading()

    def read(self) -> ImportedQuestion:
        """The whole question. Raises ItemRefused."""
        self._cut_name()
        text, answers = self._parts()
        found = FORMAT.match(text)
        self.format = found.group(1) if found else "moodle"
        answers, _sign, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
        text = FORMAT.sub("", text, count=1) if found else text
        words, shown = plain(_said(text), self.format, self.reading)
        if shown:
            raise ItemRefused(_("It shows a picture, and a GIFT file holds none."))
        if not words:
            raise ItemRefused(_("It has no question text."))
        common = ImportedQuestion(kind="", text=words, name=_said(self.name), feedback=self._words(general))
        return self._by_answers(common, answers.strip())

    def _cut_name(self) -> None:
        if not self.text.startswith("::"):
            return
        name, sign, rest = self.text[2:].partition("::")
        if not sign:
            raise ItemRefused(_("Its title does not end with “::”."))
        self.name, self.text = name.strip(), rest.strip()

    def _parts(self) -> tuple[str, str]:
        """The question with a gap where the answers stood, and the answers."""
        before, opened, rest = self.text.partition("{")
        answers, closed, after = rest.partition("}")
        if not opened and "}" not in before:
            raise ItemRefused(_("It is a text without a question: it has no braces."))
        if not opened or not closed or "}" in before:
            raise ItemRefused(_("A brace is missing. Braces inside a text are written \\{ and \\}."))
        if "{" in answers or "{" in after or "}" in after:
            raise ItemRefused(_("It has more than one pair of braces. Braces inside a text are written \\{ and \\}."))
        # What follows the answers makes them a gap in a sentence.
        return (f"{before}_____{after}" if after.strip() else before), answers

    def _by_answers(self, common: ImportedQuestion, answers: str) -> ImportedQuestion:
        if not answers:
            return replace(common, kind=QuestionKind.OPEN_TEXT)
        if answers.startswith("#"):
            return self._numeric(common, answers[1:])
        if answers.startswith(">"):
            return self._ordering(common, answers[1:])
        if "~" in answers:
            return self._choice(common, answers)
        if "=" in answers and "->" in answers:
            return self._matching(common, answers)
        said, _sign, feedback = answers.partition("#")
        if said.strip().upper() in {"T", "TRUE", "F", "FALSE"}:
            return self._true_false(common, said.strip().upper() in {"T", "TRUE"}, feedback)
        choices = []
        for piece in self._split(answers, "="):
            share, text, to_it = self._weighed(piece, Decimal(100))
            choices.append((share, ImportedChoice(words=(self._raw(text),), feedback=self._words(to_it))))
        return replace(common, kind=QuestionKind.SHORT_TEXT, choices=choices_from(QuestionKind.SHORT_TEXT, choices))

    def _choice(self, common: ImportedQuestion, answers: str) -> ImportedQuestion:
        """One right answer has an equals sign; several have weights and tildes only."""
        kind = QuestionKind.SINGLE if "=" in answers else QuestionKind.MULTIPLE
        choices = []
        for piece in self._split(answers):
            if piece.startswith("="):
                text, _sign, feedback = piece[1:].partition("#")
                share = Decimal(100)
            else:
                share, text, feedback = self._weighed(piece, Decimal(0))
            choices.append((share, ImportedChoice(text=self._words(text), feedback=self._words(feedback))))
        return replace(common, kind=kind, choices=choices_from(kind, choices))

    def _matching(self, common: ImportedQuestion, answers: str) -> ImportedQuestion:
        pairs = []
        for piece in self._split(answers, "="):
            left, sign, right = piece[1:].partition("->")
            if not sign:
                raise ItemRefused(_("One of its pairs has no “->”."))
            pairs.append(ImportedChoice(text=self._words(left), match=self._raw(right)))
        return replace(common, kind=QuestionKind.MATCHING, choices=tuple(pairs))

    def _true_false(self, common: ImportedQuestion, right: bool, feedback: str) -> ImportedQuestion:
        """After the answer: feedback to the wrong one, then to the right one."""
        to_wrong, _sign, to_right = feedback.partition("#")
        of_true, of_false = (to_right, to_wrong) if right else (to_wrong, to_right)
        choices = (
            ImportedChoice(text="true", correct=right, feedback=self._words(of_true)),
            ImportedChoice(text="false", correct=not right, feedback=self._words(of_false)),
        )
        return replace(common, kind=QuestionKind.TRUE_FALSE, choices=choices)

    def _numeric(self, common: ImportedQuestion, answers: str) -> ImportedQuestion:
        answers, _sign, wrong = answers.partition("~")
        if wrong:
            common = replace(common, feedback_wrong=self._words(wrong.partition("#")[2]))
        choices = []
        for piece in self._split(answers, "="):
            share, said, feedback = self._weighed(piece, Decimal(100))
            value = _said(said).strip()
            if value == "*":
                if share:
                    raise ItemRefused(_("It gives points for any number."))
                common = replace(common, feedback_wrong=common.feedback_wrong or self._words(feedback))
                continue
            middle, tolerance = _range(value)
            choices.append((share, ImportedChoice(number=middle, tolerance=tolerance, feedback=self._words(feedback))))
        return replace(common, kind=QuestionKind.NUMERIC, choices=choices_from(QuestionKind.NUMERIC, choices))

    def _ordering(self, common: ImportedQuestion, answers: str) -> ImportedQuestion:
        """As Moodle's ordering questions write it: settings on the first line, then an item on each."""
        settings, _break, rest = answers.partition("\n")
        if not re.search(r"\bALL_OR_NOTHING\b|(?:^|\s)-1(?:\s|$)", settings):
            self.reading.note(Note.ORDER_PARTS)
        if re.search(r"\b(?:RANDOM|REL|CONTIGUOUS|CONTIG)\b", settings):
            self.reading.note(Note.ORDER_SUBSET)
        items = tuple(ImportedChoice(text=self._words(line)) for line in rest.split("\n") if line.strip())
        return replace(common, kind=QuestionKind.ORDERING, choices=items)

    # -- pieces -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _split(answers: str, first_sign: str = "") -> list[str]:
        """Answers, each with its ~ or = in front; the first may do without, where `first_sign` is its sign."""
        first, *rest = [piece.strip() for piece in ANSWER_SIGN.split(answers)]
        if first and first[0] not in "~=":
            if not first_sign:
                raise ItemRefused(_("A text stands before its first answer."))
            first = first_sign + first
        found = [first, *rest] if first else rest
        # `~=right` is how some write `=right`.
        return [
            piece for piece, after in zip_longest(found, found[1:], fillvalue="") if piece != "~" or after[:1] != "="
        ]

    @staticmethod
    def _weighed(piece: str, share: Decimal) -> tuple[Decimal, str, str]:
        """What an answer earns, its words and its feedback."""
        piece = piece[1:].lstrip()
        found = WEIGHT.match(piece)
        if found:
            share, piece = number(found.group(1)), piece[found.end() :]
        text, _sign, feedback = piece.partition("#")
        return share, text, feedback

    def _words(self, piece: str) -> str:
        """A text that may say in front how it is written."""
        piece = piece.strip()
        found = FORMAT.match(piece)
        if found:
            piece = piece[found.end() :]
        return plain_words(_said(piece), found.group(1) if found else self.format, self.reading)

    @staticmethod
    def _raw(piece: str) -> str:
        """An answer that is compared or chosen as it stands."""
        piece = piece.strip()
        found = FORMAT.match(piece)
        return _said(piece[found.end() :] if found else piece)


def _range(value: str) -> tuple[Decimal, Decimal]:
    """The number and tolerance of `3`, `3:0.5` and `2.5..3.5`."""
    low, sign, high = value.partition("..")
    if sign:
        first, last = number(low), number(high)
        if last < first:
            raise ItemRefused(_("A range in it ends below its start."))
        return (first + last) / 2, (last - first) / 2
    middle, sign, tolerance = value.partition(":")
    width = number(tolerance) if sign else Decimal(0)
    if width < 0:
        raise ItemRefused(_("A tolerance in it is below 0."))
    return number(middle), width
