"""Who is mailed what, when, and what their calendar holds afterwards: each thing once, and the last word is right."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from academy.people.enums import Role
from academy.people.models import User
from courses.booking.calendar import uid
from courses.booking.models import WorkshopSession
from courses.booking.rules.plans import MeetingPlan, Plan, TrainerPlan
from courses.booking.rules.seats import Who
from courses.flows import book_seat, free_seat, plan_date
from courses.flows.tell import HOLD
from tests.factories.booking import AT, DAY, book, make_date, plan
from tests.factories.people import grant, make_organisation, make_person, make_unit

from .mailed import entries, mails, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
TEN, ONE, THREE = time(10), time(13), time(15)


def kinds(to: str = "") -> list[str]:
    return [mail.kind.removeprefix("booking/") for mail in mails(to)]


def move(session: WorkshopSession, start: time = TEN, at: datetime = AT, by: User | None = None, **fields: Any) -> int:
    """Move a date of one part to another time on its day; how many people are told."""
    fields.setdefault("meetings", (MeetingPlan(DAY, start, 240, "Europe/Berlin", number=1),))
    return change(session, plan(**fields), at=at, by=by)


def change(session: WorkshopSession, wanted: Plan, at: datetime = AT, by: User | None = None) -> int:
    revision = WorkshopSession.objects.get(pk=session.pk).revision
    _changed, told = plan_date.change(
        public_id=session.public_id, plan=wanted, revision=revision, by=by, at=at, reason="needed"
    )
    return told


# -- changes of time and place ----------------------------------------------------------------------------------------
def test_created_moved_moved_cancelled_is_one_uid_with_a_rising_sequence() -> None:
    session = make_date()
    booking = book(session)
    for start in (ONE, THREE):
        move(session, start)
        send_all()
    plan_date.cancel(public_id=session.public_id, reason="Ill", revision=None, by=None, at=AT)
    name = uid(session, 1)
    assert [entries(mail) for mail in mails(booking.address)] == [
        [(name, 0, "REQUEST", datetime(2026, 3, 10, 9, tzinfo=UTC))],
        [(name, 1, "REQUEST", datetime(2026, 3, 10, 12, tzinfo=UTC))],
        [(name, 2, "REQUEST", datetime(2026, 3, 10, 14, tzinfo=UTC))],
        [(name, 3, "CANCEL", datetime(2026, 3, 10, 14, tzinfo=UTC))],
    ]
    assert kinds(booking.address) == ["booked", "moved", "moved", "session_cancelled"]


def test_two_moves_in_a_moment_are_one_mail_from_the_first_was_to_the_last_now() -> None:
    trainer = make_person()
    session = make_date(trainers=[trainer])
    booking = book(session)
    send_all()
    assert move(session, ONE, trainers=[trainer]) == 1
    assert move(session, THREE, AT + timedelta(minutes=1), trainers=[trainer]) == 1
    for address in (booking.address, trainer.email):
        [mail] = mails(address, unsent=True)
        was, now = mail.text.split("It is now:")
        assert "Tue 10 March 2026, 10:00" in was
        assert "Tue 10 March 2026, 15:00" in now
        assert "13:00" not in mail.text
        assert "13:00" not in mail.html
        assert mail.not_before == AT + timedelta(minutes=1) + HOLD
        assert entries(mail)[0][3] == datetime(2026, 3, 10, 14, tzinfo=UTC)


def test_moved_there_and_back_in_a_moment_tells_nobody() -> None:
    trainer = make_person()
    session = make_date(trainers=[trainer])
    book(session)
    send_all()
    move(session, ONE, trainers=[trainer])
    assert move(session, TEN, AT + timedelta(minutes=1), trainers=[trainer]) == 0
    assert mails(unsent=True) == []


def test_moved_back_after_it_was_told_is_told_again() -> None:
    session = make_date()
    booking = book(session)
    move(session, ONE)
    send_all()
    assert move(session, TEN, AT + timedelta(hours=1)) == 1
    [mail] = mails(booking.address, unsent=True)
    assert mail.text.index("13:00") < mail.text.index("It is now:") < mail.text.index("10:00")


def test_a_cancelled_seat_takes_the_waiting_mail_about_a_move_with_it() -> None:
    session = make_date()
    booking = book(session)
    send_all()
    move(session, ONE)
    free_seat.cancel(booking_id=booking.public_id, by=booking.person, at=AT)
    assert [mail.kind for mail in mails(unsent=True)] == ["booking/cancelled"]


def test_a_cancelled_date_is_all_that_anybody_reads() -> None:
    trainer = make_person()
    session = make_date(trainers=[trainer], seats=1)
    book(session)
    book(session)
    send_all()
    move(session, ONE, trainers=[trainer], seats=1)
    plan_date.cancel(public_id=session.public_id, reason="Ill", revision=None, by=None, at=AT)
    assert sorted(mail.kind for mail in mails(unsent=True)) == [
        "booking/session_cancelled",
        "booking/session_cancelled",
        "booking/trainer",
    ]


def test_who_moves_up_after_a_change_reads_only_of_the_seat() -> None:
    session = make_date(seats=1)
    first, second = book(session), book(session)
    send_all()
    move(session, ONE, seats=1)
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=AT)
    [mail] = mails(second.address, unsent=True)
    assert (mail.kind, entries(mail)[0][1:]) == (
        "booking/booked",
        (0, "REQUEST", datetime(2026, 3, 10, 12, tzinfo=UTC)),
    )


def test_an_edit_that_moves_nothing_tells_nobody() -> None:
    session = make_date()
    book(session)
    send_all()
    assert move(session, TEN, access_notes="Ring twice") == 0
    assert mails(unsent=True) == []


def test_a_part_that_is_taken_out_is_cancelled_by_a_file_of_its_own() -> None:
    two = (
        MeetingPlan(DAY, TEN, 180, "Europe/Berlin", number=1),
        MeetingPlan(DAY + timedelta(days=7), TEN, 180, "Europe/Berlin", number=2),
    )
    trainer = make_person()
    session = make_date(meetings=two, trainers=[trainer])
    booking = book(session)
    send_all()
    move(session, meetings=two[:1], trainers=[trainer])
    for address in (booking.address, trainer.email):
        [mail] = mails(address, unsent=True)
        assert entries(mail) == [
            (uid(session, 1), 1, "REQUEST", datetime(2026, 3, 10, 9, tzinfo=UTC)),
            (uid(session, 2), 1, "CANCEL", datetime(2026, 3, 17, 9, tzinfo=UTC)),
        ]


def test_a_part_taken_out_in_the_moment_before_a_cancellation_does_not_stay_in_a_calendar() -> None:
    two = (
        MeetingPlan(DAY, TEN, 180, "Europe/Berlin", number=1),
        MeetingPlan(DAY + timedelta(days=7), TEN, 180, "Europe/Berlin", number=2),
    )
    trainer = make_person()
    session = make_date(meetings=two, trainers=[trainer])
    booking = book(session)
    send_all()
    move(session, meetings=two[:1], trainers=[trainer])
    plan_date.cancel(public_id=session.public_id, reason="", revision=None, by=None, at=AT)
    for address in (booking.address, trainer.email):
        [mail] = mails(address, unsent=True)
        assert {(name, method) for name, _sequence, method, _start in entries(mail)} == {
            (uid(session, 1), "CANCEL"),
            (uid(session, 2), "CANCEL"),
        }


# -- steps ------------------------------------------------------------------------------------------------------------
def test_what_the_screen_has_shown_is_not_mailed_but_a_calendar_entry_is() -> None:
    session = make_date(seats=1, waiting="offer")
    first, second, third = book(session), book(session), book(session)
    assert (kinds(first.address), kinds(second.address)) == (["booked"], [])
    free_seat.cancel(booking_id=first.public_id, by=first.person, at=AT)
    assert kinds(first.address) == ["booked", "cancelled"]
    free_seat.decline(booking_id=second.public_id, by=None, at=AT)
    assert kinds(second.address) == ["offered"]
    free_seat.cancel(booking_id=third.public_id, by=third.person, at=AT)
    assert kinds(third.address) == ["offered"]


def test_a_move_to_another_date_is_one_mail_that_changes_both_entries() -> None:
    staff = make_person(display_name="Marten Visser")
    old, new = make_date(), make_date(day=DAY + timedelta(days=30))
    booking = book(old)
    send_all()
    book_seat.move(booking_id=booking.public_id, to_session_id=new.public_id, mode="place", by=staff, at=AT)
    [mail] = mails(booking.address, unsent=True)
    assert "Marten Visser has moved you to another date." in mail.text
    assert [entry[:3] for entry in entries(mail)] == [(uid(new, 1), 0, "REQUEST"), (uid(old, 1), 1, "CANCEL")]


def test_who_books_again_gets_a_higher_sequence_than_what_was_cancelled() -> None:
    session = make_date()
    booking = book(session)
    free_seat.cancel(booking_id=booking.public_id, by=booking.person, at=AT)
    book(session, booking.person)
    assert [entries(mail)[0][1:3] for mail in mails(booking.address)] == [(0, "REQUEST"), (1, "CANCEL"), (2, "REQUEST")]


def test_a_guest_who_has_an_account_later_is_the_same_calendar() -> None:
    session = make_date()
    step = book_seat.seat(
        session_id=session.public_id, who=Who(name="Gast", email="Gast@example.org"), mode="place", by=None, at=AT
    )
    free_seat.cancel(booking_id=step.booking.public_id, by=None, at=AT, is_staff=True)
    book(session, make_person("gast@example.org"))
    assert [entries(mail)[0][1] for mail in mails("gast@example.org")] == [0, 1, 2]


def test_a_request_goes_to_who_leads_the_unit_and_the_answer_to_the_person() -> None:
    unit = make_unit(organisation=make_organisation())
    manager, trainer = make_person(), make_person()
    grant(manager, Role.MANAGER, unit)
    session = make_date(approval="manager", trainers=[trainer])
    booking = book(session)
    [mail] = [one for one in mails(trainer.email) if one.kind == "booking/to_approve"]
    assert f"/en/team/approvals/{booking.public_id}/" in mail.text
    assert kinds(manager.email) == []
    book_seat.refuse(booking_id=booking.public_id, by=trainer, at=AT, reason="Not this year.")
    [answer] = mails(booking.address)
    assert (answer.kind, "The reason: Not this year." in answer.text) == ("booking/refused", True)


# -- trainers ---------------------------------------------------------------------------------------------------------
def test_trainers_calendars_follow_also_what_they_do_themselves() -> None:
    trainer = make_person()
    session = make_date(trainers=[trainer], by=trainer)
    send_all()
    move(session, ONE, trainers=[trainer], by=trainer)
    [planned, moved] = mails(trainer.email)
    assert (entries(planned)[0][1:3], entries(moved)[0][1:3]) == ((0, "REQUEST"), (1, "REQUEST"))


def test_a_new_trainer_gets_the_date_a_former_one_loses_it_and_nobody_else_is_told() -> None:
    first, second, third = make_person(), make_person(), make_person()
    session = make_date(trainers=[first, second])
    send_all()
    move(session, trainers=[second, third])
    assert [(mail.to, entries(mail)[0][1:3]) for mail in mails(unsent=True)] == [
        (first.email, (1, "CANCEL")),
        (third.email, (1, "REQUEST")),
    ]


def test_a_trainer_who_comes_back_gets_an_entry_above_the_cancelled_one() -> None:
    trainer = make_person()
    session = make_date(trainers=[trainer])
    move(session)
    move(session, trainers=[trainer])
    assert [entries(mail)[0][1:3] for mail in mails(trainer.email)] == [(0, "REQUEST"), (1, "CANCEL"), (2, "REQUEST")]


def test_a_guest_trainer_with_an_address_is_told_in_the_language_of_the_date() -> None:
    make_date(trainers=[TrainerPlan(name="Gast", email="gast@example.org"), TrainerPlan(name="Nobody")], language="en")
    [mail] = mails()
    assert (mail.to, mail.language, mail.person) == ("gast@example.org", "en", None)


# -- reserved seats ---------------------------------------------------------------------------------------------------
def test_who_reserved_seats_is_told_what_becomes_of_them() -> None:
    manager = make_person(display_name="Ada")
    unit = make_unit(organisation=make_organisation())
    session = make_date()
    for _ in range(2):
        book_seat.reserve(
            session_id=session.public_id, unit=unit, mode="place", count=2, return_on=DAY, by=manager, at=AT
        )
    move(session, ONE)
    move(session, THREE)
    moved = mails(manager.email)
    assert [mail.kind for mail in moved] == ["booking/returned"] * 2
    assert all("2 reserved seats without a name" in mail.text and "15:00" in mail.text for mail in moved)
    send_all()
    plan_date.cancel(public_id=session.public_id, reason="Ill", revision=None, by=None, at=AT)
    assert len(mails(manager.email, unsent=True)) == 2


def test_seats_that_the_clock_gives_back_are_told_once_those_given_back_by_hand_never() -> None:
    manager = make_person()
    unit = make_unit(organisation=make_organisation())
    session = make_date()
    one, other = [
        book_seat.reserve(
            session_id=session.public_id,
            unit=unit,
            mode="place",
            count=2,
            return_on=DAY - timedelta(days=9),
            by=manager,
            at=AT,
        )
        for _ in range(2)
    ]
    free_seat.give_back(reservation=one, count=None, by=manager, at=AT)
    assert kinds(manager.email) == []
    for _ in range(2):
        free_seat.return_due(at=AT + timedelta(days=30))
    assert kinds(manager.email) == ["returned"]
    assert other.bookings.filter(state="cancelled").count() == 2
