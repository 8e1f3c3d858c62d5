"""What a course consists of, for the reader of one language: read once, then answered from the cache.

Order and liveness come from the source tree, words from the language, titles say which language they are in
(decisions 2 and 3). The version of the site's content is part of the key, so every publish starts afresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any, cast
from uuid import UUID

from django.core.cache import cache
from wagtail.models import Page

from academy.website.addresses import Place, SiteMap, content_version, model_of, site_map, url_of
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, ModulePage
from curriculum.items.queries import ids_by_key
from curriculum.quizzes.enums import MINUTES_PER_QUESTION
from curriculum.quizzes.models import Quiz, QuizQuestion

from .models import LessonPage

# Seconds that an outline stays in the shared cache at most.
KEEP = 24 * 3600


@dataclass(frozen=True)
class LessonRow:
    """A lesson in its course. `title_language` differs from the reader's where there is no translation."""

    key: UUID
    item_id: int
    module_key: UUID
    title: str
    title_language: str
    url: str
    minutes: int
    status: str


@dataclass(frozen=True)
class ModuleRow:
    """A module in its course. Outcomes are in the language of the title."""

    key: UUID
    item_id: int
    number: str
    title: str
    title_language: str
    url: str
    minutes: int
    outcomes: tuple[str, ...]
    lessons: tuple[LessonRow, ...]


@dataclass(frozen=True)
class QuizRow:
    """The quiz of a course: how many questions, per cent to pass, attempts allowed (0: any number), which counts."""

    key: UUID
    item_id: int
    title: str
    title_language: str
    questions: int
    pass_mark: int
    attempts: int
    counts: str
    minutes: int


@dataclass(frozen=True)
class CourseOutline:
    """A course with all that is live in it. `languages` are those in which all of its pages can be read."""

    key: UUID
    item_id: int
    code: str
    title: str
    title_language: str
    url: str
    summary: str
    level: str
    status: str
    minutes: int
    members_only: bool
    rule_version: int
    languages: tuple[str, ...]
    modules: tuple[ModuleRow, ...]
    quiz: QuizRow | None

    @cached_property
    def lessons(self) -> tuple[LessonRow, ...]:
        """All lessons in order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def module(self, key: UUID) -> ModuleRow | None:
        """The module with this key."""
        return next((module for module in self.modules if module.key == key), None)

    def neighbours(self, key: UUID) -> tuple[LessonRow | None, LessonRow | None]:
        """The lessons before and after this one, across modules."""
        keys = [lesson.key for lesson in self.lessons]
        if key not in keys:
            return None, None
        place = keys.index(key)
        before = self.lessons[place - 1] if place else None
        return before, self.lessons[place + 1] if place + 1 < len(keys) else None


def round_minutes(minutes: float) -> int:
    """Minutes as a module or course states them: rounded up to five."""
    return ceil(minutes / 5) * 5


def course_outline(key: UUID, language: str) -> CourseOutline | None:
    """The outline of a published course for readers of a language; None if it is not published. No query when warm."""
    places = site_map()
    note = ("outline", key, language)
    if note not in places.notes:
        name = f"outline:{content_version()}:{key}:{language}"
        outline = cache.get(name)
        if outline is None:
            outline = _read(places, key, language)
            if outline is not None:
                cache.set(name, outline, KEEP)
        places.notes[note] = outline
    return cast(CourseOutline | None, places.notes[note])


def course_key_of(page: Page) -> UUID | None:
    """The key of the course that a course, module or lesson page belongs to. No query."""
    places = site_map()
    place = places.places.get(page.translation_key)
    family = [place, *reversed(places.ancestors(place.key))] if place else []
    return next((each.key for each in family if issubclass(model_of(each), CoursePage)), None)


def _read(places: SiteMap, key: UUID, language: str) -> CourseOutline | None:
    """Six queries, however many lessons there are."""
    place = places.places.get(key)
    if place is None or not place.live or not issubclass(model_of(place), CoursePage):
        return None
    module_places = [each for each in _live_children(places, place) if issubclass(model_of(each), ModulePage)]
    lesson_places = {
        module.key: [each for each in _live_children(places, module) if issubclass(model_of(each), LessonPage)]
        for module in module_places
    }
    all_lessons = [each for rows in lesson_places.values() for each in rows]
    courses = _pages(CoursePage, [place], language)
    source, words = courses[place.source.page_id], courses[place.in_language(language)[0].page_id]
    modules = _pages(ModulePage, module_places, language)
    lessons = {
        pk: (minutes, status)
        for pk, minutes, status in LessonPage.objects.filter(
            pk__in=[each.source.page_id for each in all_lessons]
        ).values_list("pk", "minutes", "status")
    }
    quiz, quiz_words = _quiz(source.quiz_id, places, language)
    keys = [place.key, *(each.key for each in module_places), *(each.key for each in all_lessons)]
    items = ids_by_key([*keys, quiz.translation_key] if quiz else keys)

    def lesson_row(each: Place, module: Place) -> LessonRow:
        minutes, status = lessons[each.source.page_id]
        return LessonRow(each.key, items.get(each.key, 0), module.key, *_title(each, language), minutes, status)

    def module_row(each: Place) -> ModuleRow:
        page = modules[each.source.page_id]
        rows = tuple(lesson_row(lesson, each) for lesson in lesson_places[each.key])
        outcomes = modules[each.in_language(language)[0].page_id].outcomes or page.outcomes
        minutes = page.planned_minutes if planned else round_minutes(sum(row.minutes for row in rows))
        texts = tuple(str(block.value) for block in outcomes)
        return ModuleRow(
            each.key, items.get(each.key, 0), page.number, *_title(each, language), minutes, texts, rows
        )  # fmt: skip

    planned = source.status == CourseStatus.IN_PREPARATION
    quiz_row = _quiz_row(quiz, quiz_words, items, places, language) if quiz and quiz_words else None
    rows = tuple(module_row(each) for each in module_places)
    work = sum(row.minutes for module in rows for row in module.lessons) + (quiz_row.minutes if quiz_row else 0)
    in_all = set.intersection(*(set(each.words) for each in [place, *module_places, *all_lessons]))
    title, title_language, url = _title(place, language)
    return CourseOutline(
        key=place.key,
        item_id=items.get(place.key, 0),
        code=source.code,
        title=title,
        title_language=title_language,
        url=url,
        summary=words.summary or source.summary,
        level=source.level,
        status=source.status,
        minutes=source.planned_minutes if planned else round_minutes(work),
        members_only=source.members_only,
        rule_version=source.rule_version,
        languages=tuple(code for code in places.languages if code in in_all),
        modules=rows,
        quiz=quiz_row,
    )


def _live_children(places: SiteMap, place: Place) -> list[Place]:
    return [places.places[key] for key in place.children if places.places[key].live]


def _title(place: Place, language: str) -> tuple[str, str, str]:
    """Title, the language it is in, address."""
    words, words_language = place.in_language(language)
    return words.title, words_language, url_of(place.key, language) or ""


def _pages(model: Any, places: list[Place], language: str) -> dict[int, Any]:
    """Source pages and the pages with the words of a language, by primary key. One query."""
    wanted = {pk for each in places for pk in (each.source.page_id, each.in_language(language)[0].page_id)}
    return {page.pk: page for page in model.objects.filter(pk__in=wanted)}


def _quiz(quiz_id: int | None, places: SiteMap, language: str) -> tuple[Quiz | None, Quiz | None]:
    """A live quiz as its source has it, and in the words of a language or the source's. One query."""
    if quiz_id is None:
        return None, None
    family = Quiz.objects.filter(translation_key__in=Quiz.objects.filter(pk=quiz_id).values("translation_key"))
    quizzes = list(family.order_by("pk"))
    if not quizzes or not quizzes[0].live:
        return None, None
    in_language = {places.locales[quiz.locale_id].language_code: quiz for quiz in quizzes if quiz.live}
    return quizzes[0], in_language.get(language, quizzes[0])


def _quiz_row(source: Quiz, words: Quiz, items: dict[UUID, int], places: SiteMap, language: str) -> QuizRow:
    questions = QuizQuestion.objects.filter(quiz=source).count()
    return QuizRow(
        key=source.translation_key,
        item_id=items.get(source.translation_key, 0),
        title=words.title,
        title_language=places.locales[words.locale_id].language_code,
        questions=questions,
        pass_mark=source.pass_mark,
        attempts=source.attempts,
        counts=source.counts,
        minutes=questions * MINUTES_PER_QUESTION,
    )
