"""Freezing a question: what a learner is given, in all its languages, independent of the source from then on. Pure.

Format 2 (format 1 had choices only, and neither stem nor picture; grading still reads it):

    {"format": 2, "key": "<uuid>", "kind": "matching", "points": 2, "must_pass": false, "language": "en",
     "text": {"en": "...", "nl": "..."}, "image": 12 or None, "alt": {"en": "..."},
     "stem": None or {"key": "<uuid>", "text": {...}, "image": 3 or None, "alt": {...}},
     "feedback": {...}, "feedback_right": {...}, "feedback_wrong": {...}, "read_again": "<uuid>" or None,
     "unit": {"en": "items"}, "template": {"en": 5},
     "rubric": None or {"code": "R1", "title": {...}, "lines": [{"id": "3f9c...", "text": {...}}]},
     "options": [{"id": "3f9c...", "correct": true, "share": None or "50.00000", "place": 0, "text": {...},
                  "feedback": {...}, "match": {"id": "...", "text": {...}}, "number": "2409", "tolerance": "1",
                  "words": ["..."]}]}

`match` stands in matching questions only, `number` and `tolerance` in numeric ones, `words` in short texts. `points` is
a whole number, or a text like "1.50".

Option ids are digests of the option's own random key and options stand in the order of their ids: neither says which
of them is right. Right-hand sides of a matching question have ids made of their words, so that equal ones are one.
`language` is the source's and every text has it; other languages are there as far as translated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from .checks import what_is_missing
from .enums import QuestionKind

FORMAT = 2
TEXTS = ("text", "feedback", "feedback_right", "feedback_wrong", "unit")


class QuestionNotReady(ValueError):
    """The question cannot be given: see checks.what_is_missing."""


def freeze(
    source: Any,
    translations: Iterable[Any] = (),
    *,
    stem: dict[str, Any] | None = None,
    rubric: Sequence[Any] = (),
) -> dict[str, Any]:
    """The question as plain data. Numbers and what is right come from `source`, words from all.

    `source` and `translations` are questions (or anything shaped like them: locale, choices.all()); an option is found
    again in a translation by its translation key. `stem` is what `freeze_stem` made of the scenario that the question
    is a part of, `rubric` its rubric in all languages, the source first. Raises QuestionNotReady.
    """
    kind = str(source.kind)
    options = list(source.choices.all())
    missing = what_is_missing(kind, options)
    if missing or kind == QuestionKind.SCENARIO:
        raise QuestionNotReady(f"question {source.code}: {missing or 'a scenario is asked through its parts'}")
    language = str(source.locale.language_code)
    everywhere = [source, *translations]
    frozen_options = [_option(source, option, n, everywhere) for n, option in enumerate(options)]
    return {
        "format": FORMAT,
        "key": str(source.translation_key),
        "kind": kind,
        "points": _number(source.points),
        "must_pass": bool(getattr(source, "must_pass", False)),
        "language": language,
        **{name: _in_all(everywhere, name) for name in TEXTS},
        "image": getattr(source, "image_id", None),
        "alt": _in_all(everywhere, "image_alt"),
        "stem": stem,
        "read_again": str(source.read_again_key) if source.read_again_key else None,
        "template": _templates(everywhere),
        "rubric": _rubric(rubric) if rubric else None,
        "options": sorted(frozen_options, key=lambda option: option["id"]),
    }


def freeze_stem(source: Any, translations: Iterable[Any] = ()) -> dict[str, Any]:
    """Text and picture of a scenario, above each of its parts."""
    everywhere = [source, *translations]
    return {
        "key": str(source.translation_key),
        "text": _in_all(everywhere, "text"),
        "image": getattr(source, "image_id", None),
        "alt": _in_all(everywhere, "image_alt"),
    }


def option_id(question_key: UUID, option_key: UUID) -> str:
    """A name of an option that says nothing about it: 16 hex digits."""
    return hashlib.sha256(question_key.bytes + option_key.bytes).hexdigest()[:16]


def match_id(question_key: UUID, text: str) -> str:
    """A name of a right-hand side: equal words (of the source) have one name, so that they are interchangeable."""
    return hashlib.sha256(question_key.bytes + b"match" + " ".join(text.split()).encode()).hexdigest()[:16]


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a frozen question as 64 hex digits; the same whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def in_language(words: dict[str, str], language: str, source_language: str) -> tuple[str, str]:
    """The text in this language and its language code; where it is not translated, the source's words and code."""
    if words.get(language):
        return words[language], language
    return words.get(source_language, ""), source_language


def _option(source: Any, option: Any, place: int, everywhere: list[Any]) -> dict[str, Any]:
    """One option with its words in all languages, and what its kind of question needs of it."""
    language = str(source.locale.language_code)
    same = [(language, option)]
    for translation in everywhere[1:]:
        found = [each for each in translation.choices.all() if each.translation_key == option.translation_key]
        same += [(str(translation.locale.language_code), each) for each in found[:1]]
    share = getattr(option, "share", None)
    frozen: dict[str, Any] = {
        "id": option_id(source.translation_key, option.translation_key),
        "correct": bool(option.correct),
        "share": None if share is None else str(share),
        "place": place,
        "text": _words(same, "text"),
        "feedback": _words(same, "feedback"),
    }
    if source.kind == QuestionKind.MATCHING:
        frozen["match"] = {"id": match_id(source.translation_key, option.match), "text": _words(same, "match")}
    elif source.kind == QuestionKind.NUMERIC:
        frozen["number"], frozen["tolerance"] = plain(option.number), plain(option.tolerance or Decimal(0))
    elif source.kind == QuestionKind.SHORT_TEXT:
        frozen["words"] = [line.strip() for line in option.words.splitlines() if line.strip()]
    return frozen


def plain(number: Decimal | None) -> str | None:
    """A number without needless zeros and without an exponent: 2409, 0.05."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rubric(everywhere: Sequence[Any]) -> dict[str, Any]:
    """A rubric with its lines in all languages."""
    source = everywhere[0]
    lines: dict[UUID, dict[str, Any]] = {
        line.translation_key: {"id": option_id(source.translation_key, line.translation_key), "text": {}}
        for line in source.lines.all()
    }
    for row in reversed(everywhere):
        for line in row.lines.all():
            if line.translation_key in lines:
                lines[line.translation_key]["text"].update(_words([(str(row.locale.language_code), line)], "text"))
    return {"code": source.code, "title": _in_all(list(everywhere), "title"), "lines": list(lines.values())}


def _templates(everywhere: list[Any]) -> dict[str, int]:
    """Primary keys of the documents to start from, by language."""
    return {
        str(each.locale.language_code): each.template_id
        for each in everywhere
        if getattr(each, "template_id", None) is not None
    }


def _number(points: Any) -> int | str:
    """Points as JSON keeps them exactly: a whole number, or a text."""
    exact = Decimal(points)
    return int(exact) if exact == exact.to_integral_value() else str(exact.quantize(Decimal("0.01")))


def _in_all(everywhere: list[Any], name: str) -> dict[str, str]:
    """One text by language; the source's comes last, so that nothing replaces it."""
    return _words([(str(each.locale.language_code), each) for each in reversed(everywhere)], name)


def _words(things: list[tuple[str, Any]], name: str) -> dict[str, str]:
    """One text by its language; an empty one is no text."""
    texts = {language: str(getattr(thing, name, "") or "").strip() for language, thing in things}
    return {language: text for language, text in texts.items() if text}
