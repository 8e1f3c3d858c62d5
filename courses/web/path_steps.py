"""The steps of a path as a learner reads them: each with its state, why it is not open yet, and where it is done.

A rule is a tree; its page keeps the tree: a step is one thing to do, a choice is so many of several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from courses.enrolments.queries import Rule
from courses.progress.enums import Fact, Standing
from courses.progress.queries import CourseStanding, decider
from courses.progress.scoring import Happened
from courses.web.date_standing import DateRow
from curriculum.catalogue.enums import CourseStatus
from curriculum.completion.queries import Name, before, names
from curriculum.conditions.nodes import SCORED, AllOf, AnyOf, Node, Part, is_met, open_nodes, parts_of
from curriculum.h5p.queries import activities
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import CourseOutline, all_courses, course_outline
from curriculum.workshops.queries import workshops

IN_PREPARATION = "in_preparation"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Step:
    """One thing that a path asks for.

    `state` is that of components/status.html, or in_preparation, or withdrawn; `first` is what comes first, where it is
    not open yet. `keys` are those of its parts in the rule. `standing` is that of a course that the person takes. Of a
    workshop `date` is the next one, `booking` the state of the person's own there.
    """

    key: UUID
    kind: str
    name: Name | None
    state: str
    url: str = ""
    first: Node | None = None
    at: int | None = None
    minutes: int = 0
    standing: CourseStanding | None = None
    date: DateRow | None = None
    booking: str = ""
    is_waived: bool = False
    keys: frozenset[UUID] = frozenset()
    next: Name | None = None  # of several lessons in one step the first that is still to do

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do of it."""
        return self.state == Standing.COMPLETED


@dataclass(frozen=True)
class Choice:
    """So many of these steps (`number`; 0: all of them)."""

    number: int
    rows: tuple[Row, ...]
    is_done: bool


Row = Step | Choice


@dataclass(frozen=True)
class Known:
    """What is known of a person, read beforehand: facts, the courses that they take; of workshops the date to show, and
    the state of their own booking."""

    facts: tuple[Happened, ...] = ()
    courses: Mapping[UUID, CourseStanding] = field(default_factory=dict)
    dates: Mapping[UUID, DateRow] = field(default_factory=dict)
    bookings: Mapping[UUID, str] = field(default_factory=dict)


def keys_beforehand(rule: Rule) -> set[UUID]:
    """Keys of all that the steps of a rule depend on: what it asks for and advises, its locks, and what its courses
    want done before they are started."""
    nodes: list[Node] = [rule.root, *rule.advised, *rule.locks.values()]
    nodes += [node for part in rule.parts if part.kind == ItemKind.COURSE and (node := before(part.key)) is not None]
    return {part.key for node in nodes for part in parts_of(node)}


def steps(
    rule: Rule,
    known: Known,
    language: str,
    *,
    waived: frozenset[UUID] = frozenset(),
    until: datetime | None = None,
) -> tuple[Row, ...]:
    """The steps of a rule in order, in a language. `until` is when a completed path was completed, `waived` what is not
    asked for any more. No query when the site is warm."""
    root = rule.root
    top = root.nodes if isinstance(root, AllOf) and root.of is None else (root,)
    return _Steps(rule, known, language, waived, until).rows(top)


def advised_steps(rule: Rule, known: Known, language: str) -> tuple[Row, ...]:
    """What is advised besides, as steps."""
    return _Steps(rule, known, language, frozenset(), None).rows(rule.advised)


def flat(rows: tuple[Row, ...]) -> list[Step]:
    """All steps, those of choices too, in order."""
    return [step for row in rows for step in ([row] if isinstance(row, Step) else flat(row.rows))]


def places_of_quizzes(language: str) -> dict[UUID, CourseOutline]:
    """The course in which each quiz or hand-in is taken. No query when warm."""
    return {outline.quiz.key: outline for outline in all_courses(language) if outline.quiz is not None}


class _Steps:
    """Makes rows of the nodes of one rule for one person."""

    def __init__(
        self, rule: Rule, known: Known, language: str, waived: frozenset[UUID], until: datetime | None
    ) -> None:
        self.rule, self.known, self.language, self.waived = rule, known, language, waived
        self.decide = decider(rule, known.facts, until)
        # What a course wants beforehand is asked of everything that was ever done.
        self.ever = decider(Rule(root=rule.root, since=None), known.facts)
        self.begun = {happened.key for happened in known.facts if happened.fact in (Fact.FAILED, Fact.PASSED)}
        self.quizzes = places_of_quizzes(language)
        self.workshops = {row.key: row for row in workshops(language)}
        nodes = [rule.root, *rule.advised]
        self.names = names({key for node in nodes for key in _named(node)}, language)

    def rows(self, nodes: tuple[Node, ...]) -> tuple[Row, ...]:
        """A row for each node."""
        return tuple(self.row(node) for node in nodes)

    def row(self, node: Node) -> Row:
        """A part, or the lessons of one module or course, as a step; else a choice."""
        if isinstance(node, Part):
            return self.step(node)
        if isinstance(node, AllOf) and node.of is not None:
            return self.lessons(node, node.of)
        number = node.number if isinstance(node, AnyOf) else 0
        return Choice(number, self.rows(node.nodes), is_met(node, self.decide))

    def lessons(self, node: AllOf, of: UUID) -> Step:
        """All lessons of a module or course in one step."""
        name = self.names.get(of)
        done = [self.decide(part) for part in parts_of(node)]
        locks = [self.lock(part) for part in parts_of(node)]
        first = next((lock for lock in locks if lock is not None), None) if all(locks) else None
        state = str(Standing.IN_PROGRESS if any(done) else Standing.NOT_STARTED)
        if done and all(done):
            state, first = str(Standing.COMPLETED), None
        kind = name.kind if name is not None else str(ItemKind.MODULE)
        keys = frozenset(part.key for part in parts_of(node))
        still = [part for part in parts_of(node) if not self.decide(part) and self.lock(part) is None]
        next_one = self.names.get(still[0].key) if still else None
        url = name.url if name is not None else ""
        return Step(of, kind, name, "not_open" if first else state, url, first, keys=keys, next=next_one)

    def step(self, part: Part) -> Step:
        """One part."""
        name = self.names.get(part.key)
        made: dict[str, Any] = {"url": name.url if name is not None else "", "at": part.at}
        made["keys"] = frozenset({part.key})
        made["is_waived"] = part.key in self.waived
        first = None if made["is_waived"] or self.decide(part) else self.lock(part)
        state = self.state(part)
        if part.kind == ItemKind.COURSE:
            outline = course_outline(part.key, self.language)
            made |= {"minutes": outline.minutes if outline else 0, "standing": self.known.courses.get(part.key)}
        elif part.kind == ItemKind.WORKSHOP:
            made |= {"date": self.known.dates.get(part.key), "booking": self.known.bookings.get(part.key, "")}
            made["minutes"] = found.minutes if (found := self.workshops.get(part.key)) else 0
        elif part.kind == ItemKind.ACTIVITY:
            # Done in the lesson in which it stands: that is where its name leads.
            made["minutes"] = shown.minutes if (shown := activities(self.language).get(part.key)) else 0
        elif part.kind in SCORED and (outline := self.quizzes.get(part.key)) is not None:
            is_open = outline.status == CourseStatus.OPEN
            made["url"] = reverse("quiz_start", args=[outline.key]) if is_open else outline.url
            if part.kind == ItemKind.QUIZ:
                made["minutes"] = _quiz_minutes(outline)
        if first is not None and state in (Standing.NOT_STARTED, Standing.IN_PROGRESS):
            state = "not_open"
        return Step(part.key, part.kind, name, state, first=first if state == "not_open" else None, **made)

    def state(self, part: Part) -> str:
        """How the person stands with a part, whatever comes first."""
        if self.decide(part):
            return str(Standing.COMPLETED)
        if part.kind == ItemKind.COURSE:
            outline = course_outline(part.key, self.language)
            if outline is None or outline.status != CourseStatus.OPEN:
                return WITHDRAWN if outline is None else IN_PREPARATION
            standing = self.known.courses.get(part.key)
            is_running = standing is not None and not standing.is_completed
            return str(Standing.IN_PROGRESS if is_running else Standing.NOT_STARTED)
        taken_in = self.quizzes.get(part.key) if part.kind in SCORED else None
        # A module is asked for as a whole only while it has no lessons.
        if part.kind == ItemKind.MODULE or (taken_in is not None and taken_in.status != CourseStatus.OPEN):
            return IN_PREPARATION
        if part.kind == ItemKind.WORKSHOP and part.key not in self.workshops:
            return WITHDRAWN
        if part.kind == ItemKind.ACTIVITY and part.key not in activities(self.language):
            return WITHDRAWN
        is_begun = part.key in self.begun or part.key in self.known.bookings
        return str(Standing.IN_PROGRESS if is_begun else Standing.NOT_STARTED)

    def lock(self, part: Part) -> Node | None:
        """What comes first: by the order of the path, or by what a course wants beforehand."""
        lock = self.rule.locks.get(part.key)
        if lock is not None and (left := open_nodes(lock, self.decide)) is not None:
            return left
        standing = self.known.courses.get(part.key)
        wanted = before(part.key) if part.kind == ItemKind.COURSE and standing is None else None
        return open_nodes(wanted, self.ever) if wanted is not None else None


def workshops_in(rule: Rule) -> list[UUID]:
    """Keys of the workshops that a rule asks for or advises, each once."""
    parts = [*rule.parts, *(part for node in rule.advised for part in parts_of(node))]
    return list(dict.fromkeys(part.key for part in parts if part.kind == ItemKind.WORKSHOP))


def _quiz_minutes(outline: CourseOutline) -> int:
    return outline.quiz.minutes if outline.quiz is not None else 0


def _named(node: Node) -> list[UUID]:
    if isinstance(node, Part):
        return [node.key]
    own = [node.of] if isinstance(node, AllOf) and node.of else []
    return own + [key for each in node.nodes for key in _named(each)]
