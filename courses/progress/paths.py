"""How a path stands for one person, straight from the facts: what is done, what is left, what is not open yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from courses.enrolments.models import Enrolment
from courses.enrolments.queries import Rule, rule_of
from curriculum.completion.queries import before
from curriculum.conditions.nodes import Node, Part, open_nodes, parts_of, share
from curriculum.items.enums import ItemKind

from .queries import decider, facts_about, waived
from .scoring import Happened


@dataclass(frozen=True)
class PathStanding:
    """A path for one person."""

    enrolment: Enrolment
    rule: Rule
    done: frozenset[UUID]
    waived: frozenset[UUID]
    still: Node | None
    locked: Mapping[UUID, Node]
    share: Fraction

    @property
    def is_completed(self) -> bool:
        """Whether the frozen rule was met."""
        return self.enrolment.completed_at is not None

    @property
    def percent(self) -> int:
        """How far round the circle, in whole per cent, rounded down."""
        return 100 if self.is_completed else int(self.share * 100)

    @cached_property
    def open(self) -> frozenset[UUID]:
        """Keys of what can still be done for it."""
        return frozenset(part.key for part in parts_of(self.still)) if self.still is not None else frozenset()

    @property
    def next_parts(self) -> list[Part]:
        """What can be gone on with now, in order: left to do and not locked."""
        if self.still is None:
            return []
        return [part for part in parts_of(self.still) if part.key not in self.locked]


def path_standing(
    enrolment: Enrolment, facts: Iterable[Happened], courses: Mapping[UUID, Fraction] | None = None
) -> PathStanding:
    """Hold a person's facts about a path's items (`facts_of`) against its frozen rule. Pure.

    `courses` says how far courses are that are not completed, from 0 to 1, for the ring.
    """
    rule, facts, so_far = rule_of(enrolment), list(facts), courses or {}
    until = enrolment.completed_at
    decide = decider(rule, facts, until)

    def done(part: Part) -> Fraction:
        if decide(part):
            return Fraction(1)
        # A course counts by what is done of it; only the fact of its completion makes it whole.
        return (
            min(so_far.get(part.key, Fraction(0)), Fraction(99, 100)) if part.kind == ItemKind.COURSE else Fraction(0)
        )

    locked = {key: first for key, node in rule.locks.items() if (first := open_nodes(node, decide)) is not None}
    finished = frozenset(part.key for part in rule.parts if decide(part))
    return PathStanding(
        enrolment=enrolment,
        rule=rule,
        done=finished,
        waived=waived(rule, facts),
        still=None if enrolment.completed_at is not None else open_nodes(rule.root, decide),
        locked={key: first for key, first in locked.items() if key not in finished},
        share=share(rule.root, done),
    )


def facts_of(person: Any, enrolments: Iterable[Enrolment]) -> list[Happened]:
    """The person's facts about everything that these enrolments ask for or advise. One query."""
    rules = [rule_of(enrolment) for enrolment in enrolments]
    keys = {key for rule in rules for key in rule.keys}
    keys |= {part.key for rule in rules for node in (*rule.advised, *rule.locks.values()) for part in parts_of(node)}
    return facts_about(person, keys)


def running_paths(person: Any) -> list[Enrolment]:
    """The person's running enrolments in paths, the newest first. One query."""
    running = Enrolment.objects.filter(person=person, item__kind=ItemKind.PATH, completed_at=None, left_at=None)
    return list(running.select_related("item").order_by("-started_at", "-pk"))


def asked_by_a_path(person: Any, *keys: UUID) -> Enrolment | None:
    """The running enrolment in a path that itself asks for one of these items (a lesson of the short route, or an
    activity in it). One query."""
    return next((each for each in running_paths(person) if rule_of(each).keys & set(keys)), None)


def still_before(person: Any, course_key: UUID) -> Node | None:
    """What has to be done before this course can be started: its own prerequisites, and what comes first in a path that
    the person takes in order. None: it can be started. At most three queries; one where nothing is asked for."""
    asked = before(course_key)
    # What a path wants first is held against what counts for that path.
    wanted = [(Rule(root=asked, since=None), asked)] if asked is not None else []
    for rule in map(rule_of, running_paths(person)):
        if (lock := rule.locks.get(course_key)) is not None:
            wanted.append((rule, lock))
    if not wanted:
        return None
    facts = facts_about(person, {part.key for _rule, node in wanted for part in parts_of(node)})
    still = (open_nodes(node, decider(rule, facts)) for rule, node in wanted)
    return next((left for left in still if left is not None), None)
