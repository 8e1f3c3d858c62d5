"""Questions of the bank as files hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.models import Choice, Question, Quiz, QuizQuestion

from .enums import COMPETENCE, DIFFICULTY, FALSE, TRUE, Note
from .errors import ItemRefused
from .items import ImportedChoice, ImportedQuestion, Picture, Place, Skipped, in_order, settled
from .pictures import PictureReader

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
TRUE_WORDS = {word.lower() for word in TRUE.values()}
FALSE_WORDS = {word.lower() for word in FALSE.values()}


@dataclass(frozen=True)
class Exported:
    """Questions for a file, what cannot leave the bank, and what stays behind of the others."""

    questions: tuple[ImportedQuestion, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[tuple[Note, int], ...]


def exported(*, topic: str = "", quiz: Quiz | None = None, language: str = "") -> Exported:
    """The questions of the bank, of a topic, or those chosen for a quiz. Some five queries, and the pictures' files.

    In the words of `language` where they are translated, else in the source's. Scenarios are one question each.
    """
    notes: Counter[Note] = Counter()
    skipped: list[Skipped] = []
    found: list[ImportedQuestion] = []
    pictures = PictureReader()
    for number, (source, translation) in enumerate(_families(_keys(topic, quiz), language), start=1):
        writer = _Writer(source, translation)
        try:
            found.append(settled(writer.written(pictures)))
        except ItemRefused as refused:
            skipped.append(Skipped(Place(number), source.code, refused.reason))
        else:
            notes.update(writer.notes)
    return Exported(tuple(found), tuple(skipped), in_order(notes))


def _keys(topic: str, quiz: Quiz | None) -> list[UUID]:
    """Keys of the wanted questions, in the order of the quiz or of the bank."""
    if quiz is not None:
        source = Quiz.objects.filter(translation_key=quiz.translation_key).order_by("pk")[:1]
        places = QuizQuestion.objects.filter(quiz__in=source.values("pk"), question__isnull=False)
        keys = places.order_by("sort_order", "pk").values_list("question__translation_key", "question__topic")
        return list(dict.fromkeys(key for key, its in keys if topic in {"", its}))
    bank = Question.objects.filter(parent=None)
    if topic:
        bank = bank.filter(topic=topic)
    return list(dict.fromkeys(bank.order_by("topic", "code", "pk").values_list("translation_key", flat=True)))


def _families(keys: list[UUID], language: str) -> Iterable[tuple[Question, Question | None]]:
    """Each question with its translation into this language, if there is one."""
    rows = Question.objects.filter(translation_key__in=keys).select_related("locale", "image", "competence")
    families: dict[UUID, list[Question]] = {}
    for row in rows.prefetch_related("choices").order_by("pk"):
        families.setdefault(row.translation_key, []).append(row)
    for key in keys:
        source, *others = families[key]
        yield source, next((other for other in others if other.locale.language_code == language), None)


class _Writer:
    """One question of the bank as a file holds it."""

    def __init__(self, source: Question, translation: Question | None) -> None:
        self.source = source
        self.translation = translation
        self.notes: set[Note] = set()

    def written(self, pictures: PictureReader) -> ImportedQuestion:
        """The question. Raises ItemRefused."""
        source = self.source
        if source.rubric_id or source.template_id or source.read_again_key:
            self.notes.add(Note.OWN)
        kind, choices = str(source.kind), self._choices()
        if kind == QuestionKind.TRUE_FALSE:
            answers = _true_and_false(choices)
            kind, choices = (kind, answers) if answers else (str(QuestionKind.SINGLE), choices)
            if not answers:
                self.notes.add(Note.NOT_TRUE_FALSE)
        tags = [f"{DIFFICULTY}{source.difficulty}"] if source.difficulty else []
        tags += [f"{COMPETENCE}{source.competence.code}"] if source.competence else []
        return ImportedQuestion(
            kind=kind,
            text=self._words("text"),
            name=source.code,
            code=source.code,
            points=source.points,
            must_pass=source.must_pass,
            feedback=self._words("feedback"),
            feedback_right=self._words("feedback_right"),
            feedback_wrong=self._words("feedback_wrong"),
            unit=self._words("unit"),
            picture=self._picture(pictures),
            topic=source.topic,
            tags=tuple(tags),
            choices=choices,
        )

    def _choices(self) -> tuple[ImportedChoice, ...]:
        translated = {c.translation_key: c for c in self.translation.choices.all()} if self.translation else {}
        found = []
        for choice in self.source.choices.all():
            other = translated.get(choice.translation_key)
            found.append(
                ImportedChoice(
                    text=_in_words(choice, other, "text"),
                    correct=choice.correct,
                    share=choice.share,
                    feedback=_in_words(choice, other, "feedback"),
                    match=_in_words(choice, other, "match"),
                    number=choice.number,
                    tolerance=choice.tolerance,
                    words=tuple(choice.words.splitlines()),
                )
            )
        return tuple(found)

    def _picture(self, pictures: PictureReader) -> Picture | None:
        image = self.source.image
        if image is None or self.source.kind == QuestionKind.SCENARIO:
            return None
        try:
            with image.file.open("rb") as file:
                content = file.read()
        except OSError as error:
            raise ItemRefused(_("Its picture cannot be read.")) from error
        # What was imported has the name of its file as title; the file itself may have got another.
        name = image.title if image.title.lower().endswith(ENDINGS) else image.filename
        return pictures.read(name, content, self._words("image_alt") or image.title)

    def _words(self, name: str) -> str:
        return _in_words(self.source, self.translation, name)


def _in_words(source: Question | Choice, translation: Any, name: str) -> str:
    """A text in the wanted language, or the source's."""
    return str(getattr(translation, name, "") or "").strip() or str(getattr(source, name) or "")


def _true_and_false(choices: tuple[ImportedChoice, ...]) -> tuple[ImportedChoice, ...]:
    """True, then false, if the two options are these words; nothing if they are others."""
    found: dict[str, ImportedChoice] = {}
    for choice in choices:
        word = choice.text.strip().lower()
        name = "true" if word in TRUE_WORDS else "false" if word in FALSE_WORDS else ""
        found[name] = ImportedChoice(text=name, correct=choice.correct, feedback=choice.feedback)
    return (found["true"], found["false"]) if found.keys() == {"true", "false"} else ()
