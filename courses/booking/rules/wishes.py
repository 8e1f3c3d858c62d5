"""Who wants a date, when a trainer cannot come, private calendars, and what is forgotten in time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from academy.people.models import Membership
from courses.booking.errors import SessionUnknown
from courses.booking.models import (
    Attendance,
    Booking,
    BookingChange,
    CalendarFeed,
    SessionTrainer,
    SignUpAnswer,
    Unavailability,
    WorkshopInterest,
)
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem

# A guest has no account to delete: names and addresses go a year after the date.
GUESTS_KEPT = timedelta(days=365)


@transaction.atomic
def want(*, person: Any, item_key: UUID, at: datetime) -> WorkshopInterest:
    """Ask to be told when a workshop has a date; asked twice, it stands once. Raises SessionUnknown."""
    item = LearningItem.objects.filter(key=item_key, kind=ItemKind.WORKSHOP, retired_at=None).first()
    if item is None:
        raise SessionUnknown
    interest, is_new = WorkshopInterest.objects.get_or_create(person=person, item=item, defaults={"asked_at": at})
    if not is_new and interest.told_at is not None:
        interest.asked_at, interest.told_at = at, None
        interest.save(update_fields=["asked_at", "told_at"])
    return interest


def want_no_more(*, person: Any, item_key: UUID) -> bool:
    """Take that back. False where nothing was asked for."""
    return bool(WorkshopInterest.objects.filter(person=person, item__key=item_key).delete()[0])


def told(*, item: LearningItem, at: datetime, organisations: Collection[int] = ()) -> list[WorkshopInterest]:
    """Those who are to be told of a first date now; each is in this list once. To be mailed in this transaction.

    `organisations`: whose people alone may book it; for others it is no date yet.
    """
    found = WorkshopInterest.objects.filter(item=item, told_at=None, person__is_active=True)
    if organisations:
        works = Membership.objects.on(at.date()).filter(unit__organisation__in=organisations)
        found = found.filter(person__in=works.values("person"))
    rows = list(found.select_related("person").order_by("pk"))
    return [row for row in rows if WorkshopInterest.objects.filter(pk=row.pk, told_at=None).update(told_at=at)]


def add_unavailable(*, person: Any, starts_at: datetime, ends_at: datetime) -> Unavailability:
    """A trainer cannot come in this stretch of time. The form has seen that it ends after it begins."""
    return Unavailability.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)


def remove_unavailable(*, person: Any, pk: int) -> bool:
    """Take that back; only one's own. False where there is none."""
    return bool(Unavailability.objects.filter(person=person, pk=pk).delete()[0])


def new_feed(*, person: Any, at: datetime) -> str:
    """A new private calendar address: the token, shown this once. The one before it stops working."""
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(person=person, defaults={"token_hash": hash_of(token), "made_at": at})
    return token


def revoke_feed(*, person: Any) -> bool:
    """Make the private calendar's address stop working. False where there was none."""
    return bool(CalendarFeed.objects.filter(person=person).delete()[0])


def hash_of(token: str) -> str:
    """What is kept of a token. It has 192 random bits, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def forget(*, at: datetime) -> int:
    """Empty sensitive sign-up answers whose days are over, and what names guests after a year. How many rows."""
    emptied = 0
    answers = SignUpAnswer.objects.filter(
        question__is_sensitive=True, erased_at=None, booking__session__ends_at__lt=at
    ).annotate(days=F("question__erase_after_days"), ended=F("booking__session__ends_at"))
    for answer in answers.iterator():
        if answer.ended + timedelta(days=answer.days) <= at:
            emptied += SignUpAnswer.objects.filter(pk=answer.pk).update(value="", erased_at=at)
    guests = Booking.objects.filter(person=None, session__ends_at__lt=at - GUESTS_KEPT).exclude(
        guest_name__in=["", "-"]
    )
    Attendance.objects.filter(booking__in=guests).exclude(note="").update(note="")
    BookingChange.objects.filter(booking__in=guests).exclude(reason="").update(reason="")
    # Who gave a date stands on statements of participation; how to write to them does not.
    trainers = SessionTrainer.objects.filter(person=None, session__ends_at__lt=at - GUESTS_KEPT).exclude(email="")
    emptied += trainers.update(email="")
    return emptied + guests.update(guest_name="-", guest_email="", guest_organisation="")
