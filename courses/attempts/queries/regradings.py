"""Reads around grading again: the question that it is about, and what was graded again before."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q

from courses.attempts.models import Regrade
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.models import Question

from .shown import Words


def question_sources(keys: Collection[UUID]) -> dict[UUID, Question]:
    """The questions of the bank with these keys, in their source language. One query."""
    rows = Question.objects.filter(translation_key__in=list(keys)).order_by("-pk")
    return {row.translation_key: row for row in rows}


def question_words(key: UUID, language: str) -> Words:
    """A question's text as it is now, in this language or the source's. One query."""
    rows = Question.objects.filter(translation_key=key).order_by("pk")
    texts = list(rows.values_list("locale__language_code", "text"))
    if not texts:
        return Words("", "")
    return Words(*in_language(dict(reversed(texts)), language, texts[0][0]))


def past_regradings(key: UUID) -> list[Regrade]:
    """Earlier regradings of a question, the newest first, each with `changed` (attempts), `raised` and `lowered` (those
    that passed only then, or no more). One query."""
    newly = Q(changes__passed_before=False, changes__passed_after=True)
    no_more = Q(changes__passed_before=True, changes__passed_after=False)
    found = Regrade.objects.filter(question_key=key).select_related("by").order_by("-at", "-pk")
    return list(
        found.annotate(
            changed=Count("changes"),
            raised=Count("changes", filter=newly),
            lowered=Count("changes", filter=no_more),
        )
    )
