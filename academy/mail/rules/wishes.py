"""What people want to be told of, and how often they are mailed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from academy.mail import kinds
from academy.mail.calendar import first_day
from academy.mail.enums import Rhythm
from academy.mail.errors import EssentialStays
from academy.mail.models import Notice, NotificationPreference
from academy.mail.queries import Wish, wish


@transaction.atomic
def set_wishes(*, person: Any, wishes: Collection[Wish], by: Any, at: datetime) -> None:
    """Keep what the person wants of these kinds; what waits for its mail follows at once.

    Raises EssentialStays for a kind that is essential.
    """
    for wanted in wishes:
        if wanted.kind.essential:
            raise EssentialStays(wanted.kind.code)
    rows = {row.kind: row for row in NotificationPreference.objects.filter(person=person)}
    changed = [wanted for wanted in wishes if wanted != wish(wanted.kind, rows.get(wanted.kind.code))]
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(person=person, kind=wanted.kind.code, rhythm=wanted.rhythm, in_bell=wanted.in_bell)
            for wanted in changed
        ],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["rhythm", "in_bell"],
    )
    waiting = Notice.objects.filter(person=person, mail_on__isnull=False)
    for rhythm in Rhythm:
        codes = [wanted.kind.code for wanted in changed if wanted.rhythm == rhythm]
        if codes:
            waiting.filter(kind__in=codes).update(mail_on=first_day(rhythm, at, person.time_zone))


def stop(*, person: Any, codes: Collection[str], at: datetime) -> list[kinds.Kind]:
    """No more mails of these kinds for the person, as their mail's own link asks; the kinds that it was about.

    Kinds that are essential or not known any more are passed over. Safe to do twice.
    """
    found = [kind for code in codes if (kind := kinds.find(code)) is not None and not kind.essential]
    rows = {row.kind: row.in_bell for row in NotificationPreference.objects.filter(person=person)}
    wishes = [Wish(kind, Rhythm.OFF, rows.get(kind.code, kind.in_bell)) for kind in found]
    set_wishes(person=person, wishes=wishes, by=person, at=at)
    return found
