"""Reads of enrolments and their frozen rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from curriculum.items.enums import ItemKind
from curriculum.quizzes.enums import Counts

from .enums import Due
from .models import CourseInterest, Enrolment

DUE_SOON = timedelta(days=28)


@dataclass(frozen=True)
class Part:
    """One thing that a frozen rule asks for."""

    kind: str
    key: UUID
    at: int | None = None
    counts: str = Counts.BEST
    attempts: int = 0


@dataclass(frozen=True)
class Rule:
    """A frozen rule, read: all of its parts, by facts since `since` (None: all facts there are).

    `started_at` is when it was frozen: waivers from before were meant for another cycle. `enrolment` is the primary key
    of whose rule it is: a waiver may be meant for one enrolment alone.
    """

    parts: tuple[Part, ...]
    since: datetime | None
    started_at: datetime | None = None
    enrolment: int | None = None

    @property
    def keys(self) -> frozenset[UUID]:
        """Keys of everything that it asks for."""
        return frozenset(part.key for part in self.parts)

    @property
    def quiz(self) -> Part | None:
        """The quiz that it asks for, if there is one."""
        return next((part for part in self.parts if part.kind == ItemKind.QUIZ), None)


def rule_of(enrolment: Enrolment) -> Rule:
    """The frozen rule of an enrolment, read (enrolments.rules.freeze_rule writes it).

    Raises ValueError for a version that this code does not know.
    """
    rule = enrolment.rule
    if rule.get("version") != 1:
        raise ValueError(f"unknown version of a rule: {rule.get('version')!r}")
    parts = tuple(
        Part(
            kind=part["kind"],
            key=UUID(part["key"]),
            at=part.get("at"),
            counts=part.get("counts", Counts.BEST),
            attempts=part.get("attempts", 0),
        )
        for part in rule["all"]
    )
    since = rule.get("since")
    return Rule(
        parts=parts,
        since=datetime.fromisoformat(since) if since else None,
        started_at=enrolment.started_at,
        enrolment=enrolment.pk,
    )


def latest(person: Any, course_key: UUID) -> Enrolment | None:
    """The person's newest cycle of a course: running, completed or left. One query."""
    return Enrolment.objects.filter(person=person, item__key=course_key).order_by("-cycle").first()


def current(person: Any, course_key: UUID) -> Enrolment | None:
    """The newest cycle unless it was left. One query."""
    enrolment = latest(person, course_key)
    return None if enrolment is None or enrolment.left_at is not None else enrolment


def latest_of_each_course(people: Iterable[Any]) -> QuerySet[Enrolment]:
    """The newest cycle of each person and course that was not left, with its item."""
    newest = Enrolment.objects.filter(person=OuterRef("person"), item=OuterRef("item")).order_by("-cycle")
    return (
        Enrolment.objects.filter(person__in=people, pk=Subquery(newest.values("pk")[:1]), left_at=None)
        .select_related("item")
        .order_by("-started_at", "-pk")
    )


def wants_to_know(person: Any, course_key: UUID) -> bool:
    """Whether the person asked to be told when this course is ready, and was not told yet."""
    return CourseInterest.objects.filter(person=person, item__key=course_key, told_at=None).exists()


def due_state(due_on: date | None, completed_at: datetime | None, today: date) -> Due:
    """How things stand on the day `today` (in the zone that the due date is meant in, decision 13)."""
    if completed_at is not None:
        return Due.COMPLETED
    if due_on is None:
        return Due.NONE
    if due_on < today:
        return Due.OVERDUE
    return Due.DUE_SOON if due_on - today <= DUE_SOON else Due.ON_TRACK
