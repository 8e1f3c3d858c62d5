"""What lessons, quizzes and, later, activities, attendance and credit all end in: a fact, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.assignments import rules as assignments
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from courses.enrolments.models import Enrolment
from courses.progress import rules as progress
from courses.progress.enums import Fact
from curriculum.conditions.enums import Route

from . import tell_duties


@dataclass(frozen=True)
class Consequences:
    """What a fact led to: enrolments that it completed, and their certificates."""

    completed: list[Enrolment] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)

    def __add__(self, later: Consequences) -> Consequences:
        """What two facts led to, one after the other."""
        return Consequences(self.completed + later.completed, self.certificates + later.certificates)


# Without a savepoint: whoever calls this fails with it, and each would cost two statements a tick.
@transaction.atomic(savepoint=False)
def record_fact(
    *, person: Any, item_id: int, item_key: UUID, fact: Fact, by: Any, at: datetime, data: dict[str, Any] | None = None
) -> Consequences:
    """Append the fact and issue a certificate for each enrolment that it completed, all or nothing.

    Part of a flow, whose transaction is the durable one.
    """
    completed = progress.record(person=person, item_id=item_id, item_key=item_key, fact=fact, by=by, at=at, data=data)
    return issue_for(completed, at=at)


def issue_for(completed: list[Enrolment], *, at: datetime) -> Consequences:
    """The certificates of one person's newly completed enrolments; none for who has not confirmed a name yet. What was
    required of them is done; a short route is not what anybody required."""
    if not completed:
        return Consequences()
    whole = {each.item_id: each.completed_at or at for each in completed if each.route != Route.SHORT}
    done = assignments.note_completed(person_id=completed[0].person_id, completed=whole, at=at)
    if done:
        tell_duties.over(done, at=at)
    return Consequences(completed, certificates.issue_all(enrolments=completed, at=at))
