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
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import (
    ActivityRow,
    CourseOutline,
    LessonRow,
    ModuleRow,
    QuizRow,
    course_key_of,
    course_outline,
)
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
    # The lessons of a module and the activities in them are one step: they are done together, in any order.
    steps = [nodes for child in chosen if (nodes := _of_block(child.block_type, child.value, None))]
    steps = steps or [[Part(str(ItemKind.COURSE), key)] for key in courses if is_published(key)]
    nodes = _once(node for step in steps for node in step)
    locks: dict[str, Any] = {}
    if source.in_order:
        # What is asked for twice is open as early as it is asked for: a later step must not lock what it waits for.
        known = {part.key for node in steps[0] for part in parts_of(node)} if steps else set()
        for before, node in pairwise(_together(step) for step in steps):
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
    modules = [(module, _keys_in(module.lessons) & set(asked)) for module in outline.modules]
    if source.in_order:
        for (before, first), (module, then) in pairwise((module, keys) for module, keys in modules if keys):
            lock = limited_to(full, first)
            if lock is None:
                continue
            if all(isinstance(node, Part) for node in _flat(lock)):
                lock = _of_module(list(parts_of(lock)), before.key)
            for lesson in module.lessons:
                if lesson.key in then:
                    yield lesson.key, lock
    tests_out = any(child.block_type == "test_out" for child in source.rule)
    if source.quiz_after_lessons and outline.quiz is not None and outline.quiz.key in asked and not tests_out:
        lessons = limited_to(full, _keys_in(outline.lessons) & set(asked))
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
    return _once(node for child in stream for node in _of_block(child.block_type, child.value, outline))


def _once(nodes: Iterable[Node]) -> list[Node]:
    """The same nodes, an activity only once: it may stand in two lessons, or be chosen besides."""
    found: list[Node] = []
    for node in nodes:
        if not (isinstance(node, Part) and node.kind == ItemKind.ACTIVITY and node in found):
            found.append(node)
    return found


def _together(nodes: list[Node]) -> Node:
    """Several nodes as one thing to do."""
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))


def _of_block(kind: str, value: Any, outline: CourseOutline | None) -> list[Node]:
    if kind in ("lessons", "own_quiz"):
        return _of_course(kind, outline) if outline is not None else []
    if value is None or kind == "test_out":
        # What was chosen has been deleted since; and who tests out does none of this.
        return []
    if kind in SCORED:
        return _scored(kind, value)
    if kind in ("any_of", "all_of"):
        # Nobody could do nothing: a choice of which all was deleted since is none.
        return _choice(value["number"], value["parts"], outline) if kind == "any_of" else _all_of(value, outline)
    if kind == ItemKind.ACTIVITY:
        shown = activities(get_language() or "").get(value.translation_key)
        return [Part(kind, shown.key, shown.mark)] if shown is not None else []
    if not is_published(value.translation_key):
        # Withdrawn: whoever has it in a running rule is spared it, whoever starts is not asked for it.
        return []
    return _module(value) if kind == "module" else _single(kind, value)


def _choice(number: int, stream: Any, outline: CourseOutline | None) -> list[Node]:
    """So many of several. What one block stands for is one choice: a module goes with the activities in it."""
    found = [_of_block(child.block_type, child.value, outline) for child in stream]
    below = tuple(_together(nodes) for nodes in found if nodes)
    return [AnyOf(min(number, len(below)), below)] if below else []


def _all_of(stream: Any, outline: CourseOutline | None) -> list[Node]:
    below = tuple(_nodes(stream, outline))
    return [AllOf(below)] if below else []


def _single(kind: str, page: Any) -> list[Node]:
    """A page that was chosen by itself; a lesson with the activities in it that count, without which it is not done."""
    key = course_key_of(page) if kind == ItemKind.LESSON else None
    outline = course_outline(key, get_language() or "") if key is not None else None
    lessons = [row for row in outline.lessons if row.key == page.translation_key] if outline is not None else []
    return [Part(kind, page.translation_key), *_activities(_written(lessons))]


def _of_course(kind: str, outline: CourseOutline) -> list[Node]:
    if kind == "lessons":
        return list(_all_lessons(outline))
    return [_own_quiz(outline.quiz)] if outline.quiz is not None else []


def is_published(key: UUID) -> bool:
    """Whether a page that a rule names can be reached now. No query when warm."""
    places = site_map()
    place = places.places.get(key)
    return place is not None and place.live and all(above.live for above in places.ancestors(key))


def _module(page: Any) -> list[Node]:
    """All written lessons of a module, and the activities in them that count. One without any lesson yet is asked for
    as a whole, and so not completed by nobody."""
    key = course_key_of(page)
    outline = course_outline(key, get_language() or "") if key is not None else None
    module: ModuleRow | None = outline.module(page.translation_key) if outline is not None else None
    lessons = _written(module.lessons) if module is not None else []
    if not lessons:
        return [Part(str(ItemKind.MODULE), page.translation_key)]
    return [AllOf(tuple(_lesson(row) for row in lessons), of=page.translation_key), *_activities(lessons)]


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
    if not lessons:
        return []
    return [AllOf(tuple(_lesson(row) for row in lessons), of=outline.key), *_activities(lessons)]


def _activities(lessons: Iterable[LessonRow]) -> list[Node]:
    """The activities in these lessons that count, each once."""
    return _once(_activity(row) for lesson in lessons for row in lesson.activities if row.counts)


def _keys_in(lessons: Iterable[LessonRow]) -> set[UUID]:
    """Keys of the written among these lessons, and of the activities in them."""
    written = _written(lessons)
    return {row.key for row in written} | {activity.key for row in written for activity in row.activities}


def _of_module(parts: list[Part], module: UUID) -> AllOf:
    """The lessons of a module, counted as such, and the activities in them."""
    lessons = tuple(part for part in parts if part.kind == ItemKind.LESSON)
    others = tuple(part for part in parts if part.kind != ItemKind.LESSON)
    if not others:
        return AllOf(lessons, of=module)
    return AllOf((*((AllOf(lessons, of=module),) if lessons else ()), *others))


def _written(lessons: Iterable[LessonRow]) -> list[LessonRow]:
    return [row for row in lessons if row.status == LessonStatus.WRITTEN]


def _lesson(row: LessonRow) -> Part:
    return Part(str(ItemKind.LESSON), row.key)


def _activity(row: ActivityRow) -> Part:
    return Part(str(ItemKind.ACTIVITY), row.key, row.mark)


def _own_quiz(quiz: QuizRow) -> Part:
    return Part(str(ItemKind.QUIZ), quiz.key, quiz.pass_mark, str(quiz.counts), quiz.attempts)
