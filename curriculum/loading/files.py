"""Reading the content files: Markdown blocks with YAML front matter, checked before anything is loaded.

Pure functions without Django, so that an author can check files with `python -m curriculum.loading.files`.
The format is described in curriculum/content/README.md.
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass, field
from html import escape
from math import ceil
from pathlib import Path
from typing import Any

import yaml

from curriculum.lessons.enums import WORDS_PER_MINUTE

CONTENT_DIR = Path(__file__).resolve().parent.parent / "content"
LANGUAGES = ("en", "nl", "de", "fr")
KINDS = {
    "text", "heading", "quotation", "callout", "example", "steps", "table", "term", "quiz", "task", "sources",
    "image", "video", "download", "activity",
}  # fmt: skip

_OPEN = re.compile(r"^::: (?P<kind>[a-z]+) #(?P<id>[a-z0-9][a-z0-9-]*)(?P<rest>.*)$")
_ITEM = re.compile(r"^(?:- |\d+\. )(.*)$")


class ContentError(Exception):
    """A content file is not well-formed; the message names file and line."""


@dataclass(frozen=True)
class Block:
    """One block of a lesson, page or case: its kind, its stable id, attributes and Markdown body."""

    kind: str
    id: str
    attrs: dict[str, str]
    body: str
    line: int

    @property
    def minutes(self) -> int:
        """Time to work through the block beyond reading it, in whole minutes."""
        return int(self.attrs.get("minutes", 0))


@dataclass(frozen=True)
class ContentFile:
    """A text in one language: front matter and blocks."""

    path: Path
    lang: str
    meta: dict[str, Any]
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> int:
        """Words that a learner reads, title and attributes' visible texts included."""
        parts = [str(self.meta.get(key, "")) for key in ("title", "opening_question")]
        for block in self.blocks:
            parts += [block.attrs.get(key, "") for key in ("title", "caption", "source")]
            parts.append(re.sub(r"\]\([^)]*\)|[*|#\[\]]", " ", block.body))
        return len(re.findall(r"\w[\w'’.,/-]*", " ".join(parts)))

    @property
    def minutes(self) -> float:
        """Study time in minutes: reading and timed exercises, not rounded."""
        return self.words / WORDS_PER_MINUTE + sum(block.minutes for block in self.blocks)


def round_minutes(minutes: float) -> int:
    """Minutes as a course states them: rounded up to five."""
    return ceil(minutes / 5) * 5


def parse(path: Path) -> ContentFile:
    """Read one file; the language is the part of its name before `.md`. Raises ContentError."""
    lang = path.name.split(".")[-2]
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n") or "\n---\n" not in text[4:]:
        raise ContentError(f"{path}:1: front matter between two lines of --- is missing")
    head, _, body = text[4:].partition("\n---\n")
    try:
        meta = yaml.safe_load(head)
    except yaml.YAMLError as error:
        raise ContentError(f"{path}: front matter: {error}") from error
    blocks, seen = [], set()
    lines = body.split("\n")
    offset = head.count("\n") + 4
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            index += 1
            continue
        match = _OPEN.match(line)
        if not match:
            raise ContentError(f"{path}:{offset + index}: expected `::: kind #id`, found {line[:40]!r}")
        start = index
        index += 1
        inner = []
        while index < len(lines) and lines[index].strip() != ":::":
            inner.append(lines[index])
            index += 1
        if index == len(lines):
            raise ContentError(f"{path}:{offset + start}: block is not closed with `:::`")
        index += 1
        if match["kind"] not in KINDS:
            raise ContentError(f"{path}:{offset + start}: unknown kind {match['kind']!r}")
        if match["id"] in seen:
            raise ContentError(f"{path}:{offset + start}: id {match['id']!r} stands twice")
        seen.add(match["id"])
        blocks.append(
            Block(match["kind"], match["id"], _attributes(match["rest"]), "\n".join(inner).strip(), offset + start)
        )
    return ContentFile(path, lang, meta, blocks)


def _attributes(rest: str) -> dict[str, str]:
    """`title="A b" minutes=2` as a dict. Apostrophes are letters here, only double quotes delimit."""
    lexer = shlex.shlex(rest, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes, lexer.escape = True, "", '"', ""
    return dict(part.split("=", 1) for part in lexer)


def paragraphs(body: str) -> list[tuple[str, list[str]]]:
    """Markdown body as a list of (tag, texts): p, h3 with one text, ul and ol with their items."""
    result: list[tuple[str, list[str]]] = []
    for chunk in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("### "):
            result.append(("h3", [lines[0][4:]]))
        elif all(line.startswith("- ") for line in lines):
            result.append(("ul", [line[2:] for line in lines]))
        elif all(re.match(r"\d+\. ", line) for line in lines):
            result.append(("ol", [_ITEM.match(line)[1] for line in lines]))  # type: ignore[index]  # matched above
        else:
            result.append(("p", [" ".join(lines)]))
    return result


def inline(text: str) -> str:
    """Bold, italic and links of one line as HTML; everything else escaped."""
    html = escape(text, quote=False)
    html = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html)
    html = re.sub(r"(?<!\w)\*(.+?)\*(?!\w)", r"<i>\1</i>", html)
    return re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)\)", r'<a href="\2">\1</a>', html)


def to_html(body: str) -> str:
    """Markdown body as the rich-text HTML that Wagtail stores."""
    out = []
    for tag, texts in paragraphs(body):
        if tag in ("ul", "ol"):
            out.append(f"<{tag}>" + "".join(f"<li>{inline(text)}</li>" for text in texts) + f"</{tag}>")
        else:
            out.append(f"<{tag}>{inline(texts[0])}</{tag}>")
    return "".join(out)


def table_rows(body: str) -> list[list[str]]:
    """Pipe table as rows of cells, without the line of dashes."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in body.split("\n") if line.strip()]
    return [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]


def shape(block: Block) -> tuple[Any, ...]:
    """What must be equal in every language of a block: kind, id, number of parts, cells, marks and links."""
    if block.kind == "table":
        return block.kind, block.id, [len(row) for row in table_rows(block.body)]
    marks = (block.body.count("**") // 2, len(re.findall(r"\]\(http", block.body)))
    return block.kind, block.id, [(tag, len(texts)) for tag, texts in paragraphs(block.body)], marks


def check_parallel(source: ContentFile, other: ContentFile) -> list[str]:
    """Sentences that say where a translation does not run parallel to its source; empty when it does."""
    problems = []
    for key in ("title", "summary", "opening_question"):
        if bool(source.meta.get(key)) != bool(other.meta.get(key)):
            problems.append(f"{other.path}: `{key}` stands in only one of the two languages")
    if [b.id for b in source.blocks] != [b.id for b in other.blocks]:
        problems.append(f"{other.path}: block ids differ from {source.path.name}: "
                        f"{[b.id for b in source.blocks]} / {[b.id for b in other.blocks]}")  # fmt: skip
        return problems
    for mine, theirs in zip(source.blocks, other.blocks, strict=True):
        if shape(mine) != shape(theirs):
            problems.append(
                f"{other.path}:{theirs.line}: #{mine.id} has another shape: {shape(mine)} / {shape(theirs)}"
            )
        for key in ("term", "quiz", "activity"):
            if mine.attrs.get(key) != theirs.attrs.get(key):
                problems.append(f"{other.path}:{theirs.line}: #{mine.id} shows another {key} than the source")
        for key in ("title", "caption", "alt", "source"):
            if (key in mine.attrs) != (key in theirs.attrs):
                problems.append(f"{other.path}:{theirs.line}: #{mine.id} `{key}` stands in only one language")
    return problems


def check_yaml(path: Path) -> list[str]:
    """Problems of one YAML file: it cannot be read, or lists of its languages have different lengths."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        return [f"{path}: {' '.join(str(error).split())}"]
    return [f"{path}: {place}" for place in _uneven(data, ())]


def _uneven(data: Any, place: tuple[str, ...]) -> list[str]:
    """Where lists by language differ in length."""
    if isinstance(data, list):
        return [problem for n, each in enumerate(data) for problem in _uneven(each, (*place, str(n)))]
    if not isinstance(data, dict):
        return []
    source = data.get(LANGUAGES[0])
    problems = [
        f"{'/'.join(place)}: {len(source)} in {LANGUAGES[0]}, {len(data[lang])} in {lang}"
        for lang in LANGUAGES[1:]
        if isinstance(source, list) and isinstance(data.get(lang), list) and len(data[lang]) != len(source)
    ]
    return problems + [problem for key, each in data.items() for problem in _uneven(each, (*place, str(key)))]


def check_folder(folder: Path) -> list[str]:
    """Problems of all files below a folder, each as one sentence."""
    problems = [problem for path in sorted(folder.rglob("*.yaml")) for problem in check_yaml(path)]
    for source_path in sorted(folder.rglob("*.en.md")):
        try:
            source = parse(source_path)
        except ContentError as error:
            problems.append(str(error))
            continue
        for lang in LANGUAGES[1:]:
            path = source_path.with_name(source_path.name.replace(".en.md", f".{lang}.md"))
            if path.exists():
                try:
                    problems += check_parallel(source, parse(path))
                except ContentError as error:
                    problems.append(str(error))
    return problems


def main() -> int:
    """Check all files, or those below the folder named as the first argument; print words and minutes."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CONTENT_DIR
    problems = check_folder(folder)
    for path in sorted(folder.rglob("*.md")):
        if path.name != "README.md" and not problems:
            item = parse(path)
            print(f"{path.name}: {item.words} words, {item.minutes:.1f} min")
    print("\n".join(problems) or "all files are well-formed and parallel")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
