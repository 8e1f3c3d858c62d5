"""Blocks that only lessons have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from academy.website.blocks import TEXT_FEATURES, BodyBlock
from curriculum.library.blocks import SourcesBlock
from curriculum.library.models import GlossaryTerm

from .enums import WORDS_PER_MINUTE


class ExampleBlock(blocks.StructBlock):
    """A worked example."""

    title = blocks.CharBlock(label=_("title"), max_length=150)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)
    minutes = blocks.IntegerBlock(
        label=_("minutes"), min_value=0, default=0, help_text=_("Time to work through it, beyond reading.")
    )

    class Meta:
        icon = "clipboard-list"
        template = "curriculum/blocks/example.html"
        label = _("Worked example")


class TaskBlock(blocks.StructBlock):
    """Something to use tomorrow, at one's own desk."""

    title = blocks.CharBlock(label=_("title"), max_length=150)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)
    minutes = blocks.IntegerBlock(label=_("minutes"), min_value=0, default=5)

    class Meta:
        icon = "tick"
        template = "curriculum/blocks/task.html"
        label = _("Use it tomorrow")


class TermBlock(blocks.StructBlock):
    """A glossary term with its definition, in the margin."""

    term = SnippetChooserBlock(GlossaryTerm, label=_("term"))

    class Meta:
        icon = "help"
        template = "curriculum/blocks/term.html"
        label = _("Glossary term")


class LessonBody(BodyBlock):
    """The blocks of a lesson."""

    example = ExampleBlock()
    task = TaskBlock()
    term = TermBlock()
    sources = SourcesBlock()


def study_minutes(body: Any, *texts: str) -> float:
    """Time to work through a lesson, in minutes, not rounded: its words, and what exercises and films add.

    `body` is the value of a StreamField, `texts` is what stands outside it.
    """
    raw = body.get_prep_value()
    words = sum(len(_WORD.findall(unescape(_TAG.sub(" ", text)))) for text in (*texts, *_texts(raw)))
    return words / WORDS_PER_MINUTE + sum(block["value"].get("minutes") or 0 for block in raw if _is_struct(block))


_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"\w[\w'’.,/-]*")
# Names and numbers of things, not words to read; alternative text takes the place of a picture.
_UNREAD = {"id", "type", "alt"}


def _is_struct(block: dict[str, Any]) -> bool:
    return isinstance(block["value"], dict)


def _texts(value: Any) -> Iterator[str]:
    """All texts in the stored form of a block."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in _UNREAD:
                yield from _texts(part)
