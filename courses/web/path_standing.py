"""A path as its page and My learning show it to somebody: steps, ring, where it goes on. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from courses.booking.queries.standing import own_dates
from courses.certificates.models import Certificate
from courses.certificates.queries import of_enrolments
from courses.enrolments.enums import Due
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, due_state, latest_of_each_course, rule_of
from courses.progress.enums import Standing
from courses.progress.paths import PathStanding, path_standing
from courses.progress.queries import facts_about
from courses.progress.scoring import Happened
from courses.reports.queries import CourseRow, course_rows, today_for
from courses.web.date_standing import DateRow, next_rows
from courses.web.path_steps import Known, Row, Step, advised_steps, flat, keys_beforehand, steps, workshops_in
from curriculum.catalogue.queries import PathRow
from curriculum.completion.queries import Promise, promise
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import from_json
from curriculum.items.enums import ItemKind
from curriculum.lessons.outline import QuizRow

# So many dates are looked through for the next one of each workshop of a path.
MOST_DATES = 30
CAN_GO_ON = (Standing.NOT_STARTED, Standing.IN_PROGRESS)


@dataclass(frozen=True)
class GoesOn:
    """Where a path goes on. `is_new`: it begins there."""

    title: str
    title_language: str
    url: str
    is_new: bool = False


@dataclass(frozen=True)
class PathLearner:
    """A signed-in person and a path. `standing` is None for who does not take it; `path` for one that was withdrawn."""

    path: PathRow | None
    rule: Rule
    rows: tuple[Row, ...]
    advised: tuple[Row, ...] = ()
    full: Promise | None = None
    short: Promise | None = None
    standing: PathStanding | None = None
    goes_on_at: GoesOn | None = None
    certificate: Certificate | None = None
    due: Due | None = None
    courses: Mapping[UUID, CourseRow] = field(default_factory=dict)

    @property
    def enrolment(self) -> Enrolment | None:
        """The person's, if they take it."""
        return self.standing.enrolment if self.standing is not None else None

    @property
    def title(self) -> str:
        """What it is called: a path that was withdrawn as it was."""
        if self.path is not None:
            return self.path.title
        return self.enrolment.item.title if self.enrolment is not None else ""

    @property
    def is_short(self) -> bool:
        """Whether the person is on the short route."""
        return self.enrolment is not None and self.enrolment.route == Route.SHORT

    @property
    def has_due_date(self) -> bool:
        """Whether it belongs into the list of what is due."""
        return self.enrolment is not None and self.enrolment.due_on is not None and self.enrolment.is_running

    @cached_property
    def steps(self) -> list[Step]:
        """All steps, in order."""
        return flat(self.rows)

    @property
    def done(self) -> int:
        """How many steps are done; a choice counts once."""
        return sum(row.is_done for row in self.rows)


def path_rule(asked: Promise) -> Rule:
    """What a path promises today, as the rule of somebody who has not begun it."""
    return Rule(
        root=asked.root,
        since=None,
        advised=asked.advised,
        locks={UUID(key): from_json(node) for key, node in asked.rule["locks"].items()},
    )


def learner_of_path(person: Any, path: PathRow, language: str, at: datetime) -> PathLearner | None:
    """The person on the path's page. At most nine queries, whatever the size of the path; None for a path that asks for
    nothing."""
    full, short = promise(path.key), promise(path.key, Route.SHORT)
    enrolments = list(latest_of_each_course([person]))
    enrolment = next((row for row in enrolments if row.item.key == path.key), None)
    if enrolment is None and full is None:
        return None
    rule = rule_of(enrolment) if enrolment is not None else path_rule(full)  # type: ignore[arg-type]  # see above
    facts = facts_about(person, keys_beforehand(rule))
    wanted = {part.key for part in rule.parts}
    courses = by_key(course_rows(person, [row for row in enrolments if row.item.key in wanted], language, None))
    known = known_of(facts, courses, *_dates(person, workshops_in(rule), at))
    learner = shown_path(path, enrolment, rule, known, courses, language)
    is_completed = enrolment is not None and enrolment.completed_at is not None
    return PathLearner(
        path=path,
        rule=rule,
        rows=learner.rows,
        advised=advised_steps(rule, known, language),
        full=full,
        short=short,
        standing=learner.standing,
        goes_on_at=learner.goes_on_at,
        certificate=of_enrolments([enrolment.pk]).get(enrolment.pk) if enrolment and is_completed else None,
        due=_due(person, enrolment),
        courses=courses,
    )


def shown_path(
    path: PathRow | None,
    enrolment: Enrolment | None,
    rule: Rule,
    known: Known,
    courses: Mapping[UUID, CourseRow],
    language: str,
) -> PathLearner:
    """The steps of a path, and how it stands for who takes it. No query when the site is warm."""
    if enrolment is None:
        return PathLearner(path, rule, steps(rule, known, language), courses=courses)
    # A course that was completed before the path was taken anew has to be completed once more.
    shares = {key: standing.share for key, standing in known.courses.items() if not standing.is_completed}
    standing = path_standing(enrolment, known.facts, shares)
    rows = steps(rule, known, language, waived=standing.waived, until=enrolment.completed_at)
    goes_on_at = None if standing.is_completed else _goes_on_at(flat(rows), standing, courses)
    return PathLearner(path, rule, rows, standing=standing, goes_on_at=goes_on_at, courses=courses)


def known_of(
    facts: Iterable[Happened],
    courses: Mapping[UUID, CourseRow],
    dates: Mapping[UUID, DateRow] | None = None,
    bookings: Mapping[UUID, str] | None = None,
) -> Known:
    """What steps are made of."""
    standings = {key: row.standing for key, row in courses.items() if row.standing is not None}
    return Known(tuple(facts), standings, dates or {}, bookings or {})


def by_key(rows: Iterable[CourseRow]) -> dict[UUID, CourseRow]:
    """Rows of courses by the key of the course."""
    return {row.enrolment.item.key: row for row in rows}


def course_url(row: CourseRow) -> str:
    """Where a running course goes on: a lesson, or the page of its quiz, which knows the open attempt."""
    if row.outline is None:
        return ""
    if row.part is None:
        return row.outline.url
    return reverse("quiz_start", args=[row.outline.key]) if isinstance(row.part, QuizRow) else row.part.url


def _goes_on_at(found: list[Step], standing: PathStanding, courses: Mapping[UUID, CourseRow]) -> GoesOn | None:
    """The course read last, if it is one of those that can be gone on with; else the first step that can, in order.

    A workshop needs a date: it comes where nothing else can be done meanwhile.
    """
    wanted = standing.open
    running = [row for key, row in courses.items() if key in wanted and row.enrolment.is_running]
    begun = [(row, row.part) for row in running if row.part is not None]
    if begun:
        row, part = max(begun, key=lambda pair: pair[0].seen_at)
        return GoesOn(part.title, part.title_language, course_url(row))
    can = [step for step in found if step.state in CAN_GO_ON and step.url and step.keys & wanted]
    for step in sorted(can, key=lambda each: each.kind == ItemKind.WORKSHOP):
        name = step.next or step.name
        if name is not None:
            return GoesOn(name.full, name.language, name.url or step.url, not standing.done)
    return None


def _dates(person: Any, keys: list[UUID], at: datetime) -> tuple[dict[UUID, DateRow], dict[UUID, str]]:
    """The date to show of each workshop, the own one first, and the state of the own booking. Five queries at most,
    none where nothing is asked for."""
    if not keys:
        return {}, {}
    own = own_dates(person, keys, at)
    dates: dict[UUID, DateRow] = {}
    for row in next_rows(keys, at, MOST_DATES):
        key = row.session.item.key
        if key not in dates or (key in own and row.session.pk == own[key][0]):
            dates[key] = row
    return dates, {key: state for key, (_session, state) in own.items()}


def _due(person: Any, enrolment: Enrolment | None) -> Due | None:
    if enrolment is None or enrolment.due_on is None:
        return None
    return due_state(enrolment.due_on, enrolment.completed_at, today_for(person))
