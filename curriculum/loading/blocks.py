"""From the blocks of a content file to the stream that Wagtail stores."""

from __future__ import annotations

import json
from typing import Any, Protocol
from uuid import UUID, uuid5

from django.db.models import Model

from curriculum.h5p.models import Activity
from curriculum.library.models import GlossaryTerm
from curriculum.quizzes.models import Quiz

from .files import Block, ContentError, ContentFile, inline, paragraphs, table_rows, to_html

# Keys and block ids follow from the files, so that every academy that loads them agrees on them.
NAMESPACE = UUID("5f0c3a52-3a0b-4f4e-9a52-1d2c7f7f9c11")


class Lookups(Protocol):
    """What stands in the database already."""

    def media(self, file: str) -> int | None:
        """Primary key of an image or document; None if the file is not there."""

    def find(self, model: type[Model], key: UUID) -> Any:
        """The source object with this key. Raises ContentError if there is none."""

    def existing(self, model: Any, key: UUID, language: str) -> Any:
        """The object with this key in a language, or None."""


def key_of(kind: str, code: str) -> UUID:
    """The key of a thing: `lesson`, `CPA-1/1.1-1`."""
    return uuid5(NAMESPACE, f"{kind}:{code}")


class Streams:
    """Makes streams of texts; ids of blocks follow from the files and are the same in all languages."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups

    def body(self, code: str, text: ContentFile, source: ContentFile) -> str:
        """The stream of a text as Wagtail stores it; minutes and which pictures there are come from the source text."""
        own = {block.id: block for block in source.blocks}
        stream = []
        for block in text.blocks:
            value = self.value(code, block, own[block.id], text.lang)
            if value is not None:
                stream.append({"type": block.kind, "id": str(key_of("block", f"{code}#{block.id}")), "value": value})
        return json.dumps(stream)

    def value(self, code: str, block: Block, own: Block, language: str) -> Any:
        """The value of one block; None for one whose file is missing."""
        attrs = block.attrs

        def items(texts: list[str], part: str = "") -> list[dict[str, Any]]:
            ids = [str(key_of("item", f"{code}#{block.id}{part}/{n}")) for n in range(len(texts))]
            return [
                {"type": "item", "id": id, "value": inline(text)} for id, text in zip(ids, texts, strict=True)
            ]  # fmt: skip

        match block.kind:
            case "text":
                return to_html(block.body)
            case "heading":
                return block.body
            case "quotation":
                return {"text": to_html(block.body), "source": attrs.get("source", "")}
            case "callout":
                return {"title": attrs.get("title", ""), "text": to_html(block.body)}
            case "example" | "task":
                return {"title": attrs["title"], "text": to_html(block.body), "minutes": own.minutes}
            case "steps":
                return {"title": attrs.get("title", ""), "steps": items(paragraphs(block.body)[0][1])}
            case "sources":
                return {"sources": items(paragraphs(block.body)[0][1])}
            case "term" | "activity" as kind:
                return {kind: self.snippet(kind, attrs[kind], language)}
            case "quiz":
                return self.quiz_value(block, language)
            case "table":
                rows = table_rows(block.body)
                return {
                    "caption": attrs["caption"],
                    "rows": [
                        {
                            "type": "item",
                            "id": str(key_of("item", f"{code}#{block.id}/{n}")),
                            "value": {"cells": items(row, f"/{n}")},
                        }
                        for n, row in enumerate(rows)
                    ],
                }
            case _:
                return self.media_value(block, own)

    def snippet(self, kind: str, code: str, language: str) -> int:
        """Primary key of the term or activity that a block places, in this language or its source's."""
        model: type[Model] = {"term": GlossaryTerm, "activity": Activity}[kind]
        key = key_of(kind, code)
        found = self.lookups.existing(model, key, language) or self.lookups.find(model, key)
        return int(found.pk)

    def quiz_value(self, block: Block, language: str) -> dict[str, Any]:
        """The value of a block that places a quiz for practice. Raises ContentError for a quiz that counts."""
        key = key_of("quiz", block.attrs["quiz"])
        source = self.lookups.find(Quiz, key)
        if not source.formative:
            raise ContentError(f"#{block.id}: the quiz {block.attrs['quiz']} is not for practice")
        quiz = self.lookups.existing(Quiz, key, language) or source
        return {"quiz": quiz.pk}

    def media_value(self, block: Block, own: Block) -> dict[str, Any] | None:
        """The value of a block that shows a file; None if the file is missing."""
        attrs = block.attrs
        pk = self.lookups.media(own.attrs["file"])
        if pk is None:
            return None
        if block.kind == "image":
            return {"image": pk, "alt": attrs.get("alt", ""), "caption": attrs.get("caption", "")}
        if block.kind == "download":
            return {"title": attrs["title"], "document": pk}
        captions = self.lookups.media(attrs["captions"]) if "captions" in attrs else None
        return {"title": attrs["title"], "video": pk, "captions": captions, "minutes": own.minutes}
