"""Makes mails of the notices that wait: at most one a day for a person, by the calendar of their own zone.

The key of the mail names the person and the local day, and keys are unique: whatever runs twice, beside itself or after
a kill in the middle, a second mail of the same day cannot be written. What comes later that day goes the next day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from .calendar import FURTHEST, SETTLE, SETTLED, is_day, local
from .models import Notice, OutgoingEmail
from .outgoing import of_notices

CHUNK = 500


def post(*, at: datetime) -> int:
    """Write the mails that are due at this moment; how many. What was read meanwhile is not mailed."""
    due = Notice.objects.filter(mail_on__lte=(at + FURTHEST).date(), read_at=None)
    ids = sorted(set(due.values_list("person_id", flat=True)))
    return sum(_post_to_some(ids[start : start + CHUNK], at) for start in range(0, len(ids), CHUNK))


def key_of(person: Any, at: datetime) -> str:
    """Names the one mail of news that somebody gets on the local day of this moment."""
    return f"notices:{person.pk}:{local(at, person.time_zone).date().isoformat()}"


def _post_to_some(ids: list[int], at: datetime) -> int:
    people = list(get_user_model().objects.filter(pk__in=ids).order_by("pk"))
    left = [person.pk for person in people if not person.is_active]
    if left:
        # Nobody reads them, and nothing is to come later should an account be opened again.
        Notice.objects.filter(person_id__in=left, mail_on__isnull=False).update(mail_on=None)
    keys = {key_of(person, at): person for person in people if person.is_active and is_day(at, person.time_zone)}
    sent = set(OutgoingEmail.objects.filter(key__in=keys).values_list("key", flat=True))
    return sum(_post_to(person, key, at) for key, person in keys.items() if key not in sent)


@transaction.atomic
def _post_to(person: Any, key: str, at: datetime) -> bool:
    today = local(at, person.time_zone).date()
    due = Notice.objects.filter(person=person, mail_on__lte=today, read_at=None)
    # Who runs beside us waits here, and then finds nothing that waits.
    notices = list(due.select_for_update().order_by("created_at", "pk"))
    if not notices:
        return False
    # Somebody is at it: what follows within minutes belongs to the same mail. But not for ever.
    if notices[-1].created_at > at - SETTLE and notices[0].created_at > at - SETTLED:
        return False
    # Of many changes of one thing the last one says it all.
    last = {(one.kind, one.thing or one.key): one for one in notices}
    mail, is_new = OutgoingEmail.objects.get_or_create(
        key=key, defaults=_fields(of_notices(list(last.values()), person, key, at))
    )
    if is_new:
        Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mail_on=None, mailed_by=mail)
    return is_new


def _fields(mail: OutgoingEmail) -> dict[str, Any]:
    names = [field.attname for field in mail._meta.concrete_fields if not field.primary_key and field.name != "key"]
    return {name: getattr(mail, name) for name in names}
