"""Wagtail's admin in the academy's colours."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html_join


def style_sheets() -> str:
    """The academy's type and colours, after Wagtail's own style sheet."""
    names = ("academy/css/fonts.css", "academy/css/admin.css")
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))
