"""Which column is which: by its name in the first line, in any language of the academy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings


class Column(StrEnum):
    """What can be said about a person; in the order of the template."""

    EMAIL = "email"
    NAME = "name"
    UNIT = "unit"
    JOB = "job"
    MANAGER = "manager"
    FROM = "from"
    UNTIL = "until"
    LANGUAGE = "language"


NEEDED = (Column.EMAIL, Column.UNIT)
# What our own template and list of faults call them.
TITLES: dict[Column, dict[str, str]] = {
    Column.EMAIL: {"en": "email", "nl": "e-mailadres", "de": "E-Mail-Adresse", "fr": "adresse e-mail"},
    Column.NAME: {"en": "name", "nl": "naam", "de": "Name", "fr": "nom"},
    Column.UNIT: {"en": "unit", "nl": "afdeling", "de": "Einheit", "fr": "unité"},
    Column.JOB: {"en": "job", "nl": "functie", "de": "Funktion", "fr": "fonction"},
    Column.MANAGER: {"en": "manager", "nl": "leidinggevende", "de": "Führungskraft", "fr": "responsable"},
    Column.FROM: {"en": "from", "nl": "vanaf", "de": "ab", "fr": "depuis"},
    Column.UNTIL: {"en": "until", "nl": "tot en met", "de": "bis", "fr": "jusqu'au"},
    Column.LANGUAGE: {"en": "language", "nl": "taal", "de": "Sprache", "fr": "langue"},
}
FAULT = {"en": "fault", "nl": "fout", "de": "Fehler", "fr": "erreur"}
# What exports of other programs call them.
_ALSO: dict[Column, str] = {
    Column.EMAIL: "e-mail, mail, email address, e-mail address, mailadres, emailadres, Mailadresse, courriel, mél, "
    "adresse électronique, adresse mail, adresse email",
    Column.NAME: "full name, display name, volledige naam, vollständiger Name, nom complet",
    Column.UNIT: "department, team, eenheid, organisatieonderdeel, Abteilung, Organisationseinheit, service, unite",
    Column.JOB: "job title, role, function, functienaam, rol, Stelle, Rolle, poste, emploi",
    Column.MANAGER: "line manager, manager email, manager e-mail, Vorgesetzte, Vorgesetzter, Vorgesetzte/r, Leitung",
    Column.FROM: "start, start date, van, begindatum, startdatum, von, seit, Beginn, Eintritt, de, du, début, "
    "date de début",
    Column.UNTIL: "to, end, end date, last day, tot, t/m, einddatum, Ende, Austritt, au, fin, date de fin",
    Column.LANGUAGE: "taalkeuze",
}


def _plain(name: str) -> str:
    """Small letters and digits alone: "E-Mail-Adresse" is "emailadresse"."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", apart)


_KNOWN: dict[str, Column] = {}
for _column in Column:
    for _name in (*TITLES[_column].values(), *_ALSO[_column].split(", ")):
        _KNOWN.setdefault(_plain(_name), _column)
_FAULT_NAMES = {_plain(name) for name in FAULT.values()}


@dataclass(frozen=True)
class Columns:
    """Where each column stands (from 0) and what it is called in the file; what cannot be used."""

    places: dict[Column, int]
    titles: dict[Column, str]
    # (place, name) of columns that nobody knows; of those that stand there twice.
    unknown: tuple[tuple[int, str], ...]
    twice: tuple[tuple[int, str], ...]
    # How many cells a line can have: behind the last column that has a name there is nothing.
    width: int

    @property
    def missing(self) -> tuple[Column, ...]:
        """Columns without which nothing can be done."""
        return tuple(column for column in NEEDED if column not in self.places)


def find_columns(header: Sequence[str]) -> Columns:
    """Read the first line. Columns without a name are passed over, and so is that of our own list of faults."""
    places: dict[Column, int] = {}
    titles: dict[Column, str] = {}
    unknown, twice = [], []
    for place, name in enumerate(header):
        plain = _plain(name)
        if plain in _FAULT_NAMES or not name.strip():
            continue
        column = _KNOWN.get(plain)
        if column is None:
            unknown.append((place, name.strip()))
        elif column in places:
            twice.append((place, name.strip()))
        else:
            places[column], titles[column] = place, name.strip()
    width = max((place + 1 for place, name in enumerate(header) if name.strip()), default=0)
    return Columns(places, titles, tuple(unknown), tuple(twice), width)


def letter(place: int) -> str:
    """What spreadsheets call a column: 0 is A, 26 is AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def title(column: Column, language: str) -> str:
    """Our own name of a column, in this language as far as there is one."""
    names = TITLES[column]
    return names.get(language) or names.get(settings.LANGUAGE_CODE) or names["en"]
