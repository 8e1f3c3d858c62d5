"""Calendar entries of dates: in mails, in a person's private feed, in the public calendar.

An entry is a meeting. Its UID is the date's random id and the meeting's number, for everybody and for good; a number is
never given twice. SEQUENCE in mails is the booking's own, which rises with each entry that this person is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.kernel.ical import CANCEL, REQUEST, Event, Party, calendar

from .enums import SeatMode, SessionState
from .models import Meeting, WorkshopSession
from .queries.sessions import title_of


def uid(session: WorkshopSession, number: int) -> str:
    """The UID of a meeting's entry."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"{session.public_id}-{number}@{host}"


def address_of(session: WorkshopSession, language: str) -> str:
    """Where the date's page is."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse('workshop_date', args=[session.public_id])}"


def organizer() -> Party:
    """Who invites: the sender of our mails, or calendar programs distrust the entry."""
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Party(email, name)


def event(
    session: WorkshopSession,
    meeting: Meeting,
    *,
    language: str,
    sequence: int,
    stamp: datetime,
    attendee: Party | None = None,
    is_cancelled: bool = False,
    mode: str = "",
) -> Event:
    """One meeting as an entry, in the words of a language. The link to the online room is never in it, our page is.

    `mode` is the kind of seat of whom it is for; without it the entry names both the place and the online room.
    """
    title, _language = title_of(session, language)
    parts = list(session.meetings.all())
    address = address_of(session, language)
    takes_online = session.is_online and mode != SeatMode.PLACE
    is_there = bool(session.place) and mode != SeatMode.ONLINE
    with translation.override(language):
        lines = []
        if len(parts) > 1:
            number = parts.index(meeting) + 1 if meeting in parts else meeting.number
            title = _("%(title)s (part %(number)s of %(total)s)") % {
                "title": title, "number": number, "total": len(parts),
            }  # fmt: skip
        if takes_online:
            lines.append(_("The online room opens 15 minutes before, on this page: %(address)s") % {"address": address})
        else:
            lines.append(address)
        if session.access_notes and (is_there or not session.place):
            lines.append(session.access_notes)
        place = session.place if is_there else pgettext("seat", "Online") if takes_online else ""
    return Event(
        uid=uid(session, meeting.number),
        title=title,
        sequence=sequence,
        stamp=stamp,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        place=place,
        url=address,
        text="\n".join(lines),
        is_cancelled=is_cancelled or session.state == SessionState.CANCELLED,
        organizer=organizer(),
        attendee=attendee,
    )


def invitations(
    session: WorkshopSession,
    meetings: Iterable[Meeting],
    *,
    language: str,
    sequence: int,
    stamp: datetime,
    attendee: Party,
    is_cancelled: bool = False,
    mode: str = "",
) -> list[dict[str, Any]]:
    """Parts of a mail: a file for each meeting, and the first as another form of the mail itself.

    One entry in each file, because a REQUEST or CANCEL names one UID (RFC 5546, 3.2.2 and 3.2.5).
    """
    method = CANCEL if is_cancelled else REQUEST
    parts: list[dict[str, Any]] = []
    for number, meeting in enumerate(meetings, 1):
        entry = event(
            session,
            meeting,
            language=language,
            sequence=sequence,
            stamp=stamp,
            attendee=attendee,
            is_cancelled=is_cancelled,
            mode=mode,
        )
        text = calendar([entry], method=method, language=language).decode()
        kind = f"text/calendar; method={method}"
        if number == 1:
            parts.append({"name": "invite.ics", "type": kind, "text": text, "as": "alternative"})
        parts.append(
            {"name": f"{'cancelled' if is_cancelled else 'date'}-{meeting.number}.ics", "type": kind, "text": text}
        )
    return parts


def attached(parts: Iterable[dict[str, Any]], prefix: str = "") -> list[dict[str, Any]]:
    """The parts as files alone, for a mail that is about something else."""
    return [part | {"name": f"{prefix}{part['name']}"} for part in parts if part.get("as") != "alternative"]
