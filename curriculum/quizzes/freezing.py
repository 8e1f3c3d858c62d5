"""Freezing a question: what a learner is given, in all its languages, independent of the source from then on. Pure.

Format 1:

    {"format": 1, "key": "<uuid>", "kind": "multiple", "points": 2, "language": "en",
     "text": {"en": "...", "nl": "..."}, "feedback": {"en": "..."}, "read_again": "<uuid>" or None,
     "options": [{"id": "3f9c...", "correct": true, "text": {"en": "..."}, "feedback": {"en": "..."}}]}

Option ids are digests of the option's own random key and options stand in the order of their ids: neither says which
of them is right. `language` is the source's and every text has it; other languages are there as far as translated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

FORMAT = 1


class QuestionNotReady(ValueError):
    """The question cannot be given: it has fewer than two options, or none of them is right."""


class Option(Protocol):
    """What freezing reads of a choice."""

    translation_key: UUID
    text: str
    correct: bool
    feedback: str


def freeze(source: Any, translations: Iterable[Any] = ()) -> dict[str, Any]:
    """The question as plain data. Kind, points and which options are right come from `source`, words from all.

    `source` and `translations` are questions (or anything shaped like them: locale, choices.all()); an option is found
    again in a translation by its translation key. Raises QuestionNotReady.
    """
    options = list(source.choices.all())
    if len(options) < 2 or not any(option.correct for option in options):
        raise QuestionNotReady(f"question {source.code}: two options at least, one of them right")
    language = str(source.locale.language_code)
    texts, feedback = _words(source, language), _words(source, language, "feedback")
    frozen_options: dict[UUID, dict[str, Any]] = {
        option.translation_key: {
            "id": option_id(source.translation_key, option.translation_key),
            "correct": bool(option.correct),
            "text": _words(option, language),
            "feedback": _words(option, language, "feedback"),
        }
        for option in options
    }
    for translation in translations:
        other = str(translation.locale.language_code)
        texts.update(_words(translation, other))
        feedback.update(_words(translation, other, "feedback"))
        for option in translation.choices.all():
            frozen = frozen_options.get(option.translation_key)
            if frozen is not None:
                frozen["text"].update(_words(option, other))
                frozen["feedback"].update(_words(option, other, "feedback"))
    return {
        "format": FORMAT,
        "key": str(source.translation_key),
        "kind": str(source.kind),
        "points": int(source.points),
        "language": language,
        "text": texts,
        "feedback": feedback,
        "read_again": str(source.read_again_key) if source.read_again_key else None,
        "options": sorted(frozen_options.values(), key=lambda option: option["id"]),
    }


def option_id(question_key: UUID, option_key: UUID) -> str:
    """A name of an option that says nothing about it: 16 hex digits."""
    return hashlib.sha256(question_key.bytes + option_key.bytes).hexdigest()[:16]


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a frozen question as 64 hex digits; the same whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def in_language(words: dict[str, str], language: str, source_language: str) -> tuple[str, str]:
    """The text in this language and its language code; where it is not translated, the source's words and code."""
    if words.get(language):
        return words[language], language
    return words.get(source_language, ""), source_language


def _words(thing: Any, language: str, name: str = "text") -> dict[str, str]:
    """One text by its language; an empty one is no text."""
    text = str(getattr(thing, name)).strip()
    return {language: text} if text else {}
