"""Plain text of a stranger's HTML: for labels and questions on our own pages, and for codes that are compared.

Not with html.parser: unclosed tags and quotes make it go over the rest of the text again and again (20,000 characters
of "<a '" take it five seconds). This goes over a text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

# Where a reader sees a new line. Everything else (strong, em, sub, a, span) stands in the line.
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6r]|header|li|main|ol|p|pre|section"
    r"|table|td|th|tr|ul",
    re.IGNORECASE | re.ASCII,
)
# Elements whose inside is no text of the page.
_UNSEEN = re.compile(r"script|style|template|title|textarea|noscript|iframe|object|svg", re.IGNORECASE | re.ASCII)
# A tag to its end; ">" in a quoted value does not end it. Nothing here gives back what it took, so one pass is enough.
_TAG = re.compile(
    r"""</?(?P<name>[a-z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*+)>""",
    re.IGNORECASE | re.ASCII,
)
_ALTERNATIVE = re.compile(r"""\salt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'][^\s]*+))""", re.IGNORECASE | re.ASCII)
# What nobody sees, or what turns the direction of a line; tabs and line ends stay for a moment, they are spaces.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def plain_text(html: str) -> str:
    """What a reader of this HTML sees: no tags, one space between words, one line end between blocks.

    The answer is text: it may hold "<" and "&" and has to be escaped like any other. Scripts, styles and frames leave
    nothing, pictures their text alternative. Characters that turn the direction of a line or cannot be seen are
    dropped: a label must not look like another one.
    """
    words = _CONTROLS.sub("", "".join(_pieces(html)))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(line for line in lines if line)


def one_line(html: str) -> str:
    """The same in one line, for a label."""
    return " ".join(plain_text(html).split())


def _pieces(html: str) -> Iterator[str]:
    """The text between the tags, and what stands for a tag; what is left open at the end is dropped, as browsers do."""
    at = 0
    while (start := html.find("<", at)) != -1:
        yield unescape(html[at:start])
        following, letter = html[start + 1 : start + 2], html[start + 1 : start + 3].lstrip("/")[:1]
        if html.startswith("<!--", start):
            at = _after(html, "-->", start + 4)
        elif tag := _TAG.match(html, start):
            at = tag.end()
            yield _instead_of(tag)
            if _UNSEEN.fullmatch(tag["name"]) and following != "/":
                closing = re.compile(rf"</{tag['name']}(?=[\s/>])", re.IGNORECASE).search(html, at)
                at = closing.start() if closing else len(html)
        elif letter.isascii() and letter.isalpha():
            return
        elif following in ("!", "?", "/"):
            at = _after(html, ">", start)
        else:
            yield "<"
            at = start + 1
    yield unescape(html[at:])


def _instead_of(tag: re.Match[str]) -> str:
    if _BLOCKS.fullmatch(tag["name"]):
        return "\n"
    if tag["name"].lower() == "img" and (found := _ALTERNATIVE.search(tag["attributes"])):
        return f" {unescape(found[1] or found[2] or found[3] or '')} "
    return ""


def _after(html: str, mark: str, start: int) -> int:
    found = html.find(mark, start)
    return len(html) if found == -1 else found + len(mark)
