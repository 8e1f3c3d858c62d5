"""What a course consists of, for the reader of one language: read once, then answered from the cache.

Order and liveness come from the source tree, words from the language, titles say which language they are in
(decisions 2 and 3). The version of the site's content is part of the key, so every publish starts afresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any
from uuid import UUID

from django.core.cache import cache
from wagtail.models import Page

from academy.website.addresses import Place, SiteMap, content_version, model_of, site_map, url_of
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, ModuleCompetence, ModulePage
from curriculum.h5p.queries import activities
from curriculum.items.queries import ids_by_key
from curriculum.quizzes.enums import MINUTES_PER_QUESTION
from curriculum.quizzes.queries import quiz_families

from .models import LessonPage

# Seconds that an outline stays in the shared cache at most.
KEEP = 24 * 3600


@dataclass(frozen=True)
class ActivityRow:
    """A published activity in its lesson. `counts`: whoever starts the course is asked for it; `mark`: what has to be
    reached, in per cent, where it has to be passed; `rule`: by what it is done (curriculum.h5p.enums.Rule)."""

    key: UUID
    item_id: int
    title: str
    title_language: str
    counts: bool
    mark: int | None
    rule: str


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
    workshop: UUID | None = None  # key of the published workshop by attending which it is done
    activities: tuple[ActivityRow, ...] = ()


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
    languages: tuple[str, ...]
    modules: tuple[ModuleRow, ...]
    quiz: QuizRow | None
    competences: tuple[tuple[str, int], ...] = ()  # code and highest level that a module of it serves

    @cached_property
    def lessons(self) -> tuple[LessonRow, ...]:
        """All lessons in order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def activities(self) -> tuple[ActivityRow, ...]:
        """All activities in its lessons, in order, each once."""
        found = {activity.key: activity for lesson in self.lessons for activity in lesson.activities}
        return tuple(found.values())

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
    return _outlines([key], language).get(key)


def all_courses(language: str) -> tuple[CourseOutline, ...]:
    """All published courses in the order of the catalogue, for readers of a language. No query when warm."""
    places = site_map()
    keys = [place.key for place in places.in_order() if issubclass(model_of(place), CoursePage)]
    found = _outlines(keys, language)
    return tuple(found[key] for key in keys if key in found)


def course_key_of(page: Page) -> UUID | None:
    """The key of the course that a course, module or lesson page belongs to. No query."""
    places = site_map()
    place = places.places.get(page.translation_key)
    family = [place, *reversed(places.ancestors(place.key))] if place else []
    return next((each.key for each in family if issubclass(model_of(each), CoursePage)), None)


def _outlines(keys: list[UUID], language: str) -> dict[UUID, CourseOutline]:
    """Outlines from this process's memory, else from the shared cache, else read together from the database."""
    places = site_map()
    known: dict[UUID, CourseOutline | None] = places.notes.setdefault(("outlines", language), {})
    if missing := [key for key in keys if key not in known]:
        version = content_version()
        names = {key: f"outline:{version}:{key}:{language}" for key in missing}
        cached = cache.get_many(list(names.values()))
        known.update({key: cached[name] for key, name in names.items() if name in cached})
        if unread := [key for key in missing if key not in known]:
            read = _read(places, unread, language)
            cache.set_many({names[key]: outline for key, outline in read.items()}, KEEP)
            known.update({key: read.get(key) for key in unread})
    return {key: outline for key in keys if (outline := known[key])}


def lessons_with(activity: UUID, language: str) -> list[LessonRow]:
    """The published lessons in which an activity stands, in the order of the catalogue. No query when warm."""
    lessons = (lesson for course in all_courses(language) for lesson in course.lessons)
    return [lesson for lesson in lessons if any(row.key == activity for row in lesson.activities)]


def _read(places: SiteMap, keys: list[UUID], language: str) -> dict[UUID, CourseOutline]:
    """A handful of queries, however many courses and lessons there are."""
    found = [places.places[key] for key in keys if key in places.places]
    courses = [place for place in found if place.live and issubclass(model_of(place), CoursePage)]
    modules = [each for course in courses for each in _live_children(places, course, ModulePage)]
    lessons = [each for module in modules for each in _live_children(places, module, LessonPage)]
    reader = _Reader(places, language, courses, modules, lessons)
    return {course.key: reader.course(course) for course in courses}


class _Reader:
    """What the database says about some courses, and how outlines are put together from it."""

    def __init__(
        self, places: SiteMap, language: str, courses: list[Place], modules: list[Place], lessons: list[Place]
    ) -> None:
        self.places, self.language = places, language
        self.courses = _pages(CoursePage, courses, language)
        self.modules = _pages(ModulePage, modules, language)
        lesson_ids = [each.source.page_id for each in lessons]
        self.lessons = {
            pk: (minutes, status, workshop, keys)
            for pk, minutes, status, workshop, keys in LessonPage.objects.filter(pk__in=lesson_ids).values_list(
                "pk", "minutes", "status", "workshop__translation_key", "activity_keys"
            )
        }
        # Not read for courses without any: they are the most.
        self.activities = activities(language) if any(keys for *_rest, keys in self.lessons.values()) else {}
        self.competences: dict[int, list[tuple[str, int]]] = {}
        for module_id, code, level in ModuleCompetence.objects.filter(
            module_id__in=[each.source.page_id for each in modules]
        ).values_list("module_id", "competence__code", "level"):
            self.competences.setdefault(module_id, []).append((code, level))
        self.quizzes = quiz_families({page.quiz_id for page in self.courses.values() if page.quiz_id})
        quiz_keys = [family[0].translation_key for family in self.quizzes.values()]
        self.items = ids_by_key([*(each.key for each in (*courses, *modules, *lessons)), *quiz_keys])

    def course(self, place: Place) -> CourseOutline:
        """The outline of one course."""
        source = self.courses[place.source.page_id]
        words = self.courses[place.in_language(self.language)[0].page_id]
        planned = source.status == CourseStatus.IN_PREPARATION
        module_places = _live_children(self.places, place, ModulePage)
        modules = tuple(self._module(each, planned) for each in module_places)
        quiz = self._quiz(source.quiz_id)
        work = sum(row.minutes for module in modules for row in module.lessons) + (quiz.minutes if quiz else 0)
        lesson_places = [each for module in module_places for each in _live_children(self.places, module, LessonPage)]
        in_all = set.intersection(*(set(each.words) for each in [place, *module_places, *lesson_places]))
        levels: dict[str, int] = {}
        for each in module_places:
            for code, level in self.competences.get(each.source.page_id, []):
                levels[code] = max(level, levels.get(code, 0))
        title, title_language, url = self._title(place)
        return CourseOutline(
            key=place.key,
            item_id=self.items.get(place.key, 0),
            code=source.code,
            title=title,
            title_language=title_language,
            url=url,
            summary=words.summary or source.summary,
            level=source.level,
            status=source.status,
            minutes=source.planned_minutes if planned else round_minutes(work),
            members_only=source.members_only,
            languages=tuple(code for code in self.places.languages if code in in_all),
            modules=modules,
            quiz=quiz,
            competences=tuple(sorted(levels.items(), key=lambda pair: int(pair[0].strip("PC") or 0))),
        )

    def _module(self, place: Place, planned: bool) -> ModuleRow:
        source = self.modules[place.source.page_id]
        words = self.modules[place.in_language(self.language)[0].page_id]
        rows = tuple(self._lesson(each, place) for each in _live_children(self.places, place, LessonPage))
        title, title_language, url = self._title(place)
        return ModuleRow(
            key=place.key,
            item_id=self.items.get(place.key, 0),
            number=source.number,
            title=title,
            title_language=title_language,
            url=url,
            minutes=source.planned_minutes if planned else round_minutes(sum(row.minutes for row in rows)),
            outcomes=tuple(str(block.value) for block in words.outcomes or source.outcomes),
            lessons=rows,
        )

    def _lesson(self, place: Place, module: Place) -> LessonRow:
        minutes, status, key, activity_keys = self.lessons[place.source.page_id]
        # A workshop that was withdrawn cannot be attended: the lesson is ticked by hand again.
        workshop = key if key and (found := self.places.places.get(key)) and found.live else None
        item_id = self.items.get(place.key, 0)
        inside = tuple(row for each in activity_keys if (row := self._activity(UUID(each))) is not None)
        return LessonRow(place.key, item_id, module.key, *self._title(place), minutes, status, workshop, inside)

    def _activity(self, key: UUID) -> ActivityRow | None:
        """None for one that was withdrawn: nobody can do it."""
        shown = self.activities.get(key)
        if shown is None:
            return None
        return ActivityRow(key, shown.item_id, shown.title, shown.language, shown.counts, shown.mark, shown.rule)

    def _quiz(self, quiz_id: int | None) -> QuizRow | None:
        family = self.quizzes.get(quiz_id or 0, [])
        if not family or not family[0].live:
            return None
        source = family[0]
        live = {self.places.locales[quiz.locale_id].language_code: quiz for quiz in family if quiz.live}
        words = live.get(self.language, source)
        return QuizRow(
            key=source.translation_key,
            item_id=self.items.get(source.translation_key, 0),
            title=words.title,
            title_language=self.places.locales[words.locale_id].language_code,
            questions=source.places_count,
            pass_mark=source.pass_mark,
            attempts=source.attempts,
            counts=source.counts,
            minutes=source.places_count * MINUTES_PER_QUESTION,
        )

    def _title(self, place: Place) -> tuple[str, str, str]:
        """Title, the language it is in, address."""
        words, words_language = place.in_language(self.language)
        return words.title, words_language, url_of(place.key, self.language) or ""


def _live_children(places: SiteMap, place: Place, model: type[Page]) -> list[Place]:
    children = [places.places[key] for key in place.children]
    return [each for each in children if each.live and issubclass(model_of(each), model)]


def _pages(model: Any, places: list[Place], language: str) -> dict[int, Any]:
    """Source pages and the pages with the words of a language, by primary key. One query."""
    wanted = {pk for each in places for pk in (each.source.page_id, each.in_language(language)[0].page_id)}
    return {page.pk: page for page in model.objects.filter(pk__in=wanted)}
