"""Reads of quizzes as authored: what stands in them, what is drawn, each question with its translations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from academy.website.queries import half_translated
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import freeze, freeze_stem, in_language
from curriculum.quizzes.models import Question, Quiz, QuizQuestion, Rubric


@dataclass(frozen=True)
class AuthoredQuiz:
    """A quiz as its author left it: the source, all its languages, and its places in order."""

    source: Quiz
    family: list[Quiz]
    places: list[QuizQuestion]

    @property
    def titles(self) -> dict[str, str]:
        """The title by language."""
        return {row.locale.language_code: row.title for row in reversed(self.family)}


@dataclass(frozen=True)
class AuthoredQuestion:
    """A question that can be asked: the source, its translations, and the scenario that it is a part of."""

    source: Question
    translations: list[Question]
    stem: dict[str, Any] | None = None
    rubric: list[Rubric] = field(default_factory=list)

    def frozen(self) -> dict[str, Any]:
        """As it is given from now on. Raises QuestionNotReady."""
        return freeze(self.source, self.translations, stem=self.stem, rubric=self.rubric)


def authored_quiz(key: UUID) -> AuthoredQuiz | None:
    """The quiz with this key. Two queries.

    The source is the oldest row of a key (academy.website.queries.is_source); it alone decides (decision 6).
    """
    rows = list(Quiz.objects.filter(translation_key=key).select_related("locale").order_by("pk"))
    if not rows:
        return None
    places = rows[0].places.select_related("question").order_by("sort_order", "pk")
    return AuthoredQuiz(rows[0], rows, list(places))


def drawn_keys(quiz: AuthoredQuiz, chance: Random) -> list[UUID]:
    """Keys of the questions to ask, in order: those that were chosen, and draws from the rest of the bank.

    A question is never asked twice; where the bank has too few, fewer are drawn. One query for each draw.
    """
    chosen = {place.question.translation_key for place in quiz.places if place.question is not None}
    keys: list[UUID] = []
    for place in quiz.places:
        if place.question is not None:
            keys.append(place.question.translation_key)
            continue
        candidates = sorted(bank_keys(place) - chosen, key=str)
        drawn = chance.sample(candidates, min(place.draw_count, len(candidates)))
        chosen.update(drawn)
        keys += drawn
    keys = list(dict.fromkeys(keys))
    if quiz.source.shuffle_questions:
        chance.shuffle(keys)
    return keys


def bank_keys(place: QuizQuestion) -> set[UUID]:
    """Keys of all questions of the bank that a draw may give. One query."""
    found = Question.objects.filter(parent=None)
    if place.draw_topic:
        found = found.filter(topic=place.draw_topic)
    if place.draw_difficulty:
        found = found.filter(difficulty=place.draw_difficulty)
    if place.draw_competence is not None:
        found = found.filter(competence__translation_key=place.draw_competence.translation_key)
    return set(found.values_list("translation_key", flat=True))


def authored_questions(keys: Collection[UUID]) -> list[AuthoredQuestion]:
    """The questions with these keys in this order, a scenario as its parts. A fixed number of queries."""
    families = _families(Question.objects.filter(translation_key__in=keys))
    scenarios = [rows[0] for rows in families.values() if rows[0].kind == QuestionKind.SCENARIO]
    parts = _parts(scenarios)
    rubrics = _rubrics([rows[0] for rows in (*families.values(), *parts.values())])
    found: list[AuthoredQuestion] = []
    for key in keys:
        if key not in families:
            continue
        rows = families[key]
        if rows[0].kind != QuestionKind.SCENARIO:
            found.append(AuthoredQuestion(rows[0], rows[1:], rubric=_rubric_of(rows[0], rubrics)))
            continue
        stem = freeze_stem(rows[0], rows[1:])
        ids = {row.pk for row in rows}
        own = [family for family in parts.values() if family[0].parent_id in ids]
        for family in sorted(own, key=lambda each: (each[0].sort_order, each[0].pk)):
            found.append(AuthoredQuestion(family[0], family[1:], stem, _rubric_of(family[0], rubrics)))
    return found


def quiz_intro(key: UUID, language: str) -> tuple[str, str]:
    """The quiz's introduction in this language or the source's, and the language that it is in. One query."""
    rows = Quiz.objects.filter(translation_key=key).order_by("pk").values_list("locale__language_code", "intro")
    found = list(rows)
    if not found:
        return "", language
    return in_language(dict(reversed(found)), language, found[0][0])


def _families(questions: Any) -> dict[UUID, list[Question]]:
    """All languages of these questions by key, source first; those half translated are left out. Two queries or so."""
    # Handed to translators and not finished: it would ask in one language and answer in another.
    unfinished = half_translated(Question)
    by_key: dict[UUID, list[Question]] = {}
    for question in questions.select_related("locale", "rubric").prefetch_related("choices").order_by("pk"):
        if (question.translation_key, question.locale.language_code) not in unfinished:
            by_key.setdefault(question.translation_key, []).append(question)
    return by_key


def _parts(scenarios: list[Question]) -> dict[UUID, list[Question]]:
    if not scenarios:
        return {}
    keys = Question.objects.filter(parent__in=scenarios).values("translation_key")
    return _families(Question.objects.filter(translation_key__in=keys))


def _rubrics(questions: Iterable[Question]) -> dict[UUID, list[Rubric]]:
    keys = {question.rubric.translation_key for question in questions if question.rubric is not None}
    found: dict[UUID, list[Rubric]] = {}
    if keys:
        unfinished = half_translated(Rubric)
        rows = Rubric.objects.filter(translation_key__in=keys).select_related("locale").prefetch_related("lines")
        for row in rows.order_by("pk"):
            if (row.translation_key, row.locale.language_code) not in unfinished:
                found.setdefault(row.translation_key, []).append(row)
    return found


def _rubric_of(question: Question, rubrics: dict[UUID, list[Rubric]]) -> list[Rubric]:
    return rubrics[question.rubric.translation_key] if question.rubric is not None else []
