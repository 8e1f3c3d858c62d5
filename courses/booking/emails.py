"""Mails about dates: one for each state, with everything that one needs to know in it. Builds, sends nothing.

No mail holds the link to an online room: it holds the page that shows it to those who have a seat, when it is time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info, gettext

from academy.mail.emails import build
from academy.templatetags.academy import span, zone_name

from . import tokens
from .calendar import address_of
from .enums import BookingState, SeatMode, Why
from .models import Booking, BookingChange, WorkshopSession
from .queries.sessions import formats, place_in_list, title_of, zone_of
from .tokens import Act

BOOKED = "booking/booked"
WAITING = "booking/waiting"
OFFERED = "booking/offered"
ASKED = "booking/asked"
TO_APPROVE = "booking/to_approve"
REFUSED = "booking/refused"
CANCELLED = "booking/cancelled"
LAPSED = "booking/lapsed"
MOVED = "booking/moved"
SESSION_CANCELLED = "booking/session_cancelled"
REMINDER = "booking/reminder"
DECIDE = "booking/decide"
DATE_SET = "booking/date_set"
MESSAGE = "booking/message"
TRAINER = "booking/trainer"
RETURNED = "booking/returned"
Mail = tuple[str, str, str]
S = BookingState
# The screen has shown it: no mail where the person did it themselves.
SHOWN = {Why.ARRIVED, Why.ASKED}
# No mail, whoever did it: they stand there, have no name or no address, or have answered by the link in a mail.
SILENT = {Why.WALKED_IN, Why.RETURNED, Why.RESERVED, Why.TIME_OVER, Why.ERASED, Why.DECLINED}
ENDS = {Why.LAPSED: LAPSED, Why.REFUSED: REFUSED, Why.SESSION_CANCELLED: SESSION_CANCELLED}


def kind_of(step: BookingChange) -> str | None:
    """Which mail a step is, None for none."""
    own = step.by is not None and step.booking.person_id == step.by.pk
    if step.why in SILENT or (own and step.why in SHOWN):
        return None
    if step.after != S.CANCELLED:
        return {S.BOOKED: BOOKED, S.OFFERED: OFFERED, S.WAITING: WAITING, S.ASKED: ASKED}.get(S(step.after))
    if step.why in (Why.NAMED, Why.OVERRIDE, Why.MOVED):
        # The seat that they have instead is what they are told of.
        return None
    if step.why == Why.LEFT and step.booking.sequence is None:
        # They have just seen that they wait no more, and no calendar has an entry.
        return None
    return ENDS.get(Why(step.why), CANCELLED)


def for_booking(kind: str, booking: Booking, at: datetime, **more: Any) -> Mail:
    """A mail of one kind about a booking, in the language and zone of whoever it is for."""
    session = booking.session
    language = booking.mail_language or session.language
    zone = booking.person.time_zone if booking.person is not None else zone_of(session)
    name = booking.person.get_short_name() if booking.person is not None else booking.guest_name
    with translation.override(language):
        seat_name = str(SeatMode(booking.pool.mode).label)
    context = {
        **facts(session, language, zone, booking.pool.mode),
        "name": name,
        "is_guest": booking.person is None,
        "state": booking.state,
        "seat_name": seat_name,
        "has_both": session.pools.count() > 1,
        "cancel_until": session.cancel_until,
        "is_too_late": session.cancel_until is not None and at > session.cancel_until,
        "cancel_address": link(booking, Act.CANCEL, session.starts_at or at, language),
        **more,
    }
    if booking.state == S.OFFERED and booking.offered_until is not None:
        context |= {
            "offered_until": booking.offered_until,
            "accept_address": link(booking, Act.ACCEPT, booking.offered_until, language),
            "decline_address": link(booking, Act.DECLINE, booking.offered_until, language),
        }
    if booking.state == S.WAITING:
        context["waits"] = place_in_list(booking)
    return build(kind, language, context, time_zone=zone)


def for_person(kind: str, person: Any, session: WorkshopSession, **more: Any) -> Mail:
    """A mail of one kind about a date to somebody with an account: a trainer, a manager, who waits for a date."""
    context = {
        **facts(session, person.language, person.time_zone),
        "name": person.get_short_name(),
        **more,
    }
    return build(kind, person.language, context, time_zone=person.time_zone)


def facts(session: WorkshopSession, language: str, zone: str, mode: str = "") -> dict[str, Any]:
    """What every mail says of a date: title, each meeting in the reader's zone and in the date's, place, access.

    `mode` is the kind of the reader's seat: who takes part online is told of no room, who comes of no online room.
    """
    with translation.override(language):
        title, title_language = title_of(session, language)
        row = formats(language).get(session.item.key)
        meetings = list(session.meetings.order_by("starts_at", "pk"))
        return {
            "session": session,
            "title": title,
            "title_language": title_language,
            "meetings": [
                {
                    "own": span(meeting.starts_at, meeting.ends_at, zone),
                    "there": there(meeting.starts_at, meeting.ends_at, meeting.zone, zone),
                }
                for meeting in meetings
            ],
            "first": meetings[0].starts_at if meetings else None,
            "zone_called": gettext("%(zone)s time") % {"zone": zone_name(zone)},
            "place": "" if mode == SeatMode.ONLINE else session.place,
            "is_online": session.is_online and mode != SeatMode.PLACE,
            "access_notes": "" if mode == SeatMode.ONLINE and session.place else session.access_notes,
            "preparation": row.preparation if row is not None else "",
            "spoken": name_of(session.language),
            "interpreted": ", ".join(name_of(code) for code in session.languages_interpreted),
            "trainers": ", ".join(trainer.shown_name for trainer in session.trainers.select_related("person")),
            "address": address_of(session, language),
        }


def there(starts_at: datetime, ends_at: datetime, zone: str, own: str) -> str:
    """When a meeting is in the zone of the date, where clocks there show another time than the reader's."""
    if starts_at.astimezone(ZoneInfo(zone)).utcoffset() == starts_at.astimezone(ZoneInfo(own)).utcoffset():
        return ""
    return span(starts_at, ends_at, zone)


def was(told: Mapping[str, Any], zone: str, language: str, mode: str = "") -> dict[str, Any]:
    """Time and place as they were told before (queries.sessions.snapshot), to be shown beside what holds now."""
    with translation.override(language):
        return {
            "meetings": [
                span(
                    datetime.fromisoformat(meeting["starts_at"]),
                    datetime.fromisoformat(meeting["starts_at"]) + timedelta(minutes=meeting["minutes"]),
                    zone,
                )
                for meeting in told.get("meetings", [])
            ],
            "place": "" if mode == SeatMode.ONLINE else told.get("place", ""),
        }


def link(booking: Booking, act: Act, until: datetime, language: str) -> str:
    """The address of a page with one button, for whoever reads this mail."""
    token = tokens.make(booking.public_id, act, until)
    return f"{settings.BASE_URL}{reverse('booking_link', args=[token])}?lang={language}"


def page(name: str, language: str, *args: Any) -> str:
    """The whole address of a page of ours in a language."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse(name, args=args)}"


def name_of(code: str) -> str:
    """What a language is called in the current language."""
    return str(get_language_info(code)["name_translated"])
