"""Blocks that lessons and cases share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from academy.website.blocks import PLAIN_FEATURES


class SourcesBlock(blocks.StructBlock):
    """Where the facts come from."""

    sources = blocks.ListBlock(blocks.RichTextBlock(features=PLAIN_FEATURES), label=_("sources"))

    class Meta:
        icon = "doc-full-inverse"
        template = "curriculum/blocks/sources.html"
        label = _("Sources")
