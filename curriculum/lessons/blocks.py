"""Blocks that only lessons have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from academy.website.blocks import TEXT_FEATURES, BodyBlock
from curriculum.library.blocks import SourcesBlock
from curriculum.library.models import GlossaryTerm


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
