"""Which texts code and templates ask to have translated, and how well a catalogue answers. Needs no GNU gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

# Name of the call -> positions of context, singular and plural among its arguments.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "_": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(
    rf"\b(?P<name>n?p?gettext|_)\(\s*{_STRING}(?:\s*,\s*{_STRING})?(?:\s*,\s*{_STRING})?", re.DOTALL
)
_PLACE = re.compile(r"%\((\w+)\)[sd]|(?<![{])\{(\w*)\}")
# What a person reads, in files without `.py`: pages, and the words of mails.
TEMPLATE_SUFFIXES = (".html", ".txt")


@dataclass(frozen=True)
class Key:
    """What names a message in a catalogue: its context and its English words."""

    context: str | None
    singular: str

    def __lt__(self, other: Key) -> bool:
        return (self.singular, self.context or "") < (other.singular, other.context or "")


@dataclass
class Message:
    """A text that is asked for, with the places that ask for it."""

    key: Key
    plural: str | None = None
    places: list[tuple[str, int]] = field(default_factory=list)


class Extraction(dict[Key, Message]):
    """All messages by their key."""

    def add(self, key: Key, plural: str | None, place: tuple[str, int]) -> None:
        """Note that `place` (file, line) asks for this message."""
        message = self.setdefault(key, Message(key))
        message.plural = message.plural or plural
        message.places.append(place)


def _in_python(source: str, name: str) -> Iterator[tuple[Key, str | None, int]]:
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called not in CALLS:
            continue

        def text(position: int | None, of: ast.Call = node) -> str | None:
            if position is None or position >= len(of.args):
                return None
            value = of.args[position]
            return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None

        context, singular, plural = (text(position) for position in CALLS[called])
        if singular:
            yield Key(context, singular), plural, node.lineno


def _in_template(source: str, name: str) -> Iterator[tuple[Key, str | None, int]]:
    asked = templatize(source, origin=name)
    for match in _TEMPLATE_CALL.finditer(asked):
        positions = CALLS[match["name"]]
        # The percent signs of a template's words are doubled by templatize, as they are when Django looks them up.
        texts = [ast.literal_eval(value) if value else None for value in match.groups()[1:]]
        context, singular, plural = (None if at is None else texts[at] for at in positions)
        if singular:
            yield Key(context, singular), plural, asked.count("\n", 0, match.start()) + 1


def extract(project: Path, folders: Iterable[str]) -> Extraction:
    """Everything that files below these folders ask for. Raises SyntaxError where a file cannot be read."""
    found = Extraction()
    for folder in folders:
        for path in sorted((project / folder).rglob("*")):
            reader = _in_python if path.suffix == ".py" else _in_template if path.suffix in TEMPLATE_SUFFIXES else None
            if reader is None or "migrations" in path.parts or "static" in path.parts or "content" in path.parts:
                continue
            name = path.relative_to(project).as_posix()
            for key, plural, line in reader(path.read_text(encoding="utf-8"), name):
                found.add(key, plural, (name, line))
    return found


def places_in(text: str) -> set[str]:
    """The placeholders of a text: names in %(name)s and {name}."""
    return {a or b or "{}" for a, b in _PLACE.findall(text)}


def key_of(entry: polib.POEntry) -> Key:
    """What names this entry."""
    return Key(entry.msgctxt or None, entry.msgid)


def words_of(entry: polib.POEntry) -> list[str]:
    """The translation, or all its plural forms."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def problems(catalogue: polib.POFile, wanted: Extraction, allowed_equal: set[str]) -> list[str]:
    """What is wrong with a catalogue, one sentence for each: missing, fuzzy, equal to English, placeholders."""
    found: list[str] = []
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    for key, message in sorted(wanted.items()):
        entry = entries.get(key)
        shown = repr(key.singular) + (f" ({key.context})" if key.context else "")
        if entry is None or not any(words_of(entry)):
            file, line = message.places[0]
            found.append(f"missing: {shown}, {file}:{line}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {shown}")
        else:
            found += [f"{problem}: {shown}" for problem in _entry_problems(entry, message, allowed_equal)]
    found += [f"nobody asks for it: {entry.msgid!r}" for key, entry in entries.items() if key not in wanted]
    return found


def _entry_problems(entry: polib.POEntry, message: Message, allowed_equal: set[str]) -> Iterator[str]:
    words = words_of(entry)
    if message.plural and not entry.msgid_plural:
        yield "has no plural forms"
        return
    if not all(words):
        yield "a plural form is missing"
        return
    if entry.msgid in words and entry.msgid not in allowed_equal:
        yield "equal to English and not in allow-equal.txt"
    asked = places_in(entry.msgid) | places_in(message.plural or "")
    for text in words:
        # A plural form may do without the number ("one lesson"), none may name what is not given.
        missing = set() if message.plural else asked - places_in(text)
        if missing or places_in(text) - asked:
            yield f"other placeholders than {sorted(asked)}"
    if entry.msgid.startswith("\n") != words[0].startswith("\n") or entry.msgid.endswith("\n") != words[0].endswith(
        "\n"
    ):
        yield "begins or ends with a line break where the other does not"


def merge(catalogue: polib.POFile, wanted: Extraction) -> tuple[int, int]:
    """Bring a catalogue up to date: new messages empty, those nobody asks for obsolete. Returns (new, obsolete)."""
    entries = {key_of(entry): entry for entry in catalogue}
    new = gone = 0
    for key, message in sorted(wanted.items()):
        entry = entries.get(key)
        if entry is None:
            entry = polib.POEntry(msgctxt=key.context, msgid=key.singular)
            catalogue.append(entry)
            new += 1
        elif entry.obsolete:
            entry.obsolete = False
            new += 1
        if message.plural and not entry.msgid_plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: "", 1: ""}
            entry.msgstr = ""
        elif message.plural:
            entry.msgid_plural = message.plural
        # Files without line numbers: a moved line must not change the catalogue.
        entry.occurrences = [(file, "") for file in dict.fromkeys(file for file, _ in sorted(message.places))]
        entry.flags = [flag for flag in entry.flags if flag != "python-format"]
        if "%(" in key.singular:
            entry.flags.append("python-format")
    for key, entry in entries.items():
        if key not in wanted and not entry.obsolete:
            entry.obsolete = True
            gone += 1
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    return new, gone
