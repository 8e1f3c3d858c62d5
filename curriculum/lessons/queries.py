"""Reads of lessons for those who keep them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from curriculum.library.models import PracticeCasePage

from .models import LessonPage


def reviews_overdue(today: date) -> list[Any]:
    """Published source lessons and cases whose review date has passed, the longest overdue first. Two queries."""
    older = Page.objects.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"))
    found: list[Any] = []
    for model in (LessonPage, PracticeCasePage):
        overdue = model.objects.live().filter(review_by__lt=today).exclude(Exists(older))
        found += overdue.defer("body").select_related("locale")
    return sorted(found, key=lambda page: (page.review_by, page.title))
