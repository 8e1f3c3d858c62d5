"""The type covers the 24 languages and stays light."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from academy.management.commands import build_fonts

LETTERS = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя", "hr": "čćđšž", "cs": "áčďéěíňóřšťúůýž", "da": "æøå", "nl": "ëïéij",
    "et": "äõöüšž", "fi": "äöå", "fr": "àâæçéèêëîïôœùûüÿ", "de": "äöüßẞ", "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "hu": "áéíóöőúüű", "ga": "áéíóú", "it": "àèéìòù", "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž", "mt": "ċġħż",
    "pl": "ąćęłńóśźż", "pt": "ãáâàçéêíõóôú", "ro": "ăâîșț", "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž", "es": "áéíñóúü¿¡",
    "sv": "åäö", "en": "abcdefghijklmnopqrstuvwxyz0123456789–—‘’“”…€",
}  # fmt: skip


def capitals(letters: str) -> set[str]:
    """The letters and their capitals, where a capital is one character (ΐ has none)."""
    return {*letters, *(letter.upper() for letter in letters if len(letter.upper()) == 1)}


def test_every_letter_of_the_24_languages_has_a_file() -> None:
    known = {chr(code) for script in build_fonts.SCRIPTS for code in script.characters}
    missing = {
        code: lacking
        for code, letters in LETTERS.items()
        if (lacking := {letter for letter in capitals(letters) if letter not in known})
    }
    assert (len(LETTERS), missing) == (24, {})


def test_no_letter_is_in_two_files() -> None:
    total = sum(len(script.characters) for script in build_fonts.SCRIPTS)
    assert total == len(set().union(*(script.characters for script in build_fonts.SCRIPTS)))


def test_the_style_sheet_is_the_one_that_the_command_writes() -> None:
    font = TTFont(build_fonts.source_folder() / "source-sans-3-latin-wght-normal.woff2")
    written = (Path(settings.PROJECT_DIR) / build_fonts.CSS_FILE).read_text(encoding="utf-8")
    assert written == build_fonts.style_sheet(build_fonts.fallback_metrics(font))


@pytest.mark.slow
def test_files_are_small_and_hold_what_the_style_sheet_says(tmp_path: Path) -> None:
    sizes = build_fonts.build(tmp_path, ["normal"])
    sheet = (Path(settings.PROJECT_DIR) / build_fonts.CSS_FILE).read_text(encoding="utf-8")
    assert set(sizes) <= set(re.findall(r"vendor/fonts/([\w.-]+\.woff2)", sheet))
    assert sizes["source-sans-3-latin-normal.woff2"] < 25_000
    assert sizes["source-sans-3-latin-ext-normal.woff2"] < 16_000
    polish = TTFont(tmp_path / "source-sans-3-latin-ext-normal.woff2").getBestCmap()
    assert {ord(letter) for letter in "ąćęłńśźż"} <= set(polish)
