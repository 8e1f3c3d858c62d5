"""Whatever does not hold is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from academy.mail.models import OutgoingEmail
from academy.people.tasks import MAILS
from courses.booking.enums import BookingState, Waiting, Why
from courses.booking.invariants import check
from courses.booking.models import Booking, BookingChange, Meeting, SeatPool, WorkshopSession
from courses.booking.rules.seats import Who
from courses.flows import book_seat, free_seat
from tests import databases
from tests.factories.booking import AT, fill_up, make_date
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def date() -> WorkshopSession:
    """Two seats; two are booked, two wait, one has left."""
    made = make_date(seats=2)
    bookings = fill_up(made, 5)
    free_seat.cancel(booking_id=bookings[4].public_id, by=bookings[4].person, at=AT + timedelta(hours=1))
    return made


def drop_constraint(table: str, name: str) -> None:
    """Take a constraint away in this transaction, for what only somebody with a database console could write."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP INDEX "{name}"')
        else:
            # What is still to be checked at the end keeps a table from being altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
            cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


def nth(date: WorkshopSession, arrival: int) -> Booking:
    return Booking.objects.get(session=date, arrival=arrival)


def mailless_step(booking: Booking, before: str, after: str, why: str) -> BookingChange:
    return BookingChange.objects.create(booking=booking, before=before, after=after, why=why, at=AT)


def test_a_date_that_was_written_by_the_rules_holds(date: WorkshopSession) -> None:
    assert check(at=LATER) == []


def test_a_date_with_all_that_can_happen_holds() -> None:
    made = make_date(seats=1, waiting=Waiting.OFFER)
    first, _second, third = fill_up(made, 3)
    guest = Who(name="Ada", email="ada@example.org", language="en")
    book_seat.seat(
        session_id=made.public_id, who=guest, mode="place", by=make_person(), at=LATER, reason="She speaks first"
    )
    book_seat.seat(
        session_id=made.public_id, who=Who(third.person), mode="place", by=make_person(), at=LATER, reason="Asked to"
    )
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=LATER)
    free_seat.lapse_due(at=LATER + timedelta(days=2))
    assert check(at=LATER) == []


def damage_taken(date: WorkshopSession) -> None:
    SeatPool.objects.update(taken=1)


def damage_extra(date: WorkshopSession) -> None:
    SeatPool.objects.update(extra=1)


def damage_waits(date: WorkshopSession) -> None:
    SeatPool.objects.update(capacity=3)


def damage_arrivals(date: WorkshopSession) -> None:
    WorkshopSession.objects.update(arrivals=4)


def damage_state(date: WorkshopSession) -> None:
    Booking.objects.filter(session=date, arrival=3).update(state=BookingState.ASKED)


def damage_chain(date: WorkshopSession) -> None:
    BookingChange.objects.filter(booking=nth(date, 5), before="waiting").update(before="booked")


def damage_way(date: WorkshopSession) -> None:
    BookingChange.objects.filter(booking=nth(date, 5)).delete()
    mailless_step(nth(date, 5), "", "cancelled", Why.RETURNED)


def damage_order(date: WorkshopSession) -> None:
    """The fourth moves up before the third, each step by itself allowed, the seats counted."""
    last = nth(date, 4)
    first = nth(date, 1)
    Booking.objects.filter(pk=first.pk).update(state="cancelled", ended_at=AT, ended=Why.TIME_OVER)
    mailless_step(first, "booked", "cancelled", Why.TIME_OVER)
    Booking.objects.filter(pk=last.pk).update(state="booked", booked_at=AT)
    step = mailless_step(last, "waiting", "booked", Why.PROMOTED)
    mail = OutgoingEmail.objects.get(person=first.person)
    mail.pk, mail.key, mail.person, mail.to = None, f"booking:{last.pk}:step:{step.pk}", last.person, last.address
    mail.save(force_insert=True)


def damage_instant(date: WorkshopSession) -> None:
    Meeting.objects.update(starts_at=F("starts_at") + timedelta(hours=1))


def damage_beginning(date: WorkshopSession) -> None:
    WorkshopSession.objects.update(starts_at=F("starts_at") - timedelta(hours=1))


def damage_jump(date: WorkshopSession) -> None:
    Meeting.objects.update(day="2026-03-29", start="02:30")


def damage_meetings(date: WorkshopSession) -> None:
    Meeting.objects.all().delete()


def damage_mail(date: WorkshopSession) -> None:
    OutgoingEmail.objects.filter(key__startswith=f"booking:{nth(date, 2).pk}:step:").delete()


FREE = "date D, place: 1 seats are free and somebody waits"
BEGINS = "date D: it begins or ends otherwise than its meetings"
DAMAGES: list[tuple[Callable[[WorkshopSession], None], list[str]]] = [
    (damage_taken, ["date D, place: 1 seats count as taken, 2 bookings hold one", FREE]),
    (damage_extra, ["date D, place: 1 seats count as over capacity, 0 bookings are", FREE]),
    (damage_waits, [FREE]),
    (damage_arrivals, ["date D: arrival 5 was never given, the last is 4"]),
    (damage_state, ["booking B3: it is asked, its steps end at waiting"]),
    (damage_chain, ["booking B5: a step begins at booked, it stood at waiting"]),
    (damage_way, ["booking B5: no way leads from nothing to cancelled"]),
    (damage_order, ["step S: arrival 4 has a seat (promoted), arrival 3 waited before"]),
    (damage_instant, ["date D, meeting 1: its instants are not its local time", BEGINS]),
    (damage_beginning, [BEGINS]),
    (damage_jump, ["date D, meeting 1: the clocks jump over its beginning"]),
    (damage_meetings, ["date D: it has no meeting"]),
    (damage_mail, ["booking B2: nobody was mailed of step S (booked)"]),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
@pytest.mark.one_database
def test_damage_is_found_and_nothing_else_is_said(
    date: WorkshopSession, damage: Callable[[WorkshopSession], None], said: list[str]
) -> None:
    damage(date)
    names = {f"date {date.pk}": "date D"}
    names |= {f"booking {pk}:": f"booking B{arrival}:" for pk, arrival in Booking.objects.values_list("pk", "arrival")}
    names |= {f"step {pk} ": "step S " for pk in BookingChange.objects.values_list("pk", flat=True)}
    names |= {f"step {pk}:": "step S:" for pk in BookingChange.objects.values_list("pk", flat=True)}
    found = check(at=LATER)
    for real, name in names.items():
        found = [line.replace(real, name) for line in found]
    assert found == said


@pytest.mark.one_database
def test_more_seats_taken_than_there_are_is_found(date: WorkshopSession) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        SeatPool.objects.update(capacity=1)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert check(at=LATER) == [f"date {date.pk}, place: 2 bookings hold a seat of 1, 0 of them extra"]


def test_a_person_with_two_live_bookings_is_found(date: WorkshopSession) -> None:
    drop_constraint("courses_booking", "booking_live_once")
    twin = nth(date, 3).person
    Booking.objects.filter(session=date, arrival=4).update(person=twin)
    BookingChange.objects.filter(booking=nth(date, 4)).update(by=twin)
    assert check(at=LATER) == [f"date {date.pk}: somebody has 2 live bookings"]


@pytest.mark.postgres
@pytest.mark.skipif(databases.is_sqlite(), reason="SQLite cannot drop a constraint that has no condition")
def test_two_with_one_place_in_the_order_of_arrival_are_found(date: WorkshopSession) -> None:
    drop_constraint("courses_booking", "booking_arrival_once")
    Booking.objects.filter(session=date, arrival=5).update(arrival=4)
    assert check(at=LATER) == [f"date {date.pk}: 2 bookings have arrival 4"]


def test_a_seat_of_another_date_is_found(date: WorkshopSession) -> None:
    other = make_date(seats=2, reason="in the same room")
    SeatPool.objects.filter(session=other).update(taken=1)
    SeatPool.objects.filter(session=date).update(taken=1)
    one = nth(date, 1)
    Booking.objects.filter(pk=one.pk).update(pool=SeatPool.objects.get(session=other))
    assert f"booking {one.pk}: its seat belongs to another date" in check(
        at=LATER, sessions=WorkshopSession.objects.filter(pk=date.pk)
    )


@pytest.mark.one_database
def test_a_booking_without_any_step_is_found(date: WorkshopSession) -> None:
    BookingChange.objects.filter(booking=nth(date, 5)).delete()
    assert check(at=LATER) == [f"booking {nth(date, 5).pk}: it is cancelled, its steps end at nothing"]


@pytest.mark.one_database
def test_mails_that_are_deleted_in_time_are_not_missed(date: WorkshopSession) -> None:
    OutgoingEmail.objects.all().delete()
    assert len(check(at=LATER)) == 2
    assert check(at=LATER + MAILS) == []


@pytest.mark.one_database
def test_who_waits_when_the_date_has_begun_waits_for_nothing(date: WorkshopSession) -> None:
    SeatPool.objects.update(capacity=3)
    assert check(at=LATER) != []
    assert date.starts_at is not None
    assert check(at=date.starts_at) == []


@pytest.mark.one_database
def test_only_the_dates_asked_for_are_looked_at(date: WorkshopSession) -> None:
    SeatPool.objects.update(taken=1)
    other = make_date(seats=2, reason="in the same room")
    assert check(at=LATER, sessions=WorkshopSession.objects.filter(pk=other.pk)) == []


@pytest.mark.one_database
def test_a_date_costs_no_more_queries_however_many_book(django_assert_num_queries: Callable) -> None:
    made = make_date(seats=3)
    fill_up(made, 6)
    with django_assert_num_queries(16):
        check(at=LATER)
    fill_up(make_date(seats=3, reason="in the same room"), 30)
    with django_assert_num_queries(16):
        check(at=LATER)


@pytest.mark.one_database
def test_the_command_says_that_all_holds_or_each_thing_that_does_not() -> None:
    made = make_date(day=timezone.now().date() + timedelta(days=30), at=timezone.now())
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert said.getvalue() == "Everything holds.\n"
    WorkshopSession.objects.update(ends_at=F("ends_at") + timedelta(hours=1))
    said = StringIO()
    with pytest.raises(CommandError, match=r"1 things do not hold\."):
        call_command("check_invariants", stdout=said)
    assert said.getvalue() == f"date {made.pk}: it begins or ends otherwise than its meetings\n"
