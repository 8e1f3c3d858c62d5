"""What an attempt at an activity is worth: worked out again where the package tells how, else as far as it adds up.

It finds a score that does not fit the answers, not somebody who read the right answers in the browser, which has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from courses.attempts.enums import Trust
from courses.attempts.models import ActivityAttempt, ActivityStatement
from courses.attempts.queries.activities import name_of_library
from courses.attempts.statements import MOST_POINTS, Statement
from curriculum.h5p.models import Package
from curriculum.h5p.scoring import Result, Score, rescore
from curriculum.h5p.storage import read_params

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Scored:
    """A score, or none, and how far it can be relied on. `claimed`: what the player said, where that was wrong."""

    raw: Decimal | None
    max: Decimal | None
    success: bool | None
    trust: Trust
    claimed: Decimal | None = None


def score_of_attempt(attempt: ActivityAttempt, statement: Statement) -> Scored:
    """The score that a statement ends its attempt with. One query, for what was answered in the parts."""
    package = attempt.package
    parts = _answered(attempt) if package is not None else {}
    found = _again(package, statement, {name: _result(each) for name, each in parts.items()})
    if found is not None:
        return _corrected(statement, found)
    if statement.raw is None or statement.max is None:
        return Scored(None, None, statement.success, Trust.CLIENT)
    known = package.known_max if package is not None else None
    trust = Trust.CONSISTENT if _adds_up(statement, parts, known) else Trust.CLIENT
    return Scored(statement.raw, statement.max, statement.success, trust)


def _again(package: Package | None, statement: Statement, parts: Mapping[str, Result]) -> Score | None:
    if package is None or not package.can_rescore:
        return None
    try:
        params = read_params(package)
    except OSError:
        # Its files are being restored, or are lost: the score is as good as any other that cannot be checked.
        return None
    own = Result(statement.response, statement.raw, statement.max, statement.success)
    found = rescore(name_of_library(package), params, own, parts)
    return found if found is not None and 0 < found.max <= MOST_POINTS else None


def _corrected(statement: Statement, found: Score) -> Scored:
    """The score as it was worked out. A claim is kept where it is not the same share of the points."""
    raw, full = found.raw.quantize(CENT), found.max.quantize(CENT)
    claimed = None
    if statement.raw is not None and statement.max is not None:
        meant = (statement.raw * full / statement.max).quantize(CENT)
        claimed = meant if meant != raw else None
    success = statement.success if claimed is None else raw == full
    return Scored(raw, full, success, Trust.RESCORED, claimed)


def _adds_up(statement: Statement, parts: Mapping[str, dict[str, Any]], known: Decimal | None) -> bool:
    """Whether the points are those of the parts together; without scored parts, whether the full score is known."""
    scores = [score for each in parts.values() if _is_direct(each) and (score := _points(each)) is not None]
    if not scores:
        return known is not None and statement.max == known
    return (statement.raw, statement.max) == (sum(raw for raw, _ in scores), sum(full for _, full in scores))


def _answered(attempt: ActivityAttempt) -> dict[str, dict[str, Any]]:
    """The last statement about each part that was answered in this attempt."""
    rows = ActivityStatement.objects.filter(attempt=attempt, verb__in=("answered", "completed"))
    return dict(rows.exclude(sub_content_id="").order_by("pk").values_list("sub_content_id", "statement"))


def _is_direct(statement: Mapping[str, Any]) -> bool:
    """Whether it is about a part of the whole, and not about a part of a part."""
    around = statement.get("context", {}).get("contextActivities", {}).get("parent", [])
    return not any("?" in each["id"] for each in around)


def _points(statement: Mapping[str, Any]) -> tuple[Decimal, Decimal] | None:
    score = statement.get("result", {}).get("score", {})
    if score.get("raw") is None or score.get("max") is None:
        return None
    return Decimal(str(score["raw"])).quantize(CENT), Decimal(str(score["max"])).quantize(CENT)


def _result(statement: Mapping[str, Any]) -> Result:
    result = statement.get("result", {})
    raw, full = _points(statement) or (None, None)
    return Result(result.get("response"), raw, full, result.get("success"))
