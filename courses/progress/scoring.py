"""What a person's facts about one item come to: its summary, and whether they meet a part of a rule. Pure.

The facts are those in the window of an enrolment: see `queries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from courses.attempts.enums import RELIABLE
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED, Part
from curriculum.items.enums import ItemKind
from curriculum.quizzes.enums import Counts

from .enums import Fact, Standing


@dataclass(frozen=True)
class Happened:
    """What evaluating needs of an event."""

    key: UUID
    fact: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """What one person's facts about one item come to; the content of an ItemProgress row."""

    standing: str = Standing.NOT_STARTED
    completed_at: datetime | None = None
    percent: int | None = None


def summarise(facts: Iterable[Happened]) -> Summary:
    """Fold the facts about one item, in the order in which they happened, into its summary. Pure."""
    now = Summary()
    for happened in facts:
        percent = happened.data.get("percent")
        best = now.percent if percent is None else max(percent, now.percent or 0)
        standing, completed_at = now.standing, now.completed_at
        if happened.fact in (Fact.COMPLETED, Fact.PASSED, Fact.FINISHED):
            # What is said late of an attempt of an earlier cycle takes nothing from this one.
            standing, completed_at = Standing.COMPLETED, max(window_at(happened), completed_at or window_at(happened))
        elif happened.fact == Fact.UNDONE:
            standing, completed_at = Standing.NOT_STARTED, None
        elif happened.fact in (Fact.ENROLLED, Fact.LEFT):
            # A course that is taken anew was completed all the same: when is kept for whatever asks for it.
            standing = Standing.IN_PROGRESS if happened.fact == Fact.ENROLLED else Standing.NOT_STARTED
        elif happened.fact == Fact.FAILED and (standing != Standing.COMPLETED or _takes_back(happened)):
            standing, completed_at = Standing.IN_PROGRESS, None
        now = Summary(standing, completed_at, best)
    return now


def meets(facts: list[Happened], part: Part, begun: datetime | None = None) -> bool:
    """Whether facts about the item of a part meet it; all are in the window, none is a waiver. `begun` is when the rule
    was frozen: what was done before counts by its score alone where a score is asked for."""
    if part.kind in SCORED:
        return reaches(_scores(facts, part.at or 0), part.counts, part.at or 0)
    if part.kind in (ItemKind.COURSE, ItemKind.PATH):
        # The short route of a path is not the path.
        return any(happened.fact == Fact.FINISHED and happened.data.get("route") != Route.SHORT for happened in facts)
    if part.kind == ItemKind.ACTIVITY:
        return any(_plays(part, happened, begun) for happened in facts)
    decisive = [happened.fact for happened in facts if happened.fact in (Fact.COMPLETED, Fact.UNDONE)]
    return decisive[-1:] == [Fact.COMPLETED]


def reaches(scores: list[int], counts: str, at: int) -> bool:
    """Whether scores in whole per cent, in order, reach the pass mark `at` by the one that counts. Pure.

    Best: any; last and first: that one; average: their mean, not rounded up.
    """
    if not scores:
        return False
    if counts == Counts.AVERAGE:
        return sum(scores) >= at * len(scores)
    chosen = {Counts.LAST: scores[-1:], Counts.FIRST: scores[:1]}.get(Counts(counts), scores)
    return any(score >= at for score in chosen)


def window_at(happened: Happened) -> datetime:
    """By which moment a fact falls in the window of an enrolment: that of handing in, if it was noted later."""
    handed_in = happened.data.get("handed_in")
    return datetime.fromisoformat(handed_in) if handed_in else happened.at


def _takes_back(failed: Happened) -> bool:
    """Whether not passing ends an earlier pass: where later attempts count, or when it was regraded."""
    return failed.data.get("counts") in (Counts.LAST, Counts.AVERAGE) or bool(failed.data.get("regraded"))


def _plays(part: Part, happened: Happened, begun: datetime | None) -> bool:
    """Whether a fact does an activity. What was done by an easier rule since somebody began is done; what was done
    before, under whatever rule, is worth its score, if that can be relied on."""
    if part.at is None:
        return happened.fact in (Fact.COMPLETED, Fact.PASSED, Fact.FAILED)
    if happened.fact not in (Fact.COMPLETED, Fact.PASSED, Fact.FAILED):
        return False
    if happened.fact != Fact.FAILED and (begun is None or happened.at >= begun):
        return True
    is_scored = happened.fact != Fact.COMPLETED or happened.data.get("trust") in RELIABLE
    return is_scored and int(happened.data.get("percent", 0)) >= part.at


def _scores(facts: list[Happened], at: int) -> list[int]:
    """The per cent of each attempt, in order. A regrading takes the place of what was noted before; an attempt that
    missed a question that must be right does not reach the pass mark `at`, whatever its per cent."""
    scores: dict[Any, int] = {}
    for n, happened in enumerate(facts):
        if happened.fact in (Fact.PASSED, Fact.FAILED):
            percent = int(happened.data.get("percent", 0))
            barred = bool(happened.data.get("barred"))
            scores[happened.data.get("attempt", n)] = min(percent, at - 1) if barred else percent
    return list(scores.values())
