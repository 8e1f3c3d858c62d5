"""Where the message catalogues lie and what goes into them: shared by the commands that make and check them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from academy.kernel.messages import Extraction, extract

FOLDERS = ("academy", "curriculum", "courses", "templates")
PLURALS = {
    "nl": "nplurals=2; plural=(n != 1);",
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}


def locale_folder() -> Path:
    """The folder with one catalogue for each language."""
    return Path(settings.LOCALE_PATHS[0])


def languages() -> list[str]:
    """Languages with a catalogue: all but English, which the code is written in."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return locale_folder() / language / "LC_MESSAGES" / "django.po"


def wanted() -> Extraction:
    """All that our own code and templates ask for."""
    return extract(Path(settings.PROJECT_DIR), FOLDERS)


def allowed_equal(language: str) -> set[str]:
    """Texts that may read the same as in English: lines of locale/allow-equal.txt, `nl: text` or `text` for all."""
    path = locale_folder() / "allow-equal.txt"
    allowed = set()
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        code, colon, rest = text.partition(": ")
        if colon and set(code.replace(",", " ").split()) <= set(languages()):
            if language in code.replace(",", " ").split():
                allowed.add(rest)
        else:
            allowed.add(text)
    return allowed
