"""Calendars as files (RFC 5545, 5546, 7986), from plain events. What goes into them is the caller's matter.

What is written here because calendar programs differ (shared/design/TRUST.md, section 3): a UID that never changes,
SEQUENCE that rises with each change, METHOD in the calendar itself, a stamp from the row and not from the clock (so
that the same state gives the same bytes), a calendar UID of our own, and times in UTC, which every program shows in its
reader's zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as VEvent

PRODUCT = "-//Circular Procurement Academy//Workshops//EN"
REQUEST = "REQUEST"
CANCEL = "CANCEL"
PUBLISH = "PUBLISH"


@dataclass(frozen=True)
class Party:
    """Somebody in a calendar entry."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Event:
    """One entry. `starts_at` for a meeting, or `day` for what has no time."""

    uid: str
    title: str
    sequence: int
    stamp: datetime
    starts_at: datetime | None = None
    minutes: int = 0
    day: date | None = None
    place: str = ""
    url: str = ""
    text: str = ""
    is_cancelled: bool = False
    is_tentative: bool = False
    organizer: Party | None = None
    attendee: Party | None = None
    categories: tuple[str, ...] = field(default_factory=tuple)


def calendar(
    events: Iterable[Event],
    *,
    method: str = "",
    uid: str = "",
    name: str = "",
    language: str = "",
    refresh: bool = False,
) -> bytes:
    """The events as one calendar file, the same bytes for the same events.

    `method` for what is mailed (REQUEST, CANCEL); a feed has none, but a `name`, a `uid` and `refresh`.
    """
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    if method:
        found.add("method", method)
    if uid:
        found.add("uid", uid)
    if name:
        found.add("name", name)
        found.add("x-wr-calname", name)
    if refresh:
        found.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", "PT1H")
    for event in events:
        found.add_component(_event(event, language))
    return bytes(found.to_ical())


def _event(event: Event, language: str) -> VEvent:
    entry = VEvent()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("last-modified", event.stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("summary", event.title, parameters={"LANGUAGE": language} if language else {})
    if event.starts_at is not None:
        # DTEND is computed from the instant: a duration across a change of clocks is read as wall time by some.
        # In UTC: of the hour that comes twice a local time names the first one only (RFC 5545, 3.3.5), and what
        # programs make of a zone's rules in the file differs. DTEND and no duration, which some read as wall time.
        starts_at = event.starts_at.astimezone(UTC)
        entry.add("dtstart", starts_at)
        entry.add("dtend", starts_at + timedelta(minutes=event.minutes))
    elif event.day is not None:
        entry.add("dtstart", event.day)
        entry.add("dtend", event.day + timedelta(days=1))
        entry.add("transp", "TRANSPARENT")
    if event.place:
        entry.add("location", event.place)
    if event.text:
        entry.add("description", event.text)
    if event.url:
        entry.add("url", event.url)
    if event.categories:
        entry.add("categories", list(event.categories))
    status = "CANCELLED" if event.is_cancelled else "TENTATIVE" if event.is_tentative else "CONFIRMED"
    entry.add("status", status)
    if event.organizer is not None:
        entry["organizer"] = _address(event.organizer, {})
    if event.attendee is not None:
        # They have said yes here already; an answer by mail would go to an address that nobody reads.
        answer = "DECLINED" if event.is_cancelled else "ACCEPTED"
        entry["attendee"] = _address(
            event.attendee, {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": answer, "RSVP": "FALSE"}
        )
    return entry


def _address(party: Party, parameters: dict[str, str]) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    if party.name:
        address.params["CN"] = vText(party.name)
    for name, value in parameters.items():
        address.params[name] = vText(value)
    return address
