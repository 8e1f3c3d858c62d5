r"""TeX to MathML that is safe to stand in a page: every element and attribute is on a list, every text is escaped.

The library reads TeX; what it builds is written out here, because its own text output lets markup in \text{} through.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from latex2mathml.converter import convert_to_element

MAX_LENGTH = 2000
MAX_DEPTH = 60
# Each element with how many it must hold; a fraction without a denominator would be shown as something else.
ELEMENTS: dict[str, int | None] = {
    **dict.fromkeys(("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom", "menclose")),
    **dict.fromkeys(("mtable", "mtr", "mtd", "msqrt")),
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
# No colours (contrast is the site's), no sizes (a formula stays where it is), nothing that leads anywhere.
ATTRIBUTES: dict[str, frozenset[str] | re.Pattern[str]] = {
    "accent": frozenset({"true", "false"}),
    "columnalign": frozenset({"left", "center", "right"}),
    "displaystyle": frozenset({"true", "false"}),
    "fence": frozenset({"true", "false"}),
    "form": frozenset({"prefix", "infix", "postfix"}),
    "largeop": frozenset({"true", "false"}),
    "linethickness": frozenset({"0"}),
    "mathvariant": frozenset({"normal"}),
    "movablelimits": frozenset({"true", "false"}),
    "notation": re.compile(r"[a-z ]{1,60}"),
    "scriptlevel": frozenset({"0", "1", "2"}),
    "separator": frozenset({"true", "false"}),
    "stretchy": frozenset({"true", "false"}),
    "width": re.compile(r"-?[0-3]?(\.[0-9]{1,3})?em"),
}
REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
# Macros could be built to grow without end; a formula of a question needs none.
DEFINITIONS = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|(?:re)?newenvironment|[egx]?def|let|DeclareMathOperator)(?![a-zA-Z])"
)
# The room after a line of a matrix; the library would print it.
ROOM_AFTER_LINE = re.compile(r"(\\\\)\s*\[\s*-?[0-9.]+\s*(?:em|ex|pt|px|mm|cm|in)\s*\]")


@lru_cache(maxsize=2000)
def mathml(tex: str, *, block: bool = False) -> SafeString | None:
    """A formula as a <math> element, on a line of its own if `block`; None if it cannot be read as TeX."""
    tex = tex.strip()
    if not tex or len(tex) > MAX_LENGTH or DEFINITIONS.search(tex):
        return None
    try:
        tree = convert_to_element(ROOM_AFTER_LINE.sub(r"\1", tex), display="block" if block else "inline")
        written = _written(tree, 0)
    except Exception:  # the library raises whatever its parser stumbles over; a formula is never an error page
        return None
    if written is None:
        return None
    return format_html('<math display="{}">{}</math>', "block" if block else "inline", written)


def _written(element: Element, depth: int) -> SafeString | None:
    """What stands inside an element; None where something is not on the lists or is no known command."""
    if depth > MAX_DEPTH or ELEMENTS.get(element.tag, -1) not in (None, len(element)):
        return None
    text = REFERENCE.sub(_character, element.text or "")
    if element.tag != "mtext" and text.startswith("\\") and len(text) > 1:
        return None
    inner = [_whole(child, depth + 1) for child in element]
    if any(part is None for part in inner):
        return None
    return format_html("{}{}", conditional_escape(text), format_html_join("", "{}", ((part,) for part in inner)))


def _whole(element: Element, depth: int) -> SafeString | None:
    inner = _written(element, depth)
    if inner is None:
        return None
    kept = [(name, value) for name, value in element.attrib.items() if _is_kept(name, value)]
    attributes = format_html_join("", ' {}="{}"', kept)
    return format_html("<{}{}>{}</{}>", element.tag, attributes, inner, element.tag)


def _is_kept(name: str, value: str) -> bool:
    allowed = ATTRIBUTES.get(name)
    if isinstance(allowed, re.Pattern):
        return allowed.fullmatch(value) is not None
    return allowed is not None and value in allowed


def _character(reference: re.Match[str]) -> str:
    """The library writes symbols as references; one that is no character stays as it was typed."""
    number = int(reference.group(1), 16)
    is_character = 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF and not 0x7F <= number <= 0x9F
    return chr(number) if is_character else reference.group(0)
