"""Makes dates of workshops and people who book them, all through the flows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from academy.people.models import User
from courses.booking.enums import SeatMode
from courses.booking.models import Booking, BookingChange, WorkshopSession
from courses.booking.rules.plans import MeetingPlan, Plan, TrainerPlan
from courses.flows import book_seat, plan_date
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from tests.factories.people import make_person

# A Monday long before the clock on which tests run stands still: what is planned below lies after it.
AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)


def make_item(code: str = "W1", title: str = "Functional question clinic", **fields: Any) -> LearningItem:
    """A workshop format without a page: what a date points to."""
    key = fields.pop("key", None)
    if key is None:
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"workshop {code}")
    item, _new = LearningItem.objects.get_or_create(
        key=key, defaults={"kind": ItemKind.WORKSHOP, "code": code, "title": title, **fields}
    )
    return item


def plan(*, seats: Mapping[str, int] | int = 5, day: date = DAY, **fields: Any) -> Plan:
    """A date on site in Berlin, 10 to 14 o'clock, with five seats; everything else as the fields say."""
    start, minutes = fields.pop("start", time(10, 0)), fields.pop("minutes", 240)
    zone = fields.pop("zone", "Europe/Berlin")
    pools = {SeatMode.PLACE.value: seats} if isinstance(seats, int) else dict(seats)
    meetings = fields.pop("meetings", (MeetingPlan(day, start, minutes, zone),))
    trainers = tuple(
        one if isinstance(one, TrainerPlan) else TrainerPlan(person=one) for one in fields.pop("trainers", ())
    )
    made = Plan(meetings=meetings, seats=pools, language="en", venue="Town hall", room="2.14", city="Lindenmark")
    return replace(made, trainers=trainers, **fields)


def make_date(
    *, item: LearningItem | None = None, by: User | None = None, at: datetime = AT, reason: str = "", **fields: Any
) -> WorkshopSession:
    """A date that can be booked; fields are those of `plan`."""
    is_draft = fields.pop("is_draft", False)
    session = plan_date.create(
        item=item or make_item(), plan=plan(**fields), by=by, at=at, reason=reason, is_draft=is_draft
    )
    return WorkshopSession.objects.select_related("item").get(pk=session.pk)


def book(session: WorkshopSession, person: User | None = None, at: datetime = AT, **fields: Any) -> Booking:
    """The booking of a person (made, if none is given) at a date, as it stands afterwards."""
    person = person or make_person()
    mode = fields.pop("mode", SeatMode.PLACE.value)
    by = fields.pop("by", person)
    step: BookingChange = book_seat.book(
        session_id=session.public_id, person=person, mode=mode, by=by, at=at, accepts_overlap=True, **fields
    )
    return Booking.objects.select_related("session__item", "pool", "person").get(pk=step.booking_id)


def fill_up(session: WorkshopSession, count: int, at: datetime = AT) -> list[Booking]:
    """So many people book one after another, a minute between them."""
    return [book(session, at=at + timedelta(minutes=n)) for n in range(count)]


def states(session: WorkshopSession) -> list[str]:
    """States of the date's bookings in the order of arrival."""
    return list(Booking.objects.filter(session=session).order_by("arrival").values_list("state", flat=True))
