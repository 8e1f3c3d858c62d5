"""What templates show of a learner: one object for a course page, one for a lesson page. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from courses.attempts.models import QuizAttempt
from courses.attempts.queries import answers_by_number, next_number, open_attempt
from courses.certificates.models import Certificate
from courses.certificates.queries import of_enrolments
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import current, due_state, wants_to_know
from courses.flows.record_fact import Consequences
from courses.progress.enums import Standing
from courses.progress.models import Place
from courses.progress.queries import CourseStanding, course_standing, next_part, place_in, progress_rows
from courses.reports.queries import today_for
from curriculum.catalogue.enums import CourseStatus
from curriculum.lessons.enums import LessonStatus
from curriculum.lessons.outline import CourseOutline, LessonRow, ModuleRow, QuizRow


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

    @property
    def is_open(self) -> bool:
        """Whether the course can be taken."""
        return self.outline.status == CourseStatus.OPEN

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

    @property
    def is_open(self) -> bool:
        """Whether the course can be taken."""
        return self.outline.status == CourseStatus.OPEN

    @property
    def standings(self) -> dict[UUID, str] | None:
        """See `shown`."""
        return shown(self.standing)

    @property
    def is_done(self) -> bool:
        """Whether this lesson is done."""
        return self.standing is not None and self.standing.is_done(self.lesson.key)

    @property
    def is_new(self) -> bool:
        """Whether it came after the person began: not required of them."""
        return self.standing is not None and self.lesson.key in self.standing.new

    @property
    def can_be_done(self) -> bool:
        """Whether there is something to mark."""
        return self.standing is not None and self.lesson.status == LessonStatus.WRITTEN

    @property
    def can_be_undone(self) -> bool:
        """What a completed course asked for stays done."""
        return self.is_done and self.standing is not None and (not self.standing.is_completed or self.is_new)

    @property
    def module_done(self) -> int:
        """Lessons of the module that are done."""
        return sum(self.standing.is_done(lesson.key) for lesson in self.module.lessons) if self.standing else 0


def shown(standing: CourseStanding | None) -> dict[UUID, str] | None:
    """States for components/status.html by key; None for who does not take the course."""
    if standing is None:
        return None
    states = {key: str(state) for key, state in standing.standings.items()}
    return states | {key: "new" for key in standing.new if states[key] == Standing.NOT_STARTED}


def learner_of_module(outline: CourseOutline, module: ModuleRow, standing: CourseStanding | None) -> ModuleLearner:
    """The person on a module's page: how many of its lessons are done, and the first one that is not. No query."""
    if standing is None:
        return ModuleLearner(outline, None, 0, None)
    still = [row for row in module.lessons if row.key in standing.required - standing.done]
    goes_on_at = _target(outline, still[0]) if still and not standing.is_completed else None
    return ModuleLearner(outline, standing, sum(standing.is_done(row.key) for row in module.lessons), goes_on_at)


def learner_of_course(person: Any, outline: CourseOutline) -> CourseLearner:
    """The person on the course's page. At most eight queries."""
    enrolment = current(person, outline.key)
    if enrolment is None:
        wants = outline.status != CourseStatus.OPEN and wants_to_know(person, outline.key)
        return CourseLearner(outline, None, None, None, None, wants)
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
    outline: CourseOutline,
    lesson: LessonRow,
    standing: CourseStanding | None,
    consequences: Consequences | None = None,
) -> LessonLearner:
    """The person on a lesson's page. No query."""
    module = next(module for module in outline.modules if module.key == lesson.module_key)
    part = next_part(standing, outline, lesson.item_id) if standing is not None else None
    certificates = consequences.certificates if consequences is not None else []
    return LessonLearner(
        outline=outline,
        lesson=lesson,
        module=module,
        standing=standing,
        goes_on_at=_target(outline, part) if part is not None else None,
        certificate=certificates[0] if certificates else None,
    )


def standing_of(person: Any, enrolment: Enrolment, outline: CourseOutline, place: Place | None) -> CourseStanding:
    """How the course stands for the person. One query."""
    return course_standing(enrolment, outline, progress_rows(person, [outline]), place.item_id if place else None)


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
