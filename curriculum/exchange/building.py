"""Questions of a file as rows of the bank that are not saved yet, each of which could be given as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy, slugify
from wagtail.models import Locale

from curriculum.competences.models import Competence
from curriculum.quizzes.enums import Difficulty, QuestionKind
from curriculum.quizzes.freezing import QuestionNotReady, freeze
from curriculum.quizzes.models import Choice, Question

from .enums import COMPETENCE, DIFFICULTY, FALSE, TRUE, Note
from .items import ImportedChoice, ImportedQuestion, Parsed, Picture, Skipped, in_order

CODE_LENGTH = 70
TOPIC_LENGTH = 120


@dataclass(frozen=True)
class Row:
    """A question with its options, and the picture that it gets when it is saved."""

    question: Question
    choices: list[Choice]
    picture: Picture | None


@dataclass(frozen=True)
class Built:
    """What of a file would be taken, what not, and what is left out of what is taken."""

    rows: list[Row]
    skipped: tuple[Skipped, ...]
    notes: tuple[tuple[Note, int], ...]


def build(parsed: Parsed, *, topic: str = "") -> Built:
    """Rows in the site's default language. `topic` takes the place of the topics in the file. Writes nothing."""
    builder = _Builder(topic)
    rows: list[Row] = []
    skipped = list(parsed.skipped)
    notes = Counter(dict(parsed.notes))
    for question, place in zip(parsed.questions, parsed.places, strict=True):
        try:
            row = builder.row(question)
        except ValidationError as error:
            skipped.append(Skipped(place, question.name or question.text[:80], _in_words(error)))
        else:
            rows.append(row)
            notes[Note.TAGS] += not all(_is_known(tag) for tag in question.tags)
    skipped.sort(key=lambda skip: skip.place.number)
    return Built(rows, tuple(skipped), in_order(notes))


class _Builder:
    """What rows of one file share: language, codes that are taken, competences."""

    def __init__(self, topic: str) -> None:
        self.locale = Locale.get_default()
        self.topic = topic
        self.codes = set(Question.objects.values_list("code", flat=True))
        self.competences = {found.code.lower(): found for found in Competence.objects.filter(locale=self.locale)}

    def row(self, imported: ImportedQuestion) -> Row:
        """The question and its options. Raises ValidationError."""
        competence = self.competences.get(_tagged(imported.tags, COMPETENCE).lower())
        question = Question(
            locale=self.locale,
            code=self._code(imported),
            kind=imported.kind,
            text=imported.text,
            points=imported.points,
            must_pass=imported.must_pass,
            feedback=imported.feedback,
            feedback_right=imported.feedback_right,
            feedback_wrong=imported.feedback_wrong,
            image_alt=imported.picture.alt if imported.picture else "",
            unit=imported.unit,
            topic=self.topic or _fitting(imported.topic),
            competence=competence,
            difficulty=_difficulty(imported.tags),
        )
        choices = [self._choice(imported.kind, n, choice) for n, choice in enumerate(imported.choices)]
        question.clean_fields(exclude={"image", "locale", "competence"})
        question.clean()
        for choice in choices:
            choice.clean_fields(exclude={"question", "locale"})
        question.choices = choices
        try:
            freeze(question)
        except QuestionNotReady as error:
            raise ValidationError(str(error)) from error
        self.codes.add(question.code)
        return Row(question, choices, imported.picture)

    def _choice(self, kind: str, place: int, choice: ImportedChoice) -> Choice:
        text = choice.text
        if kind == QuestionKind.TRUE_FALSE:
            words = TRUE if text == "true" else FALSE
            text = words.get(self.locale.language_code, words["en"])
        return Choice(
            locale=self.locale,
            sort_order=place,
            text=text,
            correct=choice.correct,
            share=choice.share,
            feedback=choice.feedback,
            match=choice.match,
            number=choice.number,
            tolerance=choice.tolerance,
            words="\n".join(choice.words),
        )

    def _code(self, imported: ImportedQuestion) -> str:
        """A code that no question has: `reuse`, `reuse-2`."""
        names = (slugify(name)[:CODE_LENGTH].strip("-_") for name in (imported.code, imported.name, imported.text))
        name = next((name for name in names if name), "question")
        if name not in self.codes:
            return name
        return next(code for n in range(2, len(self.codes) + 3) if (code := f"{name}-{n}") not in self.codes)


def _fitting(topic: str) -> str:
    """The topic, or as many of its last steps as fit."""
    while len(topic) > TOPIC_LENGTH and "/" in topic:
        topic = topic.partition("/")[2]
    return topic[:TOPIC_LENGTH].strip()


def _tagged(tags: Iterable[str], name: str) -> str:
    return next((tag.removeprefix(name).strip() for tag in tags if tag.startswith(name)), "")


def _difficulty(tags: Iterable[str]) -> str:
    value = _tagged(tags, DIFFICULTY)
    return value if value in Difficulty.values else ""


def _is_known(tag: str) -> bool:
    return tag.startswith((DIFFICULTY, COMPETENCE))


def _in_words(error: ValidationError) -> Any:
    """All messages in one line, each with the field that it is about."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    labels = {field.name: field.verbose_name for model in (Question, Choice) for field in model._meta.fields}
    parts = [
        format_lazy("{label}: {message}", label=labels.get(name, name), message=message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]
    return format_lazy("{}" + " {}" * (len(parts) - 1), *parts)
