"""Comparing what a learner typed: words and numbers in the spellings that people use. Pure; knows no question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

# Dropped wherever they stand: "l’achat" is "lachat", „Rest“ is Rest.
_QUOTES = dict.fromkeys(map(ord, "'\"`´ʹʺʻʼ‘’‚‛“”„‟′″‹›«»＇＂"))
_END_PUNCTUATION = " .,;:!?¡¿…()[]{}·•"
# NFKD takes apart é and ﬁ, but not these; casefold has made ß to ss.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_STAR = re.compile(r"\\\*|\*")

MAX_TYPED_NUMBER = 60
_MAX_DIGITS = 28
_MAX_EXPONENT = 15
_MINUS = str.maketrans(dict.fromkeys("−–‒﹣－", "-"))
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ′´`", "'"))
_EXPONENT = re.compile(r"(?P<mantissa>.+?) ?e(?P<exponent>[-+]?[0-9]{1,3})")


def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Numbers whose decimals follow `decimal`; thousands stand apart by one of `thousands`, the same throughout."""
    # No grouped number begins with 0: "0,500" is a half on every page.
    grouped = rf"[1-9][0-9]{{0,2}}(?P<group>[{thousands}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    return re.compile(rf"(?P<whole>{grouped}|[0-9]*)(?:{re.escape(decimal)}(?P<part>[0-9]+))?", re.ASCII)


_POINT, _COMMA = _number_pattern(".", ",' "), _number_pattern(",", ".' ")


def normalise(text: str) -> str:
    """The text without what short answers need not have right.

    Case, accents, quotes and apostrophes, runs of spaces, punctuation at the ends; a hyphen or dash is a space, ß is
    ss, œ is oe. Doing it twice changes nothing.

    | typed                    | compared as           |
    |--------------------------|-----------------------|
    | " Passeport  Matériaux." | "passeport materiaux" |
    | "Life-cycle costs"       | "life cycle costs"    |
    | "STRASSE", "Straße"      | "strasse"             |
    | "l’œuvre"                | "loeuvre"             |
    """
    folded = _spaced(_fold(text)).strip()
    return folded.strip(_END_PUNCTUATION) or folded


def accepts(words: Iterable[str], text: str) -> bool:
    r"""Whether the text is one of these words, as `normalise` compares them.

    Also where ä, ö, ü are typed as ae, oe, ue, on either side. `*` in a word stands for any characters, also none;
    `\*` is a star.

    | listed              | typed                | accepted |
    |---------------------|----------------------|----------|
    | "Gebäudepass"       | "gebaeudepass"       | yes      |
    | "material* passport"| "Materials-passport" | yes      |
    | "*pass"             | "Passport"           | no       |
    | "2\*3"              | "2*3"                | yes      |
    """
    forms = {form for form in (normalise(text), normalise(_umlauts_apart(text))) if form}
    patterns = [pattern for word in words if word.strip() for pattern in {word, _umlauts_apart(word)}]
    return any(_meets(pattern, form) for pattern in patterns for form in forms)


def read_number(typed: str, language: str, units: Iterable[str] = ()) -> Decimal | None:
    """The number that was typed on a page in this language; None if it is none. One of `units` may stand beside it.

    Where a form can mean two numbers the language of the page decides (the mark of decimals is the point in English,
    else the comma); a form that can mean only one is taken everywhere.

    | typed                       | en     | nl, de, fr |
    |-----------------------------|--------|------------|
    | "2409", "+2409", "2 409"    | 2409   | 2409       |
    | "2,409"                     | 2409   | 2.409      |
    | "2.409"                     | 2.409  | 2409       |
    | "2,409.5", "2.409,5"        | 2409.5 | 2409.5     |
    | "2'409.50", "2’409,50"      | 2409.5 | 2409.5     |
    | "106,62", "106.62"          | 106.62 | 106.62     |
    | "0,500", ".5", "5e-1"       | 0.5    | 0.5        |
    | "1.234.567", "1,234,567"    | 1234567| 1234567    |
    | "−34", "- 34", "€ -34" (€)  | -34    | -34        |
    | "1e5"                       | 100000 | 100000     |
    | "24 09", "2,40,9", "1e99"   | None   | None       |
    | "two", "NaN", "12 €" (items)| None   | None       |
    """
    if len(typed) > MAX_TYPED_NUMBER:
        return None
    text = _spaced(typed.translate(_MINUS).translate(_APOSTROPHES)).strip().casefold()
    units = list(units)
    negative, text = _cut_sign(_cut_units(text, units))
    text = _cut_units(text, units)  # "-€ 34"
    exponent = 0
    scientific = _EXPONENT.fullmatch(text)
    if scientific:
        text, exponent = scientific["mantissa"], int(scientific["exponent"])
    number = _read_digits(text, language)
    if number is None or abs(exponent) > _MAX_EXPONENT:
        return None
    # Written out: 1e5 becomes 100000, and -0 is 0.
    number = Decimal(f"{number.scaleb(exponent):f}")
    return -number if negative else number


def write_number(number: Decimal, language: str) -> str:
    """The number as people write it in this language: 2,409.5 (en), 2.409,5 (nl, de), 2 409,5 (fr, narrow space)."""
    whole, _, part = f"{abs(number):f}".partition(".")
    decimal, thousands = _marks(language)
    written = f"{int(whole):,}".replace(",", thousands) + (decimal + part if part else "")
    return f"-{written}" if number < 0 else written


def _marks(language: str) -> tuple[str, str]:
    """What stands before decimals and between thousands."""
    base = language.partition("-")[0].lower()
    if base == "en":
        return ".", ","
    return (",", "\u202f") if base == "fr" else (",", ".")


def _fold(text: str) -> str:
    """Small letters without accents and quotes."""
    # Quotes go first too: ´ would come apart into a space and an accent. Casefold may need a second NFKD after it.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.translate(_QUOTES)).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_QUOTES)
    kept = (" " if unicodedata.category(char) == "Pd" or char == "−" else char for char in text)
    return "".join(char for char in kept if unicodedata.category(char) not in {"Mn", "Cf"}).translate(_LIGATURES)


def _spaced(text: str) -> str:
    """Every run of spaces of any kind as one space, also at the ends."""
    return re.sub(r"\s+", " ", text)


def _double_spaced(text: str) -> str:
    """Two spaces between words, as they were at the ends."""
    return re.sub(r"(?<=\S) (?=\S)", "  ", text)


def _umlauts_apart(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_UMLAUTS)


def _meets(pattern: str, form: str) -> bool:
    """Whether a normalised text is what a listed word asks for; found piece by piece, without a regular expression."""
    pieces, marks = _STAR.split(pattern), _STAR.findall(pattern)
    runs = [pieces[0]]
    for mark, piece in zip(marks, pieces[1:], strict=True):
        if mark == "*":
            runs.append(piece)
        else:
            runs[-1] += "*" + piece
    if len(runs) == 1:
        return normalise(runs[0]) == form
    # In "a * b" the space before the star and the one after it may be the same one: between words spaces stand double.
    first, *between, last = (_double_spaced(_spaced(_fold(run))) for run in runs)
    first, last = first.lstrip(_END_PUNCTUATION), last.rstrip(_END_PUNCTUATION)
    return _in_row(f" {_double_spaced(form)} ", f" {first}" if first else "", between, f"{last} " if last else "")


def _in_row(text: str, first: str, between: list[str], last: str) -> bool:
    """Whether the text begins with `first`, ends with `last`, and has the others between them in this order."""
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in between:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _cut_units(text: str, units: Iterable[str]) -> str:
    """Without one unit before and one behind; the longest first, so that "euros" does not leave an s."""
    text = text.removesuffix(".").strip()
    spellings = {
        each for unit in units for each in (unit.translate(_APOSTROPHES).casefold().strip(" ."), normalise(unit))
    }
    longest_first = sorted(spellings - {""}, key=len, reverse=True)
    behind = next((spelling for spelling in longest_first if text.endswith(spelling)), "")
    text = text.removesuffix(behind).strip()
    before = next((spelling for spelling in longest_first if text.startswith(spelling)), "")
    return text.removeprefix(before).strip()


def _cut_sign(text: str) -> tuple[bool, str]:
    """Whether a minus stands in front, and the text without a sign."""
    if text[:1] in {"-", "+"}:
        return text[0] == "-", text[1:].strip()
    return False, text


def _read_digits(text: str, language: str) -> Decimal | None:
    """A number without sign and exponent."""
    patterns = (_POINT, _COMMA) if _marks(language)[0] == "." else (_COMMA, _POINT)
    for pattern in patterns:
        found = pattern.fullmatch(text)
        if found:
            digits, part = re.sub("[^0-9]", "", found["whole"]), found["part"] or ""
            if 0 < len(digits) + len(part) <= _MAX_DIGITS:
                return Decimal(f"{digits or 0}.{part or 0}" if part else digits)
            return None
    return None
