"""What templates show of a learner: one object for a course page, one for a lesson page. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from courses.attempts.models import QuizAttempt
from courses.attempts.queries import answers_by_number, next_number, open_attempt
from courses.certificates.models import Certificate
from courses.certificates.queries import of_enrolments
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, current, due_state, latest_of_each_course, rule_of, wants_to_know
from courses.flows.record_fact import Consequences
from courses.progress.activities import ActivityStanding, activities_in, facts_in, first_of
from courses.progress.enums import Standing
from courses.progress.models import Place
from courses.progress.paths import still_before
from courses.progress.queries import CourseStanding, course_standing, is_left, next_part, place_in, progress_rows
from courses.reports.queries import today_for
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.queries import paths
from curriculum.conditions.nodes import Node
from curriculum.items.enums import ItemKind
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, LessonRow, ModuleRow, QuizRow
from curriculum.workshops.queries import workshops


@dataclass(frozen=True)
class Target:
    """Where a link of a learner leads."""

    title: str
    title_language: str
    url: str
    is_quiz: bool


@dataclass(frozen=True)
class CourseLearner:
    """A signed-in person on a course page. `standing` is None for who does not take the course."""

    outline: CourseOutline
    standing: CourseStanding | None
    goes_on_at: Target | None
    certificate: Certificate | None
    due: Due | None
    wants_to_know: bool
    first: Node | None = None  # what has to be done before it can be started

    @property
    def is_open(self) -> bool:
        """Whether the course can be taken."""
        return self.outline.status == CourseStatus.OPEN

    @cached_property
    def rule(self) -> Rule | None:
        """What was promised to who takes it."""
        return rule_of(self.standing.enrolment) if self.standing is not None else None

    @property
    def root(self) -> Node | None:
        """What is asked of who takes it; of a course that was stiffened since, what was asked then."""
        return self.rule.root if self.rule is not None else None

    @property
    def advised(self) -> tuple[Node, ...]:
        """What is advised besides."""
        return self.rule.advised if self.rule is not None else ()

    @property
    def has_begun(self) -> bool:
        """Whether anything is done."""
        return bool(self.standing and self.standing.parts_done)


@dataclass(frozen=True)
class ModuleLearner:
    """A signed-in person on a module's page."""

    outline: CourseOutline
    standing: CourseStanding | None
    done: int
    goes_on_at: Target | None
    first: Node | None = None  # what has to be done before the course can be started

    @property
    def is_open(self) -> bool:
        """Whether the course can be taken."""
        return self.outline.status == CourseStatus.OPEN


@dataclass(frozen=True)
class LessonLearner:
    """A signed-in person on a lesson page."""

    outline: CourseOutline
    lesson: LessonRow
    module: ModuleRow
    standing: CourseStanding | None
    goes_on_at: Target | None
    certificate: Certificate | None = None
    workshop: Target | None = None  # by attending which the lesson is done, not by hand
    path: Target | None = None  # the path that asks for the lesson itself, where the person takes no course
    before: Node | None = None  # what has to be done before the course can be started
    activities: tuple[ActivityStanding, ...] = ()  # those that are asked for, and new ones
    before_tick: Node | None = None  # which of them are to be done before the lesson can be marked

    @property
    def is_open(self) -> bool:
        """Whether the course can be taken."""
        return self.outline.status == CourseStatus.OPEN

    @property
    def standings(self) -> dict[UUID, str] | None:
        """See `shown`."""
        return shown(self.standing, self.outline)

    @property
    def is_done(self) -> bool:
        """Whether this lesson is done."""
        return self.standing is not None and self.standing.is_done(self.lesson.key)

    @property
    def first(self) -> Node | None:
        """What comes first, as long as the lesson is not open."""
        return self.standing.locked.get(self.lesson.key) if self.standing is not None else None

    @property
    def is_new(self) -> bool:
        """Whether it came after the person began: not required of them."""
        return self.standing is not None and self.lesson.key in self.standing.new

    @property
    def can_be_done(self) -> bool:
        """Whether there is something to mark by hand."""
        return self.standing is not None and self.lesson.status == LessonStatus.WRITTEN and self.lesson.workshop is None

    @property
    def can_be_undone(self) -> bool:
        """What a completed course asked for stays done."""
        if self.standing is None or self.lesson.workshop is not None:
            return False
        return self.is_done and (not self.standing.is_completed or self.is_new)

    @property
    def module_done(self) -> int:
        """Lessons of the module that are done."""
        return sum(self.standing.is_done(lesson.key) for lesson in self.module.lessons) if self.standing else 0


def shown(standing: CourseStanding | None, outline: CourseOutline) -> dict[UUID, str] | None:
    """States for components/status.html by key; None for who does not take the course."""
    if standing is None:
        return None
    states = {key: str(state) for key, state in standing.standings.items()}
    states |= dict.fromkeys(locked_in(standing, outline), "not_open")
    return states | {key: "new" for key in standing.new if states[key] == Standing.NOT_STARTED}


def locked_in(standing: CourseStanding | None, outline: CourseOutline) -> dict[UUID, Node]:
    """What comes first, by the key of each lesson and quiz that is not open yet, and of modules without any that is."""
    if standing is None:
        return {}
    found = dict(standing.locked)
    for module in outline.modules:
        rows = [row.key for row in module.lessons if row.key in standing.required]
        if rows and all(key in standing.locked for key in rows):
            found[module.key] = standing.locked[rows[0]]
    return found


def learner_of_module(
    outline: CourseOutline, module: ModuleRow, standing: CourseStanding | None, first: Node | None = None
) -> ModuleLearner:
    """The person on a module's page: how many of its lessons are done, and the first one that can be. No query."""
    if standing is None:
        return ModuleLearner(outline, None, 0, None, first)
    still = [row for row in module.lessons if is_left(standing, row) and row.key not in standing.locked]
    goes_on_at = _target(outline, still[0]) if still and not standing.is_completed else None
    return ModuleLearner(outline, standing, sum(standing.is_done(row.key) for row in module.lessons), goes_on_at)


def learner_of_course(person: Any, outline: CourseOutline) -> CourseLearner:
    """The person on the course's page. At most nine queries."""
    enrolment = current(person, outline.key)
    if enrolment is None:
        is_open = outline.status == CourseStatus.OPEN
        wants = not is_open and wants_to_know(person, outline.key)
        first = still_before(person, outline.key) if is_open else None
        return CourseLearner(outline, None, None, None, None, wants, first)
    place = place_in(person, outline)
    standing = standing_of(person, enrolment, outline, place)
    due = due_state(enrolment.due_on, enrolment.completed_at, today_for(person)) if enrolment.due_on else None
    return CourseLearner(
        outline=outline,
        standing=standing,
        goes_on_at=target(person, outline, standing, place),
        certificate=of_enrolments([enrolment.pk]).get(enrolment.pk) if standing.is_completed else None,
        due=due,
        wants_to_know=False,
    )


def learner_of_lesson(
    person: Any,
    outline: CourseOutline,
    lesson: LessonRow,
    standing: CourseStanding | None,
    consequences: Consequences | None = None,
    before: Node | None = None,
) -> LessonLearner:
    """The person on a lesson's page. No query; one for the names of workshops where the lesson is done by one, and one
    where an activity in it is asked for.

    `before` is what has to be done before the course can be started, for who does not take it.
    """
    module = next(module for module in outline.modules if module.key == lesson.module_key)
    part = next_part(standing, outline, lesson.item_id) if standing is not None else None
    if part is not None and part.key == lesson.key and standing is not None and standing.is_done(lesson.key):
        # An activity on this page is still to be done, as the page says: there is nowhere to go on to.
        part = None
    certificates = consequences.certificates if consequences is not None else []
    facts = facts_in(person, lesson, standing) if standing is not None else []
    return LessonLearner(
        outline=outline,
        lesson=lesson,
        module=module,
        standing=standing,
        goes_on_at=_target(outline, part) if part is not None else None,
        certificate=certificates[0] if certificates else None,
        workshop=_workshop(lesson),
        path=_path(standing, outline) if standing is not None else None,
        before=before,
        activities=activities_in(lesson, standing, facts) if standing is not None else (),
        before_tick=first_of(lesson, standing, facts) if standing is not None else None,
    )


def enrolment_for(person: Any, outline: CourseOutline, lessons: Iterable[UUID]) -> Enrolment | None:
    """By which the person learns these lessons of a course: their enrolment in the course; else in a path that itself
    asks for one of them (its short route) or an activity in one, the running one before one that was completed. At most
    two queries."""
    own = current(person, outline.key)
    if own is not None:
        return own
    wanted = set(lessons)
    wanted |= {activity.key for row in outline.lessons if row.key in wanted for activity in row.activities}
    rows = [row for row in latest_of_each_course([person]) if row.item.kind == ItemKind.PATH]
    asking = [row for row in rows if rule_of(row).keys & wanted]
    return min(asking, key=lambda row: not row.is_running, default=None)


def _path(standing: CourseStanding, outline: CourseOutline) -> Target | None:
    """The path by which somebody takes lessons of a course, on its short route; None for who takes the course."""
    if standing.enrolment.item_id == outline.item_id:
        return None
    key = standing.enrolment.item.key
    found = next((row for row in paths(get_language() or "") if row.key == key), None)
    return Target(found.title, found.title_language, found.url, False) if found else None


def _workshop(lesson: LessonRow) -> Target | None:
    """The workshop by attending which a lesson is done, for the reader of this language."""
    if lesson.workshop is None:
        return None
    found = next((row for row in workshops(get_language() or "") if row.key == lesson.workshop), None)
    return Target(found.title, found.title_language, found.url, False) if found else None


def standing_of(person: Any, enrolment: Enrolment, outline: CourseOutline, place: Place | None) -> CourseStanding:
    """How the course stands for the person. One query."""
    rows = progress_rows(person, [outline], [rule_of(enrolment)])
    return course_standing(enrolment, outline, rows, place.item_id if place else None)


def target(person: Any, outline: CourseOutline, standing: CourseStanding, place: Place | None) -> Target | None:
    """Where Continue leads: the exact place, in a quiz the question where the person stopped. At most two queries."""
    part = next_part(standing, outline, place.item_id if place else None)
    if part is None:
        return None
    found = _target(outline, part)
    if found.is_quiz and outline.quiz is not None:
        attempt = open_attempt(person, outline.quiz.key, outline.key)
        if attempt is not None:
            return Target(found.title, found.title_language, place_in_attempt(attempt), True)
    return found


def place_in_attempt(attempt: QuizAttempt) -> str:
    """Address of the question where an open attempt goes on; all answered: of the check. One query."""
    number = next_number(attempt, answers_by_number(attempt))
    if number:
        return reverse("quiz_question", args=[attempt.public_id, number])
    return reverse("quiz_check", args=[attempt.public_id])


def _target(outline: CourseOutline, part: LessonRow | QuizRow) -> Target:
    if isinstance(part, QuizRow):
        return Target(part.title, part.title_language, reverse("quiz_start", args=[outline.key]), True)
    return Target(part.title, part.title_language, part.url, False)
