"""Reads of quizzes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count

from academy.website.addresses import site_map

from .enums import QuestionKind
from .models import Quiz, QuizQuestion


@dataclass(frozen=True)
class PracticeQuiz:
    """A quiz for practice for the reader of one language. `title_language` differs where there is no translation."""

    key: UUID
    title: str
    title_language: str
    questions: int


def quizzes_for_practice(language: str) -> dict[UUID, PracticeQuiz]:
    """All published quizzes for practice by key; read once for a state of the site (three queries)."""
    places = site_map()
    if ("quizzes for practice", language) not in places.notes:
        families = quiz_families(set(Quiz.objects.filter(formative=True).values_list("pk", flat=True)))
        found: dict[UUID, PracticeQuiz] = {}
        for family in families.values():
            source = family[0]
            own = {places.locales[quiz.locale_id].language_code: quiz for quiz in reversed(family) if quiz.live}
            if source.live and source.formative:
                words = own.get(language, source)
                found[source.translation_key] = PracticeQuiz(
                    key=source.translation_key,
                    title=words.title,
                    title_language=places.locales[words.locale_id].language_code,
                    questions=source.places_count,
                )
        places.notes["quizzes for practice", language] = found
    kept: dict[UUID, PracticeQuiz] = places.notes["quizzes for practice", language]
    return kept


def quiz_families(ids: Collection[int]) -> dict[int, list[Any]]:
    """For each of these quizzes all its languages, source first; `places_count`: how many questions an attempt has.

    Two queries.
    """
    keys = Quiz.objects.filter(pk__in=ids).values("translation_key")
    families: dict[UUID, list[Any]] = {}
    for quiz in Quiz.objects.filter(translation_key__in=keys).order_by("pk"):
        families.setdefault(quiz.translation_key, []).append(quiz)
    counts = question_counts([family[0].pk for family in families.values()])
    for family in families.values():
        for quiz in family:
            quiz.places_count = counts.get(family[0].pk, 0)
    return {quiz.pk: family for family in families.values() for quiz in family if quiz.pk in ids}


def question_counts(ids: Collection[int]) -> dict[int, int]:
    """How many questions an attempt at each of these (source) quizzes has. One query.

    A draw counts as many as it draws, a scenario as many as it has parts.
    """
    counts: dict[int, int] = {}
    places = QuizQuestion.objects.filter(quiz__in=ids).annotate(
        # Translated parts name the same parent.
        parts=Count("question__parts__translation_key", distinct=True)
    )
    for quiz_id, drawn, kind, parts in places.values_list("quiz_id", "draw_count", "question__kind", "parts"):
        counts[quiz_id] = counts.get(quiz_id, 0) + (drawn or (parts if kind == QuestionKind.SCENARIO else 1))
    return counts


def quiz_codes_of_questions(keys: Collection[UUID]) -> dict[UUID, list[str]]:
    """For each of these questions the codes of the quizzes that it was chosen for, in order. One query."""
    found: dict[UUID, list[str]] = {}
    places = QuizQuestion.objects.filter(question__translation_key__in=keys).order_by("quiz__code")
    for key, code in places.values_list("question__translation_key", "quiz__code").distinct():
        found.setdefault(key, []).append(code)
    return found
