"""What happens to somebody's seats, answers and notes at a download and at an erasure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people import registry
from academy.people.rules import erase_person
from courses.booking.models import Attendance, Booking, CalendarFeed, SignUpAnswer, WorkshopInterest
from courses.booking.rules import wishes
from courses.booking.rules.plans import QuestionPlan
from tests.factories import booking as dates
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def coming(**fields: Any) -> Any:
    """A date in a month."""
    now = timezone.now()
    return dates.make_date(day=(now + timedelta(days=30)).date(), at=now, **fields)


def test_a_seat_of_somebody_who_is_erased_goes_to_who_is_next_and_is_told(site: Any) -> None:
    session = coming(seats=1)
    gone, waits = (dates.book(session, make_person(), timezone.now()) for _ in range(2))
    OutgoingEmail.objects.all().delete()
    assert gone.person is not None
    erase_person(person=gone.person, by=None, at=timezone.now())
    assert dates.states(session) == ["cancelled", "booked"]
    assert list(OutgoingEmail.objects.values_list("to", "kind")) == [(waits.address, "booking/booked")]


def test_of_somebody_who_is_erased_no_word_and_no_address_is_left(site: Any) -> None:
    session = coming(questions=(QuestionPlan("What do you need?", is_sensitive=True),))
    question = session.questions.get()
    person = make_person()
    booking = dates.book(session, person, timezone.now(), answers={question.pk: "A ramp"})
    Attendance.objects.create(booking=booking, meeting=session.meetings.get(), presence="part", note="Left ill")
    wishes.want(person=person, item_key=dates.make_item("W6", "Study visit").key, at=timezone.now())
    wishes.new_feed(person=person, at=timezone.now())
    erase_person(person=person, by=None, at=timezone.now())
    assert [model.objects.count() for model in (SignUpAnswer, WorkshopInterest, CalendarFeed)] == [0, 0, 0]
    assert [(row.presence, row.note) for row in Attendance.objects.all()] == [("part", "")]
    assert Booking.objects.get().shown_name == "Person without a name"


def test_a_download_holds_one_s_own_bookings_and_nobody_else_s(site: Any) -> None:
    session = coming()
    mine, _other = (dates.book(session, make_person(), timezone.now()) for _ in range(2))
    entry = registry.find(Booking)
    assert entry is not None
    assert entry.export is not None
    rows = [(row["session__item__title"], row["state"]) for row in entry.export(mine.person)]  # type: ignore[arg-type]  # a person was given above
    assert rows == [("Functional question clinic", "booked")]
