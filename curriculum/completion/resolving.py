"""From what an editor has put together to a resolved list of items (architecture decision 8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from academy.website.addresses import site_map
from curriculum.catalogue.models import CoursePage, LearningPathPage
from curriculum.conditions.enums import Refresher, Route
from curriculum.conditions.nodes import SCORED, AllOf, AnyOf, Node, Part, limited_to, parts_of, to_json
from curriculum.items.enums import ItemKind
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, LessonRow, ModuleRow, QuizRow, course_key_of, course_outline
from curriculum.quizzes.models import Quiz


def course_rule(source: CoursePage, outline: CourseOutline, route: Route) -> dict[str, Any]:
    """What a course asks for on this route, as kept in a RuleVersion. Structure is the same in all languages."""
    root = _course_root(source, outline)
    if route == Route.REFRESHER and source.refresher == Refresher.QUIZ and outline.quiz is not None:
        root = AllOf((_own_quiz(outline.quiz),))
    asked = {part.key for part in parts_of(root)}
    return {
        "root": to_json(root),
        "advised": [to_json(node) for node in _nodes(source.advised, outline)],
        "locks": {str(key): to_json(node) for key, node in _course_locks(source, outline, asked)},
        "valid_months": source.valid_months,
    }


def path_rule(source: LearningPathPage, courses: Iterable[UUID], route: Route) -> dict[str, Any]:
    """What a path asks for on this route. `courses` are the keys of its courses in order, for a path without a rule."""
    chosen = source.short_rule if route == Route.SHORT else source.rule
    nodes = _nodes(chosen, None) or [Part(str(ItemKind.COURSE), key) for key in courses if is_published(key)]
    locks: dict[str, Any] = {}
    if source.in_order:
        # What is asked for twice is open as early as it is asked for: a later step must not lock what it waits for.
        known = {part.key for part in parts_of(nodes[0])} if nodes else set()
        for before, node in pairwise(nodes):
            locks |= {str(part.key): to_json(before) for part in parts_of(node) if part.key not in known}
            known |= {part.key for part in parts_of(node)}
    return {
        "root": to_json(AllOf(tuple(nodes))),
        "advised": [to_json(node) for node in _nodes(source.advised, None)],
        "locks": locks,
        "valid_months": source.valid_months,
    }


def composed(stream: Any, outline: CourseOutline | None = None) -> list[Node]:
    """What an editor has put together in one field, as nodes; what was deleted since is left out."""
    return _nodes(stream, outline)


def prerequisite(source: CoursePage) -> Node | None:
    """What is asked for before a course can be started; None if nothing is."""
    nodes = _nodes(source.prerequisites, None)
    return AllOf(tuple(nodes)) if nodes else None


def _full_way(source: CoursePage, outline: CourseOutline) -> AllOf:
    """What a course asks for of whoever does not test out."""
    nodes = _nodes(source.rule, outline)
    if not nodes:
        nodes = _all_lessons(outline) + ([_own_quiz(outline.quiz)] if outline.quiz is not None else [])
    return AllOf(tuple(nodes))


def _course_root(source: CoursePage, outline: CourseOutline) -> AllOf:
    full = _full_way(source, outline)
    test_out = next((child.value["at"] for child in source.rule if child.block_type == "test_out"), None)
    if test_out is None or outline.quiz is None:
        return full
    quiz = Part(str(ItemKind.QUIZ), outline.quiz.key, test_out, str(outline.quiz.counts), outline.quiz.attempts)
    return AllOf((AnyOf(1, (full, quiz)),))


def _course_locks(source: CoursePage, outline: CourseOutline, asked: Collection[UUID]) -> Iterable[tuple[UUID, Node]]:
    """What comes first, by the key of what it locks. Only what is `asked` for locks anything or is locked: the rest
    nobody has to do, nor is it waived for anybody when it is withdrawn."""
    full = _full_way(source, outline)
    modules = [(module, {row.key for row in _written(module.lessons)} & set(asked)) for module in outline.modules]
    if source.in_order:
        for (before, first), (module, then) in pairwise((module, keys) for module, keys in modules if keys):
            lock = limited_to(full, first)
            if lock is None:
                continue
            if all(isinstance(node, Part) for node in _flat(lock)):
                lock = AllOf(tuple(parts_of(lock)), of=before.key)
            for lesson in module.lessons:
                if lesson.key in then:
                    yield lesson.key, lock
    tests_out = any(child.block_type == "test_out" for child in source.rule)
    if source.quiz_after_lessons and outline.quiz is not None and outline.quiz.key in asked and not tests_out:
        lessons = limited_to(full, {row.key for row in _written(outline.lessons)} & set(asked))
        if lessons is not None:
            yield outline.quiz.key, lessons


def _flat(node: Node) -> Iterator[Node]:
    """What stands in a tree once all its `AllOf` are opened."""
    if isinstance(node, AllOf):
        for each in node.nodes:
            yield from _flat(each)
    else:
        yield node


def _nodes(stream: Any, outline: CourseOutline | None) -> list[Node]:
    """The blocks of a rule as nodes, in order. `outline` is that of the course whose rule it is."""
    return [node for child in stream for node in _of_block(child.block_type, child.value, outline)]


def _of_block(kind: str, value: Any, outline: CourseOutline | None) -> list[Node]:
    if kind in ("lessons", "own_quiz"):
        return _of_course(kind, outline) if outline is not None else []
    if value is None or kind == "test_out":
        # What was chosen has been deleted since; and who tests out does none of this.
        return []
    if kind in SCORED:
        return _scored(kind, value)
    if kind in ("any_of", "all_of"):
        below = tuple(_nodes(value["parts"] if kind == "any_of" else value, outline))
        # Nobody could do nothing: a choice of which all was deleted since is none.
        if not below:
            return []
        return [AnyOf(min(value["number"], len(below)), below) if kind == "any_of" else AllOf(below)]
    if not is_published(value.translation_key):
        # Withdrawn: whoever has it in a running rule is spared it, whoever starts is not asked for it.
        return []
    return [_module(value) if kind == "module" else Part(kind, value.translation_key)]


def _of_course(kind: str, outline: CourseOutline) -> list[Node]:
    if kind == "lessons":
        return list(_all_lessons(outline))
    return [_own_quiz(outline.quiz)] if outline.quiz is not None else []


def is_published(key: UUID) -> bool:
    """Whether a page that a rule names can be reached now. No query when warm."""
    places = site_map()
    place = places.places.get(key)
    return place is not None and place.live and all(above.live for above in places.ancestors(key))


def _module(page: Any) -> Node:
    """All written lessons of a module. One without any yet is asked for as a whole, and so not completed by nobody."""
    key = course_key_of(page)
    outline = course_outline(key, get_language() or "") if key is not None else None
    module: ModuleRow | None = outline.module(page.translation_key) if outline is not None else None
    lessons = _written(module.lessons) if module is not None else []
    if not lessons:
        return Part(str(ItemKind.MODULE), page.translation_key)
    return AllOf(tuple(_lesson(row) for row in lessons), of=page.translation_key)


def _scored(kind: str, value: Any) -> list[Node]:
    """A quiz or hand-in with what is promised of it, read from its source (the oldest row of its key)."""
    chosen = value["quiz"]
    if chosen is None:
        return []
    source = Quiz.objects.filter(translation_key=chosen.translation_key).order_by("pk").first() or chosen
    at = value["at"] or source.pass_mark
    return [Part(kind, source.translation_key, at, str(source.counts), source.attempts)]


def _all_lessons(outline: CourseOutline) -> list[Node]:
    lessons = _written(outline.lessons)
    return [AllOf(tuple(_lesson(row) for row in lessons), of=outline.key)] if lessons else []


def _written(lessons: Iterable[LessonRow]) -> list[LessonRow]:
    return [row for row in lessons if row.status == LessonStatus.WRITTEN]


def _lesson(row: LessonRow) -> Part:
    return Part(str(ItemKind.LESSON), row.key)


def _own_quiz(quiz: QuizRow) -> Part:
    return Part(str(ItemKind.QUIZ), quiz.key, quiz.pass_mark, str(quiz.counts), quiz.attempts)
