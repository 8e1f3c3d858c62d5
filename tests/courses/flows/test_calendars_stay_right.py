"""Whatever happens to a date and a seat, in whatever order: the mails leave each calendar as things stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.booking.calendar import uid
from courses.booking.models import Booking, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.flows import free_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, plan
from tests.factories.people import make_person

from .mailed import entries, mails, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
ACTS = st.lists(
    st.sampled_from(["book", "leave", "remove", "earlier", "later", "add_part", "drop_part", "sent", "cancel"]),
    min_size=3,
    max_size=12,
)


class Story:
    """One date, its trainer and one person who books and leaves; half a minute passes between any two acts."""

    def __init__(self) -> None:
        self.trainer, self.person = make_person(), make_person()
        self.at = AT
        self.meetings = [MeetingPlan(DAY, time(10), 60, "Europe/Lisbon", number=1)]
        self.session = make_date(trainers=[self.trainer], meetings=tuple(self.meetings), **self.place)

    @property
    def place(self) -> dict[str, Any]:
        """Nowhere, or the room would be taken by the story before."""
        return {"venue": "", "room": ""}

    @property
    def booking(self) -> Booking | None:
        return Booking.objects.filter(session=self.session, person=self.person, state="booked").first()

    @property
    def is_coming(self) -> bool:
        return WorkshopSession.objects.get(pk=self.session.pk).is_coming

    def act(self, name: str) -> None:
        """Do it, if it can be done now."""
        self.at += timedelta(seconds=30)
        if name == "sent":
            send_all()
        elif name in ("leave", "remove"):
            self.free(is_staff=name == "remove")
        elif self.is_coming:
            getattr(self, name)()

    def book(self) -> None:
        if self.booking is None:
            book(self.session, self.person, at=self.at)

    def free(self, *, is_staff: bool) -> None:
        if self.booking is not None:
            by = self.trainer if is_staff else self.person
            free_seat.cancel(booking_id=self.booking.public_id, by=by, at=self.at, is_staff=is_staff)

    def cancel(self) -> None:
        plan_date.cancel(public_id=self.session.public_id, reason="", revision=None, by=self.trainer, at=self.at)

    def earlier(self) -> None:
        self.meetings[0] = replace(self.meetings[0], start=time(9))
        self.change()

    def later(self) -> None:
        self.meetings[0] = replace(self.meetings[0], start=time(11))
        self.change()

    def add_part(self) -> None:
        self.meetings.append(MeetingPlan(self.meetings[-1].day + timedelta(days=1), time(10), 60, "Europe/Lisbon"))
        self.change()

    def drop_part(self) -> None:
        if len(self.meetings) > 1:
            self.meetings.pop()
            self.change()

    def change(self) -> None:
        revision = WorkshopSession.objects.get(pk=self.session.pk).revision
        wanted = plan(meetings=tuple(self.meetings), trainers=[self.trainer], **self.place)
        plan_date.change(public_id=self.session.public_id, plan=wanted, revision=revision, by=self.trainer, at=self.at)
        numbers = {meeting.day: meeting.number for meeting in self.session.meetings.all()}
        self.meetings = [replace(meeting, number=numbers[meeting.day]) for meeting in self.meetings]


def calendar_of(address: str) -> dict[str, datetime]:
    """What a calendar holds that was kept by the mails to this address alone."""
    holds: dict[str, datetime] = {}
    seen = -1
    for mail in mails(address):
        found = entries(mail)
        [sequence] = {entry[1] for entry in found}
        assert sequence > seen, "SEQUENCE rises with each mail"
        seen = sequence
        for name, _sequence, method, start in found:
            if method == "REQUEST":
                holds[name] = start
            else:
                holds.pop(name, None)
    return holds


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_each_calendar_holds_what_is_true(acts: list[str]) -> None:
    story = Story()
    for act in acts:
        story.act(act)
    now = {uid(story.session, meeting.number): meeting.starts_at for meeting in story.session.meetings.all()}
    assert calendar_of(story.person.email) == (now if story.booking is not None else {})
    assert calendar_of(story.trainer.email) == (now if story.is_coming else {})
