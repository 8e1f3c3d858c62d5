"""A person says which name their certificates carry; what waited for it is issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from academy.people.rules import confirm_certificate_name
from courses.certificates import rules as certificates
from courses.certificates.models import Certificate
from courses.certificates.queries import waiting_bookings, waiting_enrolments
from courses.enrolments.rules import lock_learner


@transaction.atomic(durable=True)
def confirm_name(*, person: Any, name: str, by: Any, at: datetime) -> list[Certificate]:
    """Confirm the name and issue what waits for it, all or nothing."""
    return confirm_and_issue(person=person, name=name, by=by, at=at)


@transaction.atomic
def confirm_and_issue(*, person: Any, name: str, by: Any, at: datetime) -> list[Certificate]:
    """As `confirm_name`; part of a flow, whose transaction is the durable one.

    One after another with what completes courses: a completion that has not seen the name yet is seen here.
    """
    lock_learner(person)
    confirm_certificate_name(person=person, name=name, by=by, at=at)
    issued = [certificates.issue(enrolment=enrolment, at=at) for enrolment in waiting_enrolments(person)]
    issued += [certificates.issue_participation(booking=booking, at=at) for booking in waiting_bookings(person)]
    return [certificate for certificate in issued if certificate is not None]
