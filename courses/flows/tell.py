"""What people are mailed when a booking or a date changes: part of a flow, in its transaction.

Who has just seen it on the screen gets no mail but what their calendar needs. Each step has one mail at most, named by
the step; changes of a date are held for some minutes, so that many make one mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from academy.kernel.ical import Party
from academy.mail.emails import build
from academy.mail.rules import queue, withdraw
from courses.booking import emails
from courses.booking.access import approvers_of
from courses.booking.calendar import address_of, attached, invitations
from courses.booking.enums import BookingState, Change, Why
from courses.booking.models import (
    Booking,
    BookingChange,
    Meeting,
    Reservation,
    SessionChange,
    SessionTrainer,
    WorkshopSession,
)
from courses.booking.queries.sessions import next_dates, snapshot, title_of, zone_of
from courses.booking.queries.standing import is_for
from courses.booking.rules.sessions import Changed

S = BookingState
# So long a change of time or place waits for the next one before anybody is told.
HOLD = timedelta(minutes=2)
# What is taken from whoever keeps seats without a name, and what the mail calls it.
TAKEN = {Why.SESSION_CANCELLED: "cancelled", Why.REMOVED: "removed"}
# These lose a date: they read of others.
WITH_OTHERS = {emails.SESSION_CANCELLED, emails.REFUSED, emails.CANCELLED, emails.LAPSED}


def tell(steps: Iterable[BookingChange], at: datetime) -> None:
    """Queue the mail of each step; what was to be told of a booking that has gone on is taken back first."""
    steps = list(steps)
    left: BookingChange | None = None
    for step in steps:
        # A mail about the new state says all; one about a change before it, or a reminder, would only confuse.
        taken_back = withdraw(f"booking:{step.booking_id}:moved:")
        if taken_back:
            # They were not told of that change: what they know of is what held before it.
            step.booking.told |= {"now": step.booking.told["was"]}
        if step.after == S.CANCELLED:
            withdraw(f"booking:{step.booking_id}:reminder:")
        if step.after == S.ASKED:
            _ask_managers(step, at)
        if step.why == Why.MOVED:
            # One mail for both: the seat at the other date is the next step.
            left = step
            continue
        kind = emails.kind_of(step)
        if kind is not None and step.booking.address:
            _mail_step(step, kind, at, left)
        left = None
    _tell_reserving(steps, at)


def tell_moved(changed: Changed, *, by: Any, at: datetime) -> int:
    """Tell everybody who has a seat, waits or was asked that time or place is another; how many. Held for a moment."""
    session = changed.session
    told = 0
    now = snapshot(session)
    live = Booking.objects.filter(session=session).exclude(state__in=[S.CANCELLED, S.RESERVED])
    for booking in live.select_related("person", "pool", "session__item"):
        if not booking.address:
            continue
        taken_back = withdraw(f"booking:{booking.pk}:moved:")
        was = booking.told.get("was" if taken_back else "now") or changed.before
        if was == now:
            _keep_told(booking, now=now, was=was)
            continue
        parts: list[dict[str, Any]] = []
        if booking.sequence is not None:
            _raise_sequence(booking)
            parts = _invitations(booking, at) + _cancelled_parts(
                session, was, now, _language(booking), booking.sequence, _party(booking), at
            )
        said = emails.was(was, _zone(booking), _language(booking), booking.pool.mode)
        mail = emails.for_booking(emails.MOVED, booking, at, was=said, by=_name(by))
        _queue(f"booking:{booking.pk}:moved:{session.revision}", emails.MOVED, booking, mail, parts, at + HOLD)
        _keep_told(booking, now=now, was=was)
        told += 1
    for reservation in _reservations(session):
        key, was = _held(f"reservation:{reservation.pk}:moved:", changed)
        if was != now and reservation.by.pk != getattr(by, "pk", None):
            said = emails.was(was, reservation.by.time_zone, reservation.by.language)
            _mail_reserving(reservation, key, "moved", reservation.names_missing, at=at + HOLD, was=said)
    return told


def tell_trainers(session: WorkshopSession, *, by: Any, at: datetime, what: str) -> None:
    """Send the date to its trainers' calendars, or take it out: `what` is planned or cancelled.

    Also to who did it: a calendar that is told only what colleagues do would be wrong.
    """
    for trainer in session.trainers.select_related("person"):
        begun = _taken_back(f"session:{session.pk}:trainer:{trainer.pk}:moved:", session)
        was = begun.before if begun is not None else None
        _mail_trainer(session, trainer, f"{what}:{session.revision}", what, by=by, at=at, was=was)


def tell_trainers_changed(changed: Changed, *, by: Any, at: datetime) -> None:
    """Tell those who give the date anew, or no longer, at once; the others of another time or place, after a moment."""
    session = changed.session
    now = snapshot(session)
    new = {trainer.pk for trainer in changed.trainers_new}
    for trainer in changed.trainers_gone:
        _key, was = _held(f"session:{session.pk}:trainer:{trainer.pk}:moved:", changed)
        _mail_trainer(session, trainer, f"gone:{session.revision}", "gone", by=by, at=at, was=was)
    for trainer in session.trainers.select_related("person"):
        if trainer.pk in new:
            _mail_trainer(session, trainer, f"planned:{session.revision}", "planned", by=by, at=at)
        elif changed.is_moved:
            prefix = f"session:{session.pk}:trainer:{trainer.pk}:moved:"
            key, was = _held(prefix, changed)
            if was != now:
                name = key.removeprefix(prefix.removesuffix("moved:"))
                _mail_trainer(session, trainer, name, "moved", by=by, at=at, was=was)


def _mail_trainer(
    session: WorkshopSession,
    trainer: SessionTrainer,
    event: str,
    what: str,
    *,
    by: Any,
    at: datetime,
    was: dict[str, Any] | None = None,
) -> None:
    person = trainer.person
    address = person.email if person is not None else trainer.email
    if not address or (person is not None and not person.is_active):
        return
    language = person.language if person is not None else session.language
    zone = person.time_zone if person is not None else zone_of(session)
    party = Party(address, trainer.shown_name)
    is_cancelled = what in ("cancelled", "gone")
    parts = invitations(
        session,
        session.meetings.order_by("starts_at", "pk"),
        language=language,
        sequence=session.sequence,
        stamp=at,
        attendee=party,
        is_cancelled=is_cancelled,
    )
    if was is not None:
        parts += _cancelled_parts(session, was, snapshot(session), language, session.sequence, party, at)
    context = {
        **emails.facts(session, language, zone),
        "name": person.get_short_name() if person is not None else trainer.name,
        "what": what,
        "was": emails.was(was, zone, language) if was is not None else None,
        "reason": session.cancel_reason,
        "desk": emails.page("session_desk", language, session.public_id) if person is not None else "",
        "by": "" if person is not None and by is not None and person.pk == by.pk else _name(by),
    }
    subject, text, html = build(emails.TRAINER, language, context, time_zone=zone)
    queue(
        key=f"session:{session.pk}:trainer:{trainer.pk}:{event}",
        kind=emails.TRAINER,
        to=address,
        language=language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        attachments=parts,
        at=at + HOLD if what == "moved" else None,
        url=context["desk"] if what != "gone" else "",
    )


def _held(prefix: str, changed: Changed) -> tuple[str, dict[str, Any]]:
    """The key for a mail about a change, and what held before it: before the first, where one was still to be told.

    For people of whom nothing is kept about what they were told last: the key of the mail that waits names the change
    with which it began.
    """
    begun = _taken_back(prefix, changed.session)
    if begun is None and changed.is_moved:
        begun = SessionChange.objects.filter(session=changed.session, what=Change.MOVED).last()
    if begun is None:
        return f"{prefix}0:{changed.session.revision}", changed.before
    return f"{prefix}{begun.pk}:{changed.session.revision}", begun.before


def _taken_back(prefix: str, session: WorkshopSession) -> SessionChange | None:
    """The change with which a mail began that nobody has been sent and nobody will be; None where there was none."""
    for key in withdraw(prefix):
        return SessionChange.objects.filter(session=session, pk=key.removeprefix(prefix).split(":")[0]).first()
    return None


def _tell_reserving(steps: Iterable[BookingChange], at: datetime) -> None:
    """Tell who keeps seats without a name that the clock or a trainer has taken them, or that there is no date."""
    gone: dict[tuple[int, str], list[BookingChange]] = {}
    for step in steps:
        reserved = step.booking.reservation_id if step.before == S.RESERVED else None
        if reserved and (Why(step.why) in TAKEN or (step.why == Why.RETURNED and step.by is None)):
            gone.setdefault((reserved, step.why), []).append(step)
    for (_pk, why), found in gone.items():
        step, reservation = found[0], found[0].booking.reservation
        is_own = reservation is not None and step.by is not None and step.by.pk == reservation.by.pk
        if reservation is None or is_own or not reservation.by.is_active:
            continue
        what = TAKEN.get(Why(why), "returned")
        if what != "removed":
            withdraw(f"reservation:{reservation.pk}:moved:")
        more: dict[str, Any] = {"by": _name(step.by), "reason": step.reason} if what == "removed" else {}
        _mail_reserving(reservation, f"reservation:{reservation.pk}:{what}:{step.pk}", what, len(found), **more)


def _mail_reserving(
    reservation: Reservation, key: str, what: str, count: int, *, at: datetime | None = None, **more: Any
) -> None:
    person, session = reservation.by, reservation.session
    context = {"what": what, "count": count, "unit": reservation.unit.name, "reason": session.cancel_reason, **more}
    subject, text, html = emails.for_person(emails.RETURNED, person, session, **context)
    queue(
        key=key,
        kind=emails.RETURNED,
        to=person.email,
        language=person.language,
        subject=subject,
        text=text,
        html=html,
        person=person,
        at=at,
        url=address_of(session, person.language),
    )


def _reservations(session: WorkshopSession) -> list[Any]:
    """Reservations of a date with seats that have no name yet (`names_missing`)."""
    rows = Reservation.objects.filter(session=session, by__is_active=True).select_related("by", "unit", "session__item")
    nameless = Count("bookings", filter=Q(bookings__state=S.RESERVED))
    return list(rows.annotate(names_missing=nameless).filter(names_missing__gt=0))


def _mail_step(step: BookingChange, kind: str, at: datetime, left: BookingChange | None = None) -> None:
    booking = step.booking
    parts: list[dict[str, Any]] = []
    more: dict[str, Any] = {"step": step, "by": _by(step), "reason": step.reason}
    if step.after == S.BOOKED:
        booking.sequence = _next_sequence(booking)
        Booking.objects.filter(pk=booking.pk).update(sequence=booking.sequence)
        parts = _invitations(booking, at)
    elif step.after == S.CANCELLED and booking.sequence is not None:
        parts = _all_cancelled(booking, at)
    if step.after != S.CANCELLED:
        now = snapshot(booking.session)
        _keep_told(booking, now=now, was=now)
    if left is not None:
        more["left"] = emails.facts(left.booking.session, _language(booking), _zone(booking), left.booking.pool.mode)
        if left.booking.sequence is not None:
            parts += attached(_all_cancelled(left.booking, at), "earlier-")
    if kind in WITH_OTHERS:
        more["others"] = _others(booking, at)
    if kind == emails.SESSION_CANCELLED:
        more["reason"] = booking.session.cancel_reason
    mail = emails.for_booking(kind, booking, at, **more)
    _queue(f"booking:{booking.pk}:step:{step.pk}", kind, booking, mail, parts, None)


def _queue(
    key: str,
    kind: str,
    booking: Booking,
    mail: emails.Mail,
    parts: list[dict[str, Any]],
    not_before: datetime | None,
) -> None:
    subject, text, html = mail
    queue(
        key=key,
        kind=kind,
        to=booking.address,
        language=_language(booking),
        subject=subject,
        text=text,
        html=html,
        person=booking.person,
        attachments=parts,
        at=not_before,
        url=address_of(booking.session, _language(booking)),
    )


def _ask_managers(step: BookingChange, at: datetime) -> None:
    """Who leads a unit of the person approves; where nobody does, the trainers of the date."""
    booking = step.booking
    for approver in approvers_of(booking):
        answer = emails.page("approval", approver.language, booking.public_id)
        subject, text, html = emails.for_person(
            emails.TO_APPROVE, approver, booking.session, who=booking.shown_name, answer=answer
        )
        queue(
            key=f"booking:{booking.pk}:step:{step.pk}:approver:{approver.pk}",
            kind=emails.TO_APPROVE,
            to=approver.email,
            language=approver.language,
            subject=subject,
            text=text,
            html=html,
            person=approver,
            url=answer,
        )


def _invitations(booking: Booking, at: datetime, *, is_cancelled: bool = False) -> list[dict[str, Any]]:
    return invitations(
        booking.session,
        booking.session.meetings.order_by("starts_at", "pk"),
        language=_language(booking),
        sequence=booking.sequence or 0,
        stamp=at,
        attendee=_party(booking),
        is_cancelled=is_cancelled,
        mode=booking.pool.mode,
    )


def _all_cancelled(booking: Booking, at: datetime) -> list[dict[str, Any]]:
    """Every entry that somebody has of a date, cancelled; also of a part that is gone and they were not told of."""
    session, had = booking.session, booking.told.get("now", {})
    _raise_sequence(booking)
    parts = _invitations(booking, at, is_cancelled=True)
    return parts + _cancelled_parts(
        session, had, snapshot(session), _language(booking), booking.sequence or 0, _party(booking), at
    )


def _cancelled_parts(
    session: WorkshopSession,
    was: dict[str, Any],
    now: dict[str, Any],
    language: str,
    sequence: int,
    attendee: Party,
    at: datetime,
) -> list[dict[str, Any]]:
    """Entries of meetings that there are no more, cancelled. Only attached: the mail as a whole is the new time."""
    still = {meeting["number"] for meeting in now["meetings"]}
    gone = []
    for meeting in was.get("meetings", []):
        if meeting["number"] in still:
            continue
        starts_at = datetime.fromisoformat(meeting["starts_at"])
        gone.append(
            Meeting(
                session=session,
                number=meeting["number"],
                minutes=meeting["minutes"],
                zone=meeting["zone"],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=meeting["minutes"]),
            )
        )
    parts = invitations(
        session, gone, language=language, sequence=sequence, stamp=at, attendee=attendee, is_cancelled=True
    )
    return attached(parts)


def _next_sequence(booking: Booking) -> int:
    """The SEQUENCE of the next entry: above all that this address was ever sent for this date, earlier bookings too."""
    same = Q(person=None, guest_email=booking.address.lower())
    if booking.person_id is not None:
        same |= Q(person_id=booking.person_id)
    mine = Booking.objects.filter(same, session_id=booking.session_id, sequence__isnull=False)
    had = mine.order_by("-sequence").values_list("sequence", flat=True).first()
    return 0 if had is None else had + 1


def _raise_sequence(booking: Booking) -> None:
    booking.sequence = _next_sequence(booking)
    Booking.objects.filter(pk=booking.pk).update(sequence=booking.sequence)


def _keep_told(booking: Booking, *, now: dict[str, Any], was: dict[str, Any]) -> None:
    booking.told = {"now": now, "was": was}
    Booking.objects.filter(pk=booking.pk).update(told=booking.told)


def _by(step: BookingChange) -> str:
    """The name of who did it for somebody else; empty for the person themselves, for the clock and the list."""
    if step.by is None or step.by.pk == step.booking.person_id or step.why in (Why.PROMOTED, Why.OFFER):
        return ""
    return _name(step.by)


def _name(by: Any) -> str:
    return str(by.get_full_name()) if by is not None else ""


def _party(booking: Booking) -> Party:
    return Party(booking.address, booking.shown_name)


def _others(booking: Booking, at: datetime) -> list[dict[str, Any]]:
    """Other dates of the same workshop, for who has lost this one."""
    language = _language(booking)
    # Some of the next ones may be for people of other organisations.
    found = next_dates(booking.session.item.key, at, limit=10)
    return [
        {
            "title": title_of(session, language)[0],
            "when": emails.facts(session, language, _zone(booking))["meetings"][0]["own"],
            "address": address_of(session, language),
        }
        for session in [one for one in found if one.pk != booking.session_id and is_for(booking.person, one, at)][:3]
    ]


def _language(booking: Booking) -> str:
    return booking.mail_language or booking.session.language


def _zone(booking: Booking) -> str:
    return booking.person.time_zone if booking.person is not None else zone_of(booking.session)
