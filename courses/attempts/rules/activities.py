"""Doing an activity: attempts begin and end, statements and states of the player are kept.

Whoever begins or ends one, or is about to record a fact, holds the learner's lock (lock_learner) before. A statement
that changes nothing but itself needs no lock and no transaction: it is one row, and `statement_id` is unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from courses.attempts import statements
from courses.attempts.enums import Reached, Trust, Way
from courses.attempts.errors import ActivityUnknown, StatementKnown, TooFast, TooMuch
from courses.attempts.models import ActivityAttempt, ActivityState, ActivityStatement
from courses.attempts.queries import ANSWERS_KEPT
from courses.attempts.queries.activities import (
    MOST_ATTEMPTS,
    MOST_IN_A_MINUTE,
    MOST_STATEMENTS,
    MOST_STATES,
    account_of,
    base_url,
    is_as_far,
    of_the_same,
    with_statement,
)
from courses.attempts.statements import BadStatement, Posted, Statement
from curriculum.h5p.models import Package

from .activity_scores import Scored, score_of_attempt

# Statements that are deleted in one go: short writes, however much has piled up.
FORGET_AT_ONCE = 500


@dataclass(frozen=True)
class Window:
    """What an enrolment says about an attempt: since when facts count for it, and the mark that was promised in per
    cent (0: finishing is enough; None: it asks for nothing)."""

    since: datetime | None
    mark: int | None


@dataclass(frozen=True)
class Begun:
    """The attempt to go on with, and whether it is a new one."""

    attempt: ActivityAttempt
    is_new: bool


@dataclass(frozen=True)
class Kept:
    """The attempt that a statement was kept with. `finished`: it ended with it."""

    attempt: ActivityAttempt
    finished: bool = False


def begin(
    *, person: Any, item_id: int, placement_id: int, package: Package, window: Window, by: Any, at: datetime
) -> Begun:
    """The person's open attempt with this package, else the next one. The learner is locked.

    One from before the window of the enrolment (the course is taken anew) is not gone on with: it ends unfinished.
    Raises TooMuch. Two queries, or five for a new one with its savepoint.
    """
    open_now = ActivityAttempt.objects.filter(person=person, activity_id=item_id, package=package, finished_at=None)
    attempt = open_now.select_related("activity").first()
    if attempt is not None and window.since is not None and attempt.started_at < window.since:
        _change(attempt, finished_at=at)
        attempt = None
    if attempt is not None:
        if (attempt.since, attempt.mark) != (window.since, window.mark):
            _change(attempt, since=window.since, mark=window.mark)
        return Begun(attempt, is_new=False)
    fields = {"package": package, "since": window.since, "mark": window.mark}
    try:
        with transaction.atomic():
            return Begun(_next(person, item_id, placement_id, at, **fields), is_new=True)
    except IntegrityError:
        # Somebody was quicker: the constraint decides, not the look beforehand.
        attempt = open_now.select_related("activity").first()
        if attempt is None:
            raise
        return Begun(attempt, is_new=False)


def addressed(
    *, person: Any, public_id: UUID, posted: Posted, at: datetime, rows: QuerySet[ActivityAttempt] | None = None
) -> Any:
    """The attempt that a statement sent to this one belongs to: the newest at the same activity with the same package.

    Raises ActivityUnknown, BadStatement for a statement about something else, StatementKnown, TooFast. One query;
    `rows`: all attempts, with what else is to be read at once.
    """
    same = of_the_same(person, public_id, rows)
    found = with_statement(same, person=person, statement_id=posted.statement_id, named=posted.attempt, at=at)
    attempt: Any = found.first()
    if attempt is None:
        raise ActivityUnknown
    if not attempt.is_named:
        raise BadStatement("the object is another's")
    if attempt.is_known:
        raise StatementKnown
    if attempt.sent_lately >= MOST_IN_A_MINUTE:
        raise TooFast
    return attempt


def stamp(attempt: ActivityAttempt, posted: Posted, *, person: Any, at: datetime) -> Statement:
    """What was posted as a statement about this attempt. Raises BadStatement. Pure."""
    package = attempt.package
    return statements.check(
        posted,
        base=base_url(),
        attempt=attempt.public_id,
        actor=account_of(person),
        began=attempt.started_at,
        at=at,
        known_max=package.known_max if package is not None else None,
    )


def changes(attempt: ActivityAttempt, statement: Statement) -> bool:
    """Whether keeping the statement changes the attempt, or begins another. Pure."""
    if not attempt.is_open:
        return statement.begins and _may_go_on(attempt)
    return statement.finishes or not is_as_far(attempt.reached, _reached(statement))


def keep(attempt: Any, statement: Statement, *, at: datetime) -> Kept:
    """Keep a statement that changes nothing else. Raises TooMuch, and IntegrityError where it came at the same moment.

    One query; `attempt` comes from `addressed`.
    """
    if attempt.sent >= MOST_STATEMENTS:
        raise TooMuch
    _keep(attempt, statement, at)
    return Kept(attempt)


def advance(attempt: Any, posted: Posted, *, person: Any, at: datetime) -> Kept:
    """Keep a statement and what it changes: how far the attempt came, its score and end, or the next attempt.

    The learner is locked, and `attempt` was read after that. Raises BadStatement, TooMuch.
    """
    statement = stamp(attempt, posted, person=person, at=at)
    if not changes(attempt, statement):
        return keep(attempt, statement, at=at)
    if not attempt.is_open:
        attempt = _after(attempt, person, at)
        again = stamp(attempt, posted, person=person, at=at)
        _keep(attempt, again, at)
    elif attempt.sent >= MOST_STATEMENTS and not statement.finishes:
        raise TooMuch
    else:
        # What ends an attempt is taken in any case, lest whoever clicked a lot could never come to an end.
        _keep(attempt, statement, at)
    fields: dict[str, Any] = {"last_at": at}
    if not is_as_far(attempt.reached, _reached(statement)):
        fields["reached"] = _reached(statement)
    if statement.finishes:
        scored = score_of_attempt(attempt, statement)
        seconds = statement.seconds if statement.seconds is not None else int((at - attempt.started_at).total_seconds())
        fields |= {"finished_at": at, "seconds": max(seconds, 0), **_score_fields(scored)}
    _change(attempt, **fields)
    return Kept(attempt, finished=statement.finishes)


def finish_without_player(
    *,
    person: Any,
    item_id: int,
    placement_id: int,
    way: Way,
    window: Window,
    package: Package | None = None,
    raw: Decimal | None = None,
    full: Decimal | None = None,
    by: Any,
    at: datetime,
) -> ActivityAttempt:
    """An attempt that is done at once: a form, the text, the quiz instead. The learner is locked. Raises TooMuch."""
    scored = raw is not None and bool(full)
    return _next(
        person,
        item_id,
        placement_id,
        at,
        way=way,
        package=package,
        since=window.since,
        mark=window.mark,
        reached=Reached.COMPLETED,
        finished_at=at,
        raw=raw if scored else None,
        max=full if scored else None,
        success=raw == full if scored else None,
        trust=Trust.SERVER if scored else Trust.CLIENT,
    )


def keep_state(
    *, person: Any, public_id: UUID, data_type: str, sub_content_id: str, value: str | None, by: Any, at: datetime
) -> None:
    """Keep where somebody left off (None: nowhere). After an attempt has ended nothing is left off, so nothing is kept.

    Raises ActivityUnknown, TooMuch. Two queries and the transaction of the write.
    """
    of_it = ActivityState.objects.filter(attempt=OuterRef("pk"), data_type=data_type, sub_content_id=sub_content_id)
    rows = of_the_same(person, public_id).annotate(states_count=Count("states"), has_it=Exists(of_it))
    attempt: Any = rows.first()
    if attempt is None:
        raise ActivityUnknown
    if not attempt.is_open:
        return
    if value is None:
        ActivityState.objects.filter(attempt=attempt, data_type=data_type, sub_content_id=sub_content_id).delete()
        return
    if attempt.states_count >= MOST_STATES and not attempt.has_it:
        raise TooMuch
    state = ActivityState(attempt=attempt, data_type=data_type, sub_content_id=sub_content_id, value=value, saved_at=at)
    ActivityState.objects.bulk_create(
        [state],
        update_conflicts=True,
        unique_fields=["attempt", "data_type", "sub_content_id"],
        update_fields=["value", "saved_at"],
    )


def forget_statements(*, at: datetime) -> int:
    """Delete what players said longer ago than answers are kept, and where people left off, as the privacy page says.

    Counted from the end of the attempt, and where it has none from the statement. The attempt keeps score and date.
    Each batch stands for itself: what was cut off is done at the next call. How many statements went.
    """
    before = at - ANSWERS_KEPT
    ended = Q(attempt__finished_at__lt=before)
    statements_over = ActivityStatement.objects.filter(ended | Q(attempt__finished_at=None, received_at__lt=before))
    forgotten = 0
    while batch := list(statements_over.order_by("pk").values_list("pk", flat=True)[:FORGET_AT_ONCE]):
        forgotten += ActivityStatement.objects.filter(pk__in=batch).delete()[0]
    ActivityState.objects.filter(ended | Q(saved_at__lt=before)).delete()
    return forgotten


def _next(person: Any, item_id: int, placement_id: int, at: datetime, **fields: Any) -> ActivityAttempt:
    """The person's next attempt at the activity. Two queries."""
    mine = ActivityAttempt.objects.filter(person=person, activity_id=item_id)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_ATTEMPTS:
        raise TooMuch
    return ActivityAttempt.objects.create(
        person=person,
        activity_id=item_id,
        placement_id=placement_id,
        number=last + 1,
        started_at=at,
        last_at=at,
        **fields,
    )


def _after(attempt: Any, person: Any, at: datetime) -> Any:
    """The next attempt in the same sitting, as the one before."""
    following: Any = _next(
        person,
        attempt.activity_id,
        attempt.placement_id,
        at,
        package=attempt.package,
        since=attempt.since,
        mark=attempt.mark,
    )
    following.activity = attempt.activity
    return following


def _may_go_on(attempt: ActivityAttempt) -> bool:
    """Whether there can be a next attempt with the same package: not where another has taken its place."""
    return attempt.package is not None and attempt.package.is_current


def _reached(statement: Statement) -> Reached:
    """How far an attempt is, by one statement."""
    if statement.finishes:
        return Reached.COMPLETED
    return Reached.INTERACTED if statement.is_work else Reached.VIEWED


def _keep(attempt: ActivityAttempt, statement: Statement, at: datetime) -> None:
    ActivityStatement.objects.create(
        attempt=attempt,
        statement_id=statement.statement_id,
        verb=statement.verb,
        sub_content_id=statement.sub_content_id,
        statement=statement.kept,
        received_at=at,
    )


def _score_fields(scored: Scored) -> dict[str, Any]:
    return {
        "raw": scored.raw,
        "max": scored.max,
        "claimed": scored.claimed,
        "success": scored.success,
        "trust": scored.trust,
    }


def _change(attempt: ActivityAttempt, **fields: Any) -> None:
    ActivityAttempt.objects.filter(pk=attempt.pk).update(**fields)
    for name, value in fields.items():
        setattr(attempt, name, value)
