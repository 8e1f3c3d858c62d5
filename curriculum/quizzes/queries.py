"""Reads of quizzes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count

from .models import Quiz


def quiz_families(ids: Collection[int]) -> dict[int, list[Any]]:
    """For each of these quizzes all its languages, source first; `places_count`: how many questions. One query."""
    keys = Quiz.objects.filter(pk__in=ids).values("translation_key")
    families: dict[Any, list[Any]] = {}
    for quiz in Quiz.objects.filter(translation_key__in=keys).annotate(places_count=Count("places")).order_by("pk"):
        families.setdefault(quiz.translation_key, []).append(quiz)
    return {quiz.pk: family for family in families.values() for quiz in family if quiz.pk in ids}
