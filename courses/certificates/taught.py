"""What is taught in a course or path, as its pages say it now, in all languages. Reads only.

Words without a translation keep the language that they are written in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from courses.booking.queries.sessions import formats as workshop_formats
from courses.progress.queries import course_of_lesson
from curriculum.catalogue.models import CoursePage, LearningPathPage, ModuleCompetence, ModulePage
from curriculum.competences.models import Competence
from curriculum.conditions.nodes import SCORED
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.quizzes.models import Quiz
from curriculum.workshops.models import WorkshopCompetence

from .pieces import Done, by_themselves

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
    """A course or path as it is now: source page, source modules, competences; translations of all by key.

    Modules of a path stand in turn: the first of each of its courses, then the second of each.
    """

    page: CoursePage | LearningPathPage
    modules: list[ModulePage]
    words: dict[tuple[UUID, str], Any]
    levels: dict[UUID, int]
    names: dict[UUID, dict[str, tuple[str, str]]]  # code and name of each competence by language, the oldest first

    def in_language(self, page: Any, language: str) -> tuple[Any, str]:
        """The page in this language and that language; without a translation the source and its own."""
        translated = self.words.get((page.translation_key, language))
        return (translated, language) if translated is not None else (page, page.locale.language_code)


def read(key: UUID, done: Done) -> Taught | None:
    """The course or path with this key and what belongs to it; None if its page is gone."""
    return read_all([(key, done)])[0]


def read_all(wanted: Sequence[tuple[UUID, Done]]) -> list[Taught | None]:
    """The same for several at once: as many queries, however many courses and modules there are."""
    courses = _families(CoursePage, [key for own, done in wanted for key in (own, *done.courses)])
    beyond = [key for key, _done in wanted if key not in courses]
    pages = courses | (_families(LearningPathPage, beyond) if beyond else {})
    # The source is the oldest row with the key (academy.website.queries.is_source).
    modules = _modules([family[0] for family in courses.values()])
    live = [*(page for family in pages.values() for page in family if page.live), *modules]
    words = {(page.translation_key, page.locale.language_code): page for page in live}
    inside = {key: [module for module in modules if module.is_child_of(family[0])] for key, family in courses.items()}
    served = _Served([module for below in inside.values() for module in below], [done for _key, done in wanted])
    names = competence_names(served.keys)

    def taught(key: UUID, done: Done) -> Taught | None:
        if key not in pages:
            return None
        rows = [inside.get(course, []) for course in ([key] if key in courses else done.courses)]
        mine = [module for module in chain.from_iterable(zip_longest(*rows)) if module is not None]
        return Taught(pages[key][0], mine, words, served.levels(mine, done), names)

    return [taught(key, done) for key, done in wanted]


def _families(model: Any, keys: list[UUID]) -> dict[UUID, list[Any]]:
    """All pages with these keys, in all languages, the oldest of each key first. One query."""
    found: dict[UUID, list[Any]] = {}
    for page in model.objects.filter(translation_key__in=keys).select_related("locale").order_by("pk"):
        found.setdefault(page.translation_key, []).append(page)
    return found


def _modules(courses: list[CoursePage]) -> list[ModulePage]:
    """Live modules that stand in these courses, and their translations, in the order of the tree. One query."""
    if not courses:
        return []
    below = Q()
    for course in courses:
        below |= Q(path__startswith=course.path, depth=course.depth + 1)
    keys = ModulePage.objects.filter(below).live().values("translation_key")
    return list(ModulePage.objects.filter(translation_key__in=keys).live().select_related("locale").order_by("path"))


# -- outcomes ---------------------------------------------------------------------------------------------------------
def outcomes(taught: Taught, language: str) -> list[Part]:
    """The chosen outcomes in one language. A module whose translation does not run parallel keeps its own words."""
    found = []
    for module, places in zip(taught.modules, chosen(taught), strict=True):
        source = outcome_texts(module)
        page, written_in = taught.in_language(module, language)
        words = outcome_texts(page)
        if len(words) != len(source):
            words, written_in = source, module.locale.language_code
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


# -- competences ------------------------------------------------------------------------------------------------------
class _Served:
    """Which competences modules and workshops serve, at which level. At most two queries."""

    def __init__(self, modules: list[ModulePage], finished: list[Done]) -> None:
        self.modules: dict[int, list[tuple[UUID, int]]] = {}
        rows = ModuleCompetence.objects.filter(module__in=modules).select_related("competence")
        for row in sorted(rows, key=lambda row: (row.sort_order or 0, row.pk)):
            self.modules.setdefault(row.module_id, []).append((row.competence.translation_key, row.level))
        # A translated format has the same rows as its source.
        attended = [key for done in finished for key in done.workshops]
        served = WorkshopCompetence.objects.filter(workshop__translation_key__in=attended).order_by("pk")
        self.workshops = list(served.values_list("workshop__translation_key", "competence__translation_key", "level"))

    @property
    def keys(self) -> set[UUID]:
        """Keys of all of them."""
        of_modules = {key for rows in self.modules.values() for key, _level in rows}
        return of_modules | {key for _workshop, key, _level in self.workshops}

    def levels(self, modules: list[ModulePage], done: Done) -> dict[UUID, int]:
        """Competences of some of the modules and workshops by key, each once at its highest level, in order."""
        served = [row for module in modules for row in self.modules.get(module.pk, ())]
        served += [(key, level) for workshop, key, level in self.workshops if workshop in done.workshops]
        levels: dict[UUID, int] = {}
        for key, level in served:
            levels[key] = max(level, levels.get(key, 0))
        return levels


def competences(taught: Taught, language: str) -> list[Part]:
    """The first competences of all, those of the highest level first where there are too many, in one language."""
    levels = taught.levels
    if len(levels) > MOST_COMPETENCES:
        levels = dict(sorted(levels.items(), key=lambda pair: -pair[1])[:MOST_COMPETENCES])
    found = []
    for key, level in levels.items():
        names = taught.names[key]
        written_in = language if language in names else next(iter(names))
        code, name = names[written_in]
        text = gettext("%(code)s %(name)s, level %(level)s (%(word)s)") % {
            "code": code,
            "name": name,
            "level": level,
            "word": COMPETENCE_LEVELS[level],
        }
        found.append({"text": text, "lang": written_in})
    return found


def competence_data(taught: Taught) -> list[dict[str, Any]]:
    """All competences as data: code as given, level, name in each language that it has one in."""
    return [
        {
            "code": next(iter(taught.names[key].values()))[0],
            "level": level,
            "name": {language: name for language, (_code, name) in taught.names[key].items()},
        }
        for key, level in taught.levels.items()
    ]


def competence_names(keys: Iterable[UUID]) -> dict[UUID, dict[str, tuple[str, str]]]:
    """Code and name of each competence by language, the oldest row first. One query."""
    found: dict[UUID, dict[str, tuple[str, str]]] = {}
    rows = Competence.objects.filter(translation_key__in=list(keys)).select_related("locale").order_by("pk")
    for row in rows:
        found.setdefault(row.translation_key, {})[row.locale.language_code] = (row.code, row.name)
    return found


# -- what a path, or a short route, is made of ------------------------------------------------------------------------
QuizTitles = dict[UUID, dict[str, str]]


def quiz_titles(done: Done) -> QuizTitles:
    """Titles of the quizzes and assignments that were asked for by themselves, by language, the oldest first."""
    keys = [piece.key for piece in done.pieces if piece.kind in SCORED]
    found: QuizTitles = {}
    if keys:
        rows = Quiz.objects.filter(translation_key__in=keys, live=True).select_related("locale").order_by("pk")
        for quiz in rows:
            found.setdefault(quiz.translation_key, {})[quiz.locale.language_code] = quiz.title
    return found


def parts(taught: Taught | None, done: Done, quizzes: QuizTitles, language: str) -> list[Part]:
    """Titles of the courses, modules, workshops, quizzes, assignments and activities that were done, in one language;
    an activity in a lesson that was done belongs to its module."""
    known = workshop_formats(language) if done.workshops else {}
    found: list[Part | UUID] = [_course_title(taught, key, language) or key for key in done.courses]
    found += _module_titles(done, language)
    for key in done.workshops:
        row = known.get(key)
        found.append({"text": row.title, "lang": row.title_language} if row else key)
    found += [_quiz_title(piece.key, quizzes, language) or piece.key for piece in done.pieces if piece.kind in SCORED]
    found += [
        _activity_title(piece.key, language) or piece.key
        for piece in by_themselves(done.pieces)
        if piece.kind == ItemKind.ACTIVITY
    ]
    # What the learning item remembers of what is gone. No query where nothing is.
    gone = [part for part in found if isinstance(part, UUID)]
    titles = dict(LearningItem.objects.filter(key__in=gone).values_list("key", "title")) if gone else {}
    named = [{"text": titles.get(part, ""), "lang": language} if isinstance(part, UUID) else part for part in found]
    return list({part["text"]: part for part in named}.values())


def _course_title(taught: Taught | None, key: UUID, language: str) -> Part | None:
    words = {lang: page for (known, lang), page in (taught.words if taught else {}).items() if known == key}
    if not words:
        return None
    # Without a translation the oldest row is the source.
    written_in = language if language in words else min(words, key=lambda each: words[each].pk)
    return {"text": words[written_in].title, "lang": written_in}


def _module_titles(done: Done, language: str) -> list[Part]:
    """Titles of the modules whose lessons were done one by one."""
    found: dict[UUID, Part] = {}
    for piece in done.pieces:
        row = course_of_lesson(piece.key, language) if piece.kind == ItemKind.LESSON else None
        module = row[0].module(row[1].module_key) if row else None
        if module is not None:
            found[module.key] = {"text": module.title, "lang": module.title_language}
    return list(found.values())


def _quiz_title(key: UUID, quizzes: QuizTitles, language: str) -> Part | None:
    titles = quizzes.get(key)
    if not titles:
        return None
    written_in = language if language in titles else next(iter(titles))
    return {"text": titles[written_in], "lang": written_in}


def _activity_title(key: UUID, language: str) -> Part | None:
    shown = activities(language).get(key)
    return {"text": shown.title, "lang": shown.language} if shown is not None else None
