"""Narrowing down the catalogue: what a reader chose, which courses that leaves, and what else could be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from curriculum.catalogue.enums import Level
from curriculum.catalogue.queries import PathRow
from curriculum.competences.queries import CompetenceName
from curriculum.lessons.outline import CourseOutline


@dataclass(frozen=True)
class Option:
    """A value of a facet. `title_language` empty: the page's; `count`: courses that have it."""

    value: str
    title: str
    count: int
    chosen: bool
    title_language: str = ""


@dataclass(frozen=True)
class Facet:
    """One question that narrows down the list; several values of one facet widen it again."""

    name: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> list[Option]:
        """What was chosen."""
        return [option for option in self.options if option.chosen]


@dataclass(frozen=True)
class Found:
    """The courses that are left, and the form."""

    query: str
    courses: tuple[CourseOutline, ...]
    facets: dict[str, Facet] = field(default_factory=dict)

    @property
    def chosen(self) -> list[Option]:
        """All chosen values, for the line above the list."""
        return [option for facet in self.facets.values() for option in facet.chosen]


def narrow_down(
    courses: Sequence[CourseOutline],
    paths: Sequence[PathRow],
    competences: Mapping[str, CompetenceName],
    languages: Sequence[tuple[str, str]],
    wanted: Callable[[str], Iterable[str]],
    query: str = "",
) -> Found:
    """Courses that match all facets. `wanted(name)`: values asked for; `languages`: pairs (code, own name)."""

    def values(course: CourseOutline) -> dict[str, set[str]]:
        return {
            "path": {path.code for path in paths if course.key in path.courses},
            "level": {course.level},
            "language": set(course.languages),
            "competence": {code for code, _level in course.competences},
        }

    of_course = {course.key: values(course) for course in courses}
    served = {code for course in courses for code, _level in course.competences}
    choices = {
        "path": [(path.code, path.title, path.title_language) for path in paths],
        "level": [(level.value, str(level.label), "") for level in Level],
        "language": [(code, name, code) for code, name in languages],
        "competence": [
            (code, f"{code} {competences[code].name}", competences[code].language)
            for code in sorted(served & competences.keys(), key=lambda code: int(code.strip("PC") or 0))
        ],
    }
    facets = {}
    for name, rows in choices.items():
        asked = set(wanted(name))
        options = [
            Option(value, title, sum(value in of_course[course.key][name] for course in courses), value in asked, lang)
            for value, title, lang in rows
        ]
        facets[name] = Facet(name, tuple(option for option in options if option.count))
    chosen = {name: {option.value for option in facet.chosen} for name, facet in facets.items()}
    needle = " ".join(query.split()).casefold()
    left = [
        course
        for course in courses
        if all(not values or values & of_course[course.key][name] for name, values in chosen.items())
        and (not needle or needle in _words(course))
    ]
    return Found(query, tuple(left), facets)


def _words(course: CourseOutline) -> str:
    """What the search looks at: titles of the course, its modules and lessons, and outcomes."""
    parts = [course.code, course.title, course.summary]
    for module in course.modules:
        parts += [module.title, *module.outcomes, *(lesson.title for lesson in module.lessons)]
    return " ".join(parts).casefold()
