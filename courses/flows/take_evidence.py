"""Somebody reads how required learning stood on a past day, or takes the pack with them: those in it can see that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from wagtail.log_actions import log

from academy.people.enums import Looked
from academy.people.models import Organisation, Unit
from academy.people.rules import note_looks
from courses.assignments.queries import today_in
from courses.reports.evidence import Evidence, Line
from courses.reports.evidence_document import archive

TAKEN = "courses.evidence.taken"


@transaction.atomic
def look(*, found: Evidence, lines: Iterable[Line], organisation: Organisation, by: Any, at: datetime) -> None:
    """Note that they read these lines: whoever stands in them can see that, also who has left since."""
    # A unit that is gone is named by what stood above it and is still there.
    chain = found.then.above(found.unit.pk)
    there = Unit.objects.in_bulk([each.pk for each in chain])
    unit = next((there[each.pk] for each in reversed(chain) if each.pk in there and each.parent is not None), None)
    note_looks(
        viewer=by,
        what=Looked.EVIDENCE,
        organisation=organisation,
        people={line.person for line in lines},
        unit=unit,
        at=at,
        day=today_in(organisation, at),
    )


def take(*, found: Evidence, organisation: Organisation, by: Any, at: datetime) -> bytes:
    """The pack. Its checksum goes into the audit trail: later on it can be shown that nobody changed it."""
    made = archive(found)
    data = {
        "day": found.then.day.isoformat(),
        "unit": found.unit.pk,
        "language": get_language() or "",
        "sha256": sha256(made).hexdigest(),
    }
    with transaction.atomic(durable=True):
        look(found=found, lines=found.lines, organisation=organisation, by=by, at=at)
        log(instance=organisation, action=TAKEN, user=by, timestamp=at, data=data)
    return made
