"""Moodle XML, read: each <question> whole, or not at all with the reason why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.enums import QuestionKind

from .enums import MAX_BYTES, MAX_QUESTIONS, Note
from .errors import FileRefused, ItemRefused
from .items import (
    ImportedChoice,
    ImportedQuestion,
    Parsed,
    Picture,
    Place,
    Skipped,
    category_path,
    in_order,
    one_line,
    settled,
)
from .pictures import PictureReader, decoded
from .scoring import choices_from, number, refuse_unready
from .wording import PLUGIN_FILE, Reading, Shown, is_markup, plain, plain_words

FORMATS = {"plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "moodle"}
TEXT_WITHOUT_QUESTION = _("It is a text without a question.")
WITH_GAPS = _("Texts with gaps are not taken; write a question for each gap.")
DRAWN_NUMBERS = _("Questions whose numbers are drawn anew for each learner are not taken.")
ON_A_PICTURE = _("Questions that are answered on a picture are not taken.")
DRAWN = _("A random draw is not a question; draws are set in a quiz.")
NOT_TAKEN: dict[str, Any] = {
    "description": TEXT_WITHOUT_QUESTION,
    "cloze": WITH_GAPS,
    "multianswer": WITH_GAPS,
    "gapselect": WITH_GAPS,
    "ddwtos": WITH_GAPS,
    "gapfill": WITH_GAPS,
    "wordselect": WITH_GAPS,
    "calculated": DRAWN_NUMBERS,
    "calculatedsimple": DRAWN_NUMBERS,
    "calculatedmulti": DRAWN_NUMBERS,
    "formulas": DRAWN_NUMBERS,
    "stack": _("Questions with algebra (STACK) are not taken."),
    "coderunner": _("Questions that run programs (CodeRunner) are not taken."),
    "ddimageortext": ON_A_PICTURE,
    "ddmarker": ON_A_PICTURE,
    "multichoiceset": _("Questions where all right options together earn everything or nothing are not taken."),
    "random": DRAWN,
    "randomsamatch": DRAWN,
}


def parse(content: bytes) -> Parsed:
    """The questions of a Moodle XML file, in order. Raises FileRefused."""
    root = _root(content)
    elements = [element for element in root if element.tag == "question"]
    if len(elements) > MAX_QUESTIONS:
        raise FileRefused(_("The file has more than 2,000 questions; split it."))
    reader = _FileReader()
    for element in elements:
        reader.take(element)
    return Parsed(tuple(reader.questions), tuple(reader.places), tuple(reader.skipped), in_order(reader.notes))


def _root(content: bytes) -> Element:
    """The <quiz> of the file. Raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 20 MB."))
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and not _declares_other_encoding(content):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise FileRefused(_("The file is not in UTF-8; export or save it again in UTF-8.")) from error
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefused(_("The file has a DTD or entities of its own, which are not read.")) from error
    except ParseError as error:
        line = error.position[0]
        raise FileRefused(format_lazy(_("The file is not well-formed XML; see line {line}."), line=line)) from error
    except (ValueError, LookupError) as error:
        raise FileRefused(_("The file is in an encoding that is not read; save it in UTF-8.")) from error
    if root.tag != "quiz":
        raise FileRefused(
            format_lazy(_("This is no Moodle XML: the file starts with <{tag}>, not with <quiz>."), tag=root.tag[:40])
        )
    return root


def _declares_other_encoding(content: bytes) -> bool:
    declared = re.match(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", content)
    return declared is not None and declared.group(1).lower() not in {b"utf-8", b"utf8"}


class _FileReader:
    """Goes through the questions of one file and keeps what it finds."""

    def __init__(self) -> None:
        self.pictures = PictureReader()
        self.questions: list[ImportedQuestion] = []
        self.places: list[Place] = []
        self.skipped: list[Skipped] = []
        self.notes: Counter[Note] = Counter()
        self.topic = ""
        self.number = 0

    def take(self, element: Element) -> None:
        """One <question>; a category says where the following belong."""
        kind = element.get("type", "").strip()
        if kind == "category":
            self.topic = category_path(_raw(element.find("category")))
            if _raw(element.find("info")).strip():
                self.notes[Note.CATEGORY_TEXT] += 1
            return
        self.number += 1
        reader = _QuestionReader(element, self.pictures)
        try:
            question = settled(replace(reader.read(kind), topic=self.topic))
            refuse_unready(question)
        except ItemRefused as refused:
            name = one_line(_raw(element.find("name")))[:200]
            self.skipped.append(Skipped(Place(self.number), name, refused.reason))
        else:
            self.questions.append(question)
            self.places.append(Place(self.number))
            self.notes.update(reader.reading.notes)


class _QuestionReader:
    """Reads one <question>."""

    def __init__(self, element: Element, pictures: PictureReader) -> None:
        self.element = element
        self.pictures = pictures
        self.reading = Reading()

    def read(self, kind: str) -> ImportedQuestion:
        """The whole question. Raises ItemRefused."""
        read_kind = self._kinds().get(kind)
        if read_kind is None:
            unknown = format_lazy(_("Questions of the type “{type}” are not taken."), type=kind[:40] or "?")
            raise ItemRefused(NOT_TAKEN.get(kind, unknown))
        text, picture = self._question_text()
        if not text:
            raise ItemRefused(_("It has no question text."))
        points = number(self._value("defaultgrade", "1"))
        rounded = points.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        if rounded <= 0:
            raise ItemRefused(_("It is worth no points."))
        if rounded != points:
            self.reading.note(Note.POINTS_ROUNDED)
        self._note_what_is_left()
        common = ImportedQuestion(
            kind="",
            text=text,
            name=_raw(self.element.find("name")),
            code=self._value("idnumber"),
            points=rounded,
            feedback=self._words("generalfeedback"),
            feedback_right=self._words("correctfeedback"),
            feedback_wrong=self._words("incorrectfeedback"),
            picture=picture,
            tags=tuple(_raw(tag) for tag in self.element.iterfind("tags/tag")),
        )
        return read_kind(common)

    def _kinds(self) -> dict[str, Callable[[ImportedQuestion], ImportedQuestion]]:
        return {
            "multichoice": self._multichoice,
            "truefalse": self._truefalse,
            "shortanswer": self._shortanswer,
            "numerical": self._numerical,
            "matching": self._matching,
            "match": self._matching,
            "ddmatch": self._matching,
            "essay": self._essay,
            "ordering": self._ordering,
        }

    # -- what all kinds have ------------------------------------------------------------------------------------------

    def _question_text(self) -> tuple[str, Picture | None]:
        """The text of the question, and its one picture."""
        element = self.element.find("questiontext")
        text, shown = plain(_raw(element), _format(element), self.reading)
        files = self._files(element)
        old_name, old_content = self._value("image"), self._value("image_base64")
        if old_name and old_content:
            # As Moodle 1.9 wrote it.
            name = old_name.rpartition("/")[2]
            files[name] = old_content
            shown.append(Shown(f"@@PLUGINFILE@@/{name}", ""))
        if len(shown) > 1:
            raise ItemRefused(_("It has more than one picture."))
        if len(files) > len(shown):
            self.reading.note(Note.FILES)
        return text, self._picture(shown[0], files) if shown else None

    def _picture(self, shown: Shown, files: dict[str, str]) -> Picture:
        inside = re.match(r"data:image/[a-z+.-]+;base64,(.+)", shown.source, re.IGNORECASE | re.DOTALL)
        name = unquote(shown.source.partition("?")[0]).rpartition("/")[2]
        if inside:
            name, content = "picture", decoded(inside.group(1))
        elif not PLUGIN_FILE.match(shown.source):
            raise ItemRefused(_("Its picture is on another site and not in the file."))
        elif name not in files:
            raise ItemRefused(format_lazy(_("Its picture “{name}” is not in the file."), name=name[:80]))
        else:
            content = decoded(files[name])
        if not shown.alt:
            self.reading.note(Note.ALT)
        return self.pictures.read(name, content, shown.alt or name.rpartition(".")[0] or name)

    @staticmethod
    def _files(element: Element | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for file in element.iterfind("file") if element is not None else ():
            found.setdefault(file.get("name", "").strip(), file.text or "")
        return found

    def _note_what_is_left(self) -> None:
        try:
            penalty = number(self._value("penalty", "0"))
        except ItemRefused:
            penalty = Decimal(0)
        # What Moodle writes unless somebody chose otherwise: a third, and everything where there are two answers.
        is_usual = penalty in {0, 1} if self.element.get("type") == "truefalse" else penalty == 0
        if not is_usual and abs(penalty - Decimal("0.3333333")) > Decimal("0.005"):
            self.reading.note(Note.PENALTY)
        if self.element.find("hint") is not None:
            self.reading.note(Note.HINTS)
        if _raw(self.element.find("partiallycorrectfeedback")).strip():
            self.reading.note(Note.PARTLY)
        if self._value("shuffleanswers", "true").lower() in {"false", "0"}:
            self.reading.note(Note.SHUFFLE)

    def _value(self, name: str, default: str = "") -> str:
        """The plain text of a child, or the default where there is none."""
        return (self.element.findtext(name) or "").strip() or default

    def _words(self, name: str) -> str:
        return self._words_of(self.element.find(name))

    def _words_of(self, element: Element | None) -> str:
        return plain_words(_raw(element), _format(element, self._question_format()), self.reading)

    def _question_format(self) -> str:
        return _format(self.element.find("questiontext"))

    # -- kinds --------------------------------------------------------------------------------------------------------

    def _multichoice(self, common: ImportedQuestion) -> ImportedQuestion:
        is_single = self._value("single", "true").lower() not in {"false", "0"}
        kind = QuestionKind.SINGLE if is_single else QuestionKind.MULTIPLE
        answers = [(_share(answer), self._option(answer)) for answer in self.element.iterfind("answer")]
        return replace(common, kind=kind, choices=choices_from(kind, answers))

    def _option(self, answer: Element) -> ImportedChoice:
        return ImportedChoice(text=self._words_of(answer), feedback=self._words_of(answer.find("feedback")))

    def _truefalse(self, common: ImportedQuestion) -> ImportedQuestion:
        found: dict[str, ImportedChoice] = {}
        for answer in self.element.iterfind("answer"):
            text = _raw(answer).strip().lower()
            if text not in {"true", "false"}:
                # Old exports have the words of their language, true first.
                text = "false" if "true" in found else "true"
            feedback = self._words_of(answer.find("feedback"))
            found[text] = ImportedChoice(text=text, correct=_share(answer) == 100, feedback=feedback)
        if len(found) != 2 or found["true"].correct == found["false"].correct:
            raise ItemRefused(_("It does not say whether true or false is right."))
        return replace(common, kind=QuestionKind.TRUE_FALSE, choices=(found["true"], found["false"]))

    def _shortanswer(self, common: ImportedQuestion) -> ImportedQuestion:
        if self._value("usecase", "0") == "1":
            self.reading.note(Note.CASE)
        answers = [
            (_share(answer), ImportedChoice(words=(_raw(answer),), feedback=self._words_of(answer.find("feedback"))))
            for answer in self.element.iterfind("answer")
            if _raw(answer).strip()
        ]
        return replace(common, kind=QuestionKind.SHORT_TEXT, choices=choices_from(QuestionKind.SHORT_TEXT, answers))

    def _numerical(self, common: ImportedQuestion) -> ImportedQuestion:
        answers = []
        for answer in self.element.iterfind("answer"):
            text, feedback = _raw(answer).strip(), self._words_of(answer.find("feedback"))
            if text in {"*", ""}:
                if _share(answer):
                    raise ItemRefused(_("It gives points for any number."))
                common = replace(common, feedback_wrong=common.feedback_wrong or feedback)
                continue
            tolerance = number((answer.findtext("tolerance") or "").strip() or "0")
            if tolerance < 0:
                raise ItemRefused(_("A tolerance in it is below 0."))
            choice = ImportedChoice(number=number(text), tolerance=tolerance, feedback=feedback)
            answers.append((_share(answer), choice))
        return replace(
            common,
            kind=QuestionKind.NUMERIC,
            unit=self._unit(),
            choices=choices_from(QuestionKind.NUMERIC, answers),
        )

    def _unit(self) -> str:
        """The unit that the numbers of the answers are in."""
        units = [
            (number((unit.findtext("multiplier") or "").strip() or "1"), one_line(_raw(unit.find("unit_name"))))
            for unit in self.element.iterfind("units/unit")
            if _raw(unit.find("unit_name")).strip()
        ]
        if len(units) > 1 or self._value("unitgradingtype", "0") != "0":
            self.reading.note(Note.UNITS)
        found = next((name for multiplier, name in units if multiplier == 1), "")
        if units and not found:
            raise ItemRefused(_("It has units, but does not say in which of them its numbers are."))
        if len(found) > 40:
            raise ItemRefused(_("Its unit is longer than 40 characters."))
        return found

    def _matching(self, common: ImportedQuestion) -> ImportedQuestion:
        pairs = []
        for subquestion in self.element.iterfind("subquestion"):
            left, answer = self._words_of(subquestion), subquestion.find("answer")
            raw = _raw(answer)
            # Plain, says Moodle; other writers, and dragging, put HTML here.
            kind = "html" if is_markup(raw) else "plain"
            right = plain_words(raw, kind, self.reading)
            if left or right:
                pairs.append(ImportedChoice(text=left, match=right))
        if self.element.get("type") == "ddmatch":
            self.reading.note(Note.DRAGGING)
        return replace(common, kind=QuestionKind.MATCHING, choices=tuple(pairs))

    def _essay(self, common: ImportedQuestion) -> ImportedQuestion:
        for name, note in (("graderinfo", Note.GRADER), ("responsetemplate", Note.START_TEXT)):
            if _raw(self.element.find(name)).strip():
                self.reading.note(note)
        attachments = self._value("attachments", "0")
        only_files = self._value("responseformat") == "noinline"
        kind = QuestionKind.OPEN_TEXT
        if only_files or self._value("attachmentsrequired", "0") != "0":
            kind = QuestionKind.HAND_IN
        wanted = "1" if kind == QuestionKind.HAND_IN else "0"
        if attachments != wanted or self._value("filetypeslist") or (kind == QuestionKind.HAND_IN and not only_files):
            self.reading.note(Note.HAND_IN)
        return replace(common, kind=kind)

    def _ordering(self, common: ImportedQuestion) -> ImportedQuestion:
        if self._value("selecttype", "ALL").upper() not in {"ALL", "0"}:
            self.reading.note(Note.ORDER_SUBSET)
        if self._value("gradingtype", "ABSOLUTE_POSITION").upper() not in {"ALL_OR_NOTHING", "-1"}:
            self.reading.note(Note.ORDER_PARTS)
        items = [self._option(answer) for answer in self.element.iterfind("answer")]
        return replace(common, kind=QuestionKind.ORDERING, choices=tuple(items))


def _raw(element: Element | None) -> str:
    """The text of an element, be it in a <text>, in CDATA, or as markup that somebody forgot to escape."""
    if element is None:
        return ""
    holder = element.find("text")
    if holder is None:
        return element.text or ""
    return (holder.text or "") + "".join(tostring(child, encoding="unicode") for child in holder)


def _format(element: Element | None, default: str = "html") -> str:
    """How a text is written; where it does not say, as the question text is."""
    named = element.get("format", "").strip() if element is not None else ""
    return FORMATS.get(named, "html") if named else default


def _share(answer: Element) -> Decimal:
    """Per cent of the points that an answer earns."""
    if answer.get("fraction") is not None:
        return number(answer.get("fraction", ""))
    return number((answer.findtext("fraction") or "").strip() or "0") * 100
