"""What a person did of what a frozen rule asked for, and how long that takes. Reads only.

A certificate counts nothing else: no lesson that was not asked for, none that was waived, no planned figure. A lesson
that was done by attending a workshop counts by the minutes of the date, once. The minutes of a lesson are those of the
activities in it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from courses.progress.enums import Fact
from courses.progress.models import LearningEvent
from courses.progress.queries import course_of_lesson
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, Part
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import all_courses, lessons_with

DONE = {Fact.COMPLETED, Fact.PASSED, Fact.FINISHED}
DECISIVE = {Fact.COMPLETED, Fact.UNDONE, Fact.PASSED, Fact.FINISHED}
Happened = tuple[UUID, str, datetime, dict[str, Any]]  # key of the item, fact, when, data


@dataclass(frozen=True)
class Piece:
    """One thing that was asked for and done. `attended` names the date by which it was, with its minutes; `within` the
    lessons in which an activity stands."""

    kind: str
    key: UUID
    at: int | None = None
    attended: str | None = None
    minutes: int = 0
    within: frozenset[UUID] = frozenset()


def by_themselves(pieces: Iterable[Piece]) -> list[Piece]:
    """These pieces without the activities in lessons that are among them."""
    pieces = list(pieces)
    keys = {piece.key for piece in pieces}
    return [piece for piece in pieces if not piece.within & keys]


@dataclass(frozen=True)
class Done:
    """All pieces of an enrolment. `courses` are those that a path asked for: each with what was done in it."""

    pieces: tuple[Piece, ...] = ()
    courses: dict[UUID, Done] = field(default_factory=dict)

    @cached_property
    def all(self) -> tuple[Piece, ...]:
        """Pieces of its own, then those of its courses."""
        return (*self.pieces, *(piece for done in self.courses.values() for piece in done.all))

    @cached_property
    def minutes(self) -> dict[str, int]:
        """Minutes of lessons, quizzes and workshops; each lesson, quiz and date counts once. An activity that was asked
        for without its lesson counts as one."""
        sums = {"lessons": 0, "quizzes": 0, "workshops": 0}
        counted: set[Any] = set()
        for piece in by_themselves(self.all):
            name = piece.attended or piece.key
            if name not in counted:
                counted.add(name)
                sums[_heading(piece)] += piece.minutes
        return sums

    @cached_property
    def workshops(self) -> tuple[UUID, ...]:
        """Workshops that were attended, each once."""
        return tuple(dict.fromkeys(each.key for each in self.all if each.kind == ItemKind.WORKSHOP))

    @property
    def scored(self) -> tuple[Piece, ...]:
        """Quizzes and assignments that were passed, each once; what a path calls an assignment is one."""
        found: dict[UUID, Piece] = {}
        for each in self.all:
            if each.kind in SCORED:
                found.setdefault(each.key, each)
        return tuple(found.values())


def done(enrolment: Enrolment, at: datetime) -> Done:
    """What was done of what the enrolment asked for, up to its completion (else `at`)."""
    return done_of_all([enrolment], at)[enrolment.pk]


def done_of_all(enrolments: list[Enrolment], at: datetime) -> dict[int, Done]:
    """The same for several enrolments of one person, by primary key.

    Two queries, and two more for each level of courses within: a path asks for courses, these hardly for others.
    """
    facts: list[Happened] = []
    taken: dict[int, dict[UUID, Enrolment]] = {}
    read: set[UUID] = set()
    level = enrolments
    while level:
        parts = {part.key: part.kind for each in level for part in rule_of(each).parts}
        facts += _facts(level[0].person_id, parts.keys() - read)
        read |= parts.keys()
        courses = [key for key, kind in parts.items() if kind == ItemKind.COURSE]
        cycles = _completed(level[0].person_id, courses)
        taken |= {each.pk: _taken(each, cycles, at) for each in level}
        inner = {each.pk: each for cycle in level for each in taken[cycle.pk].values()}
        level = [each for pk, each in inner.items() if pk not in taken]
    gathered = _Gathered(facts, taken, _minutes_of_quizzes(), at)
    return {each.pk: gathered.done(each) for each in enrolments}


@dataclass(frozen=True)
class _Gathered:
    """One person's facts, and the cycle of each course that counts for an enrolment, by its primary key."""

    facts: list[Happened]
    taken: dict[int, dict[UUID, Enrolment]]
    quizzes: dict[UUID, int]
    at: datetime
    known: dict[int, Done] = field(default_factory=dict)

    def done(self, enrolment: Enrolment) -> Done:
        """What was done of what this enrolment asked for. Courses that ask for each other end in nothing."""
        if (known := self.known.get(enrolment.pk)) is not None:
            return known
        self.known[enrolment.pk] = Done()
        parts = {part.key: part for part in rule_of(enrolment).parts}
        last = _in_window(enrolment, self.facts, self.at)
        pieces = [_piece(part, last[key], self.quizzes) for key, part in parts.items() if key in last]
        mine = self.taken[enrolment.pk]
        found = Done(
            tuple(piece for piece in pieces if piece.kind != ItemKind.COURSE),
            {key: self.done(mine[key]) for key in parts if key in mine},
        )
        self.known[enrolment.pk] = found
        return found


def _facts(person_id: int, keys: Iterable[UUID]) -> list[Happened]:
    """Facts about these, in the order in which they happened."""
    rows = LearningEvent.objects.filter(person_id=person_id, item__key__in=list(keys), fact__in=DECISIVE)
    return list(rows.order_by("at", "id").values_list("item__key", "fact", "at", "data"))


def _in_window(enrolment: Enrolment, facts: list[Happened], at: datetime) -> dict[UUID, dict[str, Any]]:
    """Data of the fact by which each thing was done in the window of the enrolment."""
    since, until = rule_of(enrolment).since, enrolment.completed_at or at
    found: dict[UUID, dict[str, Any]] = {}
    for key, fact, happened, data in facts:
        if happened > until or (since is not None and happened < since):
            continue
        if fact in DONE:
            found[key] = data
        else:
            found.pop(key, None)
    return found


def _completed(person_id: int, courses: list[UUID]) -> list[Enrolment]:
    """All completed cycles of these courses, in the order in which they were completed. None is no query."""
    if not courses:
        return []
    rows = Enrolment.objects.filter(person_id=person_id, item__key__in=courses, completed_at__isnull=False)
    return list(rows.select_related("item").order_by("completed_at", "cycle"))


def _taken(enrolment: Enrolment, cycles: list[Enrolment], at: datetime) -> dict[UUID, Enrolment]:
    """The completed cycle of each course that counts for a path: the last one in the window of the path.

    What was learnt was learnt in the course: a refresher counts only where there is nothing else.
    """
    rule, until = rule_of(enrolment), enrolment.completed_at or at
    found: dict[UUID, Enrolment] = {}
    for each in sorted(cycles, key=lambda each: each.route != Route.REFRESHER):
        ended = each.completed_at
        in_window = ended is not None and ended <= until and (rule.since is None or ended >= rule.since)
        if in_window and each.item.key in rule.keys:
            found[each.item.key] = each
    return found


def _piece(part: Part, data: dict[str, Any], quizzes: dict[UUID, int]) -> Piece:
    minutes = int(data.get("minutes", 0))
    if "session" in data:
        return Piece(part.kind, part.key, part.at, attended=str(data["session"]), minutes=minutes)
    if part.kind in SCORED:
        minutes = quizzes.get(part.key, 0)
    elif part.kind == ItemKind.LESSON:
        # Lengths are the same in all languages.
        found = course_of_lesson(part.key, "en")
        minutes = found[1].minutes if found else 0
    elif part.kind == ItemKind.ACTIVITY:
        shown = activities("en").get(part.key)
        within = frozenset(row.key for row in lessons_with(part.key, "en"))
        return Piece(part.kind, part.key, part.at, minutes=shown.minutes if shown else 0, within=within)
    return Piece(part.kind, part.key, part.at, minutes=minutes)


def _minutes_of_quizzes() -> dict[UUID, int]:
    """Minutes that the quiz of each course takes."""
    return {outline.quiz.key: outline.quiz.minutes for outline in all_courses("en") if outline.quiz}


def _heading(piece: Piece) -> str:
    if piece.attended or piece.kind == ItemKind.WORKSHOP:
        return "workshops"
    return "quizzes" if piece.kind in SCORED else "lessons"
