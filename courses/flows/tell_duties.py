"""Tells people about required learning: quietly, many changes of one thing as one (rows N1 to N4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from academy.mail.models import Notice
from academy.mail.rules import notify, notify_many, withdraw_notices
from courses.assignments import emails
from courses.assignments.access import leaders_of
from courses.assignments.enums import Ended, ExtensionState
from courses.assignments.models import Duty, Extension
from courses.assignments.queries import today_in

CHUNK = 500


def assigned(duties: Collection[Duty], *, at: datetime) -> None:
    """Something is required of these people from now on; whoever requires it of themselves knows it."""
    for part in _parts(duties):
        news = [
            emails.to_learner(duty, f"duty:{duty.pk}:assigned")
            for duty in part
            if duty.assignment.by_id != duty.person_id
        ]
        notify_many(kind=emails.ASSIGNED, news=news, at=at)


def date_changed(duties: Collection[Duty], *, at: datetime) -> None:
    """It is due on another day than before; who has not been told of the duty yet is told of it with that day."""
    for part in _parts(duties):
        _forget_date(part, at)
        rewritten = _unseen(part, emails.ASSIGNED)
        for kind, some in (
            (emails.ASSIGNED, [duty for duty in part if duty.pk in rewritten]),
            (emails.DATE_CHANGED, [duty for duty in part if duty.pk not in rewritten]),
        ):
            name = kind.rpartition("/")[2]
            # The same day may be agreed twice, with another one between: the moment tells the two apart.
            news = [emails.to_learner(duty, f"duty:{duty.pk}:{name}:{int(at.timestamp())}") for duty in some]
            notify_many(kind=kind, news=news, at=at)


def over(duties: Collection[Duty], *, at: datetime) -> None:
    """It is completed or not required any more: whatever waits to be said about it is not said.

    Who was told that it is required is told that it is not any more, unless they have left.
    """
    for part in _parts(duties):
        called_off = [duty for duty in part if duty.ended == Ended.WITHDRAWN and duty.completed_at is None]
        known = _reached(called_off)
        things = [emails.thing_of(duty.pk) for duty in part]
        withdraw_notices(*things, kinds=[*emails.WHILE_OPEN, emails.MORE_TIME_ASKED], at=at)
        news = [
            emails.to_learner(duty, f"duty:{duty.pk}:not_required")
            for duty in called_off
            if duty.pk in known and duty.assignment.by_id != duty.person_id
        ]
        notify_many(kind=emails.NOT_REQUIRED, news=news, at=at)


def extension_asked(extension: Extension, *, at: datetime) -> None:
    """Whoever leads the person learns that an answer is wanted."""
    extension = _whole(extension)
    duty = extension.duty
    leaders = leaders_of(duty.person_id, duty.organisation_id, today_in(duty.organisation, at))
    news = [emails.to_leader(extension, leader, f"extension:{extension.pk}:asked:{leader.pk}") for leader in leaders]
    notify_many(kind=emails.MORE_TIME_ASKED, news=news, at=at)


def extension_answered(extension: Extension, *, at: datetime) -> None:
    """The learner learns the answer; what waited for managers is taken back."""
    extension = _whole(extension)
    extension_settled(extension, at=at)
    is_granted = extension.state == ExtensionState.GRANTED
    if is_granted:
        # The answer says the new date; what was to be said of the old one is out of date.
        _forget_date([extension.duty], at, emails.DATE_CHANGED)
        _rewrite(extension.duty, at)
    news = emails.to_learner(extension.duty, f"extension:{extension.pk}:answered", **emails.answer_of(extension))
    notify(
        person=news.person,
        kind=emails.MORE_TIME_GRANTED if is_granted else emails.MORE_TIME_DENIED,
        thing=news.thing,
        key=news.key,
        context=news.context,
        url=news.url,
        at=at,
    )


def extension_settled(extension: Extension, *, at: datetime) -> None:
    """No answer is wanted any more."""
    withdraw_notices(emails.thing_of(extension.duty_id), kinds=[emails.MORE_TIME_ASKED], at=at)


def _rewrite(duty: Duty, at: datetime) -> None:
    """Who was not told of a duty before its date changed is told of it with the new one."""
    if _unseen([duty], emails.ASSIGNED):
        news = emails.to_learner(duty, f"duty:{duty.pk}:assigned:{int(at.timestamp())}")
        notify_many(kind=emails.ASSIGNED, news=[news], at=at)


def _forget_date(duties: Collection[Duty], at: datetime, *more: str) -> None:
    things = [emails.thing_of(duty.pk) for duty in duties]
    withdraw_notices(*things, kinds=[*emails.OF_DATE, *more], at=at)


def _parts(duties: Collection[Duty]) -> Iterator[list[Duty]]:
    """The duties as they are by now, with what is said of them, so many at a time."""
    ids = sorted(duty.pk for duty in duties)
    for start in range(0, len(ids), CHUNK):
        rows = Duty.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        yield list(rows.select_related("person", "item", "organisation", "assignment__by", "assignment__organisation"))


def _whole(extension: Extension) -> Extension:
    return Extension.objects.select_related(
        "decided_by", "duty__person", "duty__item", "duty__organisation", "duty__assignment__by",
        "duty__assignment__organisation",
    ).get(pk=extension.pk)  # fmt: skip


def _unseen(duties: Collection[Duty], kind: str) -> set[int]:
    """Of these duties those of which news of a kind exist that have reached nobody."""
    waiting = _news_of(duties).filter(kind=kind, mailed_by=None, read_at=None)
    waiting = waiting.filter(Q(in_bell=True) | Q(mail_on__isnull=False))
    return _ids(waiting.values_list("thing", flat=True))


def _reached(duties: Collection[Duty]) -> set[int]:
    """Of these duties those of which the person was told: by a mail, or they have opened it in their bell."""
    if not duties:
        return set()
    told = _news_of(duties).filter(kind__in=emails.WHILE_OPEN)
    told = told.filter(Q(mailed_by__isnull=False) | Q(read_at__isnull=False))
    return _ids(told.values_list("thing", flat=True))


def _news_of(duties: Collection[Duty]) -> QuerySet[Notice]:
    return Notice.objects.filter(thing__in=[emails.thing_of(duty.pk) for duty in duties])


def _ids(things: Iterable[str]) -> set[int]:
    return {int(thing.partition(":")[2]) for thing in things}
