"""Reads of completion rules: what is asked for now, and what its parts are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from academy.website.addresses import site_map, url_of
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.catalogue.queries import paths
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import Node, digest, from_json
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.lessons.outline import course_outline, lessons_with
from curriculum.quizzes.models import Quiz

from .models import RuleVersion
from .resolving import course_rule, path_rule, prerequisite


@dataclass(frozen=True)
class Promise:
    """What a course or path asks for now, on one route: what somebody who starts today is promised.

    `is_open`: whether it can be started; a path can as soon as one of its courses can.
    """

    key: UUID
    item_id: int
    kind: str
    route: Route
    rule: dict[str, Any]
    is_open: bool

    @cached_property
    def root(self) -> Node:
        """The tree of what is asked for."""
        return from_json(self.rule["root"])

    @cached_property
    def advised(self) -> tuple[Node, ...]:
        """What is advised and not asked for."""
        return tuple(from_json(node) for node in self.rule["advised"])

    @property
    def digest(self) -> str:
        """Names the rule by its content."""
        return digest(self.rule)


@dataclass(frozen=True)
class Name:
    """What an item is called in one language; without a translation in its own. Quizzes have no address here, an
    activity has that of the first lesson in which it stands."""

    kind: str
    code: str
    title: str
    language: str
    url: str = ""

    @property
    def full(self) -> str:
        """With the code that people know it by."""
        coded = self.kind in (ItemKind.COURSE, ItemKind.WORKSHOP, ItemKind.MODULE, ItemKind.PATH) and self.code
        return f"{self.code} {self.title}" if coded else self.title


def promise(key: UUID, route: Route = Route.FULL) -> Promise | None:
    """What the published course or path asks for now; None where there is no such thing, or no such route.

    Worked out once for a state of the site.
    """
    notes = site_map().notes
    if ("promise", key, route) not in notes:
        notes["promise", key, route] = _course(key, route) or _path(key, route)
    found: Promise | None = notes["promise", key, route]
    return found


def before(key: UUID) -> Node | None:
    """What is asked for before a course can be started; None if nothing is. Worked out once for a state of the site."""
    notes = site_map().notes
    if ("before", key) not in notes:
        source = CoursePage.objects.filter(translation_key=key).order_by("pk").first()
        notes["before", key] = prerequisite(source) if source is not None else None
    found: Node | None = notes["before", key]
    return found


def versions(key: UUID, route: Route = Route.FULL) -> list[RuleVersion]:
    """All versions of a rule, the newest first. One query."""
    return list(RuleVersion.objects.filter(item__key=key, route=route).order_by("-number"))


def names(keys: Collection[UUID], language: str) -> dict[UUID, Name]:
    """What items are called in a language, by key. Kept for a state of the site; two queries for those unknown."""
    places = site_map()
    known: dict[UUID, Name] = places.notes.setdefault(("names", language), {})
    if missing := [key for key in keys if key not in known]:
        titles = _quiz_titles(missing, language)
        for item in LearningItem.objects.filter(key__in=missing):
            title, own = titles.get(item.key, (item.title, ""))
            url = ""
            if (place := places.places.get(item.key)) is not None:
                words, own = place.in_language(language)
                title, url = words.title, (url_of(item.key, language) or "") if place.live else ""
            elif item.kind == ItemKind.ACTIVITY and (shown := activities(language).get(item.key)) is not None:
                title, own = shown.title, shown.language
                url = next((lesson.url for lesson in lessons_with(item.key, language)), "")
            known[item.key] = Name(item.kind, item.code, title, own or language, url)
    return {key: known[key] for key in keys if key in known}


def _any_language() -> str:
    """Rules are the same in all languages: the one at hand is the one whose outlines are known."""
    return get_language() or ""


def _quiz_titles(keys: Collection[UUID], language: str) -> dict[UUID, tuple[str, str]]:
    """Titles of quizzes and the languages that they are in."""
    locales = site_map().locales
    found: dict[UUID, tuple[str, str]] = {}
    for row in Quiz.objects.filter(translation_key__in=keys).order_by("-pk"):
        own = locales[row.locale_id].language_code if row.locale_id in locales else ""
        # The oldest row is the source and comes last: it stands where no translation does.
        if (own == language and row.live) or found.get(row.translation_key, ("", ""))[1] != language:
            found[row.translation_key] = (row.title, own)
    return found


def _course(key: UUID, route: Route) -> Promise | None:
    outline = course_outline(key, _any_language())
    if outline is None or route == Route.SHORT:
        return None
    source = CoursePage.objects.filter(translation_key=key).select_related("quiz").order_by("pk").first()
    if source is None or (route == Route.REFRESHER and source.valid_months is None):
        return None
    rule = course_rule(source, outline, route)
    # A certificate is renewed while its course is being written anew, too.
    is_open = route == Route.REFRESHER or outline.status == CourseStatus.OPEN
    return Promise(key, outline.item_id, str(ItemKind.COURSE), route, rule, is_open)


def _path(key: UUID, route: Route) -> Promise | None:
    row = next((path for path in paths(_any_language()) if path.key == key), None)
    source = LearningPathPage.objects.filter(translation_key=key).order_by("pk").first()
    item = LearningItem.objects.filter(key=key, kind=ItemKind.PATH).first()
    if row is None or source is None or item is None:
        return None
    if (route == Route.SHORT and not source.short_rule) or (route == Route.REFRESHER and source.valid_months is None):
        return None
    outlines = [course_outline(course, _any_language()) for course in row.courses]
    is_open = any(outline is not None and outline.status == CourseStatus.OPEN for outline in outlines)
    return Promise(key, item.pk, str(ItemKind.PATH), route, path_rule(source, row.courses, route), is_open)
