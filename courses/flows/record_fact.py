"""What lessons, quizzes and, later, activities, attendance and credit all end in: a fact, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.progress import rules as progress
from courses.progress.enums import Fact


@dataclass(frozen=True)
class Consequences:
    """What a fact led to: enrolments that it completed, and their certificates."""

    completed: list[Enrolment] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)


@transaction.atomic
def record_fact(
    *, person: Any, item_id: int, item_key: UUID, fact: Fact, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> Consequences:
    """Append the fact and issue a certificate for each enrolment that it completed, all or nothing.

    Part of a flow, whose transaction is the durable one.
    """
    completed = progress.record(person=person, item_id=item_id, item_key=item_key, fact=fact, by=by, at=at, data=data)
    return issue_for(completed, at=at)


def issue_for(completed: list[Enrolment], *, at: datetime) -> Consequences:
    """The certificates of newly completed enrolments."""
    return Consequences(
        completed=completed,
        certificates=[certificates.issue(enrolment=enrolment, at=at) for enrolment in completed],
    )
