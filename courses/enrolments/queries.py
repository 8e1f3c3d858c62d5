"""Reads of enrolments and their frozen rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from curriculum.conditions.nodes import SCORED, Node, Part, from_json, parts_of
from curriculum.items.enums import ItemKind

from .enums import Due
from .models import CourseInterest, Enrolment

DUE_SOON = timedelta(days=28)


@dataclass(frozen=True)
class Rule:
    """A frozen rule, read: what it asks for, by facts since `since` (None: all facts there are).

    `started_at` is when it was frozen: waivers from before were meant for another cycle. `enrolment` is the primary key
    of whose rule it is: a waiver may be meant for one enrolment alone. `locks` say for a key what has to be done first.
    `beyond` are keys of lessons, quizzes and activities that other courses have: they were no part of this one when it
    was frozen.
    """

    root: Node
    since: datetime | None
    started_at: datetime | None = None
    enrolment: int | None = None
    advised: tuple[Node, ...] = ()
    locks: Mapping[UUID, Node] = field(default_factory=dict)
    valid_months: int | None = None
    beyond: frozenset[UUID] = frozenset()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All that it asks for, in order; of what is to be chosen from, everything."""
        return tuple(parts_of(self.root))

    @cached_property
    def keys(self) -> frozenset[UUID]:
        """Keys of everything that it asks for."""
        return frozenset(part.key for part in self.parts)

    @property
    def quiz(self) -> Part | None:
        """The quiz that it asks for, the course's own first; else the hand-in, if there is one."""
        scored = [part for part in self.parts if part.kind in SCORED]
        scored = [part for part in scored if part.key not in self.beyond] or scored
        return next((part for part in scored if part.kind == ItemKind.QUIZ), scored[0] if scored else None)

    def scored(self, key: UUID) -> Part | None:
        """What it promises about this quiz or hand-in; None if it does not ask for it."""
        return next((part for part in self.parts if part.key == key and part.kind in SCORED), None)


def rule_of(enrolment: Enrolment) -> Rule:
    """The frozen rule of an enrolment, read (enrolments.rules.freeze_rule writes it).

    Raises ValueError for a version that this code does not know.
    """
    rule = enrolment.rule
    if rule.get("version") not in (1, 2):
        raise ValueError(f"unknown version of a rule: {rule.get('version')!r}")
    since = rule.get("since")
    return Rule(
        # The first version was a list of parts, all of which were asked for.
        root=from_json(rule["root"] if rule["version"] == 2 else {"all": rule["all"]}),
        since=datetime.fromisoformat(since) if since else None,
        started_at=enrolment.started_at,
        enrolment=enrolment.pk,
        advised=tuple(from_json(node) for node in rule.get("advised", [])),
        locks={UUID(key): from_json(node) for key, node in rule.get("locks", {}).items()},
        valid_months=rule.get("valid_months"),
        beyond=frozenset(UUID(key) for key in rule.get("beyond", ())),
    )


def latest(person: Any, course_key: UUID) -> Enrolment | None:
    """The person's newest cycle of a course or path: running, completed or left. One query."""
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
