"""Gathers what a certificate says at issue, in all languages at once (architecture rule 2). Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, translation
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, ngettext, pgettext, pgettext_lazy

from academy.templatetags.academy import duration, percent
from academy.website.models import SiteSettings
from academy.website.queries import default_site
from courses.attempts.enums import Purpose
from courses.attempts.models import Mark, QuizAttempt
from courses.attempts.queries import title_in
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.competences.models import Competence
from curriculum.lessons.outline import course_outline

VERSION = 1
# What fits on one sheet and is still read.
MOST_OUTCOMES = 6
MOST_COMPETENCES = 5
LONGEST_OUTCOME = 110
COMPETENCE_LEVELS = {
    1: pgettext_lazy("competence level", "basic"),
    2: pgettext_lazy("competence level", "intermediate"),
    3: pgettext_lazy("competence level", "advanced"),
    4: pgettext_lazy("competence level", "expert"),
}
Part = dict[str, str]  # {"text": ..., "lang": the language that it is written in}


@dataclass(frozen=True)
class Taught:
    """The course as it is now: its source page, its source modules in order, and translations of all by key."""

    course: CoursePage
    modules: list[ModulePage]
    words: dict[tuple[UUID, str], Any]
    source_language: str

    def in_language(self, page: Any, language: str) -> tuple[Any, str]:
        """The page in this language and that language; without a translation the source and its own."""
        translated = self.words.get((page.translation_key, language))
        return (translated, language) if translated is not None else (page, self.source_language)


def freeze(*, enrolment: Enrolment, language: str, time_zone: str, code: str, at: datetime) -> dict[str, Any]:
    """Everything that the certificate says besides its holder's name, as JSON: {"texts": {"en": ...}, ...}.

    `language` is the holder's, `time_zone` (IANA) decides on which day it is issued. A course that has gone meanwhile
    is called by its learning item's title, and what is not known is left empty.
    """
    taught = read(enrolment.item.key)
    course = taught.course if taught else None
    site = default_site()
    operator = SiteSettings.for_site(site) if site else SiteSettings()
    issued_on = at.astimezone(ZoneInfo(time_zone)).date()
    languages = dict.fromkeys([language, *(code for code, _name in settings.LANGUAGES)])
    return {
        "version": VERSION,
        "code": code,
        "check_url": f"{settings.BASE_URL}/c/{code}/",
        "platform": settings.WAGTAIL_SITE_NAME,
        "issuer": operator.operator or settings.WAGTAIL_SITE_NAME,
        "signatory": {"name": operator.signatory_name, "role": operator.signatory_role},
        "issued_on": issued_on.isoformat(),
        "course_code": course.code if course else enrolment.item.code,
        "curriculum_version": course.curriculum_version if course else "",
        "rule_version": enrolment.rule_version,
        "texts": {
            each: texts(each, enrolment=enrolment, taught=taught, issued_on=issued_on, learnt_in=language)
            for each in languages
        },
    }


def read(key: UUID) -> Taught | None:
    """The course with this key and what belongs to it; None if its page is gone."""
    # The source is the oldest row with the key (academy.website.queries.is_source).
    course = CoursePage.objects.filter(translation_key=key).select_related("locale").order_by("pk").first()
    if course is None:
        return None
    modules = list(ModulePage.objects.child_of(course).live().order_by("path"))
    keys = [course.translation_key, *(module.translation_key for module in modules)]
    words: dict[tuple[UUID, str], Any] = {}
    for model in (CoursePage, ModulePage):
        for page in model.objects.filter(translation_key__in=keys).live().select_related("locale").order_by("-pk"):
            words[page.translation_key, page.locale.language_code] = page
    return Taught(course, modules, words, course.locale.language_code)


def texts(
    language: str, *, enrolment: Enrolment, taught: Taught | None, issued_on: date, learnt_in: str
) -> dict[str, Any]:
    """The finished texts in one language; words without a translation keep the language that they are written in."""
    with translation.override(language):
        found: dict[str, Any] = {
            "course": {"text": enrolment.item.title, "lang": language},
            "outcomes": [],
            "competences": [],
            "hours": "",
            "level": "",
            "assessment": {"text": "", "lang": language},
            "curriculum": enrolment.item.code,
            "language": language_name(learnt_in),
            "issued": formats.date_format(issued_on, pgettext("date format, long", "l j F Y")),
            "valid_until": None,
        }
        if taught is None:
            return found
        course, course_language = taught.in_language(taught.course, language)
        outline = course_outline(taught.course.translation_key, language)
        taken = assessment(enrolment, language)
        found |= {
            "course": {"text": course.title, "lang": course_language},
            "outcomes": outcomes(taught, language),
            "competences": competences(taught, language),
            # From words, exercises and quiz, never a figure that somebody typed.
            "hours": duration(outline.minutes) if outline else "",
            "level": taught.course.get_level_display(),
            "assessment": taken or {"text": course.assessment, "lang": course_language},
            "curriculum": gettext("%(code)s, version %(version)s")
            % {"code": taught.course.code, "version": taught.course.curriculum_version},
        }
        return found


def assessment(enrolment: Enrolment, language: str) -> Part | None:
    """The quiz that was passed, as it was given: how many questions, and the pass mark that was promised.

    None for a course without a quiz; then its own words stand.
    """
    part = rule_of(enrolment).quiz
    if part is None:
        return None
    passed = QuizAttempt.objects.filter(
        person=enrolment.person, quiz__key=part.key, passed=True, purpose=Purpose.COUNTS
    ).order_by("-points")
    attempt = passed.first()
    if attempt is None:
        return None
    if Mark.objects.filter(answer__attempt=attempt).exists():
        words = {"title": title_in(attempt, language), "mark": percent(attempt.frozen["pass_mark"])}
        return {
            "text": gettext("%(title)s: marked by a trainer, passed at %(mark)s or more") % words,
            "lang": language,
        }
    count = len(attempt.frozen["digests"])
    text = ngettext(
        "Quiz of %(count)s question, passed at %(mark)s or more",
        "Quiz of %(count)s questions, passed at %(mark)s or more",
        count,
    ) % {"count": count, "mark": percent(attempt.frozen["pass_mark"])}
    return {"text": text, "lang": language}


def language_name(code: str) -> str:
    """What a language is called in the active one: German, Duits, allemand."""
    return str(capfirst(get_language_info(code)["name_translated"]))


def outcomes(taught: Taught, language: str) -> list[Part]:
    """The chosen outcomes in one language. A module whose translation does not run parallel keeps its own words."""
    found = []
    for module, places in zip(taught.modules, chosen(taught), strict=True):
        source = outcome_texts(module)
        page, written_in = taught.in_language(module, language)
        words = outcome_texts(page)
        if len(words) != len(source):
            words, written_in = source, taught.source_language
        found += [{"text": words[place], "lang": written_in} for place in places]
    return found


def chosen(taught: Taught) -> list[list[int]]:
    """Which outcomes of each module stand on the certificate, the same in all languages.

    From every module in turn its next one that is short enough in all languages, until there are enough.
    """
    short = [short_enough(taught, module) for module in taught.modules]
    picked: list[list[int]] = [[] for _ in short]
    for turn in range(max((len(places) for places in short), default=0)):
        for number, places in enumerate(short):
            if turn < len(places) and sum(map(len, picked)) < MOST_OUTCOMES:
                picked[number].append(places[turn])
    return picked


def short_enough(taught: Taught, module: ModulePage) -> list[int]:
    """Places of a module's outcomes of at most LONGEST_OUTCOME signs in each language that there is."""
    rows: list[Sequence[str]] = [
        outcome_texts(page) for (key, _language), page in taught.words.items() if key == module.translation_key
    ]
    source = outcome_texts(module)
    rows = [row for row in rows if len(row) == len(source)] or [source]
    return [n for n in range(len(source)) if all(len(row[n]) <= LONGEST_OUTCOME for row in rows)]


def outcome_texts(module: ModulePage) -> list[str]:
    """A module's outcomes as plain texts."""
    return [str(block.value) for block in module.outcomes]


def competences(taught: Taught, language: str) -> list[Part]:
    """Competences of all modules, each once at its highest level, with names in this language."""
    levels: dict[UUID, int] = {}
    for module in taught.modules:
        for row in module.competences.select_related("competence").order_by("sort_order", "pk"):
            key = row.competence.translation_key
            levels[key] = max(row.level, levels.get(key, 0))
    names = competence_names(levels, language)
    found = []
    for key, level in list(levels.items())[:MOST_COMPETENCES]:
        code, name, written_in = names[key]
        text = gettext("%(code)s %(name)s, level %(level)s (%(word)s)") % {
            "code": code,
            "name": name,
            "level": level,
            "word": COMPETENCE_LEVELS[level],
        }
        found.append({"text": text, "lang": written_in})
    return found


def competence_names(keys: Iterable[UUID], language: str) -> dict[UUID, tuple[str, str, str]]:
    """Code, name and the language of the name for each competence; without a translation the oldest row's."""
    found: dict[UUID, tuple[str, str, str]] = {}
    rows = Competence.objects.filter(translation_key__in=list(keys)).select_related("locale").order_by("pk")
    for row in rows:
        if row.translation_key not in found or row.locale.language_code == language:
            found[row.translation_key] = (row.code, row.name, row.locale.language_code)
    return found
