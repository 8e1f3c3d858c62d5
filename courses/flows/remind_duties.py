"""Reminds people of what is due: 30, 7 and 1 days before, then once a week, until it is done (row N3).

A step belongs to the due date: another date has steps of its own, and none is told twice, however often this runs. Each
day counts where the organisation is, and no step is told before that day has begun where the person is; the mail itself
leaves in the morning there (academy.mail.posting). Who is away is not reminded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from academy.mail.calendar import local
from academy.mail.models import Notice
from academy.mail.rules import notify_many, withdraw_notices
from academy.people.models import Organisation, Pause
from courses.assignments import emails
from courses.assignments.ladder import BEFORE, Step, latest_step
from courses.assignments.models import Duty
from courses.assignments.queries import today_in

CHUNK = 200


@dataclass(frozen=True)
class Due:
    """A step that holds for a duty now, and the key under which it is told once."""

    duty_id: int
    step: Step
    due_on: date

    @property
    def key(self) -> str:
        """Names the duty, its date and the step."""
        return f"duty:{self.duty_id}:due:{self.due_on.isoformat()}:{self.step.days}"


def remind(*, at: datetime) -> int:
    """Tell everybody whose step has come; safe to run at any time and at the same time. How many there were."""
    running = Duty.objects.filter(completed_at=None, ended_at=None, due_on__isnull=False)
    told = 0
    for organisation in Organisation.objects.filter(pk__in=running.values("organisation")).order_by("pk"):
        today = today_in(organisation, at)
        hush(organisation=organisation, at=at)
        for part in _fresh(organisation, today, at):
            told += _tell(part, today, at)
    return told


def _open(organisation: Organisation, today: date) -> QuerySet[Duty]:
    """What is due within the first step, or overdue."""
    soon = today + timedelta(days=max(BEFORE))
    return Duty.objects.filter(
        organisation=organisation, completed_at=None, ended_at=None, due_on__lte=soon, person__is_active=True
    )


def away(today: date) -> Exists:
    """Whether the person of a duty is away that day from the organisation that requires it."""
    return Exists(Pause.objects.on(today).filter(person=OuterRef("person"), organisation=OuterRef("organisation")))


def hush(*, organisation: Organisation, at: datetime, **of: Any) -> None:
    """What waits to be mailed to people who are away by now is not mailed; after their pause a step comes anew.

    `of`: only of these duties (person=...).
    """
    today = today_in(organisation, at)
    waiting = Notice.objects.filter(kind__in=emails.OF_DATE, mail_on__isnull=False, **of)
    things = set(waiting.values_list("thing", flat=True))
    if not things:
        return
    paused = _open(organisation, today).filter(away(today), **of).values_list("pk", flat=True)
    withdraw_notices(*({emails.thing_of(pk) for pk in paused} & things), kinds=emails.OF_DATE, at=at)


def _fresh(organisation: Organisation, today: date, at: datetime) -> Iterator[list[Due]]:
    """Steps that hold today and were not told yet, so many at a time."""
    rows = _open(organisation, today).exclude(away(today)).order_by("pk")
    part: list[Due] = []
    found = list(rows.values_list("pk", "due_on", "agreed_on", "person__time_zone"))
    for pk, due_on, agreed_on, zone in found:
        step = latest_step(due_on, agreed_on, min(today, local(at, zone).date()))
        if step is not None and due_on is not None:
            part.append(Due(pk, step, due_on))
        if len(part) == CHUNK:
            yield _untold(part)
            part = []
    yield _untold(part)


def _untold(part: list[Due]) -> list[Due]:
    known = set(Notice.objects.filter(key__in=[due.key for due in part]).values_list("key", flat=True))
    return [due for due in part if due.key not in known]


@transaction.atomic
def _tell(part: Collection[Due], today: date, at: datetime) -> int:
    """Under a lock, so that nobody is reminded of what they complete at this moment; who holds it is looked at again
    within the hour."""
    if not part:
        return 0
    wanted = {due.duty_id: due for due in part}
    rows = Duty.objects.filter(pk__in=wanted, completed_at=None, ended_at=None).exclude(away(today)).order_by("pk")
    held = set(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    duties = Duty.objects.filter(pk__in=held).select_related(
        "person", "item", "organisation", "assignment__by", "assignment__organisation"
    )
    told: dict[str, list[Duty]] = {emails.REMINDER: [], emails.OVERDUE: []}
    for duty in duties.order_by("pk"):
        due = wanted[duty.pk]
        if duty.due_on == due.due_on:
            told[emails.OVERDUE if due.step.is_overdue else emails.REMINDER].append(duty)
    # Somebody who is mailed once a week: that it is due is said no more where it is overdue by now.
    withdraw_notices(*(emails.thing_of(duty.pk) for duty in told[emails.OVERDUE]), kinds=[emails.REMINDER], at=at)
    return sum(
        notify_many(kind=kind, news=[emails.to_learner(duty, wanted[duty.pk].key) for duty in some], at=at)
        for kind, some in told.items()
    )
