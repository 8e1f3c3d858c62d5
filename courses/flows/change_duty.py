"""What is required of one person changes for them alone: another date, or they need not do it any more."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from courses.assignments import rules
from courses.assignments.enums import Ended
from courses.assignments.errors import DutyOver
from courses.assignments.models import Duty

from . import tell_duties
from .assign_learning import sync_due


@transaction.atomic(durable=True)
def change_date(*, duty: Duty, due_on: date | None, by: Any, at: datetime) -> Duty:
    """Another date for one person, who is told; None: no date. Raises DutyOver."""
    duty = rules.agree(duty=duty, due_on=due_on, by=by, at=at)
    sync_due([duty])
    tell_duties.date_changed([duty], at=at)
    return duty


@transaction.atomic(durable=True)
def spare(*, duty: Duty, by: Any, at: datetime) -> Duty:
    """One person need not do it any more, whatever the rule says; what they did in it stays. Raises DutyOver."""
    ended = rules.end(duties=[duty] if duty.is_open else [], why=Ended.WITHDRAWN, by=by, at=at)
    if not ended:
        raise DutyOver
    sync_due(ended)
    tell_duties.over(ended, at=at)
    return ended[0]
