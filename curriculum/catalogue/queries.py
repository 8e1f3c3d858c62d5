"""Reads of learning paths."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from academy.website.addresses import site_map, url_of

from .models import LearningPathPage, PathCourse


@dataclass(frozen=True)
class PathRow:
    """A learning path for the reader of one language, with the keys of its courses in order."""

    key: UUID
    code: str
    title: str
    title_language: str
    url: str
    summary: str
    audience: str
    workshops: str
    completion: str
    courses: tuple[UUID, ...]


def paths(language: str) -> list[PathRow]:
    """All published learning paths in the order of the tree; read once for a state of the site (two queries)."""
    places = site_map()
    if ("paths", language) not in places.notes:
        pages = {page.pk: page for page in LearningPathPage.objects.all()}
        courses: dict[int, list[UUID]] = {}
        for path_id, course_id in PathCourse.objects.order_by("path_id", "sort_order").values_list(
            "path_id", "course_id"
        ):
            if place := places.place_of(course_id):
                courses.setdefault(path_id, []).append(place.key)
        rows = []
        for place in places.in_order():
            source = pages.get(place.source.page_id)
            if source is None:
                continue
            words, words_language = place.in_language(language)
            page = pages.get(words.page_id, source)
            rows.append(
                PathRow(
                    key=place.key,
                    code=source.code,
                    title=words.title,
                    title_language=words_language,
                    url=url_of(place.key, language) or "",
                    summary=page.summary,
                    audience=page.audience,
                    workshops=page.workshops,
                    completion=page.completion,
                    courses=tuple(courses.get(source.pk, [])),
                )
            )
        places.notes["paths", language] = rows
    found: list[PathRow] = places.notes["paths", language]
    return found


def paths_of(course: UUID, language: str) -> list[PathRow]:
    """The paths that a course is on."""
    return [path for path in paths(language) if course in path.courses]
