"""What the templates of the curriculum ask for. Everything is read from outlines and caches; see queries there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from wagtail.documents.models import AbstractDocument

from academy.website.addresses import Crumb, reading_language, site_map
from academy.website.rendering import body_html
from curriculum.catalogue.enums import Level
from curriculum.catalogue.models import CoursePage
from curriculum.catalogue.queries import PathRow, paths, paths_of
from curriculum.competences.queries import CompetenceName, competence_names
from curriculum.lessons.models import LessonPage
from curriculum.lessons.outline import CourseOutline, LessonRow, ModuleRow, all_courses, course_key_of, course_outline
from curriculum.library.models import GlossaryTerm
from curriculum.library.queries import CaseRow, Term, cases, cases_of, glossary
from curriculum.workshops.models import WorkshopPage
from curriculum.workshops.queries import WorkshopRow, competences_served, workshops

from .facets import Found, narrow_down

register = template.Library()


@register.simple_tag
def outline_of(page: Any) -> CourseOutline | None:
    """The outline of the course that a course, module or lesson page belongs to."""
    key = course_key_of(page)
    return course_outline(key, get_language() or "") if key else None


@register.filter
def module_at(outline: CourseOutline | None, page: Any) -> ModuleRow | None:
    """The module of an outline that a module or lesson page is, or is in."""
    if outline is None:
        return None
    for module in outline.modules:
        if page.translation_key in {module.key, *(lesson.key for lesson in module.lessons)}:
            return module
    return None


@register.filter
def before(outline: CourseOutline | None, page: Any) -> LessonRow | None:
    """The lesson before this one."""
    return outline.neighbours(page.translation_key)[0] if outline else None


@register.filter
def after(outline: CourseOutline | None, page: Any) -> LessonRow | None:
    """The lesson after this one."""
    return outline.neighbours(page.translation_key)[1] if outline else None


@register.filter
def place_in(page: Any, module: ModuleRow | None) -> int:
    """Which lesson of its module this is, from 1; 0 if it is none."""
    keys = [lesson.key for lesson in module.lessons] if module else []
    return keys.index(page.translation_key) + 1 if page.translation_key in keys else 0


@register.simple_tag(takes_context=True)
def page_body(context: Context) -> SafeString:
    """The body of the page, rendered in its own language; links lead to the language being read."""
    page, request = context["page"], context["request"]
    return body_html(page, get_language() or "", fresh=getattr(request, "is_preview", False))


@register.simple_tag(takes_context=True)
def crumb_links(context: Context) -> list[Crumb]:
    """The way to this page, this page last; nothing for the front page."""
    route, page = context["route"], context["page"]
    return [*route.crumbs, Crumb(page.title, route.words_language, "")]


@register.simple_tag
def term_of(term: GlossaryTerm) -> Term | None:
    """A glossary term in the reader's language, whatever the language of the text that it stands in."""
    return glossary(reading_language()).get(term.translation_key) if term else None


@register.simple_tag
def practice_cases() -> list[CaseRow]:
    """All practice cases."""
    return cases(get_language() or "")


@register.simple_tag
def lesson_cases(lesson: LessonPage) -> list[CaseRow]:
    """The practice cases that a lesson links to."""
    return cases_of([link.case_id for link in lesson.cases.all()], get_language() or "")


@register.simple_tag
def workshop_formats() -> list[WorkshopRow]:
    """All workshop formats."""
    return workshops(get_language() or "")


@register.simple_tag
def learning_paths() -> list[PathRow]:
    """All learning paths."""
    return paths(get_language() or "")


@register.simple_tag
def path_by_code(code: str) -> PathRow | None:
    """The learning path with this code, whatever its case."""
    return next((path for path in paths(get_language() or "") if path.code.lower() == code.lower()), None)


@register.simple_tag
def paths_with(outline: CourseOutline) -> list[PathRow]:
    """The learning paths that a course is on."""
    return paths_of(outline.key, get_language() or "")


@register.simple_tag
def courses_of(path_page: Any) -> list[CourseOutline]:
    """The published courses of a learning path in order."""
    language = get_language() or ""
    rows = [path for path in paths(language) if path.key == path_page.translation_key]
    return [outline for key in (rows[0].courses if rows else ()) if (outline := course_outline(key, language))]


@register.simple_tag(takes_context=True)
def found_courses(context: Context) -> Found:
    """The catalogue as the reader narrowed it down with `?level=`, `?path=`, `?language=`, `?competence=` and `?q=`."""
    language, asked = get_language() or "", context["request"].GET
    return narrow_down(
        all_courses(language),
        paths(language),
        competences(language),
        [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES],
        asked.getlist,
        asked.get("q", ""),
    )


@register.simple_tag
def competences_of(outline: CourseOutline) -> list[tuple[CompetenceName, int]]:
    """Competences that a course serves, with the level up to which it does."""
    return _named(outline.competences)


@register.simple_tag
def competences_of_workshop(workshop: WorkshopPage) -> list[tuple[CompetenceName, int]]:
    """Competences that a source workshop format serves, with the level up to which it does."""
    return _named(competences_served(workshop.pk))


def _named(served: Iterable[tuple[str, int]]) -> list[tuple[CompetenceName, int]]:
    """Codes and levels with the names for this reader."""
    names = competences(get_language() or "")
    return [(names[code], level) for code, level in served if code in names]


def competences(language: str) -> dict[str, CompetenceName]:
    """Names of all competences; read once for a state of the site."""
    notes = site_map().notes
    if ("competences", language) not in notes:
        notes["competences", language] = competence_names(language)
    found: dict[str, CompetenceName] = notes["competences", language]
    return found


@register.filter
def level_name(value: str) -> str:
    """A level in words."""
    return str(Level(value).label) if value in Level.values else ""


@register.filter
def is_course(page: Any) -> bool:
    """Whether a page is a course."""
    return isinstance(page, CoursePage)


@register.filter
def outcome_list(outline: CourseOutline) -> list[tuple[str, str]]:
    """All outcomes of a course with the language they are in."""
    return [(text, module.title_language) for module in outline.modules for text in module.outcomes]


@register.filter
def key_of(page: Any) -> UUID:
    """The key that learner records know a page by."""
    key: UUID = page.translation_key
    return key


@register.filter
def file_kind(document: AbstractDocument) -> str:
    """What kind of file it is: `ODT`."""
    return str(document.file_extension).upper()
