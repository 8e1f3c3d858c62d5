r"""Words of questions: plain text with paragraphs, line breaks and formulas between \( \) and \[ \]."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .mathml import mathml

register = template.Library()

# As TeX reads it: `\\[2pt]` is a line break of a matrix, not the start of a formula.
BACKSLASHED = re.compile(r"\\(.)", re.DOTALL)
CLOSED_BY = {"(": ")", "[": "]"}
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
BREAK = mark_safe("<br>")


@register.simple_tag
def question_words(text: str, language: str | None = "", inline: bool = False) -> SafeString:
    """The words of a question in paragraphs, marked with their language; `inline`: without paragraphs, for options.

    Everything in the text is escaped; formulas become MathML, and one that cannot be read stays as it was typed.
    """
    text = str(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if inline:
        written = _lines(text, inline=True)
        if not language or language == get_language():
            return written
        return format_html('<bdi lang="{}">{}</bdi>', language, written)
    paragraphs = format_html_join(
        "\n", "<p>{}</p>", ((_lines(paragraph),) for paragraph in BLANK_LINES.split(text) if paragraph.strip())
    )
    if not language:
        return format_html("<div>{}</div>", paragraphs)
    return format_html('<div lang="{}">{}</div>', language, paragraphs)


def _lines(text: str, *, inline: bool = False) -> SafeString:
    """One paragraph: formulas as MathML, line breaks kept."""
    parts: list[SafeString] = []
    for part, formula in formulas(text):
        written = mathml(part[2:-2], block=part[1] == "[" and not inline) if formula else None
        if written is None:
            written = format_html_join(BREAK, "{}", ((line,) for line in BLANK_LINES.sub("\n", part).split("\n")))
        parts.append(written)
    return format_html_join("", "{}", ((part,) for part in parts))


def formulas(text: str) -> Iterator[tuple[str, bool]]:
    r"""The text in pieces, each with whether it is a formula, `\(` and `\)` included. Joined they are the text.

    A formula does not go on past a blank line, so that one bracket too few spoils a paragraph at most.
    """
    done, opened = 0, None
    for found in BACKSLASHED.finditer(text):
        mark = found.group(1)
        if opened is not None and BLANK_LINES.search(text, opened.start(), found.start()):
            opened = None
        if opened is not None and mark == CLOSED_BY[opened.group(1)]:
            if done < opened.start():
                yield text[done : opened.start()], False
            yield text[opened.start() : found.end()], True
            done, opened = found.end(), None
        elif mark in CLOSED_BY:
            # `\(` inside a formula is no TeX: what came before it was none.
            opened = found
    if done < len(text):
        yield text[done:], False
