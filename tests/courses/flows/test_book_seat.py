"""Seats given and answered for by people, at moments at which something else has happened meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from courses.booking.enums import Waiting
from courses.booking.errors import BookedAlready, Clashes, NotBooked, OfferOver
from courses.booking.models import Attendance, Booking, BookingChange, WorkshopSession
from courses.booking.rules.plans import MeetingPlan
from courses.booking.rules.seats import Who
from courses.flows import attend, book_seat, free_seat, plan_date
from tests.factories.booking import AT, DAY, book, make_date, plan, states
from tests.factories.people import make_person, make_unit

from .mailed import mails, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]
STARTS = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_kept_seat_cannot_be_taken_once_the_date_was_moved_forward_and_has_begun() -> None:
    session = make_date(seats=1, waiting=Waiting.OFFER, offer_hours=48)
    first, second = book(session), book(session)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=STARTS - timedelta(hours=24))
    earlier = MeetingPlan(DAY, time(8), 240, "Europe/Berlin", number=1)
    revision = WorkshopSession.objects.get(pk=session.pk).revision
    wanted = plan(seats=1, waiting=Waiting.OFFER, offer_hours=48, meetings=(earlier,))
    plan_date.change(
        public_id=session.public_id, plan=wanted, revision=revision, by=None, at=STARTS - timedelta(hours=20)
    )
    with pytest.raises(OfferOver):
        book_seat.accept(booking_id=second.public_id, by=second.person, at=STARTS - HOUR)
    assert states(session) == ["cancelled", "offered"]


def test_who_was_at_a_date_is_not_moved_out_of_it() -> None:
    session, other = make_date(), make_date(day=DAY + timedelta(days=7))
    booking = book(session)
    with pytest.raises(NotBooked):
        book_seat.move(
            booking_id=booking.public_id, to_session_id=other.public_id, mode="place", by=None,
            at=STARTS + timedelta(days=1),
        )  # fmt: skip
    assert (states(session), states(other)) == (["booked"], [])
    assert Attendance.objects.count() == 0


def test_who_keeps_a_seat_is_told_that_the_trainer_has_cancelled_it() -> None:
    session, manager, trainer = make_date(), make_person(), make_person(display_name="Tess Trainer")
    book_seat.reserve(
        session_id=session.public_id, unit=make_unit("Buying"), mode="place", count=2, return_on=DAY, by=manager, at=AT
    )
    send_all()
    seat = Booking.objects.filter(session=session, state="reserved").earliest("pk")
    free_seat.cancel(booking_id=seat.public_id, by=trainer, at=AT, is_staff=True, reason="A smaller room")
    [mail] = mails(manager.email)
    assert mail.kind == "booking/returned"
    assert "Tess Trainer has cancelled 1 reserved seat without a name (Buying)." in mail.text
    assert "A smaller room" in mail.text


def test_a_guest_with_the_address_of_somebody_who_is_on_the_list_is_that_person() -> None:
    session = make_date(seats=1)
    booked, waits = book(session), book(session)

    def seat(booking: Booking) -> BookingChange:
        guest = Who(None, "Somebody", booking.address.upper(), "en")
        return book_seat.seat(
            session_id=session.public_id, who=guest, mode="place", by=None, at=AT, reason="Comes with a speaker"
        )

    with pytest.raises(BookedAlready):
        seat(booked)
    assert seat(waits).booking_id == waits.pk
    assert states(session) == ["booked", "booked"]


def test_where_overlaps_are_blocked_no_manager_and_no_trainer_makes_one(settings: Any) -> None:
    settings.BOOKING_OVERLAPS = "block"
    busy, other = make_date(), make_date(day=DAY + timedelta(days=7), room="1")
    settings.BOOKING_OVERLAPS = "warn"
    same, manager = make_date(reason="two rooms", room="3"), make_person()
    settings.BOOKING_OVERLAPS = "block"
    person = book(busy).person
    book_seat.reserve(
        session_id=same.public_id, unit=make_unit(), mode="place", count=1, return_on=DAY, by=manager, at=AT
    )
    seat = Booking.objects.get(session=same)
    with pytest.raises(Clashes):
        book_seat.name(booking_id=seat.public_id, person=person, by=manager, at=AT)
    elsewhere = book(other, person)
    with pytest.raises(Clashes):
        book_seat.move(booking_id=elsewhere.public_id, to_session_id=same.public_id, mode="place", by=manager, at=AT)
    assert (states(same), states(other)) == (["reserved"], ["booked"])
    settings.BOOKING_OVERLAPS = "warn"
    book_seat.name(booking_id=seat.public_id, person=person, by=manager, at=AT)
    assert states(same) == ["booked"]


def test_who_comes_while_a_seat_is_kept_for_them_has_it() -> None:
    session = make_date(seats=1, waiting=Waiting.OFFER)
    first, kept = book(session), book(session)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=STARTS - HOUR)
    attend.walk_in(
        meeting=session.meetings.get(), who=Who(kept.person), mode="place", by=None, at=STARTS - timedelta(minutes=9)
    )
    assert states(session) == ["cancelled", "booked"]
    assert Attendance.objects.get().booking == kept
    pool = session.pools.get()
    assert (pool.taken, pool.extra) == (1, 0)
