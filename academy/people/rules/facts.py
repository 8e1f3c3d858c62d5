"""Facts about organisations are appended here and nowhere else (architecture rule 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from academy.people.enums import Looked, StaffFact
from academy.people.models import Look, Membership, Organisation, StaffEvent, Unit, User

CHUNK = 500


def note(
    organisation_id: int,
    fact: StaffFact,
    *,
    by: User | None,
    at: datetime,
    person: User | None = None,
    unit: int | None = None,
    data: dict[str, Any] | None = None,
) -> StaffEvent:
    """Append one fact; `unit` is a primary key."""
    return StaffEvent.objects.create(
        organisation_ref=organisation_id, fact=fact, person=person, unit_ref=unit, by=by, at=at, data=data or {}
    )


def note_name(*, person: User, by: User | None, at: datetime, organisation_id: int | None = None) -> None:
    """Append what somebody is called now, for one organisation or for all in which they work: a report about a past
    day says the name of that day."""
    organisations = (
        [organisation_id]
        if organisation_id is not None
        else sorted(
            set(
                Membership.objects.filter(person=person)
                # Who begins next month is named there already.
                .exclude(until_day__lt=timezone.localdate(at))
                .values_list("unit__organisation_id", flat=True)
            )
        )
    )
    for each in organisations:
        note(each, StaffFact.NAMED, person=person, by=by, at=at, data={"name": person.display_name})


def note_look(
    *,
    viewer: User,
    what: Looked,
    organisation: Organisation,
    at: datetime,
    day: date,
    unit: Unit | None = None,
    person: User | None = None,
) -> None:
    """Somebody looked at a person's page, or at a list of everybody in the unit and below; the person can read it.

    One statement. Looking at one's own page is no news.
    """
    if person is not None and person.pk == viewer.pk:
        return
    key = f"{day}:{viewer.pk}:{what}:{organisation.pk}:{unit.pk if unit else ''}:{person.pk if person else ''}"
    moment, date_of = connection.ops.adapt_datetimefield_value(at), connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        # One statement, which two requests of one moment may send: the board has few to spare, and the ORM cannot add
        # to what a conflicting row has.
        cursor.execute(
            "INSERT INTO academy_look (viewer_id, what, organisation_id, unit_id, person_id, day, key, times, "
            "first_at, last_at) VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s) "
            "ON CONFLICT (key) DO UPDATE SET times = academy_look.times + 1, last_at = excluded.last_at",
            [
                viewer.pk,
                what.value,
                organisation.pk,
                unit.pk if unit else None,
                person.pk if person else None,
                date_of,
                key,
                moment,
                moment,
            ],
        )


def note_looks(
    *,
    viewer: User,
    what: Looked,
    organisation: Organisation,
    people: Iterable[int],
    at: datetime,
    day: date,
    unit: Unit | None = None,
) -> None:
    """Somebody looked at just these people (by number), as in a list of a past day: each of them can read it.

    Three statements for each 500 of them. `unit` says whose list it was, as far as it is still there.
    """
    place = f"{day}:{viewer.pk}:{what}:{organisation.pk}:{unit.pk if unit else ''}"
    keys = {f"{place}:{person}": person for person in people if person != viewer.pk}
    names = list(keys)
    for start in range(0, len(names), CHUNK):
        some = names[start : start + CHUNK]
        known = set(Look.objects.filter(key__in=some).values_list("key", flat=True))
        Look.objects.filter(key__in=known).update(times=F("times") + 1, last_at=at)
        rows = [
            Look(
                key=key,
                viewer=viewer,
                what=what,
                organisation=organisation,
                unit=unit,
                person_id=keys[key],
                day=day,
                first_at=at,
                last_at=at,
            )
            for key in some
            if key not in known
        ]
        Look.objects.bulk_create(rows, ignore_conflicts=True)
