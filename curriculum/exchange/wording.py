r"""Texts of question files to plain text with paragraphs, and back to HTML.

Formulas between `\(` `\)` and `\[` `\]` stay as they are; `$$` and `[tex]`, which Moodle also knows, become these.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.translation import gettext_lazy as _

from .enums import MAX_TEXT, Note
from .errors import ItemRefused
from .items import NOT_TEXT, tidy

BLANK = "\ufdd0"  # a blank that was written as a character reference, which says that it is meant
TAB = "\ufdd1"
MEANT = str.maketrans({BLANK: " ", TAB: "\t"})

PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "dl", "hr"})
LINES = frozenset(
    {"div", "section", "article", "header", "footer", "figure", "figcaption", "tr", "li", "dt", "dd", "address",
     "center", "caption"}
)  # fmt: skip
FORMATTED = frozenset(
    {"b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "mark", "small", "big", "code", "kbd", "tt", "pre",
     "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
)  # fmt: skip
SILENT = frozenset(
    {"span", "font", "wbr", "tbody", "thead", "tfoot", "colgroup", "col", "abbr", "acronym", "cite", "q", "samp",
     "var", "time", "dfn", "label", "nolink", "bdi", "bdo", "html", "body", "center", "o:p"}
)  # fmt: skip
ACTIVE = frozenset(
    {"script", "style", "iframe", "form", "button", "select", "textarea", "noscript", "head", "title", "template",
     "svg", "canvas"}
)  # fmt: skip
MEDIA = frozenset({"audio", "video", "object", "embed", "applet"})
SPECIAL = frozenset({"br", "img", "a", "sup", "sub", "math", "td", "th", "input", "source", "track", "link", "meta"})
KNOWN = PARAGRAPHS | LINES | FORMATTED | SILENT | ACTIVE | MEDIA | SPECIAL
# What has no end tag; an <embed> or <col> must not wait for one.
VOID = frozenset({"br", "img", "hr", "input", "source", "track", "link", "meta", "col", "wbr", "embed"})

PLUGIN_FILE = re.compile(r"@@PLUGINFILE@@", re.IGNORECASE)
SPACES = re.compile(r"[ \t\n\r\f]+")
IN_FORMULA = re.compile(r"\\\((?:(?!\\\().){1,2000}?\\\)|\\\[(?:(?!\\\[).){1,2000}?\\\]", re.DOTALL)
NO_TAG = re.compile(r"<(?!/?(?:br|span|p|wbr)\b[^<>]{0,200}>)")
# `<` that opens no tag, or a tag that never ends: Python's parser takes very long over many of them.
NO_TAG_AT_ALL = re.compile(r"""<(?!/?[a-zA-Z](?:[^<>"']|"[^"]{0,1000}"|'[^']{0,1000}'){0,1000}>)""")
DECLARATION = re.compile(r"<[!?][^<>]{0,500}>")
DOLLARS = re.compile(r"\$\$((?:(?!</?p\b)[^$]){1,2000}?)\$\$")
TEX_TAG = re.compile(r"\[tex\]((?:(?!\[tex\]).){1,2000}?)\[/tex\]", re.DOTALL | re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*/?>|&(?:[a-z][a-z0-9]*|#[0-9]+|#x[0-9a-f]+);", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A picture that a text shows: where it is from, and what it shows in words."""

    source: str
    alt: str


@dataclass
class Reading:
    """What comes to light while the texts of one question are read."""

    notes: Counter[Note] = field(default_factory=Counter)

    def note(self, note: Note) -> None:
        """Say it once for a question, however often it happens there."""
        self.notes[note] = 1


def plain(text: str, kind: str, reading: Reading) -> tuple[str, list[Shown]]:
    """A text of a file as plain text, and the pictures in it. `kind`: html, moodle, markdown or plain.

    Raises ItemRefused where leaving something out would change what is asked.
    """
    if len(text) > MAX_TEXT:
        raise ItemRefused(_("A text in it is longer than 50,000 characters."))
    if kind == "plain":
        return tidy(text), []
    text = NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if kind == "markdown":
        text = _from_markdown(text, reading)
    if kind == "markdown" or (kind == "moodle" and not re.search(r"<(?:p|div|br|li|table)\b", text, re.IGNORECASE)):
        text = text.strip().replace("\n", "<br>")
    reader = _Reader(reading)
    reader.feed(_made_regular(text))
    reader.close()
    words = reader.text().translate(MEANT)
    return tidy(words), reader.shown


def plain_words(text: str, kind: str, reading: Reading) -> str:
    """A text that can show no picture: feedback, an option."""
    words, shown = plain(text, kind, reading)
    if shown:
        raise ItemRefused(_("It has a picture in an option or in feedback; only the question itself can show one."))
    return words


def to_html(text: str, *, paragraphs: bool = True) -> str:
    """A tidy text as HTML that reads to the same text; without paragraphs, blank lines are two line breaks."""
    marked = ["<br>".join(_line(line) for line in part.split("\n")) for part in text.split("\n\n")]
    if not paragraphs:
        return "<br><br>".join(marked)
    return "".join(f"<p>{part}</p>" for part in marked) if text else ""


def is_markup(text: str) -> bool:
    """Whether something in a text that should be plain would be read as a tag or a character reference."""
    return MARKUP.search(text) is not None


def escaped(text: str) -> str:
    """A text for HTML or an attribute. What Moodle reads as formulas, and is none here, is written as references."""
    text = html.escape(text).replace("$$", "&#36;&#36;")
    return re.sub(r"\[(?=/?tex\])", "&#91;", text, flags=re.IGNORECASE)


def _line(line: str) -> str:
    """One line; blanks that a browser would swallow are written as references too."""
    return re.sub(r"(?<= ) |^ ", "&#32;", escaped(line)).replace("\t", "&#9;")


def _made_regular(text: str) -> str:
    """HTML in which formulas stand between brackets, and in which what looks like a tag is one."""
    text = re.sub(r"&#0*32;|&#x0*20;", BLANK, text)
    text = re.sub(r"&#0*9;|&#x0*9;", TAB, text)
    text = DOLLARS.sub(r"\\[\1\\]", text)
    text = TEX_TAG.sub(r"\\(\1\\)", text)
    text = IN_FORMULA.sub(lambda formula: NO_TAG.sub("&lt;", formula.group(0)), text)
    return NO_TAG_AT_ALL.sub("&lt;", DECLARATION.sub("", _without_comments(text)))


def _without_comments(text: str) -> str:
    """HTML without its comments; one that never ends is text."""
    kept, done = [], 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[done:start])
        done = end + 3
    return "".join([*kept, text[done:]])


def _from_markdown(text: str, reading: Reading) -> str:
    """Markdown without its marks for letters; its lists and paragraphs read well as they are."""
    before = text
    text = re.sub(r"!\[([^\]\n]{0,400})\]\(([^()\s]{1,1000})[^()\n]{0,400}\)", _image, text)
    text = re.sub(r"(?<!!)\[([^\]\n]{1,400})\]\(([^()\s]{1,1000})[^()\n]{0,400}\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"(\*\*|__)(?=\S)([^\n]{1,400}?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,400}?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"^#{1,6}[ \t]+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^[*+][ \t]+", "- ", text, flags=re.MULTILINE)
    if text != before:
        reading.note(Note.FORMATTING)
    return text


def _image(found: re.Match[str]) -> str:
    return f'<img src="{html.escape(found.group(2))}" alt="{html.escape(found.group(1))}">'


class _Reader(HTMLParser):
    """Collects the words of a piece of HTML, line by line."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = reading
        self.shown: list[Shown] = []
        self.out: list[str] = []
        self.breaks = 0
        self.prefix = ""
        self.lists: list[int | None] = []
        self.hidden: list[str] = []
        self.raised: list[tuple[str, int]] = []
        self.links: list[str] = []
        self.kept = 0
        self.formula: list[str] | None = None
        self.tex = ""
        self.in_annotation = False
        self.cells = 0

    def text(self) -> str:
        """What was collected."""
        return "".join(self.out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Breaks, pictures, and marks for lists; a tag that HTML does not know is text."""
        values = {name: value or "" for name, value in attrs}
        if self.hidden:
            if tag not in VOID:
                self.hidden.append(tag)
            return
        if self.formula is not None:
            self.in_annotation = tag == "annotation" and "tex" in values.get("encoding", "").lower()
            return
        if tag not in KNOWN:
            self._words(self.get_starttag_text() or "")
            return
        self._look(tag, values)
        self._open(tag, values)
        self.kept += tag == "pre"

    def _open(self, tag: str, values: dict[str, str]) -> None:
        if tag in ACTIVE:
            self.hidden.append(tag)
        elif tag == "math":
            self.formula, self.tex = [], values.get("alttext", "")
        elif tag == "br":
            self._write("\n")
        elif tag in {"ul", "ol"}:
            self._break(2 if not self.lists else 1)
            self.lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in {"td", "th"}:
            self._cell()
        elif tag in {"sup", "sub"}:
            self.raised.append((tag, len(self.out)))
        elif tag == "a":
            self.links.append(values.get("href", ""))
        else:
            self._block(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<br/>` and `<p/>`."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID and tag in KNOWN:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """What a start tag opened."""
        if self.hidden:
            if tag in self.hidden:
                del self.hidden[len(self.hidden) - 1 - self.hidden[::-1].index(tag) :]
            return
        if self.formula is not None:
            self.in_annotation = False
            if tag == "math":
                self._end_formula()
            return
        if tag not in KNOWN:
            self._words(f"</{tag}>")
        elif tag in {"ul", "ol"}:
            self.prefix = ""
            if self.lists:
                self.lists.pop()
            self._break(1 if self.lists else 2)
        elif tag in {"sup", "sub"}:
            self._end_raised(tag)
        elif tag == "a":
            self._end_link()
        elif tag == "tr":
            self.cells = 0
            self._break(1)
        else:
            self._block(tag)
        self.kept -= tag == "pre" and self.kept > 0

    def handle_data(self, data: str) -> None:
        """Words; runs of blanks are one, as in a browser."""
        if self.hidden:
            return
        if self.formula is not None:
            if self.in_annotation:
                self.tex = data
            else:
                self.formula.append(data)
            return
        if self.kept:
            self._write(data)
            return
        self._words(data)

    def _look(self, tag: str, values: dict[str, str]) -> None:
        """What a tag means for the question as a whole."""
        source = values.get("src", values.get("data", ""))
        if tag in MEDIA or (tag == "source" and source):
            raise ItemRefused(_("It has sound, film or another object in it."))
        if tag == "img":
            self.shown.append(Shown(source, " ".join(values.get("alt", "").split())))
        elif tag == "a" and PLUGIN_FILE.search(values.get("href", "")):
            raise ItemRefused(_("It links to a file that is packed in with it."))
        elif tag in ACTIVE or tag == "input":
            self.reading.note(Note.ACTIVE)
        elif tag == "table":
            self.reading.note(Note.TABLES)
        elif tag in FORMATTED:
            self.reading.note(Note.FORMATTING)

    def _block(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self._break(1 if self.lists else 2)
        elif tag in LINES:
            self._break(1)

    def _item(self) -> None:
        self._break(1)
        number = self.lists[-1] if self.lists else None
        mark = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1
        self.prefix = BLANK * (2 * (len(self.lists) - 1)) + mark

    def _cell(self) -> None:
        if self.cells:
            self._words(" | ")
        self.cells += 1

    def _break(self, count: int) -> None:
        if not self.prefix:
            self.breaks = max(self.breaks, count)

    def _words(self, data: str) -> None:
        data = SPACES.sub(" ", data)
        at_start = not self.out or self.breaks or self.prefix or self.out[-1].endswith((" ", "\n"))
        self._write(data.lstrip(" ") if at_start else data)

    def _write(self, text: str) -> None:
        if not text:
            return
        if self.breaks and self.out:
            self.out.append("\n" * self.breaks)
        self.breaks = 0
        if self.prefix:
            self.out.append(self.prefix)
            self.prefix = ""
        self.out.append(text)

    def _end_link(self) -> None:
        address = self.links.pop() if self.links else ""
        if re.match(r"https?://|mailto:", address, re.IGNORECASE):
            self.reading.note(Note.LINKS)
            shown = address.removeprefix("mailto:")
            if shown not in "".join(self.out[-3:]):
                self._write(f" ({shown})")

    def _end_raised(self, tag: str) -> None:
        """x<sup>2</sup> is x², and CO<sub>2</sub> is CO₂: without the mark they would say something else."""
        if not self.raised or self.raised[-1][0] != tag:
            return
        _tag, start = self.raised.pop()
        inner = "".join(self.out[start:])
        if not inner.strip():
            return
        self.reading.note(Note.FORMATTING)
        small = "".join(_RAISED[tag].get(character, "") for character in inner)
        if len(small) != len(inner):
            mark = "^" if tag == "sup" else "_"
            small = f"{mark}{inner}" if len(inner) == 1 else f"{mark}({inner.strip()})"
        self.out[start:] = [small]

    def _end_formula(self) -> None:
        letters = " ".join("".join(self.formula or []).split())
        self.formula = None
        if self.tex.strip():
            self._words(rf"\({self.tex.strip()}\)")
        else:
            self.reading.note(Note.MATHML)
            self._words(letters)


def _raised() -> dict[str, dict[str, str]]:
    """Characters that Unicode has as small raised or lowered ones, from its own decompositions."""
    found: dict[str, dict[str, str]] = {"sup": {}, "sub": {}}
    blocks = [*range(0xB2, 0xBA), *range(0x2070, 0x209D), 0x2E3, 0x2B8]
    for character in map(chr, blocks):
        kind, _space, codes = unicodedata.decomposition(character).partition(" ")
        if kind in {"<super>", "<sub>"} and " " not in codes:
            found["sup" if kind == "<super>" else "sub"][chr(int(codes, 16))] = character
    for plain_minus in ("-", "\N{EN DASH}"):
        found["sup"][plain_minus] = "\N{SUPERSCRIPT MINUS}"
        found["sub"][plain_minus] = "\N{SUBSCRIPT MINUS}"
    return found


_RAISED = _raised()
