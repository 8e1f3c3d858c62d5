"""Blocks that only lessons have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks, hooks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock

from academy.website.addresses import reading_language
from academy.website.blocks import TEXT_FEATURES, BodyBlock
from curriculum.h5p.models import Activity
from curriculum.h5p.queries import activities, minutes_of
from curriculum.library.blocks import SourcesBlock
from curriculum.library.models import GlossaryTerm
from curriculum.quizzes.enums import MINUTES_PER_QUESTION
from curriculum.quizzes.models import Quiz
from curriculum.quizzes.queries import quiz_families, quizzes_for_practice

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


class QuizBlock(blocks.StructBlock):
    """A quiz for practice: nothing is counted, and it is taken on a page of its own.

    A lesson knows no learner, so it does not know where that page is. Whoever does gives its address: a hook
    `practice_address` with the keys of lesson and quiz and the reader's language. Without one, no link is shown.
    All this is the same for everybody: a body is rendered once for all readers.
    """

    quiz = SnippetChooserBlock(Quiz, label=_("quiz for practice"))

    class Meta:
        icon = "clipboard-list"
        template = "curriculum/blocks/quiz.html"
        label = _("Check yourself")

    def clean(self, value: Any) -> Any:
        """Only quizzes for practice: the others belong to a course, with a pass mark."""
        cleaned = super().clean(value)
        if not cleaned["quiz"].formative:
            raise StructBlockValidationError(
                {"quiz": ValidationError(_("Choose a quiz for practice. This one counts: it belongs to a course."))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`practice`: the quiz in the reader's language, None if it was withdrawn; `address`: where it is taken."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        chosen, page, language = value.get("quiz"), (parent_context or {}).get("page"), reading_language()
        practice = quizzes_for_practice(language).get(chosen.translation_key) if chosen is not None else None
        context["practice"], context["address"] = practice, ""
        if practice is not None and page is not None:
            for address_of in hooks.get_hooks("practice_address"):
                context["address"] = address_of(page.translation_key, practice.key, language)
        return context


class ActivityBlock(blocks.StructBlock):
    """An activity to do here. What stands in the page is the same for everybody: a body is rendered once for all.

    The player is put in by a script, when it comes into view; without one, a link leads to the page where the same is
    done as a form or in words. A lesson knows no learner: hook `activity_address` with the keys of lesson and activity
    and the reader's language gives that page's address, hook `activity_play` where the player is asked for.
    """

    activity = SnippetChooserBlock(Activity, label=_("activity"))

    class Meta:
        icon = "media"
        template = "curriculum/blocks/activity.html"
        label = _("Activity (H5P)")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`shown`: the activity in the reader's language, None if it was withdrawn; `address` and `play`: see above."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        chosen, page, language = value.get("activity"), (parent_context or {}).get("page"), reading_language()
        shown = activities(language).get(chosen.translation_key) if chosen is not None else None
        context |= {"shown": shown, "address": "", "play": ""}
        if shown is not None and page is not None:
            for name in ("activity_address", "activity_play"):
                for address_of in hooks.get_hooks(name):
                    context[name.removeprefix("activity_")] = address_of(page.translation_key, shown.key, language)
        return context


class LessonBody(BodyBlock):
    """The blocks of a lesson."""

    example = ExampleBlock()
    task = TaskBlock()
    term = TermBlock()
    quiz = QuizBlock()
    activity = ActivityBlock()
    sources = SourcesBlock()


def study_minutes(body: Any, *texts: str) -> float:
    """Time to work through a lesson, in minutes, not rounded: its words, and what exercises, films and quizzes add.

    `body` is the value of a StreamField, `texts` is what stands outside it.
    """
    raw = body.get_prep_value()
    words = sum(len(_WORD.findall(unescape(_TAG.sub(" ", text)))) for text in (*texts, *_texts(raw)))
    timed = sum(block["value"].get("minutes") or 0 for block in raw if _is_struct(block))
    asked = _questions(raw) * MINUTES_PER_QUESTION
    return words / WORDS_PER_MINUTE + timed + asked + minutes_of(_activity_ids(raw))


def activity_keys(body: Any) -> list[str]:
    """Keys of the activities in a body, in order, each once; those that were deleted are left out."""
    keys = [child.value.get("activity") for child in body if child.block_type == "activity"]
    return list(dict.fromkeys(str(each.translation_key) for each in keys if each is not None))


_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"\w[\w'’.,/-]*")
# Names and numbers of things, not words to read; alternative text takes the place of a picture.
_UNREAD = {"id", "type", "alt"}


def _questions(raw: Any) -> int:
    """How many questions the quizzes in a text ask. No query if there are none."""
    ids = [block["value"]["quiz"] for block in raw if block["type"] == "quiz"]
    families = quiz_families(set(ids)) if ids else {}
    return sum(families[pk][0].places_count for pk in ids if pk in families)


def _activity_ids(raw: Any) -> list[int]:
    return [block["value"]["activity"] for block in raw if block["type"] == "activity" and block["value"]["activity"]]


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
