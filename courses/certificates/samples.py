"""Certificates of people who do not exist, to look at a template before it is used. Nothing of them is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models.functions import Length
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, ngettext

from academy.templatetags.academy import duration, percent
from courses.booking.enums import SessionKind
from curriculum.catalogue.enums import Level
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.items.enums import ItemKind

from .enums import CertificateKind
from .freezing import hours_basis, language_name, long_day, stamp, way, words_of
from .models import Certificate, CertificateTemplate
from .taught import COMPETENCE_LEVELS, LONGEST_OUTCOME, MOST_COMPETENCES, MOST_OUTCOMES
from .templates import frozen_template, quality

CODE = "a" * 26
# One name in each script, and the longest that an account may have.
NAMES = {
    "usual": (gettext_lazy("A usual name"), "Jana Albers"),
    "longest": (
        gettext_lazy("The longest name there can be"),
        "Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff-Papadimitrakopoulou van den Heuvel-Ó Súilleabháin "
        "von und zu Hohenlohe-Langenburg-Schillingsfürst",
    ),
    "latin": (gettext_lazy("Latin letters with marks"), "Đurđica Ősz-Țîră Żammit Ļubova Žagarė"),
    "greek": (gettext_lazy("Greek letters"), "Αθηνά Ξένου Παπαδοπούλου"),
    "cyrillic": (gettext_lazy("Cyrillic letters"), "Щерьо Жечков Юлиянов"),
}
KINDS = {
    "course": (gettext_lazy("Certificate for a course"), CertificateKind.COMPLETION),
    "path": (gettext_lazy("Certificate for a learning path"), CertificateKind.COMPLETION),
    "participation": (gettext_lazy("Statement of participation"), CertificateKind.PARTICIPATION),
}


def sample(template: CertificateTemplate, *, kind: str, language: str, name: str, full: bool = False) -> Certificate:
    """A certificate that follows the template, with the longest title that there is; `full`: with all that fits."""
    of = KINDS[kind][1]
    languages = [language, *(code for code, _name in settings.LANGUAGES if code != language)]
    words = words_of(template, of, language, languages, is_path=kind == "path")
    with translation.override(language):
        words |= _attended(language) if kind == "participation" else _completed(language, kind, full=full)
        if kind != "participation":
            words["quality"] = quality(template, language, languages)
    frozen = stamp(CODE, date(2027, 9, 22), frozen_template(template)) | {
        "item_kind": str(ItemKind.PATH if kind == "path" else ItemKind.COURSE),
        "course_code": "CPA-1",
        "texts": {language: words},
    }
    if kind == "participation":
        frozen["session_kind"] = str(SessionKind.WORKSHOP)
    return Certificate(code=CODE, kind=of, holder_name=NAMES[name][1], language=language, frozen=frozen)


def longest_title(language: str) -> str:
    """The longest title of a course or path in this language; without one, the longest in any."""
    found: list[str] = []
    for model in (CoursePage, LearningPathPage):
        rows = model.objects.live().order_by(Length("title").desc())
        titles = rows.filter(locale__language_code=language).values_list("title", flat=True)
        found += [*titles[:1]] or [*rows.values_list("title", flat=True)[:1]]
    return max(found, key=len, default=gettext("Circular procurement: the foundations"))


def _part(text: str, language: str) -> dict[str, str]:
    return {"text": text, "lang": language}


def _completed(language: str, kind: str, *, full: bool) -> dict[str, Any]:
    """The words of a course or path, in the active language."""
    outcome = gettext("Explain what a buyer can ask for so that a product is used for longer")
    if full:
        outcome = (f"{outcome} " * 3)[:LONGEST_OUTCOME].strip()
    competence = gettext("%(code)s %(name)s, level %(level)s (%(word)s)") % {
        "code": "PC13",
        "name": gettext("Technical specifications"),
        "level": 2,
        "word": COMPETENCE_LEVELS[2],
    }
    minutes = {"lessons": 540, "quizzes": 60, "workshops": 360 if kind == "path" else 0}
    assessed = ngettext(
        "%(count)s quiz, passed at %(mark)s or more", "%(count)s quizzes, each passed at %(mark)s or more", 6
    ) % {"count": 6, "mark": percent(70)}
    return {
        "course": _part(longest_title(language), language),
        "parts": [_part(longest_title(language), language)] * (6 if kind == "path" else 0),
        "outcomes": [_part(outcome, language)] * (MOST_OUTCOMES if full else 4),
        "competences": [_part(competence, language)] * (MOST_COMPETENCES if full else 3),
        "hours": duration(sum(minutes.values())),
        "hours_basis": hours_basis(minutes),
        "level": str(Level.STARTER_ADVANCED.label) if kind == "course" else "",
        "framework": gettext("Not classified in a qualifications framework (EQF)"),
        "assessment": _part(assessed, language),
        "participation": way(minutes),
        "curriculum": gettext("%(code)s, version %(version)s") % {"code": "CPA-1", "version": "2026.1"},
        "language": language_name(language),
        "issued": long_day(date(2027, 9, 22)),
        "valid_until": long_day(date(2029, 9, 22)),
    }


def _attended(language: str) -> dict[str, Any]:
    """The words of a date of a workshop, in the active language."""
    return {
        "course": _part(longest_title(language), language),
        "dates": [long_day(date(2027, 9, 21)), long_day(date(2027, 9, 22))],
        "hours": duration(360),
        "where": "Rathaus, Lindenmark",
        "trainers": "Mira Voorbeeld, Tomás Brink",
        "language": language_name(language),
        "issued": long_day(date(2027, 9, 22)),
        "valid_until": None,
    }
