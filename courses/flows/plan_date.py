"""A trainer plans a date, moves it, decides on it, cancels it, writes to its people; the clock asks and reminds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from academy.mail.emails import build
from academy.mail.rules import is_known, queue
from courses.booking import emails
from courses.booking.access import deciders_of
from courses.booking.calendar import address_of
from courses.booking.enums import BookingState, Change, Group, Presence, SessionState
from courses.booking.models import Booking, SessionChange, SessionMessage, WorkshopSession
from courses.booking.queries.sessions import zone_of
from courses.booking.rules import sessions, wishes
from courses.booking.rules.plans import Plan, new_series
from courses.booking.rules.seats import lock_session
from courses.booking.rules.sessions import Changed
from curriculum.items.models import LearningItem

from .tell import tell, tell_moved, tell_trainers, tell_trainers_changed

COMING = (SessionState.PLANNED, SessionState.GOING_AHEAD)
REMINDERS = (timedelta(days=7), timedelta(days=1))
# What may stand in a trainer's message: {name} and the like, nothing else, and no attribute of anything.
PLACEHOLDERS = ("name", "title", "date", "place", "link")


@transaction.atomic(durable=True)
def create(
    *, item: LearningItem, plan: Plan, by: Any, at: datetime, reason: str = "", is_draft: bool = False
) -> WorkshopSession:
    """A new date; its trainers and all who asked for one are told. Raises what rules.sessions.create raises."""
    session = sessions.create(item=item, plan=plan, by=by, at=at, reason=reason, is_draft=is_draft)
    _announce(session, by=by, at=at)
    return session


@transaction.atomic(durable=True)
def create_series(
    *, item: LearningItem, plans: list[Plan], by: Any, at: datetime, reason: str = "", is_draft: bool = False
) -> list[WorkshopSession]:
    """Several dates in one go, all or none. Raises what rules.sessions.create raises."""
    series = new_series()
    found = [
        sessions.create(item=item, plan=plan, by=by, at=at, reason=reason, is_draft=is_draft, series=series)
        for plan in plans
    ]
    for session in found:
        _announce(session, by=by, at=at)
    return found


@transaction.atomic(durable=True)
def publish(*, public_id: UUID, by: Any, at: datetime) -> WorkshopSession:
    """Open a draft. Raises what rules.sessions.publish raises."""
    session = sessions.publish(public_id=public_id, by=by, at=at)
    _announce(session, by=by, at=at)
    return session


@transaction.atomic(durable=True)
def change(
    *, public_id: UUID, plan: Plan, revision: int, by: Any, at: datetime, reason: str = ""
) -> tuple[Changed, int]:
    """Edit or move a date; who moved up and all whom it concerns are told. What changed, and how many are told.

    Raises what rules.sessions.change raises.
    """
    changed = sessions.change(public_id=public_id, plan=plan, revision=revision, by=by, at=at, reason=reason)
    tell(changed.steps, at)
    told = 0
    if changed.session.is_coming:
        if changed.is_moved:
            told = tell_moved(changed, by=by, at=at)
        tell_trainers_changed(changed, by=by, at=at)
    return changed, told


@transaction.atomic(durable=True)
def go_ahead(*, public_id: UUID, by: Any, at: datetime) -> WorkshopSession:
    """Say that a date takes place. Raises what rules.sessions.go_ahead raises."""
    return sessions.go_ahead(public_id=public_id, by=by, at=at)


@transaction.atomic(durable=True)
def cancel(*, public_id: UUID, reason: str, revision: int | None, by: Any, at: datetime) -> int:
    """Cancel a date; everybody is told, with other dates to choose from. How many. Raises what the rule raises."""
    session, steps = sessions.cancel(public_id=public_id, reason=reason, revision=revision, by=by, at=at)
    tell(steps, at)
    if session.changes.filter(what=Change.PUBLISHED).exists():
        # Of a draft that is thrown away nobody has heard.
        tell_trainers(session, by=by, at=at, what="cancelled")
    return sum(bool(step.booking.address) for step in steps)


@transaction.atomic(durable=True)
def write(*, public_id: UUID, group: str, words: Mapping[str, Mapping[str, str]], by: Any, at: datetime) -> int:
    """Write to a group in the languages that the trainer has written in; who reads none of them gets the date's own.

    `words` is {language: {"subject", "text"}} and holds the date's language. How many mails.
    """
    session = WorkshopSession.objects.select_related("item").get(public_id=public_id)
    row = SessionMessage.objects.create(session=session, group=group, words=dict(words), by=by, at=at)
    people = list(people_of_group(session, group))
    for booking in people:
        language = booking.mail_language if booking.mail_language in words else session.language
        said = words.get(language) or next(iter(words.values()))
        subject, text, html = message(session, booking, language, said)
        queue(
            key=f"session:{session.pk}:message:{row.pk}:{booking.pk}",
            kind=emails.MESSAGE,
            to=booking.address,
            language=language,
            subject=subject,
            text=text,
            html=html,
            person=booking.person,
            reply_to=by.email if by is not None else "",
            url=address_of(session, language),
        )
    row.count = len(people)
    row.save(update_fields=["count"])
    return row.count


def message(
    session: WorkshopSession, booking: Booking | None, language: str, said: Mapping[str, str]
) -> tuple[str, str, str]:
    """A message as one person gets it, or (without a booking) as the preview shows it. Placeholders are filled in."""
    zone = booking.person.time_zone if booking is not None and booking.person is not None else zone_of(session)
    facts = emails.facts(session, language, zone)
    values = {
        "name": booking.shown_name if booking is not None else "…",
        "title": facts["title"],
        "date": "; ".join(meeting["own"] for meeting in facts["meetings"]),
        "place": facts["place"],
        "link": facts["address"],
    }
    context = {**facts, "subject_line": fill_in(said["subject"], values), "body": fill_in(said["text"], values)}
    return build(emails.MESSAGE, language, context, time_zone=zone)


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with `{name}` and the like replaced, by plain replacement: no format language, nothing to reach into."""
    for name in PLACEHOLDERS:
        text = text.replace("{" + name + "}", values.get(name, ""))
    return text


def people_of_group(session: WorkshopSession, group: str) -> list[Booking]:
    """Whom a message to this group goes to: those with an address."""
    rows = Booking.objects.filter(session=session).select_related("person", "session__item", "pool")
    came = Q(attendances__presence__in=[Presence.FULL, Presence.PART])
    if group == Group.WAITING:
        rows = rows.filter(state__in=[BookingState.WAITING, BookingState.OFFERED])
    else:
        rows = rows.filter(state=BookingState.BOOKED)
        if group == Group.PRESENT:
            rows = rows.filter(came)
        elif group == Group.ABSENT:
            rows = rows.filter(attendances__presence=Presence.ABSENT).exclude(
                pk__in=Booking.objects.filter(came, session=session).values("pk")
            )
    return [booking for booking in rows.distinct().order_by("arrival") if booking.address]


def remind_due(*, at: datetime) -> int:
    """Remind everybody who has a seat, seven days and one day before the first meeting; how many mails.

    Each reminder has one mail for a booking and a beginning; a date that is moved reminds anew. Who booked, or
    was told of another time, later than a reminder's moment has just read it all.
    """
    sent = 0
    for number, before in enumerate(REMINDERS):
        # Each window ends where the next begins: a late clock sends one reminder, not two.
        until = REMINDERS[number + 1] if number + 1 < len(REMINDERS) else timedelta(0)
        rows = Booking.objects.filter(
            state=BookingState.BOOKED,
            session__state__in=COMING,
            session__starts_at__gt=at + until,
            session__starts_at__lte=at + before,
        ).select_related("person", "pool", "session__item")
        moved = SessionChange.objects.filter(session__in=rows.values("session_id"), what=Change.MOVED)
        moved_at = dict(moved.values_list("session_id").annotate(last=Max("at")))
        for booking in rows.order_by("pk").iterator():
            starts_at = booking.session.starts_at
            if starts_at is None or booking.booked_at is None:
                continue
            told_at = max(booking.booked_at, moved_at.get(booking.session_id, booking.booked_at))
            if told_at > starts_at - before:
                continue
            sent += _remind(booking, before.days, starts_at, at)
    return sent


def decide_due(*, at: datetime) -> int:
    """On its decision date, a date with enough people goes ahead; for one with too few its trainers are asked.

    Each date once. How many were asked about.
    """
    asked = 0
    open_ones = WorkshopSession.objects.filter(
        state=SessionState.PLANNED, asked_to_decide_at=None, decide_on__isnull=False, starts_at__gt=at
    )
    for session in open_ones.select_related("item").order_by("pk"):
        today = at.astimezone(ZoneInfo(zone_of(session))).date()
        if session.decide_on is not None and today >= session.decide_on:
            asked += _decide(session, at)
    return asked


@transaction.atomic(durable=True)
def _decide(session: WorkshopSession, at: datetime) -> int:
    booked = Booking.objects.filter(session=session, state=BookingState.BOOKED).count()
    still = WorkshopSession.objects.filter(pk=session.pk, state=SessionState.PLANNED, asked_to_decide_at=None)
    if not still.update(asked_to_decide_at=at):
        return 0
    if booked >= session.minimum:
        sessions.go_ahead(public_id=session.public_id, by=None, at=at)
        return 0
    for person in deciders_of(session):
        desk = emails.page("session_desk", person.language, session.public_id)
        subject, text, html = emails.for_person(emails.DECIDE, person, session, booked=booked, desk=desk)
        queue(
            key=f"session:{session.pk}:decide:{session.sequence}:{session.decide_on}:{person.pk}",
            kind=emails.DECIDE,
            to=person.email,
            language=person.language,
            subject=subject,
            text=text,
            html=html,
            person=person,
            url=desk,
        )
    return 1


@transaction.atomic(durable=True)
def _remind(booking: Booking, days: int, starts_at: datetime, at: datetime) -> int:
    if not booking.address:
        return 0
    key = f"booking:{booking.pk}:reminder:{days}:{int(starts_at.timestamp())}"
    if is_known(key):
        return 0
    session = lock_session(booking.session.public_id)
    still = Booking.objects.filter(pk=booking.pk, state=BookingState.BOOKED)
    if session.state not in COMING or session.starts_at != starts_at or not still.exists():
        # Cancelled or moved since the list was read.
        return 0
    subject, text, html = emails.for_booking(emails.REMINDER, booking, at, days=days)
    queue(
        key=key,
        kind=emails.REMINDER,
        to=booking.address,
        language=booking.mail_language or booking.session.language,
        subject=subject,
        text=text,
        html=html,
        person=booking.person,
        url=address_of(booking.session, booking.mail_language or booking.session.language),
    )
    return 1


def _announce(session: WorkshopSession, *, by: Any, at: datetime) -> None:
    """Tell the trainers, and everybody who wanted a date of this workshop."""
    if not session.is_coming:
        return
    tell_trainers(session, by=by, at=at, what="planned")
    organisations = session.organisations.values_list("pk", flat=True)
    for interest in wishes.told(item=session.item, at=at, organisations=organisations):
        subject, text, html = emails.for_person(emails.DATE_SET, interest.person, session)
        queue(
            key=f"interest:{interest.pk}:{int(interest.asked_at.timestamp())}",
            kind=emails.DATE_SET,
            to=interest.person.email,
            language=interest.person.language,
            subject=subject,
            text=text,
            html=html,
            person=interest.person,
            url=address_of(session, interest.person.language),
        )
