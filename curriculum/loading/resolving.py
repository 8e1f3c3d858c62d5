"""Completion rules of content files as streams of Wagtail: codes become the pages and quizzes that they name."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Model

from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.h5p.models import Activity
from curriculum.lessons.models import LessonPage
from curriculum.quizzes.models import Quiz
from curriculum.workshops.models import WorkshopPage

from .blocks import Lookups, key_of
from .files import ContentError

# What a part of a rule can name, and what kind of key its code makes.
NAMED: dict[str, tuple[type[Model], str]] = {
    "course": (CoursePage, "course"),
    "module": (ModulePage, "module"),
    "lesson": (LessonPage, "lesson"),
    "activity": (Activity, "activity"),
    "workshop": (WorkshopPage, "workshop"),
    "quiz": (Quiz, "quiz"),
    "hand_in": (Quiz, "quiz"),
}
SCORED = {"quiz", "hand_in"}


class RuleStreams:
    """Makes streams of rules; ids of blocks follow from the place of a part."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups

    def rule(self, code: str, rows: list[dict[str, Any]] | None) -> str:
        """The stream of a rule; `code` names it ("path P1#rule"). Raises ContentError for what does not exist."""
        return json.dumps(self._parts(code, rows or []))

    def _parts(self, code: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [self._part(f"{code}/{n}", row) for n, row in enumerate(rows)]

    def _part(self, code: str, row: dict[str, Any]) -> dict[str, Any]:
        kind = next((name for name in (*NAMED, "any_of", "all_of") if name in row), "")
        if kind == "any_of":
            value: Any = {"number": row["any_of"], "parts": self._parts(code, row["from"])}
        elif kind == "all_of":
            value = self._parts(code, row["all_of"])
        elif kind:
            value = self._named(kind, str(row[kind]))
            value = {"quiz": value, "at": row.get("at")} if kind in SCORED else value
        else:
            raise ContentError(f"{code}: a rule knows no {', '.join(row)}")
        return {"type": kind, "id": str(key_of("block", code)), "value": value}

    def _named(self, kind: str, code: str) -> int:
        model, key_kind = NAMED[kind]
        try:
            return int(self.lookups.find(model, key_of(key_kind, code)).pk)
        except ContentError as error:
            raise ContentError(f"the rule asks for {kind} {code}, which does not exist") from error
