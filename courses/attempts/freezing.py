"""What an attempt keeps of its quiz when it begins: no later edit changes it under way (architecture rule 2)."""

from __future__ import annotations

from typing import Any

from curriculum.conditions.nodes import Part
from curriculum.quizzes.freezing import option_id

from .enums import Purpose
from .queries import AuthoredQuiz

FORMAT = 2


def settings_of(quiz: AuthoredQuiz, *, purpose: Purpose, part: Part | None, drawn: list[str]) -> dict[str, Any]:
    """The quiz's settings as plain data; `part` is what the enrolment was promised, `drawn` the keys that were drawn.

    {"format": 2, "pass_mark": 70, "counts": "best", "attempts": 3, "titles": {"en": ...}, "language": "en",
     "shuffle": true, "time_limit": 30 or None, "time_is_part": false, "closes_at": ISO 8601 or None,
     "shows": {"marks": "submitted", "feedback": "submitted", "right": "last"}, "anonymous": false,
     "bands": [{"from": 70, "text": {"en": ...}, "read_again": "<uuid>" or None}], "drawn": ["<uuid>"],
     "digests": [...] (added by rules.starting)}
    """
    source = quiz.source
    is_practice = purpose == Purpose.PRACTICE
    return {
        "format": FORMAT,
        # What the enrolment was promised, not what the quiz says by now.
        "pass_mark": part.at if part is not None and part.at is not None else source.pass_mark,
        "counts": str(part.counts if part is not None else source.counts),
        "attempts": part.attempts if part is not None else 0,
        "titles": quiz.titles,
        "language": source.locale.language_code,
        "shuffle": source.shuffle_options,
        "time_limit": None if is_practice else source.time_limit,
        "time_is_part": source.time_is_part,
        "closes_at": source.closes_at.isoformat() if source.closes_at and not is_practice else None,
        "shows": {"marks": source.show_marks, "feedback": source.show_feedback, "right": source.show_right},
        "anonymous": source.anonymous_marking,
        "bands": _bands(quiz),
        "drawn": drawn,
    }


def _bands(quiz: AuthoredQuiz) -> list[dict[str, Any]]:
    """Feedback by score in all languages; per cent and lesson are the source's."""
    found: dict[str, dict[str, Any]] = {
        option_id(quiz.source.translation_key, band.translation_key): {
            "from": band.from_percent,
            "text": {},
            "read_again": str(band.read_again_key) if band.read_again_key else None,
        }
        for band in quiz.source.bands.all()
    }
    for row in reversed(quiz.family):
        for band in row.bands.all():
            name = option_id(quiz.source.translation_key, band.translation_key)
            if name in found and band.text.strip():
                found[name]["text"][row.locale.language_code] = band.text.strip()
    return list(found.values())
