"""Organisations with many people of whom something is required, for figures about groups. Written in few queries."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from academy.people.models import Organisation, OrganisationType, User
from courses.assignments.enums import Audience
from courses.assignments.models import Assignment, Duty
from curriculum.items.models import LearningItem
from tests.factories.people import AT, make_organisation

DAY = date(2027, 2, 1)
_numbers = count(1)


def make_type(code: str, **names: str) -> OrganisationType:
    """A type of organisation with its names by language."""
    return OrganisationType.objects.create(code=code, names=names)


def require(
    name: str, item: LearningItem, *, completed: int = 0, still_open: int = 0, overdue: int = 0, **fields: object
) -> Organisation:
    """A new organisation that requires an item of so many people, who stand so on 1 February 2027."""
    organisation = make_organisation(name, **fields)
    assignment = Assignment.objects.create(
        organisation=organisation, unit=organisation.units.get(), item=item, audience=Audience.RULE, day=DAY, at=AT
    )
    people = User.objects.bulk_create(
        User(email=f"counted{next(_numbers)}@example.org") for _ in range(completed + still_open + overdue)
    )
    Duty.objects.bulk_create(
        Duty(
            assignment=assignment,
            person=person,
            organisation=organisation,
            item=item,
            given_at=AT,
            agreed_on=DAY,
            due_on=DAY + timedelta(days=-1 if place >= completed + still_open else 60),
            completed_at=timezone.now() if place < completed else None,
        )
        for place, person in enumerate(people)
    )
    return organisation
